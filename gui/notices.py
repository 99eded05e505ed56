"""What the window tells above the note, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from deid import DeidError, OutputExists, Review, Standard
from gui.actions import Actions, Do
from gui.desk import Note, Phase, Saved
from gui.files import ManyNotes
from gui.locks import managed_words
from gui.messages import told
from gui.program import Program
from gui.tables.standing import isolated
from gui.views.header import MessageBar, Tone
from gui.worklist_session import PolicyGone


class Notices(QObject):
    """Tells what failed, what was saved and what is left.

    Args:
        program: whose news are told.
        bar: where.
        actions: of the window; finishing is connected here, since it may ask to be told twice.
        ask_target: asks for another name to save under.
    """

    def __init__(
        self, program: Program, bar: MessageBar, actions: Actions, ask_target: Callable[[], None]
    ) -> None:
        super().__init__(bar)
        self._session = program.session
        self._worklist = program.worklist
        self._bar = bar
        self._show_log = actions[Do.LOG_TAB].trigger
        self._ask_target = ask_target
        self._told_left = False
        self._warned_of: tuple[Review | None, Standard] | None = None
        self._pressed: tuple[Note | None, float] = (None, 0.0)
        self._stays = False  # while the next note is brought
        actions.connect({Do.FINISH: self._finish})
        self._session.state_changed.connect(self._follow)
        self._session.saved.connect(self._tell_saved)
        self._worklist.policy_gone.connect(self._tell_policy_gone)
        program.list_writer.written.connect(self._tell_saved)
        for source in (self._session, self._worklist, program.list_writer, program.log):
            source.failed.connect(self._tell_failure)

    def tell(self, words: str) -> None:
        """Tell something that is neither good nor bad."""
        self._bar.tell(words, Tone.NEUTRAL)

    def _finish(self) -> None:
        """Save the note and go on; where findings are uncertain, only if told so twice."""
        if self._pressed_twice():
            return
        left, state = self._session.tally.uncertain, (self._session.review, self._session.standard)
        warned = self._warned_of
        if self._session.owes_review:
            words = self.tr("{} uncertain findings are left. Decide on each of them first: {}.")
            why = managed_words()
            told = words.format(f"{left:,}", f"{why[:1].lower()}{why[1:]}")
            self._bar.tell(told, Tone.CAUTION)
        elif left and (warned is None or warned[0] is not state[0] or warned[1] != state[1]):
            self._warned_of = state
            words = self.tr("Nobody looked at {:,} uncertain findings. They are replaced.")
            self._bar.tell(
                words.format(left),
                Tone.CAUTION,
                remedy=(self.tr("Save all the same"), self._finish),
            )
        else:
            self._worklist.finish()

    def _pressed_twice(self) -> bool:
        """Whether this was meant for the note before: nobody has seen the present one yet."""
        (last, at), note, now = self._pressed, self._session.note, monotonic()
        self._pressed = note, now
        soon = now - at < seconds_of_two_presses()
        return soon and last is not None and last is not note

    def _follow(self) -> None:
        """Take back what no longer holds, and tell what the result still shows."""
        session = self._session
        left = session.redacted is not None and bool(session.redacted.residual)
        examining = session.phase is Phase.EXAMINING
        if (examining and not self._stays) or (self._told_left and session.savable):
            self._bar.hide()
        if session.reviewable:
            self._stays = False
        self._told_left = left
        if left:
            self._bar.tell(
                self.tr("The result still holds what looks like an identifier; see the red marks."),
                Tone.BAD,
                remedy=(self.tr("Mark these too"), session.mark_leftovers),
            )

    def _tell_failure(self, error: DeidError) -> None:
        if isinstance(error, ManyNotes):
            words = self.tr(
                "The file holds {:,} notes. Each is reviewed by itself; it is written once all are."
            )
            self._bar.tell(words.format(error.count), Tone.NEUTRAL)
            self._stays = True
            return
        again = (self.tr("Choose another name"), self._ask_target)
        remedy = again if isinstance(error, OutputExists) else None
        self._bar.tell(told(error), Tone.BAD, remedy=remedy)

    def _tell_policy_gone(self, gone: PolicyGone) -> None:
        """Stays while the note is examined: another policy may let stay what that one replaced."""
        words = self.tr(
            "The policy {} that was chosen here is no longer there: {} is used now. See whether "
            "that suits this note, or choose another one."
        )
        words = words.format(isolated(gone.name), isolated(gone.instead))
        self._bar.tell(words, Tone.CAUTION)
        self._stays = True

    def _tell_saved(self, saved: Saved) -> None:
        if saved.reviewed:
            self._tell_reviewed(self._worklist.left_of(saved.target))
            return
        words = self.tr("Saved as {}. Its redactions are in the log.")
        if not saved.replaced:
            words = self.tr("Saved as {}, unchanged: nothing was replaced, and the log says so.")
        if saved.held:
            words = self.tr(
                "Held until another person releases it as {}. Its redactions are in the log."
            )
        words = words.format(saved.target.name)
        if saved.measured is not None:
            caught = self.tr("{} of {} withheld identifiers were caught; all of them are replaced.")
            count = saved.measured
            words = f"{words} {caught.format(count.caught, count.withheld)}"
        show = (self.tr("Show the log"), self._show_log)
        self._bar.tell(words, Tone.GOOD, remedy=show)
        self._stays = True

    def _tell_reviewed(self, left: int) -> None:
        """Say how many notes of the same file are to be reviewed before it is written."""
        words = self.tr("Reviewed. {:,} notes of its file are left; then it is written.")
        if left == 1:
            words = self.tr("Reviewed. 1 note of its file is left; then it is written.")
        if not left:
            words = self.tr("Reviewed. All notes of its file are: it is being written …")
        self._bar.tell(words.format(left), Tone.GOOD)
        self._stays = True


def seconds_of_two_presses() -> float:
    """Within which time the system takes two presses for one gesture."""
    return QApplication.doubleClickInterval() / 1000
