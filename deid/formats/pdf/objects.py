"""Everything of a PDF that lies outside of its pages: texts, files, and what never comes back.

Every object that the trailer leads to is looked at, by a grammar of what the standard knows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import pikepdf

from deid.datatypes import Document, Redacted
from deid.errors import DefectError, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.pdf import (
    attachments,
    colours,
    drawing,
    interaction,
    renaming,
    structure,
    typefaces,
    values,
)
from deid.formats.pdf.opening import refusing_damage
from deid.formats.pdf.slots import Look, Text
from deid.formats.pdf.walk import Attachment, Handler, Walk
from deid.parts import Assembly

_DEEPEST: Final = 50
_MOST_NAMES: Final = 500_000
HANDLERS: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        **values.HANDLERS,
        **interaction.HANDLERS,
        **attachments.HANDLERS,
        **drawing.HANDLERS,
        **colours.HANDLERS,
        **typefaces.HANDLERS,
        **structure.HANDLERS,
    }
)


class Objects:
    """What was found outside of the pages of a document.

    Args:
        walk: that went over all its objects.
        pdf: the document.
    """

    def __init__(self, walk: Walk, pdf: pikepdf.Pdf) -> None:
        self._walk = walk
        self._pdf = pdf

    @property
    def removed(self) -> tuple[str, ...]:
        """What does not come back, in plain words."""
        return tuple(sorted(self._walk.removed))

    @property
    def texts(self) -> tuple[Text, ...]:
        """The texts, in the order of their parts."""
        return tuple(self._walk.texts)

    @property
    def looks(self) -> tuple[Look, ...]:
        """How annotations and fields look."""
        return tuple(self._walk.looks.values())

    @property
    def files(self) -> tuple[Attachment, ...]:
        """The files that lie in the document."""
        return tuple(self._walk.files)

    @property
    def fonts(self) -> Mapping[tuple[int, int], Any]:
        """The fonts, by their objects."""
        return typefaces.fonts_of(self._walk, "fonts")

    @property
    def fonts_of_forms(self) -> frozenset[tuple[int, int]]:
        """The fonts that fields may be typed in."""
        return frozenset(typefaces.fonts_of(self._walk, "fonts of forms"))

    def add_to(self, assembly: Assembly) -> None:
        """Add a part for each text, then those of the files in the document."""
        for text in self._walk.texts:
            assembly.add(
                text.text, text.place, label=text.label, lead=f"\n{text.lead}", form=text.form
            )
        for one in self._walk.files:
            one.file.add_to(assembly, one.place, lead="\n")
        for words in self.removed:
            assembly.remove(words)

    def write(
        self, document: Document, redacted: Redacted, after: tuple[str, ...], *, first: int
    ) -> None:
        """Put the new texts into the document that was walked over.

        Args:
            document: the note.
            redacted: what became of it.
            after: what each of its parts reads then.
            first: index of the first part that `add_to` added.

        Raises:
            DefectError: a file in the document does not read as it should.
        """
        texts = self._walk.texts
        for index, text in enumerate(texts, first):
            if after[index] != text.text:
                text.write(after[index])
        interaction.draw_anew(self._walk, self._pdf)
        at = first + len(texts)
        for one in self._walk.files:
            before = one.stream.read_bytes()
            content = one.file.render(document, redacted, first=at)
            if content != before:
                one.stream.write(content)
                if "/Size" in one.stream.get("/Params", {}):
                    one.stream["/Params"]["/Size"] = len(content)
            at += one.file.size


def examine(pdf: pikepdf.Pdf, options: ReadOptions) -> Objects:
    """Look at every object of a document; what never comes back is taken out of it.

    The same document is walked over in the same way each time.

    Raises:
        InputError: something in it cannot be examined.
    """
    return Objects(_walked(pdf, Walk(options, HANDLERS)), pdf)


def clear_strays(pdf: pikepdf.Pdf, options: ReadOptions, texts: Sequence[str]) -> None:
    """Clear references to what is drawn no more, so that it is not written.

    Args:
        pdf: a document that was examined, and rewritten since.
        options: how it was read.
        texts: what may be read in it now.

    Raises:
        DefectError: something else is read.
    """
    walk = _walked(pdf, Walk(options, {**HANDLERS, "file": lambda *_: None}))
    found = Counter(text.text for text in walk.texts)
    if found - Counter(texts):
        raise DefectError("what lies outside of the pages is not what it should: nothing written")


def _walked(pdf: pikepdf.Pdf, walk: Walk) -> Walk:
    with refusing_damage():
        if pdf.is_encrypted:
            walk.remove("protection by the password of an owner")
        _begin(walk, pdf)
        walk.run(pdf.trailer)
        if walk.facts.get("is_dynamic"):
            raise UnsupportedFormat(
                "the document is a form in XFA without pages of its own: print it to a new PDF"
            )
        structure.write_ids(walk)
        typefaces.name_fonts(walk, pdf)
        renaming.rename(walk, pdf)
    return walk


def _begin(walk: Walk, pdf: pikepdf.Pdf) -> None:
    for key in [key for key in pdf.trailer.keys() if key not in _OF_TRAILER]:  # noqa: SIM118
        del pdf.trailer[key]
    walk.facts["destinations"] = _destinations(pdf.Root)


_OF_TRAILER: Final = frozenset(("/Root", "/Info", "/Size"))


def _destinations(root: Any) -> dict[str | bytes, Any]:
    """The places of a document that have names (ISO 32000-2, 12.3.2.4)."""
    found: dict[str | bytes, Any] = {}
    old = root.get("/Dests")
    if isinstance(old, pikepdf.Dictionary):
        found.update(old.items())
    names = root.get("/Names")
    tree = names.get("/Dests") if isinstance(names, pikepdf.Dictionary) else None
    below = [(tree, 0)]
    while below:
        node, depth = below.pop()
        if not isinstance(node, pikepdf.Dictionary) or depth > _DEEPEST:
            continue
        below += [(kid, depth + 1) for kid in node.get("/Kids", [])]
        entries = list(node.get("/Names", []))
        if len(found) > _MOST_NAMES or len(below) > _MOST_NAMES:
            raise UnsupportedFormat("the document has too many named places: print it to a new PDF")
        for key, value in zip(entries[::2], entries[1::2], strict=False):
            if isinstance(key, pikepdf.String):
                found[bytes(key)] = value
    return found
