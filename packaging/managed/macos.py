"""The configuration profile of macOS, for a device management (MDM) to install.

Keys as in "Configuration Profile Reference" (Apple), payload `com.apple.ManagedClient.preferences`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import NAMESPACE_DNS, uuid5
from xml.sax.saxutils import escape

from managed.texts import INTRODUCTION, explained, wrapped

from deid.managed import SCHEMA, Name, Value
from deid.managed.preferences import DOMAIN

_WIDTH = 88
_IDENTIFIER = f"{DOMAIN}.managed"
_HOW = (
    "A setting within a comment is not managed: take it out of the comment to manage it. Give "
    "the profile an identifier and UUIDs of your own if you install several."
)
_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" \
"http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
"""


def profile(values: Mapping[Name, Value]) -> str:
    """The profile with these settings; all others stand in it as comments, with an example."""
    settings: list[str] = []
    for key in SCHEMA.values():
        lines = _entry(key.name, values.get(key.name, key.example))
        comment = _commented(explained(key))
        if key.name in values:
            settings += [*comment, *lines]
        else:
            settings += [*comment[:-1], comment[-1].removesuffix(" -->"), *lines, "-->"]
    inner = _dict(_entry_of(DOMAIN, _forced(settings)))
    payload = [
        *_entry_of("PayloadContent", inner),
        *_texts(
            PayloadDisplayName="NoteVeil",
            PayloadIdentifier=f"{_IDENTIFIER}.preferences",
            PayloadType="com.apple.ManagedClient.preferences",
            PayloadUUID=_uuid("preferences"),
        ),
        *_entry_of("PayloadEnabled", ["<true/>"]),
        *_entry_of("PayloadVersion", ["<integer>1</integer>"]),
    ]
    top = [
        *_commented([*INTRODUCTION, _HOW]),
        *_entry_of("PayloadContent", _array(_dict(payload))),
        *_texts(
            PayloadDescription="Settings of NoteVeil that your IT manages",
            PayloadDisplayName="NoteVeil: managed settings",
            PayloadIdentifier=_IDENTIFIER,
            PayloadScope="System",
            PayloadType="Configuration",
            PayloadUUID=_uuid("profile"),
        ),
        *_entry_of("PayloadRemovalDisallowed", ["<true/>"]),
        *_entry_of("PayloadVersion", ["<integer>1</integer>"]),
    ]
    return _HEAD + "\n".join([*_dict(top), "</plist>", ""])


def _forced(settings: list[str]) -> list[str]:
    inner = _dict(_entry_of("mcx_preference_settings", _dict(settings)))
    return _dict(_entry_of("Forced", _array(inner)))


def _entry(name: str, value: Value) -> list[str]:
    return _entry_of(name, _valued(value))


def _valued(value: Value) -> list[str]:
    match value:
        case bool():
            return ["<true/>" if value else "<false/>"]
        case int():
            return [f"<integer>{value}</integer>"]
        case float():
            return [f"<real>{value!r}</real>"]
        case str():
            return [f"<string>{escape(value)}</string>"]
        case tuple():
            return _array([line for one in value for line in _valued(one)])


def _texts(**entries: str) -> Iterator[str]:
    for name, value in entries.items():
        yield from _entry(name, value)


def _entry_of(name: str, lines: list[str]) -> list[str]:
    return [f"<key>{name}</key>", *lines]


def _dict(lines: list[str]) -> list[str]:
    return ["<dict>", *(f"  {line}" for line in lines), "</dict>"]


def _array(lines: list[str]) -> list[str]:
    return ["<array>", *(f"  {line}" for line in lines), "</array>"]


def _commented(paragraphs: list[str]) -> list[str]:
    lines = [line for paragraph in paragraphs for line in wrapped(paragraph, _WIDTH)]
    if any("--" in line for line in lines):
        raise ValueError("two hyphens end a comment in XML: say it otherwise")
    return [f"<!-- {lines[0]}", *(f"     {line}" for line in lines[1:-1]), f"     {lines[-1]} -->"]


def _uuid(part: str) -> str:
    """The same for every build, as everything that is made of the schema."""
    return str(uuid5(NAMESPACE_DNS, f"{part}.{_IDENTIFIER}")).upper()
