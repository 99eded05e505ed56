"""A site's own Presidio engine gives the text that our own replacement gives."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deid.datatypes import Document, Resolution
from deid.errors import DefectError
from deid.labels import Label
from deid.policy import load_policy
from deid.redact import apply

anonymizer = pytest.importorskip("presidio_anonymizer")

from presidio_anonymizer.entities import InvalidParamError, RecognizerResult  # noqa: E402

from deid.redact.presidio import OPERATOR_NAME, PolicyOperator, operators_for, register  # noqa: E402

Marked = Callable[[str], tuple[Document, Resolution]]
SEED = bytes(range(32))
NOTE = (
    "Pt {PATIENT:Maria de la Cruz} {PATIENT:Cruz}, DOB {DATE:3/5/31} ({AGE:93}), seen "
    "{DATE:23/01/2024}, {DATE:10/02/2024} by {DOCTOR:J. Smith} and {DOCTOR:John Smith}: "
    "{MRN:00-4471} {MRN:00 4471} {ZIP:02139} {STATE:TX} {PHONE:505-441-0127} {OTHER:the mayor}"
)


def _results(resolution: Resolution) -> list[RecognizerResult]:
    return [RecognizerResult(f.label.value, f.span.start, f.span.end, 1.0) for f in resolution.kept]


@pytest.mark.parametrize(
    "name", ["safe-harbor", "limited-data-set", "research", "gdpr-pseudonymise", "everything"]
)
def test_engine_and_apply_agree(marked: Marked, name: str) -> None:
    document, resolution = marked(NOTE)
    policy = load_policy(name)
    engine = anonymizer.AnonymizerEngine()
    register(engine)
    made = engine.anonymize(
        document.text,
        _results(resolution),
        operators_for(policy, seed=SEED, text=document.text, kept=resolution.kept),
        merge_entities_with_spaces=False,
    )
    redacted = apply(document, resolution, policy, seed=SEED)
    assert made.text == redacted.text
    spans = [(r.output_span.start, r.output_span.end) for r in redacted.redactions]
    assert [(item.start, item.end) for item in reversed(made.items)] == spans


def test_presidio_names_are_understood_and_a_lone_value_is_treated_by_itself() -> None:
    engine = anonymizer.AnonymizerEngine()
    register(engine)
    assert OPERATOR_NAME in engine.get_anonymizers()
    text = "mail a@b.example"
    result = RecognizerResult("EMAIL_ADDRESS", 5, len(text), 1.0)
    operators = operators_for(load_policy("safe-harbor"), seed=SEED)
    assert engine.anonymize(text, [result], operators).text == "mail [EMAIL-1]"


def test_unknown_entity_types_stop_the_note() -> None:
    engine = anonymizer.AnonymizerEngine()
    register(engine)
    operators = operators_for(load_policy("safe-harbor"), seed=SEED)
    with pytest.raises(InvalidParamError, match="MARTIAN"):
        engine.anonymize("some text", [RecognizerResult("MARTIAN", 0, 4, 1.0)], operators)


def test_missing_parameters_are_refused() -> None:
    with pytest.raises(InvalidParamError, match="operators_for"):
        PolicyOperator().validate({"entity_type": Label.MRN.value})


def test_a_wrong_seed_is_a_defect() -> None:
    with pytest.raises(DefectError):
        operators_for(load_policy("safe-harbor"), seed=b"short")


def test_the_secret_is_in_no_repr() -> None:
    operators = operators_for(load_policy("safe-harbor"), seed=SEED)
    assert repr(SEED)[2:-1] not in repr(operators["DEFAULT"])
    assert "seed" not in repr(operators["DEFAULT"])
