"""Model packages: a folder with a manifest that names every file in it, verified before use.

The bytes that were verified are the bytes that are used: files are read once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from deid import resources
from deid.detect.scores import ScoreScale
from deid.detect.windows import WindowPlan
from deid.errors import ModelMissing, ModelTampered
from deid.labels import Label

MANIFEST = "manifest.json"
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
SCHEMA = 1
DEFAULT_PACKAGE = "noteveil-en-small"
_MAX_MANIFEST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ModelPackage:
    """A verified package.

    Attributes:
        folder: where it lies.
        name: name of the package.
        version: version of the package.
        licence: SPDX identifier.
        digest: SHA-256 of the model file, in hex.
        manifest_digest: SHA-256 of the manifest, in hex; it stands for every file.
        classes: what the columns of the model's answer mean: `O`, or `B-` or `I-` and a label.
        plan: the windows that the model was trained on.
        scale: from probabilities to scores.
        files: name of every file but the manifest, with its size in bytes.
        figures: what was measured, by name, as the manifest says it.
        model: the ONNX file.
        tokenizer: the tokenizer file.
    """

    folder: Path
    name: str
    version: int
    licence: str
    digest: str
    manifest_digest: str
    classes: tuple[str, ...]
    plan: WindowPlan
    scale: ScoreScale
    files: Mapping[str, int]
    figures: Mapping[str, object]
    model: bytes = field(repr=False)
    tokenizer: str = field(repr=False)


def load_package(folder: Path | None = None) -> ModelPackage:
    """The verified package in `folder`, or the one that comes with the program.

    Raises:
        ModelMissing: there is no package.
        ModelTampered: a file is missing, is not listed, or differs; or the manifest is not whole.
    """
    folder = folder if folder is not None else resources.models() / DEFAULT_PACKAGE
    raw = _read_manifest(folder)
    try:
        manifest = _mapping(json.loads(raw.decode("utf-8")))
        contents = _verified(folder, _mapping(manifest["files"]))
        return _package(folder, raw, manifest, contents)
    except (KeyError, TypeError, ValueError, RecursionError):
        raise ModelTampered(f"{folder.name}/{MANIFEST}: not a whole manifest; reinstall") from None


def _read_manifest(folder: Path) -> bytes:
    path = folder / MANIFEST
    try:
        raw = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise ModelMissing(f"no model package at {folder}: reinstall, or name another") from None
    except OSError as error:
        raise ModelMissing(f"{path}: cannot be read ({error.strerror})") from None
    if len(raw) > _MAX_MANIFEST_BYTES:
        raise ModelTampered(f"{path}: larger than {_MAX_MANIFEST_BYTES} bytes; reinstall")
    return raw


def _verified(folder: Path, listed: Mapping[str, object]) -> dict[str, bytes]:
    """The contents of every file listed, once the folder holds these and no others."""
    present = {path.name for path in folder.iterdir()} - {MANIFEST}
    for name in sorted(present ^ set(listed)):
        state = "is not in the manifest" if name in present else "is missing"
        raise ModelTampered(f"{folder.name}/{name} {state}: reinstall the model package")
    contents: dict[str, bytes] = {}
    for name, entry in listed.items():
        expected = _mapping(entry)
        try:
            data = (folder / name).read_bytes()
        except OSError as error:
            raise ModelTampered(f"{folder.name}/{name}: {error.strerror}; reinstall") from None
        if len(data) != expected["bytes"] or sha256(data) != expected["sha256"]:
            raise ModelTampered(f"{folder.name}/{name} differs from the manifest: reinstall")
        contents[name] = data
    return contents


def _package(
    folder: Path, raw: bytes, manifest: Mapping[str, object], contents: Mapping[str, bytes]
) -> ModelPackage:
    if manifest["schema"] != SCHEMA:
        raise ModelTampered(f"{folder.name}: manifest of another schema; update the program")
    window = _mapping(manifest["window"])
    return ModelPackage(
        folder=folder,
        name=str(manifest["name"]),
        version=int(str(manifest["version"])),
        licence=str(manifest["licence"]),
        digest=sha256(contents[MODEL_FILE]),
        manifest_digest=sha256(raw),
        classes=parse_classes(cast(list[object], manifest["classes"])),
        plan=WindowPlan(int(str(window["size"])), int(str(window["overlap"]))),
        scale=_scale(_mapping(manifest["scores"])),
        files={name: len(data) for name, data in contents.items()},
        figures=_mapping(manifest["figures"]),
        model=contents[MODEL_FILE],
        tokenizer=contents[TOKENIZER_FILE].decode("utf-8"),
    )


def _scale(scores: Mapping[str, object]) -> ScoreScale:
    points = _mapping(scores.get("points", {}))
    measured = cast(list[list[float]], scores.get("measured", []))
    return ScoreScale(
        operating_point=float(str(scores["operating_point"])),
        floor=float(str(scores["floor"])),
        points={Label(name): float(str(point)) for name, point in points.items()},
        measured=tuple((float(probability), float(share)) for probability, share in measured),
    )


def parse_classes(names: list[object]) -> tuple[str, ...]:
    """Class names that have been checked: `O` first, then `B-` or `I-` before a label.

    Raises:
        ValueError: a name is none of these.
    """
    classes = tuple(str(name) for name in names)
    if not classes or classes[0] != "O":
        raise ValueError("the first class must be O")
    for name in classes[1:]:
        if name[:2] not in {"B-", "I-"}:
            raise ValueError("a class must start with B- or I-")
        Label(name[2:])
    return classes


def sha256(data: bytes) -> str:
    """SHA-256, in hex."""
    return hashlib.sha256(data).hexdigest()


def _mapping(node: object) -> Mapping[str, object]:
    if not isinstance(node, dict):
        raise TypeError("not a mapping")
    return cast(Mapping[str, object], node)
