"""The walk over all objects of a PDF: each is of a known kind, a text, or taken out.

It begins at the trailer and goes on by the grammar. What the grammar does not know is deleted; a
reference to something that nothing else leads to, such as a page that was deleted, is cleared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf

from deid.datatypes import Form
from deid.errors import MalformedRecord, NoteTooLarge, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.nested import NestedFile
from deid.formats.pdf.grammar import KINDS
from deid.formats.pdf.slots import Look, Slot, Text, identity, is_dictionary
from deid.formats.pdf.words import is_glyph, is_plain, words_of
from deid.labels import Label

Handler = Callable[["Walk", Slot, str], None]
"""Examines the value in a slot; the words say where it is."""

MAX_VISITS: Final = 3_000_000
"""More values are not examined."""

UNKNOWN: Final = "entries that PDF does not know"

_DECODABLE: Final = words_of(
    "/FlateDecode /Fl /LZWDecode /LZW /ASCIIHexDecode /AHx /ASCII85Decode /A85 /RunLengthDecode /RL"
)
_CALLED: Final = {"info": "properties", "outline": "bookmark", "layer_view": "layers"}
_OF_STREAMS: Final = frozenset(KINDS["stream"])


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of the file's own: never empty, and others for other names."""

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new name, with a number where another one became it."""
        base = new.replace("\0", "").strip() or "x"
        name, number = base, 1
        while taken.get(name, old) != old:
            number += 1
            name = f"{base} {number}"
        return name


@dataclass(slots=True)
class Attachment:
    """A file in the document.

    Attributes:
        file: as its own format read it.
        place: in plain words.
        stream: what holds it.
    """

    file: NestedFile = field(repr=False)
    place: str
    stream: Any = field(repr=False)


class Walk:
    """What was found so far, and what is still to be looked at.

    Args:
        options: how files in the document are read.
        handlers: of the kinds that are no plain dictionaries.
    """

    def __init__(self, options: ReadOptions, handlers: Mapping[str, Handler]) -> None:
        self.options = options
        self.texts: list[Text] = []
        self.files: list[Attachment] = []
        self.removed: dict[str, int] = {}
        self.streams: list[tuple[str, Any]] = []
        self.facts: dict[str, Any] = {}
        self.looks: dict[tuple[int, int], Look] = {}
        self._handlers = handlers
        self._stack: list[tuple[Slot, str, str]] = []
        self._seen: set[tuple[tuple[int, int], str]] = set()
        self._reached: set[tuple[int, int]] = set()
        self._backs: list[Slot] = []
        self._chosen: dict[tuple[str, str], list[Callable[[str], None]]] = {}
        self._aliases: dict[str, dict[str, str]] = {}
        self._visits = 0
        self._kinds: dict[tuple[int, int], str] = {}
        self._gaps: list[Any] = []

    def run(self, trailer: Any) -> None:
        """Look at everything that the trailer leads to."""
        self.dictionary(trailer, "trailer", "")
        while self._stack:
            self._visits += 1
            if self._visits > MAX_VISITS:
                raise NoteTooLarge("the document holds too many objects: split it")
            slot, kind, where = self._stack.pop()
            self._visit(slot, kind, where)
        self._clear_backs()
        for array in self._gaps:
            for index in reversed(range(len(array))):
                if array[index] is None:
                    del array[index]

    def close_gaps(self, array: Any) -> None:
        """Take out of an array what is cleared by the end, where nobody counts its elements."""
        self._gaps.append(array)

    def push(self, slot: Slot, kind: str, where: str) -> None:
        """Look at a value later, before those that were pushed before."""
        self._stack.append((slot, kind, where))

    def dictionary(self, value: Any, kind: str, where: str) -> None:
        """Keep of a dictionary what the grammar knows of its kind, and look at that.

        Raises:
            MalformedRecord: it is of another kind elsewhere, of which too little would be left.
        """
        self._check_kind(value, kind)
        keys = KINDS[kind]
        where = _CALLED.get(kind, where)
        allowed = keys.keys() | _OF_STREAMS if isinstance(value, pikepdf.Stream) else keys.keys()
        for key in [key for key in value.keys() if key not in allowed]:  # noqa: SIM118
            self.remove(UNKNOWN)
            del value[key]
        present = set(value.keys())
        for key, inner in reversed(list(keys.items())):
            if key not in present:
                continue
            if inner.startswith("!"):
                self.remove(inner[1:].replace(".", " "))
                del value[key]
            else:
                self.push(Slot(value, key), inner, where)

    def _check_kind(self, value: Any, kind: str) -> None:
        number = identity(value)
        if number and self._kinds.setdefault(number, kind) != kind:
            raise MalformedRecord(
                "an object of the document is used in two ways: print it to a new PDF"
            )

    def is_new(self, value: Any, kind: str) -> bool:
        """Whether an object is seen as this kind for the first time; it counts as reached."""
        key = identity(value)
        if key is None:
            return True
        self._reached.add(key)
        if (key, kind) in self._seen:
            return False
        self._seen.add((key, kind))
        return True

    def remove(self, words: str) -> None:
        """Tell of something that does not come back; no words: nothing that anybody misses."""
        if words:
            self.removed[words] = self.removed.get(words, 0) + 1

    def drop(self, slot: Slot, words: str = UNKNOWN) -> None:
        """Take a value out, and tell of it."""
        self.remove(words)
        slot.clear()

    def text(
        self,
        text: str,
        place: str,
        write: Callable[[str], None],
        *,
        label: Label | None = None,
        lead: str = "",
        form: Form | None = None,
    ) -> None:
        """A text that a person may have written."""
        if text.strip():
            self.texts.append(Text(text, place, write, label, lead, form))

    def chosen(self, group: str, text: str, place: str, write: Callable[[str], None]) -> None:
        """A name that a person may have chosen; all that read the same are one text."""
        writers = self._chosen.get((group, text))
        if writers is None:
            writers = self._chosen[group, text] = []
            everywhere = writers
            self.text(text, place, lambda new: _write_all(everywhere, new), form=_Name())
        writers.append(write)

    def alias(self, group: str, name: str) -> str:
        """A name that says nothing, always the same for the same one."""
        aliases = self._aliases.setdefault(group, {})
        return aliases.setdefault(name, f"Nv{group}{len(aliases) + 1}")

    def aliases(self, group: str) -> Mapping[str, str]:
        """The names of a group that others stand for."""
        return self._aliases.get(group, {})

    def back(self, slot: Slot) -> None:
        """A reference to something that the walk must reach by another way."""
        self._backs.append(slot)

    def is_reached(self, value: Any) -> bool:
        """Whether the walk came to an object."""
        key = identity(value)
        return key is not None and key in self._reached

    def stream(self, value: Any, kind: str, where: str, *, is_picture: bool = False) -> None:
        """Look at what a stream says of itself, and whether its bytes can be read.

        Raises:
            UnsupportedFormat: they are encoded in a way that is not known, or damaged.
        """
        filters = value.get("/Filter", [])
        names = [filters] if isinstance(filters, pikepdf.Name) else list(filters)
        unknown = [name for name in map(str, names) if name not in _DECODABLE]
        if unknown and not is_picture:
            raise UnsupportedFormat(f"{where}: is packed in an unknown way: print it to a new PDF")
        for key, inner in KINDS["stream"].items():
            if key in value:
                self.push(Slot(value, key), inner, where)
        self.streams.append((kind, value))

    def _visit(self, slot: Slot, kind: str, where: str) -> None:
        value = slot.value
        if value is None:
            return
        handler = self._handlers.get(kind)
        if handler is not None:
            handler(self, slot, where)
        elif kind.startswith("{"):
            self._map(slot, kind[1:-1], where)
        elif isinstance(value, pikepdf.Array):
            self.elements(value, kind, where)
        elif is_dictionary(value):
            self.plain(slot, kind, where)
        else:
            self.drop(slot)

    def elements(self, value: Any, kind: str, where: str) -> None:
        """Look at each element of an array."""
        if self.is_new(value, kind):
            for index in reversed(range(len(value))):
                self.push(Slot(value, index), kind, where)

    def plain(self, slot: Slot, kind: str, where: str) -> None:
        """Look at a dictionary of a kind that is no stream."""
        if isinstance(slot.value, pikepdf.Stream):
            self.drop(slot)
        elif self.is_new(slot.value, kind):
            self.dictionary(slot.value, kind, where)

    def _map(self, slot: Slot, kind: str, where: str) -> None:
        """Look at a dictionary of names that the file chooses: odd ones become others."""
        value = slot.value
        if not isinstance(value, pikepdf.Dictionary):
            self.drop(slot)
            return
        if not self.is_new(value, f"{{{kind}}}"):
            return
        if len(value):
            self._check_kind(value, f"{{{kind}}}")
        for key in sorted(value.keys(), reverse=True):
            name = key
            if kind == "glyph" and not is_glyph(key):
                self.chosen("glyph_name", key[1:], f"{where}, name of a glyph", renamed(value, key))
            elif kind != "glyph" and not is_plain(key):
                name = "/" + self.alias("N", key)
                if name in value:
                    raise UnsupportedFormat(f"{where}: has unusual names: print it to a new PDF")
                value[name] = value[key]
                del value[key]
            self.push(Slot(value, name), kind, where)

    def _clear_backs(self) -> None:
        for slot in reversed(self._backs):
            value = slot.value
            if value is not None and not (is_dictionary(value) and self.is_reached(value)):
                slot.clear()


def _write_all(writers: Iterable[Callable[[str], None]], new: str) -> None:
    for write in writers:
        write(new)


def renamed(dictionary: Any, key: str) -> Callable[[str], None]:
    """What gives another name to an entry of a dictionary."""

    def write(new: str) -> None:
        name = free_name(new, dictionary)
        dictionary[name] = dictionary[key]
        del dictionary[key]

    return write


def free_name(text: str, taken: Any = ()) -> str:
    """A name that reads as a text and stands in no dictionary yet."""
    base = "/" + ("".join(text.split("\0")).strip() or "x")
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}{number}"
    return name
