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
from deid.parts import Assembly, part_texts
from deid.pipeline import Deidentifier, Parts
from deid.policy import load_policy

SEED = bytes(32)
POLICY = load_policy("safe-harbor")
NOT_PROPAGATING = Parts(propagation=False)


@dataclass
class Finds:
    """Finds every match of an expression."""

    expression: str
    label: Label = Label.PATIENT
    name: str = "rules"
    score: float = 0.9
    identity: str = "rule:test@1"

    def detect(self, view: View) -> Sequence[Finding]:
        return [
            Finding(view.span(*match.span()), self.label, self.score, self.identity)
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


@pytest.mark.parametrize("is_read", [True, False])
def test_a_misreading_of_a_name_is_replaced_in_words_of_pictures_alone(is_read: bool) -> None:
    assembly = Assembly()
    assembly.add("Seen: Adaeze Okonkwo.", "text")
    assembly.add("Okonkvva is better.", "picture", is_read=is_read)
    note = assembly.document("n1")
    redacted = _deidentifier(Finds("Adaeze Okonkwo")).deidentify(note, seed=SEED)
    assert ("Okonkvva" in redacted.text) is not is_read


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
    redacted = _deidentifier(
        Finds("Okonkwo-Bright"), quick=[quick], parts=NOT_PROPAGATING
    ).deidentify(note, seed=SEED)
    assert redacted.text == "[PATIENT-1] [IDNUM-1] ok"


def test_what_leads_a_part_is_not_left_in_the_output_for_it_stands_nowhere() -> None:
    assembly = Assembly()
    assembly.add("Adaeze Okonkwo", "heading")
    assembly.add("stable", "cell", lead="Adaeze Okonkwo: ")
    note = assembly.document("n1")
    redacted = _deidentifier(Finds("Adaeze Okonkwo")).deidentify(note, seed=SEED)
    assert part_texts(note, redacted) == ("[PATIENT-1]", "stable")


def test_a_note_that_never_comes_clean_is_not_released() -> None:
    note = Document("n1", " ".join(f"K{number}" for number in range(10, 90)))

    class Pursues:
        name = "rules"

        def detect(self, view: View) -> Sequence[Finding]:
            match = re.search(r"K\d\d", view.text)
            return [Finding(Span(*match.span()), Label.IDNUM, 0.9, "rule:t@1")] if match else []

    first = Finds("K10", Label.IDNUM)
    with pytest.raises(ResidualFound, match="not released"):
        _deidentifier(first, quick=[Pursues()], parts=NOT_PROPAGATING).deidentify(note, seed=SEED)


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


def _weak(expression: str, label: Label, identity: str) -> Finds:
    return Finds(expression, label, score=0.4, identity=identity)


@pytest.mark.parametrize(
    ("off", "text", "detectors", "with_all", "without"),
    [
        (
            Parts(propagation=False),
            "Adaeze Okonkwo. Later OKONKWO called.",
            [Finds("Adaeze Okonkwo")],
            ["Adaeze Okonkwo", "OKONKWO"],
            ["Adaeze Okonkwo"],
        ),
        (
            Parts(mutual_support=False),
            "Okonkwo called.",
            [_weak("Okonkwo", Label.DOCTOR, "rule:a@1"), _weak("Okonkwo", Label.DOCTOR, "model:0")],
            ["Okonkwo"],
            [],
        ),
        (
            Parts(clinical_uses=False),
            "Has Parkinson's disease.",
            [Finds("Parkinson", score=0.8)],
            [],
            ["Parkinson"],
        ),
        (
            Parts(tidying=False),
            "By Okonkwo, MD today.",
            [Finds("Okonkwo, MD")],
            ["Okonkwo"],
            ["Okonkwo, MD"],
        ),
    ],
)
def test_a_step_that_is_off_does_not_work_and_the_others_do(
    off: Parts, text: str, detectors: Sequence[Finds], with_all: list[str], without: list[str]
) -> None:
    note = Document("n1", text)
    for parts, expected in ((Parts(), with_all), (off, without)):
        kept = _deidentifier(*detectors, parts=parts).analyze(note).kept
        assert [finding.span.of(text) for finding in kept] == expected


def test_without_agreement_of_labels_each_mention_keeps_its_own_and_edges_are_put_right() -> None:
    note = Document("n1", "Okonkwo, MD came. OKONKWO left.")
    detectors = Finds("Okonkwo, MD"), Finds("OKONKWO", Label.DOCTOR, score=0.8)
    for parts, second in ((Parts(), Label.PATIENT), (Parts(label_agreement=False), Label.DOCTOR)):
        kept = _deidentifier(*detectors, parts=parts).analyze(note).kept
        assert [finding.span for finding in kept] == [Span(0, 7), Span(18, 25)]
        assert [finding.label for finding in kept] == [Label.PATIENT, second]


def test_another_policy_leaves_the_parts_as_they_are() -> None:
    note = Document("n1", "Adaeze Okonkwo. Later OKONKWO called.")
    first = _deidentifier(Finds("Adaeze Okonkwo"), parts=NOT_PROPAGATING)
    assert len(first.with_policy(POLICY).analyze(note).kept) == 1


@dataclass
class Doubts(Finds):
    """Finds every match, but tells of it only if asked for what is unlikely."""

    score: float = 0.1

    def detect(self, view: View) -> Sequence[Finding]:
        return []

    def detect_above(self, view: View, *, floor: float) -> Sequence[Finding]:
        assert floor > 0
        return Finds.detect(self, view)


def test_another_look_keeps_what_is_unlikely_and_what_is_dropped_otherwise() -> None:
    note = Document("n1", "Adaeze Okonkwo, room Birch, bed K7")
    sure, hint, doubt = (
        Finds("Adaeze Okonkwo"),
        Finds("K7", Label.ROOM, score=0.3, identity="rule:bed@1"),
        Doubts("Birch", Label.HOSPITAL),
    )
    deidentifier = _deidentifier(sure, hint, doubt)
    kept = [one.span.of(note.text) for one in deidentifier.look_again(note).kept]
    assert kept == ["Adaeze Okonkwo", "Birch", "K7"]
    assert [one.span.of(note.text) for one in deidentifier.analyze(note).kept] == kept[:1]
    assert deidentifier.find(note) == deidentifier.find(note, floor=None)
    scores = [one.score for one in deidentifier.look_again(note).kept]
    assert scores == [0.9, 0.1, 0.3]


def test_another_look_that_fails_says_so() -> None:
    with pytest.raises(DetectionIncomplete, match="failing"):
        _deidentifier(Fails()).look_again(Document("n1", "Adaeze Okonkwo"))
