"""Stand-ins for names keep the form of the name and agree word by word."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.errors import RulePackError
from deid.redact import name_pools
from deid.redact.identity import fold
from deid.redact.name_pools import Names, pool, roles_of, script_of
from deid.redact.names import name_stand_in

SEED = bytes([7] * 32)


def _stand_in(
    text: str, *, person: str = "", seed: bytes = SEED, originals: frozenset[str] = frozenset()
) -> str | None:
    return name_stand_in(text, person=person, seed=seed, salt="", originals=originals)


def test_lists_are_those_that_stand_ins_were_made_from_before() -> None:
    """A seed has to give the same names next year: if this fails, the lists have changed."""
    latin = pool("LATIN")
    rows = [
        f"{name} {end}"
        for names in (latin.female, latin.male, latin.family)
        for name, end in zip(names.names, names.ends, strict=True)
    ]
    assert hashlib.sha256("\n".join(rows).encode()).hexdigest() == (
        "e7d3c93bdbdc7bab8079a9b0ee8f19abbaa8290987e9fbb62ce1758851f9e2d7"
    )


def test_a_name_is_as_likely_as_many_people_bear_it() -> None:
    names = Names.of({"Beth": 2, "Ann": 3, "Cleo": 1})
    assert [names.at(number) for number in range(names.weight)] == [
        *("Ann",) * 3, *("Beth",) * 2, "Cleo",
    ]  # fmt: skip


def test_names_are_written_as_in_english_and_are_many() -> None:
    latin = pool("LATIN")
    for names in (latin.female, latin.male, latin.family):
        assert all(name.isascii() and fold(name) for name in names.names)
        assert len(set(names.names)) == len(names.names) > 5000
        assert all(before < after for before, after in pairwise((0, *names.ends)))
    assert {"Smith", "Nguyen", "Okafor", "O'Brien", "McDonald"} <= set(latin.family.names)


def test_common_names_are_drawn_often_and_others_too() -> None:
    drawn = [_stand_in("Grabowski", seed=i.to_bytes(32)) for i in range(2000)]
    common = sum(name in {"Smith", "Johnson", "Williams", "Jones", "Brown"} for name in drawn)
    assert 20 < common < 140
    assert len(set(drawn)) > 1200


@pytest.mark.parametrize(
    ("name", "roles"),
    [("maria", "f"), ("john", "m"), ("leslie", "fm"), ("cruz", ""), ("thomas", "m"), ("qxz", "")],
)
def test_whose_name_it_may_be(name: str, roles: str) -> None:
    assert roles_of(name, "LATIN") == roles


def test_scripts_are_told_apart() -> None:
    assert (script_of("Anna"), script_of("Аня"), script_of("Annaя"), script_of("สม")) == (
        "LATIN", "CYRILLIC", None, None,
    )  # fmt: skip


def test_a_missing_list_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("deid.resources.stand_in_names", lambda: tmp_path)
    (tmp_path / "female.txt").write_text("Ann\n")
    for cached in (name_pools.pool, name_pools._weights):
        monkeypatch.setattr(name_pools, cached.__name__, cached.__wrapped__)
    with pytest.raises(RulePackError, match="install the program again"):
        name_pools.pool("LATIN")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Maria de la Cruz", "{} de la {}"),
        ("CRUZ, MARIA", "{}, {}"),
        ("cruz,maria", "{},{}"),
        ("Maria Cruz-Lopez", "{} {}-{}"),
        ("Maria  Cruz Jr.", "{}  {} Jr."),
        ("Cruz's", "{}'s"),
        ("van der Berg", "van der {}"),
        ("Maria\nCruz", "{}\n{}"),
    ],
)
def test_form_and_case_stay(text: str, form: str) -> None:
    names = {"maria": _stand_in("Maria"), "cruz": _stand_in("Cruz"), "lopez": _stand_in("Lopez")}
    names["berg"] = _stand_in("Berg")
    order = [w for w in fold_words(text) if w in names]
    new = _stand_in(text)
    assert new is not None
    assert new.casefold() == form.format(*(names[word] for word in order)).casefold()
    if text.isupper():
        assert new.isupper()
    if text.islower():
        assert new.islower()


def fold_words(text: str) -> list[str]:
    return [
        fold(word)
        for word in text.replace(",", " ").replace("-", " ").split()
        for word in [word.removesuffix("'s")]
    ]


def test_initials_follow_the_name_they_stand_for() -> None:
    full = _stand_in("Wendell")
    assert full is not None
    assert _stand_in("W.", person="wendell yellowhair") == f"{full[0]}."
    anna, adams = _stand_in("Anna"), _stand_in("Adams")
    assert anna is not None
    assert adams is not None
    assert _stand_in("A. Adams", person="adams anna") == f"{anna[0]}. {adams}"
    li = _stand_in("Li")
    assert li is not None
    assert (_stand_in("LI, ANNA") or "").split(",")[0] == li.upper()
    alone = _stand_in("W.")
    assert alone is not None
    assert alone != "W."
    assert len(alone) == 2
    pair = _stand_in("MK")
    assert pair is not None
    assert pair.isupper()
    assert len(pair) == 2
    assert pair != "MK"


@pytest.mark.parametrize(
    ("name", "lists"),
    [("Maria", "female"), ("John", "male"), ("Grabowski", "family"), ("Cruz", "family")],
)
def test_gender_and_role_stay_where_they_are_known(name: str, lists: str) -> None:
    drawn = {_stand_in(name, seed=bytes([i] * 32)) for i in range(40)}
    assert drawn <= set(getattr(pool("LATIN"), lists).names)
    assert len(drawn) > 20


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("Иван", "CYRILLIC"),
        ("Παπαδόπουλος", "GREEK"),
        ("王小明", "CJK"),
        ("김철수", "HANGUL"),
        ("כהן", "HEBREW"),
        ("محمد", "ARABIC"),
    ],
)
def test_script_stays(name: str, script: str) -> None:
    new = _stand_in(name)
    assert new is not None
    letters = set("".join((*pool(script).given.names, *pool(script).family.names)))
    assert set(new) <= letters
    assert new != name


@pytest.mark.parametrize("text", ["สมชาย", "Anna3", "12", "—", "Annaя", "Jo\u0489e"])
def test_what_cannot_be_replaced_wholly_is_not_replaced(text: str) -> None:
    assert _stand_in(text) is None


def test_decomposed_letters_are_read_as_their_composed_form() -> None:
    assert _stand_in("Jose\u0301") == _stand_in("Jos\u00e9")


def test_originals_are_not_drawn() -> None:
    first = _stand_in("Cruz")
    assert first is not None
    second = _stand_in("Cruz", originals=frozenset({fold(first)}))
    assert second not in {None, first}
    everything = frozenset(map(fold, pool("LATIN").family.names))
    assert _stand_in("Cruz", originals=everything) is None


def _has_no_suffix(name: str) -> bool:
    return not {"iii", "esq"} & set(map(fold, name.split()))


_NAMES = st.from_regex(r"[A-Z][a-z]{2,10}( [A-Z]\.)?( [A-Z][a-z]{2,10})?", fullmatch=True)


@settings(max_examples=60, deadline=None)
@given(name=_NAMES.filter(_has_no_suffix))
def test_no_whole_word_of_the_name_is_left(name: str) -> None:
    new = _stand_in(name)
    assert new is not None
    assert len(new.split()) == len(name.split())
    for old, drawn in zip(name.split(), new.split(), strict=True):
        assert fold(old) != fold(drawn)
