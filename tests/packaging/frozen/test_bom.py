"""A bill of materials names each shipped file once, as it is, and is the same each time."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from frozen.bom import PATH, NotListed, Part, bill, check_complete, digests, read_bill
from frozen.origins import Owner
from frozen.tree import Tree

EPOCH = 1_700_000_000
OURS = Owner("noteveil", "noteveil", "1.0")
NUMPY = Owner("pypi", "numpy", "2.4.6")
DEBIAN = Owner("deb", "libxcb1", "1.15-1")


def made(root: Path) -> tuple[Tree, tuple[Part, ...]]:
    owners = {
        "deid": OURS,
        "_internal/rules/a.txt": OURS,
        "_internal/numpy/core.so": NUMPY,
        "_internal/libxcb.so.1": DEBIAN,
    }
    for path in owners:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path, encoding="utf-8")
    tree = Tree(root, "1.0", EPOCH)
    found = digests(tree)
    licences = {OURS: "Apache-2.0", NUMPY: "BSD-3-Clause AND Zlib", DEBIAN: "Expat; GPL-2+"}
    parts = [
        Part(
            owner,
            licence,
            {path: found[path] for path, whose in owners.items() if whose == owner},
            ["deid", "deid.cli"] if owner == OURS else [],
        )
        for owner, licence in licences.items()
    ]
    return tree, tuple(parts)


def test_a_bill_says_what_it_was_made_of(tmp_path: Path) -> None:
    _, parts = made(tmp_path)
    version, epoch, read = read_bill(bill(parts, version="1.0", epoch=EPOCH))
    assert (version, epoch) == ("1.0", EPOCH)
    assert sorted(read, key=lambda part: part.owner) == sorted(parts, key=lambda part: part.owner)


def test_the_order_of_parts_and_files_does_not_count(tmp_path: Path) -> None:
    _, parts = made(tmp_path)
    shuffled = [
        replace(part, files=dict(sorted(part.files.items(), reverse=True))) for part in parts
    ]
    random.Random(1).shuffle(shuffled)
    text = bill(parts, version="1.0", epoch=EPOCH)
    assert bill(shuffled, version="1.0", epoch=EPOCH) == text
    assert bill(parts, version="1.0", epoch=EPOCH + 1) != text


def test_a_bill_is_of_cyclonedx_with_addresses_that_scanners_look_up(tmp_path: Path) -> None:
    _, parts = made(tmp_path)
    node = json.loads(bill(parts, version="1.0", epoch=EPOCH))
    assert (node["bomFormat"], node["specVersion"]) == ("CycloneDX", "1.6")
    assert node["metadata"]["timestamp"].startswith("2023-11-14T22:13:20")
    addresses = {one["name"]: one["purl"] for one in node["components"]}
    assert addresses["numpy"] == "pkg:pypi/numpy@2.4.6"
    assert addresses["libxcb1"] == "pkg:deb/debian/libxcb1@1.15-1"


def test_the_whole_tree_stands_in_the_bill(tmp_path: Path) -> None:
    tree, parts = made(tmp_path)
    check_complete(tree, parts)
    for path in (PATH, "_internal/SEALED.json", "_internal/SEALED.sig"):
        (tmp_path / path).write_text("made after the bill", encoding="utf-8")
    check_complete(tree, parts)


def test_a_file_of_no_component_is_refused(tmp_path: Path) -> None:
    tree, parts = made(tmp_path)
    (tmp_path / "_internal" / "stray.so").write_text("x", encoding="utf-8")
    with pytest.raises(NotListed, match=r"^of no component: _internal/stray\.so$"):
        check_complete(tree, parts)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    tree, parts = made(tmp_path)
    (tmp_path / "_internal" / "rules" / "a.txt").rename(tmp_path / "_internal" / "b.txt")
    (tmp_path / "_internal" / "rules").rmdir()
    with pytest.raises(NotListed, match="listed and not shipped: _internal/rules/a"):
        check_complete(tree, parts)


def test_a_changed_file_is_refused(tmp_path: Path) -> None:
    tree, parts = made(tmp_path)
    (tmp_path / "deid").write_text("changed", encoding="utf-8")
    with pytest.raises(NotListed, match=r"^not as listed: deid$"):
        check_complete(tree, parts)


def test_a_file_of_two_components_is_refused(tmp_path: Path) -> None:
    tree, parts = made(tmp_path)
    with pytest.raises(NotListed, match=r"of two components: _internal/libxcb"):
        check_complete(tree, [*parts, parts[2]])


@pytest.mark.parametrize(
    "text", ["{}", '{"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}']
)
def test_what_is_no_bill_of_ours_is_not_read(text: str) -> None:
    with pytest.raises(NotListed):
        read_bill(text)
