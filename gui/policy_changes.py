"""What a change of a policy comes to: in a note, and in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QCoreApplication

from deid import OperatorName, Redacted, Span
from deid.policy import Basis, Difference, Option, ReleaseRule, Treatment, Unexamined, VaultUse

INVENTED_NOTE: Final = """\
DISCHARGE SUMMARY
Patient: Quillan Testfall    MRN: 00483921    DOB: 04/17/1948
Admitted 11/03/2026 to Examplewood Hospital, ward 7B, Dr. Amaru Mockridge.

Mr. Testfall is a 78-year-old retired lighthouse keeper from 12 Sample Lane,
Fictown, OH 44999. His mother lived to 96. Call 555-0142 or write to
q.testfall@mail.example. Next visit on 11/17/2026.
"""
"""A note about nobody, to show a policy on while no other is open."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A note, and what a policy makes of it."""

    text: str = field(repr=False)
    redacted: Redacted


@dataclass(frozen=True, slots=True)
class Change:
    """A place of a note that two policies treat differently.

    Attributes:
        original: what stands there.
        before: what the first policy lets stand there.
        after: what the second one does.
    """

    original: str = field(repr=False)
    before: str = field(repr=False)
    after: str = field(repr=False)


def changes(before: Sample, after: Sample) -> tuple[Change, ...]:
    """Where two policies differ in the same note, in the order of the text."""
    spans = [r.finding.span for sample in (before, after) for r in sample.redacted.redactions]
    found = (
        Change(span.of(before.text), _written(before, span), _written(after, span))
        for span in _regions(spans)
    )
    return tuple(change for change in found if change.before != change.after)


def _regions(spans: Iterable[Span]) -> Iterator[Span]:
    """The spans, those that overlap joined: nothing that is replaced is cut by an edge."""
    start = end = -1
    for span in sorted(spans):
        if span.start >= end:
            if start >= 0:
                yield Span(start, end)
            start, end = span.start, span.end
        end = max(end, span.end)
    if start >= 0:
        yield Span(start, end)


def _written(sample: Sample, region: Span) -> str:
    """What the output has for a range of the note, of which no redaction juts out."""
    pieces, at = [], region.start
    for redaction in sample.redacted.redactions:
        span = redaction.finding.span
        if region.start <= span.start and span.end <= region.end:
            pieces += [sample.text[at : span.start], redaction.output_span.of(sample.redacted.text)]
            at = span.end
    return "".join([*pieces, sample.text[at : region.end]])


_OPERATORS = {
    OperatorName.TAG: "tag",
    OperatorName.MASK: "mask",
    OperatorName.GENERALISE: "generalise",
    OperatorName.SURROGATE: "stand-in",
    OperatorName.SHIFT_DATE: "shift the date",
    OperatorName.HASH: "hash",
    OperatorName.KEEP: "keep",
}
_BASES = {
    Basis.SAFE_HARBOR: "Safe Harbor",
    Basis.LIMITED_DATA_SET: "limited data set",
    Basis.EXPERT_DETERMINATION: "expert determination",
    Basis.PSEUDONYMISATION: "pseudonymisation",
}
_RELEASES = {
    ReleaseRule.DIRECT: "by whoever redacts",
    ReleaseRule.FOUR_EYES: "by a second person (four eyes)",
}
_VAULTS = {
    VaultUse.NEVER: "never",
    VaultUse.IF_MADE: "kept once there is a vault",
    VaultUse.REQUIRED: "always kept",
}
_UNEXAMINED = {
    Unexamined.REFUSE: "the file is refused",
    Unexamined.REMOVE: "they are removed",
}
_OPTIONS = {
    "numbered": "numbered",
    "width": "width",
    "character": "character",
    "kind": "the same words",
    "redraw_percent": "anew, in percent",
    "max_days": "days at most",
    "keep_weekday": "keep the weekday",
    "digits": "digits",
}
_CHOICES = {"consistent": "always alike", "markov": "partly drawn anew"}


def operator_words(operator: OperatorName) -> str:
    """The name of an operator for people."""
    return _said(_OPERATORS[operator])


def basis_words(basis: Basis) -> str:
    """The name of a basis for people."""
    return _said(_BASES[basis])


def release_words(rule: ReleaseRule) -> str:
    """Who releases a note, for people."""
    return _said(_RELEASES[rule])


def vault_words(use: VaultUse) -> str:
    """Whether what is replaced is kept, for people."""
    return _said(_VAULTS[use])


def unexamined_words(what: Unexamined) -> str:
    """What becomes of parts that cannot be examined, for people."""
    return _said(_UNEXAMINED[what])


def option_words(option: str) -> str:
    """The name of an option for people."""
    return _said(_OPTIONS[option])


def choice_words(choice: str) -> str:
    """The name of one of the words that an option may be."""
    return _said(_CHOICES.get(choice, choice))


def treatment_words(treatment: Treatment) -> str:
    """An operator with its options, such as `mask (width 5)`."""
    options = [_option(key, value) for key, value in treatment.options.items()]
    told = operator_words(treatment.operator)
    return f"{told} ({', '.join(options)})" if options else told


def difference_words(difference: Difference) -> str:
    """One difference between two policies, in a line."""
    match difference.before, difference.after:
        case Treatment() as before, Treatment() as after:
            told = _said("{label}: {after}, instead of {before}")
            words = (treatment_words(before), treatment_words(after))
        case Basis() as before, Basis() as after:
            told = _said("Basis: {after}, instead of {before}")
            words = (basis_words(before), basis_words(after))
        case ReleaseRule() as before, ReleaseRule() as after:
            told = _said("Released {after}, instead of {before}")
            words = (release_words(before), release_words(after))
        case VaultUse() as before, VaultUse() as after:
            told = _said("What is replaced: {after}, instead of {before}")
            words = (vault_words(before), vault_words(after))
        case Unexamined() as before, Unexamined() as after:
            told = _said("Parts that cannot be examined: {after}, instead of {before}")
            words = (unexamined_words(before), unexamined_words(after))
        case before, after:
            told = _said("{label}: counts from {after}, instead of {before}")
            words = (f"{before:g}", f"{after:g}")
    return told.format(label=difference.label, before=words[0], after=words[1])


def _option(key: str, value: Option) -> str:
    name = option_words(key)
    if isinstance(value, bool):
        return name if value else _said("not {}").format(name)
    return f"{name} {choice_words(value) if isinstance(value, str) else value}"


def _said(words: str) -> str:
    return QCoreApplication.translate("Policy", words)
