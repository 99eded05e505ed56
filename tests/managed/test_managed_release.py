"""What holds at each release, whatever led to it: asked where the record is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deid import managed
from deid.audit.records import ReviewFinished
from deid.datatypes import Document, Finding, Span
from deid.errors import SettingLocked
from deid.labels import Label
from deid.policy import Policy, load_policy, parse_policy
from deid.policy.written import to_tree
from deid.redact.apply import apply
from deid.release import Release, Source
from deid.resolve import resolve
from deid.site import Site

NOTE = Document("nobody.txt", "Ada Okonkwo was seen.")
KEY = f"hmac-sha256:{'0' * 16}:{'0' * 64}"


def release(policy: Policy | None = None, *, uncertain: int | None = None) -> Release:
    """A note to be released, looked at by a person who left so many uncertain findings."""
    policy = policy or load_policy("safe-harbor")
    found = resolve(NOTE.text, [Finding(Span(0, 11), Label.PATIENT, 0.98, "known")], policy)
    redacted = apply(NOTE, found, policy, seed=bytes(32))
    source = Source(NOTE, NOTE.text.encode(), "text", "utf-8")
    ends = () if uncertain is None else (ReviewFinished(KEY, "ada", 1, uncertain, 0.9),)
    return Release(source, redacted, policy, redacted.text.encode(), NOTE.id, ends)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Site.open(tmp_path / "home") as opened:
        yield opened


def refused(site: Site, made: Release, name: str, *, folder: Path | None = None) -> None:
    """Nothing is published, held or recorded, and the error names the setting."""
    before = site.log.size
    with pytest.raises(SettingLocked, match=f"{name} is managed by your IT"):
        site.commit([made], publish=lambda: pytest.fail("published"), folder=folder)
    if folder is not None:
        with pytest.raises(SettingLocked, match=name):
            site.hold([made], head=b"", target=folder / "note.txt")
    assert site.log.size == before
    assert site.held_outputs() == frozenset()


def released(site: Site, made: Release, *, folder: Path | None = None) -> None:
    published: list[bool] = []
    site.commit([made], publish=lambda: published.append(True), folder=folder)
    assert published == [True]


def settled(**values: object) -> managed.Managed:
    return managed.parse(values, source="here")


def test_a_note_goes_only_where_it_may(site: Site, tmp_path: Path) -> None:
    allowed, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    for folder in (allowed / "below", elsewhere):
        folder.mkdir(parents=True)
    (allowed / "link").symlink_to(elsewhere, target_is_directory=True)
    with managed.instead(settled(OutputFolders=[str(allowed)])):
        for folder in (elsewhere, tmp_path, allowed / "link", allowed / ".." / "elsewhere"):
            refused(site, release(), "OutputFolders", folder=folder)
        refused(site, release(), "OutputFolders")  # to a stream
        for folder in (allowed, allowed / "below", allowed / "not-there-yet"):
            released(site, release(), folder=folder)


def test_a_policy_counts_by_all_that_it_says(site: Site, tmp_path: Path) -> None:
    shipped = load_policy("safe-harbor")
    lenient = replace(shipped, thresholds=dict.fromkeys(shipped.thresholds, 0.99))
    forged = parse_policy(to_tree(lenient))
    assert (forged.name, forged.version) == (shipped.name, shipped.version)
    with managed.instead(settled(AllowedPolicies=["safe-harbor"])):
        refused(site, release(forged), "AllowedPolicies", folder=tmp_path)
        released(site, release(shipped), folder=tmp_path)
    with managed.instead(settled(AllowedPolicies=["research", forged.digest])):
        refused(site, release(shipped), "AllowedPolicies", folder=tmp_path)
        released(site, release(forged), folder=tmp_path)
    with managed.instead(settled(HighestThreshold=98)):
        refused(site, release(forged), "HighestThreshold", folder=tmp_path)
        released(site, release(shipped), folder=tmp_path)


def test_a_person_must_have_decided_on_everything_uncertain(site: Site, tmp_path: Path) -> None:
    with managed.instead(settled(ReviewRequired="person")):
        refused(site, release(), "ReviewRequired", folder=tmp_path)
        refused(site, release(uncertain=1), "ReviewRequired", folder=tmp_path)
        released(site, release(uncertain=0), folder=tmp_path)


def test_without_anything_managed_nothing_is_refused(site: Site) -> None:
    released(site, release(), folder=None)
