"""Our own marks are recognised, and nothing that a note may hold of itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Document, Resolution
from deid.labels import Label
from deid.policy import load_policy
from deid.redact import apply, placeholders

Marked = Callable[[str], tuple[Document, Resolution]]


@pytest.mark.parametrize(
    "mark",
    [
        *("[PATIENT]", "[PATIENT-1]", "[AGE90-12]", "[AGE]", "[MRN-3f9a12bc04d1]", "90 or older"),
        *("*****", "021**", "000**", "[HOSPITAL-999]"),
    ],
)
def test_marks_are_found(mark: str) -> None:
    text = f"Seen: {mark}, {mark} again."
    assert [span.of(text) for span in placeholders(text)] == [mark, mark]


@pytest.mark.parametrize(
    "text",
    [
        *("[NAME]", "[patient]", "[MRN-0041882]", "[MRN-00418826]", "[MRN-4471]", "[PATIENT-0]"),
        *(
            "[PATIENT-Smith]",
            "1900 or older",
            "90 or olderly",
            "**",
            "02139**",
            "021***x"[:5] + "1",
        ),
        *("[MRN-3F9A12BC]", "[ PATIENT ]", "PATIENT-1"),
    ],
)
def test_other_text_is_not(text: str) -> None:
    assert placeholders(text) == ()


@given(text=st.text(alphabet="[]PATIEN-19af*0 or lde", max_size=60))
def test_marks_are_disjoint_and_ordered(text: str) -> None:
    end = 0
    for span in placeholders(text):
        assert end <= span.start < span.end <= len(text)
        end = span.end


@pytest.mark.parametrize("name", ["safe-harbor", "gdpr-pseudonymise", "everything"])
def test_every_mark_that_a_policy_makes_is_found(marked: Marked, name: str) -> None:
    source = " ; ".join(f"{{{label}:Example 7 value}}" for label in Label)
    redacted = apply(*marked(source), load_policy(name), seed=bytes(32))
    found = placeholders(redacted.text)
    for redaction in redacted.redactions:
        if redaction.operator != "keep" and redaction.finding.label is not Label.AGE:
            assert redaction.output_span in found
