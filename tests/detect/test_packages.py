from __future__ import annotations

import json
from pathlib import Path

import pytest

from deid.detect.packages import load_package, sha256
from deid.errors import ModelMissing, ModelTampered


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package that is whole; its model is no real one, since loading does not run it."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"weights")
    (folder / "tokenizer.json").write_text("{}")
    (folder / "MODEL_CARD.md").write_text("# small\n")
    write_manifest(folder)
    return folder


def write_manifest(folder: Path, **changes: object) -> None:
    files = {
        path.name: {"sha256": sha256(path.read_bytes()), "bytes": path.stat().st_size}
        for path in folder.iterdir()
        if path.name != "manifest.json"
    }
    manifest = {
        "schema": 1,
        "name": "small",
        "version": 1,
        "licence": "Apache-2.0",
        "files": files,
        "classes": ["O", "B-PATIENT", "I-PATIENT"],
        "window": {"size": 20, "overlap": 4},
        "scores": {"operating_point": 0.2, "floor": 0.05},
        "figures": {"recall": 0.9},
        **changes,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_whole_package_is_read(package: Path) -> None:
    loaded = load_package(package)
    assert (loaded.name, loaded.version, loaded.licence) == ("small", 1, "Apache-2.0")
    assert loaded.model == b"weights"
    assert loaded.digest == sha256(b"weights")
    assert loaded.manifest_digest == sha256((package / "manifest.json").read_bytes())
    assert loaded.files == {"model.onnx": 7, "tokenizer.json": 2, "MODEL_CARD.md": 8}
    assert "weights" not in repr(loaded)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "MODEL_CARD.md"])
def test_one_changed_byte_is_seen(package: Path, name: str) -> None:
    data = bytearray((package / name).read_bytes())
    data[-1] ^= 1
    (package / name).write_bytes(data)
    with pytest.raises(ModelTampered, match=name):
        load_package(package)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "MODEL_CARD.md"])
def test_a_missing_file_is_seen(package: Path, name: str) -> None:
    (package / name).unlink()
    with pytest.raises(ModelTampered, match=f"{name} is missing"):
        load_package(package)


def test_a_file_too_many_is_seen(package: Path) -> None:
    (package / "extra.py").write_text("")
    with pytest.raises(ModelTampered, match=r"extra\.py is not in the manifest"):
        load_package(package)


def test_a_listed_folder_is_no_file(package: Path) -> None:
    (package / "model.onnx").unlink()
    (package / "model.onnx").mkdir()
    with pytest.raises(ModelTampered, match=r"model\.onnx"):
        load_package(package)


@pytest.mark.parametrize(
    "changes",
    [
        {"files": None},
        {"files": {}},
        {"classes": []},
        {"classes": ["O", "PATIENT"]},
        {"classes": ["O", "B-NOBODY"]},
        {"classes": ["B-PATIENT"]},
        {"window": {"size": 4, "overlap": 4}},
        {"scores": {"operating_point": 0, "floor": 0}},
        {"figures": 3},
        {"version": "new"},
        {"schema": 2},
    ],
)
def test_a_manifest_that_is_not_whole_is_refused(package: Path, changes: dict) -> None:
    write_manifest(package, **changes)
    with pytest.raises(ModelTampered):
        load_package(package)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_a_manifest_that_is_no_json_is_refused(package: Path, content: bytes) -> None:
    (package / "manifest.json").write_bytes(content)
    with pytest.raises(ModelTampered):
        load_package(package)


def test_no_package_is_told_apart_from_a_broken_one(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        load_package(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelMissing):
        load_package(tmp_path / "empty")
