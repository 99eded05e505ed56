"""The steps of the self-test see what they are there to see."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deid import managed, silence
from deid.datatypes import Document, Redacted
from deid.errors import DefectError
from deid.formats import reader_for, suffixes
from deid.formats.atomic import StagedFile
from deid.managed import Managed, Name, Setting
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy
from deid.selftest import samples, trial
from deid.selftest.steps import State, Step, Steps
from deid.selftest.watch import require_none, watched
from deid.site import Site
from deid.workers import Recipe


@pytest.fixture(scope="module")
def by_rules() -> tuple[Recipe, Deidentifier]:
    """Detectors without the model: what they miss, the samples do not hold."""
    recipe = Recipe(policy=load_policy(), detectors=DetectorChoice.RULES)
    return recipe, recipe.make()


@pytest.fixture
def try_notes(
    by_rules: tuple[Recipe, Deidentifier], tmp_path: Path
) -> Callable[[], dict[str, Step]]:
    def run() -> dict[str, Step]:
        steps = Steps(lambda step: None)
        trial._try_notes(steps, *by_rules, tmp_path)
        return {step.name: step for step in steps.taken}

    return run


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> tuple[samples.Sample, ...]:
    """One sample of each way of reading, for pictures take long."""
    readers = {reader_for(sample.name): sample for sample in reversed(samples.SAMPLES)}
    chosen = tuple(reversed(readers.values()))
    monkeypatch.setattr(trial, "SAMPLES", chosen)
    monkeypatch.setattr(trial, "suffixes", lambda: {Path(one.name).suffix for one in chosen})
    return chosen


def failed(steps: dict[str, Step]) -> set[str]:
    return {name for name, step in steps.items() if step.state is State.FAILED}


def test_every_format_that_can_be_read_has_a_sample() -> None:
    assert {Path(sample.name).suffix for sample in samples.SAMPLES} == set(suffixes())


def test_all_goes_well_with_whole_parts(try_notes: Callable[[], dict[str, Step]]) -> None:
    steps = try_notes()
    assert failed(steps) == set()
    assert steps["the log verifies"].told.endswith(f"of {len(samples.SAMPLES) + 1} notes")


def test_a_format_without_a_sample_fails(
    few: tuple[samples.Sample, ...],
    try_notes: Callable[[], dict[str, Step]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = {Path(sample.name).suffix for sample in few}
    monkeypatch.setattr(trial, "suffixes", lambda: (*shown, ".unheard"))
    steps = try_notes()
    assert failed(steps) == {"every format has a sample"}
    assert "no sample of .unheard" in steps["every format has a sample"].told


def test_detectors_that_find_nothing_fail(
    few: tuple[samples.Sample, ...],
    try_notes: Callable[[], dict[str, Step]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nothing(_: Deidentifier, document: Document, *, seed: bytes) -> Redacted:
        return Redacted(document.id, document.text)

    monkeypatch.setattr(Deidentifier, "deidentify", nothing)
    found = failed(try_notes())
    assert {f"redact, record and release: {one.what}" for one in few} <= found


@pytest.mark.usefixtures("few")
def test_an_output_that_is_not_written_fails(
    try_notes: Callable[[], dict[str, Step]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StagedFile, "publish", lambda staged: None)
    assert "redact, record and release: text" in failed(try_notes())


@pytest.mark.usefixtures("few")
def test_a_check_of_outputs_that_looks_away_fails(
    try_notes: Callable[[], dict[str, Step]], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Deidentifier.redact
    monkeypatch.setattr(
        Deidentifier, "redact", lambda *a, **k: replace(whole(*a, **k), residual=())
    )
    assert "an output that still identifies is not released" in failed(try_notes())


@pytest.mark.usefixtures("few")
def test_a_log_that_is_not_written_fails(
    try_notes: Callable[[], dict[str, Step]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Site, "commit", lambda site, releases, *, publish: publish())
    assert "a finished note is passed over" in failed(try_notes())


@pytest.mark.usefixtures("few")
def test_a_log_that_passes_in_spite_of_a_change_fails(
    try_notes: Callable[[], dict[str, Step]], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = trial.verify
    kept: list[Any] = []

    def once(*arguments: Any, **options: Any) -> Any:
        kept[:] = kept or [whole(*arguments, **options)]
        return kept[0]

    monkeypatch.setattr(trial, "verify", once)
    assert failed(try_notes()) == {"a changed log is noticed"}


@pytest.mark.usefixtures("few")
def test_what_it_manages_does_not_hold_for_the_samples(
    by_rules: tuple[Recipe, Deidentifier], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(trial.Recipe, "make", lambda recipe: by_rules[1])
    monkeypatch.setattr(trial, "_test_rules", lambda: None)
    silence.keep_silent(trial.os.environ)
    folder = Setting((str(tmp_path / "elsewhere"),), "a test")
    steps = Steps(lambda step: None)
    with managed.instead(Managed({Name.OUTPUT_FOLDERS: folder})):
        trial.try_all(steps)
        assert managed.current().locked == {Name.OUTPUT_FOLDERS}
    assert steps.first_error is None


@pytest.mark.parametrize("name", silence.SILENT)
def test_a_library_that_may_speak_fails(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    silence.keep_silent(trial.os.environ)
    trial._check_silence()
    monkeypatch.setenv(name, "0")
    with pytest.raises(DefectError, match=name):
        trial._check_silence()


@pytest.mark.enable_socket
def test_a_network_socket_is_seen_and_a_local_one_is_not() -> None:
    with watched() as seen:
        one, other = socket.socketpair()
        one.close()
        other.close()
        require_none(seen)
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
    assert seen == ["socket.__new__"]
    with pytest.raises(DefectError, match="1 network sockets"):
        require_none(seen)
    socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).close()
    assert len(seen) == 1
