"""Files of FHIR in XML: a resource or a Bundle of them, which is one note."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from deid.datatypes import Document, Redacted
from deid.formats import ReadOptions
from deid.formats.fhir.note import Note, changes_of
from deid.formats.fhir.resource import alone, examined
from deid.formats.fhir.xml_tree import XmlTree, read_xml_tree
from deid.formats.fhir.xml_writing import rewritten
from deid.formats.markup import Markup
from deid.formats.one_note import OneNote


@dataclass(frozen=True, slots=True)
class FhirXmlFile(OneNote):
    """A file that is one resource, or one Bundle, and one note.

    Attributes:
        raw: the whole file.
        tree: of the resource.
        note: what is examined.
        document: the same, for the pipeline.
    """

    raw: bytes = field(repr=False)
    tree: XmlTree = field(repr=False)
    note: Note = field(repr=False)
    document: Document
    format: ClassVar[str] = "fhir-xml"

    @property
    def encoding(self) -> str:
        """Name of the encoding, for the log."""
        return self.tree.markup.encoding

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The resource with its new values, everything else to the byte as it was.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: a place cannot hold its new text.
        """
        changes = changes_of(self.note, document, redacted)
        if not changes.values and not changes.masked:
            return self.raw
        return rewritten(self.tree, changes)


def read_xml(content: bytes, markup: Markup, *, name: str, options: ReadOptions) -> FhirXmlFile:
    """The resource or Bundle in a file of XML.

    Args:
        content: its bytes.
        markup: what they are.
        name: becomes the id.
        options: how it is read.

    Raises:
        InputError: it is no FHIR, or a part of it cannot be examined.
    """
    tree = read_xml_tree(markup)
    people = alone(tree.root)
    note = examined(tree.root, id=name, place="", people=people, options=options)
    return FhirXmlFile(content, tree, note, note.document)
