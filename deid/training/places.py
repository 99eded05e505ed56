"""Fresh places, facilities, employers and occupations."""
# ruff: noqa: SIM905 - a row of words reads better as one string than as a list

from __future__ import annotations

import random
import re
import string

from deid.labels import Label
from deid.training.wordlists import WordLists

_CARE = (
    "Hospital|Medical Center|Regional Medical Center|Clinic|Family Medicine|Health Center|"
    "General Hospital|Memorial Hospital|Community Hospital|Children's Hospital|Urgent Care|"
    "Nursing Center|Surgery Center|Imaging|Surgical Associates|Pediatrics|Orthopedics|Cardiology|"
    "Internal Medicine|Rehab|Care Center|Hospice|Dermatology|ENT|Womens Health|Cancer Center|"
    "Eye Associates|Dialysis|Family Practice|Surgery|Medical Group|Health|General|Memorial|VA|"
    "Dental|Physical Therapy|Pharmacy|Infirmary|Health Centre|Health System|Manor|Behavioral Health"
).split("|")
_FIRMS = (
    "Elementary|High School|Middle School|Academy|University|College|Community College|Church|"
    "Baptist Church|Lutheran|Temple|Mosque|Fire Department|Police Department|School District|"
    "Construction|Trucking|Foods|Farms|Mill|Plumbing|Logistics|Steel|Foundry|Bank|Credit Union|"
    "Insurance|Health Plan|Mutual|Manufacturing|Auto Body|Bakery|Diner|Cafe|Grill|Salon|Books|"
    "Law Group|& Associates|Inc.|LLC|Industries|Electric|Power & Light|Transit|Airlines|Casino|"
    "Little League|Youth Soccer|Senior Center|Food Bank|Daycare|Preschool|Hardware|Roofing|"
    "Times|Journal|Herald|Correctional Facility|County Jail|Sheriff|Water District|Packing|Mine|"
    "Dairy|Orchards|Vineyards|Lumber|Printing|Textiles|Glass|Chemical|Energy|Paper|Motors"
).split("|")
_BRANDS = (
    "Walmart|Target|Costco|Amazon|UPS|FedEx|USPS|Boeing|Ford|GM|Toyota|Starbucks|McDonald's|Kroger|"
    "Safeway|Home Depot|Lowe's|Walgreens|CVS|Rite Aid|Aetna|Cigna|Humana|Blue Cross|BCBS|Medicaid|"
    "Medicare|UnitedHealthcare|Kaiser|Tricare|Anthem|Quest|LabCorp|Army|Navy|Marines|Air Force|"
    "Verizon|AT&T|Comcast|Delta|Amtrak|John Deere|Tyson|Cargill|Intel|Rotary|YMCA|AA|DaVita|Lincare"
).split("|")
_NATURE = (
    "Cedar|Oak|Maple|Pine|Elm|Birch|Willow|Aspen|Juniper|Magnolia|Blue|Silver|Golden|Red|Green|"
    "Stone|Rock|Clear|Deer|Eagle|Falcon|Heron|Bear|Wolf|Fox|Sunset|Prairie|Valley|Mountain|River|"
    "Lake|Harbor|Coastal|Desert|Canyon|Mesa|North|South|East|West|Northern|Tri-County|Highland|"
    "Meadow|Summit|Spring|Lakeside|Riverside|Bay|Island|Pioneer|Liberty|Heritage|Providence|Mercy|"
    "Grace|Trinity|Good Samaritan|St. Mary's|St. Luke's|Saint Joseph|St. Anne|Holy Cross|"
    "Sacred Heart"
).split("|")
_SITES = (
    "Park|Lake|Creek|River|Trail|Mall|Bridge|Beach|State Park|Falls|Island|Canyon|Stadium|Arena|"
    "Golf Course|Marina|Airport|Library|Plaza|Heights|Estates|Apartments|Trailer Park|Campground|"
    "Reservoir|Bay|Point|Ridge|Hollow|Pier|Fairgrounds|Pool|Cemetery|Square|Station|Forest|Ranch"
).split("|")
_SUFFIXES = (
    "St Street Ave Avenue Rd Road Dr Drive Ln Lane Ct Court Blvd Way Pl Place Cir Terrace Hwy "
    "Pike Trail Loop Row Close Crescent St. Ave. Rd. Dr. Blvd."
).split()
_STREET_WORDS = {word.casefold() for word in _SUFFIXES} | set(
    "n s e w ne nw se sw north south east west apt apt. unit suite ste ste. flat floor lot box po "
    "p.o. rr route highway county state the of and rural no # old new upper lower san las "
    "los el la "
    "st saint cr fm us calle via avenida parkway pkwy 1st 2nd 3rd 4th 5th th".split()
)
_WARDS = (
    "{n} {dir}|{n} {name}|{unit}|Ward {n}|Ward {n}{letter}|{unit} {n}|{name} {n}|Unit {n}{letter}|"
    "Pod {letter}|{unit} {dir}|{n} {unit}|Floor {n}|{name} Unit|{name} Ward|{n}{letter}|Tower {n}|"
    "{n}{letter}{letter}|{name} Wing|{unit} Bay {n}|Clinic {n}{letter}|Team {name}|{name} Pavilion"
).split("|")
_UNITS = (
    "ICU MICU SICU CCU CVICU NICU PICU TICU BICU PACU ED ER OR L&D LDR Tele Telemetry Med-Surg "
    "Med/Surg Peds Oncology Ortho Neuro Stepdown PCU IMCU Rehab Endoscopy Radiology Observation "
    "Maternity Postpartum Psych Dialysis Cardiac Surgery Burn Pre-op"
).split()
_ROLES = (
    "teacher driver nurse welder electrician plumber farmer cook waitress cashier clerk mechanic "
    "carpenter roofer painter foreman supervisor operator inspector dispatcher guard officer "
    "engineer accountant lawyer paralegal secretary receptionist assistant aide technician manager "
    "salesman barber hairdresser janitor custodian librarian pastor musician artist photographer "
    "student professor coach machinist miner logger fisherman rancher firefighter paramedic "
    "dentist pharmacist editor programmer analyst architect realtor broker bartender baker butcher "
    "tailor seamstress sailor pilot soldier sergeant lineman conductor porter packer picker"
).split()
_FIELDS = (
    "school|bus|truck|retired|part-time|second grade|high school|kindergarten|construction|factory|"
    "warehouse|bank|post office|software|civil|mechanical|insurance|real estate|dairy|cattle|tool|"
    "forklift|crane|heavy equipment|night|assembly line|office|medical|dental|pharmacy|security|"
    "police|prison|airline|railroad|oil field|coal|steel|textile|piano|art|music|math|science|home|"
    "hotel|restaurant|grocery|delivery|line|head|senior|assistant|substitute|traveling|freelance"
).split("|")


def city(lists: WordLists, rng: random.Random) -> str:
    """A city."""
    if rng.random() < 0.7:
        return rng.choice(lists.cities)
    return rng.choice(lists.pools[Label.CITY])


def county(value: str, lists: WordLists, rng: random.Random) -> str:
    """A county, with the word of the old value that says so, if any."""
    word = re.search(r"\s(County|Co\.?|Parish|Borough)$", value, re.IGNORECASE)
    if word is None and rng.random() < 0.5:
        return rng.choice(lists.pools[Label.COUNTY])
    name = rng.choice(lists.counties)
    return f"{name.lower() if value.islower() else name}{word[0] if word else ''}"


def state(value: str, lists: WordLists, rng: random.Random) -> str:
    """A state: a postal code for a postal code, else a name."""
    name, code = rng.choice(lists.states)
    if len(value) == 2:
        return code.lower() if value.islower() else code
    if rng.random() < 0.2:
        return rng.choice(lists.pools[Label.STATE])
    return name.upper() if value.isupper() else name.lower() if value.islower() else name


def country(lists: WordLists, rng: random.Random) -> str:
    """A country."""
    return rng.choice(lists.countries)


def street(value: str, lists: WordLists, rng: random.Random) -> str:
    """A street or street address: in the old form, or from a list."""
    if rng.random() < 0.6:
        return re.sub(r"[^\W_][^\s,^]*", lambda found: _street_word(found[0], lists, rng), value)
    if re.search(r"\d", value) is None:
        name = _place_name(lists, rng)
        return f"{name} {rng.choice(_SUFFIXES)}"
    if rng.random() < 0.5:
        return rng.choice(lists.streets)
    number, name = rng.randint(1, 19999), _place_name(lists, rng)
    unit = rng.choice(("", "", "", f", Apt {rng.randint(1, 400)}", f" #{rng.randint(1, 99)}"))
    return f"{number} {name} {rng.choice(_SUFFIXES)}{unit}"


def _street_word(word: str, lists: WordLists, rng: random.Random) -> str:
    if word[0].isdigit():
        return "".join(rng.choice(string.digits) if c.isdigit() else c for c in word)
    if word.casefold() in _STREET_WORDS or len(word) < 3:
        return word
    name = _place_name(lists, rng).split()[0]
    return name.upper() if word.isupper() else name.lower() if word.islower() else name


def _place_name(lists: WordLists, rng: random.Random) -> str:
    draw = rng.random()
    if draw < 0.4:
        return rng.choice(lists.cities)
    if draw < 0.7:
        return lists.last_name(rng)
    return rng.choice(_NATURE)


def hospital(lists: WordLists, rng: random.Random) -> str:
    """A named place of care."""
    draw = rng.random()
    if draw < 0.25:
        return rng.choice(lists.hospitals)
    if draw < 0.55:
        return rng.choice(lists.pools[Label.HOSPITAL])
    if draw < 0.62:
        return "".join(rng.choices(string.ascii_uppercase, k=rng.randint(3, 4)))
    name = _place_name(lists, rng)
    if draw < 0.72:
        name = f"{rng.choice(_NATURE)} {name}"
    return f"{name} {rng.choice(_CARE)}"


def organization(lists: WordLists, rng: random.Random) -> str:
    """An employer, insurer, school, church, club or firm."""
    draw = rng.random()
    if draw < 0.35:
        return rng.choice(lists.pools[Label.ORGANIZATION])
    if draw < 0.5:
        return rng.choice(_BRANDS)
    if draw < 0.58:
        return f"{lists.last_name(rng)} {rng.choice(('&', 'and'))} {lists.last_name(rng)}"
    if draw < 0.64:
        return "".join(rng.choices(string.ascii_uppercase, k=rng.randint(3, 5)))
    return f"{_place_name(lists, rng)} {rng.choice(_FIRMS)}"


def department(lists: WordLists, rng: random.Random) -> str:
    """A ward, unit or clinic within a hospital."""
    if rng.random() < 0.4:
        return rng.choice(lists.pools[Label.DEPARTMENT])
    return rng.choice(_WARDS).format(
        n=rng.randint(1, 12),
        dir=rng.choice(("North", "South", "East", "West", "N", "S", "E", "W")),
        name=rng.choice(_NATURE),
        unit=rng.choice(_UNITS),
        letter=rng.choice("ABCDEFW"),
    )


def location(lists: WordLists, rng: random.Random) -> str:
    """A landmark or neighbourhood."""
    if rng.random() < 0.45:
        return rng.choice(lists.pools[Label.LOCATION])
    return f"{_place_name(lists, rng)} {rng.choice(_SITES)}"


def profession(lists: WordLists, rng: random.Random) -> str:
    """An occupation."""
    draw = rng.random()
    if draw < 0.4:
        return rng.choice(lists.pools[Label.PROFESSION])
    if draw < 0.55:
        return rng.choice(lists.jobs)
    role = rng.choice(_ROLES)
    return role if draw < 0.7 else f"{rng.choice(_FIELDS)} {role}"


def slug(lists: WordLists, rng: random.Random) -> str:
    """A host name without dots, as firms and clinics use it."""
    name = f"{_place_name(lists, rng)} {rng.choice(_CARE + _FIRMS)}"
    return re.sub(r"[^a-z0-9-]", "", name.lower().replace(" ", rng.choice(("", "", "-"))))
