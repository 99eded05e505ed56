"""A site's own models: kept whole, chosen by the log, and never replaced by another in silence."""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from deid import pipeline, resources, site_models
from deid.audit.records import ModelDecided, ModelDecision
from deid.audit.store import AuditLog
from deid.cli import main
from deid.detect import packs
from deid.detect.packages import DEFAULT_PACKAGE, MANIFEST, load_package
from deid.errors import (
    ConfigurationError,
    LogUnavailable,
    ModelMissing,
    ModelTampered,
    OutputError,
    VerificationFailed,
)
from deid.officer import Desk
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy
from deid.site_models import in_use, keep, kept, kept_folder, load_in_use, load_kept, promoted
from tests.training.invented_site import PIN, people

RUN, OFFICER, SHIPPED = "20261121-040506-0000007a", "0f" * 8, "5a" * 32


@pytest.fixture(autouse=True)
def packs_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the shipped rules takes most of the time of a small run."""
    monkeypatch.setattr(pipeline, "load_packs", _load_packs)


_load_packs = functools.cache(packs.load_packs)


@pytest.fixture
def home(deid_home: Path) -> Path:
    return deid_home


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    """With an officer's key unlocked."""
    officer = people(home)
    with Desk.open(home) as opened:
        opened.unlock(officer, PIN)
        yield opened


def package(folder: Path, *, version: int = 1) -> Path:
    """A package that is whole; its network cannot be run."""
    shipped = resources.models() / DEFAULT_PACKAGE
    manifest = json.loads((shipped / MANIFEST).read_text(encoding="utf-8"))
    contents = {"model.onnx": b"network %d" % version, "tokenizer.json": b"{}"}
    manifest["version"] = version
    manifest["files"] = {
        name: {"sha256": sha256(data).hexdigest(), "bytes": len(data)}
        for name, data in contents.items()
    }
    folder.mkdir(parents=True)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return package(tmp_path / "run" / "package")


def decide(desk: Desk, digest: str, decision: ModelDecision = ModelDecision.PROMOTED) -> None:
    """What the officer at the desk decided."""
    sign(desk, decision, digest, RUN)


def back(desk: Desk, digest: str, run: str | None) -> None:
    sign(desk, ModelDecision.ROLLED_BACK, digest, run)


def sign(desk: Desk, decision: ModelDecision, digest: str, run: str | None) -> ModelDecided:
    assert desk.person is not None
    event = desk.sign(ModelDecided(desk.person.id, decision, digest, SHIPPED, run, ""))
    desk.record(event)
    return event


def test_a_package_is_kept_under_its_digest_for_its_owner_alone(home: Path, made: Path) -> None:
    digest = keep(home, made).manifest_digest
    assert kept(home) == (digest,)
    folder = kept_folder(home, digest)
    assert {path.name for path in folder.iterdir()} == {path.name for path in made.iterdir()}
    assert load_kept(home, digest).model == load_package(made).model
    modes = {path.stat().st_mode & 0o077 for path in (folder, *folder.iterdir())}
    assert modes == {0}


def test_keeping_again_changes_nothing_and_mends_what_is_damaged(home: Path, made: Path) -> None:
    digest = keep(home, made).manifest_digest
    model = kept_folder(home, digest) / "model.onnx"
    before = model.stat().st_mtime_ns
    keep(home, made)
    assert model.stat().st_mtime_ns == before
    model.write_bytes(b"another")
    assert keep(home, made).manifest_digest == digest
    assert load_kept(home, digest).model == b"network 1"


def test_a_copy_that_cannot_be_written_leaves_nothing(
    home: Path, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        keep(home, made)
    assert kept(home) == ()
    assert list((home / "models").iterdir()) == []


def test_what_an_interrupted_copy_left_goes_with_the_next(home: Path, made: Path) -> None:
    left = home / "models" / f".{'0' * 64}.{'1' * 16}"
    left.mkdir(parents=True)
    keep(home, made)
    assert not left.exists()


def test_a_damaged_package_is_not_kept(home: Path, made: Path) -> None:
    (made / "model.onnx").write_bytes(b"another")
    with pytest.raises(ModelTampered):
        keep(home, made)
    assert kept(home) == ()


def test_without_a_decision_the_program_s_own_model_is_in_use(home: Path, desk: Desk) -> None:
    assert in_use(home) is None
    shipped = load_package().manifest_digest
    assert load_in_use(home).manifest_digest == shipped
    decide(desk, "1f" * 32, ModelDecision.KEPT_ASIDE)
    assert in_use(home) is None


def test_without_its_log_no_other_model_takes_the_place_of_the_site_s(
    home: Path, made: Path
) -> None:
    keep(home, made)
    with pytest.raises(LogUnavailable, match="put the log back"):
        in_use(home)
    with pytest.raises(LogUnavailable):
        load_in_use(home)
    shutil.rmtree(home / "models")
    assert in_use(home) is None


@pytest.mark.parametrize(
    "change",
    [
        {"statement": "no signature"},
        {"model_digest": "2f" * 32},
        {"person": OFFICER},
        {"decision": ModelDecision.ROLLED_BACK},
    ],
)
def test_a_decision_that_nobody_signed_lets_no_model_examine(
    home: Path, desk: Desk, tmp_path: Path, change: dict[str, Any]
) -> None:
    digest = keep(home, package(tmp_path / "one")).manifest_digest
    event = sign(desk, ModelDecision.PROMOTED, digest, RUN)
    assert load_in_use(home).manifest_digest == digest
    desk.log.append([replace(event, **change)])  # as whoever can write to the file might
    for look in (in_use, load_in_use):
        with pytest.raises(VerificationFailed, match=r"no note is examined.*deid audit verify"):
            look(home)


def test_a_decision_counts_once(home: Path, desk: Desk) -> None:
    event = sign(desk, ModelDecision.PROMOTED, "1f" * 32, RUN)
    desk.log.append([event])
    with pytest.raises(VerificationFailed, match="taken from an earlier record"):
        in_use(home)


def test_a_decision_signed_for_what_this_log_was_not_lets_no_model_examine(
    home: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(desk, ModelDecision.PROMOTED, "1f" * 32, RUN)
    monkeypatch.setattr(AuditLog, "root", lambda *_: b"another")
    with pytest.raises(VerificationFailed, match="signed for other records"):
        in_use(home)


def test_the_last_promotion_is_in_use_until_it_is_rolled_back(
    home: Path, desk: Desk, tmp_path: Path
) -> None:
    one, two = (
        keep(home, package(tmp_path / str(number), version=number)).manifest_digest
        for number in (1, 2)
    )
    decide(desk, one)
    assert load_in_use(home).manifest_digest == one
    decide(desk, two)
    assert load_in_use(home).manifest_digest == two
    back(desk, one, RUN)
    assert load_in_use(home).manifest_digest == one
    back(desk, SHIPPED, None)
    assert in_use(home) is None


def test_going_back_to_the_program_s_own_model_passes_all_others_over() -> None:
    def event(digest: str, decision: ModelDecision, run: str | None = RUN) -> ModelDecided:
        return ModelDecided(OFFICER, decision, digest, SHIPPED, run, "")

    first, second = (event(str(n) * 64, ModelDecision.PROMOTED) for n in (1, 2))
    assert promoted([first, second]) == (first, second)
    shipped = event(SHIPPED, ModelDecision.ROLLED_BACK, None)
    assert promoted([first, second, shipped]) == ()
    assert promoted([first, second, shipped, second]) == (second,)
    with pytest.raises(VerificationFailed, match="not in use before"):
        promoted([first, event("3" * 64, ModelDecision.ROLLED_BACK)])


@pytest.mark.parametrize("damage", ["gone", "folder gone", "no manifest", "changed", "other"])
def test_a_model_in_use_that_is_not_what_it_was_is_never_replaced_in_silence(
    home: Path, desk: Desk, tmp_path: Path, damage: str
) -> None:
    digest = keep(home, package(tmp_path / "one")).manifest_digest
    decide(desk, digest)
    folder = kept_folder(home, digest)
    match damage:
        case "gone":
            shutil.rmtree(folder)
        case "folder gone":
            shutil.rmtree(home / "models")
        case "no manifest":
            (folder / MANIFEST).unlink()
            (folder / "config.json").write_text("{}")  # as a Hugging Face folder has
        case "changed":
            (folder / "model.onnx").write_bytes(b"another")
        case _:  # a whole package, but not this one
            shutil.rmtree(folder)
            package(folder, version=2)
    said = "changed" if damage in ("changed", "other") else "missing"
    with pytest.raises((ModelMissing, ModelTampered), match=f"is {said}.*deid train rollback"):
        Deidentifier.open(policy=load_policy())


def test_no_command_goes_on_with_another_model(
    home: Path, desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    digest = keep(home, package(tmp_path / "one")).manifest_digest
    decide(desk, digest)
    shutil.rmtree(home / "models")
    note = tmp_path / "note.txt"
    note.write_text("Seen by Dr. Quenbridge.\n", encoding="utf-8")
    for command in (
        ["redact", str(note), "--out", str(tmp_path / "out")],
        ["redact", str(note), "--out", str(tmp_path / "out"), "--jobs", "2"],
        ["detect", str(note)],
        ["explain", str(note)],
        ["model", "verify"],
    ):
        assert main(command) == ModelMissing.exit_code
        assert digest[:16] in capsys.readouterr().err
    assert main(["detect", str(note), "--detector", "rules"]) == 0


def test_the_model_in_use_is_the_one_that_examines(home: Path, desk: Desk) -> None:
    shipped = resources.models() / DEFAULT_PACKAGE
    own = home.parent / "own"
    shutil.copytree(shipped, own)
    manifest = json.loads((own / MANIFEST).read_text(encoding="utf-8"))
    (own / MANIFEST).write_text(json.dumps(manifest | {"version": 7}), encoding="utf-8")
    digest = keep(home, own).manifest_digest
    decide(desk, digest)
    opened = Deidentifier.open(policy=load_policy(), detectors=DetectorChoice.MODEL)
    assert opened.digests.model == digest != load_package().manifest_digest
    named = Deidentifier.open(policy=load_policy(), detectors=DetectorChoice.MODEL, model=shipped)
    assert named.digests.model == load_package().manifest_digest


def test_only_a_digest_names_a_package(home: Path) -> None:
    for name in ("", "../keys", "0f" * 31, "0F" * 32):
        with pytest.raises(ConfigurationError, match="64 hex digits"):
            load_kept(home, name)


def test_a_package_can_be_removed(home: Path, made: Path) -> None:
    digest = keep(home, made).manifest_digest
    site_models.remove(home, digest)
    assert kept(home) == ()
    with pytest.raises(ModelMissing, match="no model"):
        site_models.remove(home, digest)


def test_an_event_that_is_read_back_says_which_model_it_was(home: Path, desk: Desk) -> None:
    digest = "1f" * 32
    decide(desk, digest)
    found = in_use(home)
    assert found is not None
    assert found == replace(found, digest=digest, run=RUN, folder=kept_folder(home, digest))
