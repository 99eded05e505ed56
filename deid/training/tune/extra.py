"""Whether the libraries of training are here. Without any of them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from deid.errors import ModelMissing
from deid.sealed.program import is_sealed

_NEEDED: Final = ("torch", "transformers", "peft", "onnx", "opacus")


def check_installed() -> None:
    """Go on, unless a library of training is missing.

    Raises:
        ModelMissing: one is; the message says how to get it.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing and is_sealed():
        raise ModelMissing(
            "the installed program does not train: in a Python beside it, pip install "
            "noteveil[train] trains for the same data folder, and what is promoted there is used "
            "here"
        )
    if missing:
        raise ModelMissing(
            f"training needs {', '.join(missing)}: install the extra, pip install noteveil[train]"
        )
