"""Which marks are listed, in which blocks and in which order: filter, order and grouping (pure).

An act changes a few marks of thousands, so what stands is kept and only the difference is worked
out.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from itertools import compress, count
from operator import is_not
from typing import Final

from deid import Label, Mark, MarkState, Span, Standard, review
from gui.tables.words import detector_words

_FEW: Final = 1000
"""Changes of more marks than this are not worth telling apart: everything is listed anew."""

_STRETCH: Final = 512
"""So many marks are compared at once, where nothing changed."""

_LONGEST: Final = 120
"""How many characters of a mention are listed."""


class Column(IntEnum):
    """The columns of the list."""

    STATE = 0
    TEXT = 1
    LABEL = 2
    CERTAINTY = 3
    FOUND_BY = 4


@dataclass(frozen=True, slots=True)
class Order:
    """By what the list is sorted. The column of states stands for the order of the text."""

    column: Column
    descending: bool = False


LEAST_CERTAIN: Final = Order(Column.CERTAINTY)


class Shown(StrEnum):
    """Which marks are listed."""

    REPLACED = "replaced"
    UNCERTAIN = "uncertain"
    REJECTED = "rejected"
    LEFT = "left"
    ALL = "all"

    def among(self, marks: Iterable[Mark], standard: Standard) -> Iterable[Mark]:
        """Those of these marks that are of this kind."""
        match self:
            case Shown.REPLACED:
                return filter(standard.replaces, marks)
            case Shown.UNCERTAIN:
                return filter(standard.is_uncertain, marks)
            case Shown.REJECTED:
                return (mark for mark in marks if mark.state is MarkState.REJECTED)
            case Shown.LEFT:
                return (mark for mark in marks if mark.state is MarkState.DROPPED)
            case Shown.ALL:
                return marks


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """What is listed together: the marks of one identity, or a single mark.

    Attributes:
        key: the same as long as it is the same identity, or the same finding.
        title: how it is called in the list.
        marks: those that are listed, in the order of the text; at least one.
        rank: where it stands among others; no two blocks have the same.
    """

    key: Hashable
    title: str
    marks: tuple[Mark, ...]
    rank: tuple[object, ...]


Change = tuple[Block | None, Block | None]
"""A block before and after; None where there was or is none."""


class Listing:
    """The marks of a note as they are listed.

    Args:
        standard: tells which marks are replaced, and which want a look.

    Attributes:
        shown: which kind of marks is listed.
        order: by what blocks are sorted.
        grouped: whether marks of one identity make one block.
        marks: all of them, in the order of the text.
        counts: how many there are of each kind, listed or not.
        blocks: what is listed, by key, in no order.
        come: the marks that came with the last act; none if everything was listed anew.
    """

    def __init__(self, standard: Standard) -> None:
        self.standard = standard
        self.shown = Shown.REPLACED
        self.order = LEAST_CERTAIN
        self.grouped = False
        self.marks: tuple[Mark, ...] = ()
        self.text = ""
        self.counts: Counter[Shown] = Counter()
        self.blocks: dict[Hashable, Block] = {}
        self._words: tuple[str, ...] = ()
        self._longest = 0
        self.come: tuple[Mark, ...] = ()
        self._identities: review.Identities | None = None
        self._copies: Counter[str] = Counter()
        self._folded: dict[str, str] = {}
        self._lines: dict[tuple[str, Label, str], str] = {}

    def fill(self, marks: Sequence[Mark], text: str, standard: Standard) -> None:
        """List the marks of another note, or under another standard."""
        self.marks, self.text, self.standard = tuple(marks), text, standard
        self.counts.clear()
        self._copies.clear()
        self._folded.clear()
        self._lines.clear()
        self.come = ()
        self._identities = None
        self._count(self.marks, 1)
        self.relist()

    def list_only(self, shown: Shown, words: str) -> None:
        """List only marks of this kind whose text, label or detector hold these words."""
        self.shown = shown
        self._words = tuple(words.casefold().split())
        self.relist()

    def relist(self) -> None:
        """Put everything in its block anew, after another order or grouping was chosen."""
        if self.grouped and self._identities is None:
            self._identities = review.Identities(self.text)
            self._identities.change((), self.marks)
        members: dict[Hashable, list[Mark]] = {}
        for mark in self._listed(self.marks):
            members.setdefault(self.key(mark), []).append(mark)
        self.blocks = {key: self._block(key, tuple(marks)) for key, marks in members.items()}

    def change(
        self, marks: Sequence[Mark], change: review.Change | None = None
    ) -> list[Change] | None:
        """Take over the marks as they are after an act.

        Args:
            marks: all of them, in the order of the text.
            change: what the act changed, if that is known.

        Returns:
            The blocks that are not as they were; None if everything was listed anew.
        """
        before, self.marks = self.marks, tuple(marks)
        gone, come = difference(before, self.marks, change)
        self.come = come
        self._count(gone, -1)
        self._count(come, 1)
        lost = [(mark, self.key(mark)) for mark in gone]
        if not self.grouped:
            self._identities = None
        elif self._identities is not None:
            lost += self._identities.change(gone, come)
        if len(lost) + len(come) > _FEW:
            self.relist()
            return None
        stayed = [mark for mark, _ in lost[len(gone) :]]
        return list(self._changes(lost, (*come, *stayed)))

    def overlapping(self, span: Span) -> Sequence[Mark]:
        """All marks that share a character with a range, listed or not."""
        first = bisect_left(self.marks, span.start - self._longest, key=_start)
        last = bisect_left(self.marks, span.end, key=_start)
        return [mark for mark in self.marks[first:last] if mark.finding.span.overlaps(span)]

    def key(self, mark: Mark) -> Hashable:
        """The key of the block of a mark, which need not be one of those that there are."""
        known = self._identities if self.grouped else None
        return (known.key(mark) if known is not None else None) or mark.finding

    def mention(self, span: Span) -> str:
        """What stands in a range of the note, in one line."""
        return " ".join(self.text[span.start : min(span.end, span.start + _LONGEST)].split())

    def copies(self, mark: Mark) -> int:
        """How many other marks of the same words are replaced."""
        found = self._copies[self._fold(mark)]
        return found - self.standard.replaces(mark)

    def _changes(
        self, lost: Sequence[tuple[Mark, Hashable]], gained: Sequence[Mark]
    ) -> Iterator[Change]:
        """Let marks leave the blocks of these keys, and others come where they belong now."""
        left: dict[Hashable, set[int]] = defaultdict(set)
        added: dict[Hashable, list[Mark]] = defaultdict(list)
        for mark, key in lost:
            left[key].add(id(mark))
        for mark in self._listed(gained):
            added[self.key(mark)].append(mark)
        for key in dict.fromkeys((*left, *added)):
            old = self.blocks.pop(key, None)
            kept = [mark for mark in old.marks if id(mark) not in left[key]] if old else []
            marks = tuple(sorted((*kept, *added[key]), key=_span))
            new = self._block(key, marks) if marks else None
            if new is not None:
                self.blocks[key] = new
            if old is not None or new is not None:
                yield old, new

    def _count(self, marks: Sequence[Mark], by: int) -> None:
        standard, counts = self.standard, self.counts
        tally = standard.tally(marks)
        counts[Shown.ALL] += by * len(marks)
        counts[Shown.REPLACED] += by * tally.replaced
        counts[Shown.UNCERTAIN] += by * tally.uncertain
        counts[Shown.REJECTED] += by * tally.rejected
        counts[Shown.LEFT] += by * sum(1 for _ in Shown.LEFT.among(marks, standard))
        for mark in Shown.REPLACED.among(marks, standard):
            self._copies[self._fold(mark)] += by
        self._longest = max((self._longest, *map(_length, marks)))

    def _fold(self, mark: Mark) -> str:
        said = mark.finding.span.of(self.text)
        folded = self._folded.get(said)
        if folded is None:
            folded = self._folded[said] = " ".join(said.casefold().split())
        return folded

    def _listed(self, marks: Iterable[Mark]) -> Iterable[Mark]:
        among = self.shown.among(marks, self.standard)
        return filter(self._has_words, among) if self._words else among

    def _has_words(self, mark: Mark) -> bool:
        finding = mark.finding
        about = (finding.span.of(self.text), finding.label, finding.detector)
        line = self._lines.get(about)
        if line is None:
            told = (about[0], finding.label.value, detector_words(finding.detector))
            line = self._lines[about] = " ".join(" ".join(told).casefold().split())
        return all(word in line for word in self._words)

    def _block(self, key: Hashable, marks: tuple[Mark, ...]) -> Block:
        finding = marks[0].finding
        span = finding.span
        title = self.mention(max(marks, key=_length).finding.span)
        tie = (span.start, span.end, finding.label, finding.detector, finding.score)
        return Block(key, title, marks, (self._value(title, marks), *tie))

    def _value(self, title: str, marks: tuple[Mark, ...]) -> object:
        finding = marks[0].finding
        value: float | str
        match self.order.column:
            case Column.STATE:
                value = float(finding.span.start)
            case Column.CERTAINTY:
                value = min(mark.finding.certainty for mark in marks)
            case Column.TEXT:
                value = title.casefold()
            case Column.LABEL:
                value = finding.label.value
            case Column.FOUND_BY:
                value = detector_words(finding.detector, short=True).casefold()
        if not self.order.descending:
            return value
        return _Backwards(value) if isinstance(value, str) else -value


def _start(mark: Mark) -> int:
    return mark.finding.span.start


def _span(mark: Mark) -> Span:
    return mark.finding.span


def _length(mark: Mark) -> int:
    span = mark.finding.span
    return span.end - span.start


class _Backwards:
    """A text that sorts the other way."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Backwards) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __lt__(self, other: _Backwards) -> bool:
        return other._value < self._value


def difference(
    before: Sequence[Mark], after: Sequence[Mark], change: review.Change | None = None
) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """Which marks went and which came, told by which objects they are, in their order.

    Both are in the order of the text, so one walk along the two finds them.

    Args:
        before: some marks.
        after: others.
        change: a change; where it is the one between these two, nothing is walked along.
    """
    if change is not None and change.leads(before, after):
        return change.gone, change.come
    gone: list[Mark] = []
    come: list[Mark] = []
    at = by = 0
    while at < len(before) and by < len(after):
        one, other = before[at], after[by]
        if one is other:
            same = _same(before[at : at + _STRETCH], after[by : by + _STRETCH])
            at, by = at + same, by + same
        elif _span(one) < _span(other):
            gone.append(one)
            at += 1
        else:
            come.append(other)
            by += 1
    gone += before[at:]
    come += after[by:]
    # At one place the walk does not know which of several marks it meets next.
    both = set(map(id, gone)) & set(map(id, come))
    return (
        tuple(mark for mark in gone if id(mark) not in both),
        tuple(mark for mark in come if id(mark) not in both),
    )


def _same(one: Sequence[Mark], other: Sequence[Mark]) -> int:
    """How many marks at the beginning of both are the same."""
    return next(compress(count(), map(is_not, one, other)), min(len(one), len(other)))
