"""A tuned network to a model package that says where it comes from.

Operating points are those of the base: to choose them anew on the site's notes would be one more
look at private notes that no ε covers, and the shipped notes chose those that are there.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

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
from deid.training.export import CARD_FILE, export_model
from deid.training.network import ShapedTagger
from deid.training.tune.base import for_export
from deid.training.tune.run_folder import RunFacts

STATEMENT_FILE: Final = "PRIVACY.md"
_SUFFIX: Final = "-site"
_CARD: Final = """\
# {name}

A model of this site's own. It went on from {base} (version {version}, manifest SHA-256
{digest}) with marked notes of {patients} patients, and is meant for use at this
site: what a model learnt from patients may be asked of it by whoever has it.

- **Method**: {method}, {steps} steps; word embeddings are those of the base.
- **Privacy**: {privacy}
- **Operating points**: those of the base. They were not chosen anew, since choosing them on
  patients' notes would be a look at these that no ε covers.
- **Run**: {run}

What the base is, what it was trained on and what it lacks, its own card says, which follows.

---

{card}"""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a tuned model comes from.

    Attributes:
        run: name of the run.
        facts: what was settled before its first step.
        steps: spent.
        epsilon: of these steps; None: no privacy.
        accountant: that computed it; None: no privacy.
    """

    run: str
    facts: RunFacts
    steps: int
    epsilon: float | None
    accountant: str | None

    def as_json(self, base: ModelPackage) -> dict[str, object]:
        """For a manifest."""
        facts, settings = self.facts, self.facts.settings
        private = settings.private
        return {
            "base": {
                "name": base.name,
                "version": base.version,
                "manifest_sha256": base.manifest_digest,
            },
            "run": self.run,
            "patients": facts.patients,
            "unit": settings.unit.value,
            "relation": "add-or-remove-one" if private else None,
            "sampling_rate": settings.sampling_rate,
            "noise_multiplier": facts.noise_multiplier if private else None,
            "clipping_norm": settings.largest_gradient if private else None,
            "steps": self.steps,
            "delta": facts.delta if private else None,
            "epsilon": self.epsilon,
            "accountant": self.accountant,
        }


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
            export_model(for_export(network), fresh / MODEL_FILE)
            (fresh / TOKENIZER_FILE).write_bytes(base.tokenizer.encode("utf-8"))
            _write(fresh / CARD_FILE, _card(base, lineage))
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
        "name": _name(base),
        "version": base.version + 1,
        "files": files,
        "lineage": lineage.as_json(base),
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


def _name(base: ModelPackage) -> str:
    return base.name if base.name.endswith(_SUFFIX) else f"{base.name}{_SUFFIX}"


def _card(base: ModelPackage, lineage: Lineage) -> str:
    facts, settings = lineage.facts, lineage.facts.settings
    before = base.folder / CARD_FILE
    return _CARD.format(
        name=_name(base), base=base.name, version=base.version, digest=base.manifest_digest,
        patients=facts.patients, method=settings.method.value, steps=lineage.steps,
        privacy=_privacy(lineage), run=lineage.run,
        card=before.read_text(encoding="utf-8") if before.is_file() else "",
    )  # fmt: skip


def _privacy(lineage: Lineage) -> str:
    if lineage.epsilon is None:
        return "none: the model may tell of the patients that it learnt from."
    unit = lineage.facts.settings.unit.value
    return (
        f"differential privacy for each {unit}, ε = {lineage.epsilon:.3g} at δ = "
        f"{lineage.facts.delta:.2g} for this run alone (add or remove one, by the "
        f"{lineage.accountant} accountant). {STATEMENT_FILE} says what this covers."
    )


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))
