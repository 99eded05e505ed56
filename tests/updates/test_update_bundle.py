"""A bundle is what was packed, byte for byte, or is refused in the program's own words."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.errors import DeidError
from deid.updates.bundle import open_bundle
from deid.updates.install import install
from deid.updates.names import fault_among, fault_of
from deid.updates.suited import Suits, parse_version
from tests.updates.authority import FILES, MODEL, NOW, Desk, Update

SMALL = Update(files={"rules/a.yaml": b"a"}).bytes()


def test_a_bundle_gives_back_what_was_packed(desk: Desk) -> None:
    with open_bundle(desk.bundle(Update(3))) as bundle:
        assert bundle.roots == (1,)
        assert bundle.content == {name: len(data) for name, data in (FILES | MODEL).items()}
        assert {name: bundle.read(name) for name in bundle.content} == FILES | MODEL


@given(st.data())
def test_a_spoilt_bundle_is_refused_or_holds_the_same(data: st.DataObject) -> None:
    content = bytearray(SMALL)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        match data.draw(st.sampled_from(["change", "cut", "insert", "remove"])):
            case "change":
                content[at] = data.draw(st.integers(0, 255))
            case "cut":
                del content[at + 1 :]
            case "insert":
                content[at:at] = data.draw(st.binary(min_size=1, max_size=8))
            case _:
                del content[at : at + data.draw(st.integers(1, 8))]
        content = content or bytearray(b"\0")
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        try:
            install(desk.bundle(bytes(content)), desk.machine, try_out=lambda _: None, now=NOW)
        except DeidError:
            assert "state.json" not in desk.seen()
        else:
            (rules,) = desk.machine.updates.glob("*/rules/a.yaml")
            assert rules.read_bytes() == b"a"


@given(st.lists(st.text(alphabet="aA.-_/\\:\0é", min_size=1, max_size=12), min_size=1))
def test_plain_names_stay_within_their_folder(names: list[str]) -> None:
    plain = [name for name in names if fault_of(name) is None]
    if fault_among(plain) is None:
        assert len({name.casefold() for name in plain}) == len(plain)
    for name in plain:
        path = Path("/updates") / name
        assert path.resolve() == path
        assert str(path) == f"/updates/{name}"


@pytest.mark.parametrize("name", ["con.yaml", "rules/NUL", "rules/Com1.txt", "lpt9/x.txt"])
def test_devices_of_windows_are_no_names(name: str) -> None:
    assert fault_of(name) is not None


@pytest.mark.parametrize(
    ("version", "taken"),
    [
        ("0.1", True),
        ("0.1.0", True),
        ("0.2.9", True),
        ("0.2.9.dev1", True),
        ("0.0.9", False),
        ("0.3", False),
        ("1", False),
        ("unreleased", False),
        ("", False),
    ],
)
def test_both_ends_of_a_range_of_versions_are_in_it(version: str, taken: bool) -> None:
    assert Suits(parse_version("0.1"), parse_version("0.2")).takes(version) is taken
