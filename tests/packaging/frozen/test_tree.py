"""A tree has one order, one mode for each kind of file and one date, and holds nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from frozen.tree import NotATree, Tree

EPOCH = 1_700_000_000


def made(root: Path) -> Tree:
    for path in ("deid", "deid-gui", "_internal/b/x", "_internal/b.txt", "_internal/a"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path, encoding="utf-8")
    return Tree(root, "1.0", EPOCH)


def test_files_come_in_the_order_of_their_parts(tmp_path: Path) -> None:
    paths = [file.path for file in made(tmp_path).files()]
    assert paths == ["_internal/a", "_internal/b/x", "_internal/b.txt", "deid", "deid-gui"]
    assert made(tmp_path).folders() == ["_internal", "_internal/b"]


def test_only_what_lies_beside_the_folder_is_a_program(tmp_path: Path) -> None:
    modes = {file.path: file.mode for file in made(tmp_path).files()}
    assert {path for path, mode in modes.items() if mode == 0o755} == {"deid", "deid-gui"}
    assert set(modes.values()) == {0o755, 0o644}


def test_settling_leaves_nothing_of_who_made_it_and_when(tmp_path: Path) -> None:
    tree = made(tmp_path)
    (tmp_path / "_internal" / "a").chmod(0o600)
    (tmp_path / "_internal" / "b").chmod(0o700)
    tree.settle()
    for path in (tmp_path, *tmp_path.rglob("*")):
        assert path.stat().st_mtime == EPOCH, path
        wanted = 0o755 if path.is_dir() or path.parent == tmp_path else 0o644
        assert path.stat().st_mode & 0o7777 == wanted, path


def test_a_link_is_refused(tmp_path: Path) -> None:
    tree = made(tmp_path)
    (tmp_path / "_internal" / "link").symlink_to("a")
    with pytest.raises(NotATree, match="_internal/link"):
        tree.settle()


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    tree = made(tmp_path)
    (tmp_path / "_internal" / "empty").mkdir()
    with pytest.raises(NotATree, match="_internal/empty/: an empty folder"):
        list(tree.files())
