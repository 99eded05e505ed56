"""What a reading of an e-mail yields: its places, files and what does not come back (pure)."""

from __future__ import annotations

from dataclasses import dataclass, field

from deid.formats.eml.entities import Entity
from deid.formats.eml.places import Edit, Place
from deid.formats.nested import NestedFile


@dataclass(frozen=True, slots=True)
class NestedPart:
    """A part that is a file.

    Attributes:
        entity: the part.
        where: it is, in plain words.
        coding: its encoding of transport.
        content: its bytes, with names of other parts renewed.
        old: its bytes as they are.
        file: as its own format read it.
    """

    entity: Entity
    where: str
    coding: str
    content: bytes = field(repr=False)
    old: bytes = field(repr=False)
    file: NestedFile


@dataclass(slots=True)
class Reading:
    """All that an e-mail holds.

    Attributes:
        places: in the order in which they are read.
        files: parts that are files.
        edits: what changes whatever is found: fields and parts that do not come back.
        removed: these in plain words.
        order: of places and files, by their numbers; files count from -1 down.
    """

    places: list[Place] = field(default_factory=list)
    files: list[NestedPart] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    order: list[int] = field(default_factory=list)

    def add(self, place: Place) -> None:
        """Add a place."""
        self.order.append(len(self.places))
        self.places.append(place)

    def add_file(self, part: NestedPart) -> None:
        """Add a part that is a file."""
        self.files.append(part)
        self.order.append(-len(self.files))

    def remove(self, span: tuple[int, int], what: str) -> None:
        """Leave a range of the e-mail out, and tell what stood there."""
        self.edits.append(Edit(*span, b""))
        self.tell(what)

    def tell(self, what: str) -> None:
        """Tell once that something does not come back."""
        if what not in self.removed:
            self.removed.append(what)
