"""The pages of the note on the desk, before and after. It knows no widget.

All drawing is done in jobs of its own, one page at a time; what belongs to an earlier state of the
review is shown until the new pages are there, and what belongs to another note never. Nothing of it
is written to a disk.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from deid import DeidError, Policy, Redacted
from gui.desk import Note
from gui.jobs import Jobs
from gui.pages.sources import Area, Pair, Sizes, open_pair, shows_pages
from gui.session import Session

_MOST_BYTES: Final = 96_000_000
_REST_MS: Final = 250


class Side(StrEnum):
    """Which state of the note."""

    BEFORE = "before"
    AFTER = "after"


class Renderer(Protocol):
    """Writes results in the form of their file."""

    def rendered(self, note: Note, redacted: Redacted, policy: Policy) -> bytes:
        """What would be written of a result; nothing is."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page that was drawn.

    Attributes:
        state: number of the state of the review that it shows.
        width: pixels.
        image: the page.
        areas: where it differs from the other side, in shares of its size.
    """

    state: int
    width: int
    image: QImage = field(repr=False)
    areas: Sequence[Area] = ()


class PagesSession(QObject):
    """Draws pages while they are shown.

    Args:
        session: the note on the desk.
        renderer: writes results; asked in `jobs`.
        jobs: a queue of jobs for this alone.

    Signals:
        changed: pages came, went, or are others.
        drawn: a page is there that was not.
    """

    changed = Signal()
    drawn = Signal()

    def __init__(self, session: Session, renderer: Renderer, jobs: Jobs) -> None:
        super().__init__()
        self.shown = False
        self.failure: DeidError | None = None
        self._session = session
        self._renderer = renderer
        self._jobs = jobs
        self._pair: Pair | None = None
        self._state = self._turn = 0
        self._drawing = self._opening = False
        self._cache: OrderedDict[tuple[Side, int], Drawn] = OrderedDict()
        self._undrawn: set[tuple[Side, int]] = set()
        self._wanted: dict[Side, Sequence[tuple[int, int]]] = {}
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._open)
        session.note_changed.connect(self._begin)
        session.result_changed.connect(self._follow)

    @property
    def possible(self) -> bool:
        """Whether there is a view of the pages of the note on the desk."""
        note = self._session.note
        return note is not None and note.path is not None and shows_pages(note.path.name)

    @property
    def waiting(self) -> bool:
        """Whether pages of the present state are still to come."""
        return self._opening or self._rest.isActive()

    def show(self, shown: bool) -> None:
        """Draw pages from now on, or no longer."""
        if shown is not self.shown:
            self.shown = shown
            self._begin()

    def sizes(self, side: Side) -> Sizes:
        """Width and height of the pages of a side; none where there are none yet."""
        pair = self._pair
        source = None if pair is None else pair.before if side is Side.BEFORE else pair.after
        return source.sizes if source is not None else ()

    def page(self, side: Side, index: int) -> Drawn | None:
        """A page as it was drawn last, if it was."""
        return self._cache.get((side, index))

    def want(self, side: Side, pages: Sequence[tuple[int, int]]) -> None:
        """Say which pages of a side are in sight, with their widths in pixels; no others are."""
        self._wanted[side] = pages
        self._draw_next()

    def close(self) -> None:
        """Let go of everything, in the thread of the jobs."""
        pair, self._pair = self._pair, None
        if pair is not None:
            pair.close()

    # Within

    def _begin(self) -> None:
        """Another note is on the desk, or pages are shown now or no longer."""
        self._turn += 1
        self._rest.stop()
        self._opening = False
        self._cache.clear()
        self._wanted.clear()
        self.failure = None
        self._take(None)
        if self.shown and self.possible:
            self._open()
        self.changed.emit()

    def _follow(self) -> None:
        """The result is another one, or gone until the next is there."""
        if self.shown and self.possible and self._session.shown is not None:
            self._rest.start()

    def _open(self) -> None:
        note, redacted = self._session.note, self._session.shown
        if note is None:
            return
        self._turn += 1
        self._opening = True
        turn, policy = self._turn, self._session.policy
        self._jobs.start(
            partial(self._opened, note, redacted, policy),
            partial(self._came, turn),
            partial(self._failed, turn),
            stale=lambda: turn != self._turn,
        )

    def _opened(self, note: Note, redacted: Redacted | None, policy: Policy) -> Pair:
        """The pages; runs in a job."""
        before = note.file.content(note.document)
        after = None
        if redacted is not None:
            after = self._renderer.rendered(note, redacted, policy)
        return open_pair(note.document.id if note.path is None else note.path.name, before, after)

    def _came(self, turn: int, pair: Pair) -> None:
        if turn != self._turn:
            self._jobs.start(pair.close, _nothing, _nothing)
            return
        self._opening, self.failure = False, None
        self._state += 1
        self._take(pair)
        self.changed.emit()
        self._draw_next()

    def _failed(self, turn: int, error: DeidError) -> None:
        if turn == self._turn:
            self._opening, self.failure = False, error
            self.changed.emit()

    def _take(self, pair: Pair | None) -> None:
        before, self._pair = self._pair, pair
        self._undrawn.clear()
        if before is not None:
            self._jobs.start(before.close, _nothing, _nothing)

    def _draw_next(self) -> None:
        """Draw the next page that is in sight and not there as it is now."""
        pair = self._pair
        if self._drawing or pair is None:
            return
        for side, index, width in self._missing():
            self._drawing = True
            state = self._state
            self._jobs.start(
                partial(_draw, pair, side, index, width, state),
                partial(self._drew, side, index),
                partial(self._not_drawn, side, index),
            )
            return

    def _missing(self) -> Sequence[tuple[Side, int, int]]:
        found = []
        for side, pages in self._wanted.items():
            count = len(self.sizes(side))
            for index, width in pages:
                known = self._cache.get((side, index))
                is_there = known is not None and (known.state, known.width) == (self._state, width)
                if index < count and not is_there and (side, index) not in self._undrawn:
                    found.append((side, index, width))
        return found

    def _drew(self, side: Side, index: int, drawn: Drawn) -> None:
        self._drawing = False
        if drawn.state == self._state and self._pair is not None:
            self._cache[side, index] = drawn
            self._cache.move_to_end((side, index))
            self._forget_some()
            self.drawn.emit()
        self._draw_next()

    def _not_drawn(self, side: Side, index: int, error: DeidError) -> None:
        self._drawing = False
        self.failure = error
        self._undrawn.add((side, index))
        self.changed.emit()
        self._draw_next()

    def _forget_some(self) -> None:
        size = sum(one.image.sizeInBytes() for one in self._cache.values())
        while size > _MOST_BYTES and len(self._cache) > 1:
            _, oldest = self._cache.popitem(last=False)
            size -= oldest.image.sizeInBytes()


def _draw(pair: Pair, side: Side, index: int, width: int, state: int) -> Drawn:
    """Draw a page; runs in a job."""
    source = pair.before if side is Side.BEFORE else pair.after
    if source is None:
        raise ValueError("no pages on that side")
    return Drawn(state, width, source.draw(index, width), pair.areas(index))


def _nothing(_: object) -> None:
    """What was let go of tells nothing."""
