"""Every file has one owner, or the build fails; what was changed since it was installed, too."""

from __future__ import annotations

import json
import shutil
import sys
from importlib.metadata import PackagePath, distribution
from pathlib import Path

import pytest
from frozen.origins import Kind, Origins, Owner, UnknownOrigin, canonical

from packaging import version as of_packaging


def test_whose_a_file_is(tmp_path: Path) -> None:
    own = tmp_path / "source" / "deid" / "cli.py"
    library = tmp_path / "work" / "base_library.zip"
    for path in (own, library):
        path.parent.mkdir(parents=True)
        path.write_text("", encoding="utf-8")
    origins = Origins.here([tmp_path], version="1.0")
    installed, standard = Path(of_packaging.__file__), Path(json.__file__)
    owners = origins.owners([own, library, installed, standard])
    python = Owner("python", "cpython", sys.version.split()[0])
    assert owners == {
        own: Owner("noteveil", "noteveil", "1.0"),
        library: python,
        installed: Owner("pypi", "packaging", distribution("packaging").version),
        standard: python,
    }


def test_a_file_of_nobody_is_refused_by_its_name(tmp_path: Path) -> None:
    stray = tmp_path / "libstray.so"
    stray.write_text("", encoding="utf-8")
    with pytest.raises(UnknownOrigin, match=r"libstray\.so"):
        Origins((), "1.0", {}).owners([stray])


def test_a_file_that_was_changed_since_it_was_installed_is_refused(tmp_path: Path) -> None:
    found = distribution("packaging")
    (recorded,) = (file for file in found.files or () if str(file) == "packaging/version.py")
    file = tmp_path / "version.py"
    installed: dict[Path, tuple[object, PackagePath]] = {file: (found, recorded)}
    origins = Origins((), "1.0", installed)  # type: ignore[arg-type]
    shutil.copyfile(of_packaging.__file__, file)
    assert origins.owners([file])[file].name == "packaging"
    file.write_text("changed", encoding="utf-8")
    with pytest.raises(UnknownOrigin, match="changed since they were installed"):
        origins.owners([file])


def test_a_library_of_debian_is_that_of_its_package() -> None:
    libraries = sorted(Path("/lib").glob("*-linux-gnu/libz.so.1"))
    if not libraries or shutil.which("dpkg-query") is None:
        pytest.skip("no Debian here")
    (owner,) = Origins((), "1.0", {}).owners(libraries[:1]).values()
    assert (owner.kind, owner.name) == (Kind.DEBIAN.value, "zlib1g")
    assert owner.version


@pytest.mark.parametrize("name", ["Foo.Bar", "foo_bar", "FOO--bar"])
def test_names_are_compared_as_registries_do(name: str) -> None:
    assert canonical(name) == "foo-bar"
