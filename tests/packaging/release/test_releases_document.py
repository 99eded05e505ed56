"""The commands of the document on releases run as they are written."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent))

from authority import BUILDERS, MISSING, ROOT, make_release
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

DOCUMENT = (ROOT / "docs" / "releases.md").read_text(encoding="utf-8")
COMMANDS = [
    shlex.split(line)
    for block in re.findall(r"^```sh\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where the commands run: a release that nobody listed yet, and all keys."""
    if MISSING:
        pytest.skip(f"not installed here: {', '.join(MISSING)}")
    with tempfile.TemporaryDirectory(prefix="nv") as made:
        release = make_release(Path(made))
        for path in release.folder.glob("RELEASE.json*"):
            path.unlink()
        for name in BUILDERS:
            shutil.copy(release.keys / f"{name}.pub", made)
            key = release.private[name]
            pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            Path(made, f"{name}.pem").write_bytes(pem)
        for name in ("gpg.asc", "ca.pem"):
            shutil.copy(release.authority.folder / name, made)
        yield Path(made)


def test_a_release_is_made_and_checked_as_written(folder: Path) -> None:
    making = [command for command in COMMANDS if "-sign" in command or "--commit" in command]
    checking = [command for command in COMMANDS if command not in making]
    assert (len(making), len(checking)) == (3, 3)
    for command in (*making, *checking):
        if command[0] == "python3":
            command = [sys.executable, str(ROOT / command[1]), *command[2:]]
        done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, ""), command
