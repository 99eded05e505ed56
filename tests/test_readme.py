"""What the README shows is what the program does."""

from __future__ import annotations

import functools
import re
import shlex
import shutil
from pathlib import Path

import pytest

from deid import pipeline
from deid.cli import main
from deid.detect.packs import load_packs

ROOT = Path(__file__).resolve().parent.parent
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)\)")


def documents() -> list[Path]:
    return [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]


def examples() -> list[tuple[list[str], list[str]]]:
    """Every command of the README with the lines of output that stand below it."""
    found: list[tuple[list[str], list[str]]] = []
    for block in _BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8")):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((shlex.split(line.removeprefix("$ ")), []))
            else:
                found[-1][1].append(line)
    return found


def test_every_command_of_the_readme_runs_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)
    # Each command alone reads the shipped rules once.
    monkeypatch.setattr(pipeline, "load_packs", functools.cache(load_packs))
    commands = examples()
    assert len(commands) > 10
    for command, shown in commands:
        assert command[0] == "deid"
        code = main(command[1:])
        output = capsys.readouterr()
        assert code == 0, f"{shlex.join(command)}: {output.err}"
        for line in shown:
            assert line in output.out.splitlines(), shlex.join(command)


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in _LINK.findall(document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target


def test_the_notices_name_every_locked_package_with_its_version() -> None:
    notices = (ROOT / "THIRD-PARTY-NOTICES.md").read_text(encoding="utf-8")
    lock = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", lock, re.MULTILINE)
    assert [name for name, version in pins if f"| {name} | {version} |" not in notices] == []
