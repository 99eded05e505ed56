"""The commands of the document on packages of Windows run as they are written."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from frozen.bom import PATH, Part, bill, digests
from frozen.origins import Owner
from frozen.tree import Tree
from windows.database import SECURE, tables

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs" / "windows-packages.md").read_text(encoding="utf-8")
TOOLS = ("wixl", "msibuild", "msiinfo", "openssl", "osslsigncode")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
EPOCH = 1_700_000_000
EC = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256")


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)


COMMANDS = [shlex.split(line) for block in blocks("sh") for line in block.splitlines()]
SCRIPTS = sorted({command[1] for command in COMMANDS if command[0] == "python"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands run: a sealed tree lies there, and keys."""
    if MISSING:
        pytest.skip(f"not installed here: {', '.join(MISSING)}")
    made = tmp_path_factory.mktemp("windows")
    root = made / "build" / "sealed" / "noteveil"
    for path in ("deid.exe", "deid-gui.exe", "_internal/rules/words.txt"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path, encoding="utf-8")
    tree = Tree(root, "0.1.0", EPOCH)
    part = Part(Owner("noteveil", "noteveil", "0.1.0"), "Apache-2.0", digests(tree))
    (root / PATH).write_text(bill([part], version="0.1.0", epoch=EPOCH), encoding="utf-8")
    for name, use in (("vendor", "codeSigning"), ("stamp", "critical,timeStamping")):
        new = ["openssl", "req", "-x509", *EC, "-nodes", "-days", "30"]
        told = ["-subj", f"/CN={name}", "-addext", f"extendedKeyUsage={use}"]
        out = ["-keyout", f"{name}.key", "-out", f"{name}.pem"]
        subprocess.run([*new, *told, *out], check=True, cwd=made, capture_output=True)
    return made


def test_a_package_is_built_signed_stripped_and_listed_as_written(folder: Path) -> None:
    msi = folder / "build" / "packages" / "noteveil-0.1.0-x64.msi"
    printed, built = "", b""
    for command in COMMANDS:
        if "packaging/windows/accept.py" in command:
            continue  # wants Wine, and a minute
        if command[0] == "python":
            command = [sys.executable, str(ROOT / command[1]), *command[2:]]
        done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stderr)
        built = built or msi.read_bytes()
        printed = done.stdout
    assert msi.read_bytes() == built
    (shown,) = blocks("text")
    assert shown == printed


@pytest.mark.parametrize("script", SCRIPTS)
def test_every_option_that_is_written_is_known(
    script: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [script, "--help"])
    monkeypatch.setattr(sys, "path", [str((ROOT / script).parent), *sys.path])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / script), run_name="__main__")
    assert ended.value.code == 0
    known = set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    lines = [line for line in DOCUMENT.splitlines() if script in line]
    written = {word for line in lines for word in re.findall(r"(?<= )--[a-z-]+", line)}
    assert lines
    assert written <= known


def test_every_property_that_is_written_is_one_of_the_package() -> None:
    silent = [line for block in blocks("bat") for line in block.splitlines() if "msiexec" in line]
    written = set(re.findall(r"\b([A-Z]+)=", "\n".join(silent)))
    assert written == {name for name in SECURE if not name.startswith("WIX")}
    named = set(re.findall(r"^\| `([A-Z]+)=", DOCUMENT, re.MULTILINE))
    assert named == written | {"ADDLOCAL"}
    features = next(table for table in tables() if table.name == "Feature")
    assert f"ADDLOCAL={','.join(str(row[0]) for row in features.rows)}" in DOCUMENT


def test_accepting_without_wine_says_what_is_missing(tmp_path: Path) -> None:
    script = ROOT / "packaging" / "windows" / "accept.py"
    done = subprocess.run(
        [sys.executable, script, "any.msi"],
        check=False, capture_output=True, text=True, env={"PATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("not tried: wine, wineserver, msiextract is not installed")
