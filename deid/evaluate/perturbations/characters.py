"""Unicode, encodings and mark-up."""

from __future__ import annotations

import html
import random
import re
import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

from deid.datatypes import Span
from deid.evaluate.gold import GoldNote
from deid.evaluate.perturbations.edits import Edit
from deid.evaluate.perturbations.family import (
    EVERY,
    NAMES,
    Family,
    Scope,
    Severity,
    one_of,
    rewriting,
)

_LOOK_ALIKES: Final = dict(zip("aceijopsxyABCEHIKMOPTXYS", "асеіјорѕхуАВСЕНІКМОРТХУЅ", strict=True))
_LIGATURES: Final = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}
_CURLY: Final = {"'": "’", '"': "”", "-": "–"}
_ACCENTS: Final = {
    "a": "\u0301", "e": "\u0301", "i": "\u0301", "o": "\u0308", "u": "\u0308", "n": "\u0303",
    "c": "\u0327", "s": "\u030c", "z": "\u030c",
}  # fmt: skip
_FULL_WIDTH: Final = 0xFEE0


def _accented(match: re.Match[str], rng: random.Random) -> str:
    return match.group() + _ACCENTS[match.group().lower()]


def _misdecoded(text: str) -> str:
    """UTF-8 read as Windows-1252, in which five bytes mean nothing: those stay as Latin-1."""
    decoded = (
        bytes([byte]).decode("cp1252", errors="ignore") or chr(byte)
        for byte in text.encode("utf-8")
    )
    return "".join(decoded)


def _misdecoded_curly(match: re.Match[str], rng: random.Random) -> str:
    return _misdecoded(_CURLY.get(match.group(), match.group()))


def _misdecoded_accent(match: re.Match[str], rng: random.Random) -> str:
    return _misdecoded(unicodedata.normalize("NFC", _accented(match, rng)))


def _escaped(match: re.Match[str], rng: random.Random) -> str:
    character = match.group()
    return html.escape(character) if character.isascii() else f"&#{ord(character)};"


def _starred(note: GoldNote, rng: random.Random, rate: float) -> Iterator[Edit]:
    """Asterisks or underscores before and behind a mark, outside of all marks."""
    for mark in note.spans:
        if rng.random() < rate and not _touches(note, mark.span):
            sign = rng.choice(("**", "*", "__", "`"))
            yield Edit(Span(mark.span.start, mark.span.start), sign)
            yield Edit(Span(mark.span.end, mark.span.end), sign)


def _touches(note: GoldNote, span: Span) -> bool:
    return any(
        other.span != span and other.span.start <= span.end and span.start <= other.span.end
        for other in note.spans
    )


FAMILIES: Final = (
    Family(
        "look-alikes", Severity.LIGHT, Scope.VALUES, 0.3, "Cyrillic letters that look Latin",
        rewriting(
            f"[{''.join(_LOOK_ALIKES)}]", lambda match, rng: _LOOK_ALIKES[match.group()],
            labels=EVERY,
        ),
    ),
    Family(
        "full-width", Severity.LIGHT, Scope.VALUES, 1.0, "ｆｕｌｌ　ｗｉｄｔｈ values",
        rewriting(
            "[!-~]", lambda match, rng: chr(ord(match.group()) + _FULL_WIDTH), labels=EVERY
        ),
    ),
    Family(
        "zero-width", Severity.LIGHT, Scope.VALUES, 0.3, "invisible marks inside values",
        rewriting(r"(?<=\w)(?=\w)", one_of("\u200b", "\u200c", "\u200d", "\u2060"), labels=EVERY),
    ),
    Family(
        "soft-hyphens", Severity.LIGHT, Scope.VALUES, 0.3, "soft hyphens inside values",
        rewriting(r"(?<=\w)(?=\w)", one_of("\u00ad"), labels=EVERY),
    ),
    Family(
        "combining-accents", Severity.LIGHT, Scope.VALUES, 0.2, "names with accents of their own",
        rewriting("[aeiouncszAEIOUNCSZ]", _accented, labels=NAMES),
    ),
    Family(
        "ligatures", Severity.LIGHT, Scope.NOTE, 1.0, "ﬁ, ﬂ and ﬀ as one character",
        rewriting("ffi|ffl|ff|fi|fl", lambda match, rng: _LIGATURES[match.group()], labels=None),
    ),
    Family(
        "curly", Severity.LIGHT, Scope.NOTE, 1.0, "curly quotation marks and dashes",
        rewriting("['\"-]", lambda match, rng: _CURLY[match.group()], labels=None),
    ),
    Family(
        "html-entities", Severity.MEDIUM, Scope.NOTE, 1.0, "&amp;amp;, &amp;#39; and the like",
        rewriting("[&<>\"']|[^\x00-\x7f]", _escaped, labels=None),
    ),
    Family(
        "numeric-entities", Severity.HARD, Scope.VALUES, 0.3, "characters of values as &#NN;",
        rewriting(r"\S", lambda match, rng: f"&#{ord(match.group())};", labels=EVERY),
    ),
    Family(
        "percent-codes", Severity.MEDIUM, Scope.VALUES, 1.0, "values%20as%20in%20addresses",
        rewriting(r"[^\w.\-]", lambda match, rng: quote(match.group(), safe=""), labels=EVERY),
    ),
    Family(
        "mojibake", Severity.HARD, Scope.NOTE, 0.5, "dashes and quotation marks as â€“ and â€™",
        rewriting("['\"-]|[^\x00-\x7f]", _misdecoded_curly, labels=None),
    ),
    Family(
        "mojibake-names", Severity.HARD, Scope.VALUES, 0.15, "accented names as MarÃ­a",
        rewriting("[aeiouncAEIOUNC]", _misdecoded_accent, labels=NAMES),
    ),
    Family(
        "markdown", Severity.LIGHT, Scope.NOTE, 1.0, "**values** in asterisks and the like",
        _starred,
    ),
)  # fmt: skip
"""In the order of the table that is printed."""
