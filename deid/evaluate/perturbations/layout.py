"""Blanks, lines and columns."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

from deid.datatypes import Span
from deid.evaluate.gold import GoldNote
from deid.evaluate.perturbations.edits import Edit
from deid.evaluate.perturbations.family import (
    EVERY,
    NAMES,
    Family,
    Scope,
    Severity,
    always,
    one_of,
    rewriting,
)

_COLUMNS: Final = 40
_ESCAPES: Final = {"\n": "\\n", "\t": "\\t", '"': '\\"'}


def _rewrapped(note: GoldNote, rng: random.Random, rate: float) -> Iterator[Edit]:
    """Lines broken at the first blank behind 40 columns, whatever stands there."""
    column = 0
    for offset, character in enumerate(note.text):
        column = 0 if character == "\n" else column + 1
        if character == " " and column > _COLUMNS and rng.random() < rate:
            column = 0
            yield Edit(Span(offset, offset + 1), "\n")


def _run_on(note: GoldNote, rng: random.Random, rate: float) -> Iterator[Edit]:
    """Single blanks right before or behind a value taken out, unless they belong to a mark."""
    beside = {side for m in note.spans for side in (m.span.start - 1, m.span.end)}
    for offset in sorted(beside):
        inside = any(m.span.start <= offset < m.span.end for m in note.spans)
        if note.text[offset : offset + 1] == " " and not inside and rng.random() < rate:
            yield Edit(Span(offset, offset + 1), "")


FAMILIES: Final = (
    Family(
        "run-on", Severity.HARD, Scope.NOTE, 0.25, "blanks between values and neighbours dropped",
        _run_on,
    ),
    Family(
        "double-blanks", Severity.LIGHT, Scope.NOTE, 1.0, "every blank doubled",
        rewriting(" ", always("  "), labels=None),
    ),
    Family(
        "tabs", Severity.LIGHT, Scope.NOTE, 0.3, "blanks turned into tabs",
        rewriting(" +", always("\t"), labels=None),
    ),
    Family(
        "columns", Severity.LIGHT, Scope.NOTE, 1.0, "twelve blanks behind every colon",
        rewriting("(?<=:) ", always(" " * 12), labels=None),
    ),
    Family(
        "hard-blanks", Severity.LIGHT, Scope.NOTE, 1.0, "no-break, thin and figure spaces",
        rewriting(" ", one_of("\u00a0", "\u2009", "\u202f", "\u2007"), labels=None),
    ),
    Family(
        "broken-lines", Severity.LIGHT, Scope.NOTE, 1.0, "lines broken behind 40 columns",
        _rewrapped,
    ),
    Family(
        "split-names", Severity.MEDIUM, Scope.VALUES, 1.0, "names split over two lines",
        rewriting(" +", one_of("\n", " \n", "\n    "), labels=NAMES),
    ),
    Family(
        "joined-lines", Severity.MEDIUM, Scope.NOTE, 1.0, "line ends turned into blanks",
        rewriting(r"[ \t]*\n\s*", always(" "), labels=None),
    ),
    Family(
        "comma-lines", Severity.HARD, Scope.NOTE, 1.0, "line ends turned into commas",
        rewriting(r"[ \t]*\n\s*", always(","), labels=None),
    ),
    Family(
        "carriage-returns", Severity.LIGHT, Scope.NOTE, 1.0, "lines that end as on Windows",
        rewriting(r"(?<!\r)\n", always("\r\n"), labels=None),
    ),
    Family(
        "quoted-reply", Severity.LIGHT, Scope.NOTE, 1.0, "> before every line",
        rewriting(r"^(?=.)", always("> "), labels=None),
    ),
    Family(
        "escaped", Severity.HARD, Scope.NOTE, 1.0, r"line ends as \n, quotation marks escaped",
        rewriting(r'[\n\t"]', lambda match, rng: _ESCAPES[match.group()], labels=None),
    ),
    Family(
        "underscores", Severity.MEDIUM, Scope.VALUES, 1.0, "blanks_in_values as in file names",
        rewriting(" +", always("_"), labels=EVERY),
    ),
)  # fmt: skip
"""In the order of the table that is printed."""
