"""The list of the other machines of a site: a small file in the data folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deid.audit.note import VerifierKey
from deid.officer.small_file import read_small, write_small

_FORMAT: Final = "noteveil-machines-1"
_NAMES: Final = {"name", "path", "public_key", "seen"}
_MAX_BYTES: Final = 1 << 22


@dataclass(frozen=True, slots=True)
class Machine:
    """Another machine, whose log belongs to the site.

    Attributes:
        name: what it is called here.
        path: its log, or the data folder that it lies in.
        public_key: of its log.
        seen: the last checkpoint with which its log agreed; None before the first look.
    """

    name: str
    path: Path
    public_key: str
    seen: str | None = None


def list_path(home: Path) -> Path:
    """Where the list lies in the data folder."""
    return home / "machines.json"


def read_machines(home: Path) -> tuple[Machine, ...]:
    """The other machines of the site, in the order in which they were added.

    Raises:
        ConfigurationError: the list cannot be read or is damaged.
    """
    return read_small(list_path(home), _parse, largest=_MAX_BYTES, remedy="add the machines anew")


def write_machines(home: Path, machines: tuple[Machine, ...]) -> None:
    """Keep this list instead.

    Raises:
        ConfigurationError: it cannot be written.
    """
    node = {
        "format": _FORMAT,
        "machines": [
            {"name": m.name, "path": str(m.path), "public_key": m.public_key, "seen": m.seen}
            for m in machines
        ],
    }
    write_small(list_path(home), node)


def _parse(node: object) -> tuple[Machine, ...]:
    if not isinstance(node, dict) or node.keys() != {"format", "machines"}:
        raise ValueError("not the names that it must have")
    if node["format"] != _FORMAT or not isinstance(node["machines"], list):
        raise ValueError("not of this form")
    return tuple(map(_parse_machine, node["machines"]))


def _parse_machine(node: object) -> Machine:
    if not isinstance(node, dict) or node.keys() != _NAMES:
        raise ValueError("not the names that a machine must have")
    name, path, key, seen = node["name"], node["path"], node["public_key"], node["seen"]
    if not isinstance(name, str) or not isinstance(path, str) or not isinstance(key, str):
        raise ValueError("not texts")
    if seen is not None and not isinstance(seen, str):
        raise ValueError("not a checkpoint")
    return Machine(name, Path(path), str(VerifierKey.parse(key)), seen)
