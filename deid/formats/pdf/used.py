"""Tables of fonts cut to the letters that are left (ISO 32000-2, 9.6 to 9.10).

Many programs number the codes of a font in the order of first use, so that the tables of codes that
nothing uses any more spell what was taken out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import pikepdf

from deid.formats.pdf.binaries import cut_cmap
from deid.formats.pdf.fonts import Font
from deid.formats.pdf.glyphs import PageContent
from deid.formats.pdf.slots import identity, is_dictionary
from deid.formats.pdf.standins import font_object

_DEEPEST: Final = 20
_PROGRAMS: Final = ("/FontFile", "/FontFile2", "/FontFile3")
_SHARED: Final = ("/ToUnicode", "/Encoding", "/Widths", "/FontDescriptor", "/W", "/CIDToGIDMap")
_UPRIGHT: Final = ("/W2", "/DW2")

Key: TypeAlias = tuple[int, int]


@dataclass(slots=True)
class Codes:
    """Which codes of the fonts of a document its contents use.

    Attributes:
        kept: the codes that are used by what is written, by the object of their font.
        changed: fonts of which letters were taken out.
    """

    kept: dict[Key, set[bytes]] = field(default_factory=lambda: defaultdict(set))
    changed: set[Key] = field(default_factory=set)

    def add(self, read: PageContent, removed: Collection[int] = ()) -> None:
        """Count the letters of a content.

        Args:
            read: the content, with the forms that it uses.
            removed: letters of it that are taken out, by their numbers.
        """
        for index, glyph in enumerate(read.glyphs):
            key = glyph.show.font_key
            if index in removed:
                self.changed.add(key)
            else:
                self.kept[key].add(glyph.code.to_bytes(glyph.end - glyph.start, "big"))

    def lose(self, resources: Any) -> None:
        """Tell of a content that does not come back, by what it may use."""
        self.changed.update(_fonts_within(resources, set(), _DEEPEST))


def _fonts_within(resources: Any, seen: set[Key], depth: int) -> Iterator[Key]:
    if not is_dictionary(resources) or depth == 0:
        return
    key = identity(resources)
    if key in seen:
        return
    if key:
        seen.add(key)
    for font in _values(resources.get("/Font")):
        if own := identity(font):
            yield own
        yield from _fonts_within(font.get("/Resources"), seen, depth - 1)
    for bundle in _values(resources.get("/ExtGState")):
        chosen = bundle.get("/Font")
        if isinstance(chosen, pikepdf.Array) and len(chosen) and (own := identity(chosen[0])):
            yield own
    for kind in ("/XObject", "/Pattern"):
        for content in _values(resources.get(kind)):
            number = identity(content)
            if number not in seen:
                seen.update({number} if number else ())
                yield from _fonts_within(content.get("/Resources"), seen, depth - 1)


def _values(entries: Any) -> Iterator[Any]:
    if is_dictionary(entries):
        yield from (one for _, one in entries.items() if is_dictionary(one))


def cut_fonts(
    pdf: pikepdf.Pdf,
    fonts: Iterable[Any],
    codes: Codes,
    *,
    known: Mapping[Key, Font],
    of_forms: Collection[Key] = (),
) -> None:
    """Let fonts of which letters were taken out tell of those alone that are left.

    A font of which none is left becomes the one that stand-ins are drawn in. Programs of other
    fonts stay as they are, and so does a font that fields are typed in, and that is not embedded.

    Args:
        pdf: the document.
        fonts: its fonts.
        codes: what of them is used.
        known: the fonts as they were read.
        of_forms: fonts that fields may be typed in.
    """
    if not codes.changed:
        return
    below: dict[Key, tuple[Any, set[int]]] = {}
    for font in _concerned(list(fonts), codes.changed):
        key = font.objgen
        used = codes.kept.get(key, set())
        if key in of_forms and not _is_embedded(font):
            continue
        if not used or key not in known:
            _make_plain(font)
            continue
        _cut_to_unicode(pdf, font, {int.from_bytes(code, "big") for code in used})
        if str(font.get("/Subtype")) == "/Type0":
            descendant = font.DescendantFonts[0]
            place = identity(descendant) or key
            below.setdefault(place, (descendant, set()))[1].update(map(known[key].cid, used))
        else:
            _cut_simple(font, {code[0] for code in used})
    for descendant, cids in below.values():
        _cut_descendant(pdf, descendant, cids)


def _concerned(fonts: Sequence[Any], changed: Collection[Key]) -> list[Any]:
    """The fonts that changed, and those that share a table with one of them."""
    by_key = {font.objgen: (font, set(_tables(font))) for font in fonts}
    found = {key for key in by_key if key in changed}
    tables = {table for key in found for table in by_key[key][1]}
    is_more = True
    while is_more:
        more = {key for key, (_, own) in by_key.items() if key not in found and own & tables}
        tables |= {table for key in more for table in by_key[key][1]}
        found |= more
        is_more = bool(more)
    return [font for key, (font, _) in by_key.items() if key in found]


def _tables(font: Any) -> Iterator[Key]:
    for thing in (font, *_descendants(font)):
        values = [thing.get(name) for name in _SHARED]
        for value in (thing.get("/DescendantFonts"), *_descendants(thing), *values):
            if isinstance(value, pikepdf.Object) and (key := identity(value)):
                yield key


def _descendants(font: Any) -> list[Any]:
    given = font.get("/DescendantFonts")
    return [one for one in given if is_dictionary(one)] if isinstance(given, pikepdf.Array) else []


def _is_embedded(font: Any) -> bool:
    descriptors = [one.get("/FontDescriptor") for one in (font, *_descendants(font))]
    return any(name in descriptor for descriptor in descriptors if descriptor for name in _PROGRAMS)


def _make_plain(font: Any) -> None:
    for key in list(font.keys()):
        del font[key]
    for key, value in font_object().items():
        font[key] = value


def _cut_to_unicode(pdf: pikepdf.Pdf, font: Any, used: Collection[int]) -> None:
    given = font.get("/ToUnicode")
    if isinstance(given, pikepdf.Stream):
        font["/ToUnicode"] = pdf.make_stream(cut_cmap(given.read_bytes(), used))


def _cut_simple(font: Any, used: Collection[int]) -> None:
    """Names and widths of a font whose codes are single bytes (9.6.2, 9.6.5)."""
    other = next(code for code in (*range(255, -1, -1), 0) if code not in used or not code)
    encoding = font.get("/Encoding")
    if isinstance(encoding, pikepdf.Dictionary) and "/Differences" in encoding:
        names = {code: name for code, name in _named(encoding.Differences) if code in used}
        written: list[Any] = []
        for code, name in sorted((names or {other: pikepdf.Name("/.notdef")}).items()):
            written += [name] if code - 1 in names and written else [code, name]
        anew = {key: value for key, value in encoding.items() if key != "/Differences"}
        font["/Encoding"] = pikepdf.Dictionary({**anew, "/Differences": pikepdf.Array(written)})
    widths = font.get("/Widths")
    if isinstance(widths, pikepdf.Array):
        first = int(font.get("/FirstChar", 0))
        own = {code: widths[code - first] for code in used if 0 <= code - first < len(widths)}
        low, high = min(own, default=other), max(own, default=other)
        font["/Widths"] = pikepdf.Array([own.get(code, 0) for code in range(low, high + 1)])
        font["/FirstChar"], font["/LastChar"] = low, high


def _named(differences: Any) -> Iterator[tuple[int, Any]]:
    code = 0
    for one in differences:
        if isinstance(one, pikepdf.Name):
            yield code, one
            code += 1
        else:
            code = int(one)


def _cut_descendant(pdf: pikepdf.Pdf, font: Any, used: Collection[int]) -> None:
    """Widths and glyphs of a font whose codes are numbers of characters (9.7.4)."""
    widths = font.get("/W")
    if isinstance(widths, pikepdf.Array):
        own = _widths_of(list(widths), used)
        written: list[Any] = []
        for cid in sorted(own):
            if cid - 1 in own:
                written[-1].append(own[cid])
            else:
                written += [cid, [own[cid]]]
        font["/W"] = pikepdf.Array(
            [pikepdf.Array(one) if isinstance(one, list) else one for one in written]
        )
    glyphs = font.get("/CIDToGIDMap")
    if isinstance(glyphs, pikepdf.Stream):
        data = glyphs.read_bytes()
        cut = bytearray(2 * (max(used, default=0) + 1))
        for cid in used:
            cut[2 * cid : 2 * cid + 2] = data[2 * cid : 2 * cid + 2].ljust(2, b"\0")
        font["/CIDToGIDMap"] = pdf.make_stream(bytes(cut))
    for key in _UPRIGHT:
        if key in font:
            del font[key]


def _widths_of(widths: Sequence[Any], used: Collection[int]) -> dict[int, Any]:
    own: dict[int, Any] = {}
    at = 0
    while at + 1 < len(widths):
        first, second = int(widths[at]), widths[at + 1]
        if isinstance(second, pikepdf.Array):
            own |= {first + n: one for n, one in enumerate(second) if first + n in used}
            at += 2
        else:
            last = int(second)
            own |= {cid: widths[at + 2] for cid in used if first <= cid <= last}
            at += 3
    return own
