"""Long random work on several notes: undoing all of it gives back the very same reviews."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random

import pytest

from deid.datatypes import Span
from deid.labels import Label
from deid.policy import load_policy
from deid.review import Edge, Unit
from deid.worklist.database import Table

ACTS = 1_000
LABELS = (Label.PATIENT, Label.DOCTOR, Label.CITY, Label.DATE)
POLICIES = tuple(map(load_policy, ("safe-harbor", "everything")))
TEXTS = (
    "Mr. Ilse saw Amaru\nMockridge in Fictown on 11/03/2026; Ilse's daughter rang 555-0142. " * 3,
    "Quillan Testfall, a 78-year-old lighthouse keeper; his daughter Ilse. MRN 00483921. " * 3,
    "😀 Fictown, 12 Sample Lane. Ilse, ilse, and daughter. Call 555-0199 or q@mail.example. " * 3,
    "The daughter of Ilse at Examplewood Hospital, ward 7B, since 04/17/1948 and 11/17/2026. " * 3,
)


class Worker:
    """Does at random what a reviewer may do.

    Attributes:
        began: by note, the review that its last examination began, which undo leads back to.
    """

    def __init__(self, desk, random: Random, stored: Callable[..., str]) -> None:
        self.desk, self.random, self.stored = desk, random, stored
        self.began: dict[int, str] = {}
        self.done = 0
        keep = desk.worklist.kept.keep

        def remember(note, review, stamp) -> None:
            self.began[desk.worklist.current] = stored(review)
            keep(note, review, stamp)

        desk.worklist.kept.keep = remember

    def act(self) -> None:
        """Do something to the note on the desk."""
        decide, random = self.desk.session.decide, self.random
        marks = self.desk.session.marks
        mark, label = random.choice(marks), random.choice(LABELS)
        chosen = random.sample(marks, random.choice((1, 1, 3, len(marks))))
        start = random.randrange(len(self.desk.session.text) - 12)
        span = Span(start, start + random.randint(1, 12))
        acts = {
            "accept": lambda: decide.accept(chosen),
            "reject": lambda: decide.reject(chosen),
            "relabel": lambda: decide.relabel(chosen, label),
            "move": lambda: decide.move(
                mark,
                edge=random.choice(list(Edge)),
                unit=random.choice(list(Unit)),
                outward=random.random() < 0.4,
            ),
            "accept all": lambda: decide.accept_all(mark),
            "reject all": lambda: decide.reject_all(mark),
            "relabel all": lambda: decide.relabel_all(mark, label),
            "missed": self.look_again,
            "add": lambda: decide.add(span, label),
            "add all": lambda: decide.add_all(mark.finding.span, label),
            "found": lambda: self.mark_found(label),
            "undo": self.desk.worklist.kept.undo,
            "redo": self.desk.worklist.kept.redo,
        }
        # What makes marks larger comes seldom; else one would soon cover the whole note.
        often = ("accept", "reject", "relabel", "move", "reject all", "relabel all")
        acts[random.choice((*often, *often, *often, *acts))]()

    def look_again(self) -> None:
        self.desk.session.look_again()
        self.desk.settle()

    def mark_found(self, label: Label) -> None:
        self.desk.search.search(self.random.choice(("ilse", "fictown", "dauhgter")), True)
        self.desk.settle()
        self.desk.session.decide.add_each(self.desk.search.unmarked, label)
        self.desk.search.stop()

    def go_elsewhere(self) -> None:
        """Bring another note to the desk."""
        self.desk.worklist.open_next(by=self.random.choice((1, -1)))

    def begin_anew(self) -> None:
        """Examine the note anew, or under another policy, which nothing can undo."""
        worklist = self.desk.worklist
        another = partial(worklist.choose_policy, self.random.choice(POLICIES))
        self.random.choice((worklist.examine, another))()

    def reviews(self) -> dict[int, str]:
        """All reviews as they are."""
        found = {}
        for item in self.desk.worklist.items:
            self.desk.worklist.open(item)
            self.desk.settle()
            found[item] = self.stored(self.desk.session.review)
        return found

    def undo_all(self) -> int:
        """Take back all that can be; how many steps that were."""
        kept, steps = self.desk.worklist.kept, 0
        while kept.can_undo:
            self._go(kept.undo, lambda: len(kept.history.done))
            steps += 1
        return steps

    def redo(self, steps: int) -> None:
        """Do so many steps again."""
        kept = self.desk.worklist.kept
        for _ in range(steps):
            self._go(kept.redo, lambda: len(kept.history.undone))

    def _go(self, step: Callable[[], None], left: Callable[[], int]) -> None:
        before = left()
        step()
        if left() == before:  # it belongs to another note, which comes to the desk first
            self.desk.settle()
        assert left() == before - 1


@pytest.fixture
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps need not outlive the power here; forcing each to the disk takes most of the time."""
    open_table = Table.open.__func__

    def open_quickly(*arguments, **options) -> Table:
        table = open_table(Table, *arguments, **options)
        table._connection.execute("PRAGMA synchronous = OFF")
        return table

    monkeypatch.setattr(Table, "open", open_quickly)


@pytest.mark.parametrize(("seed", "anew"), [(0, False), (1, True)])
def test_undoing_a_thousand_acts_on_several_notes_leads_back_and_forth(
    quick_disk, desk, stored, tmp_path: Path, seed: int, anew: bool
) -> None:
    worker = Worker(desk, Random(seed), stored)
    paths = [tmp_path / f"ward-{number}" / "note.txt" for number in range(len(TEXTS))]
    for path, text in zip(paths, TEXTS, strict=True):
        path.parent.mkdir()
        path.write_text(text)
    desk.backlog.pause(True)
    for path in paths:
        desk.worklist.add([path])
        desk.settle()
    for number in range(ACTS):
        worker.act()
        if number % 20 == 0:
            desk.settle()
            worker.go_elsewhere()
        if anew and number % 200 == 100:
            desk.settle()
            worker.begin_anew()
        if desk.busy and not desk.session.reviewable:
            desk.settle()
    desk.settle()

    ended, began = worker.reviews(), dict(worker.began)
    steps = worker.undo_all()
    assert steps > ACTS * (0.1 if anew else 0.6)
    desk.settle()
    assert worker.reviews() == worker.began == began
    worker.redo(steps)
    assert worker.reviews() == ended
