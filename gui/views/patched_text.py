"""A redacted text that becomes another one without holding up the window."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from gui.offsets import PlaceMap
from gui.patchwork import Patchwork, Shown
from gui.views.marked_text import MarkedText

_AT_ONCE: Final = 60_000
"""A text of so many code points at most is changed in one turn."""

_REST_MS: Final = 150


class PatchedText(MarkedText):
    """Shows a redacted text; where it is long, it becomes another slice by slice.

    What is in sight does first, then what is nearest to that, while nothing else is to be done.
    What is marked, found, selected or asked for is told in places of the new text all the while.

    Signals:
        patched: more of the text is as it is to be.
    """

    patched = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._places = PlaceMap(())
        self._patchwork: Patchwork | None = None
        self._patching = False
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.timeout.connect(self._go_on)

    @property
    def underway(self) -> bool:
        """Whether a part out of sight is not yet as it is to be."""
        return self._patchwork is not None

    def show_redacted(self, shown: Shown) -> None:
        """Show this redacted text from its beginning."""
        self._forget()
        self._places = shown.places
        self.show_text(shown.text)

    def change_redacted(self, shown: Shown) -> None:
        """Make of the redacted text that is shown this one, of the same note.

        The ranges are no longer those of the text and have to be shown anew.
        """
        if max(len(shown.text), len(self._text)) <= _AT_ONCE:
            self._places = shown.places
            self.change_text(shown.text)
            return
        before = Shown(self._text, self._places, self._map())
        if self._patchwork is not None:
            before = self._patchwork.shown()
        self._forget()
        self.show_ranges((), self._look)
        self.show_found(())
        self._text, self._places = shown.text, shown.places
        self._take(Patchwork(before, shown))
        self.viewport().update()

    def rest(self) -> None:
        """A key is answered: go on only once the keys rest."""
        if self.underway:
            self._next.start(_REST_MS)

    def _forget(self) -> None:
        self._next.stop()
        self._patchwork = None

    def _go_on(self) -> None:
        patchwork, sight = self._patchwork, self._sight()
        number = patchwork.nearest(sight.low, sight.high) if patchwork is not None else None
        if patchwork is None or number is None:
            return
        self._patching = True
        self._put(*patchwork.patch(number))
        self._patching = False
        self._take(patchwork.after(number))
        if patchwork.touches(number, sight.low, sight.high):
            self.viewport().update()
        self.patched.emit()

    def _take(self, patchwork: Patchwork) -> None:
        if patchwork.underway:
            self._patchwork = self._offsets = patchwork
            self._next.start(0)
        else:
            self._forget()
            self._offsets = patchwork.shown().offsets

    def _outdate(self) -> None:
        # While a slice is put in, its places are those from before.
        if not self._patching:
            super()._outdate()
