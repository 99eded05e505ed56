"""A report says what was found, and nothing of it can be changed unnoticed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid import resources
from deid.audit.note import SignerKey
from deid.errors import KeyUnusable, UpdateTampered, VerificationFailed
from deid.evaluate.report.page import html_page
from deid.selftest import installed
from deid.selftest.installed import Installed, Model, Sealed, Update, look
from deid.selftest.page import page
from deid.selftest.report import Filed, Report, check_report, signed
from deid.selftest.steps import State, Step
from deid.updates.installed import InstalledUpdate

SIGNER = SignerKey("noteveil/log/0123456789abcdef", bytes(range(32)))
KEY = str(SIGNER.verifier)
MADE = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def report(**changes: Any) -> Report:
    found = Installed(
        machine="station-7é",
        user="clerk",
        system="Linux",
        program="1.2.3",
        python="3.11.7",
        sealed=Sealed("1.2.3", 1200, "a" * 64),
        update=Update(7, "b" * 64),
        rules="c" * 64,
        model=Model("noteveil-en-small", 2, "d" * 64, "e" * 64),
        policies={"safe-harbor": "f" * 64, "broken": None},
        managed=("OutputFolders",),
        libraries={"cryptography": "50.0.2"},
    )
    steps = (
        Step("one", State.PASSED, 0.1234, "1200 files"),
        Step("two", State.FAILED, 1.5, "<b> a rule"),
        Step("three", State.NOT_TRIED, told="a step before it failed"),
    )
    made = {"made": MADE, "exit_code": 4, "installed": found, "steps": steps} | changes
    return Report(**made)


def test_a_filed_report_says_what_the_test_came_to() -> None:
    assert check_report(signed(report(), SIGNER), public_key=KEY) == Filed(
        made="2026-11-21T08:30:00.000Z",
        machine="station-7é",
        program="1.2.3",
        sealed=True,
        exit_code=4,
        failed=("two",),
    )


@settings(max_examples=40)
@given(data=st.data())
def test_no_byte_of_what_is_reported_can_be_changed(data: st.DataObject) -> None:
    whole = signed(report(), SIGNER)
    told = json.loads(whole)["report"]
    at = data.draw(st.integers(0, len(whole) - 1))
    other = whole[:at] + bytes([data.draw(st.integers(0, 255))]) + whole[at + 1 :]
    try:
        check_report(other, public_key=KEY)
    except VerificationFailed:
        assert other != whole
        return
    assert json.loads(other)["report"] == told


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"[]", b"{}", b"\xff", b"[" * 100_000),
        b'{"report": 1, "public_key": "", "signature": ""}',
        b'{"report": {"format": "noteveil-selftest-2"}, "public_key": "", "signature": ""}',
    ],
)
def test_what_is_no_report_is_refused(content: bytes) -> None:
    with pytest.raises(VerificationFailed, match="no report of the form"):
        check_report(content, public_key=KEY)


def test_another_key_is_refused() -> None:
    raw = signed(report(), SIGNER)
    other = SignerKey(SIGNER.name, bytes(32)).verifier
    with pytest.raises(VerificationFailed, match="signed by another key"):
        check_report(raw, public_key=str(other))
    with pytest.raises(KeyUnusable):
        check_report(raw, public_key="none")


def test_a_signed_note_of_something_else_is_no_report() -> None:
    whole = json.loads(signed(report(), SIGNER))
    whole["signature"] = SIGNER.sign(f"{SIGNER.name}\n0\n{'A' * 43}=\n")  # a checkpoint
    with pytest.raises(VerificationFailed):
        check_report(json.dumps(whole).encode(), public_key=KEY)


def test_the_page_tells_people_the_same() -> None:
    told = html_page(page(report(), file="r.json", sha256="9" * 64, public_key=KEY))
    for words in (
        *("1 step failed", "station-7é", "1200 files of version 1.2.3", "a" * 64),
        *("7: " + "b" * 64, "noteveil-en-small, version 2", "cannot be used", "OutputFolders"),
        *("&lt;b&gt; a rule", "not tried", "r.json, SHA-256 " + "9" * 64, KEY, "50.0.2"),
    ):
        assert words in told
    whole = report(steps=(), exit_code=0)
    assert "all that was tried went well" in html_page(
        page(whole, file="r.json", sha256="", public_key=KEY)
    )


def test_what_is_in_use_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    update = InstalledUpdate(Path("u"), 7, MADE, ("rules",), "b" * 64)
    monkeypatch.setattr(resources, "update", lambda: update)
    monkeypatch.setattr(installed, "shipped_policies", lambda: ())
    found = look(None)
    assert found.update == Update(7, "b" * 64)
    assert (found.sealed, found.model, found.rules) == (None, None, None)
    assert found.libraries["cryptography"]

    def tampered() -> None:
        raise UpdateTampered("not what was signed")

    monkeypatch.setattr(resources, "update", tampered)
    assert look(None).update is None
