"""What came of a run, as its folder keeps it. Without torch."""

from __future__ import annotations

from dataclasses import dataclass

from deid.errors import ConfigurationError
from deid.training.cohort.patients import Unit
from deid.training.tune.gate import Gate, gate
from deid.training.tune.results import Results
from deid.training.tune.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class Finished:
    """What came of a run.

    Attributes:
        run: its id.
        model: digest of the manifest of its package.
        before: that of the model that was in use, beside which it was measured.
        shipped: on the notes that come with the program.
        held_out: on what was held out: no ε speaks of these figures.
        unit: that was held out. Where it is the note, other notes of the same patients were
            learnt from.
    """

    run: str
    model: str
    before: str
    shipped: Results
    held_out: Results
    unit: Unit = Unit.PATIENT

    @property
    def gate(self) -> Gate:
        """Whether it may be promoted, and why not."""
        return gate(shipped=self.shipped, held_out=self.held_out, unit=self.unit)

    def write(self, run: RunFolder) -> None:
        """Keep it in the folder of its run, which cannot go on then.

        Raises:
            OutputError: it cannot be written.
        """
        run.end(
            {
                "model": self.model,
                "before": self.before,
                "shipped": self.shipped.as_json(),
                "held_out": self.held_out.as_json(),
            }
        )


def finished(run: RunFolder) -> Finished:
    """What came of a run, as it was last measured.

    Raises:
        ConfigurationError: it was not measured, or what was written down is damaged.
        OutputError: that cannot be read.
    """
    node, remedy = run.outcome(), f"`deid train resume {run.name}` measures it"
    if node is None:
        raise ConfigurationError(f"run {run.name} was not measured yet: {remedy}")
    try:
        return Finished(
            run=run.name,
            model=str(node["model"]),
            before=str(node["before"]),
            shipped=Results.of_json(node["shipped"]),
            held_out=Results.of_json(node["held_out"]),
            unit=run.facts.settings.unit,
        )
    except (KeyError, TypeError, ValueError):
        raise ConfigurationError(f"run {run.name}: its results are damaged: {remedy}") from None
