"""One text of FHIR, a resource or a Bundle of them, which is one note."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from deid.datatypes import Document, Redacted
from deid.errors import DefectError, EmptyNote, MalformedRecord, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.fhir.note import Note, changes_of, make_note, spots_of
from deid.formats.fhir.people import Patient, People, people_of
from deid.formats.fhir.tree import Members, Node, plain, read_tree
from deid.formats.fhir.writing import changed, edited, edits_of


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource in JSON.

    Attributes:
        text: as it was decoded.
        root: its tree.
        note: the note that it is.
    """

    text: str = field(repr=False)
    root: Members = field(repr=False)
    note: Note = field(repr=False)

    def rewritten(self, document: Document, redacted: Redacted) -> str:
        """The text after redaction, everything that did not change to the byte as it was.

        Args:
            document: the note as it was examined.
            redacted: what became of it.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: a place cannot hold its new text.
        """
        changes = changes_of(self.note, document, redacted)
        if not changes.values and not changes.masked:
            return self.text
        edits = edits_of(self.root, changes, escaping=self.text.isascii())
        text = edited(self.text, edits)
        try:
            again = plain(read_tree(text, place="the output"))
        except MalformedRecord:
            raise DefectError("the output is no JSON: nothing was written") from None
        if again != changed(self.root, changes):
            raise DefectError("the output does not read as it was written: nothing was written")
        return text


def parse(text: str, *, place: str) -> Members:
    """The tree of a resource.

    Raises:
        MalformedRecord: the text is no valid JSON.
        UnsupportedFormat: it is no resource.
    """
    root = read_tree(text, place=place)
    if isinstance(root, Members) and root.text("resourceType"):
        return root
    where = f"{place}: " if place else ""
    raise UnsupportedFormat(
        f"{where}JSON that is no FHIR resource (it has no `resourceType`), which cannot be "
        "examined: exclude it, or make text or JSON lines of it"
    )


def read_resource(
    text: str,
    root: Members,
    *,
    id: str,  # noqa: A002
    place: str,
    people: People,
    options: ReadOptions,
    key: bytes | None = None,
) -> Resource:
    """The note that a resource is.

    Args:
        text: as it was decoded.
        root: its tree.
        id: of the note.
        place: which resource it is, for errors; empty: the whole file.
        people: of the file.
        options: how the file is read.
        key: makes stand-ins for ids, see `make_note`.

    Raises:
        InputError: part of it cannot be examined.
    """
    note = examined(root, id=id, place=place, people=people, options=options, key=key)
    return Resource(text, root, note)


def examined(
    root: Members,
    *,
    id: str,  # noqa: A002
    place: str,
    people: People,
    options: ReadOptions,
    key: bytes | None = None,
) -> Note:
    """The note that the tree of a resource is, in whatever syntax it was written.

    Raises:
        InputError: part of it cannot be examined.
    """
    if options.run is not None:
        people = options.run.behind(people, folder=str(PurePosixPath(id).parent))
        key = options.run.key
    patients = people.of(root)
    note = make_note(
        spots_of(root, place=f"{place}, {root.text('resourceType')}" if place else ""),
        id=id,
        patient=_whose(root, people, patients),
        known=people.known_in(root),
        types=people.types,
        options=options,
        key=key,
    )
    if not note.document.parts:
        raise EmptyNote("there is no text in the resource")
    return note


def alone(root: Node) -> People:
    """The people of a resource that no others stand beside."""
    return people_of([root])


def _whose(root: Members, people: People, patients: Mapping[str, Patient]) -> Patient | None:
    if root.text("resourceType") == "Bundle" and len(patients) != 1:
        return None
    return people.subject_of(root)
