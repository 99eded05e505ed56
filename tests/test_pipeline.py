"""The way of a note, with detectors that find what a test tells them to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from deid.datatypes import Document, Finding, Span
from deid.detect import View
from deid.errors import DetectionIncomplete, ResidualFound
from deid.labels import Label
from deid.pipeline import Deidentifier
from deid.policy import load_policy

SEED = bytes(32)
POLICY = load_policy("safe-harbor")


@dataclass
class Finds:
    """Finds every match of an expression."""

    expression: str
    label: Label = Label.PATIENT
    name: str = "rules"

    def detect(self, view: View) -> Sequence[Finding]:
        return [
            Finding(view.span(*match.span()), self.label, 0.9, "rule:test@1")
            for match in re.finditer(self.expression, view.text)
        ]


class Fails:
    name = "failing"

    def detect(self, view: View) -> Sequence[Finding]:
        raise ValueError(f"no way to read {view.text}")


def _deidentifier(*detectors: Finds | Fails, **options: object) -> Deidentifier:
    return Deidentifier(policy=POLICY, detectors=detectors, **options)  # type: ignore[arg-type]


def test_a_note_goes_from_text_to_tags_and_nothing_else_changes() -> None:
    note = Document("n1", "Ms. Okonkwo-Bright slept well.\r\n\tNo pain.  ")
    redacted = _deidentifier(Finds("Okonkwo-Bright")).deidentify(note, seed=SEED)
    assert redacted.text == "Ms. [PATIENT-1] slept well.\r\n\tNo pain.  "


def test_a_name_found_once_is_replaced_everywhere() -> None:
    note = Document("n1", "Seen: Adaeze Okonkwo. Later, OKONKWO's daughter called.")
    redacted = _deidentifier(Finds("Adaeze Okonkwo")).deidentify(note, seed=SEED)
    assert "okonkwo" not in redacted.text.lower()


def test_a_detector_that_fails_stops_the_note_without_its_text() -> None:
    note = Document("n1", "Adaeze Okonkwo")
    with pytest.raises(DetectionIncomplete, match="failing") as caught:
        _deidentifier(Fails()).deidentify(note, seed=SEED)
    assert "Okonkwo" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_what_the_output_still_holds_is_taken_up_in_another_round() -> None:
    # The code shows itself only when what stood before it has become a tag.
    note = Document("n1", "Okonkwo-Bright K7731 ok")
    quick = Finds(r"(?<=\] )K\d+", Label.IDNUM)
    redacted = _deidentifier(Finds("Okonkwo-Bright"), quick=[quick], propagating=False).deidentify(
        note, seed=SEED
    )
    assert redacted.text == "[PATIENT-1] [IDNUM-1] ok"


def test_a_note_that_never_comes_clean_is_not_released() -> None:
    note = Document("n1", " ".join(f"K{number}" for number in range(10, 90)))

    class Pursues:
        name = "rules"

        def detect(self, view: View) -> Sequence[Finding]:
            match = re.search(r"K\d\d", view.text)
            return [Finding(Span(*match.span()), Label.IDNUM, 0.9, "rule:t@1")] if match else []

    first = Finds("K10", Label.IDNUM)
    with pytest.raises(ResidualFound, match="not released"):
        _deidentifier(first, quick=[Pursues()], propagating=False).deidentify(note, seed=SEED)


def test_a_redacted_note_passes_through_unchanged() -> None:
    deidentifier = _deidentifier(Finds(r"\[?(PATIENT|Okonkwo)[-\d\]]*"))
    once = deidentifier.deidentify(Document("n1", "Okonkwo was seen."), seed=SEED)
    assert once.text == "[PATIENT-1] was seen."
    twice = deidentifier.deidentify(Document("n2", once.text), seed=SEED)
    assert twice.text == once.text
    assert not twice.redactions


def test_what_a_reviewer_rejected_stays_and_is_no_residual() -> None:
    note = Document("n1", "Okonkwo was seen by Okonkwo.")
    deidentifier = _deidentifier(Finds("Okonkwo"), quick=[Finds("Okonkwo")])
    rejected = [Span(20, 27)]
    resolution = deidentifier.merge(note, deidentifier.find(note), rejected=rejected)
    redacted = deidentifier.redact(note, resolution, seed=SEED, rejected=rejected)
    assert redacted.text == "[PATIENT-1] was seen by Okonkwo."
    assert not redacted.residual


def test_a_hidden_character_inside_a_name_goes_with_it() -> None:
    note = Document("n1", "Seen: Okon\u200bkwo, stable.")
    redacted = _deidentifier(Finds("Okonkwo")).deidentify(note, seed=SEED)
    assert redacted.text == "Seen: [PATIENT-1], stable."
