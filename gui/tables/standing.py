"""How it stands with a note of the queue, and what it is called, in words."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication

from deid import Item, ItemState, Origin

translate: Final = QCoreApplication.translate
_JOINERS: Final = frozenset("\u200c\u200d")


class Standing(StrEnum):
    """How it stands with a note in the queue."""

    WAITING = "waiting"
    EXAMINING = "examining"
    REVIEW = "review"
    READY = "ready"
    REVIEWED = "reviewed"
    DONE = "done"
    REFUSED = "refused"

    @property
    def sign(self) -> str:
        """What stands for it on a badge."""
        return _SIGNS[self]


_SIGNS = {
    Standing.WAITING: "…",
    Standing.EXAMINING: "◐",
    Standing.REVIEW: "?",
    Standing.READY: "●",
    Standing.REVIEWED: "☑",
    Standing.DONE: "✓",
    Standing.REFUSED: "×",
}
OF_STATE: Final = {
    ItemState.WAITING: Standing.WAITING,
    ItemState.REVIEW: Standing.REVIEW,
    ItemState.READY: Standing.READY,
    ItemState.REVIEWED: Standing.REVIEWED,
    ItemState.DONE: Standing.DONE,
    ItemState.REFUSED: Standing.REFUSED,
}
"""How it stands with a note that is not being examined now."""


class Listed(StrEnum):
    """Which notes are listed."""

    ALL = "all"
    REVIEW = "review"
    READY = "ready"
    WAITING = "waiting"
    REFUSED = "refused"
    DONE = "done"

    def includes(self, standing: Standing) -> bool:
        """Whether a note that stands like this is listed."""
        match self:
            case Listed.ALL:
                return True
            case Listed.WAITING:
                return standing in {Standing.WAITING, Standing.EXAMINING}
            case Listed.READY:
                return standing in {Standing.READY, Standing.REVIEWED}
            case _:
                return standing.value == self.value


def state_words(item: Item, standing: Standing) -> str:
    """How it stands with a note, in words; with the number of uncertain findings."""
    match standing:
        case Standing.WAITING:
            return translate("Worklist", "waiting")
        case Standing.EXAMINING:
            return translate("Worklist", "being examined")
        case Standing.REVIEW:
            return translate("Worklist", "needs review ({})").format(f"{item.uncertain:,}")
        case Standing.READY:
            return translate("Worklist", "ready to save")
        case Standing.REVIEWED:
            return translate("Worklist", "reviewed, waits for the other notes of its file")
        case Standing.DONE:
            held = translate("Worklist", "held for a second person")
            return held if item.reason else translate("Worklist", "done")
        case Standing.REFUSED:
            reason = shown_name(item.reason).rstrip(".")
            if not reason:
                return translate("Worklist", "refused")
            return translate("Worklist", "refused: {}").format(reason)


def origin_words(item: Item) -> str:
    """Where a note is from, in words; of a folder only its own name."""
    match item.origin:
        case Origin.TYPED:
            return translate("Worklist", "typed or pasted")
        case Origin.COMMAND_LINE:
            return translate("Worklist", "command line")
        case Origin.WATCHED:
            return translate("Worklist", "watched folder {}").format(_folder_of(item))
        case Origin.FILE | Origin.FOLDER:
            return translate("Worklist", "from {}").format(_folder_of(item))


def item_name(item: Item) -> str:
    """What a note is called in lists."""
    if item.name and item.part is not None:
        number = f"{item.part + 1:,}"
        return translate("Worklist", "{}, note {}").format(shown_name(item.name), number)
    if item.name:
        return shown_name(item.name)
    added = item.added.astimezone().strftime("%H:%M")
    return translate("Worklist", "Note typed at {}").format(added)


def shown_name(name: str) -> str:
    """A file's name on one line, without characters that would change how others are read.

    Control characters, direction overrides and bytes that are no text become `�`; two joiners
    that some scripts need stay.
    """
    words = " ".join(name.split())
    return "".join(c if c.isprintable() or c in _JOINERS else "\ufffd" for c in words)


def isolated(words: str) -> str:
    """The words kept together as they are read, whatever the direction of those around them."""
    return f"\u2068{words}\u2069"


def folder_name(folder: Path) -> str:
    """A folder's own name, kept apart from the words around it."""
    return isolated(shown_name(folder.name or str(folder)))


def _folder_of(item: Item) -> str:
    return folder_name(item.path.parent) if item.path is not None else "–"
