"""Officers, too, do only what IT lets be done."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deid import managed
from deid.datatypes import Document, Finding, Span
from deid.errors import SettingLocked
from deid.labels import Label
from deid.officer import Desk
from deid.officer.anchoring import settle_witness
from deid.officer.held import release_held
from deid.officer.settled import differences
from deid.policy import ReleaseRule, load_policy
from deid.redact.apply import apply
from deid.release import Release, Source
from deid.resolve import resolve
from deid.site import Site
from deid.site_settings import read_settings, settings_path
from deid.training.account import ledger_of, set_budget

NOTE = Document("nobody.txt", "Ada Okonkwo was seen.")


def settled(**values: object) -> managed.Managed:
    return managed.parse(values, source="here")


def hold(desk: Desk, target: Path) -> str:
    policy = replace(load_policy("safe-harbor"), release=ReleaseRule.FOUR_EYES)
    found = resolve(NOTE.text, [Finding(Span(0, 11), Label.PATIENT, 0.98, "known")], policy)
    redacted = apply(NOTE, found, policy, seed=bytes(32))
    source = Source(NOTE, NOTE.text.encode(), "text", "utf-8")
    made = Release(source, redacted, policy, redacted.text.encode(), target.name)
    with Site.open(desk.home) as site:
        return site.hold([made], head=b"", target=target)


def test_what_was_held_before_goes_only_where_notes_may_go_now(
    desk: Desk, officer: str, tmp_path: Path
) -> None:
    own = hold(desk, tmp_path / "before" / "note.txt")
    size = desk.log.size
    with managed.instead(settled(OutputFolders=[str(tmp_path / "out")])):
        for out in (None, tmp_path / "other"):
            with pytest.raises(SettingLocked, match="OutputFolders is managed by your IT"):
                release_held(desk, own, out=out)
        assert desk.log.size == size
        released = release_held(desk, own, out=tmp_path / "out")
    assert released == tmp_path / "out" / "note.txt"
    assert released.is_file()


def test_a_witness_that_is_managed_is_not_settled_and_is_no_difference(
    desk: Desk, tmp_path: Path
) -> None:
    first, other = tmp_path / "first", tmp_path / "other"
    settle_witness(desk, [first], days=5)
    kept = settings_path(desk.home).read_bytes()
    both = settled(WitnessFolders=[str(other)], WitnessDays=3)
    with managed.instead(both):
        found = read_settings(desk.home)
        assert (found.witness_folders, found.witness_days) == ((str(other),), 3)
        assert differences(desk.log, found) == ()
        for folders, days in (([tmp_path / "third"], 3), ([other], 30)):
            with pytest.raises(SettingLocked, match=r"Witness(Folders|Days) is managed"):
                settle_witness(desk, folders, days=days)
        assert settings_path(desk.home).read_bytes() == kept
    with managed.instead(settled(WitnessDays=3)):
        settle_witness(desk, [other], days=3)
        assert read_settings(desk.home).witness_folders == (str(other),)
    assert read_settings(desk.home).witness_days == 3


def test_a_budget_is_as_large_as_it_may_be(desk: Desk, officer: str) -> None:
    with managed.instead(settled(TrainingBudget=2)):
        with pytest.raises(SettingLocked, match="TrainingBudget is managed by your IT"):
            set_budget(desk, epsilon=2.01, delta=1e-5)
        assert (ledger_of(desk.log).budget, ledger_of(desk.log).limit) == (None, 2)
        set_budget(desk, epsilon=1.5, delta=1e-5)
        assert ledger_of(desk.log).limit == 1.5
    set_budget(desk, epsilon=9, delta=1e-5)
    with managed.instead(settled(TrainingBudget=2)):
        assert ledger_of(desk.log).limit == 2
