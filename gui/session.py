"""What is being worked on: the presenter between `deid` and the widgets. It knows no widget.

Every slow call goes to a queue of jobs. A result is dropped when the note it belongs to is no
longer the one on the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from deid import (
    Act,
    DeidError,
    Document,
    FolderChoice,
    Mark,
    Policy,
    Redacted,
    Resolution,
    Review,
    Standard,
    Step,
    Tally,
    review,
)
from deid.errors import InputError
from gui.decisions import Decisions
from gui.desk import Engine, Examined, Keeper, Note, Phase, Recalled, Saved, Unkept, Verdict
from gui.jobs import Jobs
from gui.places import Places
from gui.preview import Preview
from gui.result import Result, lay_out

T = TypeVar("T")


class Session(QObject):
    """One note on the desk, its review, and the result as it would be saved.

    Signals:
        note_changed: another text is on the desk.
        review_changed: marks came, went or changed.
        result_changed: the redacted text is there, or no longer up to date.
        state_changed: phase, verdict, standard or readiness changed.
        loaded: the detectors are there.
        examined: the note may be reviewed from now on.
        failed: carries the `DeidError` that stopped what was asked for.
        saved: carries a `Saved`.
    """

    note_changed = Signal()
    review_changed = Signal()
    result_changed = Signal()
    state_changed = Signal()
    loaded = Signal()
    examined = Signal()
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
        certain_from: float,
        must_review: bool = False,
    ) -> None:
        super().__init__()
        self.policies = tuple(policies)
        self.standard = Standard(policy, certain_from)
        self.phase = Phase.EMPTY
        self.detectors: tuple[str, ...] | None = None
        self.measures = False
        self.unready: DeidError | None = None
        self.text = ""
        self.places = Places()
        self.note: Note | None = None
        self.review: Review | None = None
        self.result: Result | None = None
        self.refusal: DeidError | None = None
        self.keeper: Keeper = Unkept()
        self.saving = False
        self.decide = Decisions(self._decide)
        self._engine = engine
        self._jobs = jobs
        self._reviewer = reviewer
        self._must_review = must_review
        self._revision = self._placed = 0
        self._fetching = False
        self._proposed: Path | None = None
        self._saved_events: int | None = None
        self._preview = Preview(engine, jobs, self._redacted, self._not_redacted)
        self._carried: Review | None = None
        self._tally: Tally | None = None

    # What is on the desk

    def load(self) -> None:
        """Load the detectors, in the background."""
        self._jobs.start(
            lambda: (self._engine.load(), self._engine.measures()), self._loaded, self._not_loaded
        )

    def open(
        self, path: Path, *, choice: FolderChoice | None = None, part: int | None = None
    ) -> None:
        """Put a note of a file on the desk and examine it, or go on with its review.

        Args:
            path: the file.
            choice: what was chosen for the notes of its folder.
            part: number of the note in the list that the file is; None: it is the whole file.
        """
        self._use_policy(self.policy_of(choice))
        patient = choice.patient if choice is not None else ""
        output = choice.output if choice is not None else None
        read = partial(
            self._engine.read,
            path,
            patient=patient,
            part=part,
            unexamined=self.policy.unexamined,
        )
        self._begin(lambda: replace(read(), output=output))

    def take(self, text: str, *, choice: FolderChoice | None = None) -> None:
        """Put a typed or pasted text on the desk and examine it, or go on with its review."""
        self._use_policy(self.policy_of(choice))
        self._begin(partial(self._engine.take, text), text=text)

    def begin_draft(self, text: str = "") -> None:
        """Put a text on the desk that may still be changed."""
        self._clear(Phase.DRAFT)
        self.text = without_lone_surrogates(text)
        self.note_changed.emit()

    def write(self, text: str) -> None:
        """Take over what was typed into the draft; what is on its way for it is outdated."""
        if self.phase is Phase.DRAFT and text != self.text:
            self.text = without_lone_surrogates(text)
            self._revision += 1
            self.state_changed.emit()

    def close(self) -> None:
        """Take the note off the desk; what is on its way for it is dropped."""
        self._clear(Phase.EMPTY)
        self.note_changed.emit()

    def examine(self) -> None:
        """Look for identifiers in the note once more; what was decided is taken over."""
        if self.note is not None and self.phase is Phase.EXAMINED:
            self._find(self.note)

    def choose(self, standard: Standard) -> None:
        """Work under another policy or threshold; what was decided is taken over."""
        another = standard.policy.digest != self.standard.policy.digest
        if standard == self.standard or (another and self.phase is Phase.SAVING):
            return
        self.standard, self._tally = standard, None
        # While what was kept of the note is fetched, that is compared with the policy at its end.
        underway = self.phase is Phase.EXAMINING and not self._fetching
        if another and self.note is not None and (underway or self.phase is Phase.EXAMINED):
            self._find(self.note)
        elif self.review is not None:
            self.review_changed.emit()
        self.state_changed.emit()

    def choose_patient(self, patient: str) -> None:
        """Say to which patient the note belongs; what was decided stands."""
        if self.note is None or self.review is None or not self.has_patient_to_choose:
            return
        document = replace(self.note.document, patient=patient)
        self.note = replace(self.note, document=document, chosen_patient=patient)
        self._saved_events = None
        self._set_review(replace(self.review, document=document), self._tally)

    def for_this_note(self, then: Callable[[T], None]) -> Callable[[T], None]:
        """Take an answer only while what is on the desk now lies there; else say so."""
        placed = self._placed

        def take(answer: T) -> None:
            if placed == self._placed:
                then(answer)
            else:
                self.failed.emit(InputError("another note came meanwhile: nothing was done to it"))

        return take

    def policy_of(self, choice: FolderChoice | None) -> Policy:
        """The policy that was chosen for a folder; the present one where there is none."""
        name = choice.policy if choice is not None else ""
        return next((one for one in self.policies if one.name == name), self.policy)

    def take_policy(self, policy: Policy) -> None:
        """Offer a policy; one of the same name goes."""
        others = [other for other in self.policies if other.name != policy.name]
        self.policies = (*others, policy)
        self.state_changed.emit()

    # Review

    def mark_leftovers(self) -> None:
        """Mark what the residual check found in the result, as one act."""
        if self.redacted is not None:
            self.decide.add_leftovers(self.redacted)

    def look_again(self) -> None:
        """Look for identifiers that were missed; what is found is suggested."""
        if self.note is not None and self.review is not None:
            self._jobs.start(
                partial(self._engine.look_again, self.note, self.policy),
                partial(self._suggested, self._revision),
                self.failed.emit,
            )

    def give_way(self) -> None:
        """A key is answered: let work on the result rest until that is painted."""
        self._jobs.give_way()
        self._preview.put_off()

    def step(self, act: Act, step: Step) -> None:
        """Let the review go one step that was gone before, and the result follow."""
        self.give_way()
        if self.review is not None:
            gone, come = self.standard.tally(act.before), self.standard.tally(act.after)
            tally = (
                self.tally - gone + come if step is not Step.UNDONE else self.tally - come + gone
            )
            self._set_review(review.apply(self.review, act, step=step), tally)
            self.keeper.keep_step(act, step)

    # Result

    def save(self, target: Path) -> None:
        """Log the redactions and write the redacted note to a file that is not there yet.

        That nothing more is to be done to the note is a decision, and is recorded as such.
        """
        if self.note is None or self.review is None or self.redacted is None or not self.savable:
            return
        self.saving = True
        self._enter(Phase.SAVING)
        state, events = review.finish(self.review, standard=self.standard), len(self.review.events)
        work = partial(self._engine.save, self.note, state, self.redacted, self.policy, target)
        start = partial(
            self._jobs.start,
            work,
            partial(self._written, self._revision, events, self._as_saved(state, target)),
            partial(self._not_saved, self._revision),
        )
        self.keeper.announce(target, start)

    def end_review(self) -> None:
        """Say that nothing more is to be done to the note of a list; it is written with the others.

        That is a decision, and is recorded as such when they are.
        """
        if self.review is None or self.note is None or self.note.path is None or not self.savable:
            return
        saved = replace(self._as_saved(self.review, self.note.path), held=False, reviewed=True)
        self._saved_events = len(self.review.events)
        self._show_what_was_withheld()
        self.result_changed.emit()
        self.state_changed.emit()
        self.saved.emit(saved)

    @property
    def is_listed(self) -> bool:
        """Whether the note is one of a list, which is written once all of them are reviewed."""
        return self.note is not None and self.note.of is not None

    @property
    def has_patient_to_choose(self) -> bool:
        """Whether somebody may say whose note it is; of a list, the file itself says so."""
        return self.reviewable and not self.is_listed

    @property
    def redacted(self) -> Redacted | None:
        """The result as it would be saved."""
        return self.result.written if self.result is not None else None

    @property
    def shown(self) -> Redacted | None:
        """The result as the reviewer may see it: before it is saved, without what is withheld.

        It may show identifiers that are replaced in the result itself, so it goes nowhere else.
        """
        return self.result.seen if self.result is not None else None

    @property
    def released(self) -> bool:
        """Whether the result was saved as the review stands."""
        return self.review is not None and self._saved_events == len(self.review.events)

    @property
    def policy(self) -> Policy:
        """What is replaced, and how."""
        return self.standard.policy

    @property
    def proposed_target(self) -> Path | None:
        """Where the redacted note may be saved."""
        return self._proposed

    @property
    def editable(self) -> bool:
        """Whether the text may be changed: never that of a file."""
        return self.phase is Phase.EXAMINED and self.note is not None and self.note.path is None

    @property
    def reviewable(self) -> bool:
        """Whether marks may be decided on."""
        return self.phase is Phase.EXAMINED and self.review is not None

    @property
    def waiting(self) -> bool:
        """Whether the result of the review is still being made."""
        return self.reviewable and self.redacted is None and self.refusal is None

    @property
    def resting(self) -> bool:
        """Whether work on the result waits until the keys rest."""
        return self._preview.resting

    @property
    def savable(self) -> bool:
        """Whether there is an up-to-date result with nothing left in it."""
        if self.phase is not Phase.EXAMINED or self.redacted is None:
            return False
        return not self.redacted.residual and not self.owes_review

    @property
    def owes_review(self) -> bool:
        """Whether IT wants decisions on uncertain findings that nobody has looked at."""
        return self._must_review and self.reviewable and self.tally.uncertain > 0

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
        if self.released:
            return Verdict.SAVED
        return Verdict.REVIEW if self.tally.uncertain else Verdict.PASS

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks of the note, in its order."""
        return self.review.marks if self.review is not None else ()

    @property
    def change(self) -> review.Change | None:
        """What the last act changed of the marks; None: not known."""
        return self.review.change if self.review is not None else None

    @property
    def tally(self) -> Tally:
        """How many marks of each kind there are."""
        if self._tally is None:
            self._tally = self.standard.tally(self.marks)
        return self._tally

    # Within

    def _use_policy(self, policy: Policy) -> None:
        self.standard, self._tally = Standard(policy, self.standard.certain_from), None

    def _begin(self, read: Callable[[], Note], *, text: str = "") -> None:
        """Clear the desk, and put on it what will be read."""
        revision = self._clear(Phase.EXAMINING)
        self._fetching = True
        self.text = without_lone_surrogates(text)
        self.note_changed.emit()
        policy = self.policy
        self._jobs.start(
            lambda: (read(), self._engine.stamp(policy)),
            partial(self._taken, revision, policy),
            partial(self._not_taken, revision),
        )

    def _clear(self, phase: Phase) -> int:
        """Take everything off the desk; give the revision that results must belong to."""
        self._revision += 1
        self._placed += 1
        self._fetching = False
        self.note = self.review = self.result = self.refusal = self._carried = None
        self._proposed = self._saved_events = self._tally = None
        self._preview.forget()
        self.text, self.places = "", Places()
        self.review_changed.emit()
        self.result_changed.emit()
        self._enter(phase)
        return self._revision

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.state_changed.emit()

    def _loaded(self, loaded: tuple[tuple[str, ...], bool]) -> None:
        self.detectors, self.measures = loaded
        self.unready = None
        self.state_changed.emit()

    def _not_loaded(self, error: DeidError) -> None:
        self.unready = error
        self.state_changed.emit()
        self.failed.emit(error)

    def _taken(self, revision: int, policy: Policy, taken: tuple[Note, str]) -> None:
        if revision != self._revision:
            return
        note, stamp = taken
        self.note = note
        self.text = note.document.text
        self.places = Places(note.document.parts)
        self.note_changed.emit()
        self.keeper.recall(note, partial(self._recalled, revision, policy, stamp))

    def _not_taken(self, revision: int, error: DeidError) -> None:
        if revision != self._revision:
            return
        self.refusal = error
        self._enter(Phase.DRAFT if self.text else Phase.EMPTY)
        self.note_changed.emit()
        self.failed.emit(error)

    def _recalled(self, revision: int, policy: Policy, stamp: str, kept: Recalled | None) -> None:
        """Go on with a review that was kept, unless note, rules, model or policy are others."""
        note = self.note
        if revision != self._revision or note is None:
            return
        self._carried = kept.review if kept is not None else None
        if kept is None or kept.stamp != stamp or policy.digest != self.policy.digest:
            self._find(note)
        else:
            self._jobs.start(
                lambda: self._engine.propose(note, policy),
                partial(self._go_on, revision, policy, kept),
                partial(self._not_found, revision),
            )

    def _go_on(self, revision: int, policy: Policy, kept: Recalled, target: Path) -> None:
        if revision != self._revision or self.note is None:
            return
        if policy.digest != self.policy.digest:
            self._find(self.note)
            return
        self._proposed, self._carried = target, None
        self._saved_events = len(kept.review.events) if kept.released else None
        self._enter_review(kept.review)

    def _find(self, note: Note) -> None:
        """Examine the note; nothing may be decided or saved until that has gone well."""
        self._revision += 1
        self._fetching = False
        self._carried = self.review or self._carried
        self.review = self.result = self.refusal = self._tally = None
        self._preview.forget()
        self.review_changed.emit()
        self.result_changed.emit()
        self._enter(Phase.EXAMINING)
        examine = partial(self._engine.examine, note, self.policy)
        self._jobs.start(
            partial(_begun, examine, note.document, self._reviewer, self._carried),
            partial(self._found, self._revision),
            partial(self._not_found, self._revision),
        )

    def _found(self, revision: int, begun: tuple[Examined, Review]) -> None:
        if revision != self._revision or self.note is None:
            return
        found, state = begun
        self._proposed, self._saved_events, self._carried = found.target, None, None
        self.keeper.keep(self.note, state, found.stamp)
        self._enter_review(state)

    def _not_found(self, revision: int, error: DeidError) -> None:
        if revision != self._revision:
            return
        self.refusal = error
        self._enter(Phase.EXAMINED)
        self.failed.emit(error)

    def _enter_review(self, state: Review) -> None:
        self.phase = Phase.EXAMINED
        self._set_review(state)
        self.examined.emit()

    def _suggested(self, revision: int, resolution: Resolution) -> None:
        if revision == self._revision:
            self._decide(lambda state: review.suggest(state, resolution))

    def _decide(self, act_on: Callable[[Review], Act]) -> None:
        if self.review is None or self.phase is not Phase.EXAMINED:
            return
        act = act_on(self.review)
        if act.before != act.after:
            self.step(act, Step.DONE)

    def _set_review(self, state: Review, tally: Tally | None = None) -> None:
        self.review, self._tally = state, tally
        self.result = None
        self.review_changed.emit()
        self.result_changed.emit()
        self.state_changed.emit()
        if self.note is not None:
            self._preview.ask(self.note, state, self.policy)

    def _redacted(self, result: Result) -> None:
        self.result = result
        self._show_what_was_withheld()
        self.refusal = None
        self.result_changed.emit()
        self.state_changed.emit()

    def _show_what_was_withheld(self) -> bool:
        """Once a result is saved, show all of it; tell whether it was shown otherwise before."""
        result = self.result
        if not self.released or result is None or result.seen is result.written:
            return False
        parts = self.note.document.parts if self.note is not None else ()
        self.result = lay_out(result.written, parts=parts)
        return True

    def _not_redacted(self, error: DeidError) -> None:
        self.refusal = error
        self.state_changed.emit()
        self.failed.emit(error)

    def _as_saved(self, state: Review, target: Path) -> Saved:
        """What there is to tell once this state was saved."""
        replaced = self.tally.replaced
        if not state.withheld:
            return Saved(target, replaced, held=self.policy.holds)
        measured = review.caught(state)
        replaced += measured.withheld - measured.caught
        return Saved(target, replaced, measured, self.policy.holds)

    def _written(self, revision: int, events: int, saved: Saved, _: None) -> None:
        self.saving = False
        if revision == self._revision:
            self._saved_events = events
            self._enter(Phase.EXAMINED)
            if self._show_what_was_withheld():
                self.result_changed.emit()
        self.saved.emit(saved)

    def _not_saved(self, revision: int, error: DeidError) -> None:
        self.saving = False
        if revision == self._revision:
            self._enter(Phase.EXAMINED)
        self.failed.emit(error)


def _begun(
    examine: Callable[[], Examined], document: Document, reviewer: str, carried: Review | None
) -> tuple[Examined, Review]:
    """What an examination finds, and the review that begins with it; runs in a job."""
    found = examine()
    state = review.begin(document, found.resolution, reviewer=reviewer, withheld=found.withheld)
    return found, state if carried is None else review.carry_over(carried, state)


def without_lone_surrogates(text: str) -> str:
    """The text with half characters replaced, as no encoding can hold them."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
