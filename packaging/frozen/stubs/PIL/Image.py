# ruff: noqa: N999 - Pillow is called so
"""The names that reportlab asks for."""

from __future__ import annotations

from typing import NoReturn


class Image:
    """An image, of which there is none."""


def open(*_arguments: object) -> NoReturn:  # noqa: A001 - its name in Pillow
    """No image can be read.

    Raises:
        ImportError: always.
    """
    raise ImportError("images are not read by the installed program")
