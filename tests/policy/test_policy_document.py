"""What docs/policies.md shows is what the program does."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from deid.cli import main
from deid.labels import Label
from deid.policy import (
    OPTION_FORMS,
    Basis,
    Lock,
    OperatorName,
    ReleaseRule,
    VaultUse,
    load_policy,
    read_policy,
    user_folder,
    user_policies,
)

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)


def tables() -> list[list[str]]:
    """The first cells of each table, without the heads."""
    found = re.findall(r"(?:^\|.*\|\n)+", DOCUMENT, re.MULTILINE)
    return [[row.split("|")[1].strip() for row in table.splitlines()[2:]] for table in found]


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The policy of the document, in a folder of its own and in the user's."""
    (example,) = blocks("yaml")
    path = tmp_path / "ward.yaml"
    path.write_text(example, encoding="utf-8")
    user_folder().mkdir(parents=True)
    shutil.copy(path, user_folder())
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)
    return path


def test_every_command_runs_in_its_order(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands = [
        shlex.split(line.removeprefix("$ "))
        for block in blocks("console")
        for line in block.splitlines()
    ]
    assert len(commands) == 4
    for command in commands:
        assert command[0] == "deid"
        assert main(command[1:]) == 0, capsys.readouterr().err
    assert any((written.parent / "ward-out").iterdir())


def test_the_example_is_the_policy_that_the_text_says(written: Path) -> None:
    policy = read_policy(written)
    assert policy == load_policy("ward")
    assert policy.locks_treatment(Label.DATE)
    assert policy.locks_threshold(Label.PATIENT)
    assert not policy.locks_basis()


def test_the_script_saves_a_policy(capsys: pytest.CaptureFixture[str]) -> None:
    (script,) = blocks("python")
    exec(compile(script, "docs/policies.md", "exec"), {})
    (policy,) = user_policies().policies
    assert policy.name == "sure-ages"
    assert policy.thresholds[Label.AGE] == 0.7
    assert "AGE" in capsys.readouterr().out


def test_all_keys_operators_options_and_locks_are_described() -> None:
    keys, operators, vaults, locks = tables()
    (example,) = blocks("yaml")
    shown = {f"`{key}`" for key in re.findall(r"^(\w+):", example, re.MULTILINE)}
    assert shown | {"`release`", "`vault`", "`unexamined`"} == set(keys)
    assert vaults == [f"`{use}`" for use in VaultUse]
    assert all(f"`{rule}`" in DOCUMENT for rule in ReleaseRule)
    assert operators == [f"`{name}`" for name in OperatorName]
    assert set(locks[1:]) == {f"`{lock}`" for lock in Lock}
    for forms in OPTION_FORMS.values():
        for key, form in forms.items():
            default = str(form.default).lower() if isinstance(form.default, bool) else form.default
            default = f'"{default}"' if default == "*" else default
            assert f"`{key}: {default}`" in DOCUMENT
    assert all(f"`{basis}`" in DOCUMENT for basis in Basis)
