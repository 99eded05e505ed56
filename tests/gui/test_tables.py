from __future__ import annotations

from datetime import UTC, datetime

from pytestqt.modeltest import ModelTester

from deid.audit.records import DocumentCommitted, FindingDropped, Record, RedactionMade
from deid.datatypes import DropReason, Span
from deid.labels import Label
from gui.tables import records

PRINT = f"hmac-sha256:{'0' * 16}:{'ab' * 32}"


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
        "1 redaction",
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
