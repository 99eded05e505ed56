"""What stands above the note: how it stands with it, and messages."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from gui.desk import Phase, Verdict
from gui.icons import ICON_SIZE, Symbol, icon, pixmap
from gui.session import Session
from gui.theme import Ink, Theme


class Tone(StrEnum):
    """How serious something is."""

    GOOD = "good"
    CAUTION = "caution"
    BAD = "bad"
    NEUTRAL = "neutral"

    def ink(self, theme: Theme) -> Ink:
        """The colours of it."""
        inks = {
            Tone.GOOD: theme.good,
            Tone.CAUTION: theme.caution,
            Tone.BAD: theme.bad,
            Tone.NEUTRAL: theme.neutral,
        }
        return inks[self]


_VERDICTS = {
    Verdict.NONE: ("NO NOTE", Tone.NEUTRAL),
    Verdict.WAIT: ("WORKING", Tone.NEUTRAL),
    Verdict.REVIEW: ("REVIEW", Tone.CAUTION),
    Verdict.PASS: ("PASS", Tone.GOOD),
    Verdict.REFUSED: ("REFUSED", Tone.BAD),
    Verdict.SAVED: ("SAVED", Tone.GOOD),
}


def set_tone(widget: QWidget, tone: Tone) -> None:
    """Give a widget the colours of a tone; the style sheet holds them."""
    if widget.property("tone") == tone.value:
        return
    widget.setProperty("tone", tone.value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def counted(count: int, one: str, many: str) -> str:
    """`1 finding`, `2 findings`."""
    return f"{count:,} {one if count == 1 else many}"


def sentence(session: Session) -> str:
    """How it stands with the note, in one line."""
    said = _said
    match session.phase:
        case Phase.EMPTY:
            if session.refusal is not None:
                return said("The note was not taken")
            return said("Open, paste or drop a note to begin")
        case Phase.DRAFT:
            return said("Not examined yet · press F5 when the text is complete")
        case Phase.EXAMINING:
            loading = session.detectors is None
            return said("Loading the detectors, then examining …" if loading else "Examining …")
        case Phase.SAVING:
            return said("Writing the log record, then the file …")
        case Phase.EXAMINED:
            return " · ".join(_about_examined(session))


def _about_examined(session: Session) -> list[str]:
    said = _said
    if session.review is None:
        return [said("Not wholly examined"), said("nothing can be saved")]
    tally = session.tally
    parts = [
        said("Examined"),
        counted(tally.replaced, said("finding"), said("findings")),
    ]
    if tally.uncertain:
        parts.append(said("{} uncertain").format(tally.uncertain))
    if tally.rejected:
        parts.append(said("{} rejected").format(tally.rejected))
    match session.verdict:
        case Verdict.WAIT:
            parts.append(said("checking the result …"))
        case Verdict.REFUSED if session.redacted is not None:
            count = len(session.redacted.residual)
            left = counted(count, said("identifier is"), said("identifiers are"))
            parts.append(said("{} left in the result").format(left))
        case Verdict.REFUSED:
            parts.append(said("the result could not be checked"))
        case Verdict.SAVED:
            held = said("held until another person releases it; recorded in the log")
            saved = said("saved, and recorded in the log")
            parts.append(held if session.policy.holds else saved)
        case _ if session.owes_review:
            parts.append(said("decide on the uncertain ones before it can be saved"))
        case _:
            parts.append(said("ready to save"))
    return parts


def _said(words: str) -> str:
    return QCoreApplication.translate("Header", words)


class StateStrip(QFrame):
    """The verdict on the note, one line about it, and the policy that it stands under."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("strip")
        self.verdict = QLabel()
        self.verdict.setObjectName("verdict")
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.verdict.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.sentence = QLabel()
        self.sentence.setObjectName("sentence")
        self.sentence.setWordWrap(True)
        self.policy = QLabel()
        self.policy.setObjectName("muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(10, 8, 14, 8)
        layout.setSpacing(12)
        layout.addWidget(self.verdict)
        layout.addWidget(self.sentence, 1)
        layout.addWidget(self.policy)

    def show_session(self, session: Session) -> None:
        """Say how it stands with this session."""
        words, tone = _VERDICTS[session.verdict]
        if session.phase is Phase.DRAFT:
            words = "DRAFT"
        self.verdict.setText(_said(words))
        set_tone(self.verdict, tone)
        self.sentence.setText(sentence(session))
        policy = session.policy
        self.policy.setText(self.tr("Policy {} · version {}").format(policy.name, policy.version))
        self.policy.setToolTip(policy.description)


class MessageBar(QFrame):
    """A message that stays until it is closed, perhaps with something to do about it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message")
        self._theme = theme
        self._tone = Tone.NEUTRAL
        self._remedy: Callable[[], None] | None = None
        self._sign = QLabel()
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.remedy = QPushButton()
        self.remedy.setAccessibleName(self.tr("Remedy"))
        self.dismiss = QToolButton()
        self.dismiss.setAccessibleName(self.tr("Close the message"))
        self.dismiss.setToolTip(self.tr("Close the message"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 9, 8, 9)
        layout.setSpacing(10)
        layout.addWidget(self._sign)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.remedy)
        layout.addWidget(self.dismiss)
        self.dismiss.clicked.connect(self.hide)
        self.remedy.clicked.connect(self._mend)
        self.hide()

    def tell(
        self,
        words: str,
        tone: Tone,
        *,
        remedy: tuple[str, Callable[[], None]] | None = None,
    ) -> None:
        """Show a message.

        Args:
            words: the message, without note text.
            tone: how serious it is.
            remedy: words on a button, and what it does.
        """
        self.words.setText(words)
        self._tone = tone
        self._remedy = remedy[1] if remedy is not None else None
        self.remedy.setVisible(remedy is not None)
        if remedy is not None:
            self.remedy.setText(remedy[0])
            self.remedy.setAccessibleName(remedy[0])
        self.use_theme(self._theme)
        self.show()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._theme = theme
        ink = self._tone.ink(theme)
        worrying = self._tone in {Tone.BAD, Tone.CAUTION}
        symbol = Symbol.ALERT if worrying else Symbol.INFO
        self._sign.setPixmap(pixmap(symbol, ink.line, theme.px(20), ratio=self.devicePixelRatioF()))
        self.dismiss.setIcon(icon(Symbol.CLOSE, theme.text, size=theme.px(ICON_SIZE)))
        set_tone(self, self._tone)

    def _mend(self) -> None:
        self.hide()
        if self._remedy is not None:
            self._remedy()
