"""Operating points of a tuned model, chosen anew on public notes.

Training moves a model's probabilities, also where it finds the same: at the points of the base it
would be compared at another place of its curve. The points are those at which it finds most while
it is as precise as the base is at its own, on notes that come with the program and that no model
has learnt from. These are public, so that to look at them costs no privacy.
"""

from __future__ import annotations

from collections.abc import Sequence

from deid.detect.packages import ModelPackage
from deid.detect.scores import ScoreScale
from deid.detect.transformer import TransformerDetector
from deid.training.calibrate import Evidence, evidence, figures_at, fitted_scale
from deid.training.examples import marked_note
from deid.training.measure import tagger_of
from deid.training.redraw import MarkedNote
from deid.training.tune.lineage import Points
from deid.training.tune.results import shipped_notes


def public_notes() -> tuple[MarkedNote, ...]:
    """The notes that points are chosen on."""
    notes = [note for own in shipped_notes() for note in own]
    return tuple(marked_note(note, number) for number, note in enumerate(notes))


def choose_points(
    tuned: ModelPackage, base: ModelPackage, notes: Sequence[MarkedNote]
) -> tuple[ScoreScale, Points] | None:
    """The scale of a tuned package, and what it was chosen by; None: no identifier is marked.

    Args:
        tuned: as it was exported; its own scale is not looked at.
        base: what it went on from.
        notes: that nobody's privacy hangs on.

    Raises:
        ModelTampered: one of the packages cannot be run.
    """
    if not any(note.marks for note in notes):
        return None
    before, after = _evidence(base, notes), _evidence(tuned, notes)
    own = figures_at(before, base.scale)
    scale = fitted_scale(after, least_precision=own.precision)
    return scale, Points(
        notes=len(notes),
        base=own,
        moved=figures_at(after, base.scale),
        chosen=figures_at(after, scale),
    )


def _evidence(package: ModelPackage, notes: Sequence[MarkedNote]) -> Evidence:
    return evidence(notes, tagger_of(TransformerDetector(package).classifier))
