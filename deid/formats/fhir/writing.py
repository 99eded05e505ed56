"""New values in the text of a file of JSON: the text written anew, and the value it should read as.

What cannot hold its new value is left out, and why is said beside it, by the extension
`data-absent-reason` (FHIR, Extension: Data Absent Reason).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from deid.formats.fhir.meaning import Spot
from deid.formats.fhir.tree import Items, Leaf, Member, Members, Node, Plain, plain

ABSENT: Final = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_EXTENSION: Final = f'{{"url":"{ABSENT}","valueCode":"masked"}}'
_PLAIN_EXTENSION: Final[Plain] = {"url": ABSENT, "valueCode": "masked"}


@dataclass(frozen=True, slots=True)
class Edit:
    """A stretch of a text, and what takes its place."""

    start: int
    end: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of the leaves of a tree, by the offsets they begin at.

    Attributes:
        values: new values of those that change.
        masked: those that are left out.
    """

    values: Mapping[int, str] = field(repr=False)
    masked: Mapping[int, Spot] = field(repr=False)


def edits_of(root: Node, changes: Changes, *, escaping: bool) -> list[Edit]:
    """The edits that bring these changes about, in the order of the text.

    Args:
        root: the tree.
        changes: of its leaves.
        escaping: whether what is not ASCII is written in escape sequences.
    """
    return sorted(_edits(root, changes, escaping), key=lambda edit: (edit.start, edit.end))


def edited(text: str, edits: Sequence[Edit]) -> str:
    """A text after edits, which are in its order."""
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += (text[at : edit.start], edit.text)
        at = edit.end
    return "".join([*pieces, text[at:]])


def changed(node: Node, changes: Changes) -> Plain:
    """The value that a tree should read as after the changes."""
    match node:
        case Leaf():
            value = changes.values.get(node.start)
            if value is None:
                return plain(node)
            return value if node.is_text else (value,)
        case Items():
            return [changed(item, changes) for item in node.items]
        case Members():
            return _changed_object(node, changes)


def is_masked(node: Node, changes: Changes) -> bool:
    """Whether a value, or one of the primitives in an array, is left out."""
    match node:
        case Leaf():
            return node.start in changes.masked
        case Items():
            return any(isinstance(one, Leaf) and is_masked(one, changes) for one in node.items)
        case Members():
            return False


def _edits(node: Node, changes: Changes, escaping: bool) -> Iterator[Edit]:
    match node:
        case Leaf():
            value = changes.values.get(node.start)
            if value is not None:
                written = json.dumps(value, ensure_ascii=escaping) if node.is_text else value
                yield Edit(node.start, node.end, written)
        case Items():
            for item in node.items:
                yield from _edits(item, changes, escaping)
        case Members():
            for member in node.members:
                if isinstance(member.node, Leaf) and is_masked(member.node, changes):
                    continue
                yield from _edits(member.node, changes, escaping)
            yield from _masking(node, changes)


def _masking(owner: Members, changes: Changes) -> Iterator[Edit]:
    """The edits of the members of an object that are left out, wholly or in part."""
    removed: list[Member] = []
    for member in owner.members:
        if not is_masked(member.node, changes):
            continue
        other = owner.get(f"_{member.key}")
        if isinstance(member.node, Items):
            yield from _masked_items(member, member.node, other, changes)
        elif isinstance(other, Members):
            yield _extended(other)
            removed.append(member)
        elif is_value(owner, member.key):
            yield Edit(member.start, member.end, f'"extension":[{_EXTENSION}]')
        else:
            written = f'"_{member.key}":{{"extension":[{_EXTENSION}]}}'
            yield Edit(member.start, member.end, written)
    yield from _removals(owner, removed)


def _masked_items(
    member: Member, items: Items, other: Node | None, changes: Changes
) -> Iterator[Edit]:
    others = other.items if isinstance(other, Items) else ()
    masked = [is_masked(item, changes) for item in items.items]
    for number, item in enumerate(items.items):
        if masked[number]:
            yield Edit(item.start, item.end, "null")
            if number < len(others):
                there = others[number]
                if isinstance(there, Members):
                    yield _extended(there)
                else:
                    yield Edit(there.start, there.end, f'{{"extension":[{_EXTENSION}]}}')
    if not others:
        words = [f'{{"extension":[{_EXTENSION}]}}' if one else "null" for one in masked]
        yield Edit(member.end, member.end, f',"_{member.key}":[{",".join(words)}]')


def is_value(owner: Members, key: str) -> bool:
    """Whether it is the value of an extension, in the place of which others may stand."""
    return (
        key.startswith("value")
        and bool(owner.text("url"))
        and owner.get("extension") is None
        and owner.get(f"_{key}") is None
    )


def _extended(other: Members) -> Edit:
    """The edit that puts the extension into the other half of an element."""
    there = other.get("extension")
    if isinstance(there, Items):
        comma = "," if there.items else ""
        return Edit(there.start + 1, there.start + 1, f"{_EXTENSION}{comma}")
    comma = "," if other.members else ""
    return Edit(other.start + 1, other.start + 1, f'"extension":[{_EXTENSION}]{comma}')


def _removals(owner: Members, removed: Sequence[Member]) -> Iterator[Edit]:
    """Edits that take members out, with the commas that are left over; never all of them."""
    kept_end = owner.start + 1
    members = owner.members
    for number, member in enumerate(members):
        if member not in removed:
            kept_end = member.end
            continue
        if all(one in removed for one in members[number:]):
            yield Edit(kept_end, members[-1].end, "")
            return
        yield Edit(member.start, members[number + 1].start, "")


def _changed_object(node: Members, changes: Changes) -> Plain:
    values: dict[str, Plain] = {}
    for member in node.members:
        if not (isinstance(member.node, Leaf) and is_masked(member.node, changes)):
            values[member.key] = changed(member.node, changes)
    for member in node.members:
        if not is_masked(member.node, changes):
            continue
        key = f"_{member.key}"
        if isinstance(member.node, Items):
            masked = [is_masked(item, changes) for item in member.node.items]
            there = values.get(key)
            others = there if isinstance(there, list) else [("null",)] * len(masked)
            values[key] = [
                _with_reason(other) if is_gone else other
                for other, is_gone in zip(others, masked, strict=True)
            ]
            values[member.key] = [
                ("null",) if is_gone else changed(item, changes)
                for item, is_gone in zip(member.node.items, masked, strict=True)
            ]
        elif is_value(node, member.key):
            values["extension"] = [_PLAIN_EXTENSION]
        else:
            values[key] = _with_reason(values.get(key, {}))
    return values


def _with_reason(value: Plain) -> Plain:
    if not isinstance(value, dict):
        return {"extension": [_PLAIN_EXTENSION]}
    there = value.get("extension", [])
    return {
        **value,
        "extension": [_PLAIN_EXTENSION, *(there if isinstance(there, list) else [there])],
    }
