"""What attacks reached beside what is proven, as a page with a table and a drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deid.evaluate.report.blocks import Page, Paragraph, Plot, Section, Table
from deid.evaluate.report.svg import Ceiling, ceilings
from deid.training.attacks.bounds import DOUBT
from deid.training.attacks.membership import Figures

_NONE = "–"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One attack on one kind of training.

    Attributes:
        training: what was attacked, in words.
        attack: how, in words.
        targets: how many coins the attacker guessed at.
        reached: ε is at least this.
        proven: ε is at most this; None: no proof.
        figures: how well targets were told apart.
    """

    training: str
    attack: str
    targets: int
    reached: float
    proven: float | None
    figures: Figures

    @property
    def refuted(self) -> bool:
        """Whether the attack reached more than is proven."""
        return self.proven is not None and self.reached > self.proven


def leakage_page(
    outcomes: Sequence[Outcome],
    exposures: Mapping[str, Mapping[int, tuple[float, float]]],
    *,
    delta: float,
) -> Page:
    """The page.

    Args:
        outcomes: a row each.
        exposures: for each training, by how many patients had a word, its mean exposure in bits
            and the standard error.
        delta: at which δ all ε are.
    """
    title = "ε reached by attacks, and ε proven"
    about = "Bars: at least this much, by attack. Lines: at most this much, by proof."
    rows = [
        Ceiling(f"{one.training}: {one.attack.split(',')[0]}", one.reached, one.proven)
        for one in outcomes
    ]
    what = (
        f"Both at δ = {delta:.3g}. A bound from below lies above the true ε in at most {DOUBT:.0%} "
        "of all such attacks; an attack that reaches little proves nothing."
    )
    plot = Plot(ceilings(title, about, rows), f"{title}. {about}")
    sections = [Section("Bounds", (Paragraph(what), plot, _bounds(outcomes)))]
    if exposures:
        sections.append(Section("Planted words", (_exposures(exposures),)))
    return Page("What the training gives away", tuple(sections))


def _bounds(outcomes: Sequence[Outcome]) -> Table:
    shares = outcomes[0].figures.rightly if outcomes else ()
    header = (
        "training", "attack", "targets", "ε at least", "ε at most", "area under the curve",
        *(f"named, {share:.0%} wrongly" for share, _ in shares),
    )  # fmt: skip
    return Table(
        "What attacks reached",
        header,
        tuple(
            (
                one.training, one.attack, str(one.targets), f"{one.reached:.2f}",
                _NONE if one.proven is None else f"{one.proven:.2f}", f"{one.figures.area:.3f}",
                *(f"{rightly:.1%}" for _, rightly in one.figures.rightly),
            )
            for one in outcomes
        ),
    )  # fmt: skip


def _exposures(exposures: Mapping[str, Mapping[int, tuple[float, float]]]) -> Table:
    counts = sorted({count for found in exposures.values() for count in found})
    return Table(
        "Mean exposure of planted words in bits, by how many patients had them (none: 1.44)",
        ("training", *(str(count) for count in counts)),
        tuple(
            (name, *(f"{found[count][0]:.2f} ± {found[count][1]:.2f}" for count in counts))
            for name, found in exposures.items()
        ),
    )
