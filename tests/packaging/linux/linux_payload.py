"""A small payload to pack, and how its packages are tried."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from frozen.tree import Tree
from linux.content import Content, content

EPOCH = 1_700_000_000
ROOT = Path(__file__).resolve().parents[3]


def needs(*programs: str) -> None:
    """Skip the test where one of these is not installed."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed here")


def needs_sandbox() -> None:
    """Skip the test where Flatpak is not, or may not shut a program in."""
    needs("flatpak", "bwrap", "setpriv", "unshare")
    user = ("setpriv", "--reuid=12345", "--regid=12345", "--clear-groups")
    tried = ("unshare", "--mount", *user, "bwrap", "--ro-bind", "/", "/", "true")
    if subprocess.run(tried, check=False, capture_output=True).returncode:
        pytest.skip("no namespaces may be made here")


def call(*command: str | Path, code: int = 0, **variables: str) -> str:
    """Run a command that ends with this code; what it printed."""
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", **variables},
    )
    assert done.returncode == code, done.stdout
    return done.stdout


def made_tree(root: Path, version: str = "1.2.0") -> Tree:
    """The programs in a folder, as freezing leaves them; each says that it runs."""
    (root / "_internal" / "rules").mkdir(parents=True)
    (root / "_internal/rules/a b.txt").write_text("rules", encoding="utf-8")
    for program in ("deid", "deid-gui"):
        (root / program).write_text("#!/bin/sh\necho it runs\n", encoding="utf-8")
    tree = Tree(root, version, EPOCH)
    tree.settle()
    return tree


def made(root: Path, version: str = "1.2.0") -> Content:
    """What is installed for such programs."""
    return content(made_tree(root, version), machine="x86_64")


@contextmanager
def signing_key(home: Path) -> Iterator[str]:
    """The fingerprint of a key that gpg knows meanwhile, and nobody afterwards."""
    home.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GNUPGHOME", str(home))
        call("gpg", "--batch", "--passphrase", "", "--quick-gen-key", "Test", "ed25519", "sign")
        listed = call("gpg", "--list-keys", "--with-colons").splitlines()
        yield next(line.split(":")[9] for line in listed if line.startswith("fpr"))
        call("gpgconf", "--kill", "all")
