"""The window."""

from gui.singletons import keep_alive

keep_alive()
