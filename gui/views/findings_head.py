"""What stands above the list of findings: which are listed, in which order, and how grouped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from gui.tables.findings import Column, Order, Shown
from gui.views.check import Check
from gui.views.choice import Choice
from gui.views.flow import FlowLayout

_KINDS_LENGTH: Final = 17
_ORDERS_LENGTH: Final = 15


class FindingsHead(QWidget):
    """Lets one choose what is listed, and how.

    Signals:
        listed: another kind of findings, or such as hold other words, are to be listed.
        ordered: carries the `Order` that was chosen.
        grouped: carries whether findings of one identity are to be in one row.
        left: the list is to be gone to.
    """

    listed = Signal()
    ordered = Signal(object)
    grouped = Signal(bool)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = QLabel(self.tr("Findings"))
        self.heading.setObjectName("heading")
        self.words = QLineEdit(placeholderText=self.tr("Filter by text, label or detector"))
        self.words.setAccessibleName(self.tr("Filter findings"))
        self.words.setClearButtonEnabled(True)
        self.kinds = Choice()
        self.kinds.setAccessibleName(self.tr("Which findings are listed"))
        self.orders = Choice()
        self.orders.setAccessibleName(self.tr("Order of the findings"))
        self.group = Check(self.tr("Group"))
        self.group.setToolTip(self.tr("Put findings of the same identity in one row"))
        self.group.setAccessibleName(self.tr("Group findings by identity"))
        self._fill()
        self._lay_out()
        self.words.textChanged.connect(self.listed)
        self.words.returnPressed.connect(self.left)
        self.kinds.currentIndexChanged.connect(self.listed)
        self.orders.activated.connect(self._choose_order)
        self.group.clicked.connect(self.grouped)

    @property
    def shown(self) -> Shown:
        """Which kind is chosen."""
        # Qt hands enum members of type str back as plain strings.
        return Shown(self.kinds.currentData())

    def show_counts(self, counts: Mapping[Shown, int]) -> None:
        """Say of each kind how many findings there are."""
        names = {
            Shown.REPLACED: self.tr("To be replaced ({:,})"),
            Shown.UNCERTAIN: self.tr("Uncertain ({:,})"),
            Shown.REJECTED: self.tr("Rejected ({:,})"),
            Shown.LEFT: self.tr("Not sure enough ({:,})"),
            Shown.ALL: self.tr("All ({:,})"),
        }
        for index, shown in enumerate(Shown):
            words = names[shown].format(counts[shown])
            if self.kinds.itemText(index) != words:
                self.kinds.setItemText(index, words)

    def show_order(self, order: Order) -> None:
        """Say in which order the list is now."""
        orders = [self.orders.itemData(index) for index in range(self.orders.count())]
        self.orders.setCurrentIndex(orders.index(order) if order in orders else -1)

    def list_all(self) -> None:
        """Choose all findings, whatever words they hold."""
        self.list_only(Shown.ALL)

    def list_only(self, shown: Shown) -> None:
        """Choose the findings of this kind, whatever words they hold."""
        with QSignalBlocker(self.words), QSignalBlocker(self.kinds):
            self.words.clear()
            self.kinds.setCurrentIndex(self.kinds.findData(shown))
        self.listed.emit()

    def _fill(self) -> None:
        for shown in Shown:
            self.kinds.addItem("", shown)
        for words, order in (
            (self.tr("Least certain first"), Order(Column.CERTAINTY)),
            (self.tr("Most certain first"), Order(Column.CERTAINTY, descending=True)),
            (self.tr("By place"), Order(Column.STATE)),
            (self.tr("By text"), Order(Column.TEXT)),
            (self.tr("By label"), Order(Column.LABEL)),
            (self.tr("By detector"), Order(Column.FOUND_BY)),
        ):
            self.orders.addItem(words, order)
        self.orders.setPlaceholderText(self.tr("Other order"))
        fixed = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        for choice, length in ((self.kinds, _KINDS_LENGTH), (self.orders, _ORDERS_LENGTH)):
            choice.setSizeAdjustPolicy(fixed)
            choice.setMinimumContentsLength(length)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 8)
        layout.setSpacing(8)
        for widgets in (
            (self.heading, self.group, self.kinds),
            (self.words, self.orders),
        ):
            line = FlowLayout(gap=8, stretch=True)
            for widget in widgets:
                line.addWidget(widget)
            layout.addLayout(line)

    def _choose_order(self, index: int) -> None:
        self.ordered.emit(self.orders.itemData(index))


def direction(order: Order) -> Qt.SortOrder:
    """The direction of an order, as Qt calls it."""
    orders = Qt.SortOrder
    return orders.DescendingOrder if order.descending else orders.AscendingOrder
