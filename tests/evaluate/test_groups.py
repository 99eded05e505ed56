from __future__ import annotations

from deid.datatypes import Span
from deid.evaluate import GoldNote, LabelledSpan
from deid.evaluate.groups import OTHERS, groupings
from deid.labels import Label


def test_notes_are_grouped_by_what_their_file_says_of_them() -> None:
    notes = [
        GoldNote("a", "x", (), {"style": "letter", "type": "referral"}),
        GoldNote("b", "x", (), {"style": "phone"}),
        GoldNote("c", "x"),
    ]
    assert groupings(notes) == {
        "style": ("letter", "phone", OTHERS),
        "type": ("referral", OTHERS, OTHERS),
    }


def test_without_metadata_the_source_is_what_the_ids_begin_with() -> None:
    notes = [GoldNote(f"mt{at}", "x") for at in range(5)] + [GoldNote("pm-1", "x")]
    notes.append(GoldNote("77", "x"))
    assert groupings(notes) == {"source": ("mt",) * 5 + (OTHERS, OTHERS)}


def test_a_name_in_the_ids_is_not_told() -> None:
    mark = LabelledSpan(Span(3, 6), Label.PATIENT)
    notes = [GoldNote(f"ito_{at}", "Mr Ito", (mark,)) for at in range(9)]
    assert groupings(notes) == {"source": (OTHERS,) * 9}
