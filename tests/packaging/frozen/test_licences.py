"""Every component has a licence, and its text travels with the programs."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from frozen import licences
from frozen.environment import locked
from frozen.licences import Licence, NoLicence, common_texts, copy_texts, licence_of
from frozen.origins import Kind, Owner

ROOT = Path(__file__).resolve().parents[3]


def owner_of(name: str) -> Owner:
    return Owner(Kind.PYPI.value, name, distribution(name).version)


def test_every_package_of_the_runtime_brings_its_licence_or_we_do() -> None:
    lock = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    looked_at = 0
    for name, _ in locked([lock]):
        try:
            found = licence_of(owner_of(name), source=ROOT)
        except PackageNotFoundError:
            continue
        looked_at += 1
        assert found.stated, name
        assert all(text.stat().st_size > 20 for text in found.texts.values()), name
    assert looked_at > 50


def test_the_licences_of_qt_are_those_that_its_package_names() -> None:
    found = licence_of(owner_of("pyside6-essentials"), source=ROOT)
    assert "LGPL-3.0-only" in found.stated
    text = found.texts["LGPL-3.0.txt"].read_text(encoding="utf-8")
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "GPL-3.0.txt" in found.texts


def test_python_and_the_project_have_theirs() -> None:
    ours = licence_of(Owner("noteveil", "noteveil", "1.0"), source=ROOT)
    assert set(ours.texts) == {"LICENSE", "NOTICE", "THIRD-PARTY-NOTICES.md"}
    python = licence_of(Owner("python", "cpython", "3"), source=ROOT)
    assert "PYTHON SOFTWARE FOUNDATION" in python.texts["LICENSE.txt"].read_text("utf-8")


def test_a_component_without_a_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "NOT_BROUGHT", {})
    with pytest.raises(NoLicence, match="tokenizers"):
        licence_of(owner_of("tokenizers"), source=ROOT)
    with pytest.raises(NoLicence, match="libnowhere"):
        licence_of(Owner("deb", "libnowhere", "1"), source=ROOT)


def test_texts_are_laid_by_kind_and_name(tmp_path: Path) -> None:
    text = tmp_path / "LICENSE"
    text.write_text("Do what you like.", encoding="utf-8")
    owner = Owner("pypi", "thing", "1")
    placed = copy_texts(tmp_path / "tree", {owner: Licence("MIT", {"LICENSE": text})})
    assert placed == {"_internal/licences/pypi/thing/LICENSE": owner}
    for path in placed:
        assert (tmp_path / "tree" / path).read_text("utf-8") == "Do what you like."


def test_what_a_copyright_file_of_debian_refers_to_comes_along(tmp_path: Path) -> None:
    if not Path("/usr/share/common-licenses/LGPL-2.1").is_file():
        pytest.skip("no Debian here")
    text = tmp_path / "copyright"
    text.write_text("License: LGPL-2.1+\n see /usr/share/common-licenses/LGPL-2.1.\n", "utf-8")
    found = common_texts([Licence("LGPL-2.1+", {"copyright": text})])
    assert set(found.texts) == {"LGPL-2.1.txt"}
