"""What the reviewer may do with the marks of the note on the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from deid import Act, Edge, Label, Mark, Redacted, Review, Span, Unit, review

Decide = Callable[[Callable[[Review], Act]], None]


class Decisions:
    """Acts on a review, each of them one step that can be undone.

    Args:
        decide: lets the review go the step that a function of it gives.
    """

    def __init__(self, decide: Decide) -> None:
        self._decide = decide

    def accept(self, marks: Iterable[Mark]) -> None:
        """Confirm marks."""
        self._decide(lambda state: review.accept(state, marks))

    def reject(self, marks: Iterable[Mark]) -> None:
        """Say that marks are no identifiers."""
        self._decide(lambda state: review.reject(state, marks))

    def relabel(self, marks: Iterable[Mark], label: Label) -> None:
        """Call marks something else."""
        self._decide(lambda state: review.relabel(state, marks, label))

    def add(self, span: Span, label: Label) -> None:
        """Mark a range."""
        self._decide(lambda state: review.add(state, span, label))

    def move(self, mark: Mark, *, edge: Edge, unit: Unit, outward: bool) -> None:
        """Extend or shrink a mark by a word or a character."""

        def moved(state: Review) -> Act:
            span = review.moved_span(
                state.document.text, mark.finding.span, edge=edge, unit=unit, outward=outward
            )
            return review.move(state, mark, span)

        self._decide(moved)

    def accept_all(self, mark: Mark) -> None:
        """Confirm a mark wherever its words stand."""
        self._decide(lambda state: review.accept_all(state, mark))

    def reject_all(self, mark: Mark) -> None:
        """Say that a mark's words are no identifier anywhere in the note."""
        self._decide(lambda state: review.reject_all(state, mark))

    def relabel_all(self, mark: Mark, label: Label) -> None:
        """Call a mark something else, wherever its words stand."""
        self._decide(lambda state: review.relabel_all(state, mark, label))

    def add_all(self, span: Span, label: Label) -> None:
        """Mark a range, and its words wherever they stand."""
        self._decide(lambda state: review.add_all(state, span, label))

    def add_each(self, spans: Iterable[Span], label: Label) -> None:
        """Mark several ranges, as one act."""
        self._decide(lambda state: review.add_each(state, spans, label))

    def add_leftovers(self, redacted: Redacted) -> None:
        """Mark what the residual check found in a result, as one act."""
        self._decide(lambda state: review.add_leftovers(state, redacted))
