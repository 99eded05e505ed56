"""The odd-one-out attack: a leaked name stands beside stand-ins that repeat without it.

J. D. Osborne et al., BRATsynthetic: text de-identification using a Markov chain replacement
strategy for surrogate personal identifying information (2022): where all mentions of a person get
the same stand-in, a mention that differs was left by mistake. A patient's notes have one patient,
so names of the patient are sorted into people by the words that they share, initials counting for
the words that they begin, and whoever is not most of them stands out. Of clinicians and relatives
there may be several: there only a name counts that comes up once beside one that comes up often.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from deid.datatypes import Document
from deid.labels import Label
from deid.officer.attack.names import SeenName
from deid.redact.identity import name_words, same_person

OFTEN: Final = 4
"""So many mentions of a clinician or relative make a name beside it that comes up once odd."""


def odd_scores(documents: Sequence[Document], names: Sequence[SeenName]) -> tuple[float, ...]:
    """For each name the share of others of the same notes and label that are somebody else, 0 to 1.

    Clinicians and relatives score 0 but where they come up once, beside one who comes up `OFTEN`.
    Where notes carry a patient key, those of a patient are one; else each stands alone.
    """
    groups: dict[tuple[str, Label], list[int]] = defaultdict(list)
    for index, name in enumerate(names):
        groups[documents[name.note].patient or f"\0{name.note}", name.label].append(index)
    scores = [0.0] * len(names)
    for (_, label), members in groups.items():
        words = [name_words(names[i].span.of(documents[names[i].note].text)) for i in members]
        sizes = people(words)
        for index, size in zip(members, sizes, strict=True):
            if label is Label.PATIENT or (size == 1 and max(sizes) >= OFTEN):
                scores[index] = (len(members) - size) / len(members)
    return tuple(scores)


def people(names: Iterable[Sequence[str]]) -> tuple[int, ...]:
    """For each name how many of the names are the same person's, itself among them.

    Args:
        names: the folded words of each. A name goes with the first fuller one with which it
            agrees, or shares a word that is no initial: a nickname has another stand-in than the
            name that it stands for, and the family name is the same.
    """
    listed = list(names)
    fullest: list[Sequence[str]] = []
    person_of = [0] * len(listed)
    for index in sorted(range(len(listed)), key=lambda i: (-sum(map(len, listed[i])), i)):
        known = next((p for p, w in enumerate(fullest) if _may_be(listed[index], w)), None)
        if known is None:
            known = len(fullest)
            fullest.append(listed[index])
        person_of[index] = known
    return tuple(person_of.count(person) for person in person_of)


def _may_be(one: Sequence[str], other: Sequence[str]) -> bool:
    shared = set(one).intersection(other)
    return same_person(one, other) or any(len(word) > 1 for word in shared)
