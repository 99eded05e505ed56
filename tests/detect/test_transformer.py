from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deid.datatypes import Finding
from deid.detect import View
from deid.detect.decode import ClassMap
from deid.detect.packages import ModelPackage, load_package
from deid.detect.scores import ScoreScale
from deid.detect.tagging import TokenClassifier, softmax
from deid.detect.tokens import Tokens
from deid.detect.transformer import TransformerDetector, load_detector
from deid.detect.windows import WindowPlan
from deid.errors import DetectionIncomplete, ExaminationStopped, ModelMissing, ModelTampered
from deid.labels import Label
from deid.stopping import stoppable

NOTE = """\
TOLLIVER, JANELLE Q   MRN 0093-1182   DOB 4/19/31   94 y F
Ms. Tolliver was seen by Dr. Okonkwo-Reyes at Maple Ridge Clinic in Carrboro on 03/14/2024.
BP 120/80, lisinopril 10 mg daily. Her son Kwame can be reached at 919-555-0143.
"""


def view_of(text: str) -> View:
    return View(text, text, range(len(text)), range(1, len(text) + 1))


@pytest.fixture(scope="module")
def package() -> ModelPackage:
    return load_package()


@pytest.fixture(scope="module")
def detector(package: ModelPackage) -> TransformerDetector:
    return TransformerDetector(package)


def labels_at(findings: list[Finding], text: str, piece: str) -> set[Label]:
    start = text.index(piece)
    return {
        item.label
        for item in findings
        if item.score >= 0.5 and item.span.start <= start and start + len(piece) <= item.span.end
    }


@pytest.mark.parametrize(
    ("piece", "label"),
    [
        ("JANELLE", Label.PATIENT),
        ("0093-1182", Label.MRN),
        ("4/19/31", Label.DATE),
        ("94", Label.AGE90),
        ("Okonkwo-Reyes", Label.DOCTOR),
        ("Maple Ridge Clinic", Label.HOSPITAL),
        ("Carrboro", Label.CITY),
        ("Kwame", Label.PERSON),
        ("919-555-0143", Label.PHONE),
    ],
)
def test_identifiers_are_found(detector: TransformerDetector, piece: str, label: Label) -> None:
    assert label in labels_at(list(detector.detect(view_of(NOTE))), NOTE, piece)


@pytest.mark.parametrize("piece", ["120/80", "10 mg", "reached"])
def test_what_identifies_nobody_is_left(detector: TransformerDetector, piece: str) -> None:
    assert not labels_at(list(detector.detect(view_of(NOTE))), NOTE, piece)


def test_the_shipped_package_is_of_the_size_promised(package: ModelPackage) -> None:
    assert sum(package.files.values()) <= 30_000_000
    assert package.licence == "Apache-2.0"
    assert set(package.files) == {"model.onnx", "tokenizer.json", "MODEL_CARD.md"}


def test_findings_carry_the_hash_of_the_weights(
    detector: TransformerDetector, package: ModelPackage
) -> None:
    assert detector.name == f"model:{package.digest[:8]}"
    assert {item.detector for item in detector.detect(view_of(NOTE))} == {detector.name}


def test_answers_are_the_same_in_another_run_and_another_process_order(
    detector: TransformerDetector, package: ModelPackage
) -> None:
    first = detector.detect(view_of(NOTE))
    detector.detect(view_of("Another note about J. Abernathy.\n" * 40))
    assert detector.detect(view_of(NOTE)) == first
    assert TransformerDetector(package).detect(view_of(NOTE)) == first


def test_nothing_of_a_long_note_is_left_out(detector: TransformerDetector) -> None:
    line = "Denies chest pain and fever. Lungs clear to auscultation. No edema.\n"
    text = line * 30 + "Seen by Dr. Okonkwo-Reyes.\n" + line * 30 + "Call Dr. Abernathy today.\n"
    findings = list(detector.detect(view_of(text)))
    assert labels_at(findings, text, "Okonkwo-Reyes") == {Label.DOCTOR}
    assert labels_at(findings, text, "Abernathy") == {Label.DOCTOR}


def test_offsets_are_those_of_the_original(detector: TransformerDetector) -> None:
    shown = "Seen by Dr. Okonkwo-Reyes in Carrboro."
    # In the original, each character is followed by a soft hyphen that the view leaves out.
    original = "".join(char + "\u00ad" for char in shown)
    starts = [2 * place for place in range(len(shown))]
    view = View(original, shown, starts, [start + 1 for start in starts])
    spans = {
        item.span.of(original).replace("\u00ad", "")
        for item in detector.detect(view)
        if item.score >= 0.5
    }
    assert "Okonkwo-Reyes" in spans
    assert "Carrboro" in spans


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b", "."])
def test_notes_without_words_are_no_trouble(detector: TransformerDetector, text: str) -> None:
    assert list(detector.detect(view_of(text))) == []


def test_a_model_that_is_no_onnx_is_refused(package: ModelPackage) -> None:
    with pytest.raises(ModelTampered, match="cannot be run"):
        TransformerDetector(replace(package, model=b"no model"))


def test_a_model_with_other_classes_is_refused(package: ModelPackage) -> None:
    with pytest.raises(ModelTampered, match="cannot be run"):
        TransformerDetector(replace(package, classes=package.classes[:-2]))


def test_a_place_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        load_detector(tmp_path)


def test_starting_the_detector_loads_no_training_code() -> None:
    code = (
        "import sys; from deid.detect.transformer import load_detector; "
        "assert 'onnxruntime' not in sys.modules; load_detector(); "
        "assert not {'torch', 'transformers', 'presidio_analyzer'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# What the classifier does around any model, with models made of a few lines.


def classifier(answer, *, plan: WindowPlan | None = None) -> TokenClassifier:
    def tokenize(text: str) -> Tokens:
        from deid.datatypes import Span

        spans = [Span(place, place + 1) for place, char in enumerate(text) if char != " "]
        return Tokens([ord(text[span.start]) for span in spans], [1] * len(spans), spans)

    return TokenClassifier(
        name="model:test",
        classes=ClassMap.of(("O", "B-PATIENT", "I-PATIENT")),
        plan=plan or WindowPlan(50, 10),
        scale=ScoreScale(0.2, 0.05),
        tokenize=tokenize,
        answer=answer,
    )


def capitals(tokens: Tokens) -> np.ndarray:
    rows = np.zeros((len(tokens), 3), np.float32)
    for row, number in zip(rows, tokens.ids, strict=True):
        row[1 if chr(number).isupper() else 0] = 1
    return rows


def test_a_note_of_many_segments_is_read_to_its_end() -> None:
    text = ("- " * 9_000 + "X ") * 6
    findings = classifier(capitals).findings(view_of(text))
    assert [item.span.start for item in findings] == [
        place for place, char in enumerate(text) if char == "X"
    ]


def broken(tokens: Tokens) -> np.ndarray:
    raise RuntimeError("Tolliver")


def too_short(tokens: Tokens) -> np.ndarray:
    return np.zeros((len(tokens) - 1, 3), np.float32)


def not_a_number(tokens: Tokens) -> np.ndarray:
    return np.full((len(tokens), 3), np.nan, np.float32)


@pytest.mark.parametrize("answer", [broken, too_short, not_a_number])
def test_a_model_that_fails_stops_the_note_and_tells_no_text(answer) -> None:
    with pytest.raises(DetectionIncomplete) as caught:
        classifier(answer).findings(view_of("Tolliver came"))
    assert "Tolliver" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("count", [1, 4])
def test_a_model_stops_between_two_windows(count: int) -> None:
    asked: list[int] = []

    def answer(tokens: Tokens) -> np.ndarray:
        asked.append(len(tokens))
        return capitals(tokens)

    with stoppable(lambda: len(asked) == count), pytest.raises(ExaminationStopped):
        classifier(answer).findings(view_of("X y " * 300))
    assert len(asked) == count


def test_softmax_does_not_overflow() -> None:
    rows = softmax(np.array([[1000.0, 0.0], [0.0, 0.0]], np.float32))
    np.testing.assert_allclose(rows, [[1, 0], [0.5, 0.5]])


def test_a_lower_floor_only_adds_what_is_less_likely(detector: TransformerDetector) -> None:
    usual = detector.detect(view_of(NOTE))
    more = detector.detect_above(view_of(NOTE), floor=0.005)
    places = {place for one in usual for place in range(one.span.start, one.span.end)}
    now = {place for one in more for place in range(one.span.start, one.span.end)}
    assert places < now
    assert min(one.score for one in more) < min(one.score for one in usual)
    assert detector.detect_above(view_of(NOTE), floor=0.9) == usual
