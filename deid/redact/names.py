"""Stand-ins for people's names, word by word, so that every part of a name agrees everywhere.

The stand-in of a word depends on the patient's seed and on the word alone: "Maria de la Cruz",
"Ms. de la Cruz" and "Maria" agree with each other, in this note and in the patient's others.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from deid.redact import seeds
from deid.redact.identity import NAME_WORD, fold, telling_words
from deid.redact.name_pools import UNSPACED, Names, pool, roles_of, script_of

_ATTEMPTS: Final = 64


def name_stand_in(
    text: str, *, person: str, seed: bytes, salt: str, originals: frozenset[str]
) -> str | None:
    """Another name in the form of this one: its order, case, initials, hyphens and suffixes.

    Args:
        text: the name as the note writes it.
        person: the folded words of the person's fullest name in the note, with blanks between;
            an initial follows the word there that it begins.
        seed: the patient's secret.
        salt: empty, or what makes this mention differ from the others.
        originals: folded words that may not be drawn.

    Returns:
        None where a part of the name is in a script for which there are no names.
    """
    composed = unicodedata.normalize("NFC", text)
    words = telling_words(composed)
    if not words:
        return None
    unshown = frozenset(person.split()).difference(fold(word.group()) for word in words)
    drawing = _Drawing(unshown, len(words) == 1, seed, salt, originals)
    out: list[str] = []
    rest = 0
    for word in words:
        new = drawing.word(word.group())
        if new is None:
            return None
        out += (composed[rest : word.start()], new)
        rest = word.end()
    out.append(composed[rest:])
    if any(_is_telling(character) for character in NAME_WORD.sub("", composed)):
        return None
    return "".join(out)


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What stays the same for all words of one mention.

    Attributes:
        unshown: words of the person's name that this mention does not write out.
        is_single: whether the mention is one word, so that two capitals are initials.
    """

    unshown: frozenset[str]
    is_single: bool
    seed: bytes
    salt: str
    originals: frozenset[str]

    def word(self, word: str) -> str | None:
        folded, script = fold(word), script_of(word)
        if script is None or not folded:
            return None
        if len(word) == 1 and script not in UNSPACED:
            return self._initial(word, folded, script)
        if self.is_single and len(word) == 2 and word.isupper():
            return self._letters(word, script)
        drawn = self._draw(folded, script)
        return None if drawn is None else _in_case_of(word, drawn)

    def _initial(self, letter: str, folded: str, script: str) -> str | None:
        full = sorted(word for word in self.unshown if len(word) > 1 and word[0] == folded)
        if full:
            drawn = self._draw(full[0], script)
            return None if drawn is None else _in_case_of(letter, drawn[0])
        return self._letters(letter, script)

    def _letters(self, word: str, script: str) -> str | None:
        """Other letters for the initials of a name that the note does not spell out."""
        family = pool(script).family
        for attempt in range(_ATTEMPTS):
            key = ("initials", fold(word), self.salt, str(attempt))
            names = (self._name(family, *key, str(place)) for place in range(len(word)))
            drawn = "".join(name[0] for name in names)
            if fold(drawn) != fold(word) and fold(drawn) not in self.originals:
                return _in_case_of(word, drawn)
        return None

    def _draw(self, folded: str, script: str) -> str | None:
        names = _names_like(folded, script)
        for attempt in range(_ATTEMPTS):
            key = ("name", folded, self.salt, str(attempt))
            drawn = self._name(names, *key)
            if script in UNSPACED and len(folded) > 1:
                drawn += self._name(pool(script).given, *key, "given")
            # Another first letter too, or an initial would stand for the old name and the new.
            if fold(drawn) not in self.originals and fold(drawn)[0] != folded[0]:
                return drawn
        return None

    def _name(self, names: Names, *key: str) -> str:
        return names.at(seeds.number_below(self.seed, names.weight, *key))


def _names_like(folded: str, script: str) -> Names:
    """Names of the same gender as a given name, or family names."""
    of_script = pool(script)
    if script in UNSPACED:
        return of_script.family
    by_roles = {"f": of_script.female, "m": of_script.male, "fm": of_script.given}
    return by_roles.get(roles_of(folded, script), of_script.family)


def _in_case_of(word: str, name: str) -> str:
    if word.isupper():
        return name.upper()
    return name.lower() if word.islower() else name


def _is_telling(character: str) -> bool:
    """Whether a character between the words may still tell something: a digit or stray mark."""
    return unicodedata.category(character)[0] in "MN"
