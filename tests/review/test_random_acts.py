"""Long random reviews: undoing everything gives back the very same state."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest

from deid import review
from deid.datatypes import Document, Dropped, DropReason, Finding, Resolution, Span
from deid.labels import Label
from deid.review import Act, Edge, MarkState, Review, Step, Unit

ACTS = 1000
NAMES = ("Ilse", "Testfall", "Mockridge", "Ilse Testfall", "Fictown", "11/03/2026", "0048391")
LABELS = (Label.PATIENT, Label.DOCTOR, Label.CITY, Label.DATE, Label.MRN)


def note(random: Random) -> tuple[Document, Resolution]:
    """A note of invented names, some of them found and some found and dropped."""
    words: list[str] = []
    findings: list[Finding] = []
    at = 0
    for _ in range(150):
        word = random.choice((*NAMES, "saw", "left", "and", "pain"))
        if word in NAMES and random.random() < 0.8:
            label, score = random.choice(LABELS), round(random.random(), 4)
            findings.append(Finding(Span(at, at + len(word)), label, score, "model:0a1b2c3d"))
        words.append(word)
        at += len(word) + 1
    dropped = tuple(Dropped(one, DropReason.BELOW_THRESHOLD) for one in findings if one.score < 0.3)
    kept = tuple(one for one in findings if one.score >= 0.3)
    return Document(id="n", text=" ".join(words)), Resolution(kept, dropped)


def draw(random: Random, state: Review) -> Act:
    """An act that is possible now."""
    text, marks = state.document.text, state.marks
    mark = random.choice(marks)
    chosen = random.sample(marks, random.choice((1, 1, 3, len(marks))))
    label = random.choice(LABELS)
    start = random.randrange(len(text) - 1)
    span = Span(start, min(len(text), start + random.randint(1, 15)))
    moved = review.moved_span(
        text,
        mark.finding.span,
        edge=random.choice(list(Edge)),
        unit=random.choice(list(Unit)),
        outward=random.random() < 0.5,
    )
    found = Finding(span, label, 0.1, "model:0a1b2c3d")
    acts = {
        "accept": lambda: review.accept(state, chosen),
        "reject": lambda: review.reject(state, chosen),
        "relabel": lambda: review.relabel(state, chosen, label),
        "add": lambda: review.add(state, span, label),
        "add each": lambda: review.add_each(state, [span, moved], label),
        "move": lambda: review.move(state, mark, moved),
        "accept all": lambda: review.accept_all(state, mark),
        "reject all": lambda: review.reject_all(state, mark),
        "relabel all": lambda: review.relabel_all(state, mark, label),
        "add all": lambda: review.add_all(state, mark.finding.span, label),
        "suggest": lambda: review.suggest(state, Resolution((found,))),
    }
    # Acts on one mark come often; else one mark would soon cover the whole note.
    often = ("accept", "reject", "relabel", "move", "accept all", "reject all", "suggest")
    return acts[random.choice((*often, *often, *acts))]()


def is_told(before: Review, after: Review) -> bool:
    """Whether the state tells which objects among its marks are others than before."""
    change = after.change
    if change is None or not change.leads(before.marks, after.marks):
        return False
    gone, come = set(map(id, change.gone)), set(map(id, change.come))
    stayed = [mark for mark in before.marks if id(mark) not in gone]
    return stayed == [mark for mark in after.marks if id(mark) not in come]


def stored(state: Review) -> str:
    return review.to_json(replace(state, events=()))


@pytest.mark.parametrize("seed", range(3))
def test_undoing_a_thousand_acts_gives_back_the_very_same_state(seed: int) -> None:
    random = Random(seed)
    document, resolution = note(random)
    withheld = resolution.kept[:2]
    state = began = review.begin(document, resolution, reviewer="clerk", withheld=withheld)
    found = {*resolution.kept, *(one.finding for one in resolution.dropped)}
    acts: list[Act] = []
    kinds: set[str] = set()
    while len(acts) < ACTS:
        act = draw(random, state)
        assert review.act_from_json(review.act_to_json(act)) == act
        acts.append(act)
        before, state = state, review.apply(state, act)
        assert is_told(before, state)
        kinds |= {mark.state for mark in state.marks}
        now = state.resolution()
        kept = now.kept
        assert found <= {*kept, *(one.finding for one in now.dropped)}
        assert all(one.span.end <= two.span.start for one, two in pairwise(kept))
        assert all(any(two.span.covers(one.span) for two in kept) for one in withheld)
    assert kinds == set(MarkState)
    ended = stored(state)
    for act in reversed(acts):
        before, state = state, review.apply(state, act, step=Step.UNDONE)
        assert is_told(before, state)
    assert (state.marks, stored(state)) == (began.marks, stored(began))
    assert len(state.events) == 2 * ACTS
    for act in acts:
        state = review.apply(state, act, step=Step.REDONE)
    assert stored(state) == ended
    assert review.from_json(document, review.to_json(state)) == state


@pytest.mark.parametrize("seed", range(3, 6))
def test_any_way_through_undo_and_redo_ends_where_its_acts_lead(seed: int) -> None:
    random = Random(seed)
    document, resolution = note(random)
    state = review.begin(document, resolution, reviewer="clerk")
    states, acts, undone = [stored(state)], [], []
    for _ in range(300):
        way = random.random()
        if way < 0.3 and acts:
            undone.append(acts.pop())
            states.pop()
            state = review.apply(state, undone[-1], step=Step.UNDONE)
        elif way < 0.5 and undone:
            acts.append(undone.pop())
            state = review.apply(state, acts[-1], step=Step.REDONE)
            states.append(stored(state))
        else:
            acts.append(draw(random, state))
            undone.clear()
            state = review.apply(state, acts[-1])
            states.append(stored(state))
        assert stored(state) == states[-1]
