"""`deid audit vault` and `deid audit held`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deid.policy import ReleaseRule, VaultUse, derive, load_policy, save_policy

Deid = Callable[..., Any]
CANARY = "Quenbridge"
NOTE = f"Call Mrs. {CANARY} at (801) 555-0147.\nStable on 03/14/2024.\n"


@pytest.fixture
def pin(tmp_path: Path) -> Path:
    path = tmp_path / "pin"
    path.write_text("a short sentence\n", encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture
def olive(deid: Deid, pin: Path) -> list[object]:
    """An officer, and the arguments that act with her key."""
    add = ("audit", "people", "add", "--new-pin-file", pin)
    assert deid(*add, "--name", "Ada Minister", "--role", "administrator").code == 0
    enrolled = deid(
        *add, "--name", "Olive", "--role", "officer", "--as", "Ada Minister", "--pin-file", pin
    )
    assert (enrolled.code, enrolled.err) == (0, "")
    return ["--as", "Olive", "--pin-file", pin]


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "note.txt"
    path.parent.mkdir()
    path.write_text(NOTE, encoding="utf-8")
    return path


def redact(deid: Deid, note: Path, out: Path, policy: str) -> Any:
    return deid("redact", note, "--out", out, "--policy", policy, "--detector", "rules")


def test_a_value_comes_back_by_its_place_and_is_recorded(
    deid: Deid, olive: list[object], note: Path, tmp_path: Path
) -> None:
    assert "there is no vault" in deid("audit", "vault", "show").out
    early = redact(deid, note, tmp_path / "early", "gdpr-pseudonymise")
    assert early.code == 0
    assert "there is no vault" in early.err
    assert deid("audit", "vault", "create", *olive).code == 0
    late = redact(deid, note, tmp_path / "late", "gdpr-pseudonymise")
    assert (late.code, late.err) == (0, "")
    released = tmp_path / "late" / "note.txt"
    assert CANARY not in released.read_text()
    places = deid("audit", "vault", "open", released, "--json").json()["places"]
    at = next(one["at"] for one in places if one["label"] == "PERSON" or one["at"] == "1:11")
    assert CANARY not in deid("audit", "vault", "open", released, *olive).out
    without = deid("audit", "vault", "open", released, "--at", at, *olive)
    assert without.code == 3
    assert "--purpose" in without.err
    opened = deid(
        "audit", "vault", "open", released, "--at", at, "--purpose", "care", "--json", *olive
    ).json()["values"]
    assert [CANARY in one["original"] for one in opened] == [True]
    everything = deid(
        "audit", "vault", "open", "--document", "note.txt", "--all", "--purpose", "court", *olive
    ).out
    assert "555-0147" in everything
    shown = deid("audit", "list", "--json").out
    assert shown.count('"value-revealed"') == 2
    assert CANARY not in shown
    assert deid("audit", "verify").code == 0


def test_nothing_is_opened_without_a_key_or_a_place(
    deid: Deid, olive: list[object], note: Path, tmp_path: Path
) -> None:
    assert deid("audit", "vault", "create").code == 12
    assert deid("audit", "vault", "create", *olive).code == 0
    assert redact(deid, note, tmp_path / "out", "gdpr-pseudonymise").code == 0
    released = tmp_path / "out" / "note.txt"
    cases = {
        12: [released, "--all", "--purpose", "care"],
        3: [released, "--at", "9:9", "--purpose", "care", *olive],
    }
    for code, arguments in cases.items():
        refused = deid("audit", "vault", "open", *arguments)
        assert refused.code == code
        assert CANARY not in refused.out + refused.err
    for arguments in ([], [released, "--document", "x"], ["--document", "unknown"], [note]):
        assert deid("audit", "vault", "open", *arguments, *olive).code == 3


def test_a_file_that_is_not_there_is_told(deid: Deid, tmp_path: Path) -> None:
    refused = deid("audit", "vault", "open", tmp_path / "gone")
    assert refused.code == 3
    assert "no FILE of that name" in refused.err


def test_a_vault_that_was_destroyed_is_made_again(
    deid: Deid, olive: list[object], note: Path, tmp_path: Path
) -> None:
    assert deid("audit", "vault", "create", *olive).code == 0
    (lying,) = tmp_path.rglob("vault.sqlite")
    lying.unlink()
    refused = redact(deid, note, tmp_path / "out", "gdpr-pseudonymise")
    assert refused.code != 0
    assert "vault create --lost" in refused.err
    assert deid("audit", "vault", "create", *olive).code != 0
    made = deid("audit", "vault", "create", "--lost", *olive)
    assert (made.code, made.err) == (0, "")
    assert redact(deid, note, tmp_path / "out", "gdpr-pseudonymise").code == 0


def test_the_vault_is_shared_and_renewed(deid: Deid, olive: list[object], pin: Path) -> None:
    assert deid("audit", "vault", "create", *olive).code == 0
    deid(
        "audit", "people", "add", "--new-pin-file", pin, "--name", "Otto", "--role", "officer",
        "--as", "Ada Minister", "--pin-file", pin,
    )  # fmt: skip
    assert "cannot open it yet" in deid("audit", "vault", "show").out
    assert deid("audit", "vault", "share", "--with", "Otto", *olive).code == 0
    state = deid("audit", "vault", "show", "--json").json()
    assert (len(state["openers"]), state["lacking"]) == (2, [])
    assert deid("audit", "vault", "share", "--with", "Ada Minister", *olive).code == 12
    assert deid("audit", "vault", "renew", *olive).code == 0
    renewed = deid("audit", "vault", "show", "--json").json()
    assert renewed["keys"] == 2
    assert renewed["key"] != state["key"]


def test_a_policy_that_requires_a_vault_refuses_without(
    deid: Deid, home: Path, note: Path, tmp_path: Path
) -> None:
    _save("strict", vault=VaultUse.REQUIRED)
    refused = redact(deid, note, tmp_path / "out", "strict")
    assert refused.code == 7
    assert "vault create" in refused.err
    assert not (tmp_path / "out" / "note.txt").exists()


def test_a_held_note_is_read_and_released_by_an_officer(
    deid: Deid, olive: list[object], note: Path, tmp_path: Path
) -> None:
    _save("ward", release=ReleaseRule.FOUR_EYES)
    assert "nothing waits" in deid("audit", "held", "list").out
    out = tmp_path / "out"
    ran = redact(deid, note, out, "ward")
    assert (ran.code, ran.err) == (0, "")
    assert "1 held" in ran.out
    assert "until another person releases" in ran.out
    assert not out.exists()
    (waiting,) = deid("audit", "held", "list", "--json").json()["held"]
    assert (waiting["file"], waiting["notes"], waiting["policy"]) == ("note.txt", 1, "ward")
    read = deid("audit", "held", "read", waiting["id"], *olive)
    assert "Stable on" in read.out
    assert CANARY not in read.out
    assert deid("audit", "held", "release", waiting["id"]).code == 12
    released = deid("audit", "held", "release", waiting["id"], *olive)
    assert (released.code, released.err) == (0, "")
    assert (out / "note.txt").read_text() == read.out.removesuffix("\n")
    assert "nothing waits" in deid("audit", "held", "list").out
    assert "approved" in deid("audit", "held", "list", "--decided").out
    assert deid("audit", "verify").code == 0


def test_a_held_note_is_declined(
    deid: Deid, olive: list[object], note: Path, tmp_path: Path
) -> None:
    _save("ward", release=ReleaseRule.FOUR_EYES)
    redact(deid, note, tmp_path / "out", "ward")
    (waiting,) = deid("audit", "held", "list", "--json").json()["held"]
    assert deid("audit", "held", "decline", waiting["id"], *olive).code == 0
    assert deid("audit", "held", "release", waiting["id"], *olive).code == 3
    decided = deid("audit", "held", "list", "--decided", "--json").json()["notes"]
    assert [one["became"] for one in decided] == ["declined"]
    assert not (tmp_path / "out").exists()


def _save(name: str, *, release: ReleaseRule | None = None, vault: VaultUse | None = None) -> None:
    base = load_policy("safe-harbor")
    save_policy(
        derive(
            base,
            name=name,
            description="",
            treatments={},
            thresholds={},
            release=release,
            vault=vault,
        )
    )
