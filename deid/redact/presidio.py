"""Our operators as Presidio operators, for a site's own `AnonymizerEngine`.

Presidio shows an operator one value after the other, without the note around it. So every operator
here treats its value as the only one of its note: a numbered tag is always number 1, an initial
does not know the name that it stands for, and the year of the note is the current one. What
depends on the value and the seed alone is the same as in `deid.redact.apply`.

Usage:

    engine = AnonymizerEngine()
    register(engine)
    engine.anonymize(
        text, results, operators_for(policy, seed=seed), merge_entities_with_spaces=False
    )

`merge_entities_with_spaces` has to be off, or two values parted by blanks are replaced as one, and
`operators_for` has to be called for each run, as the engine writes into the mapping. The offsets
of the engine's items are those of the output, and the items come in descending order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from presidio_anonymizer.entities import InvalidParamError, OperatorConfig
from presidio_anonymizer.operators import Operator, OperatorType

from deid.datatypes import Finding, Span
from deid.errors import UnknownLabel
from deid.labels import Label
from deid.policy import Policy
from deid.redact.apply import read_mentions, treatment_of
from deid.redact.operators import operate
from deid.redact.seeds import SEED_BYTES

if TYPE_CHECKING:
    from presidio_anonymizer import AnonymizerEngine

NAME = "noteveil"
"""The operator's name in Presidio."""


class PolicyOperator(Operator):  # type: ignore[misc]
    """Replaces a value as a policy says.

    Its parameters are `policy` (a `Policy`) and `seed` (the patient's 32 bytes); Presidio adds the
    entity type, which may be a name of ours or of Presidio's.
    """

    def operate(self, text: str, params: Mapping[str, Any] | None = None) -> str:
        """The replacement of a value."""
        policy, seed, label = _parameters(params)
        finding = Finding(Span(0, len(text)), label, 1.0, NAME)
        note, (mention,) = read_mentions(text, (finding,))
        new, _ = operate(mention, treatment_of(mention, policy), seed=seed, note=note)
        return new

    def validate(self, params: Mapping[str, Any] | None = None) -> None:
        """Refuse parameters that are missing or of the wrong kind.

        Raises:
            InvalidParamError: the message names the parameter.
        """
        _parameters(params)

    def operator_name(self) -> str:
        """What Presidio calls the operator."""
        return NAME

    def operator_type(self) -> OperatorType:
        """An anonymiser, not its reverse."""
        return OperatorType.Anonymize


def register(engine: AnonymizerEngine) -> None:
    """Make the operator known to an engine."""
    engine.add_anonymizer(PolicyOperator)


def operators_for(policy: Policy, *, seed: bytes) -> dict[str, OperatorConfig]:
    """A fresh mapping that treats every entity type by the policy."""
    return {"DEFAULT": OperatorConfig(NAME, {"policy": policy, "seed": seed})}


def _parameters(params: Mapping[str, Any] | None) -> tuple[Policy, bytes, Label]:
    given = params or {}
    policy, seed = given.get("policy"), given.get("seed")
    if not isinstance(policy, Policy):
        raise InvalidParamError("`policy` has to be a deid Policy")
    if not isinstance(seed, bytes) or len(seed) != SEED_BYTES:
        raise InvalidParamError(f"`seed` has to be {SEED_BYTES} bytes")
    try:
        return policy, seed, Label.parse(str(given.get("entity_type")))
    except UnknownLabel as error:
        raise InvalidParamError(str(error)) from None
