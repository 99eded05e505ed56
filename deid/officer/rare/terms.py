"""Terms for diseases and operations in a note, told by their endings, and how many share them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import log10
from types import MappingProxyType
from typing import Final

from deid.datatypes import Span
from deid.officer.rare.details import RareDetail, RareKind

TERM_WEIGHT: Final = 0.1
PAIR_WEIGHT: Final = 0.03
MOST_TERMS: Final = 3
MOST_PAIRS: Final = 3
KNOWN_FROM: Final = 3
"""So many patients must have each term of a pair, or the term would be the rarity."""

_FULL_WEIGHT_FROM: Final = 1000
_ENDINGS: Final = (
    "itis|osis|oses|omas?|a?emia|opathy|pathies|ectomy|plasty|otomy|ostomy|algia|iasis|plegia|"
    "paresis|trophy|megaly|stenosis|cele|penia|cytosis|uria|rrh(?:ea|agia|age|exis)|plasia|"
    "plasm|ptosis|lysis|malacia|schisis|phobia|philia|agenesis|atresia|fistula|palsy|chorea|"
    "dystonia|ataxia|apraxia|aphasia|asthenia|embolism|infarct(?:ion)?|abscess|fracture"
)
_TERM: Final = re.compile(
    rf"\b[a-z]{{3,}}(?:{_ENDINGS})\b"
    r"|\b(?:[a-z]{3,}[- ])?[a-z]{4,}(?:'s)? (?:syndrome|disease|disorder|palsy|tumou?r|cancer)\b",
    re.IGNORECASE,
)
_NO_TERMS: Final = frozenset({"diagnosis", "diagnoses", "analysis", "catalysis", "electrolysis"})
_LOOSE: Final = frozenset(
    {"a", "an", "and", "any", "as", "at", "by", "chronic", "for", "from", "her", "his", "in"}
    | {"known", "my", "of", "on", "or", "other", "our", "past", "such", "that", "the", "their"}
    | {"these", "this", "to", "underlying", "with", "your"}
)
_DENIED: Final = re.compile(
    r"\b(?:no|not|nor|never|none|denie[sd]|deny(?:ing)?|without|negative|absence|rule[ds]? out|r/o|"
    r"free of|family|mother|father|risks?|complications?)\b[^.;\n]*$",
    re.IGNORECASE,
)
_DENIAL_REACH: Final = 100
_NAMED: Final = 2  # words: "thyroid disease"


def terms_of(text: str) -> Mapping[str, Span]:
    """The terms of a note in lower case, each with the place where it first stands.

    What a sentence denies, or tells of the family or of risks, is left out.
    """
    found: dict[str, Span] = {}
    for match in _TERM.finditer(text):
        start = match.start()
        words = match.group().lower().split()
        if len(words) > _NAMED and words[0] in _LOOSE:
            start += len(words.pop(0)) + 1
        term = " ".join(words)
        if term in _NO_TERMS or (len(words) == _NAMED and words[0] in _LOOSE):
            continue
        if not _DENIED.search(text, max(0, start - _DENIAL_REACH), start):
            found.setdefault(term, Span(start, match.end()))
    return MappingProxyType(found)


def rare_terms(
    notes: Sequence[Mapping[str, Span]], whose: Sequence[str]
) -> tuple[tuple[RareDetail, ...], ...]:
    """For each note the terms, and pairs of terms, that no other patient of the folder has.

    A folder of few notes makes most things look rare: the weights grow with the logarithm of the
    number of patients, up to the full ones with 1,000. The same pair counts where each of its
    terms is had by `KNOWN_FROM` patients or more. A note has at most `MOST_TERMS` of the one and
    `MOST_PAIRS` of the other; those whose parts are rarest.

    Args:
        notes: of each note, its terms, as `terms_of` gives them.
        whose: of each note, a key that notes of the same patient share.
    """
    by_patient: dict[str, set[str]] = {}
    for terms, key in zip(notes, whose, strict=True):
        by_patient.setdefault(key, set()).update(terms)
    had_by = Counter(term for terms in by_patient.values() for term in terms)
    together = Counter(pair for terms in by_patient.values() for pair in _pairs(terms, had_by))
    scale = min(1.0, log10(max(1, len(by_patient))) / log10(_FULL_WEIGHT_FROM))
    return tuple(
        (
            *_alone(terms, had_by, TERM_WEIGHT * scale),
            *_combined(terms, had_by, together, PAIR_WEIGHT * scale),
        )
        for terms in notes
    )


def _pairs(terms: Iterable[str], had_by: Counter[str]) -> Iterator[tuple[str, str]]:
    return combinations(sorted(term for term in terms if had_by[term] >= KNOWN_FROM), 2)


def _alone(terms: Mapping[str, Span], had_by: Counter[str], weight: float) -> Iterator[RareDetail]:
    unique = [span for term, span in terms.items() if had_by[term] == 1]
    for span in sorted(unique, key=lambda span: (-len(span), span))[:MOST_TERMS]:
        yield RareDetail(span, RareKind.TERM, "", weight)


def _combined(
    terms: Mapping[str, Span],
    had_by: Counter[str],
    together: Counter[tuple[str, str]],
    weight: float,
) -> Iterator[RareDetail]:
    unique = [pair for pair in _pairs(terms, had_by) if together[pair] == 1]
    unique.sort(key=lambda pair: (had_by[pair[0]] * had_by[pair[1]], pair))
    for one, other in unique[:MOST_PAIRS]:
        yield RareDetail(terms[one], RareKind.PAIR, "", weight, other=terms[other])
