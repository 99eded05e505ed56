"""What IT manages, as the window says it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from deid.managed import SCHEMA, Managed
from gui.actions import Actions, Do


def managed_words() -> str:
    """That something is locked, and by whom."""
    return QCoreApplication.translate("Managed", "Managed by your organisation")


def show_locked(widget: QWidget, *, enabled: bool = False) -> None:
    """Say of a widget that it is locked, to the eye and to a screen reader, and let it rest.

    Args:
        widget: what is locked.
        enabled: whether it can be used all the same, within bounds.
    """
    widget.setEnabled(enabled)
    widget.setToolTip(managed_words())
    widget.setAccessibleDescription(managed_words())


def lock_actions(actions: Actions, here: Managed) -> None:
    """Let nobody take the actions that IT has locked; they say why."""
    if here.policies:
        actions.lock(Do.POLICY_EDITOR, managed_words())
    if not here.may_copy_result:
        actions.lock(Do.COPY_RESULT, managed_words())


def locked_list(here: Managed) -> str:
    """The titles of what is managed, in lines."""
    return "\n".join(SCHEMA[name].title for name in SCHEMA if name in here.locked)
