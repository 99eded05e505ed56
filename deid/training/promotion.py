"""Which model finds identifiers at a site, as acts at the desk. Without torch."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Final

from deid.audit.records import GateOutcome, ModelChanged, ModelDecided, ModelDecision
from deid.audit.roles import Permission
from deid.detect.packages import load_package
from deid.errors import ConfigurationError, NotPermitted
from deid.officer import Desk
from deid.site_models import SiteModel, in_use_by, kept, load_kept, promotions, remove
from deid.training.account import ledger_of
from deid.training.ledger import Ledger, Run
from deid.training.tune.run_place import RunPlace

_DIGITS: Final = 16


def promote(desk: Desk, name: str) -> ModelDecided:
    """Let the model of a run find identifiers from now on, if it passed the gate.

    Args:
        desk: of the site, with an officer's key unlocked.
        name: id of the run, or its beginning or end.

    Raises:
        NotPermitted: no officer's key is unlocked, or somebody else decided meanwhile.
        ConfigurationError: it did not pass, was measured beside another model than the one in
            use, is in use, or an attack reached more than is proven of its run.
        ModelError: its package is missing or was changed.
        LogUnavailable: the log cannot be written; what held before still does.
    """
    officer = desk.require(Permission.PROMOTE)
    run, current = ledger_of(desk.log).run(name), in_use_by(desk.log, desk.home)
    digest, before = run.model, _digest(current)
    if digest == before:
        raise ConfigurationError(f"the model of run {run.id} is in use already")
    _check_gate(run, digest, before)
    load_kept(desk.home, digest)
    event = ModelDecided(officer.id, ModelDecision.PROMOTED, digest, before, run.id, "")
    return _decide(desk, event, current)


def roll_back(desk: Desk, *, to_shipped: bool = False) -> ModelDecided:
    """Let the model that was in use before find identifiers again.

    Args:
        desk: of the site, with an officer's key unlocked.
        to_shipped: go back to the one that comes with the program, past all others.

    Raises:
        NotPermitted: no officer's key is unlocked, or somebody else decided meanwhile.
        ConfigurationError: the program's own model is in use: there is nothing to go back from.
        ModelError: the package to go back to is missing or was changed.
        LogUnavailable: the log cannot be written; what held before still does.
    """
    officer = desk.require(Permission.ROLL_BACK)
    current = in_use_by(desk.log, desk.home)
    if current is None:
        raise ConfigurationError(
            "the model that comes with the program is in use: there is none to go back to"
        )
    hold = _hold(desk)
    earlier = None if to_shipped or len(hold) < 2 else hold[-2]
    if earlier is None:
        digest, run = load_package().manifest_digest, None
    else:
        digest, run = load_kept(desk.home, earlier.model_digest).manifest_digest, earlier.run
    event = ModelDecided(officer.id, ModelDecision.ROLLED_BACK, digest, current.digest, run, "")
    return _decide(desk, event, current)


def keep_aside(desk: Desk, name: str) -> ModelDecided:
    """Record that an officer decided not to use the model of a run, for now.

    Raises:
        NotPermitted: no officer's key is unlocked, or somebody else decided meanwhile.
        ConfigurationError: the run has no model, or it is in use.
        LogUnavailable: the log cannot be written.
    """
    officer = desk.require(Permission.PROMOTE)
    run, current = ledger_of(desk.log).run(name), in_use_by(desk.log, desk.home)
    digest, before = run.model, _digest(current)
    if digest == before:
        raise ConfigurationError(
            f"the model of run {run.id} is in use: go back with `deid train rollback` first"
        )
    event = ModelDecided(officer.id, ModelDecision.KEPT_ASIDE, digest, before, run.id, "")
    return _decide(desk, event, current)


def forget(desk: Desk, name: str) -> str:
    """Remove the model of a run that is aside, and its folder; what it cost stays in the log.

    That the model goes is recorded before it does.

    Returns:
        The id of the run.

    Raises:
        NotPermitted: no officer's key is unlocked.
        ConfigurationError: the run has not ended, or its model is in use or may be gone back to.
        OutputError: it cannot be removed, or another process works on the run.
        LogUnavailable: the log cannot be written; nothing was removed.
    """
    officer = desk.require(Permission.TRAIN)
    run = ledger_of(desk.log).run(name)
    if run.ended is None:
        raise ConfigurationError(f"run {run.id} has not ended: end it with `deid train end`")
    place, digest = RunPlace.of(desk.home, run.id), run.ended.model_digest
    with nullcontext() if place is None else place.alone():
        if digest is not None and digest in kept(desk.home):
            _remove(desk, ModelDecided(officer.id, ModelDecision.REMOVED, digest, "", run.id, ""))
    if place is not None:
        place.remove()
    return run.id


def orphans(ledger: Ledger, home: Path) -> tuple[str, ...]:
    """Digests of the packages that are kept in a data folder and that no run of its log made.

    A crash between keeping a model and recording it leaves one; so does a package from elsewhere.

    Raises:
        ModelMissing: the folder of packages cannot be read.
    """
    made = {run.ended.model_digest for run in ledger.runs if run.ended is not None}
    return tuple(digest for digest in kept(home) if digest not in made)


def forget_package(desk: Desk, name: str) -> str:
    """Remove a package that no run made, and record that.

    Args:
        desk: of the site, with an officer's key unlocked.
        name: its digest, or the beginning of it.

    Returns:
        Its digest.

    Raises:
        NotPermitted: no officer's key is unlocked.
        ConfigurationError: there is none or several of this name, it is in use or may be gone back
            to, or a run may be about to record it.
        OutputError: it cannot be removed.
        LogUnavailable: the log cannot be written; nothing was removed.
    """
    officer = desk.require(Permission.TRAIN)
    found = [one for one in orphans(ledger_of(desk.log), desk.home) if one.startswith(name)]
    if len(found) != 1:
        what = "several packages have" if found else "no package without a run has"
        raise ConfigurationError(f"{what} this digest: `deid train list` shows them")

    def unrecorded() -> None:
        ledger = ledger_of(desk.log)
        if found[0] not in orphans(ledger, desk.home):
            raise ConfigurationError("a run made this package: remove it by the run's id")
        going = [run.id for run in ledger.runs if run.ended is None]
        if going:
            raise ConfigurationError(
                f"the package may be that of run {going[-1]}, which has not ended: go on with it "
                "or end it first"
            )

    event = ModelDecided(officer.id, ModelDecision.REMOVED, found[0], "", None, "")
    _remove(desk, event, check=unrecorded)
    return found[0]


def _remove(desk: Desk, event: ModelDecided, *, check: Callable[[], object] = lambda: None) -> None:
    """Record that a package is removed, and remove it, unless it may be needed."""
    digest = event.model_digest

    def unneeded() -> None:
        if digest in {one.model_digest for one in _hold(desk)}:
            raise ConfigurationError(
                f"the model {digest[:_DIGITS]} is in use, or is the one to go back to: it stays"
            )
        check()

    unneeded()
    event = replace(event, before_digest=_digest(in_use_by(desk.log, desk.home)))
    desk.record(desk.sign(event), check=unneeded)
    remove(desk.home, digest)


def _hold(desk: Desk) -> tuple[ModelDecided, ...]:
    return promotions(desk.log, desk.home)


def _check_gate(run: Run, digest: str, before: str) -> None:
    if run.refuted:
        raise ConfigurationError(
            f"an attack with the numbers of run {run.id} reached more than its proof allows, so "
            "its model may not be used: report this as a defect"
        )
    measured = [one for one in run.evaluations if one.model_digest == digest]
    if not measured:
        raise ConfigurationError(
            f"the model of run {run.id} was not measured: `deid train resume {run.id}` does it"
        )
    if measured[-1].gate is not GateOutcome.PASSED:
        raise ConfigurationError(
            f"the model of run {run.id} did not pass the gate, so it is kept aside: "
            f"`deid train results {run.id}` says why"
        )
    if measured[-1].before_digest != before:
        raise ConfigurationError(
            f"the model of run {run.id} was measured beside another model than the one in use: "
            f"`deid train resume {run.id}` measures it anew"
        )


def _digest(model: SiteModel | None) -> str:
    return load_package().manifest_digest if model is None else model.digest


def _decide(desk: Desk, event: ModelDecided, current: SiteModel | None) -> ModelDecided:
    def unchanged() -> None:
        if in_use_by(desk.log, desk.home) != current:
            raise NotPermitted("another model came into use meanwhile: look again and decide anew")

    signed = desk.sign(event)
    events = (
        [signed]
        if event.decision is ModelDecision.KEPT_ASIDE
        else [signed, ModelChanged(event.model_digest)]
    )
    desk.record(*events, check=unchanged)
    return signed
