"""A tuned network to a model package that says where it comes from.

Operating points are those of the base: to choose them anew on the site's notes would be one more
look at private notes that no ε covers, and the shipped notes chose those that are there.
"""

from __future__ import annotations

import json
import logging
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deid.audit.files import private_folder
from deid.detect.packages import (
    MANIFEST,
    MODEL_FILE,
    TOKENIZER_FILE,
    ModelPackage,
    load_package,
    sha256,
)
from deid.errors import ModelTampered, OutputError
from deid.training.export import export_model
from deid.training.network import ShapedTagger
from deid.training.tune.base import for_export
from deid.training.tune.lineage import CARD_FILE, STATEMENT_FILE, Lineage, card_of, name_after


def write_tuned(
    folder: Path, network: ShapedTagger, *, base: ModelPackage, lineage: Lineage,
    statement: str | None = None,
) -> ModelPackage:  # fmt: skip
    """Write the package of a tuned network; what lies in its place is replaced.

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
            _write(fresh / CARD_FILE, card_of(base, lineage))
            if statement is not None:
                _write(fresh / STATEMENT_FILE, statement)
            tree = _tuned_manifest(manifest, base, lineage, fresh)
            _write(fresh / MANIFEST, json.dumps(tree, indent=2, ensure_ascii=False) + "\n")
            load_package(fresh)
            shutil.rmtree(folder, ignore_errors=True)
            fresh.rename(folder)
    except OSError as error:
        raise OutputError(
            f"{folder}: the model package cannot be written ({error.strerror}): free some space, "
            "then go on with the run; its checkpoint is kept"
        ) from None
    return load_package(folder)


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
