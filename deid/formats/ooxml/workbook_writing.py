"""How a workbook is written with other texts (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from deid.errors import UnsupportedFormat
from deid.formats.markup import Kind, Markup, Place
from deid.formats.ooxml.cells import ancestor, changes, decoded, encoded, respliced
from deid.formats.ooxml.open_places import called, local
from deid.formats.ooxml.pivot_writing import Retagged, changed_values, retagged
from deid.formats.ooxml.references import Key
from deid.formats.ooxml.serials import serial_of
from deid.formats.ooxml.workbook_fields import STRINGS, Book, Field
from deid.formats.ooxml.workbook_places import is_formula, keeps_formula

_Edit = tuple[int, int, str]
_GENERAL: Final = "General"


class Written:
    """What changes in the members of a workbook, and what its parts then read.

    Args:
        book: the workbook.
        fields: its parts.
        after: what they read.

    Raises:
        UnsupportedFormat: a formula would have to change that no value stands beside.
    """

    def __init__(self, book: Book, fields: Sequence[Field], after: Sequence[str]) -> None:
        self._book = book
        self._values: dict[str, dict[int, str]] = {}
        self._typed: dict[str, set[int]] = {}
        self._formulas: dict[str, dict[int, str]] = {}
        self._tags: dict[str, Retagged] = {}
        self._edits: dict[tuple[str, int], list[_Edit]] = {}
        self.texts = [text for _, text in zip(fields, after, strict=False)]
        changed = [
            (index, one, self.texts[index])
            for index, one in enumerate(fields)
            if self.texts[index] != one.text
        ]
        self._write_cells([row for row in changed if row[1].cell is not None])
        self._write_caches([(one, text) for _, one, text in changed])
        for index, one, text in changed:
            if one.cell is None and one.value is None:
                self.texts[index] = self._edit(one, text)
        self._rename({one.key: text for _, one, text in changed if one.key})
        for (member, number), edits in self._edits.items():
            self._write_place(member, number, edits)

    def members(self) -> dict[str, bytes]:
        """The members that change."""
        members: dict[str, bytes] = {}
        for name in {*self._values, *self._typed, *self._formulas, *self._tags}:
            content = self._book.texts[name].rewritten(self._values.get(name, {}))
            if name in self._tags:
                content = retagged(content, self._tags[name])
            typed, formulas = self._typed.get(name, set()), self._formulas.get(name, {})
            members[name] = respliced(content, typed, formulas) if typed or formulas else content
        return members

    def _write_cells(self, changed: Sequence[tuple[int, Field, str]]) -> None:
        texts = {
            (one.member, one.cell.element): text
            for _, one, text in changed
            if one.cell and one.number < 0
        }
        touched = {(one.member, one.cell.element) for _, one, _ in changed if one.cell}
        groups = {(one.member, one.cell.group) for _, one, _ in changed if one.cell}
        kept: set[int] = set()
        lost: set[int] = set()
        for member, row in self._book.cells.items() if touched else ():
            for cell in row:
                key = member, cell.element
                constant = cell.constant
                if key in texts:
                    values, is_untyped, constant = changes(cell, texts[key], self._book.look)
                    self._values.setdefault(member, {}).update(values)
                    if is_untyped:
                        self._typed.setdefault(member, set()).add(cell.element)
                if cell.shared is not None:
                    (lost if key in texts else kept).add(cell.shared)
                shares = cell.group != "" and (member, cell.group) in groups
                if cell.formula is not None and (key in touched or shares):
                    self._formulas.setdefault(member, {})[cell.formula] = constant
        self._blank(lost - kept)

    def _blank(self, lost: set[int]) -> None:
        """Empty the shared strings that no cell shows any more, and how they sound."""
        markup = self._book.texts.get(STRINGS)
        if not lost or markup is None:
            return
        strings = [number for number, name in enumerate(markup.elements) if local(name) == "si"]
        gone = {strings[index] for index in lost}
        numbers = {
            number
            for number, place in enumerate(markup.places)
            if place.kind is not Kind.ATTRIBUTE and ancestor(markup, place.element, "si") in gone
        }
        self._values.setdefault(STRINGS, {}).update(dict.fromkeys(numbers, ""))

    def _write_caches(self, changed: Sequence[tuple[Field, str]]) -> None:
        new: dict[str, dict[int, dict[tuple[str, str], str]]] = {}
        for one, text in changed:
            if one.value is not None:
                columns = new.setdefault(one.member, {})
                columns.setdefault(one.column, {})[one.value.tag, one.value.text] = text
        for member, columns in new.items():
            cache = self._book.caches[member]
            values, tags = changed_values(cache, self._book.texts, columns)
            for name, row in values.items():
                self._values.setdefault(name, {}).update(row)
            self._tags.update(tags)

    def _edit(self, one: Field, text: str) -> str:
        """Note a text for its place; what it then reads there."""
        place = self._book.texts[one.member].places[one.number]
        if one.member == STRINGS and self._values.get(STRINGS, {}).get(one.number) == "":
            return ""
        if is_formula(place) and not keeps_formula(one.text, text):
            raise UnsupportedFormat(
                f"{one.where}: a formula or reference identifies: take it out, or write its value"
            )
        if one.is_serial:
            serial = serial_of(text, since_1904=self._book.look.since_1904) or text
            edit = 0, len(_value(place)), serial
        elif called(place) == "formatCode":
            edit = 0, len(_value(place)), _GENERAL
        else:
            edit = one.start, one.start + len(one.text), text
        self._edits.setdefault((one.member, one.number), []).append(edit)
        return text

    def _rename(self, new: Mapping[Key, str]) -> None:
        """Note new names wherever something is called by them."""
        for member, markup in self._book.texts.items() if new else ():
            formulas = {cell.formula for cell in self._book.cells.get(member, ())}
            constants = self._formulas.get(member, {})
            for number, place in enumerate(markup.places):
                if place.element in constants and place.kind is Kind.TEXT:
                    continue
                if place.element in formulas and place.kind is Kind.TEXT:
                    told = self._book.names.references(member, _value(place))
                else:
                    told = self._book.names.told(member, number, place) or ()
                for one in told:
                    text = one.written(new)
                    if text is not None:
                        edit = one.start, one.end, text
                        self._edits.setdefault((member, number), []).append(edit)

    def _write_place(self, member: str, number: int, edits: Sequence[_Edit]) -> None:
        place = self._book.texts[member].places[number]
        value = _value(place)
        for start, end, text in sorted(edits, reverse=True):
            value = value[:start] + text + value[end:]
        self._values.setdefault(member, {})[number] = encoded(value)


def _value(place: Place) -> str:
    return decoded(place.value)


def strings_of(markup: Markup | None) -> dict[int, int]:
    """Of the places among the shared strings, by their numbers, which string each is of."""
    if markup is None:
        return {}
    strings = [number for number, name in enumerate(markup.elements) if local(name) == "si"]
    index = {element: number for number, element in enumerate(strings)}
    found = {
        number: ancestor(markup, place.element, "si")
        for number, place in enumerate(markup.places)
        if place.kind is Kind.TEXT
    }
    return {number: index[of] for number, of in found.items() if of is not None}


def told(fields: Sequence[Field], texts: Sequence[str]) -> list[str]:
    """What parts read; of a column in the data of a pivot table each text once.

    Args:
        fields: the parts.
        texts: what they read; those without any are gone.
    """
    seen: set[tuple[str, int, str]] = set()
    found: list[str] = []
    for one, text in zip(fields, texts, strict=True):
        key = one.member, one.column, text
        if text and (one.value is None or key not in seen):
            found.append(text)
        seen.add(key)
    return found


class Falls:
    """Tells which parts a formula, or how a text sounds, falls with, by their numbers."""

    def __init__(self, fields: Sequence[Field], strings: Mapping[int, int]) -> None:
        self._strings = strings
        self._by_cell: dict[tuple[str, int], list[int]] = {}
        self._by_group: dict[tuple[str, str], list[int]] = {}
        self._by_text: dict[int, list[int]] = {}
        for number, one in enumerate(fields):
            if one.cell is None:
                continue
            self._by_cell.setdefault((one.member, one.cell.element), []).append(number)
            if one.cell.group:
                self._by_group.setdefault((one.member, one.cell.group), []).append(number)
            if one.cell.shared is not None:
                self._by_text.setdefault(one.cell.shared, []).append(number)
        self._groups = {key: tuple(numbers) for key, numbers in self._by_group.items()}

    def __call__(self, one: Field) -> tuple[int, ...]:
        """Numbers of the parts without which this one says nothing."""
        if one.cell is None:
            text = self._strings.get(one.number) if one.member == STRINGS else None
            return () if text is None else tuple(self._by_text.get(text, ()))
        if one.number < 0:
            return ()
        group = self._groups.get((one.member, one.cell.group))
        return group or tuple(self._by_cell[one.member, one.cell.element])
