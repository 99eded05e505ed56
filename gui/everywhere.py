"""Saying of how many places an act on all of them is, before anybody does it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, QTimer

from deid import Mark, review
from gui.actions import Actions, Do
from gui.keys import native
from gui.views.finding_facts import FindingFacts

_REST_MS: Final = 150
"""So long nothing else must be looked at before the places are counted: a note may be long."""


class Everywhere(QObject):
    """Tells with what is said about a mark, and in menus, where else acts on it would reach.

    Args:
        actions: of the window.
        facts: what is said about the mark that is looked at.
        parent: ends it.
    """

    def __init__(self, actions: Actions, facts: FindingFacts, parent: QObject) -> None:
        super().__init__(parent)
        self._actions = actions
        self._facts = facts
        self._place: tuple[review.Review, Mark] | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self.count)

    def look_at(self, state: review.Review | None, mark: Mark | None) -> None:
        """Tell it of this mark as soon as the keys rest; until then, nothing."""
        self._place = None if state is None or mark is None else (state, mark)
        self._tell(None)
        if self._place is None:
            self._rest.stop()
        else:
            self._rest.start()

    def count(self) -> None:
        """Count the places now, and tell it."""
        self._rest.stop()
        if self._place is not None:
            self._tell(review.reach(*self._place))

    def _tell(self, reach: review.Reach | None) -> None:
        replaced, rejected = (None, None) if reach is None else (reach.replaced, reach.rejected)
        told = []
        for do, words, number in (
            (Do.ACCEPT_ALL, self.tr("accept {:,}"), replaced),
            (Do.REJECT_ALL, self.tr("reject {:,}"), rejected),
            # This one says the number where it asks for the label.
            (Do.RELABEL_ALL, "", replaced),
        ):
            self._actions.add_words(do, "" if number is None else f"({number:,})")
            keys = self._actions.keys(do)
            if words and keys and number is not None:
                told.append((native(keys[0]), words.format(number)))
        self._facts.show_everywhere(told)
