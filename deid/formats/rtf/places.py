"""What a reading of RTF yields: texts by flow, and the places beside them (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from deid.formats.rtf.destinations import Destination


class Layer(IntEnum):
    """Which of the texts that lie over each other in a paragraph something belongs to."""

    SHOWN = 0
    DELETED = 1
    HIDDEN = 2
    OLDER = 3
    """What programs show that do not know Unicode."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters and where they are written.

    Attributes:
        text: the characters; as many as bytes if `is_plain`.
        start: offset of the first byte.
        end: offset behind the last one.
        is_plain: whether each is one byte, written as it is.
    """

    text: str = field(repr=False)
    start: int
    end: int
    is_plain: bool = False


@dataclass(slots=True)
class Flow:
    """A text that is read by itself.

    Attributes:
        destination: what it stands in.
        where: it is, in plain words.
        paragraph: number of the paragraph that is being read.
        breaks: what parted its runs so far, with the layer.
        is_number: whether a number in it is one of the format's.
    """

    destination: Destination
    where: str
    paragraph: int = 1
    lead: str = "\n"
    breaks: list[tuple[Layer, str]] = field(default_factory=list)
    is_number: bool = True


@dataclass(slots=True)
class Run:
    """Characters between two changes of how they look.

    Attributes:
        flow: the text they belong to.
        paragraph: its number there.
        lead: what stands before that paragraph.
        layer: of the paragraph.
        breaks: how many breaks of the flow came before.
        codec: code page in which new characters are written.
        fallback: how many characters for older programs stand behind one by its number.
        is_new: whether it was inserted where changes are tracked.
        pieces: the characters.
    """

    flow: Flow
    paragraph: int
    lead: str
    layer: Layer
    breaks: int
    codec: str
    fallback: int
    is_new: bool = False
    pieces: list[Piece] = field(default_factory=list, repr=False)

    @property
    def text(self) -> str:
        """What it reads."""
        return "".join(piece.text for piece in self.pieces)


class Beside(StrEnum):
    """What sort of place beside the texts it is."""

    WORD = "word"
    DESTINATION = "destination"
    NUMBER = "number"
    TIME = "time"
    PACKED_TIME = "packed time"


@dataclass(slots=True)
class BesidePlace:
    """A place that is written in control words.

    Attributes:
        sort: what it is.
        text: what it reads.
        where: it is, in plain words.
        ranges: offsets of what is replaced: whole control words, or their numbers.
        names: of the control words, for the parts of a point in time.
    """

    sort: Beside
    text: str = field(repr=False)
    where: str
    ranges: list[tuple[int, int]]
    names: tuple[str, ...] = ()


@dataclass(slots=True)
class Picture:
    """A picture.

    Attributes:
        suffix: how a file of its kind would be called; empty for kinds that no file has.
        start: offset of its data.
        end: offset behind.
        data: its bytes.
        is_binary: whether they are written as they are; else in hexadecimal.
        is_fallback: whether it stands for another one in older programs.
        digests: ranges of what else is known of its bytes.
    """

    suffix: str = ""
    start: int = -1
    end: int = -1
    data: bytes = field(default=b"", repr=False)
    is_binary: bool = False
    is_fallback: bool = False
    digests: list[tuple[int, int]] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """All that a file holds.

    Attributes:
        runs: in the order of the file.
        beside: places written in control words.
        pictures: in the order of the file.
        removed: ranges of data that does not come back.
    """

    runs: list[Run] = field(default_factory=list)
    beside: list[BesidePlace] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    removed: list[tuple[int, int]] = field(default_factory=list)
