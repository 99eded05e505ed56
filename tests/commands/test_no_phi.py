"""Nothing that the program keeps or gives out holds an identifier, in whatever form.

Invented identifiers are planted in texts, names of files and folders, ids, patient keys, a roster
and the messages of errors. 10,000 redactions, refusals, a crash and a killed process later, the log
with its write-ahead file, the index, the worklist, the table of codes, samples, exports, witness
files and temporary files are searched for them: as they are, folded, in UTF-16, base64 and hex, and
for their hashes without a key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import pytest
from pypdf import PdfReader

from deid.audit.records import PolicyChanged, RedactionMade
from deid.audit.store import Filter
from deid.formats.atomic import PREFIX
from deid.officer import Desk
from deid.site import Site

Deid = Callable[..., Any]
NOTES, LINES = 100, 25
STEM, GIVEN = "Zyxwickorn", "Orzeldaquin"
PIN = "a short sentence"
_END = np.uint64(2**24 - 1)
KILLED = """
import os, sys
from deid.cli import main
from deid.formats.atomic import StagedFile

StagedFile.publish = lambda staged: os._exit(9)
main(sys.argv[1:])
"""


def family(number: int) -> str:
    return STEM + "".join("aeioubdklm"[int(digit)] for digit in f"{number:04}")


def phone(number: int) -> str:
    return f"(801) 555-{number:04}"


def record_number(number: int) -> str:
    return f"88{number:06}"


def line(number: int) -> str:
    return (
        f"Patient: Mrs. {GIVEN} {family(number)}, call {phone(number)}, "
        f"MRN: {record_number(number)}, seen on 03/14/{1930 + number % 60}.\n"
    )


def texts(count: int = NOTES) -> Iterator[str]:
    for note in range(count):
        yield "".join(line(note * LINES + at) for at in range(LINES))


def planted(folder: Path, *, lines: int) -> Iterator[str]:
    """Every value that must not be found, also by its hash."""
    for number in range(lines):
        name = family(number)
        yield from (name, f"{GIVEN} {name}", f"Mrs. {GIVEN} {name}", f"{name}, {GIVEN}")
        yield from (phone(number), re.sub(r"\D", "", phone(number)), record_number(number))
    for path in [folder, *folder.rglob("*")]:
        yield from (path.name, path.stem, str(path), str(path.parent))
    yield from (GIVEN, STEM, f"{STEM}-key", f"{STEM}-id", f"{STEM}-user-key")


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """Notes with planted identifiers, and some that are refused."""
    folder = tmp_path / f"ward of {family(1)}"
    folder.mkdir()
    for number, text in enumerate(texts(NOTES - 1)):
        (folder / f"{family(number)} {number}.txt").write_text(text)
    *_, last = texts()
    lines = [
        {"id": f"{STEM}-id", "text": last, "patient": f"{STEM}-key"},
        {"id": f"{STEM}-id-2", "text": "", "patient": f"{STEM}-key"},
    ]
    (folder / f"{STEM}.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    (folder / f"empty {family(2)}.txt").write_bytes(b"")
    (folder / f"binary {family(3)}.txt").write_bytes(line(3).encode() + b"\0")
    (folder / f"broken {family(4)}.jsonl").write_text('{"text": "' + line(4).strip())
    return folder


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test and the processes that it starts put temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_no_identifier_is_kept_or_given_out(
    deid: Deid,
    home: Path,
    clinic: Path,
    temporary: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needles = Needles(clinic)
    given, share = tmp_path / "given", tmp_path / "share"
    given.mkdir()
    share.mkdir()
    out, roster = tmp_path / "out", tmp_path / f"roster {STEM}.csv"
    roster.write_text(f"patient,given,family\n{STEM}-key,{GIVEN},{family(5)}\n")
    rules = ("--detector", "rules", "--roster", roster)

    assert deid("redact", clinic, "--out", out, *rules).code == 10
    _crash(deid, clinic, tmp_path, monkeypatch)
    _kill(clinic, tmp_path)
    written_ahead = home / "audit" / "log.sqlite-wal"
    assert written_ahead.stat().st_size
    needles.search(written_ahead, *tmp_path.glob(f"killed/{PREFIX}*"))

    _act_as_officer(deid, home, clinic, given, share)
    with Desk.open(home) as desk:
        made = desk.log.select(Filter(kinds=(RedactionMade,)))
        assert sum(1 for _ in made) >= 10_000
        desk.record(PolicyChanged("0" * 64))
        assert written_ahead.stat().st_size
        searched = needles.search(home, temporary, given, share)
    assert {"log.sqlite", "log.sqlite-wal", "index.sqlite", "worklist.sqlite", "codes.sqlite"} <= {
        path.name for path in searched
    }
    assert {path.suffix for path in searched} >= {".csv", ".jsonl", ".pdf", ".json", ".png", ".txt"}


def _crash(deid: Deid, clinic: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program fails with a message that holds the note, as a library might word it."""

    def fail(_site: Site, releases: Any, **_more: Any) -> NoReturn:
        raise RuntimeError(f"cannot handle {releases[0].source.document.text!r}")

    note = next(clinic.glob("*.txt"))
    with monkeypatch.context() as patch:
        patch.setattr(Site, "commit", fail)
        said = deid("redact", note, "--out", tmp_path / "crashed", "--detector", "rules")
    assert said.code in (10, 70)
    assert "RuntimeError" in said.err + said.out
    assert "Mrs." not in said.err + said.out


def _kill(clinic: Path, tmp_path: Path) -> None:
    """A process dies between the records of a note and its file."""
    note = next(clinic.glob("*.txt"))
    arguments = ["redact", str(note), "--out", str(tmp_path / "killed"), "--detector", "rules"]
    done = subprocess.run([sys.executable, "-c", KILLED, *arguments], capture_output=True)
    assert done.returncode == 9
    assert list((tmp_path / "killed").glob(f"{PREFIX}*"))


def _act_as_officer(deid: Deid, home: Path, clinic: Path, given: Path, share: Path) -> None:
    pin = given.parent / "pin"
    pin.write_text(f"{PIN}\n")
    pin.chmod(0o600)
    officer = ("--as", "Olive", "--pin-file", pin)

    def audit(*arguments: object) -> Any:
        said = deid("audit", *arguments)
        assert (said.code, said.err) == (0, ""), arguments
        return said

    add = ("people", "add", "--new-pin-file", pin)
    audit(*add, "--name", "Ada", "--role", "administrator")
    audit(*add, "--name", "Olive", "--role", "officer", "--as", "Ada", "--pin-file", pin)
    audit("witness", "--add", share, *officer)
    audit("anchor")
    audit("anchor", "--print", given / "page.pdf", "--qr", given / "code.png")
    audit("anchor", "--qr", given / "code.svg", "--file", given / "checkpoint.txt")
    audit("index")
    audit("sample", "draw", "--notes", "3", *officer)
    sample = audit("sample", "list", "--json").json()["samples"][0]["sample"]
    for number in (1, 2, 3):
        audit("sample", "show", sample, number, "--from", clinic, "--original", *officer)
        audit("sample", "verdict", sample, number, "--none", *officer)
    audit("sample", "close", sample, *officer)
    audit("sign-off", "--meaning", "approved", *officer)
    forms = {"csv": "csv", "json": "jsonl", "certificate": "pdf", "fhir": "json"}
    for form, suffix in forms.items():
        audit("export", form, "--out", given / f"log.{suffix}", *officer)
    audit("export", "json", "--out", given / "some.jsonl", "--document",
          sorted(clinic.glob("*.txt"))[5].name, *officer)  # fmt: skip
    audit("verify")


class Needles:
    """What is looked for: the stems of the names in many forms, and hashes of every value."""

    def __init__(self, folder: Path, *, lines: int = NOTES * LINES) -> None:
        stems = (STEM, STEM.lower(), STEM.upper(), GIVEN, GIVEN.lower(), GIVEN.upper())
        self._texts = {form for stem in stems for form in _forms(stem)}
        self._texts |= {form for at in range(0, lines, 50) for form in _forms(phone(at))}
        values = {case for value in planted(folder, lines=lines) for case in _cases(value)}
        digests = {digest for value in values for digest in _digests(value.encode())}
        self._hex = {digest.hex()[:16] for digest in digests}
        self._base64 = {base64.b64encode(digest)[:16].decode() for digest in digests}
        self._raw = np.unique(np.frombuffer(b"".join(one[:8] for one in digests), np.uint64))
        self._ends = np.zeros(int(_END) + 1, bool)
        self._ends[self._raw & _END] = True

    def search(self, *places: Path) -> list[Path]:
        """Look into every file there, and fail where something is found."""
        files = [
            path
            for place in places
            for path in ([place] if place.is_file() else place.rglob("*"))
            if path.is_file()
        ]
        assert files
        for path in files:
            for content in _contents(path):
                assert self._found(content) is None, path.name
            assert STEM.lower() not in path.name.lower()
        return files

    def _found(self, content: bytes) -> str | None:
        for form in self._texts:
            if form in content:
                return "an identifier"
        text = content.decode("latin-1")
        for run in re.findall(r"[0-9a-fA-F]{16,}", text):
            if run[:16].lower() in self._hex:
                return "a hash in hex"
        for run in re.findall(r"[A-Za-z0-9+/_-]{22,}", text):
            if run[:16].replace("-", "+").replace("_", "/") in self._base64:
                return "a hash in base64"
        return "a hash in bytes" if b"\0" in content and self._holds_raw(content) else None

    def _holds_raw(self, content: bytes) -> bool:
        for start in range(min(8, len(content))):
            whole = (len(content) - start) // 8
            windows = np.frombuffer(content, np.uint64, count=whole, offset=start)
            likely = windows[self._ends[windows & _END]]
            at = np.searchsorted(self._raw, likely) % len(self._raw)
            if (self._raw[at] == likely).any():
                return True
        return False


def _forms(text: str) -> Iterator[bytes]:
    raw = text.encode()
    yield raw
    yield text.encode("utf-16-le")
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield base64.b32encode(raw)[: len(raw) * 8 // 5]
    for before in range(3):  # wherever it lies within what was encoded
        encoded = base64.b64encode(bytes(before) + raw)
        inner = encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def _cases(value: str) -> Iterator[str]:
    yield from (value, value.lower(), value.upper(), value.casefold().replace(" ", ""))


def _digests(value: bytes) -> Iterator[bytes]:
    yield hashlib.md5(value).digest()
    yield hashlib.sha1(value).digest()
    yield hashlib.sha256(value).digest()
    yield hmac.digest(b"", value, "sha256")


def _contents(path: Path) -> Iterator[bytes]:
    """A file as it lies there, and what is packed in it."""
    content = path.read_bytes()
    yield content
    if content.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(content))
        yield str(reader.metadata).encode()
        for page in reader.pages:
            yield page.extract_text().encode()
            contents = page.get_contents()
            yield contents.get_data() if contents is not None else b""


def test_what_is_looked_for_is_found(clinic: Path, tmp_path: Path) -> None:
    """Each form of an identifier, put into a file among others."""
    needles = Needles(clinic, lines=100)
    hidden = tmp_path / "hidden"
    # What is random about it does not run into what is hidden.
    name, others = family(17), b"\xff" + os.urandom(999) + b"\xff"
    sha = hashlib.sha256(name.lower().encode()).digest()
    forms = [
        name.encode(),
        name.upper().encode(),
        name.encode("utf-16-le"),
        name.encode().hex().encode(),
        base64.b64encode(f"x{name} and more".encode()),
        base64.b64encode(f"xy{name} and more".encode()),
        sha,
        b" " + sha.hex().encode() + b" ",
        b" " + base64.b64encode(sha) + b" ",
        b" " + hashlib.md5(phone(61).encode()).hexdigest().upper().encode() + b" ",
        b" " + hashlib.sha1(str(clinic).encode()).hexdigest().encode() + b" ",
        hmac.digest(b"", record_number(99).encode(), "sha256"),
        phone(50).encode(),
    ]
    for form in forms:
        hidden.write_bytes(others + form + others)
        with pytest.raises(AssertionError):
            needles.search(hidden)
    hidden.write_bytes(others)
    assert needles.search(hidden) == [hidden]
