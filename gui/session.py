"""What is being worked on: the presenter between `deid` and the widgets. It knows no widget.

Every slow call goes to a queue of jobs. A result is dropped when the note it belongs to is no
longer the one on the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from deid import (
    Act,
    DeidError,
    Label,
    Mark,
    Policy,
    Redacted,
    Resolution,
    Review,
    Span,
    Step,
    review,
)
from gui.desk import Engine, Note, Phase, Tally, Verdict, count_marks
from gui.jobs import Jobs
from gui.preview import Preview


class Session(QObject):
    """One note on the desk, its review, and the result as it would be saved.

    Signals:
        note_changed: another text is on the desk.
        review_changed: marks came, went or changed.
        result_changed: the redacted text is there, or no longer up to date.
        state_changed: phase, verdict, policy or readiness changed.
        failed: carries the `DeidError` that stopped what was asked for.
        saved: carries the path of the file that was written.
    """

    note_changed = Signal()
    review_changed = Signal()
    result_changed = Signal()
    state_changed = Signal()
    failed = Signal(object)
    saved = Signal(object)

    def __init__(
        self,
        engine: Engine,
        jobs: Jobs,
        *,
        policies: Sequence[Policy],
        policy: Policy,
        reviewer: str,
    ) -> None:
        super().__init__()
        self.policies = tuple(policies)
        self.policy = policy
        self.phase = Phase.EMPTY
        self.detectors: tuple[str, ...] | None = None
        self.unready: DeidError | None = None
        self.text = ""
        self.note: Note | None = None
        self.review: Review | None = None
        self.redacted: Redacted | None = None
        self.refusal: DeidError | None = None
        self.undo_stack = QUndoStack(self)
        self._engine = engine
        self._jobs = jobs
        self._reviewer = reviewer
        self._revision = 0
        self._proposed: Path | None = None
        self._saved_events: int | None = None
        self._preview = Preview(engine, jobs, self._redacted, self._not_redacted)
        self._carried: Review | None = None
        self._counted: tuple[Review | None, Policy, Tally] | None = None

    # What is on the desk

    def load(self) -> None:
        """Load the detectors, in the background."""
        self._jobs.start(self._engine.load, self._loaded, self._not_loaded)

    def open(self, path: Path) -> None:
        """Put the note in a file on the desk and examine it."""
        revision = self._clear(Phase.EXAMINING)
        self.note_changed.emit()
        self._jobs.start(
            partial(self._engine.read, path),
            partial(self._taken, revision),
            partial(self._not_taken, revision),
        )

    def paste(self, text: str) -> None:
        """Put a text on the desk and examine it."""
        self._clear(Phase.DRAFT)
        self.text = without_lone_surrogates(text)
        self.note_changed.emit()
        self.examine()

    def begin_draft(self) -> None:
        """Put an empty note on the desk, to be typed."""
        self._clear(Phase.DRAFT)
        self.note_changed.emit()

    def write(self, text: str) -> None:
        """Take over what was typed into the draft; what is on its way for it is outdated."""
        if self.phase is Phase.DRAFT and text != self.text:
            self.text = without_lone_surrogates(text)
            self._revision += 1
            self.state_changed.emit()

    def edit(self) -> None:
        """Make a draft of a typed or pasted note again; its review is given up."""
        if self.editable:
            text = self.text
            self._clear(Phase.DRAFT)
            self.text = text
            self.note_changed.emit()

    def close(self) -> None:
        """Take the note off the desk; what is on its way for it is dropped."""
        self._clear(Phase.EMPTY)
        self.note_changed.emit()

    def examine(self) -> None:
        """Look for identifiers in the draft, or once more in the note."""
        if self.phase is Phase.DRAFT:
            revision = self._clear(Phase.EXAMINING, keep_text=True)
            self._jobs.start(
                partial(self._engine.take, self.text),
                partial(self._taken, revision),
                partial(self._not_taken, revision),
            )
        elif self.note is not None and self.phase is Phase.EXAMINED:
            self._find(self.note)

    def choose_policy(self, policy: Policy) -> None:
        """Work under another policy; what was decided is taken over."""
        if policy.digest == self.policy.digest or self.phase is Phase.SAVING:
            return
        self.policy = policy
        if self.note is not None and self.phase in {Phase.EXAMINED, Phase.EXAMINING}:
            self._find(self.note)
        self.state_changed.emit()

    # Review

    def accept(self, marks: Iterable[Mark]) -> None:
        """Confirm marks."""
        self._decide(lambda state: review.accept(state, marks), self.tr("accept"))

    def reject(self, marks: Iterable[Mark]) -> None:
        """Say that marks are no identifiers."""
        self._decide(lambda state: review.reject(state, marks), self.tr("reject"))

    def relabel(self, marks: Iterable[Mark], label: Label) -> None:
        """Call marks something else."""
        self._decide(lambda state: review.relabel(state, marks, label), self.tr("change label"))

    def add(self, span: Span, label: Label) -> None:
        """Mark a range."""
        self._decide(lambda state: review.add(state, span, label), self.tr("mark"))

    def mark_leftovers(self) -> None:
        """Mark what the residual check found in the result, as one act."""
        redacted = self.redacted
        if redacted is not None:
            self._decide(lambda state: review.add_leftovers(state, redacted), self.tr("mark rest"))

    # Result

    def save(self, target: Path) -> None:
        """Log the redactions and write the redacted note to a file that is not there yet."""
        if self.note is None or self.review is None or self.redacted is None or not self.savable:
            return
        self._enter(Phase.SAVING)
        work = partial(
            self._engine.save, self.note, self.review, self.redacted, self.policy, target
        )
        self._jobs.start(
            work,
            partial(self._written, self._revision, len(self.review.events), target),
            partial(self._not_saved, self._revision),
        )

    @property
    def proposed_target(self) -> Path | None:
        """Where the redacted note may be saved."""
        return self._proposed

    @property
    def editable(self) -> bool:
        """Whether the text may be changed: never that of a file."""
        return self.phase is Phase.EXAMINED and self.note is not None and self.note.path is None

    @property
    def savable(self) -> bool:
        """Whether there is an up-to-date result with nothing left in it."""
        if self.phase is not Phase.EXAMINED or self.redacted is None:
            return False
        return not self.redacted.residual

    @property
    def verdict(self) -> Verdict:
        """What may be done with the note."""
        if self.phase is Phase.EMPTY:
            return Verdict.REFUSED if self.refusal is not None else Verdict.NONE
        if self.phase is Phase.DRAFT:
            return Verdict.NONE
        if self.phase is not Phase.EXAMINED:
            return Verdict.WAIT
        if self.refusal is not None or (self.redacted is not None and self.redacted.residual):
            return Verdict.REFUSED
        if self.redacted is None:
            return Verdict.WAIT
        if self.review is not None and self._saved_events == len(self.review.events):
            return Verdict.SAVED
        return Verdict.REVIEW if self.tally.uncertain else Verdict.PASS

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of the note, in its order."""
        return self.review.marks if self.review is not None else ()

    @property
    def tally(self) -> Tally:
        """How many marks of each kind there are."""
        counted = self._counted
        if counted is None or counted[0] is not self.review or counted[1] is not self.policy:
            counted = (self.review, self.policy, count_marks(self.marks, self.policy))
            self._counted = counted
        return counted[2]

    # Within

    def _clear(self, phase: Phase, *, keep_text: bool = False) -> int:
        """Take everything off the desk; give the revision that results must belong to."""
        self._revision += 1
        self.note = self.review = self.redacted = self.refusal = self._carried = None
        self._proposed = self._saved_events = None
        self.undo_stack.clear()
        self._preview.forget()
        if not keep_text:
            self.text = ""
        self.review_changed.emit()
        self.result_changed.emit()
        self._enter(phase)
        return self._revision

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.state_changed.emit()

    def _loaded(self, detectors: tuple[str, ...]) -> None:
        self.detectors, self.unready = detectors, None
        self.state_changed.emit()

    def _not_loaded(self, error: DeidError) -> None:
        self.unready = error
        self.state_changed.emit()
        self.failed.emit(error)

    def _taken(self, revision: int, note: Note) -> None:
        if revision != self._revision:
            return
        self.note = note
        self.text = note.document.text
        self.note_changed.emit()
        self._find(note)

    def _not_taken(self, revision: int, error: DeidError) -> None:
        if revision != self._revision:
            return
        self.refusal = error
        self._enter(Phase.DRAFT if self.text else Phase.EMPTY)
        self.note_changed.emit()
        self.failed.emit(error)

    def _find(self, note: Note) -> None:
        """Examine the note; nothing may be decided or saved until that has gone well."""
        self._revision += 1
        self._carried = self.review or self._carried
        self.review = self.redacted = self.refusal = None
        self._preview.forget()
        self.undo_stack.clear()
        self.review_changed.emit()
        self.result_changed.emit()
        self._enter(Phase.EXAMINING)
        policy = self.policy
        self._jobs.start(
            lambda: (self._engine.examine(note, policy), self._engine.propose(note, policy)),
            partial(self._found, self._revision),
            partial(self._not_found, self._revision),
        )

    def _found(self, revision: int, found: tuple[Resolution, Path]) -> None:
        if revision != self._revision or self.note is None:
            return
        resolution, self._proposed = found
        fresh = review.begin(self.note.document, resolution, reviewer=self._reviewer)
        self.phase = Phase.EXAMINED
        carried, self._carried = self._carried, None
        self._set_review(review.carry_over(carried, fresh) if carried is not None else fresh)

    def _not_found(self, revision: int, error: DeidError) -> None:
        if revision != self._revision:
            return
        self.refusal = error
        self._enter(Phase.EXAMINED)
        self.failed.emit(error)

    def _decide(self, act_on: Callable[[Review], Act], name: str) -> None:
        if self.review is None or self.phase is not Phase.EXAMINED:
            return
        act = act_on(self.review)
        if act.before != act.after:
            self.undo_stack.push(_Decision(self, act, name))

    def step(self, act: Act, step: Step) -> None:
        """Let the review go one step, and the result follow. Called by the undo stack."""
        if self.review is not None:
            self._set_review(review.apply(self.review, act, step=step))

    def _set_review(self, state: Review) -> None:
        self.review = state
        self.redacted = None
        self.review_changed.emit()
        self.result_changed.emit()
        self.state_changed.emit()
        if self.note is not None:
            self._preview.ask(self.note, state, self.policy)

    def _redacted(self, redacted: Redacted) -> None:
        self.redacted = redacted
        self.refusal = None
        self.result_changed.emit()
        self.state_changed.emit()

    def _not_redacted(self, error: DeidError) -> None:
        self.refusal = error
        self.state_changed.emit()
        self.failed.emit(error)

    def _written(self, revision: int, events: int, target: Path, _: None) -> None:
        if revision == self._revision:
            self._saved_events = events
            self._enter(Phase.EXAMINED)
        self.saved.emit(target)

    def _not_saved(self, revision: int, error: DeidError) -> None:
        if revision == self._revision:
            self._enter(Phase.EXAMINED)
        self.failed.emit(error)


class _Decision(QUndoCommand):
    """An act of the reviewer on the undo stack."""

    def __init__(self, session: Session, act: Act, name: str) -> None:
        super().__init__(name)
        self._session = session
        self._act = act
        self._step = Step.DONE

    def redo(self) -> None:
        """Do the act, or do it again."""
        self._session.step(self._act, self._step)
        self._step = Step.REDONE

    def undo(self) -> None:
        """Take the act back."""
        self._session.step(self._act, Step.UNDONE)


def without_lone_surrogates(text: str) -> str:
    """The text with half characters replaced, as no encoding can hold them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
