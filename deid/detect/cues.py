"""What around a word tells whether it is a name: titles, field labels, degrees, verbs, terms."""

from __future__ import annotations

import re
from typing import Final

from deid.detect.words import fold_word

_TITLE: Final = re.compile(
    r"\b(?:mr|mrs|ms|miss|mx|mister|sir|madam|master|baby|dr|drs|doctor|prof|professor|nurse|rn|"
    r"dear|hi|hello|morning|afternoon)\.?[ \t]*\n?[ \t]*$",
    re.IGNORECASE,
)
_DOCTOR: Final = re.compile(r"\b(?:dr|drs|doctor|prof|professor|nurse)\.?\s*$", re.IGNORECASE)
_FIELD: Final = re.compile(
    r"\b(?:name|patient|pt|mother|father|son|daughter|wife|husband|brother|sister|spouse|partner|"
    r"by|cc|attending|physician|provider|surgeon|resident|contact|guardian)[ \t]*[:#=][ \t]*$",
    re.IGNORECASE,
)
_DEGREE: Final = re.compile(
    r",?[ \t]+(?:M\.?D|D\.?O|R\.?N|N\.?P|P\.?A(?:-C)?|Ph\.?D|L\.?P\.?N|DDS|DPM|CRNA|FNP|MA)\b"
)
_VERB: Final = re.compile(
    r"[ \t]+(?:denies|denied|reports|reported|states|stated|says|said|presents|presented|underwent|"
    r"complains|complained|lives|works|agrees|agreed|is an? [0-9])"
)
_EPONYM_HEAD: Final = re.compile(
    r"(?:'s?)?[ \t]+(?:disease|syndrome|palsy|sign|lymphoma|ligaments?)\b|-type\b|"
    r"[ \t]+(?:clamps?|retractors?|forceps|speculum|cannula|catheter|elevator|needle|sutures?|"
    r"shunts?|stents?|mesh|implants?)\b",
    re.IGNORECASE,
)
_TERM_HEAD: Final = re.compile(
    r"(?:'s?)?[ \t]+(?:tests?|signs?|man(?:o)?euvers?|procedures?|splints?|tubes?|positions?|"
    r"scores?|scales?|class(?:ification)?|criteria|incisions?|stents?|pouch|nodes?|reflex|fractures?|"
    r"contractures?|rings?|loop|ducts?|glands?|bod(?:y|ies)|cells?|shunts?|technique|repair|"
    r"operation|bag|drains?|pump|hooks?|kni(?:fe|ves)|stains?|waves?|angle|line|grade|stage|index|"
    r"formula|method|valve|esophagus|thyroiditis|cyst|hernia|chorea|jelly|pins?|wires?)\b",
    re.IGNORECASE,
)
_CALENDAR: Final = (
    "january march april may june july august september october november december "
    "spring summer autumn winter monday tuesday wednesday thursday friday saturday sunday"
)
_MONTHS: Final = frozenset(_CALENDAR.split())
_WINDOW: Final = 24
_ABBREVIATION: Final = 3
"""Capitals up to this many are read as an abbreviation: NG tube."""


def stands_as_name(text: str, start: int, end: int) -> bool:
    """Whether a title or field label stands before `text[start:end]`, or a degree behind."""
    before = text[max(0, start - _WINDOW) : start]
    return bool(_TITLE.search(before) or _FIELD.search(before) or _DEGREE.match(text, end))


def names_doctor(text: str, start: int, end: int) -> bool:
    """Whether a doctor's or nurse's title stands before `text[start:end]`, or a degree behind."""
    before = text[max(0, start - _WINDOW) : start]
    return bool(_DOCTOR.search(before) or _DEGREE.match(text, end))


def is_term(text: str, end: int, word: str, protected: frozenset[str]) -> bool:
    """Whether the folded `word` that ends at `end` is part of a term, as in `Parkinson's disease`.

    Args:
        text: the note.
        end: where the word ends.
        word: folded.
        protected: folded terms; after one of these, more words make a term.
    """
    if _EPONYM_HEAD.match(text, end) or (word in protected and _TERM_HEAD.match(text, end)):
        return True
    following = re.match(r"(?:'s)?\s+(\w+)", text[end : end + _WINDOW])
    tail = fold_word(following[1]) if following else ""
    return f"{word} {tail}" in protected or f"{word}'s {tail}" in protected


def reads_as_name(text: str, start: int, end: int) -> bool:
    """Whether a capitalised common word stands where only a name would be capitalised.

    That is within a sentence, or before a verb of persons; in capitals only if its neighbours are
    not. Months and weekdays never do.
    """
    if text[start:end].lower() in _MONTHS:
        return False
    before = text[max(0, start - _WINDOW) : start].rstrip(" \t(\"'")
    previous = re.search(r"[^\W\d_]+[,;]?$", before)
    behind = re.match(r"(?:'s)?[ \t,]*([^\W\d_]*)", text[end : end + _WINDOW])
    following = behind[1] if behind else ""
    if end - start > 1 and text[start:end].isupper():
        if end - start <= _ABBREVIATION:
            return False
        neighbours = (previous.group() if previous else "", following)
        return any(neighbours) and not any(word.isupper() for word in neighbours)
    if previous is None:
        return _VERB.match(text, end) is not None
    return not (previous.group()[0].isupper() and following[:1].isupper())
