"""Notes worked on in this process or in several. Workers decide; only the parent writes.

A worker process is started afresh (never forked), loads its detectors once, and dies with its
parent. What comes back is a result or one of the program's own errors, never a foreign exception
whose message might hold note text.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import active_children, connection, get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType

from deid.datatypes import Document, Redacted
from deid.detect.roster import Roster
from deid.errors import DefectError, DeidError, DetectionIncomplete, ModelTampered
from deid.failures import defects_only
from deid.naming import identifies
from deid.pipeline import Deidentifier, DetectorChoice, Digests
from deid.policy import Policy


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a `Deidentifier` is made from, so that every process can make its own."""

    policy: Policy
    detectors: DetectorChoice = DetectorChoice.HYBRID
    model: Path | None = None
    rules: tuple[Path, ...] = ()
    roster: Roster | None = field(default=None, repr=False)

    def make(self) -> Deidentifier:
        """Load the detectors.

        Raises:
            ModelError: the model is missing or not what its manifest says.
            RulePackError: a rule pack cannot be loaded.
        """
        return Deidentifier.open(
            policy=self.policy,
            detectors=self.detectors,
            model=self.model,
            rules=self.rules,
            roster=self.roster,
        )


@dataclass(frozen=True, slots=True)
class Job:
    """A note to redact.

    Attributes:
        document: the note.
        seed: the secret bytes of its patient.
        checks_id: whether to look for identifiers in the note's id as well.
    """

    document: Document
    seed: bytes = field(repr=False)
    checks_id: bool = False


@dataclass(frozen=True, slots=True)
class Done:
    """A redacted note, and whether its id identifies somebody."""

    redacted: Redacted
    id_identifies: bool = False


Outcome = Done | DeidError


class Workers:
    """Processes that redact notes. Use it in a `with` block, which ends them.

    Args:
        deidentifier: works on the notes where there is one job.
        recipe: what each process makes its own from where there are more.
        jobs: how many processes.
    """

    def __init__(self, deidentifier: Deidentifier, recipe: Recipe, *, jobs: int = 1) -> None:
        self.jobs = jobs
        self._deidentifier = deidentifier
        self._pool: ProcessPoolExecutor | None = None
        self._processes: set[BaseProcess] = set()
        if jobs > 1:
            others = set(active_children())
            self._pool = ProcessPoolExecutor(
                jobs,
                mp_context=get_context("spawn"),
                initializer=_start,
                initargs=(_portable(recipe), deidentifier.digests),
            )
            with _interrupts_ignored():
                for _ in range(jobs):
                    self._pool.submit(_load)
            self._processes = set(active_children()) - others

    def submit(self, job: Job) -> Callable[[], Outcome]:
        """Begin work on a note; call what is returned for its outcome.

        The call raises `DetectionIncomplete` if the worker process died.
        """
        if self._pool is None:
            outcome = run(self._deidentifier, job)
            return lambda: outcome
        try:
            future = self._pool.submit(_work, job)
        except BrokenProcessPool:
            raise _died() from None
        return lambda: _outcome(future)

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is None:
            return
        if error is not None:
            for process in self._processes:
                process.terminate()
        self._pool.shutdown(cancel_futures=True)


def run(deidentifier: Deidentifier, job: Job) -> Outcome:
    """The whole way of one note; errors come back as values."""
    try:
        with defects_only():
            redacted = deidentifier.deidentify(job.document, seed=job.seed)
            name = job.document.id
            hidden = job.checks_id and identifies(deidentifier, name, patient=job.document.patient)
            return Done(redacted, hidden)
    except DeidError as error:
        return error


def _outcome(future: Future[Outcome]) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        raise _died() from None


def _died() -> DetectionIncomplete:
    return DetectionIncomplete(
        "a worker process ended unexpectedly, perhaps for want of memory: nothing half-written "
        "was left; run again with --resume and fewer --jobs"
    )


def _portable(recipe: Recipe) -> Recipe:
    """The same recipe, of types that can be sent to another process."""
    policy, roster = recipe.policy, recipe.roster
    treatments = {
        label: replace(treatment, options=dict(treatment.options))
        for label, treatment in policy.treatments.items()
    }
    return replace(
        recipe,
        policy=replace(policy, treatments=treatments, thresholds=dict(policy.thresholds)),
        roster=None if roster is None else replace(roster, patients=dict(roster.patients)),
    )


class _Own:
    """What a worker process holds."""

    recipe: Recipe
    digests: Digests
    deidentifier: Deidentifier | None = None


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Processes begun in this block do not hear Ctrl-C: what it means is decided here."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _start(recipe: Recipe, digests: Digests) -> None:
    _Own.recipe, _Own.digests = recipe, digests
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_parent, daemon=True).start()


def _die_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _load() -> DeidError | None:
    """Load the detectors once; the error, if that fails."""
    if _Own.deidentifier is None:
        try:
            made = _Own.recipe.make()
        except DeidError as error:
            return error
        if made.digests != _Own.digests:  # what the session was recorded to work with
            return ModelTampered(
                "another model or other rules hold since the run began: run again with --resume"
            )
        _Own.deidentifier = made
    return None


def _work(job: Job) -> Outcome:
    failed = _load()
    if failed is not None or _Own.deidentifier is None:
        return failed or DefectError("a worker has no detectors: nothing was released")
    return run(_Own.deidentifier, job)
