"""The detector of known identifiers: every form in which a roster's values are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from deid.datatypes import Finding
from deid.detect import View
from deid.detect.addresses import split_address, street_pattern
from deid.detect.birthdays import date_pattern, parse_date
from deid.detect.lists import protected_terms
from deid.detect.mentions import find_mentions
from deid.detect.names import NameIndex, Person, Strength, parse_name
from deid.detect.normalise import normalise
from deid.detect.phrases import Match, NumberIndex, PhraseIndex
from deid.detect.roster import Kind, KnownIdentifiers, KnownValue
from deid.detect.words import PARTICLES, common_words, fold_word
from deid.labels import Label

DETECTOR: Final = "known"

_EXACT: Final = 1.0
_LIKELY: Final = 0.9
_INITIALLED: Final = 0.8
_MIN_FLEXIBLE: Final = 5
_MIN_PHONE: Final = 7
_SPACED: Final = re.compile(r"(?<![^\W_])[^\W\d_](?:[ .*_|\t-]{1,3}[^\W\d_](?![^\W_])){3,}")
_MIN_SPACED: Final = 4
_SEPARATOR: Final = r"[ \t./_#-]{0,2}\n?"
_INITIALS: Final = re.compile(
    r"(?<![\w.])[A-Z]\.[ -]?(?:[A-Z]\.[ -]?)?[A-Z]\."
    r"|\b(?:[DM][rs]\.?|Mrs\.?|[Pp]t\.?|[Pp]atient|[Ii]nitials:?) (?P<bare>[A-Z]{2,3})(?!\w)"
)
_PLACED: Final = re.compile(r"(?:\b(?:in|of|at|from|near)|,)\s+$", re.IGNORECASE)
_Pattern = tuple[re.Pattern[str], Label]


class KnownDetector:
    """Finds what is known of a patient in every form it is written in.

    Names in any order and case, in parts, with initials, possessive, split, spaced, glued together
    or misspelt by one letter; dates in every format; numbers whatever stands between the digits;
    streets with abbreviations. The score is 1.0 for a form that is exact, less for what only
    resembles one or is a common word as well.

    Args:
        identifiers: what is known, see `Roster.for_patient`.
        protected: folded terms that are no names by themselves; the shipped ones if not given.

    Raises:
        RulePackError: a shipped word list is missing.
    """

    def __init__(
        self, identifiers: KnownIdentifiers, *, protected: frozenset[str] | None = None
    ) -> None:
        if protected is None:
            protected = protected_terms()
        self.identifiers = identifiers
        rows = [[_normalised(value) for value in row] for row in identifiers.rows]
        values = [value for row in rows for value in row]
        self._names = NameIndex(tuple(_people(rows)), misspelt=True, protected=protected)
        self._phrases = PhraseIndex()
        self._numbers = NumberIndex()
        self._patterns = tuple(_patterns(values))
        self._initials = dict(_initials(self._names.people))
        for value in values:
            self._add(value)

    @property
    def name(self) -> str:
        """`known`."""
        return DETECTOR

    def detect(self, view: View) -> Sequence[Finding]:
        """Findings in offsets of the original, in no particular order; they may overlap."""
        return [
            Finding(view.span(match.start, match.end), match.label, match.score, DETECTOR)
            for search in self._searches()
            for match in search(view.text)
        ]

    def _searches(self) -> tuple[Callable[[str], Iterator[Match]], ...]:
        return (
            self._find_names,
            self._find_initials,
            self._find_spaced,
            self._find_phrases,
            self._numbers.find,
            self._find_patterns,
        )

    def _add(self, value: KnownValue) -> None:
        if value.kind is Kind.NUMBER:
            self._numbers.add(value.value, value.label, _EXACT)
        elif value.kind is Kind.PLACE:
            self._phrases.add(value.value, value.label, _EXACT)
        elif value.kind is Kind.ADDRESS:
            for label, part in split_address(value.value):
                if label in (Label.CITY, Label.STATE):
                    self._phrases.add(part, label, _EXACT)

    def _find_names(self, text: str) -> Iterator[Match]:
        for mention in find_mentions(text, self._names, split=True):
            sure = mention.exact and (mention.whole or mention.strong)
            yield Match(mention.start, mention.end, mention.label, _EXACT if sure else _LIKELY)

    def _find_initials(self, text: str) -> Iterator[Match]:
        """Initials alone: with full stops anywhere, bare ones behind a title."""
        for match in _INITIALS.finditer(text) if self._initials else ():
            group = "bare" if match["bare"] else 0
            letters = [fold_word(c) for c in match[group] if c.isalpha()]
            label = self._initials.get((letters[0], letters[-1]))
            if label is not None:
                yield Match(match.start(group), match.end(group), label, _INITIALLED)

    def _find_spaced(self, text: str) -> Iterator[Match]:
        """Names with blanks or dots between all their letters."""
        entries = self._names.entries.values()
        long = [e for e in entries if e.strength > Strength.GLUE and len(e.word) >= _MIN_SPACED]
        for run in _SPACED.finditer(text) if long else ():
            places = [i for i in range(run.start(), run.end()) if text[i].isalpha()]
            letters = "".join(fold_word(text[i])[:1] or " " for i in places)
            for entry in long:
                start = letters.find(entry.word)
                while start >= 0:
                    end = start + len(entry.word)
                    label = self._names.people[min(entry.persons)].label
                    yield Match(places[start], places[end - 1] + 1, label, _EXACT)
                    start = letters.find(entry.word, end)

    def _find_phrases(self, text: str) -> Iterator[Match]:
        for match in self._phrases.find(text):
            piece = text[match.start : match.end]
            code = match.label is Label.STATE and len(piece) == 2
            if _stands_as_state(text, match) if code else _stands_as_place(text, match):
                yield match

    def _find_patterns(self, text: str) -> Iterator[Match]:
        for pattern, label in self._patterns:
            for match in pattern.finditer(text):
                yield Match(match.start(), match.end(), label, _EXACT)


def _stands_as_state(text: str, match: Match) -> bool:
    """Whether two letters are a state: in capitals, behind a comma or before a ZIP code."""
    before, behind = text[max(0, match.start - 2) : match.start], text[match.end : match.end + 7]
    in_capitals = text[match.start : match.end].isupper()
    return in_capitals and ("," in before or re.match(r"\s+\d{5}", behind) is not None)


def _stands_as_place(text: str, match: Match) -> bool:
    """Whether this is no common word, or one that is written as the name of a place."""
    piece = text[match.start : match.end]
    if match.label is Label.PROFESSION or piece.lower() not in common_words():
        return True
    led = _PLACED.search(text[max(0, match.start - 8) : match.start]) is not None
    return not piece.islower() and (led or not piece.isupper())


def _normalised(value: KnownValue) -> KnownValue:
    """The value as the view of a note would read it."""
    return replace(value, value=normalise(value.value).text)


def _people(rows: Iterable[Iterable[KnownValue]]) -> Iterator[Person]:
    for row in rows:
        given: dict[Label, list[str]] = {}
        family: dict[Label, list[str]] = {}
        for value in row:
            person = parse_name(value.value, value.label)
            if person is None:
                continue
            if value.kind is Kind.NAME:
                yield person
            elif value.kind in (Kind.GIVEN, Kind.FAMILY):
                part = given if value.kind is Kind.GIVEN else family
                part.setdefault(value.label, []).extend(person.pieces)
        for label in given | family:
            yield Person(label, tuple(given.get(label, ())), tuple(family.get(label, ())))


def _patterns(values: Iterable[KnownValue]) -> Iterator[_Pattern]:
    for value in values:
        for pattern, label in _value_patterns(value):
            yield re.compile(pattern, re.IGNORECASE), label


def _value_patterns(value: KnownValue) -> Iterator[tuple[str, Label]]:
    short_number = value.kind is Kind.NUMBER and sum(map(str.isdigit, value.value)) < _MIN_PHONE
    if value.kind is Kind.CODE or short_number:
        yield _code_pattern(value.value, value.label), value.label
    elif value.kind is Kind.DATE:
        yield "|".join(map(date_pattern, parse_date(value.value))), value.label
    elif value.kind is Kind.ADDRESS:
        parts = list(split_address(value.value))
        for street in (part for label, part in parts if label is Label.STREET):
            yield street_pattern(street), Label.STREET
        for zip_code in (part for label, part in parts if label is Label.ZIP):
            yield _code_pattern(zip_code, Label.ZIP), Label.ZIP
    elif value.kind is Kind.PLACE and value.label is Label.STREET:
        yield street_pattern(value.value), value.label


def _code_pattern(code: str, label: Label) -> str:
    """A pattern for a code with other separators or none, and without its leading zeros."""
    bare = [character for character in code if character.isalnum()]
    if label is Label.EMAIL or len(bare) < _MIN_FLEXIBLE:
        escaped = "".join(rf"\s?{re.escape(c)}\s?" if c == "@" else re.escape(c) for c in code)
        return rf"(?<![^\W_]){escaped}(?![^\W_])"
    body = "".join(bare)
    zeros = len(body) - len(body.lstrip("0"))
    stripped = body[zeros:] or body
    tail = r"(?:-?\d{4})?" if label is Label.ZIP and len(body) == 5 else ""
    flexible = _SEPARATOR.join(map(re.escape, stripped))
    return rf"(?<![^\W_])(?:0{_SEPARATOR}){{0,12}}{flexible}{tail}(?![^\W_])"


def _initials(people: Iterable[Person]) -> Iterator[tuple[tuple[str, str], Label]]:
    """First and last initial of everybody whose given and family names are known."""
    for person in people:
        family = [piece for piece in person.family if piece not in PARTICLES]
        if person.given and family:
            yield (person.given[0][0], family[-1][0]), person.label
