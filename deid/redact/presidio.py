"""Our operators as a Presidio operator, for a site's own `AnonymizerEngine`.

    engine = AnonymizerEngine()
    register(engine)
    operators = operators_for(policy, seed=seed, text=text, kept=kept)
    engine.anonymize(text, results, operators, merge_entities_with_spaces=False)

Presidio shows an operator one value after the other, without the note around it. `kept` tells the
operator of the note: then equal spans give the text that `deid.redact.apply` gives, but for the
Markov kind of stand-ins, which needs the place of a mention. A value that is not among `kept` is
treated as if it were the only one of its note: a numbered tag is number 1, an initial does not
know the name it stands for.

`merge_entities_with_spaces` has to be off, or two values parted by blanks are replaced as one. Call
`operators_for` for each run: the mapping holds one patient's secret, and the engine writes into
it. The offsets of the engine's items are those of the output, in descending order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from presidio_anonymizer.entities import InvalidParamError, OperatorConfig
from presidio_anonymizer.operators import Operator, OperatorType

from deid.datatypes import Finding, Span
from deid.errors import DefectError, UnknownLabel
from deid.labels import Label
from deid.policy import Policy
from deid.redact.apply import read_mentions, treatment_of
from deid.redact.mention import Mention, Note
from deid.redact.operators import operate
from deid.redact.seeds import SEED_BYTES

if TYPE_CHECKING:
    from presidio_anonymizer import AnonymizerEngine

OPERATOR_NAME: Final = "noteveil"
"""What Presidio calls the operator."""

_PARAMETER: Final = "patient_policy"


@dataclass(frozen=True, slots=True)
class PatientPolicy:
    """A policy with the secret of one patient and what one note says, hidden from any `repr`."""

    policy: Policy = field(repr=False)
    seed: bytes = field(repr=False)
    note: Note | None = field(default=None, repr=False)
    mentions: Mapping[tuple[Label, str], Mention] = field(default_factory=dict, repr=False)

    def replacement(self, text: str, label: Label) -> str:
        """What stands in for a value."""
        note, mention = self.note, self.mentions.get((label, text))
        if note is None or mention is None:
            note, (mention,) = read_mentions(text, (_whole(text, label),))
        treatment = treatment_of(mention, self.policy)
        return operate(mention, treatment, seed=self.seed, note=note)[0]


class PolicyOperator(Operator):  # type: ignore[misc]
    """Replaces a value as a policy says; its parameters come from `operators_for`."""

    def operate(self, text: str, params: Mapping[str, Any] | None = None) -> str:
        """The replacement of a value."""
        bound, label = _parameters(params)
        return bound.replacement(text, label)

    def validate(self, params: Mapping[str, Any] | None = None) -> None:
        """Refuse parameters that are missing or of the wrong kind.

        Raises:
            InvalidParamError: the message names the parameter.
        """
        _parameters(params)

    def operator_name(self) -> str:
        """What Presidio calls the operator."""
        return OPERATOR_NAME

    def operator_type(self) -> OperatorType:
        """An anonymiser, not its reverse."""
        return OperatorType.Anonymize


def register(engine: AnonymizerEngine) -> None:
    """Make the operator known to an engine."""
    engine.add_anonymizer(PolicyOperator)


def operators_for(
    policy: Policy, *, seed: bytes, text: str = "", kept: Sequence[Finding] = ()
) -> dict[str, OperatorConfig]:
    """A fresh mapping that treats every entity type, of our names or Presidio's, by the policy.

    Args:
        policy: what is done with each label.
        seed: the patient's secret of 32 bytes.
        text: the note.
        kept: what will be replaced in it.

    Raises:
        DefectError: the seed has another length.
    """
    if len(seed) != SEED_BYTES:
        raise DefectError(f"the seed has {len(seed)} bytes, not {SEED_BYTES}")
    note, found = read_mentions(text, kept)
    mentions: dict[tuple[Label, str], Mention] = {}
    for mention in found:
        key = (mention.label, mention.text)
        known = mentions.setdefault(key, mention)
        if mention.is_birth and not known.is_birth:
            mentions[key] = replace(known, is_birth=True)
    bound = PatientPolicy(policy, seed, note, mentions)
    return {"DEFAULT": OperatorConfig(OPERATOR_NAME, {_PARAMETER: bound})}


def _whole(text: str, label: Label) -> Finding:
    return Finding(Span(0, len(text)), label, 1.0, OPERATOR_NAME)


def _parameters(params: Mapping[str, Any] | None) -> tuple[PatientPolicy, Label]:
    given = params or {}
    bound = given.get(_PARAMETER)
    if not isinstance(bound, PatientPolicy):
        raise InvalidParamError(f"`{_PARAMETER}` is missing: call operators_for")
    try:
        return bound, Label.parse(str(given.get("entity_type")))
    except UnknownLabel as error:
        raise InvalidParamError(str(error)) from None
