"""`deid audit export`, and checking what it wrote."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

Deid = Callable[..., Any]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first batch and its officer are kept for the other tests."""
    return tmp_path_factory.mktemp("first") / "home"


@pytest.fixture
def site(deid: Deid, home: Path, notes: Path, tmp_path: Path, first: Path) -> Deid:
    """The command line as an officer, behind a batch of two notes and a refused one."""
    pin = tmp_path / "pin"
    pin.write_text("a short sentence\n")
    pin.chmod(0o600)

    def officer(*arguments: object) -> Any:
        return deid("audit", *arguments, "--as", "Olive", "--pin-file", pin)

    if first.exists():
        shutil.copytree(first, home)
        return officer
    (notes / "c.txt").write_bytes(b"")
    assert deid("redact", notes, "--out", tmp_path / "out", "--detector", "rules").code == 10
    add = ("audit", "people", "add", "--new-pin-file", pin)
    assert deid(*add, "--name", "Ada", "--role", "administrator").code == 0
    as_ada = ("--as", "Ada", "--pin-file", pin)
    assert deid(*add, "--name", "Olive", "--role", "officer", *as_ada).code == 0
    shutil.copytree(home, first)
    return officer


def test_a_table(site: Deid, tmp_path: Path) -> None:
    out = tmp_path / "log.csv"
    said = site("export", "csv", "--out", out, "--event", "redaction-made", "--label", "PHONE")
    assert (said.code, said.err) == (0, "")
    with out.open(newline="", encoding="utf-8") as file:
        assert [row["label"] for row in csv.DictReader(file)] == ["PHONE", "PHONE"]
    again = site("export", "csv", "--out", out)
    assert (again.code, "choose another name" in again.err) == (6, True)
    assert "--resume" not in again.err


def test_json_lines_are_checked_anywhere(
    site: Deid, deid: Deid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, some = tmp_path / "whole.jsonl", tmp_path / "some.jsonl"
    key = deid("audit", "verify", "--json").json()["public_key"]
    told = site("export", "json", "--out", whole, "--json").json()
    assert site("export", "json", "--out", some, "--document", "a.txt").code == 0
    monkeypatch.setenv("DEID_HOME", str(tmp_path / "elsewhere"))
    found = deid("audit", "verify", "--export", whole, "--public-key", key, "--json").json()
    assert (found["whole"], found["records"]) == (True, told["size"])
    assert "some of the" in deid("audit", "verify", "--export", some, "--public-key", key).out
    some.write_bytes(some.read_bytes().replace(b"PHONE", b"EMAIL"))
    assert deid("audit", "verify", "--export", some, "--public-key", key).code == 7
    assert deid("audit", "verify", "--export", tmp_path / "gone", "--public-key", key).code == 7


def test_a_certificate_of_one_note(site: Deid, tmp_path: Path) -> None:
    out, kept = tmp_path / "certificate.pdf", tmp_path / "kept.txt"
    assert site("sign-off", "--meaning", "approved").code == 0
    assert site("export", "certificate", "--out", out, "--document", "b.txt").code == 0
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(out).pages).split())
    assert "Notes released 1 " in text
    assert "Olive approved" in text
    kept.write_text(text[text.rindex("noteveil/log/", 0, text.rindex(" — ")) :].split(" Cert")[0])
    checked = site("export", "certificate", "--out", tmp_path / "c.pdf", "--checkpoint", kept)
    assert (checked.code, checked.err) == (0, "")
    nothing = site("export", "certificate", "--out", tmp_path / "n.pdf", "--user", "nobody-here")
    assert nothing.code == 3


def test_audit_events(site: Deid, tmp_path: Path) -> None:
    out = tmp_path / "bundle.json"
    assert site("export", "fhir", "--out", out, "--policy", "safe-harbor").code == 0
    found = json.loads(out.read_text("utf-8"))
    kinds = [entry["resource"]["resourceType"] for entry in found["entry"]]
    assert kinds == ["Binary", "AuditEvent", "AuditEvent"]


def test_each_is_recorded_and_wants_an_officer(site: Deid, deid: Deid, tmp_path: Path) -> None:
    forms = ["csv", "json", "certificate", "fhir"]
    for form in forms:
        refused = deid("audit", "export", form, "--out", tmp_path / form)
        assert refused.code == 12
        assert "unlock one" in refused.err
        assert not (tmp_path / form).exists()
        assert site("export", form, "--out", tmp_path / form).code == 0
    events = deid("audit", "list", "--event", "exported", "--json").out.splitlines()
    assert [json.loads(line)["what"] for line in events] == forms
    told = deid("audit", "list", "--event", "exported").out.splitlines()
    assert [
        f" exported            {form}, for the first " in line
        for form, line in zip(forms, told, strict=True)
    ] == [True] * 4
    keys = deid("audit", "list", "--event", "key-changed").out
    assert re.search(r"key-changed +person key [0-9a-f]{16} used, by [0-9a-f]{16}$", keys, re.M)
