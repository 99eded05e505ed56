"""Fresh values: for each label, another value of the same surface form, or a new form.

Every function draws from the `random.Random` it is given and from nothing else, so a value is
the same for the same seed. None of the values is a real person's; telephone numbers, e-mail
hosts and numbers are made up digit by digit.
"""
# ruff: noqa: SIM905 - a row of words reads better as one string than as a list

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable

from deid.labels import Label
from deid.training import dates, people, places
from deid.training.wordlists import WordLists

_PHONES = (
    "###-###-####", "(###) ###-####", "###.###.####", "### ### ####", "##########",
    "1-###-###-####", "+1 ### ### ####", "(###)###-####", "###-####", "###/###-####",
    "1 (###) ###-####", "+1-###-###-####", "1.###.###.####", "### ####",
    "###-###-#### x###", "###-###-#### ext. ####", "(###) ###-####, ext ###", "x#####", "ext. ####",
    "###-###-#### Ext ##", "(###) ###-#### x####", "0#### ######", "01### ### ###",
    "+44 #### ######",
    "07### ######", "020 #### ####", "+61 4## ### ###", "(0#) #### ####",
)  # fmt: skip
_PLACEHOLDER = re.compile(r"[#@^]")
_TEMPLATES: dict[Label, tuple[str, ...]] = {
    Label.MRN: ("#######", "########", "##-##-##", "###-##-##", "@#######", "@@######", "#####-##",
                "E########", "MR######", "00#####", "### ### ####", "@-######", "####-####",
                "######"),
    Label.IDNUM: ("########", "@##-#####", "@@-##-####", "@@##-######", "##########", "####-@@-##",
                  "@#####", "@@@-##-####", "#.###.#####.##", "@@-@@-######", "######-##",
                  "S##-####"),
    Label.ACCOUNT: ("##########", "@########", "####-###-####", "########-#", "#####-@", "##-####",
                    "####-####-####-####", "xxxx-xxxx-xxxx-####", "@@ ##-#####", "V##########"),
    Label.LICENSE: ("@@#######", "1#########", "@@ #####", "@####", "######", "@###-###-##-###-#",
                    "@#######", "##@#######", "MD-#####", "RN######", "A######"),
    Label.DEVICE: ("@@########", "#######-###", "@@@######@", "######## ###", "@@@-####-####",
                   "SN@@#####", "(01)##############", "###-###-####", "@#@#-#####", "LOT @#####"),
    Label.HEALTHPLAN: ("@@@#########", "@########", "###-##-####-@", "#@@#-@@#-@@##", "#########@",
                       "@@@ ### ### ###", "########-##", "@@####-######", "### ### ####",
                       "#### #### ####"),
    Label.SSN: ("###-##-####", "### ## ####", "#########", "xxx-xx-####", "***-**-####",
    "XXX-XX-####"),
    Label.VEHICLE: ("@@@ ####", "@@@-####", "#@@@###", "@@ ###-@@", "####-@@", "#@#@@@@@@@@######",
                    "@@## @@@", "@##-@###", "### @@@", "@@@ ##@"),
    Label.ZIP: ("#####", "#####-####", "#####", "@# #@@", "@@## #@@", "@#@ #@#", "####"),
    Label.BIOID: ("AFIS ####-####", "FP-####-####", "PV-########"),
    Label.ROOM: ("###", "##", "#", "#-##", "@###", "####", "##@", "@-##", "###-#", "###@", "#@",
                 "ICU-#", "OR #", "Bay #", "bed #", "Rm ###"),
    Label.FAX: _PHONES[:13],
    Label.PHONE: _PHONES,
}  # fmt: skip
_HOSTS = "mail.example example.org northmail.example.com clinic.example.net post.example".split()


def fill(template: str, rng: random.Random) -> str:
    """A template with each `#` a digit, each `@` one capital letter."""
    return _PLACEHOLDER.sub(
        lambda found: rng.choice(string.digits if found[0] == "#" else string.ascii_uppercase),
        template,
    )


def same_shape(value: str, rng: random.Random) -> str:
    """The value with other digits, and other letters in words that hold a digit or are short."""
    return re.sub(r"[^\W_]+", lambda found: _other_word(found[0], rng), value)


def _other_word(word: str, rng: random.Random) -> str:
    keep_letters = word.isalpha() and (len(word) > 3 or rng.random() < 0.5)
    return "".join(char if keep_letters else _other_char(char, rng) for char in word)


def _other_char(char: str, rng: random.Random) -> str:
    if char in string.digits:
        return rng.choice(string.digits)
    if char in "xX*" or char not in string.ascii_letters:
        return char
    alphabet = string.ascii_lowercase if char.islower() else string.ascii_uppercase
    return rng.choice(alphabet)


def like_case(model: str, value: str) -> str:
    """`value` all in capitals or all in small letters where `model` is."""
    letters = [char for char in model if char.isalpha()]
    if len(letters) > 1 and all(char.isupper() for char in letters):
        return value.upper()
    if letters and all(char.islower() for char in letters):
        return value.lower()
    return value


def _number(label: Label) -> Callable[[str, WordLists, random.Random], str]:
    def redraw(value: str, lists: WordLists, rng: random.Random) -> str:
        if not any(char.isdigit() for char in value) or re.search(r"[a-z]{3}", value):
            return rng.choice(lists.pools[label])
        if rng.random() < 0.7:
            return same_shape(value, rng)
        short = sum(char.isdigit() for char in value) <= 4
        fitting = [form for form in _TEMPLATES[label] if (form.count("#") <= 4) == short]
        return fill(rng.choice(fitting), rng) if fitting else same_shape(value, rng)

    return redraw


def _from_pool(label: Label) -> Callable[[str, WordLists, random.Random], str]:
    def redraw(value: str, lists: WordLists, rng: random.Random) -> str:
        return like_case(value, rng.choice(lists.pools[label]))

    return redraw


def _cased(
    draw: Callable[[WordLists, random.Random], str],
) -> Callable[[str, WordLists, random.Random], str]:
    def redraw(value: str, lists: WordLists, rng: random.Random) -> str:
        return like_case(value, draw(lists, rng))

    return redraw


def _email(lists: WordLists, rng: random.Random) -> str:
    host = rng.choice(_HOSTS) if rng.random() < 0.5 else f"{places.slug(lists, rng)}.example.com"
    return f"{people.username(lists, rng).strip('@')}@{host}".replace(" ", "").replace("/", ".")


def _url(lists: WordLists, rng: random.Random) -> str:
    host = f"{places.slug(lists, rng)}{rng.choice(('.example', '.example.org', '.com', '.org'))}"
    start = rng.choice(("https://", "http://", "www.", "https://portal.", "https://www.", ""))
    path = rng.choice(("", "/", "/results", f"/p/{fill('#####', rng)}", f"/{fill('##@#', rng)}"))
    return start + host + path


def _address(lists: WordLists, rng: random.Random) -> str:
    start = rng.choice(("10", "192.168", "172.16", "10.44", str(rng.randint(11, 223))))
    missing = 4 - len(start.split("."))
    return ".".join([start, *(str(rng.randint(0, 255)) for _ in range(missing))])


def _username(value: str, lists: WordLists, rng: random.Random) -> str:
    if rng.random() < 0.5:
        return re.sub(r"[^\W_]", lambda found: _other_char(found[0], rng), value)
    return people.username(lists, rng)


def _profession(lists: WordLists, rng: random.Random) -> str:
    return places.profession(lists, rng)


_REDRAW: dict[Label, Callable[[str, WordLists, random.Random], str]] = {
    **{label: _number(label) for label in _TEMPLATES},
    Label.USERNAME: _username,
    Label.IP: _cased(_address),
    Label.EMAIL: _cased(_email),
    Label.URL: _cased(_url),
    Label.STREET: places.street,
    Label.CITY: _cased(places.city),
    Label.COUNTY: places.county,
    Label.STATE: places.state,
    Label.COUNTRY: _cased(places.country),
    Label.HOSPITAL: _cased(places.hospital),
    Label.ORGANIZATION: _cased(places.organization),
    Label.DEPARTMENT: _cased(places.department),
    Label.LOCATION: _cased(places.location),
    Label.PROFESSION: _cased(_profession),
    Label.OTHER: _from_pool(Label.OTHER),
    Label.DATE: dates.redraw_date,
    Label.AGE: dates.redraw_age,
    Label.AGE90: dates.redraw_age,
}


def fresh_value(label: Label, value: str, lists: WordLists, rng: random.Random) -> str:
    """Another value for this label; people's names are drawn by `people.Cast` instead."""
    return _REDRAW[label](value, lists, rng)
