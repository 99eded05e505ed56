"""Every command of the document on building runs; those that freeze are understood."""

from __future__ import annotations

import re
import runpy
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from frozen.bom import PATH, Part, bill, digests
from frozen.environment import LOCKS
from frozen.origins import Owner
from frozen.sealing import NoKey, ReleaseKeys, read_public, seal_tree, signer, trial_keys
from frozen.tree import Tree

from deid.errors import SealBroken
from deid.sealed.check import check

ROOT = Path(__file__).resolve().parents[3]
DOCUMENT = (ROOT / "docs" / "building.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line)
    for block in re.findall(r"^```sh\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]
SCRIPTS = [command[1:] for command in COMMANDS if command[0] == "build/env/bin/python"]
EPOCH = 1_700_000_000


def made(root: Path) -> Tree:
    """A small tree with its bill, as freezing leaves it."""
    for path in ("deid", "deid-gui", "_internal/rules/list.txt"):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(path, encoding="utf-8")
    tree = Tree(root, "1.0", EPOCH)
    part = Part(Owner("noteveil", "noteveil", "1.0"), "Apache-2.0", digests(tree))
    (root / PATH).write_text(bill([part], version="1.0", epoch=EPOCH), encoding="utf-8")
    tree.settle()
    return tree


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl here")
def test_keys_are_made_and_a_tree_is_sealed_as_written(tmp_path: Path) -> None:
    made(tmp_path / "build" / "release" / "noteveil")
    sealing = [command for command in SCRIPTS if {"--seal-with", "--seal-by"} & set(command)]
    for command in COMMANDS:
        if command[0] == "openssl":
            subprocess.run(command, check=True, cwd=tmp_path, capture_output=True)
    for script, *arguments in sealing:
        run = [sys.executable, str(ROOT / script), *arguments]
        done = subprocess.run(run, check=False, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "version 1.0" in done.stdout
    key = load_pem_public_key((tmp_path / "release.pub").read_bytes())
    trees = [tmp_path / "build" / name / "noteveil" for name in ("sealed", "by-command")]
    for tree in trees:
        check(tree, [key.public_bytes_raw()])  # type: ignore[union-attr]
    one, other = (
        {file.path: (tree / file.path).read_bytes() for file in Tree(tree, "1.0", EPOCH).files()}
        for tree in trees
    )
    assert one == other


@pytest.mark.parametrize("command", SCRIPTS, ids=lambda command: " ".join(command[:3]))
def test_every_option_that_is_written_is_known(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = ROOT / command[0]
    monkeypatch.setattr(sys, "argv", [str(script), "--help"])
    monkeypatch.setattr(sys, "path", [str(script.parent), *sys.path])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(script), run_name="__main__")
    assert ended.value.code == 0
    known = capsys.readouterr().out
    assert {word for word in command if word.startswith("--")} <= set(
        re.findall(r"--[a-z-]+", known)
    )


def test_the_environment_is_made_of_the_locks_that_the_build_asks_for() -> None:
    (command,) = (command for command in COMMANDS if command[0] == "build/env/bin/pip")
    files = [word for word in command if word.startswith("requirements/")]
    assert files == [f"requirements/{lock}" for lock in LOCKS]
    assert {"--require-hashes", "--only-binary=:all:"} <= set(command)


def test_a_changed_payload_is_not_sealed(tmp_path: Path) -> None:
    tree = made(tmp_path / "tree")
    (tree.root / "deid").write_text("changed", encoding="utf-8")
    script = str(ROOT / "packaging" / "build.py")
    key = tmp_path / "release.pub"
    key.write_bytes(_pem())
    options = ["--out", "out", "--payload", str(tree.root), "--release-key", str(key)]
    run = [sys.executable, script, *options]
    done = subprocess.run(run, check=False, cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "not built: not as listed: deid\n")


def test_a_tree_is_sealed_only_by_a_key_that_its_programs_believe(tmp_path: Path) -> None:
    tree = made(tmp_path / "tree")
    keys = trial_keys()
    with pytest.raises(NoKey):
        seal_tree(tree, ReleaseKeys(keys.public, None))
    with pytest.raises(SealBroken, match="not the signature of a release key"):
        seal_tree(tree, ReleaseKeys(keys.public, trial_keys().sign))
    seal_tree(tree, keys)
    dates = {path.stat().st_mtime for path in tree.root.rglob("*")}
    assert dates == {EPOCH}
    assert keys.public[0].hex() in keys.source


def test_what_is_no_key_is_refused_by_its_name(tmp_path: Path) -> None:
    stray = tmp_path / "stray.pem"
    stray.write_text("no key", encoding="utf-8")
    for read in (lambda: read_public([stray]), lambda: signer(stray)):
        with pytest.raises(NoKey, match=r"stray\.pem"):
            read()


def _pem() -> bytes:
    public = Ed25519PrivateKey.generate().public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
