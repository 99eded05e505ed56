"""The structure of a tagged document: elements, their types, ids and attributes (14.7, 14.8)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import pikepdf

from deid.formats.pdf import words
from deid.formats.pdf.slots import Slot, is_dictionary
from deid.formats.pdf.walk import Handler, Walk

_DEEPEST: Final = 20
_OWNERS: Final = words.words_of("/Layout /List /Table /PrintField /Artifact")
_OWN: Final = "attributes of programs of their own"


def _structure(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Dictionary):
        roles = value.get("/RoleMap")
        walk.facts["roles"] = roles if isinstance(roles, pikepdf.Dictionary) else {}
        walk.facts["roles read"] = {}
        walk.facts["structure"] = value
    walk.plain(slot, "structure", "structure")


def _element(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Array):
        walk.close_gaps(value)
        walk.elements(value, "element", where)
    elif isinstance(value, int):
        return
    elif not isinstance(value, pikepdf.Dictionary):
        walk.drop(slot)
    else:
        kind = _MARKS.get(str(value.get("/Type")), "structure_element")
        walk.plain(slot, kind, "structure")


def _role(walk: Walk, slot: Slot, where: str) -> None:
    """The type of an element: one of the standard's, for others may say something."""
    name = str(slot.value)
    if not isinstance(slot.value, pikepdf.Name):
        walk.drop(slot)
    elif name not in words.STRUCTURES:
        known: dict[str, str] = walk.facts.get("roles read", {})
        if name not in known:
            known[name] = _standard(name, walk.facts.get("roles", {}))
        slot.set(pikepdf.Name(known[name]))


def _standard(name: str, roles: Any) -> str:
    for _ in range(_DEEPEST):
        target = roles.get(name)
        if isinstance(target, pikepdf.Array) and len(target):
            target = target[0]
        if not isinstance(target, pikepdf.Name):
            break
        name = str(target)
        if name in words.STRUCTURES:
            return name
    return "/NonStruct"


def _element_id(walk: Walk, slot: Slot, where: str) -> None:
    """An id: another that says nothing, the same for the same one."""
    value = slot.value
    if isinstance(value, pikepdf.Array):
        walk.elements(value, "element_id", where)
    elif isinstance(value, pikepdf.String):
        new = walk.alias("E", bytes(value).hex())
        slot.set(pikepdf.String(f"{int(new[3:]):08d}"))
        if slot.name == "/ID":
            walk.facts.setdefault("element ids", {})[f"{int(new[3:]):08d}"] = slot.holder
    else:
        walk.drop(slot)


def write_ids(walk: Walk) -> None:
    """Write the list of ids anew (14.7.2)."""
    ids: dict[str, Any] = walk.facts.get("element ids", {})
    if ids and "structure" in walk.facts:
        names: list[Any] = []
        for name in sorted(ids):
            names += [pikepdf.String(name), ids[name]]
        walk.facts["structure"]["/IDTree"] = pikepdf.Dictionary(Names=pikepdf.Array(names))


def _attributes(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Array):
        walk.close_gaps(value)
        walk.elements(value, "attributes", where)
    elif isinstance(value, int):
        return
    elif not is_dictionary(value) or str(value.get("/O")) not in _OWNERS:
        walk.drop(slot, _OWN)
    else:
        walk.plain(slot, "attribute", "structure")


def _owner(walk: Walk, slot: Slot, where: str) -> None:
    if not isinstance(slot.value, pikepdf.Name):
        walk.drop(slot)


def _class(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Array):
        walk.elements(value, "class", where)
    elif isinstance(value, pikepdf.Name):
        if not words.is_plain(str(value)):
            slot.set(pikepdf.Name("/" + walk.alias("N", str(value))))
    elif not isinstance(value, int):
        walk.drop(slot)


_MARKS: Final = {"/MCR": "content_mark", "/OBJR": "object_mark"}

HANDLERS: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "structure": _structure,
        "element": _element,
        "role": _role,
        "element_id": _element_id,
        "attributes": _attributes,
        "owner": _owner,
        "class": _class,
    }
)
