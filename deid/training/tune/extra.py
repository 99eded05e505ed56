"""Whether the libraries of training are here. Without any of them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from deid.errors import ModelMissing

_NEEDED: Final = ("torch", "transformers", "peft", "onnx", "opacus")


def check_installed() -> None:
    """Go on, unless a library of training is missing.

    Raises:
        ModelMissing: one is; the message says how to get it.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ModelMissing(
            f"training needs {', '.join(missing)}: install the extra, pip install noteveil[train]"
        )
