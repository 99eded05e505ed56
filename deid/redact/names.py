"""Stand-ins for people's names, word by word, so that every part of a name agrees everywhere.

The stand-in of a word depends on the patient's seed and on the word alone: "Maria de la Cruz",
"Ms. de la Cruz" and "Maria" agree with each other, in this note and in the patient's others.
The names come from Faker's lists: with other lists the same seed gives other stand-ins, so a test
pins them.
"""

from __future__ import annotations

import importlib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from deid.redact import seeds
from deid.redact.identity import NAME_WORD, fold, telling_words

_PROVIDERS: Final = "faker.providers.person."
_LOCALES: Mapping[str, str] = MappingProxyType(
    {
        "LATIN": "en_US",
        "CYRILLIC": "ru_RU",
        "GREEK": "el_GR",
        "HEBREW": "he_IL",
        "ARABIC": "ar_AA",
        "CJK": "zh_CN",
        "HANGUL": "ko_KR",
    }
)
_RECOGNISED_LATIN: Final = (
    *("en_US", "en_GB", "es_ES", "es_MX", "fr_FR", "de_DE"),
    *("it_IT", "nl_NL", "pl_PL", "pt_BR", "sv_SE"),
)
_UNSPACED: Final = frozenset({"CJK", "HANGUL"})
SPACED_SCRIPTS: Final = frozenset(_LOCALES) - _UNSPACED
"""Scripts that part the words of a name by blanks: each word of a stand-in is one of a list."""

_ATTEMPTS: Final = 64


@dataclass(frozen=True, slots=True)
class Pools:
    """The names of one script, each list in a fixed order and without doubles."""

    female: tuple[str, ...]
    male: tuple[str, ...]
    family: tuple[str, ...]


@cache
def pools(script: str) -> Pools:
    """The names to draw from for a script."""
    provider = _provider(_LOCALES[script])
    return Pools(
        _names(provider.first_names_female),
        _names(provider.first_names_male),
        _names(provider.last_names),
    )


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
        folded, script = fold(word), _script(word)
        if script is None or not folded:
            return None
        if len(word) == 1 and script not in _UNSPACED:
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
        family = pools(script).family
        for attempt in range(_ATTEMPTS):
            key = ("initials", fold(word), self.salt, str(attempt))
            drawn = "".join(
                family[seeds.number_below(self.seed, len(family), *key, str(place))][0]
                for place in range(len(word))
            )
            if fold(drawn) != fold(word) and fold(drawn) not in self.originals:
                return _in_case_of(word, drawn)
        return None

    def _draw(self, folded: str, script: str) -> str | None:
        pool = _pool(folded, script)
        for attempt in range(_ATTEMPTS):
            key = ("name", folded, self.salt, str(attempt))
            drawn = pool[seeds.number_below(self.seed, len(pool), *key)]
            if script in _UNSPACED and len(folded) > 1:
                given = pools(script).female + pools(script).male
                drawn += given[seeds.number_below(self.seed, len(given), *key, "given")]
            # Another first letter too, or an initial would stand for the old name and the new.
            if fold(drawn) not in self.originals and fold(drawn)[0] != folded[0]:
                return drawn
        return None


def _pool(folded: str, script: str) -> tuple[str, ...]:
    of_script = pools(script)
    if script in _UNSPACED:
        return of_script.family
    genders = _roles(script).get(folded, "")
    if not genders:
        return of_script.family
    return (of_script.female if "f" in genders else ()) + (of_script.male if "m" in genders else ())


@cache
def _roles(script: str) -> Mapping[str, str]:
    """Folded names that are given names more often than family names, each with `f`, `m` or both.

    Each list that holds a name has one vote.
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for locale in _RECOGNISED_LATIN if script == "LATIN" else (_LOCALES[script],):
        provider = _provider(locale)
        for role, names in (
            ("f", provider.first_names_female),
            ("m", provider.first_names_male),
            ("family", provider.last_names),
        ):
            for name in set(map(fold, names)):
                votes[name][role] += 1
    return MappingProxyType(
        {name: _genders(cast) for name, cast in votes.items() if _is_given(cast)}
    )


def _is_given(votes: Counter[str]) -> bool:
    return max(votes["f"], votes["m"]) >= max(1, votes["family"])


def _genders(votes: Counter[str]) -> str:
    return "".join(role for role in "fm" if 2 * votes[role] >= votes["f"] + votes["m"])


@dataclass(frozen=True, slots=True)
class _Provider:
    first_names_female: tuple[str, ...]
    first_names_male: tuple[str, ...]
    last_names: tuple[str, ...]


@cache
def _provider(locale: str) -> _Provider:
    # Only the module with the lists: a Faker object would build providers for everything.
    provider = importlib.import_module(_PROVIDERS + locale).Provider
    return _Provider(
        tuple(provider.first_names_female),
        tuple(provider.first_names_male),
        tuple(provider.last_names),
    )


def _names(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name.isalpha()}))


def _script(word: str) -> str | None:
    """The script of all letters of a word; None where they mix or there are no names for it."""
    scripts = {unicodedata.name(c, "?").split()[0] for c in word if c.isalpha()}
    script = scripts.pop() if len(scripts) == 1 else ""
    return script if script in _LOCALES else None


def _in_case_of(word: str, name: str) -> str:
    if word.isupper():
        return name.upper()
    return name.lower() if word.islower() else name


def _is_telling(character: str) -> bool:
    """Whether a character between the words may still tell something: a digit or stray mark."""
    return unicodedata.category(character)[0] in "MN"
