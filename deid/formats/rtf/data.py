"""The data of RTF: pictures, points in time and what does not come back (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field

from deid.errors import MalformedRecord, UnsupportedFormat
from deid.formats.rtf.destinations import Destination, Role, is_harmless
from deid.formats.rtf.places import Beside, BesidePlace, Picture, Reading
from deid.formats.rtf.texts import Group
from deid.formats.rtf.times import TIME_WORDS, shown, unpacked
from deid.formats.rtf.tokens import Kind, Token


@dataclass(slots=True)
class _Data:
    """What a group of data holds so far."""

    words: list[tuple[str, int, int, int]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    start: int = -1
    end: int = -1


class DataGroups:
    """The groups of data of a file that is being read.

    Args:
        content: the file.
        found: where what they hold is added.

    Attributes:
        pictures: those that are being read, by where their data begins.
    """

    def __init__(self, content: bytes, found: Reading) -> None:
        self._content = content
        self._found = found
        self._data: dict[int, _Data] = {}
        self.pictures: dict[int, Picture] = {}

    def add_number(self, group: Group, name: str, number: int, digits: tuple[int, int]) -> None:
        """Take a part of a point in time, and where it is written."""
        self._data.setdefault(group.begins, _Data()).words.append((name, number, *digits))

    def finish(self, closed: Group, end: int) -> None:
        """Take what a group of data held."""
        data = self._data.pop(closed.begins, _Data())
        match closed.destination.role:
            case Role.TIME:
                self._time(data, closed)
            case Role.PACKED_TIME:
                self._packed_time(data, closed)
            case Role.PICTURE:
                self._picture(data, self.pictures.pop(closed.begins))
            case Role.REMOVED:
                raw = self._content[closed.begins : end]
                if raw.strip() and not _is_plain_data(closed.destination, raw):
                    self._found.removed.append((closed.begins, end))
            case _ if closed.destination.place == "picture":
                for picture in self.pictures.values():
                    picture.digests.append((closed.begins, end))

    def binary(self, token: Token, group: Group) -> None:
        """Take bytes that are written as they are."""
        if group.destination.role is Role.REMOVED:
            return
        if group.destination.role is not Role.PICTURE:
            raise UnsupportedFormat(
                f"{group.flow.where}: holds binary data, which cannot be examined: take it "
                "out, or open the file and save it anew"
            )
        picture = self.pictures[group.begins]
        if picture.start >= 0:
            raise _unusual_picture()
        picture.is_binary = True
        before = self._content.rindex(b"\\bin", 0, token.start)
        picture.start, picture.end = before, token.end
        picture.data = self._content[token.start : token.end]

    def datum(self, token: Token, group: Group, *, is_optional: bool) -> None:
        """Take what stands in a group of data."""
        if group.destination.role is Role.REMOVED or token.kind is Kind.TAB:
            return
        if token.kind is not Kind.TEXT:
            if is_optional:
                return
            raise _unusual_picture()
        raw = self._content[token.start : token.end]
        if group.begins < 0:
            if raw.strip():
                raise _unusual_picture()
            return
        data = self._data.setdefault(group.begins, _Data())
        data.raw.append(raw)
        data.start = token.start if data.start < 0 else data.start
        data.end = token.end

    def _picture(self, data: _Data, picture: Picture) -> None:
        tight = b"".join(b"".join(data.raw).split())
        if tight:
            between = self._content[data.start : data.end]
            if picture.start >= 0 or b"\\" in between or b"{" in between:
                raise _unusual_picture()
            try:
                picture.data = bytes.fromhex(tight.decode("ascii"))
            except ValueError:
                raise _unusual_picture() from None
            picture.start, picture.end = data.start, data.end
        if picture.data:
            self._found.pictures.append(picture)

    def _time(self, data: _Data, closed: Group) -> None:
        values = {name: number for name, number, _, _ in data.words}
        if not any(values.values()):
            return
        text = shown(tuple(values.get(name, 0) for name in TIME_WORDS))
        names = tuple(name for name, *_ in data.words)
        ranges = [(start, end) for *_, start, end in data.words]
        place = BesidePlace(Beside.TIME, text, closed.destination.place, ranges, names)
        self._found.beside.append(place)

    def _packed_time(self, data: _Data, closed: Group) -> None:
        try:
            number = int(b"".join(data.raw) or b"0")
        except ValueError:
            raise MalformedRecord(f"{closed.destination.place}: it is none") from None
        if number:
            ranges = [(data.start, data.end)]
            where = closed.destination.place
            text = shown(unpacked(number))
            place = BesidePlace(Beside.PACKED_TIME, text, where, ranges, TIME_WORDS[:-1])
            self._found.beside.append(place)


def _is_plain_data(destination: Destination, raw: bytes) -> bool:
    try:
        text = bytes.fromhex("".join(raw.decode("ascii").split())).decode("utf-8")
    except ValueError:
        return False
    return destination.harmless is not None and is_harmless(destination, text)


def _unusual_picture() -> UnsupportedFormat:
    return UnsupportedFormat(
        "a picture is written in an unusual way, so it cannot be examined: open the file and save "
        "it anew"
    )
