"""Words read in a picture that may be misreadings of names and numbers known or found already.

What reads letters takes some for others (`rn` for `m`, `1` for `l`), tears words and runs them
together; a person who looks at the picture still reads the name. A word that stands in the common
vocabulary is never taken for a misreading.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from deid.datatypes import Document, Finding, Part, Span
from deid.detect.lists import folded_list, protected_terms
from deid.detect.lookalikes import scanned_form
from deid.detect.names import parse_name
from deid.detect.propagate import DETECTOR
from deid.detect.roster import Kind, KnownIdentifiers
from deid.detect.spelling import Spellings, distance
from deid.detect.words import common_words, fold_word
from deid.labels import ID_LABELS, NAME_LABELS, Label

_TOKEN: Final = re.compile(r"[^\W_]+(?:[!|\]][^\W_]*)?")
_MARKS: Final = str.maketrans("!|]", "lll")
_LETTER: Final = re.compile(r"[^\W\d_]")
_NAMES: Final = frozenset({Kind.NAME, Kind.GIVEN, Kind.FAMILY})
_NUMBERS: Final = frozenset({Kind.NUMBER, Kind.CODE})
_PLACES: Final = frozenset({Label.HOSPITAL, Label.ORGANIZATION, Label.STREET, Label.CITY})
_CODES: Final = ID_LABELS | {Label.PHONE, Label.FAX, Label.EMAIL}

_LEAST_SCORE: Final = 0.5
_FACTOR: Final = 0.8
_LEAST_NAME: Final = 3
_LEAST_PIECE: Final = 4
_LEAST_CODE: Final = 6
_LONG: Final = 7
"""Letters from which on two may be wrong."""

_MOST_NAMES: Final = 500
"""With more names than that, only one letter may be wrong."""


@dataclass(slots=True)
class _Known:
    """Names and codes to look for, each with its label and score."""

    names: dict[str, tuple[Label, float]] = field(default_factory=dict, repr=False)
    codes: dict[str, tuple[Label, float]] = field(default_factory=dict, repr=False)

    def add_name(self, text: str, label: Label, score: float) -> None:
        person = parse_name(text, label)
        for piece in person.pieces if person else ():
            if len(piece) >= _LEAST_NAME:
                self.names.setdefault(piece, (label, score))

    def add_place(self, text: str, label: Label, score: float) -> None:
        for word in map(fold_word, _TOKEN.findall(text)):
            if len(word) > _LEAST_PIECE and word.isalpha() and not _is_common(word):
                self.names.setdefault(word, (label, score))

    def add_code(self, text: str, label: Label, score: float) -> None:
        code = _bare(text)
        if len(code) >= _LEAST_CODE and any(map(str.isdigit, code)):
            self.codes.setdefault(code, (label, score))


def misreadings(
    document: Document, findings: Iterable[Finding], known: Iterable[KnownIdentifiers] = ()
) -> tuple[Finding, ...]:
    """Words read in pictures of a note that resemble a name or number of it, in their order.

    Args:
        document: the note; only parts that were read in a picture are looked at.
        findings: of any detectors.
        known: what is known of the patient.
    """
    read = [part for part in document.parts if part.is_read]
    if not read:
        return ()
    sought = _sought(document, findings, known)
    names, codes = _Names(sought.names), _Codes(sought.codes)
    found = [
        Finding(span, *meant, DETECTOR)
        for tokens in _lines(document, read)
        for span, meant in (*names.find(tokens), *codes.find(tokens))
    ]
    return tuple(sorted(found, key=lambda finding: finding.span))


def _sought(
    document: Document, findings: Iterable[Finding], known: Iterable[KnownIdentifiers]
) -> _Known:
    sought = _Known()
    for value in (value for one in known for row in one.rows for value in row):
        if value.kind in _NAMES:
            sought.add_name(value.value, value.label, 1.0)
        elif value.kind is Kind.PLACE:
            sought.add_place(value.value, value.label, 1.0)
        elif value.kind in _NUMBERS:
            sought.add_code(value.value, value.label, 1.0)
    for finding in sorted(findings, key=lambda finding: -finding.score):
        if finding.score < _LEAST_SCORE:
            continue
        if finding.label in NAME_LABELS:
            sought.add_name(finding.span.of(document.text), finding.label, finding.score)
        elif finding.label in _PLACES:
            sought.add_place(finding.span.of(document.text), finding.label, finding.score)
        elif finding.label in _CODES:
            sought.add_code(finding.span.of(document.text), finding.label, finding.score)
    return sought


@dataclass(frozen=True, slots=True)
class _Token:
    span: Span
    text: str = field(repr=False)

    @property
    def is_strange(self) -> bool:
        """Whether this is no word of the common vocabulary."""
        return bool(_LETTER.search(self.text)) and not _is_common(self.text.rstrip("!|]"))


def _lines(document: Document, read: Sequence[Part]) -> Iterator[list[_Token]]:
    """The tokens of each run of words that go on."""
    tokens: list[_Token] = []
    for part in read:
        if not part.goes_on and tokens:
            yield tokens
            tokens = []
        start = part.span.start
        for match in _TOKEN.finditer(part.span.of(document.text)):
            span = Span(start + match.start(), start + match.end())
            tokens.append(_Token(span, fold_word(match.group())))
    if tokens:
        yield tokens


class _Names:
    """Looks for names among words."""

    def __init__(self, names: Mapping[str, tuple[Label, float]]) -> None:
        self._meanings = names
        self._by_form: dict[str, str] = {}
        for name in names:
            self._by_form.setdefault(_form(name), name)
        self._spellings = Spellings(self._by_form)
        self._is_few = len(names) <= _MOST_NAMES
        self._readings: dict[str, str] = {}

    def find(self, tokens: Sequence[_Token]) -> Iterator[tuple[Span, tuple[Label, float]]]:
        """Words of a line, and halves of one, that may be a name."""
        if not self._meanings:
            return
        for number, token in enumerate(tokens):
            name = self._meant(token.text) if token.is_strange else ""
            if not name and number and (token.is_strange or tokens[number - 1].is_strange):
                name = self._by_form.get(_form(tokens[number - 1].text + token.text), "")
                if name and len(name) > _LEAST_PIECE:
                    yield tokens[number - 1].span, self._score(name)
            if name:
                yield token.span, self._score(name)

    def _score(self, name: str) -> tuple[Label, float]:
        label, score = self._meanings[name]
        return label, max(_LEAST_SCORE, _FACTOR * score)

    def _meant(self, word: str) -> str:
        """The name that a word may be a misreading of; empty where it is none of any."""
        if word not in self._readings:
            self._readings[word] = self._looked_up(word)
        return self._readings[word]

    def _looked_up(self, word: str) -> str:
        form = _form(word)
        if form in self._by_form:
            return self._by_form[form]
        near = self._spellings.of(form)
        if near:
            return self._by_form[near[0]]
        if not self._is_few:
            return ""
        return next((name for name in self._meanings if _is_near(word, form, name)), "")


def _is_near(word: str, form: str, name: str) -> bool:
    """Whether two letters are wrong, or the name was torn or run together with other words."""
    most = 2 if min(len(name), len(word)) >= _LONG else 1
    if len(name) > _LEAST_PIECE and distance(form, _form(name), most=most) <= most:
        return True
    if len(name) == _LEAST_PIECE and distance(word, name, most=1) <= 1:
        return word[0] == name[0] and word[-1] == name[-1]
    if len(name) > _LEAST_PIECE and (word.startswith(name) or word.endswith(name)):
        return True
    is_piece = len(word) >= _LEAST_PIECE and len(word) * 2 > len(name)
    return is_piece and (name.startswith(word) or name.endswith(word))


class _Codes:
    """Looks for numbers and codes among words."""

    def __init__(self, codes: Mapping[str, tuple[Label, float]]) -> None:
        self._meanings = codes
        self._by_form: dict[str, str] = {}
        for code in codes:
            self._by_form.setdefault(_form(code), code)
        self._spellings = Spellings(self._by_form)

    def find(self, tokens: Sequence[_Token]) -> Iterator[tuple[Span, tuple[Label, float]]]:
        """Runs of words of a line that may be a code."""
        if not self._meanings:
            return
        longest = max(map(len, self._by_form)) + 1
        for first in range(len(tokens)):
            form = ""
            for last in range(first, len(tokens)):
                form += _form(tokens[last].text)
                if len(form) > longest:
                    break
                code = self._meant(form)
                if code and any(_has_digit(one.text) for one in tokens[first : last + 1]):
                    label, score = self._meanings[code]
                    span = Span(tokens[first].span.start, tokens[last].span.end)
                    yield span, (label, max(_LEAST_SCORE, _FACTOR * score))

    def _meant(self, form: str) -> str:
        if len(form) < _LEAST_CODE - 1:
            return ""
        near = (form,) if form in self._by_form else self._spellings.of(form)
        return self._by_form[near[0]] if near else ""


def _form(word: str) -> str:
    return scanned_form(word.translate(_MARKS))


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _bare(text: str) -> str:
    return "".join(character for character in fold_word(text) if character.isalnum())


def _is_common(word: str) -> bool:
    return word in common_words() or word in protected_terms() or word in _abbreviations()


def _abbreviations() -> frozenset[str]:
    return folded_list("abbreviations")
