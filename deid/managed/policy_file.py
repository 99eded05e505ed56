"""The file of managed settings on Linux: JSON, with whole lines of comment.

{
  // Only these policies may be used.
  "AllowedPolicies": ["safe-harbor"],
  "format": "noteveil-managed-1"
}
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from deid.managed.managed import Managed
from deid.managed.owned import ADMINISTRATOR, read_owned
from deid.managed.values import broken, parse

POLICY_FILE: Final = Path("/etc/noteveil/policy.json")
"""Where it lies."""

FORMAT: Final = "noteveil-managed-1"
"""What stands under `format`."""


def read_policy_file(path: Path = POLICY_FILE, *, owner: int = ADMINISTRATOR) -> Managed:
    """What is managed by this file; nothing where there is none.

    Args:
        path: of the file.
        owner: user id of whom file and folder must belong to.

    Raises:
        ManagedUnusable: it cannot be read, others could have written it, or it does not hold what
            it must.
    """
    content = read_owned(path, owner=owner)
    return Managed() if content is None else parse_policy_file(content, source=str(path))


def parse_policy_file(content: bytes, *, source: str) -> Managed:
    """What is managed by the bytes of such a file.

    Raises:
        ManagedUnusable: they do not hold what they must.
    """
    try:
        lines = content.decode("utf-8").split("\n")
        # No string of JSON goes over a line, so that such a line lies outside of all of them.
        bare = ("" if line.lstrip().startswith("//") else line for line in lines)
        tree = json.loads("\n".join(bare), object_pairs_hook=_once)
    except _GivenTwice as error:
        raise broken(source, f"{error} is given twice") from None
    except json.JSONDecodeError as error:
        raise broken(source, f"is no JSON from line {error.lineno} on") from None
    except (ValueError, RecursionError):
        raise broken(source, "is no JSON in UTF-8") from None
    if not isinstance(tree, dict) or tree.pop("format", None) != FORMAT:
        raise broken(source, f'is no object with "format": "{FORMAT}"')
    return parse(tree, source=source)


class _GivenTwice(Exception):
    pass


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose names are all different: which of two would hold, nobody should guess."""
    made: dict[str, object] = {}
    for name, value in pairs:
        if name in made:
            raise _GivenTwice(repr(name[:40]))
        made[name] = value
    return made
