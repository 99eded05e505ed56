"""Lines of the queue in words: what it holds, how far it is, what runs beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication

from deid import Batch
from gui.progress import Unit, roughly
from gui.tables.standing import Standing, folder_name, isolated

SILENT_AFTER: Final = timedelta(minutes=10)
"""A run that has told nothing for so long was probably killed."""

translate: Final = QCoreApplication.translate


def queue_line(counts: Mapping[Standing, int]) -> str:
    """`12 notes · 3 need review · 1 refused`."""
    total = sum(counts.values())
    if not total:
        return translate("Worklist", "No notes")
    many = translate("Worklist", "{} notes").format(f"{total:,}")
    parts = [translate("Worklist", "1 note") if total == 1 else many]
    review, refused = counts.get(Standing.REVIEW, 0), counts.get(Standing.REFUSED, 0)
    if review:
        many = translate("Worklist", "{} need review").format(f"{review:,}")
        parts.append(translate("Worklist", "1 needs review") if review == 1 else many)
    if refused:
        parts.append(_refused(refused))
    return " · ".join(parts)


def progress_line(done: int, total: int, seconds_left: float | None, *, paused: bool) -> str:
    """`7 of 12 examined · about 4 minutes left`."""
    how_far = translate("Worklist", "{} of {} examined").format(f"{done:,}", f"{total:,}")
    if paused:
        still = translate("Worklist", "Paused · {}").format(how_far)
        return still if done < total else translate("Worklist", "Paused")
    if seconds_left is None:
        return how_far
    return f"{how_far} · {time_left(seconds_left)}"


def time_left(seconds: float) -> str:
    """`about 4 minutes left`."""
    told = roughly(seconds)
    one = told.count == 1
    match told.unit:
        case Unit.SECONDS:
            words = translate("Worklist", "about {} seconds left")
        case Unit.MINUTES:
            several = translate("Worklist", "about {} minutes left")
            words = translate("Worklist", "about a minute left") if one else several
        case Unit.HOURS:
            several = translate("Worklist", "about {} hours left")
            words = translate("Worklist", "about an hour left") if one else several
    return words.format(told.count)


def batches_line(batches: Sequence[Batch], now: datetime) -> str:
    """`Command line: 1,240 of 3,000 · 3 refused`; empty if there are no runs.

    Of the runs that go on; of all of them if none does.
    """
    if not batches:
        return ""
    going = [batch for batch in batches if _goes_on(batch, now)]
    parts = _how_far(going or batches)
    if not going:
        parts.append(translate("Worklist", "ended"))
    return translate("Worklist", "Command line: {}").format(" · ".join(parts))


def batch_lines(batches: Sequence[Batch], now: datetime) -> list[str]:
    """One line for each run of the command line, the latest first."""
    lines = []
    for batch in reversed(batches):
        parts = [folder_name(batch.folder), *_how_far([batch])]
        if batch.ended is not None:
            parts.append(translate("Worklist", "ended {}").format(_clock(batch.ended, now)))
        elif not _goes_on(batch, now):
            parts.append(translate("Worklist", "silent since {}").format(_clock(batch.heard, now)))
        lines.append(" · ".join(parts))
    return lines


def watched_line(count: int, missing: int = 0) -> str:
    """`Watching 2 folders · 1 cannot be reached`; empty if none is watched."""
    if count == 0:
        return ""
    many = translate("Worklist", "Watching {} folders").format(f"{count:,}")
    words = translate("Worklist", "Watching 1 folder") if count == 1 else many
    lost = translate("Worklist", "{} cannot be reached").format(f"{missing:,}")
    return f"{words} · {lost}" if missing else words


def watched_lines(folders: Sequence[Path], missing: Collection[Path]) -> list[str]:
    """One line for each folder that is watched."""
    lost = translate("Worklist", "{} · cannot be reached")
    names = ((folder, folder_name(folder)) for folder in folders)
    return [lost.format(name) if folder in missing else name for folder, name in names]


def _goes_on(batch: Batch, now: datetime) -> bool:
    return batch.ended is None and now - batch.heard < SILENT_AFTER


def _how_far(batches: Sequence[Batch]) -> list[str]:
    done, total = sum(b.done for b in batches), sum(b.total for b in batches)
    refused = sum(batch.refused for batch in batches)
    # Numbers at the beginning of a part would change places where words run from right to left.
    parts = [isolated(translate("Worklist", "{} of {}").format(f"{done:,}", f"{total:,}"))]
    return [*parts, _refused(refused)] if refused else parts


def _refused(count: int) -> str:
    return translate("Worklist", "{} refused").format(f"{count:,}")


def _clock(time: datetime, now: datetime) -> str:
    """The time of a day; with its date unless it is of today."""
    local = time.astimezone()
    same_day = local.date() == now.astimezone().date()
    return local.strftime("%H:%M" if same_day else "%Y-%m-%d %H:%M")
