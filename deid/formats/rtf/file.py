"""RTF as a note: its text as it is read, then headers, notes, comments, properties and the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import ClassVar, Final

from deid.datatypes import Document, Redacted
from deid.errors import (
    DefectError,
    EmptyNote,
    InputError,
    MalformedRecord,
    UnsupportedFormat,
)
from deid.formats import ReadOptions, suffixes
from deid.formats.encoded import refuse_encoded
from deid.formats.forms import LEFT_OUT
from deid.formats.nested import NestedFile, open_nested
from deid.formats.one_note import OneNote, check_length
from deid.formats.pictures import BLANK
from deid.formats.rtf.destinations import is_harmless
from deid.formats.rtf.places import Beside, BesidePlace, Layer, Picture, Reading, Run
from deid.formats.rtf.reading import read_rtf
from deid.formats.rtf.texts import BODY
from deid.formats.rtf.times import Time
from deid.formats.rtf.writing import Edit, of_picture, of_place, of_run, rewritten
from deid.labels import Label
from deid.parts import Assembly, part_texts
from deid.policy import Unexamined

_WITHOUT_BREAKS: Final = str.maketrans("", "", "\t\r\n")
_PLACEABLE: Final = 22
"""How long the header is that Windows metafiles have in files, but not in RTF."""


@dataclass(frozen=True, slots=True)
class RtfFile(OneNote):
    """A file of RTF, which is one note."""

    document: Document
    raw: bytes = field(repr=False)
    reading: Reading = field(repr=False)
    runs: tuple[Run, ...] = field(repr=False)
    beside: tuple[BesidePlace, ...] = field(repr=False)
    files: tuple[tuple[Picture, NestedFile, int], ...] = field(repr=False)
    blank: tuple[Picture, ...] = field(repr=False)
    format: ClassVar[str] = "rtf"
    encoding: ClassVar[str] = "ascii"

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The file with its new texts.

        Raises:
            DefectError: what was written does not read as it should.
        """
        texts = part_texts(document, redacted)
        count = len(self.runs)
        edits: list[Edit] = []
        for run, text in self._by_run(texts).values():
            edits += of_run(run, text)
        for place, text in zip(self.beside, texts[count:], strict=False):
            edits += of_place(place, text)
        pictures = [
            (one, file.render(document, redacted, first=at)) for one, file, at in self.files
        ]
        pictures += [(picture, _blank(picture)) for picture in self.blank]
        gone: list[tuple[int, int]] = []
        for picture, data in pictures:
            edits += of_picture(picture, data)
            gone += picture.digests if data != picture.data else []
        edits += [Edit(start, end, b"") for start, end in self.reading.removed]
        if not edits:
            return self.raw
        output = rewritten(self.raw, edits)
        kept = [run for run in self.reading.runs if not _lies_in(run, gone)]
        self._read_back(output, texts, kept)
        return output

    def _by_run(self, texts: Sequence[str]) -> dict[int, tuple[Run, str]]:
        """The runs and their new texts, by their identity; each may stand in several parts."""
        new: dict[int, tuple[Run, str]] = {}
        for run, text in zip(self.runs, texts, strict=False):
            if new.setdefault(id(run), (run, text))[1] != text:
                raise DefectError("a text is read in two ways, and would become two others")
        return new

    def _read_back(self, output: bytes, texts: Sequence[str], kept: Sequence[Run]) -> None:
        """Make sure that the output holds the new texts, and nothing else."""
        new = self._by_run(texts)
        after = texts[len(self.runs) :]
        wanted = _lines(new.get(id(run), (run, run.text)) for run in kept)
        beside = sorted(_beside(zip(self.beside, after, strict=False)))
        try:
            again = read_rtf(output)
        except InputError:
            raise _defect() from None
        is_same = wanted == _lines((run, run.text) for run in again.runs)
        if not is_same or beside != sorted(_beside((one, one.text) for one in again.beside)):
            raise _defect()


def read(content: bytes, *, name: str, options: ReadOptions) -> RtfFile:
    """The note in a file of RTF.

    Raises:
        InputError: it is damaged, empty, or a part of it cannot be examined.
    """
    reading = read_rtf(content)
    assembly = Assembly(between="")
    runs = tuple(_assembled(reading.runs, assembly))
    for place in reading.beside:
        is_time = place.sort in (Beside.TIME, Beside.PACKED_TIME)
        label = Label.DATE if is_time else None
        form = Time(place.names) if is_time else LEFT_OUT
        assembly.add(place.text, place.where, label=label, lead="\n", form=form)
    files: list[tuple[Picture, NestedFile, int]] = []
    blank: list[Picture] = []
    for number, picture in enumerate(reading.pictures, 1):
        file = _opened(picture, f"picture {number}", options)
        if file is not None:
            files.append((picture, file, len(assembly)))
            file.add_to(assembly, f"picture {number}", lead="\n")
        elif picture.data != _blank(picture):
            blank.append(picture)
            assembly.remove(f"picture {number}")
    for number, _ in enumerate(reading.removed, 1):
        assembly.remove(f"data in code {number}")
    document = assembly.document(name)
    if not document.text.strip():
        raise EmptyNote("there is no text in the file")
    if any("\ud800" <= one <= "\udfff" for one in document.text):
        raise MalformedRecord("the file holds half of a character: open it and save it anew")
    check_length(document, options, what="file")
    beside = tuple(reading.beside)
    return RtfFile(document, content, reading, runs, beside, tuple(files), tuple(blank))


def _assembled(runs: Sequence[Run], assembly: Assembly) -> Iterator[Run]:
    """Add the runs that a person may have written in the order in which they are read."""
    flows = list({id(run.flow): run.flow for run in runs}.values())
    ranks = {id(flow): rank for rank, flow in enumerate(flows)}
    for _, paragraph in groupby(
        sorted(runs, key=lambda run: (_rank(run, ranks), run.paragraph)),
        key=lambda run: (id(run.flow), run.paragraph),
    ):
        written = list(paragraph)
        numbers: dict[int, int] = {}
        for line in _by_line(sorted(written, key=_line_of)):
            if _is_shown(line):
                yield from _added(line, assembly, numbers)
        for line in _whole_lines(written):
            yield from _added(line, assembly, numbers, is_whole=True)


def _is_shown(line: Sequence[Run]) -> bool:
    """Whether a text is a part of the note, and none that programs write by themselves."""
    first = line[0]
    text = "".join(run.text for run in line)
    return first.flow.destination is BODY or not _is_given(first, text)


def _added(
    line: Sequence[Run], assembly: Assembly, numbers: dict[int, int], *, is_whole: bool = False
) -> Iterator[Run]:
    """Add the runs of a line, of one layer or of the whole paragraph.

    Args:
        line: the runs.
        assembly: where they are added.
        numbers: the first part of each run so far.
        is_whole: whether they are of several layers.
    """
    flow = line[0].flow
    is_body = flow.destination is BODY
    where = f"{flow.where}, paragraph {line[0].paragraph}" if is_body else flow.where
    refuse_encoded("".join(run.text for run in line), place=where)
    before: Run | None = None
    for run in line:
        if before is None:
            lead = "\n" if is_whole or run.layer else run.lead
        else:
            lead = _between(before, run, is_whole=is_whole)
        same_as = numbers.setdefault(id(run), len(assembly))
        assembly.add(
            run.text,
            where,
            label=flow.destination.label,
            lead=lead,
            goes_on=before is not None and not lead,
            same_as=same_as if same_as < len(assembly) else -1,
        )
        before = run
        yield run


def _whole_lines(written: Sequence[Run]) -> Iterator[list[Run]]:
    """What a paragraph reads with what is hidden: before it was changed, and as it is now.

    None where nothing of it is hidden or deleted beside letters that are seen.
    """
    runs = [run for run in written if run.layer is not Layer.OLDER]
    layers = {run.layer for run in runs if run.text.strip()}
    if Layer.SHOWN not in layers or len(layers) < 2 or not _is_shown(runs):
        return
    before = [run for run in runs if not run.is_new]
    yield before
    now = [run for run in runs if run.layer is not Layer.DELETED]
    if Layer.HIDDEN in layers and [*map(id, now)] != [*map(id, before)]:
        yield now


def _is_given(run: Run, text: str) -> bool:
    """Whether programs write a text in its place by themselves."""
    if not run.flow.is_number and any(map(str.isdigit, text)):
        return False
    return is_harmless(run.flow.destination, text)


def _rank(run: Run, ranks: dict[int, int]) -> tuple[bool, int]:
    return run.flow.destination is not BODY, ranks[id(run.flow)]


def _line_of(run: Run) -> tuple[int, int]:
    return run.paragraph, run.layer


def _by_line(runs: Sequence[Run]) -> Iterator[list[Run]]:
    for _, line in groupby(runs, key=lambda run: (id(run.flow), *_line_of(run))):
        yield list(line)


def _between(first: Run, second: Run, *, is_whole: bool) -> str:
    """What stands between two runs of one layer of a paragraph, or of all layers."""
    found = first.flow.breaks[first.breaks : second.breaks]
    return "".join(text for layer, text in found if is_whole or second.layer or not layer)


def _lies_in(run: Run, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(start <= run.pieces[0].start < end for start, end in ranges)


def _lines(runs: Iterable[tuple[Run, str]]) -> list[tuple[int, str]]:
    """What stands in each paragraph, by its layer; blanks and breaks at its end do not count."""
    lines: dict[tuple[int, int, int], list[str]] = {}
    for run, text in runs:
        line = lines.setdefault((id(run.flow), *_line_of(run)), [])
        line.append(text.translate(_WITHOUT_BREAKS))
    return sorted(
        (key[2], text) for key, texts in lines.items() if (text := "".join(texts)).strip()
    )


def _beside(places: Iterable[tuple[BesidePlace, str]]) -> Iterator[tuple[str, str]]:
    """What the places in control words read once these texts are written there."""
    for place, text in places:
        if text:
            yield place.sort, text


def _opened(picture: Picture, place: str, options: ReadOptions) -> NestedFile | None:
    """The picture as a file; None for one that is emptied.

    Raises:
        UnsupportedFormat: it can neither be examined nor shall it be emptied.
    """
    is_read = picture.suffix in suffixes()
    is_removed = not is_read and options.unexamined is Unexamined.REMOVE
    if options.blank_pictures or picture.is_fallback or is_removed:
        return None
    if is_read:
        return open_nested(picture.data, suffix=picture.suffix, place=place, options=options)
    if options.unexamined is Unexamined.REMOVE:
        return None
    raise UnsupportedFormat(
        f"{place}: a picture, which cannot be examined: take it out, or pass --blank-pictures"
    )


def _blank(picture: Picture) -> bytes:
    """A picture with nothing on it; nothing at all for kinds that no file has."""
    data = BLANK.get(picture.suffix[1:], b"") if picture.suffix else b""
    return data[_PLACEABLE:] if picture.suffix == ".wmf" else data


def _defect() -> DefectError:
    return DefectError("the file does not read as it was written: nothing was written")
