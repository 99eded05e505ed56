"""The normalised view: what a note says once encodings and look-alike characters are undone.

Detectors read this view, redaction touches the original; the map between the two is exact.
Done, in this order: HTML entities and percent-encoding decoded (RFC 3986 section 2.1, UTF-8),
characters folded one by one (NFKC where that yields text, typographic dashes, quotes and blanks
to ASCII, invisible ones removed), combining marks composed, CR LF and CR to one line feed,
Cyrillic, Greek and Armenian look-alikes read as Latin inside otherwise Latin words, and words and
dates whose characters stand apart (`M a r t a`, `0 3 / 1 4`) closed up.
"""

from __future__ import annotations

import html
import re
import unicodedata
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from deid.detect import View
from deid.detect.lookalikes import CONFUSABLE, STYLED

_ENTITY: Final = r"&(?:amp;)*(?:#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[A-Za-z][A-Za-z0-9]{1,30};)"
_PERCENT: Final = r"(?:%(?:25)*[0-9A-Fa-f]{2})+"
_ENCODED: Final = re.compile(f"{_ENTITY}|{_PERCENT}")
_ESCAPE: Final = re.compile(r"%(?:25)*([0-9A-Fa-f]{2})")
_WORD: Final = re.compile(r"\w+(?:'\w+)*")
_ASCII_ALNUM: Final = re.compile(r"[A-Za-z0-9]")
_LOOKALIKE: Final = re.compile(f"[{''.join(CONFUSABLE)}]")
_GAP: Final = "(?: | {3}| - | / )"
_MONTH: Final = "(?i:j a n|f e b|m a r|a p r|m a y|j u n|j u l|a u g|s e p|o c t|n o v|d e c)"
_SPELT_DATE: Final = (
    rf"(?:\d(?: \d)?{_GAP}{_MONTH}(?: [a-z])*|{_MONTH}(?: [a-z])*{_GAP}\d(?: \d)?(?: ,)?)"
    rf"(?:{_GAP}\d \d(?: \d \d)?)?"
)
_APART: Final = re.compile(
    rf"(?<!\S)(?:{_SPELT_DATE}|(?:[^\W\d_] ){{4,}}[^\W\d_]|(?<!\d )(?:1 9|2 0) \d \d(?! \d)|"
    r"(?:\d ){1,4}(?:[/.-] (?:\d ){1,4}){1,2}\d)(?=[\s.,;:)]|$)"
)
_CONFUSABLE: Final = str.maketrans(dict(CONFUSABLE))

_PLAIN: Final = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2e3a\u2e3b\ufe58", "-"),
    **dict.fromkeys(
        "\u2018\u2019\u201a\u201b\u2032\u2035\u02b9\u02bb\u02bc\u02bd\u02c8\u00b4", "'"
    ),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u2036\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2028\u2029\u0085\r", "\n"),
    **dict.fromkeys("\u115f\u1160\u2800\u3164\uffa0", " "),
    **dict.fromkeys(("\u034f", "\u180e", *map(chr, range(0xFE00, 0xFE10))), ""),
    **dict.fromkeys(map(chr, range(0xE0100, 0xE01F0)), ""),
    "\u2044": "/",
    "\u2215": "/",
    **STYLED,
}
# Raised, lowered and fraction forms carry meaning as they stand: 10³, m², 1½, Tylenol™.
_MEANINGFUL: Final = ("<super>", "<sub>", "<fraction>")
# These stand before digits and are seen, though Unicode calls them format characters.
_VISIBLE_FORMAT: Final = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2")


def normalise(text: str) -> View:
    """The view of a note that detectors read.

    Text in plain ASCII without encodings comes back as the same object with `range` maps. Spans of
    the view are never empty, and both maps never fall. What is removed (zero-width, bidi and soft
    hyphen characters) lies between spans, so a span that reaches over it takes it along; a
    combining mark belongs to its letter. Lone surrogates stay as they are.
    """
    return _closed_up(_folded(text))


def _folded(text: str) -> View:
    encoded = ("&" in text or "%" in text) and _ENCODED.search(text) is not None
    if text.isascii() and not encoded and "\r" not in text:
        return _unmoved(text, text)
    odd: dict[str, str | int | None]
    odd = {
        c: folded
        for c in set(text)
        if (folded := fold_character(c)) != c or unicodedata.combining(c)
    }
    raised = "".join(c for c in set(text) if _is_raised(c))
    if not encoded and not raised and all(map(_one_for_one, odd)):
        folded_text = text.translate(str.maketrans(odd)) if odd else text
        return _unmoved(text, _fold_lookalikes(folded_text))
    draft = _rewrite(text, "".join(odd), raised)
    return View(text, _fold_lookalikes("".join(draft.pieces)), draft.starts, draft.ends)


def _closed_up(view: View) -> View:
    """The view without the blanks inside words and numbers whose characters stand apart.

    A row of digits alone may be a table's, so that only a year and rows with a separator count.
    Between two characters stand one blank or three, so that every other character is one to keep.
    """
    if _APART.search(view.text) is None:
        return view
    text: list[str] = []
    starts, ends = array("q"), array("q")
    done = 0
    for match in _APART.finditer(view.text):
        first, last = match.start(), match.end() - 1
        text += [view.text[done:first], match.group()[::2]]
        starts.extend(view.starts[done:first])
        starts.extend(view.starts[first : last + 1 : 2])
        ends.extend(view.ends[done:first])
        ends.extend(view.ends[first + 1 : last + 1 : 2])
        ends.append(view.ends[last])
        done = last + 1
    text.append(view.text[done:])
    starts.extend(view.starts[done:])
    ends.extend(view.ends[done:])
    return View(view.original, "".join(text), starts, ends)


def _unmoved(original: str, text: str) -> View:
    return View(original, text, range(len(text)), range(1, len(text) + 1))


def _one_for_one(character: str) -> bool:
    return (
        len(fold_character(character)) == 1
        and character != "\r"
        and not unicodedata.combining(character)
    )


@dataclass(slots=True)
class _Draft:
    """A view that is being written, from left to right."""

    pieces: list[str] = field(default_factory=list)
    starts: array[int] = field(default_factory=lambda: array("q"))
    ends: array[int] = field(default_factory=lambda: array("q"))

    def copy(self, text: str, start: int, end: int) -> None:
        if start < end:
            self.pieces.append(text[start:end])
            self.starts.extend(range(start, end))
            self.ends.extend(range(start + 1, end + 1))

    def put(self, folded: str, start: int, end: int) -> None:
        for character in folded:
            self.pieces.append(character)
            self.starts.append(start)
            self.ends.append(end)

    def put_mark(self, mark: str, start: int, end: int) -> None:
        """Join a combining mark to the letter before it; a Latin letter takes any mark."""
        last = self.pieces[-1][-1] if self.pieces else ""
        joined = _join(last, mark)
        if not joined:
            self.put(mark, start, end)
            return
        if joined != last:
            self.pieces[-1] = self.pieces[-1][:-1] + joined
        self.ends[-1] = end


@lru_cache(maxsize=1 << 12)
def _join(last: str, mark: str) -> str:
    """What a letter and a mark are together; empty where the mark stays on its own."""
    composed = unicodedata.normalize("NFC", last + mark)
    if last and len(composed) == 1:
        return composed
    latin = last.isalnum() and (last < "\u0250" or "\u1e00" <= last < "\u1f00")
    return last if latin else ""


def _rewrite(text: str, odd: str, raised: str) -> _Draft:
    alternatives = [_ENTITY, _PERCENT, r"\r\n"]
    alternatives += [f"[{re.escape(raised)}]{{2,}}"] if raised else []
    alternatives += [f"[{re.escape(odd)}]"] if odd else []
    draft = _Draft()
    done = 0
    for match in re.finditer("|".join(alternatives), text):
        draft.copy(text, done, match.start())
        done = match.end()
        for character, start, end in _decoded(match):
            if unicodedata.combining(character):
                draft.put_mark(character, start, end)
            else:
                draft.put(fold_character(character), start, end)
    draft.copy(text, done, len(text))
    return draft


def _decoded(match: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    """The characters that one odd place stands for, each with its range of the original."""
    piece, start, end = match.group(), match.start(), match.end()
    if len(piece) == 1:
        yield piece, start, end
    elif piece == "\r\n":
        yield "\n", start, end
    elif piece[0] == "&":
        yield from _decoded_entity(piece, start, end)
    elif piece[0] == "%":
        yield from _decoded_percent(match)
    else:
        for offset, character in enumerate(piece, start):
            yield unicodedata.normalize("NFKC", character), offset, offset + 1


def _decoded_entity(piece: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    character = _entity(piece)
    if character:
        yield character, start, end
    else:
        yield from _as_written(piece, start)


@lru_cache(maxsize=1 << 12)
def _entity(piece: str) -> str:
    """The character that an entity names, also one encoded twice; empty if it names none."""
    character = html.unescape("&" + re.sub("^&(?:amp;)*(?=.)", "", piece))
    return character if _is_text(character) else ""


def _is_text(characters: str) -> bool:
    return (
        len(characters) == 1
        and characters != "\ufffd"
        and (characters >= " " or characters in "\t\n\r")
    )


def _decoded_percent(match: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    piece, start = match.group(), match.start()
    escapes = list(_ESCAPE.finditer(piece))
    try:
        characters = bytes(int(escape[1], 16) for escape in escapes).decode("utf-8")
    except UnicodeDecodeError:
        characters = ""
    if not characters or _is_percentage(match) or not all(map(_is_text, characters)):
        yield from _as_written(piece, start)
        return
    index = 0
    for character in characters:
        first, index = index, index + len(character.encode("utf-8"))
        yield character, start + escapes[first].start(), start + escapes[index - 1].end()


def _is_percentage(match: re.Match[str]) -> bool:
    """Whether this is a figure, as in `98%20 min`, rather than an encoded blank."""
    text, start, end = match.string, match.start(), match.end()
    follows_digit = start > 0 and text[start - 1].isdigit()
    is_number = match.group()[1:].isdecimal() and end - start == 3
    return follows_digit and is_number and not text[end : end + 1].isalnum()


def _as_written(piece: str, start: int) -> Iterator[tuple[str, int, int]]:
    for offset, character in enumerate(piece, start):
        yield character, offset, offset + 1


@lru_cache(maxsize=1 << 14)
def fold_character(character: str) -> str:
    """What one character is read as: itself, other characters, or nothing."""
    if character in _PLAIN:
        return _PLAIN[character]
    if character.isascii():
        return character
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Cf":
        return character if character in _VISIBLE_FORMAT else ""
    decomposition = unicodedata.decomposition(character)
    compatible = unicodedata.normalize("NFKC", character)
    if not decomposition or decomposition.startswith(_MEANINGFUL) or compatible[0] == " ":
        return character
    return "".join(_PLAIN.get(part, part) for part in compatible)


@lru_cache(maxsize=1 << 14)
def _is_raised(character: str) -> bool:
    """Whether this is a raised or lowered letter or digit; a run of two spells something."""
    tag = unicodedata.decomposition(character).partition(" ")[0]
    return (
        tag in {"<super>", "<sub>"}
        and len(unicodedata.normalize("NFKC", character)) == 1
        and (character.isalnum() and character not in "ªº")
    )


def _fold_lookalikes(text: str) -> str:
    if text.isascii() or _LOOKALIKE.search(text) is None:
        return text
    return _WORD.sub(_latin_word, text)


def _latin_word(match: re.Match[str]) -> str:
    word = match.group()
    if word.isascii() or _ASCII_ALNUM.search(word) is None:
        return word
    folded = word.translate(_CONFUSABLE)
    foreign = any(c.isalpha() and not _is_latin(c) for c in folded)
    return word if foreign else folded


@lru_cache(maxsize=1 << 12)
def _is_latin(character: str) -> bool:
    return character.isascii() or unicodedata.name(character, "").startswith("LATIN")
