"""Stand-ins for places, institutions and professions, all from lists of our own invention."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from deid.labels import Label

_STEMS: Final = (
    "Averlane",
    "Bramsett",
    "Calderwyn",
    "Corvanne",
    "Dellmarrow",
    "Dunmarrow",
    "Eskelwyn",
    "Farrowsby",
    "Galderne",
    "Halvert",
    "Ilvermoor",
    "Jorrickby",
    "Kelbrandt",
    "Larkenmere",
    "Marlowyn",
    "Nethercolt",
    "Orrendell",
    "Pellingmoor",
    "Quenbyre",
    "Rathmorrow",
    "Selwinter",
    "Tarnbrook",
    "Ulversett",
    "Vandrelle",
    "Wexmarrow",
    "Yarrowsby",
    "Zellwyn",
    "Ardensett",
    "Birchmarrow",
    "Cranvelle",
    "Dorrowmere",
    "Elmswyn",
    "Fennimarsh",
    "Gorsewyn",
    "Hollinmere",
    "Ivershaw",
    "Junewell",
    "Kestrelby",
    "Lindermarsh",
    "Mossgarth",
    "Norrowby",
    "Oakenshire",
    "Pinnerwell",
    "Quillmere",
    "Rowanshaw",
    "Sorrelby",
    "Thornwyck",
    "Umberlane",
    "Vesperwell",
    "Willowgarth",
    "Yewmarsh",
    "Zephyrdale",
    "Ashenwold",
    "Brackenwyn",
    "Copperwyck",
    "Dovermarsh",
    "Embergarth",
    "Foxhallow",
    "Glimmerdale",
    "Heronwyck",
)

_ENDINGS: Mapping[Label, tuple[str, ...]] = MappingProxyType(
    {
        Label.CITY: ("",),
        Label.COUNTY: (" County",),
        Label.LOCATION: (" Park", " Bridge", " Hill", " Lake", " Creek", " Square"),
        Label.STREET: (" Street", " Avenue", " Lane", " Road", " Drive", " Court"),
        Label.HOSPITAL: (" General Hospital", " Medical Center", " Clinic", " Memorial Hospital"),
        Label.DEPARTMENT: (" Ward", " Unit", " Wing"),
        Label.ORGANIZATION: (" Works", " Supply", " Freight", " Foods", " Textiles", " Partners"),
    }
)

_STATES: Mapping[str, str] = MappingProxyType(
    {
        "AL": "Alabama",
        "AZ": "Arizona",
        "CO": "Colorado",
        "GA": "Georgia",
        "IL": "Illinois",
        "IN": "Indiana",
        "IA": "Iowa",
        "KS": "Kansas",
        "KY": "Kentucky",
        "LA": "Louisiana",
        "MI": "Michigan",
        "MN": "Minnesota",
        "MO": "Missouri",
        "NE": "Nebraska",
        "OH": "Ohio",
        "OK": "Oklahoma",
        "OR": "Oregon",
        "TN": "Tennessee",
        "TX": "Texas",
        "UT": "Utah",
        "VA": "Virginia",
        "WA": "Washington",
        "WI": "Wisconsin",
    }
)
_COUNTRIES: Final = (
    "Argentina",
    "Australia",
    "Austria",
    "Belgium",
    "Brazil",
    "Canada",
    "Chile",
    "Colombia",
    "Denmark",
    "Egypt",
    "Finland",
    "France",
    "Germany",
    "Greece",
    "Hungary",
    "India",
    "Ireland",
    "Italy",
    "Japan",
    "Kenya",
    "Mexico",
    "Morocco",
    "Nepal",
    "Norway",
    "Peru",
    "Poland",
    "Portugal",
    "Romania",
    "Spain",
    "Sweden",
    "Thailand",
    "Turkey",
    "Uruguay",
    "Vietnam",
)
_PROFESSIONS: Final = (
    *(
        "accountant",
        "baker",
        "bookbinder",
        "bricklayer",
        "bus driver",
        "cabinet maker",
        "carpenter",
    ),
    *("cashier", "cheesemaker", "clerk", "cook", "crane operator", "designer", "electrician"),
    *("florist", "gardener", "glazier", "hairdresser", "ironworker", "jeweller", "joiner"),
    *("librarian", "locksmith", "mechanic", "miller", "musician", "office manager", "optician"),
    *("painter", "plasterer", "plumber", "potter", "printer", "roofer", "salesperson"),
    *("seamstress", "shoemaker", "surveyor", "tailor", "teacher", "tiler", "translator"),
    *("typesetter", "upholsterer", "waiter", "warehouse worker", "weaver", "welder", "writer"),
)


def candidates(label: Label, original: str) -> tuple[str, ...]:
    """What may stand in for a value of this label; empty for labels that have no list.

    A state that is written as two letters gets two letters.
    """
    if label in _ENDINGS:
        return tuple(stem + ending for ending in _ENDINGS[label] for stem in _STEMS)
    if label is Label.STATE:
        is_short = len(original.strip()) == 2
        return tuple(_STATES) if is_short else tuple(_STATES.values())
    return {Label.COUNTRY: _COUNTRIES, Label.PROFESSION: _PROFESSIONS}.get(label, ())
