"""What is built is a commit, not what else lies in the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from frozen.source import DOCUMENTS, PARTS, NoSource, changed, export

COMMITTED = "@1700000000 +0000"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if shutil.which("git") is None:
        pytest.skip("no git here")
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    root = tmp_path / "checkout"
    for part in PARTS:
        (root / part).mkdir(parents=True)
        (root / part / "kept.txt").write_text(f"{part}, committed", encoding="utf-8")
    for name in DOCUMENTS:
        (root / name).write_text('[project]\nversion = "9.8"\n', encoding="utf-8")
    git(root, "init", "--quiet")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=one")
    return root


def git(root: Path, *arguments: str) -> None:
    person = {
        f"GIT_{who}_{what}": "nobody" for who in ("AUTHOR", "COMMITTER") for what in ("NAME",)
    }
    person |= {"GIT_AUTHOR_EMAIL": "n@example.org", "GIT_COMMITTER_EMAIL": "n@example.org"}
    dates = {"GIT_AUTHOR_DATE": COMMITTED, "GIT_COMMITTER_DATE": COMMITTED}
    command = ["git", "-C", str(root), *arguments]
    subprocess.run(command, check=True, env=os.environ | person | dates)


def test_what_was_not_committed_is_not_built_and_is_told(checkout: Path, tmp_path: Path) -> None:
    (checkout / "deid" / "kept.txt").write_text("changed", encoding="utf-8")
    (checkout / "deid" / "stray.txt").write_text("left there", encoding="utf-8")
    source = export(checkout, tmp_path / "source")
    assert (source.version, source.epoch) == ("9.8", 1_700_000_000)
    assert (source.root / "deid" / "kept.txt").read_text("utf-8") == "deid, committed"
    assert not (source.root / "deid" / "stray.txt").exists()
    assert changed(checkout) == ["deid/kept.txt"]


def test_the_date_can_be_given(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    assert export(checkout, tmp_path / "source").epoch == 1_600_000_000


def test_an_unknown_commit_is_refused(checkout: Path, tmp_path: Path) -> None:
    with pytest.raises(NoSource, match="git archive failed"):
        export(checkout, tmp_path / "source", commit="nowhere")


def test_an_unpacked_archive_needs_its_date(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(checkout / ".git")
    (checkout / "deid" / "__pycache__").mkdir()
    with pytest.raises(NoSource, match="SOURCE_DATE_EPOCH"):
        export(checkout, tmp_path / "one")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1600000000")
    source = export(checkout, tmp_path / "two")
    assert source.epoch == 1_600_000_000
    assert not (source.root / "deid" / "__pycache__").exists()
    assert changed(checkout) == []
