"""Streams of a PDF that are no text and yet can hold some: colours, formulas, CMaps (pure)."""

from __future__ import annotations

import re
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from deid.errors import UnsupportedFormat
from deid.formats.pdf.words import is_predefined_cmap

_NUMERIC: Final = frozenset(
    kind.encode()
    for kind in (
        *("XYZ ", "curv", "para", "mft1", "mft2", "mAB ", "mBA ", "sf32", "uf32", "ui08"),
        *("ui16", "ui32", "ui64", "meas", "view", "sig ", "chrm", "clrt", "crdi", "cicp"),
    )
)
_PROFILE_HEADER: Final = 128
_MOST_TAGS: Final = 200
_FORMULA: Final = re.compile(
    rb"[{}]|[+-]?(?:\d+\.?\d*|\.\d+)|(?:abs|add|atan|ceiling|cos|cvi|cvr|div|exp|floor|idiv|ln|log"
    rb"|mod|mul|neg|round|sin|sqrt|sub|truncate|and|bitshift|eq|false|ge|gt|le|lt|ne|not|or|true"
    rb"|xor|if|ifelse|copy|dup|exch|index|pop|roll)(?![A-Za-z])"
)
_BLANKS: Final = re.compile(rb"(?:[\x00\t\n\f\r ]+|%[^\r\n]*)*")
_TOKEN: Final = re.compile(
    rb"<(?P<hex>[0-9A-Fa-f\s]*)>|(?P<open>\[)|(?P<close>\])|/(?P<name>[^\s<>\[\](){}/%]*)"
    rb"|(?P<dict><<|>>)|(?P<string>\((?:[^()\\]|\\.)*\))|(?P<word>[^\s<>\[\](){}/%]+)",
    re.DOTALL,
)
_LONGEST: Final = 4


def plain_profile(profile: bytes) -> bytes:
    """A colour profile without its texts (ISO 15076-1, 7.2, 7.3 and 10).

    Descriptions, copyright, makers, models and dates are filled with zeros; colours are the same.

    Raises:
        UnsupportedFormat: it is none.
    """
    if len(profile) < _PROFILE_HEADER + 4 or profile[36:40] != b"acsp":
        raise UnsupportedFormat("a colour profile is damaged: print the document to a new PDF")
    (count,) = struct.unpack_from(">I", profile, _PROFILE_HEADER)
    table_end = _PROFILE_HEADER + 4 + 12 * count
    if count > _MOST_TAGS or table_end > len(profile):
        raise UnsupportedFormat("a colour profile is damaged: print the document to a new PDF")
    plain = bytearray(len(profile))
    plain[:table_end] = profile[:table_end]
    # The program that made it, the date, the maker, the model, the creator and the sum.
    for start, end in ((4, 8), (24, 36), (40, 44), (48, 56), (80, 100), (100, 128)):
        plain[start:end] = bytes(end - start)
    for number in range(count):
        at = _PROFILE_HEADER + 4 + 12 * number
        name, offset, size = struct.unpack_from(">4sII", profile, at)
        if offset < table_end or offset + size > len(profile):
            raise UnsupportedFormat("a colour profile is damaged: print the document to a new PDF")
        kind = profile[offset : offset + 4]
        if kind in _NUMERIC:
            plain[offset : offset + size] = profile[offset : offset + size]
        elif not any(plain[offset : offset + 4]):
            plain[offset : offset + 4] = kind if kind in (b"desc", b"text", b"mluc") else b"data"
            plain[at : at + 4] = name
    return bytes(plain)


def plain_formula(formula: bytes) -> bytes:
    """A function in PostScript without its remarks (ISO 32000-2, 7.10.5).

    Raises:
        UnsupportedFormat: it holds more than numbers and the operators of the standard.
    """
    tokens: list[bytes] = []
    at = 0
    while (at := _end(_BLANKS, formula, at)) < len(formula):
        match = _FORMULA.match(formula, at)
        if match is None:
            raise UnsupportedFormat("a formula of colours has unknown words: print to a new PDF")
        tokens.append(match.group())
        at = match.end()
    return b" ".join(tokens)


def plain_cmap(cmap: bytes, *, to_unicode: bool) -> bytes:
    """A CMap with nothing but its ranges and what they lead to (ISO 32000-2, 9.7.5 and 9.10.3).

    Args:
        cmap: as it is.
        to_unicode: whether it leads to letters. A code that leads to many leads to none then: no
            letter is so long, and a text could hide there.

    Raises:
        UnsupportedFormat: it is damaged.
    """
    pieces: list[str] = []
    is_plain = b"%" not in cmap
    section: list[str] | None = None
    words: list[str] = []
    at = 0
    while (at := _end(_BLANKS, cmap, at)) < len(cmap):
        match = _TOKEN.match(cmap, at)
        if match is None:
            raise UnsupportedFormat("the letters of a font cannot be told: print to a new PDF")
        at = match.end()
        word = _word(match)
        if word.startswith("begin") and word[5:] in _SECTIONS:
            section = []
        elif word.startswith("end") and word[3:] in _SECTIONS and section is not None:
            rows = _section(word[3:], section, to_unicode=to_unicode)
            is_plain = is_plain and "".join(rows.split()[2:-1]) == "".join(section)
            pieces.append(rows)
            section = None
        elif section is not None:
            section.append(word)
        elif word == "usecmap" and words and is_predefined_cmap(words[-1]):
            pieces.append(f"{words[-1]} usecmap\n")
        elif word == "def" and len(words) > 1 and words[-2] == "/WMode":
            pieces.append(f"/WMode {'1' if words[-1] == '1' else '0'} def\n")
        else:
            is_plain = is_plain and _HARMLESS.fullmatch(word) is not None
            words = [*words[-1:], word]
    if is_plain and section is None:
        return cmap
    return (_HEAD + "".join(pieces) + _FOOT).encode("ascii")


def cut_cmap(cmap: bytes, used: Collection[int]) -> bytes:
    """A CMap that leads to letters from these codes alone, each by itself (9.10.3).

    Args:
        cmap: a plain one, see `plain_cmap`.
        used: the codes.

    Raises:
        UnsupportedFormat: it is damaged.
    """
    codes = sorted(used)
    above: list[str] = []
    rows: list[tuple[str, str]] = []
    section: list[str] | None = None
    before = ""
    for word in _words(cmap):
        if word in ("beginbfchar", "beginbfrange"):
            section = []
        elif word in ("endbfchar", "endbfrange") and section is not None:
            rows += _rows_of(section, codes, size=_SECTIONS[word[3:]])
            section = None
        elif section is not None:
            section.append(word)
        elif word == "usecmap" and is_predefined_cmap(before):
            above.append(f"{before} usecmap\n")
        before = word
    rows.sort(key=lambda row: (len(row[0]), row[0]))
    digits = sorted({len(code) - 2 for code, _ in rows})
    spaces = "".join(f"<{'0' * count}> <{'f' * count}>\n" for count in digits)
    pieces = [f"{len(digits)} begincodespacerange\n{spaces}endcodespacerange\n"] if rows else []
    for start in range(0, len(rows), _MOST_ROWS):
        some = rows[start : start + _MOST_ROWS]
        lines = "".join(f"{code} {target}\n" for code, target in some)
        pieces.append(f"{len(some)} beginbfchar\n{lines}endbfchar\n")
    return (_HEAD + "".join(above + pieces) + _FOOT).encode("ascii")


def _words(cmap: bytes) -> Iterator[str]:
    at = 0
    while (at := _end(_BLANKS, cmap, at)) < len(cmap):
        match = _TOKEN.match(cmap, at)
        if match is None:
            raise UnsupportedFormat("the letters of a font cannot be told: print to a new PDF")
        at = match.end()
        yield _word(match)


def _rows_of(words: list[str], codes: Sequence[int], *, size: int) -> Iterator[tuple[str, str]]:
    """What a list leads to from each of some codes, which ascend."""
    at = 0
    while at + size <= len(words):
        row = words[at : at + size]
        at += size
        targets: list[str] | None = None
        if row[-1] == "[":
            end = words.index("]", at) if "]" in words[at:] else len(words)
            targets, at = words[at:end], end + 1
        if not all(map(_is_code, row[: size - 1])):
            continue
        low, high = int(row[0][1:-1], 16), int(row[size - 2][1:-1], 16)
        for code in codes[bisect_left(codes, low) : bisect_right(codes, high)]:
            own = f"<{code:0{len(row[0]) - 2}x}>"
            if targets is None and _is_target(row[-1], to_unicode=True):
                yield own, _further(row[-1], code - low)
            elif targets is not None and code - low < len(targets):
                yield own, targets[code - low]


def _further(target: str, steps: int) -> str:
    digits = len(target) - 2
    return f"<{(int(target[1:-1] or '0', 16) + steps) % 16 ** max(digits, 1):0{digits}x}>"


_MOST_ROWS: Final = 100
_SECTIONS: Final = {
    "codespacerange": 2,
    "bfchar": 2,
    "bfrange": 3,
    "cidchar": 2,
    "cidrange": 3,
    "notdefchar": 2,
    "notdefrange": 3,
}
_HARMLESS: Final = re.compile(
    r"/?(?:CIDInit|ProcSet|findresource|begin|dict|begincmap|endcmap|CIDSystemInfo|Registry|Ordering"
    r"|Supplement|CMapName|CMapType|CMap|WMode|def|dup|currentdict|defineresource|pop|end|usecmap"
    r"|[A-Z]|Adobe-Identity-UCS|Adobe-Identity-H|Adobe-Identity-0|Custom|Identity-H|F\d{1,4}\+0)"
    r"|\d{1,3}|\((?:Adobe|UCS|UCS2|Identity|F\d{1,4}\+0)\)|<<|>>"
)
_HEAD: Final = (
    "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
    "/CMapName /Custom def\n/CMapType 2 def\n"
)
_FOOT: Final = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    match = pattern.match(data, at)
    return match.end() if match else at


def _word(match: re.Match[bytes]) -> str:
    if match.lastgroup == "hex":
        digits = "".join(match["hex"].decode("ascii").split()).lower()
        return f"<{digits}{'0' * (len(digits) % 2)}>"
    return match.group().decode("latin-1")


def _section(name: str, words: list[str], *, to_unicode: bool) -> str:
    """The lines of one list, those alone that are of its form."""
    size = _SECTIONS[name]
    lines: list[str] = []
    at = 0
    while at + size <= len(words):
        row = words[at : at + size]
        at += size
        if row[-1] == "[":
            end = words.index("]", at) if "]" in words[at:] else len(words)
            targets, at = words[at:end], end + 1
            row = [*row[:-1], *_targets_in_a_row(targets, to_unicode=to_unicode)]
        if all(map(_is_code, row[: 2 if size == 3 else 1])) and _leads(row, name, to_unicode):
            lines.append(" ".join(row))
    if not lines:
        return ""
    return f"{len(lines)} begin{name}\n" + "\n".join(lines) + f"\nend{name}\n"


def _targets_in_a_row(targets: list[str], *, to_unicode: bool) -> list[str]:
    kept = [one if _is_target(one, to_unicode) else "<fffd>" for one in targets]
    return ["[", *kept, "]"]


def _leads(row: list[str], name: str, to_unicode: bool) -> bool:
    if name == "codespacerange":
        return all(map(_is_code, row))
    if row[-1] == "]":
        return name == "bfrange"
    return _is_target(row[-1], to_unicode) if name.startswith("bf") else row[-1].isdigit()


def _is_code(word: str) -> bool:
    return word.startswith("<") and word != "<<" and 2 < len(word) <= 2 + 8


def _is_target(word: str, to_unicode: bool) -> bool:
    return to_unicode and word.startswith("<") and word != "<<" and len(word) <= 2 + 4 * _LONGEST
