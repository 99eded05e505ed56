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


def distance(one: str, other: str, *, most: int) -> int:
    """How many Damerau-Levenshtein steps two words are apart; `most + 1` if more than `most`.

    A step is a letter too many, too few or wrong, or two neighbours swapped, each place touched
    once (optimal string alignment).
    """
    if abs(len(one) - len(other)) > most or not _share_letters(one, other, most):
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, meant in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != meant))
            swapped = i > 1 and j > 1 and letter == other[j - 2] and meant == one[i - 2]
            row.append(min(cost, last[j - 2] + 1) if swapped else cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def _share_letters(one: str, other: str, most: int) -> bool:
    """Whether so few letters are in one word alone that the two may be that near."""
    mine, others = set(one), set(other)
    return len(mine - others) <= most and len(others - mine) <= most
