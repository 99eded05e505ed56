"""Archive segments that are at hand: found in files and folders, and read beside the log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from deid.audit.records import Archived
from deid.audit.segment import Segment
from deid.errors import LogUnavailable, VerificationFailed

SUFFIX: Final = ".noteveil.zip"
"""How the name of a segment's file ends."""


def archive_name(origin: str, first: int, stop: int) -> str:
    """The name of the file of a segment.

    Args:
        origin: name of the log.
        first: place of the segment's first record.
        stop: place behind its last record.
    """
    return f"{_short(origin)}-{first:012}-{stop:012}{SUFFIX}"


class Archives:
    """The segments of one log that are at hand. Use it in a `with` block, or close it.

    Attributes:
        segments: these, from the oldest to the newest.
    """

    def __init__(self, segments: Sequence[Segment], *, close: ExitStack) -> None:
        """Take over open segments; use `Archives.open`."""
        self.segments = tuple(sorted(segments, key=lambda segment: segment.header.first))
        self._close = close

    @classmethod
    def open(cls, paths: Iterable[Path], *, origin: str, archived: Sequence[Archived]) -> Self:
        """The segments in files and folders.

        Of a file, it must be one that the log has archived; of a folder, all that the log has
        archived must be there, and what belongs to other logs is passed over.

        Args:
            paths: files or folders.
            origin: name of the log.
            archived: what the log has archived.

        Raises:
            LogUnavailable: a file or folder cannot be read.
            VerificationFailed: a segment is damaged, missing, or of other records.
        """
        known = {(event.first, event.stop) for event in archived}
        with ExitStack() as stack:
            found: dict[tuple[int, int], Segment] = {}
            for path in paths:
                for file, wanted in _files(path, origin, archived):
                    segment = stack.enter_context(Segment(file))
                    place = segment.header.first, segment.header.stop
                    if place not in (known if wanted is None else {wanted}):
                        raise VerificationFailed(
                            f"archive {file.name}: holds records {place[0]} to {place[1] - 1}, "
                            "and that is not what the log has archived there"
                        )
                    found[place] = segment
            return cls(tuple(found.values()), close=stack.pop_all())

    def close(self) -> None:
        """Let go of the files."""
        self._close.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def segment(self, event: Archived) -> Segment | None:
        """The segment that this record tells of; None where it is not at hand."""
        place = event.first, event.stop
        for segment in self.segments:
            if (segment.header.first, segment.header.stop) == place:
                return segment
        return None

    def bodies(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """Places and canonical bytes of the records in `[start, stop)` that are at hand.

        Raises:
            LogUnavailable: a file cannot be read.
            VerificationFailed: one is damaged.
        """
        for segment in self.segments:
            yield from segment.bodies(start, stop)


_Place = tuple[int, int]


def _files(
    path: Path, origin: str, archived: Sequence[Archived]
) -> list[tuple[Path, _Place | None]]:
    """The files that are meant, and which records must be in each, where that is known."""
    try:
        if not path.is_dir():
            return [(path, None)]
        names = {entry.name for entry in path.iterdir()}
    except OSError as error:
        raise LogUnavailable(f"archive {path.name}: cannot be read ({error.strerror})") from None
    found: list[tuple[Path, _Place | None]] = []
    for event in archived:
        name = archive_name(origin, event.first, event.stop)
        if name not in names:
            raise VerificationFailed(
                f"the archive of records {event.first} to {event.stop - 1} is not in the folder: "
                f"put {name} there"
            )
        found.append((path / name, (event.first, event.stop)))
    return found


def _short(origin: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", origin.rpartition("/")[2])
