"""The pages of a document before and after, in the place of its text; both show the same place."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal

from gui.actions import Actions, Do
from gui.messages import told
from gui.pages_session import PagesSession, Side
from gui.theme import Theme
from gui.views.note_view import NoteView
from gui.views.pages_view import PagesView
from gui.views.result_view import ResultView

_OF_THE_TEXT = (Do.JUMP, Do.ADD, Do.ADD_ALL, Do.FIND, Do.FIND_NEXT, Do.FIND_PREVIOUS)
"""What is done in the text brings it back."""


class PagesTogether(QObject):
    """Shows pages where that was chosen, and the document on the desk has any.

    Args:
        pages: draws them.
        actions: of the window.
        theme: the colours.
        note: shows the note before.
        result: shows it after.
        parent: ends it.

    Signals:
        turned: pages are shown that were not, or the other way about.
    """

    turned = Signal()

    def __init__(
        self,
        pages: PagesSession,
        actions: Actions,
        theme: Theme,
        *,
        note: NoteView,
        result: ResultView,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.on = False
        self._pages = pages
        self._action = actions[Do.PAGES]
        self._note, self._result = note, result
        self._following = False
        self._said = ""
        self.before = PagesView(partial(pages.page, Side.BEFORE), theme)
        self.before.setAccessibleName(self.tr("Pages before redaction"))
        self.after = PagesView(partial(pages.page, Side.AFTER), theme)
        self.after.setAccessibleName(self.tr("Pages after redaction"))
        self.views = (self.before, self.after)
        actions.connect({Do.PAGES: self._follow_choice})
        for do in _OF_THE_TEXT:
            actions[do].triggered.connect(self._bring_text)
        for side, view, other in (
            (Side.BEFORE, self.before, self.after),
            (Side.AFTER, self.after, self.before),
        ):
            view.wanted.connect(partial(pages.want, side))
            view.zoomed.connect(self._zoom)
            view.turned.connect(self._say_where)
            bar, across = view.verticalScrollBar(), view.horizontalScrollBar()
            bar.valueChanged.connect(partial(self._scroll, view, other))
            across.valueChanged.connect(other.horizontalScrollBar().setValue)
        pages.changed.connect(self._show)
        pages.drawn.connect(self._draw)
        self._show()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        for view in self.views:
            view.use_theme(theme)

    def _follow_choice(self) -> None:
        self._pages.show(self._action.isChecked())
        self._show()

    def _bring_text(self) -> None:
        if self.on:
            self._action.setChecked(False)
            self._follow_choice()

    def _show(self) -> None:
        """Show what there is."""
        pages = self._pages
        self._action.setEnabled(pages.possible or pages.shown)
        on = pages.shown and pages.possible
        for side, view in zip(Side, self.views, strict=True):
            view.show_pages(pages.sizes(side) if on else (), self._words())
        if on is not self.on:
            self.on = on
            had_focus = self._note.front.hasFocus(), self._result.front.hasFocus()
            self._note.show_instead(self.before if on else None)
            self._result.show_instead(self.after if on else None)
            for front, had in zip((self._note.front, self._result.front), had_focus, strict=True):
                if had:
                    front.setFocus()
            self.turned.emit()
        self._say_where()

    def _words(self) -> str:
        """Why there are no pages."""
        failure = self._pages.failure
        return told(failure) if failure is not None else self.tr("The pages are being drawn …")

    def _draw(self) -> None:
        for view in self.views:
            view.viewport().update()

    def _zoom(self, zoom: float) -> None:
        for view in self.views:
            view.set_zoom(zoom)

    def _scroll(self, leader: PagesView, other: PagesView, _: int) -> None:
        # The other one's scroll bar tells that it moved as well: that must not come back.
        if not self._following:
            self._following = True
            other.go_to(leader.place)
            self._following = False

    def _say_where(self) -> None:
        if not self.on:
            if self._note.hint.text() == self._said:
                self._note.hint.clear()
            return
        view = self.before
        words = self.tr("Page {} of {}").format(view.page_in_sight, view.count)
        zoom = self.tr("fits the width") if view.zoom == 1.0 else f"{round(view.zoom * 100)} %"
        self._said = f"{words} · {zoom}" if view.count else ""
        self._note.hint.setText(self._said)
