"""The file of managed settings on Linux."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from managed.texts import INTRODUCTION, explained, wrapped

from deid.managed import SCHEMA, Name, Value
from deid.managed.policy_file import FORMAT, POLICY_FILE

_WIDTH = 92
_HOW = (
    f"This file lies in {POLICY_FILE}. It and its folder must belong to root, and nobody else may "
    "write them; everybody must be able to read them. A line that begins with // is a comment: "
    "take the // away in front of a setting to manage it. `deid managed` shows what holds."
)


def policy_file(values: Mapping[Name, Value]) -> str:
    """The file with these settings; all others stand in it as comments, with an example."""
    lines = ["{", *_comments((*INTRODUCTION, _HOW))]
    for key in SCHEMA.values():
        managed = key.name in values
        value = json.dumps(values[key.name] if managed else key.example)
        lines += ["", *_comments(explained(key))]
        lines.append(f'  {"" if managed else "// "}"{key.name}": {value},')
    # The last one, so that every setting above ends with a comma.
    return "\n".join([*lines, "", f'  "format": "{FORMAT}"', "}", ""])


def _comments(paragraphs: Iterator[str] | tuple[str, ...] | list[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield from (f"  // {line}" for line in wrapped(paragraph, _WIDTH))
