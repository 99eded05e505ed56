"""Sure findings that a reviewer is not shown, to measure what a reviewer catches (pure).

They are replaced in every output, whether or not the reviewer finds them.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from deid.datatypes import Dropped, DropReason, Finding, Resolution, Span
from deid.labels import ID_LABELS, NAME_LABELS, Label
from deid.policy import OperatorName, Policy

SURE_FROM: Final = 0.97
"""Only findings of this certainty or a higher one are withheld: what is withheld must be one."""

MOST_WITHHELD: Final = 2
"""How many findings of a note are withheld at most."""

_WITHHELD_LABELS: Final = NAME_LABELS | ID_LABELS | {Label.DATE}


def choose_withheld(
    resolution: Resolution, *, key: bytes, share: float, policy: Policy | None = None
) -> tuple[Finding, ...]:
    """The findings of a note that its reviewer is not shown.

    They are names, dates and numbers that the detectors are sure of. The same key chooses the
    same ones every time, and nobody without the key can tell which.

    Args:
        resolution: what was found in the note.
        key: secret, and of this note alone, such as a keyed fingerprint of its id.
        share: which part of these findings to withhold, 0 to 1; never more than `MOST_WITHHELD`.
        policy: what it lets stay is not withheld; None: nothing stays.
    """
    drawn = []
    for finding in resolution.kept:
        stays = policy is not None and (
            policy.treatments[finding.label].operator is OperatorName.KEEP
        )
        if finding.label in _WITHHELD_LABELS and finding.certainty >= SURE_FROM and not stays:
            drawn.append((_draw(key, finding), finding.span, finding))
    chosen = [finding for number, _, finding in sorted(drawn)[:MOST_WITHHELD] if number < share]
    return tuple(sorted(chosen, key=_span))


@dataclass(frozen=True, slots=True)
class Merged:
    """Marked and withheld findings together.

    Attributes:
        kept: disjoint, in the order of the text.
        dropped: the findings in whose place another one is kept.
        winners: what is kept in place of a finding; one that stays as it is is not named.
    """

    kept: tuple[Finding, ...]
    dropped: tuple[Dropped, ...] = ()
    winners: Mapping[Finding, Finding] = field(default_factory=dict)

    def winner(self, finding: Finding | None) -> Finding | None:
        """What is kept where this finding was to be."""
        return finding if finding is None else self.winners.get(finding, finding)


def merged(marked: Sequence[Finding], withheld: Sequence[Finding]) -> Merged:
    """Withheld findings beside the marked ones; a marked one grows over what it overlaps.

    Args:
        marked: disjoint, in the order of the text.
        withheld: disjoint, in the order of the text.
    """
    if not withheld:
        return Merged(tuple(marked))
    kept: list[Finding] = []
    dropped: list[Dropped] = []
    winners: dict[Finding, Finding] = {}
    hidden = set(withheld)
    for group in _together(sorted([*marked, *withheld], key=_span)):
        own = next((one for one in group if one not in hidden), group[0])
        grown = replace(own, span=Span(group[0].span.start, max(one.span.end for one in group)))
        kept.append(grown)
        if grown != own:
            winners[own] = grown
        for one in group:
            if one is not own:
                dropped.append(Dropped(one, DropReason.COVERED, grown))
                winners[one] = grown
    return Merged(tuple(kept), tuple(dropped), winners)


def _together(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings, in order, in groups of those that overlap each other in a chain."""
    groups: list[list[Finding]] = []
    end = 0
    for finding in findings:
        if groups and finding.span.start < end:
            groups[-1].append(finding)
        else:
            groups.append([finding])
        end = max(end, finding.span.end)
    return groups


def _draw(key: bytes, finding: Finding) -> float:
    """A number from 0 to below 1 that only the key foretells."""
    place = f"{finding.label} {finding.span.start} {finding.span.end}".encode()
    digest = hmac.new(key, b"noteveil/withheld/v1\0" + place, sha256).digest()
    return int.from_bytes(digest[:6]) / (1 << 48)


def _span(finding: Finding) -> Span:
    return finding.span
