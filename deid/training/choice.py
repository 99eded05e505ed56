"""Which notes a model learns from: chosen once, remembered in the folder of the run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from deid.errors import ConfigurationError, InputError, OutputError
from deid.files import replace_file
from deid.officer import Desk
from deid.training.cohort.gather import Gathered, PatientFrom, Reason, gold, reviewed
from deid.training.cohort.patients import Cohort, Unit
from deid.training.cohort.split import HELD_OUT_SHARE, SHARE_DIGITS, learn_and_held
from deid.training.tune.run_folder import RunFolder

_FILE: Final = "notes.json"
_FORMAT: Final = "noteveil-training-notes-1"


@dataclass(frozen=True, slots=True)
class Choice:
    """Where the notes are, and what of them is held out.

    Attributes:
        paths: of the originals of reviewed notes, files or folders; of gold notes, one.
        gold: what says whose a gold note is; None: the notes are those that reviewers finished.
        patient_field: of a gold note's metadata, for `PatientFrom.FIELD`.
        encoding: of text files; None: found out.
        unit: of what a guarantee is to speak. Where it is the note, `gold` need not say whose a
            gold note is; where `gold` is `PatientFrom.NOTE`, it is the note in any case.
        share: of the patients that are held out to measure on, 0 to 1, with at most four digits.

    Raises:
        ConfigurationError: the share has more digits, or does not lie between.
    """

    paths: tuple[Path, ...] = field(repr=False)
    gold: PatientFrom | None = None
    patient_field: str = "patient"
    encoding: str | None = None
    unit: Unit = Unit.PATIENT
    share: float = HELD_OUT_SHARE

    def __post_init__(self) -> None:
        if not 0 < self.share < 1 or round(self.share, SHARE_DIGITS) != self.share:
            raise ConfigurationError(
                f"the part held out lies between 0 and 1, with at most {SHARE_DIGITS} digits"
            )


@dataclass(frozen=True, slots=True)
class PartedNotes:
    """The notes of a choice, parted for good into those to learn from and those to measure on.

    Attributes:
        choice: where they were.
        learn: the patients to learn from.
        held: those to measure on.
        left_out: how much was not taken, by reason; without reasons that did not occur.
    """

    choice: Choice
    learn: Cohort
    held: Cohort
    left_out: Mapping[Reason, int]


def choose(desk: Desk, choice: Choice) -> PartedNotes:
    """Gather the notes of a choice, and part their patients for good.

    Raises:
        InputError: a path is not there or cannot be read, or gold notes are at several paths.
        UnknownLabel: a gold note has a label that the program does not know.
        LogDamaged: a record cannot be read.
    """
    found = _gathered(desk, choice)
    learn, held = learn_and_held(found.cohort, secret=desk.keys.site_key, share=choice.share)
    return PartedNotes(choice, learn, held, found.left_out)


def remember(run: RunFolder, chosen: PartedNotes) -> None:
    """Write down in the folder of a run where its notes are, and whose they are, as keys.

    Raises:
        OutputError: it cannot be written.
    """
    choice, path = chosen.choice, run.path / _FILE
    node = {
        "format": _FORMAT,
        "paths": [str(one.absolute()) for one in choice.paths],
        "gold": choice.gold,
        "field": choice.patient_field,
        "encoding": choice.encoding,
        "unit": choice.unit,
        "share": choice.share,
        "learn": sorted(chosen.learn.keys),
        "held": sorted(chosen.held.keys),
    }
    try:
        replace_file(path, json.dumps(node).encode("ascii"))
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror}): free some space; nothing was begun"
        ) from None


def remembered(desk: Desk, run: RunFolder) -> PartedNotes:
    """The notes of a run, of those patients only who took part in it when it began.

    Raises:
        ConfigurationError: the folder does not say which, or a patient has no notes any more.
        InputError: a path is not there or cannot be read.
        LogDamaged: a record cannot be read.
    """
    path = run.path / _FILE
    try:
        node = json.loads(path.read_bytes())
        if node["format"] != _FORMAT:
            raise ValueError("of another version")
        choice, learn, held = _choice(node), frozenset(node["learn"]), frozenset(node["held"])
    except (OSError, KeyError, TypeError, ValueError):
        raise ConfigurationError(
            f"{path}: cannot be read: the run cannot go on; end it with `deid train end`"
        ) from None
    found = choose(desk, choice)
    everybody = (*found.learn.patients, *found.held.patients)
    unit = found.learn.unit
    parts = [
        Cohort(
            tuple(one for one in sorted(everybody, key=lambda p: p.key) if one.key in keys), unit
        )
        for keys in (learn, held)
    ]
    if [part.keys for part in parts] != [learn, held]:
        raise ConfigurationError(
            "notes of the run's patients are not where they were: put them back, or end the run "
            "with `deid train end`"
        )
    return PartedNotes(choice, parts[0], parts[1], found.left_out)


def _gathered(desk: Desk, choice: Choice) -> Gathered:
    if choice.gold is None:
        return reviewed(desk.log, choice.paths, unit=choice.unit, encoding=choice.encoding)
    if len(choice.paths) != 1:
        raise InputError("gold notes are at one path: name one file, or one folder with all")
    return gold(
        choice.paths[0],
        PatientFrom.NOTE if choice.unit is Unit.NOTE else choice.gold,
        fingerprint=partial(desk.keys.fingerprint, "patient"),
        field=choice.patient_field,
    )


def _choice(node: Mapping[str, Any]) -> Choice:
    return Choice(
        paths=tuple(map(Path, node["paths"])),
        gold=None if node["gold"] is None else PatientFrom(node["gold"]),
        patient_field=str(node["field"]),
        encoding=None if node["encoding"] is None else str(node["encoding"]),
        unit=Unit(node["unit"]),
        share=float(node["share"]),
    )
