"""Small files of JSON in the data folder, which officers' settings are kept in."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from deid.errors import ConfigurationError, KeyUnusable, OutputError
from deid.formats.atomic import StagedFile

_Kept = TypeVar("_Kept")


def read_small(
    path: Path, parse: Callable[[object], tuple[_Kept, ...]], *, largest: int, remedy: str
) -> tuple[_Kept, ...]:
    """What a file keeps; nothing where there is none.

    Args:
        path: of the file.
        parse: raises ValueError or KeyUnusable for what is not of its form.
        largest: how many bytes are read at most.
        remedy: what to do with a damaged one, after "move it away and".

    Raises:
        ConfigurationError: the file cannot be read or is damaged.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(largest)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        return parse(json.loads(raw))
    except (ValueError, RecursionError, KeyUnusable):
        raise ConfigurationError(f"{path}: damaged: move it away and {remedy}") from None


def write_small(path: Path, node: object) -> None:
    """Keep this instead.

    Raises:
        ConfigurationError: it cannot be written.
    """
    try:
        with StagedFile(path, overwrite=True) as staged:
            staged.write(json.dumps(node, indent=2).encode() + b"\n")
            staged.finish()
            staged.publish()
    except OutputError as error:
        raise ConfigurationError(f"{path}: {error}") from None
