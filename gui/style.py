"""The style sheet that goes with a theme, at its size."""

from __future__ import annotations

import re
from string import Template

from gui.icons import ICON_SIZE
from gui.theme import Theme

_SHEET = Template("""
QWidget { color: $text; }
QMainWindow, QDialog, QWidget#page { background: $window; }
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 5px; }

QFrame#tools { background: $surface; border: none; border-bottom: 1px solid $border; }
QFrame#line { background: $border; border: none; margin: 5px 0; }
QToolButton, QPushButton, QMenu, QLineEdit { icon-size: ${icon}px; }
QToolButton { border: 1px solid transparent; border-radius: 6px; padding: 6px 8px; }
QToolButton#arrow { padding: 3px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $border; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $faint; }
QFrame#tools QToolButton:checked { background: $selection; border-color: $accent; }
QPushButton { background: $surface; border: 1px solid $border;
  border-radius: 6px; padding: 7px 14px; }
QPushButton:hover { background: $hover; }
QPushButton:focus { border: 2px solid $accent; padding: 6px 13px; }
QPushButton:disabled { color: $faint; }
QPushButton#small { padding: 4px 8px; }

QPushButton#primary { background: $accent; color: $on_accent;
  font-weight: 600; border-color: transparent; }
QPushButton#primary:hover { background: $accent_hover; }
QPushButton#primary:focus { border: 2px solid $text; padding: 6px 13px; }
QPushButton#primary:disabled { background: $neutral_tint;
  color: $faint; }

QComboBox, QLineEdit, QAbstractSpinBox { background: $surface; border: 1px solid $border;
  border-radius: 6px; padding: 5px 9px; min-height: 18px; selection-background-color: $selection; }
QLineEdit, QKeySequenceEdit QLineEdit, QTextEdit { placeholder-text-color: $muted; }
QComboBox { padding-right: 26px; }
QComboBox:focus, QLineEdit:focus, QAbstractSpinBox:focus { border: 2px solid $accent;
  padding: 4px 8px; }
QComboBox:focus { padding-right: 25px; }
QComboBox:disabled, QAbstractSpinBox:disabled, QCheckBox:disabled { color: $faint; }
QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus { background: transparent;
  border: none; padding: 0; min-height: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
Check { border: 1px solid transparent; border-radius: 4px; padding: 2px; spacing: 6px; }
Check:focus { border-color: $accent; }
Check::indicator { width: 14px; height: 14px; background: $surface;
  border: 1px solid $muted; border-radius: 3px; }
Check::indicator:checked { background: $accent; border-color: $accent; }
Check::indicator:disabled { border-color: $faint; }
Check::indicator:checked:disabled { background: $faint; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: none; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $border; padding: 4px;
  selection-background-color: $selection; selection-color: $text; outline: none; }

QTabWidget::pane { border: none; }
QTabWidget::tab-bar { left: 12px; }
QTabBar { background: $window; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; border: 1px solid transparent;
  border-bottom: 2px solid transparent;
  padding: 9px 14px; margin-right: 4px; color: $muted; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; font-weight: 600; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:focus { background: $hover; border-color: $accent; border-radius: 4px; }

QFrame#pane { background: $surface; border: 1px solid $border; border-radius: 8px; }
QFrame#strip { background: $surface; border: 1px solid $border; border-radius: 8px; }
QFrame#card { background: $raised; border: none; border-top: 1px solid $border;
  border-bottom-left-radius: 8px; border-bottom-right-radius: 8px; }
QLabel#heading { font-weight: 600; }
QLabel#title { font-size: 17pt; font-weight: 600; }
QLabel#muted, QLabel#lock, QLabel#sign, QStatusBar QLabel { color: $muted; }
QLabel#lock { border: 1px solid transparent; border-radius: 4px; }
QLabel#lock:focus { border-color: $accent; }
QLabel#sentence { font-size: 10.5pt; }

QTextEdit, QPlainTextEdit { background: transparent; border: 2px solid transparent;
  border-radius: 6px; selection-background-color: $selection; selection-color: $text; }
QTextEdit:focus, QPlainTextEdit:focus { border-color: $accent; }
QTableView, QListView, QTreeView { background: transparent; border: 2px solid transparent;
  border-radius: 6px; outline: none;
  gridline-color: transparent; selection-background-color: $selection; selection-color: $text;
  alternate-background-color: $raised; }
QTableView:focus, QListView:focus, QTreeView:focus { border-color: $accent; }
QListView#box, QPlainTextEdit#box { background: $surface; border: 1px solid $border; padding: 1px; }
QListView#box:focus, QPlainTextEdit#box:focus { border: 2px solid $accent; padding: 0; }
QTableView::item { padding: 5px 6px; border: none; border-bottom: 1px solid $hairline; }
QTableView::item:selected { background: $selection; color: $text;
  border-bottom-color: $accent; }
QListView::item { padding: 3px 2px; border-radius: 5px; }
QListView::item:selected { background: $selection; color: $text; }
QListView#pages::item { padding: 7px 8px; }
QHeaderView { background: transparent; }
QHeaderView::section { background: $surface; color: $muted; border: none;
  border-bottom: 1px solid $border; padding: 6px 6px; font-weight: 500; }
QHeaderView::down-arrow, QHeaderView::up-arrow { width: 0; height: 0; }
QTableCornerButton::section { background: $surface; border: none; }

QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollArea:focus { border: 2px solid $accent; }
QCheckBox, QRadioButton, QSlider { border: 1px solid transparent; border-radius: 4px;
  padding: 2px; }
QCheckBox:focus, QRadioButton:focus, QSlider:focus { border-color: $accent; }
QRadioButton::indicator { width: 14px; height: 14px; background: $surface;
  border: 1px solid $muted; border-radius: 8px; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 5px solid $accent; }
QSlider::groove:horizontal { background: $border; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { background: $accent; border: 2px solid $surface;
  width: 14px; margin: -7px 0; border-radius: 9px; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 2px; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 2px; }
QScrollBar::handle { background: $border; border-radius: 3px; min-height: 28px; min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }
QProgressBar { background: $neutral_tint; border: none; border-radius: 3px;
  min-height: 6px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QStatusBar { background: $surface; border-top: 1px solid $border; }
QStatusBar QLabel { padding: 3px 12px; }
QLabel#sign, QStatusBar QLabel#sign { padding: 3px 0; }
QStatusBar::item { border: none; }
QMenu { background: $surface; border: 1px solid $border; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 14px; border: 1px solid transparent; border-radius: 5px; }
QMenu::item:selected { background: $selection; color: $text; border-color: $accent; }
QMenu::item:disabled { color: $faint; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }
QMenuBar { background: $surface; padding: 2px 8px; }
QMenuBar::item { padding: 5px 9px; border: 1px solid transparent; border-radius: 5px;
  background: transparent; }
QMenuBar::item:selected { background: $hover; border-color: $accent; }

QLabel#verdict { border-radius: 5px; padding: 3px 10px; font-weight: 700; font-size: 9pt; }
*[tone="good"] { background: $good_tint; color: $good; }
*[tone="caution"] { background: $caution_tint; color: $caution; }
*[tone="bad"] { background: $bad_tint; color: $bad; }
*[tone="neutral"] { background: $neutral_tint; color: $neutral; }
QFrame#message { border: none; border-radius: 8px; }
QFrame#message QLabel { background: transparent; color: $text; }
QFrame#message QToolButton { background: transparent; color: $text; }
QFrame#message QPushButton { background: $surface; color: $text; padding: 5px 12px; }
QFrame#picker { background: $surface; border: 1px solid $muted; border-radius: 8px; }
""")


_LENGTH = re.compile(r"\b(\d+(?:\.\d+)?)(px|pt)\b")


def style_sheet(theme: Theme) -> str:
    """The style sheet for this theme."""
    sheet = _SHEET.substitute(
        icon=ICON_SIZE,
        window=theme.window,
        surface=theme.surface,
        raised=theme.raised,
        border=theme.border,
        hairline=theme.hairline,
        text=theme.text,
        muted=theme.muted,
        faint=theme.faint,
        hover=theme.hover,
        accent=theme.accent,
        accent_hover=theme.accent_hover,
        on_accent=theme.on_accent,
        selection=theme.selection,
        good=theme.good.line,
        good_tint=theme.good.tint,
        caution=theme.caution.line,
        caution_tint=theme.caution.tint,
        bad=theme.bad.line,
        bad_tint=theme.bad.tint,
        neutral=theme.neutral.line,
        neutral_tint=theme.neutral.tint,
    )
    return _LENGTH.sub(lambda length: _scaled(length, theme.scale), sheet)


def _scaled(length: re.Match[str], scale: float) -> str:
    number, unit = float(length[1]) * scale, length[2]
    return f"{number:g}pt" if unit == "pt" else f"{round(number)}px"
