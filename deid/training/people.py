"""Fresh names of people: part for part, the same part alike all through a note."""
# ruff: noqa: SIM905 - a row of words reads better as one string than as a list

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field

from deid.training.wordlists import WordLists

_PART = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PARTICLES = frozenset(
    "de la del van der den von di da dos bin al el ibn y st jr sr ii iii".split()
)
_REFORM_SHARE = 0.15
_PLAIN_NAME = re.compile(r"([^\W\d_]+) ([^\W\d_]{2,})")


@dataclass(slots=True)
class Cast:
    """The people of one note in one pass: which new part stands for which old one.

    Attributes:
        lists: where names are drawn from.
        rng: source of all chance.
    """

    lists: WordLists
    rng: random.Random
    _parts: dict[tuple[str, bool], str] = field(default_factory=dict)

    def rename(self, name: str) -> str:
        """Another name with the same parts, case, order and initials; at times another order."""
        matches = list(_PART.finditer(name))
        pieces: list[str] = []
        place = 0
        for index, found in enumerate(matches):
            family = _is_family(name, [other.start() for other in matches], index)
            pieces += [name[place : found.start()], self._part(found[0], family=family)]
            place = found.end()
        renamed = "".join([*pieces, name[place:]])
        return self._reformed(renamed) if self.rng.random() < _REFORM_SHARE else renamed

    def _part(self, part: str, *, family: bool) -> str:
        folded = part.casefold()
        if folded in _PARTICLES:
            return part
        if len(part) == 1:
            letter = self.rng.choice("ABCDEFGHIJKLMNOPRSTVWYZ")
            return letter if part.isupper() else letter.lower()
        known = self._parts.get((folded, family)) or self._parts.get((folded, not family))
        if known is None:
            known = self.lists.last_name(self.rng) if family else self.lists.first_name(self.rng)
            self._parts[folded, family] = known
        if part.isupper():
            return known.upper()
        return known.lower() if part.islower() else known

    def _reformed(self, name: str) -> str:
        found = _PLAIN_NAME.fullmatch(name)
        if found is None:
            return name
        first, last = found.groups()
        initial = self.rng.choice("ABCDEFGHIJKLMNOPRSTVWYZ")
        forms = (
            f"{last}, {first}", f"{last.upper()}, {first.upper()}", f"{last},{first} {initial}",
            f"{first} {initial}. {last}", f"{first[0]}. {last}", f"{last} {first}",
            f"{first[0]} {last}",
            f"{last.upper()}, {first.upper()} {initial}", f"{first.lower()} {last.lower()}",
            f"{last.upper()} {first.upper()}", f"{last}^{first}^{initial}",
            f"{first} \"{self.lists.first_name(self.rng)}\" {last}",
            f"{first} {last}-{self.lists.last_name(self.rng)}", f"{first[0]}{last[0]}", last, first,
        )  # fmt: skip
        return self.rng.choice(forms)


def _is_family(name: str, starts: list[int], index: int) -> bool:
    """Whether a part is a family name: before a comma in `LAST, FIRST`, else the last part."""
    comma = name.find(",")
    if comma == -1:
        comma = name.find("^")
    if comma > 0 and len(starts) > 1:
        return starts[index] < comma
    return index == len(starts) - 1


def username(lists: WordLists, rng: random.Random) -> str:
    """A sign-on name, a handle, or the initials at the end of a transcription."""
    first, last = _ascii(lists.first_name(rng)), _ascii(lists.last_name(rng))
    letters = [rng.choice("abcdefghijklmnoprstvwyz") for _ in range(6)]
    a, b, c, d, e, f = letters
    number = rng.randint(1, 99)
    forms = (
        f"{first[0]}{last}", f"{first[0]}{last[:6]}{number}", f"{first}.{last}",
        f"{last}{first[0]}",
        f"@{first}_{last}", f"@{last}{number}", f"{first[0]}.{last}",
        f"{last[:4]}{first[:2]}{number}",
        f"rn.{first[0]}{last}", f"{last}_{first[0]}", f"{a}{b}{number}{number}",
        f"{a}{b}{c}{number}",
        f"{first}{number}", f"{last.upper()}{first[0].upper()}", f"{(first[0] + last).upper()}",
        f"{a}{b}/{c}{d}", f"{a}{b}/{c}{d}{e}", f"{a}{b}{c}/{d}{e}", f"{a}{b}:{c}{d}", f"{a}{b}{c}",
        f"{(a + b).upper()}/{c}{d}", f"{(a + b).upper()}:{c}{d}",
        f"{(a + b + c).upper()}/{d}{e}{f}",
        f"{(a + b + c).upper()}", f"{(a + b).upper()}", f"{a}{b}",
    )  # fmt: skip
    return rng.choice(forms)


def _ascii(name: str) -> str:
    return re.sub("[^a-z]", "", name.lower()) or "user"
