"""Other forms of values, and what announces them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Final

from deid.datatypes import Span
from deid.evaluate.gold import GoldNote
from deid.evaluate.perturbations.edits import Edit, pieces
from deid.evaluate.perturbations.family import (
    DATES,
    EVERY,
    IDS,
    NAMES,
    PHONES,
    EditsOf,
    Family,
    Scope,
    Severity,
    always,
    rewriting,
)
from deid.labels import Label

_WHOLE: Final = r".+"
_TITLE: Final = r"\b(?:Dr|DR|Mr|MR|Mrs|MRS|Ms|MS|Miss|Prof|Doctor)\b\.?\s*\Z"
_CUE: Final = r"(?:^|(?<=[;|,\t ]))[A-Za-z][A-Za-z#/.' ]{1,24}[:#][ \t]*\Z"
_NAME: Final = re.compile(r"([^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*)*) ([^\W\d_][\w'’-]+)")
_BETWEEN_DIGITS: Final = re.compile(r"(?<=\d)[/.\-](?=\d)")
_SEPARATORS: Final = re.compile(r"[()\s.\-/]+")
_GROUP: Final = 3


def _announced(expression: str, labels: frozenset[Label]) -> EditsOf:
    """Edits that drop what an expression finds right before values of these labels."""
    compiled = re.compile(expression, re.MULTILINE)

    def edits(note: GoldNote, rng: random.Random, rate: float) -> Iterator[Edit]:
        start = 0
        for piece in pieces(note):
            if piece.labels & labels and rng.random() < rate:
                # The end of what is searched is where the value begins.
                match = compiled.search(note.text, start, piece.span.start)
                if match is not None:
                    yield Edit(Span(*match.span()), "")
            if piece.labels:
                start = piece.span.end

    return edits


def _unpunctuated(match: re.Match[str], rng: random.Random) -> str:
    """Nothing, or a blank where two words would grow together."""
    text = match.string
    behind = text[match.end() : match.end() + 1]
    before = text[match.start() - 1 : match.start()]
    return " " if before.isalnum() and behind.isalnum() else ""


def _other_date(match: re.Match[str], rng: random.Random) -> str:
    return _BETWEEN_DIGITS.sub(rng.choice((".", "-", "/", " ")), match.group())


def _other_phone(match: re.Match[str], rng: random.Random) -> str:
    sign = rng.choice(("", " ", ".", "-", "/", "–", " - "))
    return _SEPARATORS.sub(sign, match.group()).strip(sign)


def _grouped(match: re.Match[str], rng: random.Random) -> str:
    code = _SEPARATORS.sub("", match.group())
    return " ".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def _turned(match: re.Match[str], rng: random.Random) -> str:
    name = _NAME.fullmatch(match.group())
    return match.group() if name is None else f"{name[2]}, {name[1]}"


def _as_field(match: re.Match[str], rng: random.Random) -> str:
    """As in HL7 v2, data type XPN: family^given^further."""
    name = _NAME.fullmatch(match.group())
    return match.group() if name is None else "^".join([name[2], *name[1].split()]).upper()


def _initialled(match: re.Match[str], rng: random.Random) -> str:
    name = _NAME.fullmatch(match.group())
    if name is None:
        return match.group()
    return " ".join(f"{given[0]}." for given in name[1].split()) + f" {name[2]}"


FAMILIES: Final = (
    Family(
        "missing-titles", Severity.LIGHT, Scope.NOTE, 1.0, "Dr, Mr, Mrs, Ms before names dropped",
        _announced(_TITLE, NAMES),
    ),
    Family(
        "missing-cues", Severity.HARD, Scope.NOTE, 1.0, "words with a colon before values dropped",
        _announced(_CUE, EVERY),
    ),
    Family(
        "missing-punctuation", Severity.MEDIUM, Scope.NOTE, 1.0,
        "full stops, commas and colons dropped, not within numbers",
        rewriting(r"(?<!\d)[.,;:]|[.,;:](?!\d)", _unpunctuated, labels=None),
    ),
    Family(
        "date-separators", Severity.LIGHT, Scope.VALUES, 1.0, "/ . - and blanks exchanged in dates",
        rewriting(_WHOLE, _other_date, labels=DATES),
    ),
    Family(
        "phone-separators", Severity.MEDIUM, Scope.VALUES, 1.0, "other signs in phone numbers",
        rewriting(_WHOLE, _other_phone, labels=PHONES),
    ),
    Family(
        "spaced-ids", Severity.MEDIUM, Scope.VALUES, 1.0, "ids in groups of three",
        rewriting(_WHOLE, _grouped, labels=IDS),
    ),
    Family(
        "joined-ids", Severity.LIGHT, Scope.VALUES, 1.0, "ids without blanks, hyphens and stops",
        rewriting(_SEPARATORS.pattern, always(""), labels=IDS),
    ),
    Family(
        "turned-names", Severity.LIGHT, Scope.VALUES, 1.0, "Family, Given",
        rewriting(_WHOLE, _turned, labels=NAMES),
    ),
    Family(
        "field-names", Severity.MEDIUM, Scope.VALUES, 1.0, "FAMILY^GIVEN as in HL7",
        rewriting(_WHOLE, _as_field, labels=NAMES),
    ),
    Family(
        "initialled-names", Severity.LIGHT, Scope.VALUES, 1.0, "G. Family",
        rewriting(_WHOLE, _initialled, labels=NAMES),
    ),
)  # fmt: skip
"""In the order of the table that is printed."""
