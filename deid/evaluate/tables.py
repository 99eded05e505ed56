"""Scores as tables for people."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

from deid.evaluate.agreement import Agreement
from deid.evaluate.scores import Scores
from deid.evaluate.shared_task import Comparison, Subset
from deid.labels import Label

if TYPE_CHECKING:
    from rich.table import Table

_WIDTH = 100


def render(scores: Scores) -> str:
    """One result: the agreement of characters and spans, leaks, and every label."""
    table = _table("", "recall", "precision", "F1", "marked", "predicted")
    for name, agreement in _agreements(scores).items():
        table.add_row(name, *_rates(agreement), str(agreement.gold), str(agreement.predicted))
    labels = _table("label", "characters found", "precision", "spans", "spans not wholly found")
    for label, one in scores.labels.items():
        recall, precision, _ = _rates(one.characters)
        missed = one.spans - one.spans_found
        labels.add_row(str(label), recall, precision, str(one.spans), str(missed))
    facts = (
        f"Notes without a leak: {scores.notes_without_leak} of {scores.notes}\n"
        f"Wrongly removed: {scores.wrongly_removed:.1f} of 1,000 characters"
    )
    return f"{_text(table)}\n{facts}\n\n{_text(labels)}"


def compare(results: Mapping[str, Scores]) -> str:
    """Several results on the same notes side by side, by their names."""
    table = _table("", *results)
    rates = [_rates(scores.characters) for scores in results.values()]
    for index, name in enumerate(("recall", "precision", "F1")):
        table.add_row(f"characters, {name}", *(rate[index] for rate in rates))
    names = [_rates(scores.names.characters)[0] for scores in results.values()]
    table.add_row("characters of names, recall", *names)
    for name, kind in (("strict", "spans_strict"), ("overlapping", "spans_overlapping")):
        agreements = [getattr(scores, kind) for scores in results.values()]
        table.add_row(f"spans {name}, F1", *(_rates(agreement)[2] for agreement in agreements))
    whole = [f"{one.notes_without_leak} of {one.notes}" for one in results.values()]
    table.add_row("notes without a leak", *whole)
    extra = [f"{one.wrongly_removed:.1f}" for one in results.values()]
    table.add_row("wrongly removed of 1,000 characters", *extra)
    labels = _table("characters found of", "spans", *results)
    for label in Label:
        marked = max(_spans(scores, label) for scores in results.values())
        if marked:
            recalls = [_rates(one.labels[label].characters)[0] for one in results.values()]
            labels.add_row(str(label), str(marked), *recalls)
    return f"{_text(table)}\n{_text(labels)}"


def _spans(scores: Scores, label: Label) -> int:
    return scores.labels[label].spans if label in scores.labels else 0


def _agreements(scores: Scores) -> dict[str, Agreement]:
    return {
        "characters": scores.characters,
        "characters with label": scores.characters_typed,
        "characters of names": scores.names.characters,
        "spans, strict": scores.spans_strict,
        "spans, overlapping": scores.spans_overlapping,
        "i2b2 strict": scores.shared_task[Comparison.STRICT, Subset.ALL].micro,
        "i2b2 relaxed": scores.shared_task[Comparison.RELAXED, Subset.ALL].micro,
        "i2b2 token": scores.shared_task[Comparison.TOKEN, Subset.ALL].micro,
        "i2b2 token, HIPAA": scores.shared_task[Comparison.TOKEN, Subset.HIPAA].micro,
    }


def _rates(agreement: Agreement) -> tuple[str, str, str]:
    recall, precision, f1 = (
        "–" if rate is None else f"{rate:.4f}"
        for rate in (agreement.recall, agreement.precision, agreement.f1)
    )
    return recall, precision, f1


def _table(first: str, *others: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="", padding=(0, 3, 0, 0))
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _text(table: Table) -> str:
    from rich.console import Console

    console = Console(file=io.StringIO(), width=_WIDTH, color_system=None, highlight=False)
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"
