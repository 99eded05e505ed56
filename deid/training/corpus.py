"""NoteVeil's own notes for training, `models/corpus/*.txt`: invented, marked inline.

A file holds several notes. Each begins with lines `### key: value` (`id`, `type`, `specialty`,
`style`, `country`); in the text `<DOCTOR>Ana Ito</DOCTOR>` marks an identifier. Any other `<` is
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from deid.datatypes import Span
from deid.errors import MalformedRecord
from deid.labels import Label
from deid.training.redraw import MarkedNote

CORPUS = Path(__file__).parents[2] / "models" / "corpus"
_NOTE = re.compile(r"^### id: *(\S+)\n((?:### \w+: .*\n)*)", re.MULTILINE)
_TAG = re.compile(rf"<(/?)({'|'.join(sorted(Label, key=len, reverse=True))})>")


def read_corpus(folder: Path = CORPUS) -> list[MarkedNote]:
    """The notes of all files of the folder, in the order of names.

    Raises:
        MalformedRecord: a tag is not closed, or opens within another; the message has the id.
    """
    return [note for path in sorted(folder.glob("*.txt")) for note in _notes(path)]


def _notes(path: Path) -> Iterator[MarkedNote]:
    content = path.read_text(encoding="utf-8")
    heads = list(_NOTE.finditer(content))
    ends = [head.start() for head in heads[1:]] + [len(content)]
    for head, end in zip(heads, ends, strict=True):
        yield parse(head[1], content[head.end() : end].strip("\n"))


def parse(identity: str, tagged: str) -> MarkedNote:
    """A note out of a text with tags.

    Raises:
        MalformedRecord: a tag is not closed, or opens within another.
    """
    pieces: list[str] = []
    marks: list[tuple[Span, Label]] = []
    length = place = 0
    opened: tuple[str, int] | None = None
    for tag in _TAG.finditer(tagged):
        pieces.append(tagged[place : tag.start()])
        length += len(pieces[-1])
        place = tag.end()
        closing, name = tag.groups()
        if bool(closing) != (opened is not None) or (opened and opened[0] != name):
            raise MalformedRecord(f"corpus note {identity}: tag {tag[0]} does not fit here")
        if opened is not None:
            marks.append((Span(opened[1], length), Label(name)))
        opened = None if closing else (name, length)
    if opened is not None:
        raise MalformedRecord(f"corpus note {identity}: tag <{opened[0]}> is not closed")
    pieces.append(tagged[place:])
    return MarkedNote(identity, "".join(pieces), tuple(marks))
