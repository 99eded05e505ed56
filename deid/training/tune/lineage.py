"""What a tuned package says of where it comes from: in its manifest and in its card. Without torch.

Who was learnt from stays in the log: a manifest goes wherever the package goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from deid.detect.packages import ModelPackage
from deid.training.calibrate import AtPoints
from deid.training.private.printed import figure_up, up
from deid.training.tune.run_folder import RunFacts

CARD_FILE: Final = "MODEL_CARD.md"
STATEMENT_FILE: Final = "PRIVACY.md"
_SUFFIX: Final = "-site"
_CARD: Final = """\
# {name}

A model of this site's own. It went on from {base} (version {version}, manifest SHA-256
{digest}) with marked notes of {patients} patients, and is meant for use at this
site: what a model learnt from patients may be asked of it by whoever has it.

- **Method**: {method}, {steps} steps; word embeddings are those of the base.
- **Privacy**: {privacy}
- **Operating points**: {points}
- **Run**: {run}

What the base is, what it was trained on and what it lacks, its own card says, which follows.

---

{card}"""


_OF_BASE: Final = "those of the base."
_CHOSEN: Final = """\
chosen anew on {notes} notes that come with the program and are
  not learnt from: no patient's note was looked at for them. The model alone finds {recall:.1%}
  there, and {precision:.1%} of what it removes is right; at the points of the base it finds
  {moved:.1%}, and the base itself {base:.1%}."""


@dataclass(frozen=True, slots=True)
class Points:
    """What operating points were chosen by: the model alone, on public notes.

    Attributes:
        notes: how many.
        base: the base at its own points; the tuned model is to be as precise.
        moved: the tuned model at the points of the base.
        chosen: at its own.
    """

    notes: int
    base: AtPoints
    moved: AtPoints
    chosen: AtPoints

    def as_json(self) -> dict[str, object]:
        """For a manifest."""
        return {
            "chosen_on": "the held-out notes of models/corpus",
            "notes": self.notes,
            **{
                name: {"recall": round(one.recall, 4), "precision": round(one.precision, 4)}
                for name, one in (
                    ("base", self.base),
                    ("at_the_points_of_the_base", self.moved),
                    ("at_its_own", self.chosen),
                )
            },
        }


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a tuned model comes from.

    Attributes:
        run: name of the run.
        facts: what was settled before its first step.
        steps: spent.
        epsilon: of these steps; None: no privacy.
        accountant: that computed it; None: no privacy.
        points: what the operating points were chosen by; None: they are those of the base.
    """

    run: str
    facts: RunFacts
    steps: int
    epsilon: float | None
    accountant: str | None
    points: Points | None = None

    def as_json(self, base: ModelPackage, *, before: object) -> dict[str, object]:
        """For a manifest; `before` is the lineage that the base's own manifest has, if any."""
        facts, settings = self.facts, self.facts.settings
        private = settings.private
        return {
            "base": {
                "name": base.name,
                "version": base.version,
                "manifest_sha256": base.manifest_digest,
                "lineage": before,
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
            "operating_points": None if self.points is None else self.points.as_json(),
        }


def name_after(base: ModelPackage) -> str:
    """The name of a package that went on from this one."""
    return base.name if base.name.endswith(_SUFFIX) else f"{base.name}{_SUFFIX}"


def card_of(base: ModelPackage, lineage: Lineage) -> str:
    """The model card, with that of the base behind it."""
    facts, settings = lineage.facts, lineage.facts.settings
    before = base.folder / CARD_FILE
    return _CARD.format(
        name=name_after(base), base=base.name, version=base.version, digest=base.manifest_digest,
        patients=facts.patients, method=settings.method.value, steps=lineage.steps,
        privacy=_privacy(lineage), points=_points(lineage.points), run=lineage.run,
        card=before.read_text(encoding="utf-8") if before.is_file() else "",
    )  # fmt: skip


def _points(points: Points | None) -> str:
    if points is None:
        return _OF_BASE
    return _CHOSEN.format(
        notes=points.notes, recall=points.chosen.recall, precision=points.chosen.precision,
        moved=points.moved.recall, base=points.base.recall,
    )  # fmt: skip


def _privacy(lineage: Lineage) -> str:
    if lineage.epsilon is None:
        return "none: the model may tell of the patients that it learnt from."
    unit = lineage.facts.settings.unit.value
    return (
        f"differential privacy for each {unit}, ε = {up(lineage.epsilon)} at δ = "
        f"{figure_up(lineage.facts.delta)} for this run alone (add or remove one, by the "
        f"{lineage.accountant} accountant). {STATEMENT_FILE} says what this covers."
    )
