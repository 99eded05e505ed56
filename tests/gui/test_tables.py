from __future__ import annotations

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from deid.audit.records import DocumentCommitted, FindingDropped, Record, RedactionMade
from deid.datatypes import DropReason, Finding, Span
from deid.labels import Label
from deid.policy import load_policy
from deid.review import Mark, MarkState
from gui.tables import findings, records
from gui.tables.findings import FindingsModel, Shown, detector_words

TEXT = "Ilse Testfall, 11/03/2026, OH, keeper"
PRINT = f"hmac-sha256:{'0' * 16}:{'ab' * 32}"


def mark(
    start: int, end: int, label: Label, state: MarkState = MarkState.OPEN, score: float = 0.95
) -> Mark:
    return Mark(Finding(Span(start, end), label, score, "rule:us/mrn@2"), state)


MARKS = (
    mark(0, 13, Label.PATIENT, score=0.5),
    mark(15, 25, Label.DATE, MarkState.REJECTED),
    mark(27, 29, Label.STATE),
    mark(31, 37, Label.PROFESSION, MarkState.DROPPED, 0.2),
)


def model_of(marks: tuple[Mark, ...] = MARKS) -> FindingsModel:
    model = FindingsModel(load_policy("safe-harbor"))
    model.show(marks, TEXT, load_policy("safe-harbor"))
    model.list_only(Shown.ALL, "")
    return model


def texts(model: FindingsModel) -> list[str]:
    column = findings.Column.TEXT
    return [model.index(row, column).data() for row in range(model.rowCount())]


def test_findings_are_a_sound_model(qtmodeltester: ModelTester) -> None:
    qtmodeltester.check(model_of())
    model = model_of()
    model.sort(findings.Column.LABEL)
    qtmodeltester.check(model)


def test_a_row_says_what_stands_about_a_finding(qapp: object) -> None:
    model = model_of()
    row = [model.index(0, column).data() for column in findings.Column]
    assert row == ["?", "Ilse Testfall", "PATIENT", "0.50", "us/mrn"]
    spoken = model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "uncertain, will be replaced"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (Shown.REPLACED, ["Ilse Testfall"]),
        (Shown.UNCERTAIN, ["Ilse Testfall"]),
        (Shown.REJECTED, ["11/03/2026"]),
        (Shown.LEFT, ["keeper"]),
        (Shown.ALL, ["Ilse Testfall", "11/03/2026", "OH", "keeper"]),
    ],
)
def test_only_what_is_asked_for_is_listed(qapp: object, shown: Shown, expected: list[str]) -> None:
    model = model_of()
    model.list_only(shown, "")
    assert texts(model) == expected


def test_words_narrow_the_list(qapp: object) -> None:
    model = model_of()
    model.list_only(Shown.ALL, "date 2026")
    assert texts(model) == ["11/03/2026"]


def test_scores_sort_as_numbers(qapp: object) -> None:
    model = model_of((mark(0, 1, Label.DATE, score=1.0), mark(2, 3, Label.DATE, score=0.25)))
    model.sort(findings.Column.SCORE)
    column = findings.Column.SCORE
    assert [model.index(row, column).data() for row in range(2)] == ["0.25", "1.00"]


def test_detectors_have_names_for_people() -> None:
    assert detector_words("rule:us/mrn@2") == "Rule us/mrn"
    assert detector_words("rule:us/mrn@2", short=True) == "us/mrn"
    assert detector_words("model:0a1b2c3d") == "Model"
    assert detector_words("reviewer:clerk") == "You"


RECORDS = tuple(
    Record(seq, datetime(2026, 11, 3, 9, 30, seq, tzinfo=UTC), "0" * 16, event)
    for seq, event in enumerate(
        (
            FindingDropped(
                PRINT, Span(0, 3), Label.CITY, "known", 0.3, DropReason.BELOW_THRESHOLD
            ),
            RedactionMade(
                PRINT, Span(4, 9), Label.DATE, "C", "rule:date/us@1", 1.0, "generalise",
                "0" * 64, PRINT, Span(4, 8),
            ),
            DocumentCommitted(
                PRINT, "0" * 64, "1" * 64, 9, 8, 1, 1, "0" * 64, PRINT, {Label.DATE: 1}
            ),
        )
    )
)  # fmt: skip


def test_records_are_a_sound_model(qtmodeltester: ModelTester) -> None:
    model = records.RecordsModel()
    model.show(RECORDS)
    qtmodeltester.check(model)
    model.sort(records.Column.EVENT)
    qtmodeltester.check(model)


def test_the_newest_record_comes_first(qapp: object) -> None:
    model = records.RecordsModel()
    model.show(RECORDS)
    column = records.Column.EVENT
    events = [model.index(row, column).data() for row in range(3)]
    assert events == ["Note saved", "Redaction", "Left in the text"]
    assert [model.index(row, records.Column.RESULT).data() for row in range(3)] == [
        "1 redactions",
        "generalise",
        "below-threshold",
    ]


def test_words_narrow_the_records(qapp: object) -> None:
    model = records.RecordsModel()
    model.show(RECORDS)
    model.list_only("redaction date/us")
    assert model.rowCount() == 1


def test_a_record_is_told_in_full() -> None:
    told = dict(records.facts(RECORDS[1]))
    assert told["span"] == "4 to 9"
    assert told["operator"] == "generalise"
    assert told["output span"] == "4 to 8"
