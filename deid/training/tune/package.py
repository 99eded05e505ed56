"""A tuned network to a model package that says where it comes from.

Its operating points are chosen anew on public notes: to choose them on the site's would be one more
look at private notes that no ε covers.
"""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from deid.detect.packages import (
    MANIFEST,
    MODEL_FILE,
    TOKENIZER_FILE,
    ModelPackage,
    load_package,
    sha256,
)
from deid.errors import ModelTampered, OutputError
from deid.files import private_folder
from deid.training.export import export_model, scale_tree
from deid.training.network import ShapedTagger
from deid.training.redraw import MarkedNote
from deid.training.tune.base import for_export
from deid.training.tune.lineage import CARD_FILE, STATEMENT_FILE, Lineage, card_of, name_after
from deid.training.tune.points import choose_points


def write_tuned(
    folder: Path, network: ShapedTagger, *, base: ModelPackage, lineage: Lineage,
    statement: str | None = None,
) -> ModelPackage:  # fmt: skip
    """Write the package of a tuned network; what lies in its place is replaced.

    Its operating points are those of the base, until `set_points` chooses its own.

    Args:
        folder: of the package.
        network: with everything merged.
        base: what it went on from.
        lineage: where it comes from.
        statement: the privacy statement, in Markdown; None: there is none.

    Raises:
        ModelTampered: the base was changed since it was loaded.
        OutputError: it cannot be written; what was there is untouched.
    """
    manifest = _manifest_of(base)
    try:
        private_folder(folder.parent)
        with tempfile.TemporaryDirectory(prefix=".package-", dir=folder.parent) as work:
            fresh = Path(work) / folder.name
            fresh.mkdir()
            with _root_silenced():
                export_model(for_export(network), fresh / MODEL_FILE)
            (fresh / TOKENIZER_FILE).write_bytes(base.tokenizer.encode("utf-8"))
            if statement is not None:
                _write(fresh / STATEMENT_FILE, statement)
            _describe(fresh, manifest, base, lineage)
            load_package(fresh)
            shutil.rmtree(folder, ignore_errors=True)
            fresh.rename(folder)
    except OSError as error:
        raise _unwritten(folder, error) from None
    return load_package(folder)


def set_points(
    package: ModelPackage, *, base: ModelPackage, lineage: Lineage, public: Sequence[MarkedNote]
) -> ModelPackage:
    """Choose the operating points of a package anew, and write them into it.

    Where the notes tell nothing, those of the base stay.

    Args:
        package: as `write_tuned` left it.
        base: what it went on from.
        lineage: where it comes from.
        public: notes to choose by, as `choose_points` takes them.

    Raises:
        ModelTampered: one of the packages was changed, or cannot be run.
        OutputError: it cannot be written.
    """
    manifest, found = _manifest_of(base), choose_points(package, base, public)
    if found is None:
        return package
    scale, points = found
    chosen = {**manifest, "scores": {**manifest["scores"], **scale_tree(scale)}}
    try:
        _describe(package.folder, chosen, base, replace(lineage, points=points))
    except OSError as error:
        raise _unwritten(package.folder, error) from None
    return load_package(package.folder)


def _describe(
    fresh: Path, manifest: Mapping[str, Any], base: ModelPackage, lineage: Lineage
) -> None:
    """Write card and manifest of a package whose other files are there."""
    _write(fresh / CARD_FILE, card_of(base, lineage))
    tree = _tuned_manifest(manifest, base, lineage, fresh)
    _write(fresh / MANIFEST, json.dumps(tree, indent=2, ensure_ascii=False) + "\n")


@contextmanager
def _root_silenced() -> Iterator[None]:
    """Keep from people what the quantiser tells the root logger: advice that was weighed long ago.

    A handler that does nothing keeps `logging` from setting itself up at that.
    """
    root, handler = logging.getLogger(), logging.NullHandler()
    root.addHandler(handler)
    root.addFilter(_nothing)
    try:
        yield
    finally:
        root.removeFilter(_nothing)
        root.removeHandler(handler)


def _nothing(record: logging.LogRecord) -> bool:
    return False


def _unwritten(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{folder}: the model package cannot be written ({error.strerror}): free some space, "
        "then go on with the run; its checkpoint is kept"
    )


def _manifest_of(base: ModelPackage) -> Mapping[str, Any]:
    try:
        raw = (base.folder / MANIFEST).read_bytes()
    except OSError:
        raw = b""
    if sha256(raw) != base.manifest_digest:
        raise ModelTampered(f"{base.folder.name}/{MANIFEST} was changed meanwhile: reinstall")
    tree: Mapping[str, Any] = json.loads(raw)
    return tree


def _tuned_manifest(
    manifest: Mapping[str, Any], base: ModelPackage, lineage: Lineage, fresh: Path
) -> dict[str, object]:
    """The base's manifest with other files, a lineage, and no figures: these were the base's."""
    files = {
        path.name: {"sha256": sha256(path.read_bytes()), "bytes": path.stat().st_size}
        for path in sorted(fresh.iterdir())
        if path.name != MANIFEST
    }
    return {
        **manifest,
        "name": name_after(base),
        "version": base.version + 1,
        "files": files,
        "lineage": lineage.as_json(base, before=manifest.get("lineage")),
        "training": {
            "command": "deid train run",
            "recipe": lineage.facts.settings.as_row(),
            "data": [*_data(manifest), {"name": "Notes of the site", "use": "fine-tuning"}],
        },
        "figures": {},
    }


def _data(manifest: Mapping[str, Any]) -> list[object]:
    training = manifest.get("training")
    return list(training.get("data", [])) if isinstance(training, dict) else []


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))
