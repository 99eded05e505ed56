"""Everything lies where Apple wants it, and is found where PyInstaller's programs look."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from pathlib import PurePosixPath

import pytest
from frozen.tree import NotPacked
from hypothesis import given
from hypothesis import strategies as st
from macos.layout import arranged

from tests.packaging.macos.frozen_tree import CODE, DATA, LINKS

FOLDERS = ("a", "b.c", ".dylibs", "x-1.0.dist-info", "Qt.framework")
PATHS = st.tuples(st.lists(st.sampled_from(FOLDERS), max_size=4), st.sampled_from("pqrs")).map(
    lambda found: "/".join(["_internal", *found[0], found[1]])
)


def resolved(path: str, links: Mapping[str, str]) -> str:
    """Where the system finds a path."""
    found: list[str] = []
    left = deque(path.split("/"))
    while left:
        part = left.popleft()
        if part == "..":
            found.pop()
        elif (target := links.get("/".join([*found, part]))) is not None:
            left.extendleft(reversed(target.split("/")))
        else:
            found.append(part)
    return "/".join(found)


def test_an_application_looks_like_this() -> None:
    layout = arranged(CODE, DATA, LINKS)
    libraries, resources = "Contents/Frameworks", "Contents/Resources"
    qt = f"{libraries}/PySide6/Qt"
    assert set(layout.files) == {
        *("Contents/MacOS/deid", "Contents/MacOS/deid-gui", f"{libraries}/_cffi.so"),
        *(f"{libraries}/python3__dot__11/lib-dynload/_ssl.so", f"{libraries}/numpy/core.so"),
        f"{libraries}/numpy/__dot__dylibs/libblas.1.dylib",
        *(f"{libraries}/PySide6/QtCore.so", f"{qt}/plugins/libqcocoa.dylib"),
        f"{qt}/lib/QtCore.framework/Versions/A/QtCore",
        f"{qt}/lib/QtCore.framework/Versions/A/Resources/Info.plist",
        *(f"{resources}/base_library.zip", f"{resources}/rules/packs/us.v2.yaml"),
        *(f"{resources}/rules/a.txt", f"{resources}/numpy/py.typed"),
        *(f"{resources}/numpy/tests.d/x", f"{resources}/noteveil-1.0.dist-info/R"),
    }
    assert layout.links == {
        f"{libraries}/base_library.zip": "../Resources/base_library.zip",
        f"{libraries}/rules": "../Resources/rules",
        f"{libraries}/numpy/py.typed": "../../Resources/numpy/py.typed",
        f"{libraries}/numpy/tests.d": "../../Resources/numpy/tests.d",
        f"{libraries}/noteveil-1.0.dist-info": "../Resources/noteveil-1.0.dist-info",
        f"{libraries}/python3.11": "python3__dot__11",
        f"{libraries}/numpy/.dylibs": "__dot__dylibs",
        f"{qt}/lib/QtCore.framework/Versions/Current": "A",
        f"{qt}/lib/QtCore.framework/QtCore": "Versions/Current/QtCore",
        f"{qt}/lib/QtCore.framework/Resources": "Versions/Current/Resources",
        f"{libraries}/QtCore": "PySide6/Qt/lib/QtCore.framework/Versions/A/QtCore",
        f"{libraries}/libblas.1.dylib": "numpy/.dylibs/libblas.1.dylib",
        f"{resources}/rules/b.txt": "a.txt",
    }


def test_pyinstaller_would_do_the_same_but_for_links_from_the_data() -> None:
    osx = pytest.importorskip("PyInstaller.building.osx")
    entries = [
        *((path, path, "EXECUTABLE") for path in CODE if "/" not in path),
        *((path.removeprefix("_internal/"), path, "BINARY") for path in CODE if "/" in path),
        *((path.removeprefix("_internal/"), path, "DATA") for path in DATA),
        *((path.removeprefix("_internal/"), link, "SYMLINK") for path, link in LINKS.items()),
    ]
    bundle = osx.BUNDLE.__new__(osx.BUNDLE)
    theirs = {to: (origin, kind) for to, origin, kind in bundle._process_bundle_toc(entries)}
    layout = arranged(CODE, DATA, LINKS)
    links = {to: origin for to, (origin, kind) in theirs.items() if kind == "SYMLINK"}
    files = {to: origin for to, (origin, kind) in theirs.items() if kind != "SYMLINK"}
    assert layout.files == files
    assert layout.links.items() <= links.items()
    more = links.keys() - layout.links.keys()
    assert all(path.startswith("Contents/Resources/") for path in more)


@given(st.sets(PATHS), st.sets(PATHS))
def test_every_file_is_found_among_the_libraries_and_only_code_lies_there(
    code: set[str], data: set[str]
) -> None:
    data -= code
    layout = arranged(sorted(code), sorted(data), {})
    for path in code | data:
        place = resolved(path.replace("_internal", "Contents/Frameworks", 1), layout.links)
        assert layout.files[place] == path
    for place, path in layout.files.items():
        framed = any(part.endswith(".framework") for part in PurePosixPath(place).parts[:-1])
        if place.startswith("Contents/Frameworks/"):
            folders = place.split("/")[2:-1]
            assert path in code or framed
            assert framed or not any("." in folder for folder in folders)
        else:
            assert path in data
    assert len(layout.files) == len(code) + len(data)
    assert not layout.files.keys() & layout.links.keys()


def test_what_is_no_program_and_lies_beside_them_is_refused() -> None:
    with pytest.raises(NotPacked, match="README: no program"):
        arranged(CODE, [*DATA, "README"], {})
