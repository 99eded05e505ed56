from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.sealed.sealed_list import SealedFile, SealedList, parse, written

SHA = "0" * 64
FILE = SealedFile(1, SHA)
PARTS = st.text("abcXYZ09._-+ é", min_size=1, max_size=8).filter(
    lambda part: part == part.strip(" ") and not part.endswith(".")
)
PATHS = st.lists(PARTS, min_size=1, max_size=4).map("/".join)


def node(**changes: Any) -> dict[str, Any]:
    return json.loads(written(SealedList("1.0", {"a/b": FILE}))) | changes


def raw(made: object) -> bytes:
    return json.dumps(made, sort_keys=True, separators=(",", ":")).encode() + b"\n"


@given(st.dictionaries(PATHS, st.integers(0, 1 << 30)))
def test_what_can_be_written_is_read_as_it_was(sizes: dict[str, int]) -> None:
    sealed = SealedList("1.0", {path: SealedFile(size, SHA) for path, size in sizes.items()})
    try:
        made = written(sealed)
    except ValueError:  # two of the paths are one on some systems, or one is a folder of another
        folded = [path.casefold() for path in (*sizes, *sealed.folders)]
        assert len(set(folded)) < len(folded)
        return
    assert parse(made) == sealed
    assert made == raw(json.loads(made))


@given(st.binary(max_size=60))
def test_any_bytes_are_refused_or_the_one_form_of_a_list(content: bytes) -> None:
    try:
        sealed = parse(content)
    except ValueError:
        return
    assert written(sealed) == content


@pytest.mark.parametrize(
    "path",
    [
        *("", "/etc/passwd", "../x", "a/../b", "a/./b", "a//b", "a/", "./a", "..", "."),
        *("C:/x", "a\\b", "a:b", "a\x00b", "a\nb", "a*", "name ", "name.", "a /b", "\ud800"),
        *("_internal/SEALED.json", "SEALED.sig"),
    ],
)
def test_a_path_that_leads_out_or_is_another_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(ValueError):
        written(SealedList("1.0", {path: FILE}))
    with pytest.raises(ValueError):
        parse(raw(node(files={path: {"sha256": SHA, "size": 1}})))
    with pytest.raises(ValueError):
        written(SealedList("1.0", {"a": FILE}, system=(path,)))


@pytest.mark.parametrize(
    ("one", "other"),
    [("a/B", "a/b"), ("A/x", "a/y"), ("a", "a/b"), ("\u00e9", "e\u0301"), ("Straße", "STRASSE")],
)
def test_two_paths_that_are_one_on_some_systems_are_refused(one: str, other: str) -> None:
    with pytest.raises(ValueError):
        written(SealedList("1.0", {one: FILE, other: FILE}))


@pytest.mark.parametrize("target", ["b", "../a/b", "../c"])
def test_a_link_may_lead_to_what_is_listed(target: str) -> None:
    sealed = SealedList("1.0", {"a/b": FILE, "c": FILE}, {"a/link": target})
    assert parse(written(sealed)) == sealed


@pytest.mark.parametrize(
    "target", ["", "/etc/passwd", "../../x", "none", "./b", "b/", "a\\b", ".."]
)
def test_a_link_may_not_lead_elsewhere(target: str) -> None:
    with pytest.raises(ValueError):
        written(SealedList("1.0", {"a/b": FILE, "c": FILE}, {"a/link": target}))


def test_a_link_may_lead_over_others_within_the_folder() -> None:
    links = {"f/Versions/Current": "A", "f/Qt": "Versions/Current/Qt", "Qt": "f/Qt", "up": "f"}
    sealed = SealedList("1.0", {"f/Versions/A/Qt": FILE}, links)
    assert parse(written(sealed)) == sealed


@pytest.mark.parametrize(
    "links",
    [
        {"a/up": "../c", "d": "a/up/../../b"},
        {"a/one": "other", "a/other": "one"},
        {"a/self": "self/b"},
        {"a/deep": "../a/b/../none"},
    ],
)
def test_a_link_may_not_lead_out_over_others_nor_in_a_circle(links: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="leads"):
        written(SealedList("1.0", {"a/b": FILE, "c/x": FILE}, links))


def test_a_file_that_is_signed_later_is_listed_so() -> None:
    sealed = SealedList("1.0", {"a": SealedFile(1, SHA, signed=True), "b": FILE})
    assert parse(written(sealed)) == sealed
    assert written(sealed).count(b'"signed":true') == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "noteveil-sealed-2"},
        {"version": ""},
        {"version": 1},
        {"version": "1.0 "},
        {"more": 1},
        {"files": []},
        {"files": {"a": {"sha256": SHA}}},
        {"files": {"a": {"sha256": SHA, "size": True}}},
        {"files": {"a": {"sha256": SHA, "size": -1}}},
        {"files": {"a": {"sha256": SHA.upper() + "A", "size": 1}}},
        {"files": {"a": {"sha256": "A" * 64, "size": 1}}},
        {"files": {"a": {"sha256": None, "size": 1}}},
        {"files": {"a": {"sha256": SHA, "size": 1, "signed": False}}},
        {"files": {"a": {"sha256": SHA, "size": 1, "signed": 1}}},
        {"files": {"a": {"sha256": SHA, "size": 1, "more": True}}},
        {"links": {"a": 1}},
        {"system": "a"},
        {"system": ["b", "a"]},
    ],
)
def test_another_shape_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        parse(raw(node(**changes)))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"null\n",
        b"[" * 100_000,
        written(SealedList("1.0", {}))[:-1],
        b" " + written(SealedList("1.0", {})),
        written(SealedList("1.0", {})) + b"\n",
        b"\xef\xbb\xbf" + written(SealedList("1.0", {})),
        written(SealedList("1.0", {})).replace(b'"links":{}', b'"links":{},"links":{}'),
        written(SealedList("1.0", {"é": FILE})).replace(b"\\u00e9", "é".encode()),
    ],
)
def test_other_bytes_for_the_same_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        parse(content)
