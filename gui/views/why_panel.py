"""Why a finding stands as it does: what found it, what else was found there, what weighed most.

Words of the note are shown here and go nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from deid import Dropped, DropReason, Mark, MarkState, Span, Standard, explain
from gui.tables.words import detector_words, label_words, reason_words

_MOST_DROPPED: Final = 6
_MOST_WORDS: Final = 5
_LIGHTEST: Final = 0.5
"""A word that changes the log-odds by less than this is not worth naming."""
_LONGEST: Final = 60


class WordWeight(Protocol):
    """A word near a finding, as `explain.weigh` weighs it."""

    @property
    def span(self) -> Span:
        """Where it stands."""

    @property
    def probability(self) -> float:
        """That the finding is an identifier, with this word hidden."""

    @property
    def weight(self) -> float:
        """By how much the log-odds fall then."""


class Weighed(Protocol):
    """What a model's finding rests on, as `explain.weigh` gives it."""

    @property
    def probability(self) -> float:
        """That it is an identifier."""

    @property
    def context_alone(self) -> float:
        """The same with its own words hidden."""

    @property
    def words(self) -> Sequence[WordWeight]:
        """The words near it, those that weigh most first."""


class WhyPanel(QWidget):
    """Tells why one finding stands as it does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Why this was found"))
        self.found = _Section(self.tr("Why it was found"))
        self.dropped = _Section(self.tr("Also found here, and not kept"))
        self.words = _Section(self.tr("Words around it that weighed most"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for section in (self.found, self.dropped, self.words):
            layout.addWidget(section)
        self._text = ""

    def show_why(
        self,
        mark: Mark,
        dropped: Sequence[Dropped],
        words: Weighed | None,
        *,
        text: str,
        standard: Standard,
        evidence: Sequence[explain.Evidence] = (),
        waiting: bool = False,
    ) -> None:
        """Tell it of this mark.

        Args:
            mark: the finding.
            dropped: what else was found at its place and gave way to it, or was not kept.
            words: what a model's finding rests on; None: not known.
            text: of the note.
            standard: its policy gives the score that is asked for.
            evidence: what the detectors gave for it, if that was asked for.
            waiting: whether `words` and `evidence` are still being worked out.
        """
        self._text = text
        self.found.show_lines([*self._own(mark, standard), *map(self._behind, evidence)])
        self.dropped.show_lines(list(self._others(mark, dropped)))
        lines = list(self._weighed(words)) if words is not None else []
        if not lines and waiting:
            lines = [self.tr("being worked out …")]
        elif not lines and words is not None:
            lines = [self.tr("No single word around it matters much.")]
        self.words.show_lines(lines)

    def clear(self) -> None:
        """Tell nothing, and keep nothing of the note."""
        self._text = ""
        for section in (self.found, self.dropped, self.words):
            section.show_lines([])

    def _own(self, mark: Mark, standard: Standard) -> Iterator[str]:
        finding = mark.finding
        family, _, rest = finding.detector.partition(":")
        asked = standard.policy.thresholds[finding.label]
        told = {"score": finding.score, "asked": asked, "certain": standard.certain_from}
        if family == "reviewer":
            yield self.tr("You marked it.")
            for one in mark.origins:
                yield self.tr("Before, it was found as {}: {}, score {:.2f}.").format(
                    label_words(one.label), detector_words(one.detector), one.score
                )
            return
        if family == "rule":
            name, _, version = rest.partition("@")
            yield self.tr("It has the shape that rule {}, version {}, looks for: {}.").format(
                name, version, label_words(finding.label)
            )
        elif family == "model":
            yield self.tr("The model {} takes it for: {}.").format(rest, label_words(finding.label))
        elif family == "known":
            yield self.tr(
                "It is on the list of known identifiers, or in a field of this file, as: {}."
            ).format(label_words(finding.label))
        elif family == "field":
            yield self.tr("Its field in the file holds nothing else than: {}.").format(
                label_words(finding.label)
            )
        elif family == "propagated":
            yield self.tr("The same words were found elsewhere in this note, as: {}.").format(
                label_words(finding.label)
            )
        else:
            yield f"{detector_words(finding.detector)}: {label_words(finding.label)}."
        yield self.tr(
            "Its score is {score:.2f}; the policy asks for {asked:.2f}, and from {certain:.2f} on "
            "it counts as certain."
        ).format(**told)
        if finding.certainty < finding.score:
            yield self.tr("Its label is sure to {:.2f} only; the lesser of the two counts.").format(
                finding.certainty
            )
        if finding.rivals:
            others = [f"{label_words(label)} {share:.2f}" for label, share in finding.rivals]
            yield self.tr("What else it may be, and how likely that is to the model: {}.").format(
                ", ".join(others)
            )
        if mark.state is MarkState.DROPPED and mark.reason is not None:
            yield self.tr("It was not kept: {}.").format(reason_words(mark.reason))

    def _behind(self, evidence: explain.Evidence) -> str:
        told = [detector_words(evidence.finding.detector)]
        rule = evidence.rule
        if rule is not None and rule.source:
            told.append(self.tr("shape: {}").format(rule.source))
        if rule is not None and rule.raised:
            told.append(self.tr("raised by words near it"))
        if rule is not None and rule.lowered:
            told.append(self.tr("lowered, since it counts only where the model agrees"))
        if evidence.support > evidence.finding.score:
            told.append(
                self.tr("with detectors that agree it reaches {:.2f}").format(evidence.support)
            )
        if evidence.repeats:
            places = [self._quoted(span) for span in evidence.repeats[:3]]
            told.append(self.tr("found before: {}").format(", ".join(dict.fromkeys(places))))
        return " · ".join(told)

    def _others(self, mark: Mark, dropped: Sequence[Dropped]) -> Iterator[str]:
        others = [one for one in dropped if one.finding != mark.finding]
        for one in others[:_MOST_DROPPED]:
            finding = one.finding
            reason = reason_words(one.reason)
            if one.reason is DropReason.COVERED and one.winner == mark.finding:
                reason = self.tr("this finding stands in its place")
            yield self.tr("{} as {} ({}, {:.2f}): {}").format(
                self._quoted(finding.span),
                label_words(finding.label),
                detector_words(finding.detector),
                finding.score,
                reason,
            )
        if len(others) > _MOST_DROPPED:
            yield self.tr("and {} more").format(len(others) - _MOST_DROPPED)

    def _weighed(self, weighed: Weighed) -> Iterator[str]:
        heavy = [word for word in weighed.words if word.weight >= _LIGHTEST][:_MOST_WORDS]
        for word in heavy:
            yield self.tr("{}: without it {:.2f} instead of {:.2f}").format(
                self._quoted(word.span), word.probability, weighed.probability
            )
        if heavy:
            yield self.tr("By the words around it alone: {:.2f}").format(weighed.context_alone)

    def _quoted(self, span: Span) -> str:
        said = " ".join(span.of(self._text).split())
        return f"“{said[:_LONGEST]}…”" if len(said) > _LONGEST else f"“{said}”"


class _Section(QWidget):
    """A heading with lines below it; not shown while there are none."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        heading = QLabel(title)
        heading.setObjectName("muted")
        self.body = QLabel()
        self.body.setTextFormat(Qt.TextFormat.PlainText)
        self.body.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.body.setWordWrap(True)
        self.body.setMinimumWidth(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(heading)
        layout.addWidget(self.body)
        self.hide()

    def show_lines(self, lines: Sequence[str]) -> None:
        """Show these lines instead."""
        self.body.setText("\n".join(lines))
        self.setVisible(bool(lines))
