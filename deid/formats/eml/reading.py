"""E-mails as a person reads them: their places, files and what does not come back (pure)."""

from __future__ import annotations

import re
from typing import Final

from deid.errors import MalformedRecord, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.eml.bodies import Bodies
from deid.formats.eml.entities import Entity, where
from deid.formats.eml.forms import GIVEN_ID, Boundary
from deid.formats.eml.found import Reading
from deid.formats.eml.header import Headers
from deid.formats.eml.kinds import REFUSED, SIGNATURES
from deid.formats.eml.places import Edit, Place, Sort

_CONTENT_ID: Final = re.compile(r"\s*<([^<>\s]+)>\s*")


def read_message(content: bytes, message: Entity, options: ReadOptions) -> Reading:
    """All that an e-mail holds.

    Raises:
        InputError: a part of it cannot be read, or examined.
    """
    reader = _Reader(content, message, options)
    reader.entity(message)
    return reader.found


class _Reader:
    """An e-mail that is being read."""

    def __init__(self, content: bytes, message: Entity, options: ReadOptions) -> None:
        self._content = content
        self.found = Reading()
        ids: dict[str, str] = {}
        for number, part in enumerate(message.walk(), 1):
            found = _CONTENT_ID.fullmatch(part.value(content, "content-id"))
            if found is not None and not GIVEN_ID.fullmatch(found[1]):
                ids[found[1]] = f"part{number}@masked.invalid"
        self._headers = Headers(content, self.found, ids)
        self._bodies = Bodies(content, self.found, ids, options)

    def entity(self, entity: Entity, *, is_signed: bool = False) -> None:
        """Read a part, and all in it."""
        if entity.kind in REFUSED:
            raise UnsupportedFormat(
                f"{where(entity.number)}: it {REFUSED[entity.kind]}, so it cannot be examined: "
                "save its content by itself"
            )
        if is_signed and entity.kind in SIGNATURES:
            self.found.remove(entity.lies, f"signature ({where(entity.number)})")
            return
        for one in entity.fields:
            self._headers.field(entity, one)
        if entity.kind.startswith("multipart/"):
            self._parts(entity)
        else:
            self._bodies.leaf(entity)

    def _parts(self, entity: Entity) -> None:
        is_signed = entity.kind == "multipart/signed"
        typed = entity.typed
        if is_signed and typed is not None:
            self.found.edits.append(Edit(typed.start, typed.end, b"multipart/mixed"))
        here = where(entity.number)
        if is_signed and all(part.kind in SIGNATURES for part in entity.parts):
            raise MalformedRecord(f"{here}: it holds a signature and nothing that is signed")
        self._boundary(entity)
        self._bodies.lines(entity.preamble, f"{here}, before its parts")
        for part in entity.parts:
            self.entity(part, is_signed=is_signed)
        self._bodies.lines(entity.epilogue, f"{here}, behind its parts")

    def _boundary(self, entity: Entity) -> None:
        found = next(one for one in entity.typed.parameters if one.name == "boundary")  # type: ignore[union-attr]
        start, end = found.ranges[0]
        if len(found.ranges) > 1:
            raise MalformedRecord(f"{where(entity.number)}: its boundary is written in pieces")
        at = self._content.find(found.value.encode("ascii"), start, end)
        if at < 0:
            raise MalformedRecord(f"{where(entity.number)}: its boundary is written in code")
        ranges = ((at, at + len(found.value)), *entity.delimiters)
        place = f"{where(entity.number)}, boundary"
        form = Boundary(entity.number)
        self.found.add(Place(Sort.VERBATIM, found.value, place, ranges, form=form))
