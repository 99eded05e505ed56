"""The parts of a report about scores and thresholds, and for comparison with the field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from deid.evaluate.reliability import Reliability
from deid.evaluate.report.blocks import Block, Paragraph, Plot, Section, Table
from deid.evaluate.report.evidence import CurvePoint
from deid.evaluate.report.numbers import count, decimal, percent, rate
from deid.evaluate.report.svg import Axes, Series, least_shown, lines, reliability_bars
from deid.evaluate.scores import Scores
from deid.evaluate.shared_task import Comparison, Subset

_COMPARISONS: Mapping[Comparison, str] = {
    Comparison.STRICT: "entity, strict",
    Comparison.RELAXED: "entity, relaxed",
    Comparison.TOKEN: "token",
    Comparison.BINARY_STRICT: "entity, strict, whatever type",
    Comparison.BINARY_TOKEN: "token, whatever type",
}
_SUBSETS: Mapping[Subset, str] = {Subset.ALL: "all", Subset.HIPAA: "HIPAA"}


def thresholds(curve: Sequence[CurvePoint]) -> Section:
    """What is found and what is removed by mistake if one threshold held for all labels."""
    title = "How sure a finding must be"
    known = [
        (point, agreement.recall, agreement.precision)
        for point in curve
        if (agreement := point.scores.characters).recall is not None
        and agreement.precision is not None
    ]
    if not known:
        return Section(title, ())
    found = Series("identifiers found", tuple((p.threshold, r or 0.0) for p, r, _ in known))
    right = Series("right among removed", tuple((p.threshold, q or 0.0) for p, _, q in known))
    caption = "Characters found, and right among those removed, by the least score that counts"
    least = least_shown(y for one in (found, right) for _, y in one.points)
    axes = Axes("least score that counts", "share of characters", least)
    about = (
        f"From {decimal(known[0][0].threshold, digits=2)} to "
        f"{decimal(known[-1][0].threshold, digits=2)} the share found goes from "
        f"{percent(known[0][1])} to {percent(known[-1][1])}, and the share of right ones among the "
        f"removed from {percent(known[0][2])} to {percent(known[-1][2])}."
    )
    rows = tuple(
        (
            decimal(point.threshold, digits=2),
            percent(recall),
            percent(precision),
            f"{count(point.scores.notes_without_leak)} of {count(point.scores.notes)}",
            decimal(point.scores.wrongly_removed),
        )
        for point, recall, precision in known
    )
    header = (
        *("least score", "characters found", "of the removed, identifiers"),
        *("notes without a leak", "wrongly removed of 1,000"),
    )
    return Section(
        title,
        (
            Paragraph(
                "The policy has a threshold for each label. Here one threshold holds for all of "
                "them: lower ones find more, and remove more by mistake."
            ),
            Plot(lines(caption, about, axes, (found, right)), f"{caption}."),
            Table(caption, header, rows),
        ),
    )


def reliable(reliabilities: Mapping[str, Reliability]) -> Section:
    """Whether findings of a score are right as often as the score says."""
    blocks = tuple(
        block
        for name, one in reliabilities.items()
        if one.error is not None
        for block in _reliability(name, one)
    )
    intro = Paragraph(
        "A score tells the truth if of the findings with a score of 0.9 nine of ten are right: the "
        "bars reach the dashed line then. Bars below it are surer of themselves than they may be."
    )
    return Section("Whether scores can be relied on", (intro, *blocks) if blocks else ())


def _reliability(name: str, one: Reliability) -> Iterator[Block]:
    caption = f"Findings of {name}: share that is right, by score"
    bars = [(bin_.low, bin_.high, bin_.right) for bin_ in one.bins]
    error = decimal(one.error, digits=3)
    about = f"{count(one.findings)} findings; the scores are off by {error} on average."
    axes = Axes("score", "share of findings that is right")
    yield Plot(reliability_bars(caption, about, axes, bars), f"{caption}. {about}")
    rows = tuple(
        (
            f"{decimal(bin_.low, digits=1)} to {decimal(bin_.high, digits=1)}",
            count(bin_.findings),
            decimal(bin_.mean_score, digits=3),
            decimal(bin_.right, digits=3),
        )
        for bin_ in one.bins
    )
    yield Table(caption, ("score", "findings", "mean score", "share that is right"), rows)


def shared_task(whole: Scores) -> Section:
    """The measures of the i2b2 2014 task."""
    rows = []
    for comparison, words in _COMPARISONS.items():
        for subset, kinds in _SUBSETS.items():
            tally = whole.shared_task[comparison, subset]
            micro = (tally.micro.precision, tally.micro.recall, tally.micro.f1)
            macro = (tally.macro_precision, tally.macro_recall, tally.macro_f1)
            rows.append((f"{words}, {kinds}", *map(rate, micro), *map(rate, macro)))
    header = (
        *("compared, types", "precision, micro", "recall, micro", "F1, micro"),
        *("precision, macro", "recall, macro", "F1, macro"),
    )
    return Section(
        "As the i2b2 2014 task counts",
        (
            Paragraph(
                "The measures of the i2b2/UTHealth 2014 shared task, for comparison with published "
                "systems. They are figures of these notes, not of the i2b2 corpus. Strict: both "
                "ends and the type agree; relaxed: the end may differ by two characters; token: "
                "runs of letters and digits. HIPAA: only the types that the task's scripts take "
                "for HIPAA's. Micro: all notes pooled; macro: the mean over notes, where a note "
                "with nothing to find counts as 0."
            ),
            Table("Agreement in types of i2b2 2014", header, tuple(rows)),
        ),
    )
