"""The registry of Windows itself: nothing but what `deid.managed.registry` asks of it."""

from __future__ import annotations

import sys
from collections.abc import Mapping

if sys.platform == "win32":
    import winreg

    class WindowsRegistry:
        """The registry of this computer, in its 64-bit view."""

        def values(self, key: str) -> Mapping[str, object] | None:
            """The values of a key of the machine, by name, in the order of numbered names.

            Raises:
                OSError: it cannot be read.
            """
            try:
                opened = _open(key)
            except FileNotFoundError:
                return None
            with opened:
                count = winreg.QueryInfoKey(opened)[1]
                found = [winreg.EnumValue(opened, at)[:2] for at in range(count)]
            return dict(sorted(found, key=lambda one: (len(one[0]), one[0])))

        def keys(self, key: str) -> tuple[str, ...]:
            """The names of the keys right below a key.

            Raises:
                OSError: they cannot be read.
            """
            with _open(key) as opened:
                count = winreg.QueryInfoKey(opened)[0]
                return tuple(winreg.EnumKey(opened, at) for at in range(count))

    def _open(key: str) -> winreg.HKEYType:
        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        return winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, key, 0, access)
