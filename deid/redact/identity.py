"""Which mentions of a note name the same person, number or day.

Names agree when one's words all appear in the other's, in any order, initials counting for the
words that they begin: "Maria de la Cruz", "de la Cruz", "CRUZ, M." and "Maria" are one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Final

from deid.labels import NAME_LABELS, Label
from deid.stopping import stepwise

# Words that join the parts of a name and do not tell people apart.
_PARTICLES: Final = frozenset(
    {"bin", "bint", "de", "del", "della", "der", "dos", "ibn", "las", "los", "van", "vom", "von"}
)
# These are surnames too (Le, Do, Du): particles only where they are written small in a name that
# is not, or behind another particle.
_DOUBTFUL: Final = frozenset(
    {"al", "ap", "da", "das", "den", "di", "do", "du", "el", "la", "le", "ten", "ter", "zu", "zur"}
)
_SUFFIXES: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "esq"})

NAME_WORD: Final = re.compile(r"(?!(?<=[’'])[sS]\b)[^\W\d_]+(?:[’'](?![sS]\b)[^\W\d_]+)*")
"""A word of a name; apostrophes belong to it, a possessive ending does not."""


def fold(text: str) -> str:
    """A text as it is compared: lower case, without accents, letters and digits only."""
    spread = unicodedata.normalize("NFKD", text).casefold()
    return "".join(filter(str.isalnum, spread))


def telling_words(text: str) -> list[re.Match[str]]:
    """The words of a name that tell who it is: all but particles and suffixes.

    Where there are none but these, all.
    """
    words = list(NAME_WORD.finditer(text))
    telling, behind_particle = [], False
    for index, word in enumerate(words):
        follower = words[index + 1].start() if index + 1 < len(words) else word.end()
        is_joined = text[word.end() : follower].isspace()
        is_small = word.group().islower() and not text.islower()
        folded = fold(word.group())
        is_particle = is_joined and (
            folded in _PARTICLES or (folded in _DOUBTFUL and (is_small or behind_particle))
        )
        if not is_particle and not (index and folded in _SUFFIXES):
            telling.append(word)
        behind_particle = is_particle
    return telling or words


def name_words(text: str) -> tuple[str, ...]:
    """The folded words of a name that tell who it is."""
    return tuple(filter(None, (fold(word.group()) for word in telling_words(text))))


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
    folded, words_of = cache(fold), cache(name_words)
    keys = [f"{label}:{folded(text) or text}" for label, text in stepwise(mentions)]
    names: dict[Label, dict[int, tuple[str, ...]]] = {label: {} for label in NAME_LABELS}
    for index, (label, text) in enumerate(stepwise(mentions)):
        if label in names:
            names[label][index] = words_of(text)
    for label, words in names.items():
        people = _People()
        for index in sorted(words, key=lambda i: (-sum(map(len, words[i])), i)):
            if words[index]:
                keys[index] = f"{label}:{' '.join(sorted(people.fullest(words[index])))}"
    return tuple(keys)


class _People:
    """The people of a note by their fullest names, found by the words that a shorter one shares."""

    def __init__(self) -> None:
        self._names: list[tuple[str, ...]] = []
        self._known: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_letter: dict[str, list[int]] = defaultdict(list)

    def fullest(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """The first known name that may be the same person's, else this one, now known."""
        if words in self._known:
            return self._known[words]
        sharing: set[int] = set()
        for word in words:
            sharing.update(self._by_word.get(word, ()), self._by_word.get(word[0], ()))
            if len(word) == 1:
                sharing.update(self._by_letter.get(word, ()))
        for index in sorted(sharing):
            if same_person(words, self._names[index]):
                return self._known.setdefault(words, self._names[index])
        for word in words:
            self._by_word[word].append(len(self._names))
            self._by_letter[word[0]].append(len(self._names))
        self._names.append(words)
        return self._known.setdefault(words, words)


def numbers(keys: Sequence[str]) -> tuple[int, ...]:
    """Number each identity from 1 in the order of appearance, each label by itself."""
    seen: dict[str, dict[str, int]] = {}
    given = []
    for key in keys:
        of_label = seen.setdefault(key.partition(":")[0], {})
        given.append(of_label.setdefault(key, len(of_label) + 1))
    return tuple(given)
