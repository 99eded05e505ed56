"""A reviewer who sees every error, and corrects it by as few keys as the window has for it.

Every act is one of `deid.review`; what it takes is counted in keys, where a chord is one key. The
list stands as it does at first: the marks of one identity in a row, the least certain row first.

    decide on the row shown      A, R (one key, at all marks of the row; with Shift at every place
                                 of the same words)
    change its label             a digit where it is among the ten labels offered; otherwise L, then
                                 the picker: letters until the label comes first, Enter. At every
                                 place of the same words: Shift+L, then the picker
    move an edge                 one key a word or a character
    go to another finding        the next uncertain row comes by itself after a decision, and after
                                 edges were moved by U; any other row by N or P, one key each; a
                                 mark, also one of several in a row, by J, its letters, and a key a
                                 page if it is not in sight
    ask what was missed          one key; the likeliest suggestion is shown then, others by J; A
    mark a place                 M, the picker, and a key a word to extend it; the caret gets there
                                 by words, by lines and Home, or by the search (Ctrl+F, letters, an
                                 Enter for each place until it is there, Escape), whichever is least
    finish the note              one key

An error is a place where the output would differ from what people marked: a letter or digit of an
identifier that should go is left, a finding reaches over letters that nobody marked, or a label
differs. What the policy lets stay is no error, found or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from judged import Judged, letters

from deid import Edge, Label, Mark, MarkState, OperatorName, Review, Span, Standard, Unit, review
from deid.evaluate import LabelledSpan
from gui.hints import hints
from gui.theme import Kind

WIDTH, LINES = 42, 20
"""Characters in a line of the window, and lines in sight."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a note took.

    Attributes:
        uncertain: findings that wanted a look.
        keys: all that were pressed.
        errors: before the review.
        left: errors after it.
    """

    uncertain: int
    keys: int
    errors: int
    left: int


@dataclass(frozen=True, slots=True)
class Way:
    """A way to put something right.

    Attributes:
        state: the review then.
        keys: what it takes.
        place: where it leaves the reviewer.
        leads_on: whether the next uncertain finding comes by itself then.
        asks: whether it is asked on the way what was missed.
    """

    state: Review = field(repr=False)
    keys: int
    place: int
    leads_on: bool = True
    asks: bool = False


def correct(note: Judged, standard: Standard, *, labels: bool = True) -> Result:
    """Look at every uncertain finding of a note, and correct every error.

    Args:
        note: as a reviewer gets it; `again` is what another look keeps.
        standard: what is replaced, and what wants a look.
        labels: whether a wrong label is an error although its text is replaced all the same.
    """
    reviewer = _Reviewer(note, standard, _Truth(note, standard, labels))
    return reviewer.work()


class _Reviewer:
    def __init__(self, note: Judged, standard: Standard, truth: _Truth) -> None:
        self._note = note
        self._standard = standard
        self._truth = truth
        self._state = review.begin(note.document, note.normal, reviewer="benchmark")
        self._places = [0]
        self._asked = False
        self._keys = 0

    def work(self) -> Result:
        """Work through the note, and finish it."""
        uncertain, errors = self._waiting(self._state), self._truth.count(self._state)
        led = True
        while waiting := self._waiting(self._state):
            self._keys += not led
            led = self._take(self._decide(_View(self._state, self._standard), waiting[0]))
        while self._truth.count(self._state):
            way = min(self._corrections(), key=lambda one: one.keys)
            if self._worth(way) >= self._truth.count(self._state):
                break
            self._take(way)
        return Result(len(uncertain), self._keys + 1, errors, self._truth.count(self._state))

    def _take(self, way: Way) -> bool:
        self._state = way.state
        self._keys += way.keys
        self._places.append(way.place)
        self._asked |= way.asks
        return way.leads_on

    def _waiting(self, state: Review) -> list[Mark]:
        waiting = [mark for mark in state.marks if self._standard.is_uncertain(mark)]
        return sorted(waiting, key=_certainty)

    def _worth(self, way: Way) -> int:
        return self._truth.count(way.state)

    def _decide(self, view: _View, mark: Mark, *, alone: bool = False) -> Way:
        """What is right for a mark in the row that is shown.

        Args:
            view: the review, and how it is listed.
            mark: the one that is put right; others may be put right with it.
            alone: whether it is shown by itself, and not together with those of its identity.
        """
        row = (mark,) if alone else view.row(mark)
        ways = list(self._ways(view, mark, row))
        if len(row) > 1:
            jump = view.jump(mark, [mark.finding.span.start])
            ways += [replace(way, keys=way.keys + jump) for way in self._ways(view, mark, (mark,))]
        return min(ways, key=lambda way: (self._worth(way), self._unlooked(way), way.keys))

    def _unlooked(self, way: Way) -> int:
        return len(self._waiting(way.state))

    def _ways(self, view: _View, mark: Mark, row: Sequence[Mark]) -> Iterator[Way]:
        """The ways to treat a row, and every place of a mark's words."""
        state = view.state
        span, label = self._truth.meant(state, mark)
        if label is None:
            acts = {review.reject(state, row): 1, review.reject_all(state, mark): 1}
        elif span != mark.finding.span:
            if mark is min(row, key=_certainty):
                yield _moved(state, mark, span, label)
            return
        elif label is not mark.finding.label:
            offered = review.label_choices(state, mark)
            every = review.relabel_all(state, mark, label)
            named = picked(label, offered)
            acts = {every: 1 + named}
            acts[review.relabel(state, row, label)] = 1 if label in offered else 1 + named
        else:
            acts = {review.accept(state, row): 1, review.accept_all(state, mark): 1}
        for act, keys in acts.items():
            yield Way(review.apply(state, act), keys, span.start)

    def _corrections(self) -> Iterator[Way]:
        """Ways for each error that is left."""
        state = self._state
        view = _View(state, self._standard)
        for mark in self._truth.wrong(state):
            steps = view.steps(mark, self._places)
            if steps is not None:
                way = self._decide(view, mark)
                yield replace(way, keys=way.keys + steps)
            way = self._decide(view, mark, alone=True)
            yield replace(way, keys=way.keys + view.jump(mark, self._places))
        for gold in self._truth.missed(state):
            yield from self._suggested(gold)
            yield self._by_hand(gold)

    def _suggested(self, gold: LabelledSpan) -> Iterator[Way]:
        """Accepting what another look suggests."""
        state, new = self._state, ()
        if not self._asked:
            act = review.suggest(state, self._note.again)
            state, new = review.apply(state, act), act.after
        shown = max(new, key=lambda mark: mark.finding.score) if new else None
        view = _View(state, self._standard, left=True)
        for mark in state.marks:
            if mark.state is MarkState.DROPPED and mark.finding.span.overlaps(gold.span):
                way = self._decide(view, mark, alone=True)
                there = 0 if mark is shown else view.jump(mark, self._places)
                yield replace(way, keys=way.keys + there + (not self._asked), asks=True)

    def _by_hand(self, gold: LabelledSpan) -> Way:
        state, text, span = self._state, self._note.gold.text, gold.span
        there = min(
            *(caret_keys(text, place, span.start) for place in self._places),
            search_keys(text, span),
        )
        named = picked(gold.label, review.new_choices(state, span))
        keys = there + 1 + named + len(span.of(text).split()) - 1
        acts = [review.add_all(state, span, gold.label), review.add(state, span, gold.label)]
        ways = [Way(review.apply(state, act), keys, span.start) for act in acts]
        return min(ways, key=self._worth)


class _View:
    """A review as the window lists it.

    Args:
        state: the review.
        standard: tells what is listed at first.
        left: whether what was never kept is to be seen.
    """

    def __init__(self, state: Review, standard: Standard, *, left: bool = False) -> None:
        self.state = state
        listed = [mark for mark in state.marks if standard.replaces(mark)]
        rows = [group.marks for group in review.groups(listed, state.document.text)]
        self._rows = sorted(rows, key=lambda row: min(map(_certainty, row)))
        seen = [mark for mark in state.marks if left or mark.state is not MarkState.DROPPED]
        self._seen = sorted(seen, key=_certainty)

    def row(self, mark: Mark) -> tuple[Mark, ...]:
        """The marks that are in a row with one."""
        return next((row for row in self._rows if mark in row), (mark,))

    def steps(self, mark: Mark, places: Sequence[int]) -> int | None:
        """Keys to step to a mark's row from one that begins at a place; None if it has none."""
        at = [
            index
            for index, row in enumerate(self._rows)
            if any(one.finding.span.start in places for one in row)
        ]
        target = next((index for index, row in enumerate(self._rows) if mark in row), None)
        if target is None:
            return None
        return min((abs(target - index) for index in at), default=target)

    def jump(self, mark: Mark, places: Sequence[int]) -> int:
        """Keys to jump to a mark: to ask, its letters, and a key a page that it is away."""
        text, start = self.state.document.text, mark.finding.span.start
        hint = hints(len(self._seen))[self._seen.index(mark)]
        return 1 + len(hint) + min(lines_between(text, place, start) // LINES for place in places)


@dataclass(frozen=True, slots=True)
class _Truth:
    """What people marked, as the output should show it."""

    note: Judged
    standard: Standard
    labels: bool

    def goes(self, label: Label) -> bool:
        """Whether the policy replaces what has this label."""
        return self.standard.policy.treatments[label].operator is not OperatorName.KEEP

    def meant(self, state: Review, mark: Mark) -> tuple[Span, Label | None]:
        """Where a mark should be and its label; no label where nobody marked anything."""
        own = mark.finding
        gold = [one for one in self.note.gold.spans if one.span.overlaps(own.span)]
        if not gold:
            return own.span, None
        label = own.label if self._fits(own.label, gold) else _nearest(gold, own.span).label
        marked = {at for one in gold for at in letters(self.note.gold, one)}
        text = self.note.gold.text
        beyond = any(text[at].isalnum() and at not in marked for at in _places(own.span))
        short = marked - self._covered(state) - set(_places(own.span))
        whole = Span(min(one.span.start for one in gold), max(one.span.end for one in gold))
        return (whole if beyond or short else own.span), label

    def wrong(self, state: Review) -> list[Mark]:
        """The marks that should not be as they are."""
        return [mark for mark in state.marks if mark.state.replaced and self._is_wrong(state, mark)]

    def missed(self, state: Review) -> list[LabelledSpan]:
        """What should go, of which something is left and nothing is in a mark."""
        covered = self._covered(state)
        touched = {at for mark in state.marks if mark.state.replaced for at in _mark_places(mark)}
        return [
            one
            for one in self.note.gold.spans
            if self.goes(one.label)
            and set(letters(self.note.gold, one)) - covered
            and not touched.intersection(_places(one.span))
        ]

    def count(self, state: Review) -> int:
        """How many errors there are."""
        return len(self.wrong(state)) + len(self.missed(state))

    def _covered(self, state: Review) -> set[int]:
        replaced = filter(self.standard.replaces, state.marks)
        return {at for mark in replaced for at in _mark_places(mark)}

    def _is_wrong(self, state: Review, mark: Mark) -> bool:
        span, label = self.meant(state, mark)
        if not self.goes(mark.finding.label):
            return label is not None and self.goes(label)
        return label is not mark.finding.label or span != mark.finding.span

    def _fits(self, label: Label, gold: Sequence[LabelledSpan]) -> bool:
        if any(one.label is label for one in gold):
            return True
        return not self.labels and all(self.goes(one.label) == self.goes(label) for one in gold)


def _moved(state: Review, mark: Mark, span: Span, label: Label) -> Way:
    text = state.document.text
    act = review.move(state, mark, span)
    keys = edge_keys(text, mark.finding.span, span)
    state = review.apply(state, act)
    if label is mark.finding.label:
        return Way(state, keys, span.start, leads_on=False)
    (after,) = act.after
    offered = review.label_choices(state, after)
    named = 1 if label in offered else 1 + picked(label, offered)
    state = review.apply(state, review.relabel(state, [after], label))
    return Way(state, keys + named, span.start)


def picked(label: Label, likely: Sequence[Label]) -> int:
    """Keys in the picker of labels: the digit of a likely one; letters or arrows, and Enter.

    What is typed is looked for in labels and their kinds; the first one that has it is selected.
    """
    if label in likely:
        return 1
    order = list(dict.fromkeys((*likely, *Label)))
    rows = {one: f"{one} {Kind.of(one).title()}".lower() for one in order}
    name = label.lower()
    typed = next(
        n
        for n in range(1, len(name) + 1)
        if next(one for one in order if name[:n] in rows[one]) is label
    )
    return min(typed, order.index(label)) + 1


def edge_keys(text: str, span: Span, target: Span) -> int:
    """Keys that move both edges of a range by words and then by characters."""
    return _edge(text, span, target, Edge.START) + _edge(text, span, target, Edge.END)


def _edge(text: str, span: Span, target: Span, edge: Edge) -> int:
    at, to = (span.start, target.start) if edge is Edge.START else (span.end, target.end)
    outward = (to < at) is (edge is Edge.START)
    best, keys = abs(to - at), 0
    while at != to:
        moved = review.moved_span(text, span, edge=edge, unit=Unit.WORD, outward=outward)
        new = moved.start if edge is Edge.START else moved.end
        if moved == span:
            break
        keys, span, at = keys + 1, moved, new
        best = min(best, keys + abs(to - at))
        if keys > best:
            break
    return best


def caret_keys(text: str, start: int, target: int) -> int:
    """Keys that move the caret: by words alone, or by lines and then Home and words."""
    low, high = sorted((start, target))
    words = len(re.findall(r"\S+", text[low:high]))
    lines = lines_between(text, low, high)
    within = text[text.rfind("\n", 0, target) + 1 : target][-WIDTH:]
    return min(words, lines + 1 + len(re.findall(r"\S+", within)))


def lines_between(text: str, one: int, other: int) -> int:
    """How many lines of the window two places are apart."""
    low, high = sorted((one, other))
    return sum(1 + len(line) // WIDTH for line in text[low:high].split("\n")) - 1


def search_keys(text: str, span: Span) -> int:
    """Keys of a search from the beginning: to ask, letters, an Enter a place, and to close."""
    lowered, wanted = text.lower(), span.of(text).lower()
    best = len(text)
    for typed in range(1, len(wanted) + 1):
        before = lowered[: span.start + typed].count(wanted[:typed])
        best = min(best, typed + before)
    return 1 + best + 1


def _nearest(gold: Sequence[LabelledSpan], span: Span) -> LabelledSpan:
    return max(gold, key=lambda one: min(one.span.end, span.end) - max(one.span.start, span.start))


def _certainty(mark: Mark) -> tuple[float, int]:
    return mark.finding.certainty, mark.finding.span.start


def _places(span: Span) -> range:
    return range(span.start, span.end)


def _mark_places(mark: Mark) -> range:
    return _places(mark.finding.span)
