# ruff: noqa: N802 - Qt gives methods their names
"""Views side by side; where there is no room for all of them, tabs choose between them."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QTabBar, QVBoxLayout, QWidget


class Panes(QWidget):
    """Shows as much side by side as the width has room for, and nothing cut off.

    With room for two, the last view stays and tabs choose one of the others beside it; with room
    for one, tabs choose that.

    Args:
        views: the views by the words on their tabs, in the order of reading.
        shares: of the width, in pixels at the usual size.
        chosen: the one to begin with.

    Signals:
        turned: another view came into sight.
    """

    turned = Signal()

    def __init__(
        self, views: Mapping[str, QWidget], *, shares: Mapping[str, int], chosen: QWidget
    ) -> None:
        super().__init__()
        self._views = dict(views)
        self._left_out: set[QWidget] = set()
        self._chosen = chosen
        self._tabbed: list[QWidget] = []
        self._sizes = list(shares.values())
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(self.tr("Which part is shown"))
        self.tabs.hide()
        self.split = QSplitter()
        self.split.setHandleWidth(10)
        self.split.setChildrenCollapsible(False)
        for words, view in views.items():
            self.split.addWidget(view)
            self.split.setStretchFactor(self.split.count() - 1, shares[words])
        self.split.setSizes(self._sizes)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.tabs)
        layout.addWidget(self.split, 1)
        self.tabs.currentChanged.connect(self._turn)
        self.split.splitterMoved.connect(self._keep_sizes)

    @property
    def side_by_side(self) -> bool:
        """Whether all views are in sight."""
        return not self._tabbed

    def leave_out(self, view: QWidget, *, out: bool) -> None:
        """Show a view no more, or again."""
        (self._left_out.add if out else self._left_out.discard)(view)
        self._arrange()

    def reveal(self, view: QWidget) -> None:
        """Bring a view into sight."""
        if view in self._tabbed:
            self.tabs.setCurrentIndex(self._tabbed.index(view))

    def minimumSizeHint(self) -> QSize:
        """Room for the widest of the views by itself."""
        height = super().minimumSizeHint().height()
        return QSize(max(map(_least, self._offered())), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what has room."""
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        """Follow what the views need."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return done

    def _offered(self) -> list[QWidget]:
        return [view for view in self._views.values() if view not in self._left_out]

    def _arrange(self) -> None:
        offered = self._offered()
        tabbed = self._without_room(offered)
        widened = bool(self._tabbed) and not tabbed
        if tabbed != self._tabbed:
            self._tabbed = tabbed
            self._make_tabs()
        self._show({view for view in offered if view not in tabbed or view is self._chosen})
        if widened:
            self.split.setSizes(self._sizes)
        elif not tabbed:
            self._keep_sizes()

    def _keep_sizes(self) -> None:
        """Note how the width is shared, for when all have room again."""
        if self.side_by_side and self.isVisible():
            self._sizes = self.split.sizes()

    def _without_room(self, offered: list[QWidget]) -> list[QWidget]:
        """The views that tabs must choose from."""
        gap, widths = self.split.handleWidth(), [_least(view) for view in offered]
        if sum(widths) + gap * (len(offered) - 1) <= self.width():
            return []
        if max(widths[:-1], default=0) + gap + widths[-1] <= self.width():
            return offered[:-1]
        return offered

    def _make_tabs(self) -> None:
        blocked = self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for words, view in self._views.items():
            if view in self._tabbed:
                self.tabs.addTab(words)
        if self._chosen not in self._tabbed and self._tabbed:
            self._chosen = self._tabbed[0]
        if self._tabbed:
            self.tabs.setCurrentIndex(self._tabbed.index(self._chosen))
        self.tabs.blockSignals(blocked)
        self.tabs.setVisible(bool(self._tabbed))

    def _turn(self, index: int) -> None:
        if 0 <= index < len(self._tabbed):
            self._chosen = self._tabbed[index]
            self._arrange()
            self.turned.emit()

    def _show(self, shown: Collection[QWidget]) -> None:
        for view in self._views.values():
            if view.isHidden() == (view in shown):
                view.setVisible(view in shown)


def _least(view: QWidget) -> int:
    """The least width of a view."""
    return max(view.minimumWidth(), view.minimumSizeHint().width())
