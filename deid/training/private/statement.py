"""What a model's training tells of a patient at most: for a privacy officer, and for an expert.

It follows NIST SP 800-226 (2025), which asks of a claim of differential privacy not only for ε but
for the unit of privacy, the mechanism, its implementation, and all that the claim leaves out.
Without torch.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from deid.training.cohort.patients import Unit
from deid.training.private.accounting import Accountant, Mechanism
from deid.training.private.omissions import SettingsChoice, covered, not_covered
from deid.training.private.printed import down, figure_up, up

_ACCOUNTANTS = {
    Accountant.PRV: "numerical composition of privacy loss variables (Gopi et al. 2021), Opacus",
    Accountant.RDP: "Rényi divergences (Mironov et al. 2019), Opacus",
}
_FALSE_SHARES = (0.01, 0.05)
_NEARLY_SURE = 0.95
_OFTEN_RIGHT = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyFacts:
    """What a statement says of a training. Nothing in it comes from the text of a note.

    Attributes:
        model: name or digest of the package that came out.
        base: name or digest of the package that training began from.
        run: id of the run in the log.
        unit: of what the guarantee speaks.
        learnt_from: how many patients (or notes, if these are the unit) were learnt from.
        held_out: how many were only measured on.
        method: which weights were trained.
        private: whether gradients were clipped and noise added at all.
        mechanism: rate, noise and the steps that were accounted for.
        clip: norm to which a unit's gradient was clipped.
        windows: how many windows of a unit a step looked at, at most.
        delta: δ.
        epsilon: of this run.
        total: ε of this run and all private ones for the same unit that began before.
        earlier_runs: how many those are.
        accountant: that computed both.
        budget: of the site, if there is one.
        secure_noise: whether noise and draws came from the system's generator.
        choice: who chose the settings.
        measured: the largest lower bound on ε of this run that attacks on such a training reached.
    """

    model: str
    base: str
    run: str
    unit: Unit
    learnt_from: int
    held_out: int
    method: str
    private: bool
    mechanism: Mechanism
    clip: float
    windows: int
    delta: float
    epsilon: float
    total: float
    earlier_runs: int
    accountant: Accountant
    budget: float | None = None
    secure_noise: bool = True
    choice: SettingsChoice = SettingsChoice.UNKNOWN
    measured: float | None = None

    @property
    def guaranteed(self) -> bool:
        """Whether there is anything to state: finite, not refuted, of noise nobody can repeat."""
        return self.private and self.secure_noise and math.isfinite(self.total) and not self.refuted

    @property
    def refuted(self) -> bool:
        """Whether an attack reached more than the proof allows."""
        return self.measured is not None and self.measured > self.epsilon


def privacy_statement(facts: PrivacyFacts) -> str:
    """The statement for one model, in Markdown: plain words first, then all numbers."""
    parts = [f"# Privacy statement for the model {facts.model}", ""]
    if not facts.guaranteed:
        return "\n".join([*parts, *_no_guarantee(facts)])
    return "\n".join(
        [
            *parts,
            *("## In plain words", "", *_plain(facts)),
            *("## What the statement covers", "", *(f"- {line}" for line in covered(facts.unit))),
            *("", "## What it does not cover", ""),
            *(f"- {line}" for line in not_covered(facts.unit, choice=facts.choice)),
            *("", "## For an expert", "", *_exact(facts)),
        ]
    )


def most_recognised(epsilon: float, delta: float, *, wrongly: float) -> float:
    """The largest share of those learnt from that any attack names, 0 to 1.

    Args:
        epsilon: ε.
        delta: δ.
        wrongly: share of those not learnt from whom the attack names too.

    Source: Kairouz, Oh and Viswanath 2015, theorem 2.1 (hypothesis testing region of (ε, δ)).
    """
    grown = delta + wrongly * math.exp(min(epsilon, 700.0))
    left = math.exp(-epsilon) * max(0.0, 1 - delta - wrongly)
    return max(wrongly, min(1.0, grown, 1 - left))


def surest_guess(epsilon: float, delta: float) -> float:
    """How often anybody is right at most who guesses after the toss of a coin, 0.5 to 1."""
    return (1 + math.tanh(epsilon / 2) + delta * (1 - math.tanh(epsilon / 2))) / 2


def _no_guarantee(facts: PrivacyFacts) -> Iterator[str]:
    yield "**This training gives no guarantee of differential privacy.**"
    yield ""
    if not facts.private:
        yield "Gradients were neither clipped nor blurred with noise."
    elif not facts.secure_noise:
        yield "Its noise came from a seed, so that whoever knows the seed can take it off again."
    elif facts.refuted:
        yield (
            "**An attack on such a training reached more than its proof allows**: an ε of at "
            f"least {down(facts.measured or 0.0)}, where at most {up(facts.epsilon)} was proven. "
            "The proof or the training is wrong. Use no model of it, and report this as a defect."
        )
    else:
        yield "It was spent without noise, or with so little that no bound can be given."
    yield (
        f"The model ({facts.method}, run {facts.run}, from {facts.base}) may have learnt parts of "
        f"the {facts.learnt_from} {_units(facts)} by heart. Guard it like the notes themselves: do "
        "not hand it on to anybody who may not read them."
    )


def _plain(facts: PrivacyFacts) -> Iterator[str]:
    one = "one patient, with all notes of theirs" if _by_patient(facts) else "one single note"
    guess = surest_guess(facts.total, facts.delta)
    yield (
        f"This model was fitted to the notes of this site: {facts.learnt_from} {_units(facts)}. "
        f"Noise was added while it learnt, so that nearly the same model could have come out with "
        f"or without {one}. What anybody who has the model can tell of whether that one was among "
        "those learnt from, or of what only their notes say, has a bound, however clever the "
        "attacker is and whatever else they know."
    )
    yield ""
    yield (
        f"The bound is called ε, and here it is {up(facts.total)}. That is: somebody tosses a "
        f"coin on whether to learn from {one}; an attacker who knows all other notes looks at "
        "the model and says how the coin fell. Without the model they are right in 50 of 100 "
        f"cases, with it in at most {_of_hundred(guess)}."
    )
    yield ""
    for wrongly in _FALSE_SHARES:
        named = most_recognised(facts.total, facts.delta, wrongly=wrongly)
        yield (
            f"- An attacker who wrongly names {_of_hundred(wrongly)} people from whom nothing was "
            f"learnt names at most {_of_hundred(named)} from whom it was."
        )
    yield ""
    yield (
        f"These are bounds for the worst {facts.unit.value} and the best attacker there can be. "
        + _frankly(guess)
        + (
            f" Attacks that were tried on such a training reached an ε of "
            f"{down(facts.measured)}: as much is given away at least, by a run with these numbers."
            if facts.measured is not None
            else ""
        )
    )
    yield ""
    yield (
        f"Besides ε there is a δ, here {figure_up(facts.delta)}: a small part of all cases for "
        "which ε promises nothing, and in the worst of them everything of somebody is told. So it "
        f"must be far below one in {facts.learnt_from}, the number of {_units(facts)}; the shares "
        "above count it in."
    )
    yield ""
    yield (
        f"All this compares a model with and without {one}. For the same notes with other content, "
        "one taken out and another put in, the ε is 2 times as large."
    )
    if not _by_patient(facts):
        yield ""
        yield (
            "**The unit is the note, not the patient.** Of a patient with several notes the model "
            "may tell more: with k notes, ε is k times as large, and δ grows even faster."
        )
    yield ""


def _frankly(guess: float) -> str:
    if guess > _NEARLY_SURE:
        return (
            "At this ε the proof alone excludes little: it says that the noise is there and that "
            "what is learnt of one patient has an end. Do not publish the model on it alone."
        )
    if guess > _OFTEN_RIGHT:
        return (
            "At this ε the proof leaves a determined attacker some room: keep the model among "
            "those who have reason to use it."
        )
    return "At this ε the proof leaves even such an attacker little."


def _exact(facts: PrivacyFacts) -> Iterator[str]:
    mechanism = facts.mechanism
    delta = figure_up(facts.delta)
    unit = "patient with all notes" if _by_patient(facts) else "note"
    budget = "none set" if facts.budget is None else f"{facts.budget:g}"
    rows = {
        "Model; base; run": f"{facts.model}; {facts.base}; {facts.run}",
        "Guarantee": f"({up(facts.epsilon)}, {delta})-differential privacy of this run",
        "In total": (
            f"({up(facts.total)}, {delta}), with {facts.earlier_runs} private runs for this unit "
            f"that began before, composed as if every {facts.unit.value} were in each"
        ),
        "Site budget": budget,
        "Unit of privacy": unit,
        "Neighbours": (
            f"add or remove one {facts.unit.value} (unbounded); "
            "the exchange of one is two such steps"
        ),
        "Mechanism": (
            "DP-SGD (Abadi et al. 2016): Poisson-subsampled Gaussian, adaptively composed; all "
            "intermediate weights count as released"
        ),
        "Units learnt from, N": str(facts.learnt_from),
        "Sampling rate, q": f"{mechanism.sampling_rate:.6g}, independently for each {unit}",
        "Noise multiplier, σ": f"{mechanism.noise_multiplier:.6g}, times C",
        "Gradient of a unit": f"of one loss, the mean over at most {facts.windows} windows of it",
        "Clipping norm, C": f"{facts.clip:.6g}, L2 over all trained weights together",
        "Steps accounted for": str(mechanism.steps),
        "Divisor of the sum": "q·N, fixed beforehand",
        "Weights trained": facts.method,
        "Accountant": _ACCOUNTANTS[facts.accountant],
        "Trust model": "central: the notes lie in the clear where the training runs",
        "Noise": (
            "half the sum of four Box-Muller values in double precision (Holohan and Braghin 2021) "
            "from AES-256-CTR under a fresh key of the system's generator for each call; so the "
            "guarantee is computational"
        ),
    }
    yield "| | |"
    yield "|---|---|"
    yield from (f"| {name} | {value} |" for name, value in rows.items())
    yield ""
    yield (
        f"For all neighbouring sets of {_units(facts)} D and D′ and every set S of outcomes: "
        "P[M(D) ∈ S] ≤ e^ε · P[M(D′) ∈ S] + δ. For sets that differ by k additions and removals: "
        "kε for ε and δ·(e^(kε) − 1)/(e^ε − 1) for δ; so for one exchanged for another, k = 2: 2ε "
        "and δ·(e^ε + 1). Figures of ε and δ are rounded up."
    )
    yield ""


def _by_patient(facts: PrivacyFacts) -> bool:
    return facts.unit is Unit.PATIENT


def _units(facts: PrivacyFacts) -> str:
    return "patients" if _by_patient(facts) else "notes"


def _of_hundred(share: float) -> str:
    """A share in words, rounded up; where whole numbers would say certainty, more digits."""
    hundredths = 100 * share
    return f"{up(hundredths) if 99 < hundredths < 100 else math.ceil(hundredths - 1e-9)} of 100"
