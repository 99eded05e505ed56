"""The bill of materials: every shipped file, the component it is of, its digest and its licence.

In CycloneDX 1.6 (ECMA-424), as JSON. The same tree gives the same bytes: the serial number is made
of what the bill says, and its time is that of the sources.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.bom_ref import BomRef
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from frozen.origins import Kind, Owner
from frozen.tree import INTERNAL, Tree
from packageurl import PackageURL

PATH: Final = f"{INTERNAL}/noteveil.cdx.json"
"""Where the bill lies in the tree."""

UNLISTED: Final = frozenset({PATH, f"{INTERNAL}/SEALED.json", f"{INTERNAL}/SEALED.sig"})
"""What is made after the bill, and so cannot stand in it."""

_NAMESPACE: Final = uuid.UUID("5f1f6b0e-5c0f-5a53-9d1c-2d9a8a1f6f0d")
_MODULES: Final = "noteveil:modules"


class NotListed(Exception):
    """The bill and the tree do not fit together. The message names what does not."""


@dataclass(frozen=True, slots=True)
class Part:
    """A component and what of it is shipped.

    Attributes:
        owner: which component.
        licence: an SPDX expression, or names.
        files: path relative to the root, and the SHA-256 of the file in hex.
        modules: the modules of it that were compiled into the programs.
    """

    owner: Owner
    licence: str
    files: Mapping[str, str]
    modules: Sequence[str] = ()


def digests(tree: Tree) -> dict[str, str]:
    """SHA-256 in hex of every file of a tree that its bill lists."""
    return {
        file.path: hashlib.sha256((tree.root / file.path).read_bytes()).hexdigest()
        for file in tree.files()
        if file.path not in UNLISTED
    }


def bill(parts: Iterable[Part], *, version: str, epoch: int) -> str:
    """The bill of these components.

    Args:
        parts: the project's own among them.
        version: of the program.
        epoch: the time of the sources, in seconds since 1970.

    Raises:
        NotListed: the bill is not valid by the schema of CycloneDX.
    """
    ordered = sorted(parts, key=lambda part: part.owner)
    program = Component(
        name="NoteVeil",
        type=ComponentType.APPLICATION,
        version=version,
        bom_ref="noteveil",
        licenses=[LicenseFactory().make_from_string("Apache-2.0")],
    )
    bom = Bom(
        components=map(_component, ordered),
        serial_number=uuid.uuid5(_NAMESPACE, _fingerprint(ordered, version, epoch)),
        metadata=BomMetaData(component=program, timestamp=datetime.fromtimestamp(epoch, UTC)),
    )
    bom.register_dependency(program, bom.components)
    text = JsonV1Dot6(bom).output_as_string(indent=1) + "\n"
    _validate(text)
    return text


def check_complete(tree: Tree, parts: Iterable[Part]) -> None:
    """See that every file of a tree stands in exactly one component as it is, and nothing else.

    Raises:
        NotListed: it does not.
    """
    listed: dict[str, str] = {}
    for part in parts:
        twice = sorted(listed.keys() & part.files.keys())
        if twice:
            raise NotListed(f"of two components: {', '.join(twice)}")
        listed |= part.files
    shipped = digests(tree)
    wrong = {
        "of no component": shipped.keys() - listed.keys(),
        "listed and not shipped": listed.keys() - shipped.keys(),
        "not as listed": {one for one in shipped if listed.get(one, shipped[one]) != shipped[one]},
    }
    told = [f"{words}: {', '.join(sorted(paths))}" for words, paths in wrong.items() if paths]
    if told:
        raise NotListed("; ".join(told))


def read_bill(text: str) -> tuple[str, int, tuple[Part, ...]]:
    """Version, time in seconds since 1970, and the parts that a bill lists.

    Raises:
        NotListed: it is not valid by the schema of CycloneDX, or not one of ours.
    """
    _validate(text)
    node = json.loads(text)
    try:
        about = node["metadata"]
        epoch = int(datetime.fromisoformat(about["timestamp"]).timestamp())
        return about["component"]["version"], epoch, tuple(map(_part, node["components"]))
    except (KeyError, IndexError, ValueError):
        raise NotListed("the bill of materials was not written by this build") from None


def read_tree(root: Path) -> Tree:
    """The tree in this folder, with the version and the date of its bill of materials.

    Raises:
        NotListed: as `read_bill`.
    """
    version, epoch, _ = read_bill((root / PATH).read_text(encoding="utf-8"))
    return Tree(root, version, epoch)


def _part(node: dict[str, Any]) -> Part:
    properties = {one["name"]: one["value"] for one in node.get("properties", ())}
    (licence,) = node["licenses"]
    stated = licence.get("expression") or licence["license"].get("id") or licence["license"]["name"]
    return Part(
        Owner(node["bom-ref"].split("/")[0], node["name"], node["version"]),
        stated,
        {one["name"]: one["hashes"][0]["content"] for one in node.get("components", ())},
        properties.get(_MODULES, "").split(),
    )


def _component(part: Part) -> Component:
    owner = part.owner
    url = _address(owner)
    return Component(
        name=owner.name,
        version=owner.version,
        type=ComponentType.APPLICATION if owner.kind == Kind.OWN.value else ComponentType.LIBRARY,
        bom_ref=f"{owner.kind}/{owner.name}",
        purl=url,
        licenses=[LicenseFactory().make_from_string(part.licence)],
        components=[_file(path, digest, owner) for path, digest in part.files.items()],
        properties=[Property(name=_MODULES, value=" ".join(part.modules))] if part.modules else [],
    )


def _file(path: str, digest: str, owner: Owner) -> Component:
    return Component(
        name=path,
        type=ComponentType.FILE,
        bom_ref=BomRef(f"{owner.kind}/{owner.name}/{path}"),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
    )


def _address(owner: Owner) -> PackageURL:
    if owner.kind == Kind.PYPI.value:
        return PackageURL("pypi", None, owner.name, owner.version)
    if owner.kind == Kind.DEBIAN.value:
        return PackageURL("deb", "debian", owner.name, owner.version)
    return PackageURL("generic", None, owner.name, owner.version)


def _fingerprint(parts: Sequence[Part], version: str, epoch: int) -> str:
    return hashlib.sha256("\n".join(_told(parts, version, epoch)).encode()).hexdigest()


def _told(parts: Sequence[Part], version: str, epoch: int) -> Iterator[str]:
    yield f"{version} {epoch}"
    for part in parts:
        yield f"{part.owner} {part.licence} {sorted(part.files.items())} {sorted(part.modules)}"


def _validate(text: str) -> None:
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if error is not None:
        raise NotListed(f"the bill of materials is not valid: {error}")
