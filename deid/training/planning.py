"""What a run would take, cost and leave of the budget, before anything is begun.

Importing this loads no torch; `plan` wants the extra `train`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from deid.audit.records import PrivacyUnit, TrainingStarted
from deid.audit.roles import Permission
from deid.audit.training_records import exact, rounded_up
from deid.detect.packages import ModelPackage, load_package
from deid.detect.tokens import parse_tokenizer, tokenize
from deid.detect.windows import windows
from deid.errors import ConfigurationError, InputError, SettingLocked
from deid.labels import Label
from deid.officer import Desk
from deid.training.account import check_allowed, ledger_of
from deid.training.choice import Choice, PartedNotes, choose
from deid.training.cohort.checks import Concern, check
from deid.training.cohort.plan import Pace, TrainingPlan, plan_training
from deid.training.ledger import Ledger, Total, check_delta
from deid.training.redraw import MarkedNote
from deid.training.tune.extra import check_installed
from deid.training.tune.settings import Settings

RELATION: Final = "add-or-remove-one"
"""Which data sets are neighbours, in the words of the log."""

_DRAFT: Final = "20000101-000000-00000000"


@dataclass(frozen=True, slots=True)
class Planned:
    """What a run would be.

    Attributes:
        chosen: the notes.
        concerns: what speaks against them, though they can be learnt from.
        settings: with the δ that will hold.
        plan: what it will take.
        total: what training will have cost afterwards; None for a run without privacy.
        budget: what all private runs may cost; None: nobody has said.
        refusal: why the budget does not allow it; None where it does.
    """

    chosen: PartedNotes
    concerns: tuple[Concern, ...]
    settings: Settings
    plan: TrainingPlan
    total: Total | None
    budget: float | None
    refusal: str | None


def plan(desk: Desk, choice: Choice, settings: Settings) -> Planned:
    """What a run would be. Nothing is begun, and nothing recorded.

    Where no δ is set it is the budget's, or without a budget 1 / N^1.1 of the N patients.

    Raises:
        NotPermitted: no officer's key is unlocked.
        ModelMissing: the extra `train` is not installed.
        InputError: the notes cannot be read, or nothing can be learnt from them.
        ConfigurationError: no noise is enough for so small an ε, δ is too large for so many
            patients, or private runs speak of another unit.
    """
    desk.require(Permission.TRAIN)
    return draft(desk, choice, settings)


def draft(desk: Desk, choice: Choice, settings: Settings) -> Planned:
    """The same at a desk of another thread, where nobody is unlocked: `plan` asks for the key.

    Raises:
        SettingLocked: IT lets nobody train here.
        ModelMissing: the extra `train` is not installed.
        InputError: as of `plan`.
        ConfigurationError: as of `plan`.
    """
    check_allowed()
    check_installed()
    ledger, package = ledger_of(desk.log), load_package()
    chosen = choose(desk, choice)
    settings = _settled(settings, chosen, ledger)
    if settings.private:
        ledger.check_unit(PrivacyUnit(settings.unit))
        patients = len(chosen.learn)
        check_delta(settings.delta_for(patients), patients, PrivacyUnit(settings.unit))
    concerns = _checked(chosen, package, settings)
    count = _window_counter(package)
    looked_at = chosen.held.notes[: settings.measured_notes]
    planned = plan_training(
        chosen.learn,
        chosen.held,
        settings,
        windows_of=count,
        pace=_pace(package, settings, sum(map(count, looked_at))),
    )
    draft = started(desk, _DRAFT, chosen, planned, base=package.manifest_digest, person="")
    return Planned(
        chosen=chosen,
        concerns=concerns,
        settings=settings,
        plan=planned,
        total=ledger.after(draft) if settings.private else None,
        budget=ledger.limit,
        refusal=_refusal(ledger, draft),
    )


def started(
    desk: Desk, run: str, chosen: PartedNotes, planned: TrainingPlan, *, base: str, person: str
) -> TrainingStarted:
    """What the log will say of a run, still without a statement."""
    settings, privacy = planned.settings, planned.privacy
    return TrainingStarted(
        run=run,
        person=person,
        unit=PrivacyUnit(planned.unit),
        patients=planned.patients,
        notes=planned.notes,
        held_out=planned.held_patients,
        held_out_share=chosen.choice.share,
        cohort=desk.keys.fingerprint("cohort", chosen.learn.digest),
        base_digest=base,
        method=settings.method.value,
        sampling_rate=exact(settings.sampling_rate),
        windows=settings.windows,
        noise_multiplier=None if privacy is None else exact(privacy.mechanism.noise_multiplier),
        clipping_norm=None if privacy is None else exact(privacy.clip),
        steps=settings.steps,
        delta=None if privacy is None else exact(privacy.delta),
        relation=None if privacy is None else RELATION,
        accountant=None if privacy is None else privacy.accountant.value,
        epsilon=None if privacy is None else rounded_up(privacy.epsilon),
        statement="",
    )


def _settled(settings: Settings, chosen: PartedNotes, ledger: Ledger) -> Settings:
    """The settings with the δ and the unit that hold."""
    settings = replace(settings, unit=chosen.learn.unit)
    if settings.private and settings.delta is None and ledger.budget is not None:
        return replace(settings, delta=float(ledger.budget.delta))
    return settings


def _checked(chosen: PartedNotes, package: ModelPackage, settings: Settings) -> tuple[Concern, ...]:
    """What speaks against the notes; where that is too much, also says what was left out."""
    try:
        return check(chosen.learn, chosen.held, labels=_labels(package), private=settings.private)
    except InputError as error:
        left = ", ".join(f"{count} {reason}" for reason, count in chosen.left_out.items())
        raise InputError(f"{error} (left out: {left})" if left else str(error)) from None


def _labels(package: ModelPackage) -> frozenset[Label]:
    return frozenset(Label(name[2:]) for name in package.classes[1:])


def _window_counter(package: ModelPackage) -> Callable[[MarkedNote], int]:
    tokenizer = parse_tokenizer(package.tokenizer)

    def count(note: MarkedNote) -> int:
        tokens = tokenize(note.text, tokenizer)
        return sum(1 for _ in windows(len(tokens), package.plan))

    return count


def _pace(package: ModelPackage, settings: Settings, held_windows: int) -> Pace:
    # Loaded only here: what is wrong with notes or a budget is said without waiting for torch.
    from deid.training.tune.base import base_of
    from deid.training.tune.pace import pace_of

    return pace_of(base_of(package), settings, held_windows=held_windows)


def _refusal(ledger: Ledger, draft: TrainingStarted) -> str | None:
    try:
        ledger.check(draft)
    except (ConfigurationError, SettingLocked) as error:
        return str(error)
    return None
