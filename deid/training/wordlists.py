"""Names and places that fresh values are drawn from: public lists, read once."""
# ruff: noqa: SIM905 - a row of words reads better as one string than as a list

from __future__ import annotations

import csv
import importlib
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from deid.labels import Label

_Value = TypeVar("_Value", str, tuple[str, str])

_FAKER_LOCALES = (
    "en_US en_GB en_IE en_IN es_MX es_ES fr_FR fr_CA de_DE it_IT pt_BR pl_PL nl_NL sv_SE "
    "no_NO fi_FI tr_TR ro_RO hu_HU hr_HR cs_CZ vi_VN id_ID"
).split()
_CENSUS_NAME = re.compile(r"([A-Z]+),(\d+),\d+,")
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ'’ \-]+")


@dataclass(frozen=True, slots=True)
class WordLists:
    """What fresh values are drawn from.

    Attributes:
        first_names: groups of given names; a group is drawn first, then a name in it.
        last_names: the same for family names.
        cities: of the United States and elsewhere.
        counties: of the United States, without the word "County".
        states: full names and postal codes.
        countries: in English.
        hospitals: with names as in the CMS list, in title case.
        streets: whole street addresses.
        jobs: occupations.
        pools: for each label, the values that the training notes themselves have.
    """

    first_names: Sequence[Sequence[str]]
    last_names: Sequence[Sequence[str]]
    cities: Sequence[str]
    counties: Sequence[str]
    states: Sequence[tuple[str, str]]
    countries: Sequence[str]
    hospitals: Sequence[str]
    streets: Sequence[str]
    jobs: Sequence[str]
    pools: Mapping[Label, Sequence[str]] = field(repr=False)

    def first_name(self, rng: random.Random) -> str:
        """A given name."""
        return rng.choice(rng.choice(self.first_names))

    def last_name(self, rng: random.Random) -> str:
        """A family name."""
        return rng.choice(rng.choice(self.last_names))


def read_word_lists(names: Path, pools: Mapping[Label, Sequence[str]]) -> WordLists:
    """The lists in the folder `names` of the shared data, with Faker's tables beside them."""
    cities = _rows(names / "us_cities.csv")
    hospitals = _rows(names / "us_hospitals_cms.csv")
    firsts, lasts = _faker_names()
    return WordLists(
        first_names=(
            _common_first_names(names / "names_aggregate_1960_2020.csv"),
            _by_country(names / "common-forenames-by-country.csv"),
            firsts,
            _philter(names / "philter_firstnames.txt"),
            COMMON_WORD_NAMES,
        ),
        last_names=(
            _census(names / "us_census_2000_top1000.csv"),
            _by_country(names / "common-surnames-by-country.csv"),
            lasts,
            _philter(names / "philter_lastnames.txt"),
            _philter(names / "philter_lastnames.txt"),
            COMMON_WORD_NAMES + EPONYMS,
        ),
        cities=_unique(row["CITY"] for row in cities),
        counties=_unique(row["COUNTY"] for row in cities),
        states=_unique((row["STATE_NAME"], row["STATE_CODE"]) for row in cities),
        countries=_countries(),
        hospitals=_unique(titled(row["name"]) for row in hospitals),
        streets=_unique(titled(row["address"]) for row in hospitals),
        jobs=_jobs(),
        pools=pools,
    )


COMMON_WORD_NAMES = (
    "Will Rose Major May Hope Grant Bishop Long Rice Price Young Day Dill Bell June April August "
    "Summer Autumn Faith Grace Joy Mark Bill Rich Frank Art Drew Pat Chase Hunter Mason Cook Baker "
    "Carter Ward Rush Moody Fine Sharp Short Small Little Best Good Love Case Cross Church Park "
    "Parks Hill Lake Rivers Stone Wood Woods Field Banks Waters Snow Frost Winter Winters Weeks "
    "Sunday Friday Means Page Ring Rings Gold Silver Black White Brown Green Gray Head Hand Foot "
    "Bone Nail Hart Lung Blood Payne Pain Cough Sick Well Wells Still Strong Power Powers Vital "
    "Lane Street Rhodes Poole House Hall Rooms Keys Lock Booth Wall Temple Abbott Dean Judge Law "
    "Sargent King Prince Duke Pope Deacon Christian Angel Heaven Destiny Star Sunny Misty Dawn Eve "
    "Iris Violet Lily Daisy Ivy Holly Ginger Sage Olive Basil Cherry Apple Berry Bean Peach "
    "Reed Marsh Forest Moss Fox Wolf Bear Hawk Crane Drake Swan Robin Jay Martin Lamb Buck Colt "
    "An Do So To Be He She My Ha Ho Le Lo No Sa Si Su Y Vu Ng Oh Ko Ma Mi Li Lu Hu Ho Yu Ku"
).split()
EPONYMS = (
    "Parkinson Crohn Hodgkin Graves Addison Cushing Foley Swan Babinski Romberg Murphy Wilson "
    "Marshall Bell Down Turner Barrett Baker Hunter Raynaud Alzheimer Huntington Meniere Paget "
    "Lynch Gardner Weber Rinne Homan Kelly Allis Mayo Cooper Metzenbaum Adson Hoffman Phalen Tinel"
).split()


def titled(words: str) -> str:
    """An all-caps entry of a list in title case, possessives and ordinals kept low."""
    return re.sub(r"(?<=[’'\d])([A-Z])", lambda found: found[1].lower(), words.title())


def _unique(values: Iterable[_Value]) -> list[_Value]:
    return sorted(set(values))


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _common_first_names(path: Path) -> list[str]:
    rows = _rows(path)
    return [row["Name"] for row in rows if int(float(row["Count"])) >= 150]


def _by_country(path: Path) -> list[str]:
    names = [
        name
        for row in _rows(path)
        for name in (row["Localized Name"], row["Romanized Name"])
        if name and _LATIN.fullmatch(name) and name[0].isupper()
    ]
    return _unique(names)


def _census(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    return _unique(name.capitalize() for name, _rank in _CENSUS_NAME.findall(text))


def _philter(path: Path) -> list[str]:
    words = path.read_text(encoding="utf-8", errors="replace").split()
    return [word.capitalize() for word in words if len(word) > 2 and word.isalpha()]


def _faker_names() -> tuple[list[str], list[str]]:
    firsts: set[str] = set()
    lasts: set[str] = set()
    for locale in _FAKER_LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        firsts.update(_latin(getattr(provider, "first_names", ())))
        lasts.update(_latin(getattr(provider, "last_names", ())))
    return sorted(firsts), sorted(lasts)


def _latin(names: Iterable[object]) -> list[str]:
    return [name for name in names if isinstance(name, str) and _LATIN.fullmatch(name)]


def _countries() -> list[str]:
    provider = importlib.import_module("faker.providers.address.en").Provider
    return [name for name in provider.countries if "(" not in name and "," not in name]


def _jobs() -> list[str]:
    provider = importlib.import_module("faker.providers.job.en_US").Provider
    return [" ".join(reversed(job.split(", "))).lower() for job in provider.jobs]
