"""docs/administration.md says what the program does, in the words that the program has."""

from __future__ import annotations

import re
import shlex
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from deid import errors
from deid.cli import build_parser, main
from deid.managed import Name

ROOT: Final = Path(__file__).resolve().parents[1]
DOCUMENT: Final = (ROOT / "docs" / "administration.md").read_text(encoding="utf-8")
PACKAGES: Final = tuple(sorted((ROOT / "docs").glob("*-packages.md")))
NOT_OURS: Final = {0, 2, 130}
"""Exit codes that no class of errors has."""
_ACROSS: Final = re.compile(r'"\n\s*f?"')
"""Where a text goes on in the next line of a source."""


def section(heading: str) -> str:
    """The text below a heading."""
    found = DOCUMENT.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    assert found, heading
    return found


def commands() -> Iterator[list[str]]:
    """Every command of the program in the document: in blocks, and `deid …` in a line."""
    for block in re.findall(
        r"^```(?:console|sh).*?\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL
    ):
        for line in block.splitlines():
            if (words := shlex.split(line.removeprefix("$ ")))[0] == "deid":
                yield words[1:]
    for told in re.findall(r"`deid ([^`]+)`", DOCUMENT):
        yield shlex.split(told)


def rows(heading: str) -> list[list[str]]:
    """The cells of the tables of a section, without their heads."""
    lines = re.findall(r"^\| (.*) \|$", section(heading), re.MULTILINE)
    return [line.split(" | ") for line in lines]


def test_every_command_is_one_that_the_program_knows() -> None:
    found = [words for words in commands() if not words[0].startswith("--")]
    assert len(found) > 25
    parser = build_parser()
    assert [words for words in found if not _knows(parser, words)] == []


def _knows(parser: ArgumentParser, words: list[str]) -> bool:
    """Whether a command is understood, or begun: in a sentence it may stand without its object."""
    try:
        return callable(parser.parse_args(words).run)
    except SystemExit:
        begun = [word for word in words if not word.startswith("-")]
    try:
        parser.parse_args([*begun, "--help"])
    except SystemExit as ended:
        return ended.code == 0
    return False


@pytest.mark.parametrize(
    "command",
    [["--version"], ["managed"], ["managed", "--json"], ["people"], ["audit", "verify"]],
    ids=" ".join,
)
def test_what_it_begins_with_runs(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pin = tmp_path / "pin"
    pin.write_text("a short sentence\n", encoding="utf-8")
    pin.chmod(0o600)
    if command == ["audit", "verify"]:
        assert main(command) == errors.AuditError.exit_code
        assert "there is none: check DEID_HOME, or redact a note first" in capsys.readouterr().err
    elif command == ["people"]:
        _enrol(pin)
        shown = capsys.readouterr().out
        assert [shown.count(name) for name in ("Ada Minister", "Olive Officer")] == [2, 2]
        assert main(["audit", "verify"]) == 0
    elif command == ["--version"]:
        with pytest.raises(SystemExit, match="0"):
            main(command)
    else:
        assert main(command) == 0


def _enrol(pin: Path) -> None:
    (block,) = re.findall(r"^```console people\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    for line in block.splitlines():
        words = shlex.split(line.removeprefix("$ "))[1:]
        if "add" in words:
            words += ["--new-pin-file", str(pin)]
        if "--as" in words:
            words += ["--pin-file", str(pin)]
        assert main(words) == 0, words


def test_what_other_documents_run_stands_there() -> None:
    """Their own tests run these: a self-test, bundles, checks of a release, packages."""
    others = "\n".join(path.read_text("utf-8") for path in (ROOT / "docs").glob("*.md"))
    others = others.replace(DOCUMENT, "") + (ROOT / "README.md").read_text("utf-8")
    for label in ("updates", "selftest"):
        (block,) = re.findall(rf"^```console {label}\n(.*?)^```$", DOCUMENT, re.M | re.S)
        assert [line for line in block.splitlines() if f"{line}\n" not in others] == []
    told = re.findall(r"`([^`]+)`", section("Verify a download"))
    checks = [line for line in told if " " in line]
    assert len(checks) == 6
    assert [line for line in checks if f"{line}\n" not in others] == []


def test_each_installer_is_called_as_its_own_document_does() -> None:
    packages = "\n".join(path.read_text("utf-8") for path in PACKAGES)
    called = [
        told
        for row in rows("Install, upgrade, remove")
        for cell in row[1:]
        for told in re.findall(r"`([^`]+ [^`]+)`", cell)
    ]
    assert len(called) >= 3
    assert [line for line in called if line not in packages] == []


def test_what_was_shown_is_a_heading_of_its_document() -> None:
    for name, anchor in re.findall(r"\]\(([a-z-]*(?:\.md)?)#([a-z-]+)\)", DOCUMENT):
        path = ROOT / "docs" / (name or "administration.md")
        headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        anchors = {re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-") for line in headings}
        assert anchor in anchors, (name, anchor)


def test_every_managed_setting_stands_beside_a_wish() -> None:
    named = {name for row in rows("Settings") for name in re.findall(r"`([A-Z]\w+)`", row[1])}
    assert named == {name.value for name in Name}


def test_the_exit_codes_are_those_of_the_program() -> None:
    told = {int(row[0]) for row in rows("Exit codes") if row[0].isdigit()}
    raised = {
        one.exit_code
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, errors.DeidError)
    } - {errors.DeidError.exit_code}
    helped = {int(code) for code in re.findall(r"^  (\d+) ", build_parser().epilog or "", re.M)}
    assert told == helped == raised | NOT_OURS


def test_every_message_is_one_that_the_program_has() -> None:
    sources = [path for one in ("deid", "gui") for path in (ROOT / one).rglob("*.py")]
    sources += (ROOT / "packaging" / "linux" / "data").glob("p*")
    said = "\n".join(_ACROSS.sub("", path.read_text(encoding="utf-8")) for path in sources)
    quoted = [row[0].strip("`") for row in rows("When it says") if row[0].startswith("`")]
    assert len(quoted) > 30
    for message in quoted:
        pattern = ".*".join(map(re.escape, message.strip("… ").split("…")))
        assert re.search(pattern, said), message
