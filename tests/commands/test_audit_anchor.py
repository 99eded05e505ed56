"""`deid audit anchor` and `deid audit witness`."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from deid.audit.keys import Keys
from deid.audit.records import PolicyChanged
from deid.audit.store import AuditLog

Deid = Callable[..., Any]


@pytest.fixture
def site(deid: Deid, home: Path) -> Deid:
    """The command line over a log of three records."""
    Keys.open(home)
    with AuditLog.open(home) as log:
        log.append([PolicyChanged(f"{number:064x}") for number in range(3)])
    return deid


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


def test_one_command_without_options_is_all_that_is_scheduled(site: Deid, share: Path) -> None:
    refused = site("audit", "anchor")
    assert refused.code == 4
    assert "deid audit witness --add" in refused.err
    assert "holds no checkpoint" in site("audit", "witness", "--add", share).out
    anchored = site("audit", "anchor", "--json").json()["anchored"]
    assert [one["size"] for one in anchored] == [4]
    assert Path(anchored[0]["path"]).parent == share
    shown = site("audit", "witness", "--json").json()["witness"]
    assert (shown["state"], shown["folders"][0]["newest"]["size"]) == ("fresh", 4)
    assert "covers 4 of 5 records" in site("audit", "witness").out


def test_verifying_takes_the_witness_by_itself(site: Deid, share: Path) -> None:
    bare = site("audit", "verify")
    assert "No witness folder is settled" in bare.out
    site("audit", "witness", "--add", share, "--longest-age", "30")
    site("audit", "anchor")
    verified = site("audit", "verify", "--json").json()
    assert (verified["witnessed"], verified["witness"]["state"]) == (4, "fresh")
    assert verified["witness"]["longest_age_days"] == 30
    (path,) = share.iterdir()
    path.write_bytes(path.read_bytes().replace(b"\n4\n", b"\n3\n"))
    refused = site("audit", "verify")
    assert refused.code == 7
    assert path.name in refused.err
    told = site("audit", "witness")
    assert (told.code, "contradicts" in told.out) == (7, True)
    assert site("audit", "witness", "--json").code == 7


def test_settings_changed_by_hand_are_told(site: Deid, share: Path, home: Path) -> None:
    assert site("audit", "witness", "--add", share, "--longest-age", "30").code == 0
    assert site("audit", "anchor").code == 0
    assert site("audit", "witness", "--json").json()["witness"]["not_as_recorded"] == []
    path = home / "site.json"
    node = json.loads(path.read_bytes())
    path.write_text(json.dumps(node | {"witness_folders": [], "withheld_share": 0.25}))
    for command in ("witness", "verify"):
        said = site("audit", command)
        assert said.code == 0
        assert "names 0 witness folders, the log has recorded 1" in said.out
        assert "25.00% of the sure findings" in said.out
        assert "deid audit measure-reviewers" in said.out
        found = site("audit", command, "--json").json()["witness"]["not_as_recorded"]
        assert [one["setting"] for one in found] == ["witness_folders", "withheld_share"]
    path.unlink()
    said = site("audit", "witness").out
    assert "may be 7 days old, by what the log has recorded 30" in said
    assert "withheld" not in said


def test_a_drive_that_is_gone_keeps_no_other_waiting(
    site: Deid, share: Path, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    refused = site("audit", "witness", "--add", gone, "--add", share)
    assert (refused.code, "is not there" in refused.err) == (4, True)
    assert site("audit", "witness", "--json").json()["witness"]["folders"] == []
    gone.mkdir()
    assert site("audit", "witness", "--add", gone, "--add", share).code == 0
    gone.rmdir()
    said = site("audit", "anchor")
    assert said.code == 6
    assert "gone" in said.err
    assert len(list(share.iterdir())) == 1
    assert "cannot be reached" in site("audit", "verify").out
    assert site("audit", "witness", "--remove", gone).code == 0
    assert site("audit", "anchor").code == 0
    assert site("audit", "witness", "--remove", gone).code == 4


def test_a_checkpoint_comes_back_from_paper(
    site: Deid, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.pdf"
    assert site("audit", "anchor", "--print", page).code == 0
    assert site("audit", "anchor", "--print", page).code == 6
    text = PdfReader(page).pages[0].extract_text()
    start = text.index("noteveil/log/", text.index("as it was signed"))
    typed = text[start : text.index("To check")].replace("—", "--").replace("\n", "  \r\n")
    stdin = io.TextIOWrapper(io.BytesIO(typed.encode()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert site("audit", "verify", "--checkpoint", "-", "--json").json()["witnessed"] == 3


def test_qr_codes_and_files(site: Deid, tmp_path: Path) -> None:
    picture, kept = tmp_path / "code.PNG", tmp_path / "kept.txt"
    assert site("audit", "anchor", "--qr", picture, "--file", kept).code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert site("audit", "verify", "--checkpoint", kept, "--json").json()["witnessed"] == 3
    shown = site("audit", "anchor", "--qr", "-").out
    assert "noteveil/log/" in shown
    assert site("audit", "anchor", "--qr", tmp_path / "code.jpg").code == 6
    events = site("audit", "list", "--event", "anchored", "--json").out
    assert [events.count(f'"where":"{where}"') for where in ("file", "qr")] == [1, 2]


def test_without_a_log_nothing_is_made(deid: Deid, home: Path, share: Path) -> None:
    assert deid("audit", "anchor", "--to", share).code == 7
    assert deid("audit", "witness").code == 7
    assert not home.exists()
    assert not list(share.iterdir())
