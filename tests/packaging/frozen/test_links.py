"""Links are in the tree of macOS only, which could not do without them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from frozen.links import files_of, kept
from frozen.tree import NotATree, Tree

EPOCH = 1_700_000_000
LIBRARY = ("QtCore.framework/Versions/A/QtCore", "/site/QtCore", "BINARY")
LINK = ("QtCore", "QtCore.framework/Versions/A/QtCore", "SYMLINK")
DATA = ("rules/a.txt", "/source/rules/a.txt", "DATA")


def test_links_are_kept_on_macos_and_nowhere_else() -> None:
    found = [LIBRARY, LINK, DATA]
    assert kept(found, system="darwin") == found
    for system in ("linux", "win32"):
        assert kept(found, system=system) == [LIBRARY, DATA]


def test_a_link_is_a_copy_of_nothing() -> None:
    assert list(files_of([LIBRARY, LINK, DATA])) == [LIBRARY[:2], DATA[:2]]


def test_a_tree_with_links_tells_and_dates_them(tmp_path: Path) -> None:
    for path in ("deid", "_internal/Qt.framework/Versions/A/Qt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path, encoding="utf-8")
    internal = tmp_path / "_internal"
    (internal / "Qt").symlink_to("Qt.framework/Versions/A/Qt")
    (internal / "Qt.framework" / "Versions" / "Current").symlink_to("A")
    (internal / "only").mkdir()
    (internal / "only" / "link").symlink_to("../Qt")
    tree = Tree(tmp_path, "1.0", EPOCH, linked=True)
    tree.settle()
    assert [one.path for one in tree.files()] == ["_internal/Qt.framework/Versions/A/Qt", "deid"]
    assert tree.links() == {
        "_internal/Qt": "Qt.framework/Versions/A/Qt",
        "_internal/Qt.framework/Versions/Current": "A",
        "_internal/only/link": "../Qt",
    }
    assert "_internal/only" in tree.folders()
    assert {path.lstat().st_mtime for path in tmp_path.rglob("*")} == {EPOCH}
    with pytest.raises(NotATree, match="_internal/Qt: "):
        Tree(tmp_path, "1.0", EPOCH).links()


def test_a_pipe_is_refused_even_where_links_may_be(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no pipes here")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotATree, match="pipe"):
        list(Tree(tmp_path, "1.0", EPOCH, linked=True).files())
