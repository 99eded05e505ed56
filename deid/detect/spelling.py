"""Words one slip of the pen away: a letter too many, too few, wrong, or two swapped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MIN_LETTERS = 5


class Spellings:
    """The misspellings of a few words, looked up without comparing every word with every other.

    Keeps each word under all its forms with one letter left out (symmetric deletion, W. Garbe's
    SymSpell), so a look-up costs as many steps as the asked word has letters.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._forms: dict[str, set[str]] = {}
        self._longest = 0
        for word in words:
            if len(word) >= MIN_LETTERS:
                self._longest = max(self._longest, len(word))
                for form in (word, *_shortened(word)):
                    self._forms.setdefault(form, set()).add(word)

    def of(self, word: str) -> tuple[str, ...]:
        """The words that `word` may be a misspelling of, by one letter, in alphabetical order."""
        if not MIN_LETTERS - 1 <= len(word) <= self._longest + 1:
            return ()
        near: set[str] = set()
        for form in (word, *_shortened(word)):
            near |= self._forms.get(form, set())
        return tuple(sorted(meant for meant in near if differ_by_one(word, meant)))


def _shortened(word: str) -> Iterator[str]:
    for index in range(len(word)):
        yield word[:index] + word[index + 1 :]


def differ_by_one(one: str, other: str) -> bool:
    """Whether two different words are one Damerau-Levenshtein step apart."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), -1)
    if at < 0:
        return True
    if len(one) != len(other):
        short, long = sorted((one, other), key=len)
        return short[at:] == long[at + 1 :]
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return one[at + 1 :] == other[at + 1 :] or swapped
