"""The second verifier: by itself, on the logs in `vectors`, and beside the program."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from deid.audit import verify_log
from deid.audit.canonical import _NAMES
from deid.audit.verify import verify
from tests.audit.make_vectors import FOLDER, SIGNER, VECTORS, Contents, Site, make

SOURCE = Path(verify_log.__file__)
KEY = str(SIGNER.verifier)
Vector = Callable[[Site], Contents]


def arguments(folder: Path, contents: Contents) -> list[str]:
    """A log and what lies beside it, written to a folder, as arguments of the second verifier."""
    contents.write(folder / "log.sqlite")
    told = [str(folder / "log.sqlite"), "--key", KEY]
    beside = {
        "checkpoint": [note.encode() for note in contents.outside],
        "archive": contents.archives,
    }
    for name, files in beside.items():
        for number, content in enumerate(files):
            path = folder / f"{name}-{number}"
            path.write_bytes(content)
            told += [f"--{name}", str(path)]
    return told


def alone(*told: object) -> subprocess.CompletedProcess[str]:
    """The file in a process of its own, which finds nothing of ours."""
    command = [sys.executable, "-I", str(SOURCE), *map(str, told)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_it_needs_only_the_standard_library() -> None:
    imported = set()
    for node in ast.walk(ast.parse(SOURCE.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(str(node.module))
    assert imported <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector.__name__)
def test_a_log_in_the_folder_is_what_the_program_writes(vector: Vector) -> None:
    path = FOLDER / f"{vector.__name__}.json"
    assert Contents.from_json(path.read_text(encoding="utf-8")) == make(vector)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_both_verifiers_accept_what_is_sound(path: Path, tmp_path: Path) -> None:
    contents = Contents.from_json(path.read_text(encoding="utf-8"))
    told = arguments(tmp_path, contents)
    segments = [Path(name) for name in told if "/archive-" in name]
    size = verify(
        Path(told[0]), public_key=KEY, checkpoints=contents.outside, archives=segments
    ).size
    found = alone(*told)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith(f"VERIFIED: {size} records agree")


def test_it_knows_the_same_kinds_and_names() -> None:
    known = {
        (schema, kind): names for schema, kinds in _NAMES.items() for kind, names in kinds.items()
    }
    assert known.keys() == verify_log.PATTERNS.keys()
    for (schema, kind), names in known.items():
        pattern = verify_log.PATTERNS[schema, kind].pattern
        assert set(re.findall(r'"([a-z0-9_]+)":', pattern)) == names


@pytest.mark.parametrize("content", [None, b"", b"SQLite format 3\0", b"x" * 5000])
def test_what_is_no_log_is_refused_in_words(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    if content is not None:
        path.write_bytes(content)
    found = alone(path, "--key", KEY)
    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout.startswith("REFUSED: the log: ")


def test_it_is_short_enough_to_be_read() -> None:
    lines = SOURCE.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 300
    assert max(map(len, lines)) <= 100


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80), st.integers(0, 511))
def test_its_signatures_are_those_of_rfc_8032(seed: bytes, message: bytes, bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    assert verify_log.ed25519_verifies(public, message, signature)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not verify_log.ed25519_verifies(public, message, bytes(changed))
    assert not verify_log.ed25519_verifies(public, message + b".", signature)


def test_a_signature_has_one_form_only() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"")
    higher = int.from_bytes(signature[32:], "little") + verify_log.L
    assert not verify_log.ed25519_verifies(
        public, b"", signature[:32] + higher.to_bytes(32, "little")
    )
    assert not verify_log.ed25519_verifies(public, b"", signature + b"\0")
