"""A review and its acts as JSON, and back, exactly.

What is written are spans, labels, scores, names of detectors and what was decided; no text of the
note and not its id. Findings and marks are written once, in the order in which they first come
up, and named by their number from then on, so equal reviews give equal JSON.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import astuple
from typing import Any, Final, TypeVar

from deid.datatypes import Document, Dropped, DropReason, Finding, Span
from deid.labels import Label
from deid.review.marks import Mark, MarkState
from deid.review.state import Act, ActKind, Finished, Review, ReviewEvent, Step

FORMAT: Final = "noteveil-review-1"
_ACT_FORMAT: Final = "noteveil-act-1"

_T = TypeVar("_T")


def to_json(review: Review) -> str:
    """A review with its events, without the note; equal reviews give equal text."""
    table = _Table()
    node: dict[str, object] = {
        "format": FORMAT,
        "length": len(review.document.text),
        "reviewer": review.reviewer,
        "held": [table.mark(mark) for mark in review.marks],
        "covered": [table.dropped(dropped) for dropped in review.covered],
        "events": [[table.act(event.act), event.step] for event in review.events],
        "withheld": [table.finding(finding) for finding in review.withheld],
        "finished": None if review.finished is None else list(astuple(review.finished)),
    }
    return _written({**node, **table.node()})


def from_json(document: Document, text: str) -> Review:
    """The review that `to_json` wrote.

    Args:
        document: the note that it is about.
        text: what `to_json` gave.

    Raises:
        ValueError: not a review in this form, or of a text of another length.
    """
    node = _read(text, FORMAT)
    try:
        if node["length"] != len(document.text):
            raise ValueError("the stored review is of another text")
        table = _Read(node, len(document.text))
        return Review(
            document=document,
            reviewer=_string(node["reviewer"]),
            marks=table.marks(node["held"]),
            covered=tuple(table.dropped(row) for row in node["covered"]),
            events=tuple(ReviewEvent(table.act(act), Step(step)) for act, step in node["events"]),
            withheld=tuple(map(table.finding, node["withheld"])),
            finished=_finished(node["finished"]),
        )
    except (KeyError, TypeError, IndexError):
        raise ValueError("the stored review is not complete") from None


def marks_from_json(text: str) -> tuple[Mark, ...]:
    """The marks of the review that `to_json` wrote, without the note.

    Raises:
        ValueError: not a review in this form.
    """
    node = _read(text, FORMAT)
    try:
        return _Read(node).marks(node["held"])
    except (KeyError, TypeError, IndexError):
        raise ValueError("the stored review is not complete") from None


def act_to_json(act: Act) -> str:
    """One act; equal acts give equal text."""
    table = _Table()
    table.act(act)
    return _written({"format": _ACT_FORMAT, **table.node()})


def act_from_json(text: str) -> Act:
    """The act that `act_to_json` wrote.

    Raises:
        ValueError: not an act in this form.
    """
    node = _read(text, _ACT_FORMAT)
    try:
        return _Read(node).act(0)
    except (KeyError, TypeError, IndexError):
        raise ValueError("the stored act is not complete") from None


class _Table:
    """Numbers what is written, in the order in which it first comes up."""

    def __init__(self) -> None:
        self._findings: dict[tuple[object, ...], int] = {}
        self._marks: dict[tuple[object, ...], int] = {}
        self._acts: dict[tuple[object, ...], int] = {}

    def finding(self, finding: Finding) -> int:
        start, end = finding.span.start, finding.span.end
        row: tuple[object, ...]
        row = (start, end, finding.label, float(finding.score), finding.detector)
        if finding.rivals:
            row = (*row, finding.rivals)
        return self._findings.setdefault(row, len(self._findings))

    def mark(self, mark: Mark) -> int:
        origins = tuple(map(self.finding, mark.origins))
        row = (self.finding(mark.finding), mark.state, mark.reason, origins)
        return self._marks.setdefault(row, len(self._marks))

    def dropped(self, one: Dropped) -> list[object]:
        winner = None if one.winner is None else self.finding(one.winner)
        return [self.finding(one.finding), one.reason, winner]

    def act(self, act: Act) -> int:
        before, after = tuple(map(self.mark, act.before)), tuple(map(self.mark, act.after))
        return self._acts.setdefault((act.kind, before, after), len(self._acts))

    def node(self) -> dict[str, object]:
        return {
            "findings": list(self._findings),
            "marks": list(self._marks),
            "acts": list(self._acts),
        }


class _Read:
    """What the numbers in a stored review stand for."""

    def __init__(self, node: dict[str, Any], length: int | None = None) -> None:
        self._findings = [_finding(row, length) for row in node["findings"]]
        self._marks = [self._mark(row) for row in node["marks"]]
        self._acts = [self._act(row) for row in node["acts"]]

    def finding(self, number: object) -> Finding:
        return _numbered(self._findings, number)

    def marks(self, numbers: Sequence[object]) -> tuple[Mark, ...]:
        return tuple(_numbered(self._marks, number) for number in numbers)

    def dropped(self, row: Sequence[Any]) -> Dropped:
        finding, reason, winner = row
        kept = None if winner is None else self.finding(winner)
        return Dropped(self.finding(finding), DropReason(reason), kept)

    def act(self, number: object) -> Act:
        return _numbered(self._acts, number)

    def _mark(self, row: Sequence[Any]) -> Mark:
        finding, state, reason, origins = row
        return Mark(
            self.finding(finding),
            MarkState(state),
            None if reason is None else DropReason(reason),
            tuple(map(self.finding, origins)),
        )

    def _act(self, row: Sequence[Any]) -> Act:
        kind, before, after = row
        return Act(ActKind(kind), self.marks(before), self.marks(after))


def _finding(row: Sequence[Any], length: int | None) -> Finding:
    start, end, label, score, detector, *more = row
    span = Span(start, end)
    if length is not None and end > length:
        raise ValueError("a stored finding does not lie in the note")
    if not isinstance(score, float) or not 0 <= score <= 1:
        raise ValueError("a stored score does not lie between 0 and 1")
    return Finding(span, Label(label), score, _string(detector), _rivals(more))


def _rivals(more: Sequence[Any]) -> tuple[tuple[Label, float], ...]:
    if not more:
        return ()
    (pairs,) = more
    if not all(isinstance(share, float) and 0 <= share <= 1 for _, share in pairs):
        raise ValueError("a stored share does not lie between 0 and 1")
    return tuple((Label(label), share) for label, share in pairs)


def _finished(row: Sequence[Any] | None) -> Finished | None:
    if row is None:
        return None
    replaced, uncertain_left, certain_from = row
    if [type(one) for one in row] != [int, int, float]:
        raise TypeError
    return Finished(replaced, uncertain_left, certain_from)


def _numbered(values: Sequence[_T], number: object) -> _T:
    if type(number) is not int or number < 0:
        raise ValueError("a stored number names nothing")
    return values[number]


def _string(node: object) -> str:
    if not isinstance(node, str):
        raise TypeError
    return node


def _written(node: dict[str, object]) -> str:
    return json.dumps(node, separators=(",", ":"), ensure_ascii=False)


def _read(text: str, form: str) -> dict[str, Any]:
    try:
        node = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("not JSON") from None
    if not isinstance(node, dict) or node.get("format") != form:
        raise ValueError(f"not of the form {form}")
    return node
