"""How large a share of the notes may still leak, by a random sample that was read (pure).

The bound is one-sided and exact: it lies below the true share in at most one of twenty samples
where the confidence is 95 %, whatever the share is. Three things are taken into account.

- **Readers miss leaks.** Of w identifiers that were withheld from a reader, c were caught
  (`deid.review.rates`). The doubt, 5 % at 95 % confidence, is parted: with one part of it the
  reader's sensitivity is bounded from below, with the rest the share of notes from above (union
  bound). How it is parted depends on w only, never on c or on what is found in the sample. A
  reader finds a leaking note by any one of its leaks, so that the sensitivity for notes is not
  below that for identifiers.
- **The released notes are finite in number**, and a sample is drawn without putting back: the
  count is hypergeometric, thinned by the sensitivity (`deid.officer.chances`).
- **Somebody looks while the reading goes on.** A sequential sample has a bound that holds at all
  times of looking at once, from a nonnegative martingale: H. Robbins, Statistical methods related
  to the law of the iterated logarithm, Annals of Mathematical Statistics 41 (1970); S. R. Howard
  and others, Time-uniform, nonparametric, nonasymptotic confidence sequences, Annals of Statistics
  49 (2021); without replacement: I. Waudby-Smith and A. Ramdas, NeurIPS 2020.

For a fixed sample without readers' errors, out of very many notes, it is the bound of C. J. Clopper
and E. S. Pearson, Biometrika 26 (1934).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from math import ceil, exp, inf, log
from typing import Final

from deid.audit.records import SampleDesign
from deid.evaluate.exact import exact_interval
from deid.officer.chances import Drawing, at_most, log_chance

_DIGITS: Final = 10**4
_ANTICIPATED: Final = 0.95
"""The sensitivity for which the doubt is parted best; whatever it is, the bound holds."""

_PARTINGS: Final = (0.01, 0.02, 0.05, *(step / 20 for step in range(2, 19)))
_WAGERS: Final = ((0, 0.5), (1 / 8, 0.14), (1 / 4, 0.14), (1 / 2, 0.14), (1, 0.04), (2, 0.04))
"""Shares of leaking notes, in parts of the target, and what is staked on each.

Half is staked on there being no leak at all, which is what the sample is hoped to show; the bound
holds for any stakes that come to no more than one.
"""


class Verdict(Enum):
    """What is known of a note that was drawn."""

    UNREAD = "unread"
    SOUND = "sound"
    LEAKING = "leaking"


@dataclass(frozen=True, slots=True)
class Measured:
    """How many identifiers were withheld from a reader, and how many of these were caught.

    Attributes:
        reviewer: by which name the reader was measured; None where that is not known.
    """

    withheld: int = 0
    caught: int = 0
    reviewer: str | None = None


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """How likely readers see that a note leaks, at the least.

    Attributes:
        least: the probability; 1 where no reader was measured, and the bound then holds only for
            readers who miss nothing.
        doubt: how often it may be less than that.
        weakest: the measurement that it rests on; None where no reader was measured.
        unmeasured: how many more readers there are of whom nothing is known.
    """

    least: float = 1.0
    doubt: float = 0.0
    weakest: Measured | None = None
    unmeasured: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What was decided before anything was read.

    Attributes:
        notes: how many notes there are to draw from; None: so many that it is no matter.
        target: the share of leaking notes that the reading is to bound, above 0 and below 1.
        confidence: how often the bound is to hold, at least a half and below 1.
        design: whether all notes drawn are read, or one may stop at any.
    """

    notes: int | None = None
    target: float = 0.05
    confidence: float = 0.95
    design: SampleDesign = SampleDesign.FIXED

    def __post_init__(self) -> None:
        if not (0 < self.target < 1 and 0.5 <= self.confidence < 1):
            raise ValueError("a target lies between 0 and 1, a confidence from 0.5 on")


@dataclass(frozen=True, slots=True)
class Bound:
    """What a sample shows.

    Attributes:
        share: at most this share of the notes leaks, rounded up to four digits.
        read: how many notes were read.
        leaking: how many of these leaked.
        unread: how many were not read and are counted as if they leaked.
        sensitivity: of the readers.
    """

    share: float
    read: int
    leaking: int
    unread: int
    sensitivity: Sensitivity


def sensitivity(readers: Iterable[Measured], *, confidence: float) -> Sensitivity:
    """The least sensitivity of these readers, whoever of them read which note.

    Those who were never measured are taken to miss nothing. The others count all the same: one more
    reader, of whom nothing is known, must not make the bound lower.

    Args:
        readers: a measurement of each, from before the sample was drawn.
        confidence: of the bound that it is used for.
    """
    given = tuple(readers)
    each = tuple(one for one in given if one.withheld)
    if not each:
        return Sensitivity()
    doubt = _readers_doubt(tuple(sorted(one.withheld for one in each)), confidence)
    apiece = doubt / len(each)
    weakest = min(each, key=lambda one: _at_least(one, apiece))
    return Sensitivity(_at_least(weakest, apiece), doubt, weakest, len(given) - len(each))


def share_bound(verdicts: Sequence[Verdict], readers: Sensitivity, terms: Terms) -> Bound:
    """What share of the notes leaks at most.

    A note that was not read counts as one that leaks, so nothing is gained by passing one over. In
    a fixed sample all that were drawn count; in a sequential one those up to the last that was
    read.

    Args:
        verdicts: on each note that was drawn, in the order in which they were drawn.
        readers: their sensitivity.
        terms: as they were recorded when the sample was drawn.
    """
    counted = list(verdicts)
    if terms.design is SampleDesign.SEQUENTIAL:
        while counted and counted[-1] is Verdict.UNREAD:
            counted.pop()
    found = sum(verdict is not Verdict.SOUND for verdict in counted)
    return Bound(
        share=rounded_up(bound_of(found, len(counted), readers, terms)),
        read=sum(verdict is not Verdict.UNREAD for verdict in counted),
        leaking=counted.count(Verdict.LEAKING),
        unread=counted.count(Verdict.UNREAD),
        sensitivity=readers,
    )


@lru_cache(maxsize=1 << 14)
def bound_of(found: int, read: int, readers: Sensitivity, terms: Terms) -> float:
    """The greatest share that is not refuted where `found` of `read` notes leak, not rounded."""
    if readers.least == 0:
        return 1.0
    whole = Drawing(read, terms.notes).whole
    low, high = found, whole + 1
    while high - low > 1:
        middle = (low + high) // 2
        if is_refuted(middle, found, read, readers, terms):
            high = middle
        else:
            low = middle
    reached = low if terms.notes is not None else min(high, whole)
    return reached / whole if whole else 0.0


def is_refuted(leaking: int, found: int, read: int, readers: Sensitivity, terms: Terms) -> bool:
    """Whether so many leaking notes are too many for what was found; more are then too.

    Args:
        leaking: out of `Drawing.whole`, and not below `found`.
        found: how many of the notes read were seen to leak.
        read: how many were read.
        readers: their sensitivity, above 0.
        terms: as they were recorded when the sample was drawn.
    """
    drawing = Drawing(read, terms.notes, readers.least)
    doubt = 1 - terms.confidence - readers.doubt
    if terms.design is SampleDesign.FIXED:
        return at_most(found, leaking, drawing) <= doubt
    return _is_ruined(leaking, found, drawing, target=terms.target, doubt=doubt)


def _is_ruined(leaking: int, found: int, drawing: Drawing, *, target: float, doubt: float) -> bool:
    """Whether a stake against so many leaking notes was multiplied by 1 / doubt.

    It is staked (`_WAGERS`) that fewer notes leak. Were the number true, so much would be won at
    any time in no more than that part of all samples (J. Ville, 1939). A leak that is found only
    lowers what is won, so that the bound holds all the more for readers who are better than
    `drawing.sensitivity`.
    """
    true = log_chance(found, leaking, drawing)
    if true == -inf:
        return True
    won = []
    for part, stake in _WAGERS:
        fewer = int(part * target * drawing.whole)
        if fewer < leaking:
            won.append(log(stake) + log_chance(found, fewer, drawing) - true)
    enough = -log(doubt)
    return max(won, default=-inf) >= enough or sum(map(exp, won)) >= exp(enough)


def rounded_up(share: float) -> float:
    """The share to four digits, never less than it is."""
    return min(1.0, ceil(share * _DIGITS - 1e-9) / _DIGITS)


def _at_least(measured: Measured, doubt: float) -> float:
    return exact_interval(measured.caught, measured.withheld, doubt=2 * doubt)[0]


@lru_cache
def _readers_doubt(withheld: tuple[int, ...], confidence: float) -> float:
    """The part of the doubt with which a sample without leaks gives the lowest bound.

    That bound goes as the logarithm of the remaining doubt over the least sensitivity.
    """
    whole = 1 - confidence

    def height(doubt: float) -> float:
        expected = (Measured(count, round(_ANTICIPATED * count)) for count in withheld)
        least = min(_at_least(one, doubt / len(withheld)) for one in expected)
        return -log(whole - doubt) / least if least else inf

    return min((whole * part for part in _PARTINGS), key=height)
