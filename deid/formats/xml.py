"""Files of XML, read by what their outermost element says that they are."""

from __future__ import annotations

from deid.errors import NoteTooLarge, UnsupportedFormat
from deid.formats import NoteFile, ReadOptions, cda, fhir
from deid.formats.markup import read_markup


def read(content: bytes, *, name: str, options: ReadOptions) -> NoteFile:
    """The notes in a file of XML.

    Raises:
        InputError: it is no well-formed XML, or of a kind that cannot be examined.
    """
    if len(content) > options.max_note_bytes:
        raise NoteTooLarge(f"the file is longer than {options.max_note_bytes} bytes: split it")
    markup = read_markup(content)
    root = markup.elements[0]
    if root == cda.ROOT:
        return cda.read(content, name=name, options=options)
    if root.startswith(f"{fhir.FHIR} "):
        return fhir.read_xml(content, markup, name=name, options=options)
    raise UnsupportedFormat(
        "XML that is neither a clinical document (CDA R2) nor a resource of FHIR, which cannot be "
        "examined: exclude it, or make text of it"
    )
