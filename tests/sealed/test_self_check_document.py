"""What the document says of the check is what the program does."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from deid.errors import SealBroken
from deid.sealed.check import check
from tests.sealed.sealed_program import Built

DOCUMENT = (Path(__file__).resolve().parents[2] / "docs" / "self-check.md").read_text("utf-8")


def test_the_refusal_is_worded_as_it_is_shown(built: Built) -> None:
    (shown,) = re.findall(r"^deid: error: (.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    words = built.root / "_internal/rules/lists/common-words.txt"
    words.write_bytes(b"hypertension\n")
    built.seal_anew()
    words.write_bytes(b"hypertensiom\n")
    with pytest.raises(SealBroken) as refused:
        check(built.root, [built.key])
    assert str(refused.value) == " ".join(shown.split())
    assert f"**{SealBroken.exit_code}**" in DOCUMENT


def test_openssl_verifies_the_list(built: Built) -> None:
    openssl = shutil.which("openssl")
    if openssl is None or "OpenSSL 3" not in _said(openssl, "version"):
        pytest.skip("no OpenSSL 3 here")
    (shown,) = re.findall(r"^openssl (.*)$", DOCUMENT, re.MULTILINE)
    form = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    folder = built.listed.parent
    (folder / "release.pem").write_bytes(built.private.public_key().public_bytes(*form))
    command = [openssl, *shlex.split(shown)]
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode == 0
    built.listed.write_bytes(built.listed.read_bytes() + b"\n")
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode != 0


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
