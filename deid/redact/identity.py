"""Which mentions of a note name the same person, number or day.

Names agree when one's words all appear in the other's, in any order, initials counting for the
words that they begin: "Maria de la Cruz", "de la Cruz", "CRUZ, M." and "Maria" are one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from deid.labels import NAME_LABELS, Label

PARTICLES: Final = frozenset(
    [
        "al",
        "ap",
        "bin",
        "bint",
        "da",
        "das",
        "de",
        "del",
        "della",
        "der",
        "di",
        "do",
        "dos",
        "du",
        "e",
        "el",
        "ibn",
        "la",
        "las",
        "le",
        "los",
        "ten",
        "ter",
        "van",
        "vander",
        "vom",
        "von",
        "y",
        "zu",
        "zum",
        "zur",
    ]
)
"""Words that join the parts of a name and do not tell people apart."""

SUFFIXES: Final = frozenset(["jr", "sr", "ii", "iii", "iv", "esq"])

NAME_WORD: Final = re.compile(r"(?!(?<=[’'])[sS]\b)[^\W\d_]+(?:[’'](?![sS]\b)[^\W\d_]+)*")
"""A word of a name; apostrophes belong to it, a possessive ending does not."""


def fold(text: str) -> str:
    """A text as it is compared: lower case, without accents, letters and digits only."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in spread if character.isalnum())


def name_words(text: str) -> tuple[str, ...]:
    """The folded words of a name, without particles and suffixes where others remain."""
    words = tuple(filter(None, (fold(word) for word in NAME_WORD.findall(text))))
    telling = tuple(word for word in words if word not in PARTICLES and word not in SUFFIXES)
    return telling or words


def same_person(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether two names, as `name_words` gives them, may be one person's."""
    fewer, more = sorted((one, other), key=len)
    free = list(more)
    # Whole words first, so that an initial does not take the word that another word needs.
    for word in sorted(fewer, key=len, reverse=True):
        match = next((w for w in free if _words_agree(word, w)), None)
        if match is None:
            return False
        free.remove(match)
    return bool(fewer)


def _words_agree(one: str, other: str) -> bool:
    if one == other:
        return True
    return min(len(one), len(other)) == 1 and one[0] == other[0]


def identities(mentions: Sequence[tuple[Label, str]]) -> tuple[str, ...]:
    """For each mention a key that mentions of the same identity, and only they, share.

    Args:
        mentions: label and comparison text of each; dates are compared by their value, so their
            text is to be a canonical form.

    Returns:
        Keys made of the label and the fullest form of the identity in this note.
    """
    keys = [f"{label}:{fold(text) or text}" for label, text in mentions]
    for label in NAME_LABELS:
        indices = [index for index, (found, _) in enumerate(mentions) if found is label]
        words = {index: name_words(mentions[index][1]) for index in indices}
        fullest: list[tuple[str, ...]] = []
        for index in sorted(indices, key=lambda i: (-sum(map(len, words[i])), i)):
            if not words[index]:
                continue
            person = next((p for p in fullest if same_person(words[index], p)), None)
            if person is None:
                person = words[index]
                fullest.append(person)
            keys[index] = f"{label}:{' '.join(sorted(person))}"
    return tuple(keys)


def numbers(keys: Sequence[str]) -> tuple[int, ...]:
    """Number each identity from 1 in the order of appearance, each label by itself."""
    seen: dict[str, dict[str, int]] = {}
    given = []
    for key in keys:
        of_label = seen.setdefault(key.partition(":")[0], {})
        given.append(of_label.setdefault(key, len(of_label) + 1))
    return tuple(given)
