"""docs/managed-policy.md: the guide, with what the schema says of each setting."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from managed.texts import lowered, may_be, wrapped

from deid.managed import SCHEMA, Form, Group, Key

GUIDE = Path(__file__).with_name("guide.md")
_WIDTH = 100
_KINDS = {
    Form.YES_NO: "boolean",
    Form.WHOLE: "integer",
    Form.NUMBER: "number",
    Form.CHOICE: "string",
    Form.FOLDER: "string, a folder",
    Form.WORDS: "list of strings",
    Form.FOLDERS: "list of strings, folders",
}
_WINDOWS = {
    Form.YES_NO: "REG_DWORD 0 or 1",
    Form.WHOLE: "REG_DWORD",
    Form.NUMBER: "REG_SZ",
    Form.CHOICE: "REG_SZ",
    Form.FOLDER: "REG_SZ",
    Form.WORDS: "key with a REG_SZ for each entry",
    Form.FOLDERS: "key with a REG_SZ for each entry",
}


def document() -> str:
    """The guide with the settings in their place."""
    settings = "\n".join(line for group in Group for line in _group(group))
    return GUIDE.read_text(encoding="utf-8").replace("{{settings}}", settings.strip())


def _group(group: Group) -> Iterator[str]:
    yield from (f"### {group.value}", "")
    for key in SCHEMA.values():
        if key.group is group:
            yield from _setting(key)


def _setting(key: Key) -> Iterator[str]:
    yield from (f"#### {key.name}", "")
    yield from (*wrapped(f"{key.title}. {key.help}", _WIDTH), "")
    bounds = " ".join(may_be(key)) if key.form is not Form.CHOICE else ""
    kind = f"{_KINDS[key.form]}; in the registry {_WINDOWS[key.form]}. {bounds}".strip()
    yield from _item(f"Kind: {kind}")
    for word, meaning in key.choices:
        yield from _item(f"`{word}`: {lowered(meaning)}.")
    yield from _item(f"Not managed: {lowered(key.default)}")
    yield from _item(f"Example: `{json.dumps(key.example)}`. Since version {key.since}.")
    yield ""


def _item(words: str) -> Iterator[str]:
    first, *others = wrapped(words, _WIDTH - 2)
    yield f"- {first}"
    yield from (f"  {line}" for line in others)
