"""Clinical uses of words and numbers: what a detector may take for an identifier and is none there.

A use speaks against some labels only. A certain one settles it; any other speaks only against
findings that are not sure, alone or together with others. The merge decides (`deid.resolve`).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from deid.datatypes import ClinicalUse, Span
from deid.detect import View
from deid.detect.lists import fold, folded_list, word_list
from deid.labels import NAME_LABELS, Label

_NAMELIKE: Final = NAME_LABELS | {
    Label.USERNAME,
    Label.STREET,
    Label.CITY,
    Label.LOCATION,
    Label.HOSPITAL,
}
# An abbreviation alone is no person, place or occupation; as part of a longer value it may be.
_UNLIKE_SHORTHAND: Final = _NAMELIKE | {
    Label.ORGANIZATION,
    Label.DEPARTMENT,
    Label.ROOM,
    Label.PROFESSION,
    Label.OTHER,
    Label.IDNUM,
}
_SHORTHAND: Final = re.compile(r"\b(?:[A-Za-z]+(?:[&/][A-Za-z]+)+|[A-Za-z]{2,})\b")
_ILLNESSES: Final = re.compile(
    r"\b[A-Z][A-Za-z0-9]*[A-Z](?:(?: ?[&/+] ?| and )[A-Z][A-Za-z0-9]*[A-Z]\b)+"
)
_AND: Final = re.compile(r" ?[&/+] ?| and ")
_WORD: Final = re.compile(r"[^\W\d_]\w*(?:['-]\w+)*")

# Words of the clinic that people are called by, too.
_ALSO_NAMES: Final = frozenset(
    {
        *(
            "abd",
            "allegra",
            "an",
            "can",
            "do",
            "english",
            "french",
            "good",
            "gross",
            "gu",
            "heaney",
            "her",
            "hodgkin",
        ),
        *("holder", "june", "low", "mon", "norco", "pa", "short", "so", "son", "wall"),
    }
)

# Drugs that people and towns are called by: a sure finding of those stands.
_ALSO_DRUGS: Final = frozenset(
    {"armour", "azor", "calan", "colgate", "doyen", "forte", "lyrica", "rennie", "senna", "soma"}
)

# Words that by themselves, and in lower case, are no identifier of any kind.
_LINKS: Final = frozenset(
    {"a", "after", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to"}
)
_EVERY_LABEL: Final = frozenset(Label)

# UK shorthand for days, weeks and months (2/7, 3/52, 6/12), and pages (p. 2/3).
# Behind a birth, 3/52 is a month and a year.
_DURATION: Final = re.compile(
    r"(?<![\d/.-])"
    r"(?i:(?<!born )(?<!born in )(?<!dob )(?<!dob: )(?<!d\.o\.b\. )(?<!\bb\. )(?<!since ))"
    r"\d{1,2}/(?:(?:7|12)(?= {0,2}(?:ago|hx|h/o|history)\b)|52(?![\d/-]))"
)
_PAGE: Final = re.compile(r"(?<=\b[Pp]\. )\d{1,3}/\d{1,3}\b|(?i:(?<=\bpage ))\d{1,3}/\d{1,3}\b")

# A microbe is no person, and the letter behind an age is a sex.
_MICROBE: Final = re.compile(
    r"\b[A-Z]\. ?(?:pylori|coli|diff(?:icile)?|aureus|pneumoniae|influenzae|albicans|aeruginosa|"
    r"faecalis|faecium|cloacae|cepacia|burgdorferi|trachomatis|vaginalis|meningitidis|jejuni|"
    r"fumigatus|jirovecii|viridans|agalactiae|pyogenes|epidermidis|marcescens|catarrhalis|"
    r"mirabilis|maltophilia|gondii)\b"
)
# The stems of generic names (WHO, INN).
_MEDICINE: Final = re.compile(
    r"\b[a-z]{3,}(?:sartan|statin|pril|olol|prazole|conazole|cillin|mycin|floxacin|gliptin|gliflozin|"
    r"glutide|tinib|z[ou]mab|ximab|cycline|dipine|oxetine|triptyline|azepam|zolam|setron|xaban|"
    r"lukast|formin|thiazide|profen|triptan|tidine|barbital|phylline)\b",
    re.IGNORECASE,
)
_SEX: Final = re.compile(
    r"(?<=\d)(?: ?(?:y/?o|yrs?|y|years? old|year-old|mo|m/o)\.?,?)? ?(?P<sex>[MF])(?=[\s,.;)/|]|$)"
)

# A time of day or a shift (7p-7a) is no identifier; nor is for how long something has gone on
# (x22 yrs, 2-1/2 months).
_TIME: Final = re.compile(
    r"(?<![\d:.])\d{1,2}:\d{2}(?: ?[ap]\.?m?\b\.?)?(?![\d:])|"
    r"(?<![\w-])(?<!bed )(?<!lot )(?<!room )(?<!rm )(?<!apt )(?<!unit )(?<!suite )"
    r"(?-i:(?:1[0-2]|[1-9])[ap]m?-(?:1[0-2]|[1-9])[ap]m?)(?![\w-])",
    re.IGNORECASE,
)
_FOR_SO_LONG: Final = re.compile(
    r"\b(?:x ?\d{1,3} ?(?:y(?:ea)?rs?|mo(?:nth)?s?|w(?:ee)?ks?|days?|h(?:ou)?rs?)|"
    r"\d-1/2 (?=months|years|weeks))\b",
    re.IGNORECASE,
)

# Days since admission, operation or birth (HD#4, POD2), and a disease that is named for its year.
# Written so, Pod 2 is a part of a ward.
_COUNTED: Final = re.compile(
    r"\b(?:(?!(?-i:Pod))(?:HD|POD|PPD|DOL|PTD) ?#?\d{1,3}|COVID-19)\b", re.IGNORECASE
)
# The hour behind a date, which is no year: 11/3 0905. Without a day, a month may be somebody's
# name and the number a pager's: June 1142.
_HOUR: Final = re.compile(
    r"(?:(?<!\d)\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?|"
    r"\b\d{1,2}[ -]?(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"
    r"aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?)"
    r"[ ]{1,2}(?P<hour>(?!19|20)(?:[01]\d|2[0-3])[0-5]\d)(?![\d/-])",
    re.IGNORECASE,
)
# Who falls, not when.
_FALL: Final = re.compile(
    r"\b(?:a|her|his|to|after|from|mechanical|ground[- ]level|s/p|unwitnessed|witnessed|recent|had)"
    r" (?P<fall>falls?)\b(?! (?:of|semester|quarter|break|\d{4}|and winter))",
    re.IGNORECASE,
)

# Where in an examination something is seen, and the times of the year as such. What may be a day
# and a month or a month and a year (images 3/14, series 3-98) is none.
_IMAGE: Final = re.compile(
    r"\b(?:images?|series|slices?|frames?) (?P<number>\d{1,3}(?: ?[-/] ?\d{3})?)(?! ?[-/.]? ?\d)\b",
    re.IGNORECASE,
)
_SEASONS: Final = re.compile(r"\bseasons\b", re.IGNORECASE)

# Scores and scales whose name ends in a number: PHQ-9, CURB-65.
_SCALE: Final = re.compile(
    r"\b(?:ASQ|CAM|CAPS|CIWA|COWS|CURB|DAST|DSM|EPDS|EQ|GAD|GDS|HAM|ICD|ISI|KPS|MADRS|PCL|PHQ|QIDS|"
    r"SF|SOFA|WHODAS|YMRS)[- ]?\d{1,2}\b"
)

# The maker or inventor in the name of a device: Scott cannula, Santa Barbara tube.
_DEVICE: Final = re.compile(
    r"\b(?P<maker>[A-Z][\w'-]{1,40}(?: [A-Z][\w'-]{1,40})?)"
    r"(?= (?:ICP )?(?:catheter|cannula|tube|shunt|"
    r"drain|retractor|clamp|forceps|stent|suture|elevator|curette|rongeur|needle|drape|blade|"
    r"trocar|speculum|dilator|prosthesis|implant|screw|plate|valve|graft|pump|lens|mesh)s?\b)"
)


# Whoever gave a disease, sign or test its name: Parkinson's disease, Gram stain.
_EPONYM: Final = re.compile(
    r"\b(?P<name>[A-Z][\w-]{1,40}(?:'s)?)(?= (?:disease|syndrome|palsy|sign|stain|test|score|scale|"
    r"criteria|reflex|fracture|thyroiditis|lymphoma|encephalopathy|dementia|oesophagus|esophagus|"
    r"contracture|phenomenon|manoeuvre|maneuver|classification|grade|stage|tremor|ulcer)s?\b)"
)


# No expression of this module goes over one of these, so that stretches between them can be
# searched by themselves; and none looks farther ahead than so many characters.
_NEVER_INSIDE: Final = re.compile(r"[\n;()|?!]|\. (?=[A-Z][a-z])")
_LOOKED_AHEAD: Final = 80


@dataclass(frozen=True, slots=True)
class _PlainUse:
    """A use that shows by an expression alone; it is what the group of a match holds."""

    expression: re.Pattern[str]
    against: frozenset[Label]
    group: str | int = 0
    certain: bool = True


_DATE: Final = frozenset({Label.DATE})
_PLAIN_USES: Final = (
    _PlainUse(_DURATION, _DATE),
    _PlainUse(_PAGE, _DATE),
    _PlainUse(_TIME, _EVERY_LABEL),
    _PlainUse(_FOR_SO_LONG, _EVERY_LABEL),
    _PlainUse(_MICROBE, _NAMELIKE),
    _PlainUse(_MEDICINE, _NAMELIKE),
    _PlainUse(_COUNTED, _EVERY_LABEL),
    _PlainUse(_HOUR, _EVERY_LABEL, "hour"),
    _PlainUse(_FALL, _DATE, "fall"),
    _PlainUse(_IMAGE, _EVERY_LABEL, "number"),
    _PlainUse(_SEASONS, _DATE),
    _PlainUse(_SEX, _EVERY_LABEL, "sex"),
    _PlainUse(_SCALE, _EVERY_LABEL, certain=False),
    _PlainUse(_DEVICE, _NAMELIKE, "maker", certain=False),
)


def clinical_uses(view: View, near: Sequence[Span] | None = None) -> tuple[ClinicalUse, ...]:
    """Places in a note where certain labels are unlikely, in no order; they may overlap.

    Args:
        view: the note.
        near: spans of the original; uses far from all of them are passed over, since there are
            very many. None: all of them.
    """
    if near is None:
        return tuple(_uses(view, bytes([True]) * len(view.text), [(0, len(view.text))]))
    if not near:
        return ()
    marks = _marks(view, near)
    return tuple(_uses(view, marks, list(_stretches(view.text, marks))))


def _marks(view: View, spans: Sequence[Span]) -> bytearray:
    """For each character of the view whether it lies in one of these spans of the original."""
    marks = bytearray(len(view.text))
    for span in spans:
        start, end = bisect_right(view.ends, span.start), bisect_left(view.starts, span.end)
        marks[start:end] = bytes([True]) * (end - start)
    return marks


def _stretches(text: str, marks: bytearray) -> Iterator[tuple[int, int]]:
    """The stretches of a text that hold a mark, from where no use goes on to where none does."""
    begin, start = -1, 0
    for end in (*(match.end() for match in _NEVER_INSIDE.finditer(text)), len(text)):
        holds = marks.find(True, start, end) >= 0
        if holds and begin < 0:
            begin = start
        elif not holds and begin >= 0:
            yield begin, start
            begin = -1
        start = end
    if begin >= 0:
        yield begin, len(text)


def _matches(
    expression: re.Pattern[str], text: str, stretches: Sequence[tuple[int, int]]
) -> Iterator[re.Match[str]]:
    """What a search of the whole text would find in these stretches of it."""
    for start, end in stretches:
        for match in expression.finditer(text, start, end + _LOOKED_AHEAD):
            if match.start() >= end:
                break
            yield match


def _uses(
    view: View, marks: bytes | bytearray, stretches: Sequence[tuple[int, int]]
) -> Iterator[ClinicalUse]:
    """All uses in these stretches but those of single words without a mark in them."""
    text = view.text
    for one in _PLAIN_USES:
        for match in _matches(one.expression, text, stretches):
            span = view.span(*match.span(one.group))
            yield ClinicalUse(span, one.against, certain=one.certain)
    eponyms = folded_list("eponyms")
    for match in _matches(_EPONYM, text, stretches):
        if eponyms & {fold(match["name"]), fold(match["name"]).removesuffix("'s")}:
            yield ClinicalUse(view.span(*match.span("name")), _NAMELIKE | {Label.ORGANIZATION})
    for match in _matches(_SHORTHAND, text, stretches):
        if marks.find(True, *match.span()) >= 0 and _is_shorthand(match.group()):
            yield ClinicalUse(view.span(*match.span()), _UNLIKE_SHORTHAND)
    for match in _matches(_ILLNESSES, text, stretches):
        if all(_is_shorthand(part) or fold(part) in _terms() for part in _AND.split(match.group())):
            yield ClinicalUse(view.span(*match.span()), _UNLIKE_SHORTHAND)
    for match in _matches(_WORD, text, stretches):
        if marks.find(True, *match.span()) >= 0:
            for against, certain in _spoken_against(match.group()):
                yield ClinicalUse(view.span(*match.span()), against, certain=certain)


# Notes consist of the same words over and over.
@lru_cache(maxsize=1 << 14)
def _spoken_against(word: str) -> tuple[tuple[frozenset[Label], bool], ...]:
    """The labels that a word speaks against wherever it stands, and whether that settles it."""
    folded = fold(word)
    found = []
    if word in _LINKS:
        found.append((_EVERY_LABEL, False))
    elif folded in _terms():
        found.append((_NAMELIKE, _is_only_a_drug(folded)))
    if folded in folded_list("not_professions"):
        found.append((frozenset({Label.PROFESSION}), True))
    return tuple(found)


def _is_only_a_drug(folded: str) -> bool:
    return folded in folded_list("drugs") and folded not in _ALSO_DRUGS


@lru_cache(maxsize=1 << 14)
def _is_shorthand(word: str) -> bool:
    return word in _shorthand() or _shorthand().issuperset(_AND.split(word))


@lru_cache(maxsize=1)
def _shorthand() -> frozenset[str]:
    """Abbreviations that are no names as well, in capitals."""
    names = folded_list("first_names") | _ALSO_NAMES
    return frozenset(one for one in word_list("abbreviations") if fold(one) not in names)


@lru_cache(maxsize=1)
def _terms() -> frozenset[str]:
    """Drugs and words of the clinic that are no names as well."""
    clinical = folded_list("drugs") | folded_list("clinical_terms")
    return clinical - folded_list("first_names") - _ALSO_NAMES
