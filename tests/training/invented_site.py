"""A site that trains: invented patients, an officer, and a model that learns at once."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree

import pytest

from deid import pipeline, resources
from deid.audit.people import make_personal_key
from deid.audit.records import Role
from deid.detect.packages import DEFAULT_PACKAGE, ModelPackage
from deid.officer import Desk
from deid.officer.enrolment import enrol
from deid.training.cohort.patients import Cohort
from deid.training.private import accounting
from deid.training.private.accounting import Accountant, Mechanism
from tests.training.tune.conftest import patients

PIN = "a short sentence"
OFFICER = "ola"
PATIENTS = 40


def people(home: Path) -> str:
    """Enrols an administrator and an officer; the officer's id. The key of the site is settled."""
    keys = home / "keys"
    keys.mkdir(mode=0o700, parents=True)
    site_key = keys / "site.key"
    site_key.touch(mode=0o600)
    site_key.write_text(f"noteveil-site-key-v1 {'03' * 32}\n", encoding="ascii")
    with Desk.open(home) as desk:
        administrator, officer = (
            make_personal_key(home, name=name, pin=PIN).id for name in ("Ada Minister", OFFICER)
        )
        desk.unlock(administrator, PIN)
        enrol(desk, administrator, Role.ADMINISTRATOR)
        enrol(desk, officer, Role.OFFICER)
    return officer


def write_gold(path: Path, cohort: Cohort | None = None) -> Path:
    """A file with the marked notes of these patients."""
    lines = [
        json.dumps(
            {
                "id": note.id,
                "text": note.text,
                "patient": patient.key,
                "spans": [
                    {"start": span.start, "end": span.end, "label": str(label)}
                    for span, label in note.marks
                ],
            }
        )
        for patient in (cohort or patients(PATIENTS)).patients
        for note in patient.notes
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def come_with(package: ModelPackage, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets this be the model that comes with the program, and these be the notes beside it."""
    models = folder / "models"
    copytree(package.folder, models / DEFAULT_PACKAGE)
    (models / "corpus").mkdir()
    notes = [
        f"### id: shipped-{number}\n<PATIENT>Vega</PATIENT> went home, no fever.\n"
        for number in range(30)
    ]
    (models / "corpus" / "notes.txt").write_text("\n".join(notes), encoding="utf-8")
    monkeypatch.setattr(resources, "models", lambda: models)
    monkeypatch.setattr(pipeline, "load_packs", lambda *_: ())


def account_quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets ε be what is quick to compute, and grows with steps and with 1/δ like a real one."""

    def total(mechanisms: Sequence[Mechanism], delta: float, _accountant: Accountant) -> float:
        rho = sum(
            one.steps * (one.sampling_rate / max(one.noise_multiplier, 1e-9)) ** 2
            for one in mechanisms
        )
        return rho + 2 * math.sqrt(rho * math.log(1 / delta))

    monkeypatch.setattr(accounting, "_total", total)
