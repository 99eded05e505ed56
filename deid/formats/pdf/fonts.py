"""Fonts of a PDF: which letters the codes of a string are, and how wide (ISO 32000-2, 9.5-9.10)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf
from pdfminer.cmapdb import CMap, IdentityCMap, IdentityCMapByte
from pdfminer.pdffont import PDFCIDFont, PDFFont, PDFTrueTypeFont, PDFType1Font
from pdfminer.pdftypes import PDFStream
from pdfminer.psparser import LIT

from deid.silence import hush

hush("pdfminer")
_DEEPEST: Final = 8
_DESCENT: Final = -0.25
_ASCENT: Final = 0.85


class UnknownFontError(Exception):
    """A font whose codes cannot be told; the message says why, and holds nothing of the file."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a string.

    Attributes:
        start: its first byte in the string.
        end: behind its last one.
        value: the code.
        text: the letters that it stands for; None where the font does not say.
        width: how far it moves on, in thousandths of the size.
        is_blank: whether it is the single byte 32, which word spacing moves.
    """

    start: int
    end: int
    value: int
    text: str | None = field(repr=False)
    width: float
    is_blank: bool


class Font:
    """A font of a document.

    Args:
        inner: as the library reads it.
        ascent: of its letters, in sizes.
        descent: of its letters, in sizes, negative.
    """

    def __init__(self, inner: PDFFont, *, ascent: float, descent: float) -> None:
        self._inner = inner
        self.ascent = ascent
        self.descent = descent
        self._known: dict[tuple[int, int], tuple[str | None, float]] = {}
        self._cmap = inner.cmap if isinstance(inner, PDFCIDFont) else None

    def codes(self, string: bytes) -> Iterator[Code]:
        """The codes of a string.

        Raises:
            UnknownFontError: bytes of it are no code.
        """
        at = 0
        for end, value, cid in self._cut(string):
            text, width = self._meaning(value, cid)
            yield Code(at, end, value, text, width, end - at == 1 and value == 32)
            at = end

    def cid(self, code: bytes) -> int:
        """The number of the character that a code stands for (9.7.2).

        Raises:
            UnknownFontError: it is no code.
        """
        return next(cid for _, _, cid in self._cut(code))

    def _cut(self, string: bytes) -> Iterator[tuple[int, int, int]]:
        """The end, code and character of each."""
        cmap = self._cmap
        if cmap is None or isinstance(cmap, IdentityCMapByte):
            for at, value in enumerate(string, 1):
                yield at, value, value
        elif isinstance(cmap, IdentityCMap):
            if len(string) % 2:
                raise UnknownFontError("a string ends within a letter")
            for at in range(0, len(string), 2):
                value = string[at] << 8 | string[at + 1]
                yield at + 2, value, value
        else:
            yield from _walked(cmap, string)

    def _meaning(self, value: int, cid: int) -> tuple[str | None, float]:
        known = self._known.get((value, cid))
        if known is None:
            known = self._known[value, cid] = (self._text(value, cid), self._width(cid))
        return known

    def _text(self, value: int, cid: int) -> str | None:
        mapped = self._inner.unicode_map
        by_code = getattr(mapped, "cid2unichr", {}).get(value)
        if by_code is not None and self._cmap is not None:
            return str(by_code) or None
        try:
            text = self._inner.to_unichr(cid)
        except Exception:  # noqa: BLE001 - whatever goes wrong there: the letter is not known
            return None
        return str(text) or None

    def _width(self, cid: int) -> float:
        width = self._inner.char_width(cid)
        if not isinstance(width, int | float) or not math.isfinite(width):
            raise UnknownFontError("a letter has no width")
        return float(width) * 1000


def read_font(font: pikepdf.Object) -> Font:
    """A font by its dictionary.

    Raises:
        UnknownFontError: it is of a kind whose letters cannot be told.
    """
    subtype = str(font.get("/Subtype", ""))
    if subtype == "/Type3":
        raise UnknownFontError("letters that are drawings (a font of Type 3)")
    try:
        inner = _read(subtype, _plain(font, _DEEPEST))
    except UnknownFontError:
        raise
    except Exception:  # noqa: BLE001 - a damaged font can fail in any way
        raise UnknownFontError("a font that is damaged") from None
    if inner.is_vertical():
        raise UnknownFontError("letters that run from top to bottom")
    ascent, descent = inner.get_ascent(), inner.get_descent()
    return Font(
        inner,
        ascent=ascent if 0.4 < ascent < 1.3 else _ASCENT,
        descent=descent if -0.6 < descent < -0.05 else _DESCENT,
    )


def _read(subtype: str, spec: Mapping[str, Any]) -> PDFFont:
    if subtype == "/Type0":
        below = dict(spec["DescendantFonts"][0])
        for key in ("Encoding", "ToUnicode"):
            if key in spec:
                below[key] = spec[key]
        encoding = below.get("Encoding")
        if isinstance(encoding, PDFStream):
            raise UnknownFontError("a font with codes of its own")
        inner = PDFCIDFont(None, below)
        if isinstance(inner.cmap, CMap) and not inner.cmap.code2cid:
            raise UnknownFontError("a font with unknown codes")
        return inner
    kinds = {"/Type1": PDFType1Font, "/MMType1": PDFType1Font, "/TrueType": PDFTrueTypeFont}
    if subtype not in kinds:
        raise UnknownFontError("a font of an unknown kind")
    inner = kinds[subtype](None, spec)
    if "Widths" in spec:
        first = int(spec.get("FirstChar", 0))
        given = {first + at: width for at, width in enumerate(spec["Widths"])}
        inner.widths = {**inner.widths, **given}
    return inner


def _walked(cmap: CMap, string: bytes) -> Iterator[tuple[int, int, int]]:
    """Codes of several lengths."""
    node: Any = cmap.code2cid
    value = 0
    for at, byte in enumerate(string, 1):
        node = node.get(byte)
        value = value << 8 | byte
        if node is None:
            raise UnknownFontError("a letter that its font does not know")
        if isinstance(node, int):
            yield at, value, node
            node, value = cmap.code2cid, 0
    if node is not cmap.code2cid:
        raise UnknownFontError("a string ends within a letter")


def _plain(thing: Any, depth: int) -> Any:
    """An object of the document as the library that knows fonts wants it."""
    if depth == 0:
        return None
    match thing:
        case pikepdf.Stream():
            lengths = {f"Length{n}": int(thing.get(f"/Length{n}", 0)) for n in (1, 2, 3)}
            return PDFStream(lengths, thing.read_bytes())
        case pikepdf.Dictionary():
            skipped = {"/Parent", "/CharProcs", "/Resources"}
            return {
                key[1:]: _plain(thing[key], depth - 1)
                for key in thing.keys()  # noqa: SIM118
                if key not in skipped
            }
        case pikepdf.Array():
            return [_plain(one, depth - 1) for one in thing]
        case pikepdf.Name():
            return LIT(str(thing)[1:])
        case pikepdf.String():
            return bytes(thing)
        case bool() | int() | None:
            return thing
        case _:
            return float(thing)
