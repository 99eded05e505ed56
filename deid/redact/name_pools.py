"""The names that stand-ins are drawn from, and what is known of the names that they replace.

Those in Latin letters lie in `rules/names`, with how many people bear each: a stand-in is as often
a usual or a rare name as people's names are, so that neither stands out where it was left. Those in
other letters are Faker's. From other lists the same seed draws other stand-ins: a test pins them.
"""

from __future__ import annotations

import importlib
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from types import MappingProxyType
from typing import Final

from deid import resources
from deid.errors import RulePackError
from deid.redact.identity import fold

_LATIN: Final = "LATIN"
_PROVIDERS: Final = "faker.providers.person."
_LOCALES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "CYRILLIC": "ru_RU",
        "GREEK": "el_GR",
        "HEBREW": "he_IL",
        "ARABIC": "ar_AA",
        "CJK": "zh_CN",
        "HANGUL": "ko_KR",
    }
)
UNSPACED: Final = frozenset({"CJK", "HANGUL"})
"""Scripts in which a name is one word, put together from several lists."""

SPACED: Final = frozenset({_LATIN, *_LOCALES}) - UNSPACED
"""Scripts that part the words of a name by blanks: each word of a stand-in is one of a list."""

_ALSO_FROM: Final = 1 / 3
"""A given name is also one of the other gender if so large a part of its bearers are."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names to draw from.

    Attributes:
        names: in a fixed order, without doubles.
        ends: for each, the sum of its weight and those of all before it.
    """

    names: tuple[str, ...]
    ends: tuple[int, ...]

    @classmethod
    def of(cls, weights: Mapping[str, int]) -> Names:
        """The names with their weights, in the order of the alphabet."""
        names = tuple(sorted(weights))
        return cls(names, tuple(accumulate(weights[name] for name in names)))

    @property
    def weight(self) -> int:
        """Of all names together."""
        return self.ends[-1]

    def at(self, number: int) -> str:
        """The name that a number from 0 up to, not including, `weight` stands for."""
        return self.names[bisect_right(self.ends, number)]


@dataclass(frozen=True, slots=True)
class Pool:
    """The names of one script: given names of women, of men and of both, and family names."""

    female: Names
    male: Names
    given: Names
    family: Names


@cache
def pool(script: str) -> Pool:
    """The names to draw from for a script, one that `script_of` gives.

    Raises:
        RulePackError: a list of names cannot be read.
    """
    female, male, family = _weights(script)
    given = Counter(female) + Counter(male)
    return Pool(*map(Names.of, (female, male, given, family)))


def roles_of(folded: str, script: str) -> str:
    """What a name is, as far as the lists tell: `f`, `m`, `fm`, or empty for a family name.

    Raises:
        RulePackError: a list of names cannot be read.
    """
    return _roles(script).get(folded, "")


def script_of(word: str) -> str | None:
    """The script of all letters of a word; None where they mix or there are no names for it."""
    scripts = {unicodedata.name(c, "?").split()[0] for c in word if c.isalpha()}
    script = scripts.pop() if len(scripts) == 1 else ""
    return script if script == _LATIN or script in _LOCALES else None


@cache
def _roles(script: str) -> Mapping[str, str]:
    """Folded names that more people bear as a given name than as a family name."""
    female, male, family = map(_folded, _weights(script))
    return MappingProxyType(
        {
            name: _genders(female[name], male[name])
            for name in {**female, **male}
            if max(female[name], male[name]) >= family[name]
        }
    )


def _genders(female: int, male: int) -> str:
    least = (female + male) * _ALSO_FROM
    return "".join(role for role, bearers in (("f", female), ("m", male)) if bearers >= least)


def _folded(weights: Mapping[str, int]) -> Counter[str]:
    folded: Counter[str] = Counter()
    for name, weight in weights.items():
        folded[fold(name)] += weight
    return folded


@cache
def _weights(script: str) -> tuple[Mapping[str, int], Mapping[str, int], Mapping[str, int]]:
    """Female, male and family names with their weights."""
    if script == _LATIN:
        return _read("female"), _read("male"), _read("family")
    # Only the module with the lists: a Faker object would build providers for everything.
    provider = importlib.import_module(_PROVIDERS + _LOCALES[script]).Provider
    return (
        _evenly(provider.first_names_female),
        _evenly(provider.first_names_male),
        _evenly(provider.last_names),
    )


def _evenly(names: Iterable[str]) -> Mapping[str, int]:
    return dict.fromkeys(filter(str.isalpha, names), 1)


def _read(name: str) -> Mapping[str, int]:
    path = resources.stand_in_names() / f"{name}.txt"
    try:
        lines = path.read_text("utf-8").splitlines()
        rows = (line.split(" ") for line in lines if not line.startswith("#"))
        return {word: int(weight) for word, weight in rows}
    except (OSError, ValueError):
        raise RulePackError(
            f"the list of {name} names cannot be read: install the program again"
        ) from None
