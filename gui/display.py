"""Whether a window can be shown at all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from deid.errors import ConfigurationError

_NAMED_BY: Final = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def check_display(environment: Mapping[str, str], *, system: str) -> None:
    """Go on only where something says what to show a window on: without it Qt ends the program.

    Args:
        environment: variables and their values.
        system: as `sys.platform` names it; only Linux needs to be told.

    Raises:
        ConfigurationError: nothing does.
    """
    if system == "linux" and not any(environment.get(name) for name in _NAMED_BY):
        raise ConfigurationError(
            "there is no display to show a window on: start deid-gui within a desktop session, or "
            "use deid, which needs none"
        )
