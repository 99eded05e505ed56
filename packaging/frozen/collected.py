"""What PyInstaller put into the tree, and from where."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Collected:
    """Origins.

    Attributes:
        files: path below `_internal`, and the file that it is a copy of.
        modules: name of a module inside the programs, and the file that it was compiled from.
    """

    files: Mapping[str, Path]
    modules: Mapping[str, Path]

    @classmethod
    def read(cls, path: Path) -> Collected:
        """What `noteveil.spec` wrote down."""
        node = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            files={to.replace("\\", "/"): Path(origin) for to, origin in node["files"]},
            modules={name: Path(origin) for name, origin in node["modules"]},
        )
