"""Clinical uses: where they are seen, and that people's names are left alone."""

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import ClinicalUse, Span
from deid.detect.normalise import normalise
from deid.detect.protect import clinical_uses
from deid.evaluate import read_gold
from deid.labels import Label
from deid.resources import models


def _against(text: str, label: Label) -> list[str]:
    """What speaks against a label in particular, not against every one."""
    uses = clinical_uses(normalise(text))
    return [
        use.span.of(text)
        for use in uses
        if label in use.against and use.against != frozenset(Label)
    ]


@pytest.mark.parametrize("text", ["2/7 ago", "cough 4/7 hx", "3/52 history of", "stopped 6/12 ago"])
def test_uk_durations_are_no_dates(text: str) -> None:
    assert len(_against(text, Label.DATE)) == 1


@pytest.mark.parametrize("text", ["seen 2/7 in clinic", "on 3/12", "6/12/2023 ago", "due 5/7."])
def test_dates_of_the_same_shape_stay_dates(text: str) -> None:
    assert _against(text, Label.DATE) == []


@pytest.mark.parametrize("text", ["p. 2/3", "PAGE 2/3", "page 10/12"])
def test_page_numbers_are_no_dates(text: str) -> None:
    assert len(_against(text, Label.DATE)) == 1


@pytest.mark.parametrize(
    ("text", "maker"),
    [
        ("a Scott cannula was placed", "Scott"),
        ("the Santa Barbara tube", "Santa Barbara"),
        ("Ahmed shunt", "Ahmed"),
    ],
)
def test_the_maker_of_a_device_is_no_person_and_no_town(text: str, maker: str) -> None:
    assert maker in _against(text, Label.PERSON)
    assert maker in _against(text, Label.CITY)


@pytest.mark.parametrize("text", ["with Parkinson's disease", "a Gram stain", "Bell's palsy"])
def test_who_gave_a_disease_its_name_is_no_person_of_the_note(text: str) -> None:
    assert len(_against(text, Label.DOCTOR)) >= 1
    assert len(_against(text, Label.ORGANIZATION)) == 1


def test_a_doctor_called_like_a_disease_is_in_no_clinical_use() -> None:
    assert _against("seen by Dr. Parkinson today", Label.ORGANIZATION) == []


@pytest.mark.parametrize("text", ["metformin, losartan daily", "admitted to ICU", "insulin"])
def test_drugs_and_words_of_the_clinic_are_no_names(text: str) -> None:
    assert _against(text, Label.DOCTOR)
    assert not _against(text, Label.DEPARTMENT)


@pytest.mark.parametrize("text", ["sent to PACU", "bx done", "the BNP/BMP", "per URTI"])
@pytest.mark.parametrize("label", [Label.USERNAME, Label.ORGANIZATION, Label.DEPARTMENT])
def test_shorthand_of_the_clinic_is_no_identifier(text: str, label: Label) -> None:
    assert _against(text, label)


@pytest.mark.parametrize("text", ["HTN & DM", "CHF and COPD", "CAD/CKD/T2DM"])
def test_illnesses_side_by_side_are_no_organisation(text: str) -> None:
    assert text in _against(f"hx of {text}, seen", Label.ORGANIZATION)
    assert text not in _against(f"hx of {text} & ITO, seen", Label.ORGANIZATION)


@pytest.mark.parametrize("text", ["by ABX", "Pacu", "Das", "PACU2", "the MICU"])
def test_shorthand_is_known_only_as_it_is_written(text: str) -> None:
    assert _against(text, Label.DEPARTMENT) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("on axial images 245-257", "245-257"),
        ("Series 4, image 31", "31"),
        ("slice 12/140", "12/140"),
    ],
)
def test_where_in_an_examination_something_is_seen_is_no_identifier(text: str, number: str) -> None:
    uses = [use for use in clinical_uses(normalise(text)) if use.certain]
    assert number in [use.span.of(text) for use in uses if Label.IDNUM in use.against]


_DATES = (
    "MRI images 3/14",
    "images 3-14 and",
    "series 2/28",
    "series 3/98",
    "born 3/52",
    "Resp. 3/14",
)
_ROOMS = ("bed 4a-5p", "room 4a-5p", "unit 12A-4P")


@pytest.mark.parametrize("text", [*_DATES, *_ROOMS])
def test_what_may_be_a_date_or_a_room_is_not_settled_by_a_word_before_it(text: str) -> None:
    assert not [use for use in clinical_uses(normalise(text)) if use.certain]


@pytest.mark.parametrize("text", ["GINA came", "by DON today"])
def test_an_abbreviation_that_people_are_called_by_is_no_shorthand(text: str) -> None:
    assert _against(text, Label.DEPARTMENT) == []


@pytest.mark.parametrize(("text", "hours"), [("shift 7p-7a", "7p-7a"), ("at 10:40 pm", "10:40 pm")])
def test_hours_are_no_identifier(text: str, hours: str) -> None:
    uses = [use for use in clinical_uses(normalise(text)) if use.certain]
    assert hours in [use.span.of(text) for use in uses if Label.ROOM in use.against]


def test_the_seasons_are_no_date() -> None:
    assert _against("worse with the change of seasons", Label.DATE)
    assert not _against("since the spring season of 2019", Label.DATE)


@pytest.mark.parametrize("text", ["a poor historian", "nonsmoker"])
def test_what_is_no_occupation(text: str) -> None:
    assert _against(text, Label.PROFESSION)
    assert not _against("works as plumber", Label.PROFESSION)


@pytest.mark.parametrize("name", ["Scott", "Okonkwo", "Adaeze", "June", "Low", "Hodgkin"])
def test_people_are_not_in_clinical_use(name: str) -> None:
    text = f"Dr. {name} saw {name} at home with {name}, who said so."
    assert name not in _against(text, Label.PERSON)


@pytest.mark.parametrize("scale", ["PHQ-9", "GAD-7", "CURB-65", "DSM-5"])
def test_the_number_of_a_scale_is_no_identifier(scale: str) -> None:
    uses = clinical_uses(normalise(f"{scale} fell"))
    assert ClinicalUse(Span(0, len(scale)), frozenset(Label)) in uses


def test_a_link_word_is_nothing_by_itself_unless_it_is_capitalised() -> None:
    text = "moved to OR on the ward"
    uses = clinical_uses(normalise(text))
    against_all = [use.span.of(text) for use in uses if use.against == frozenset(Label)]
    assert against_all == ["to", "on", "the"]


@pytest.mark.parametrize("text", ["at 4:50p by", "x22 yrs", "for 2-1/2 months", "LMP 2/52"])
def test_times_of_day_and_spans_of_time_settle_it(text: str) -> None:
    assert any(use.certain and Label.DATE in use.against for use in clinical_uses(normalise(text)))


@pytest.mark.parametrize("text", ["H. pylori", "C. diff", "Losartan", "valsartan"])
def test_microbes_and_drugs_settle_that_a_word_is_no_name(text: str) -> None:
    uses = clinical_uses(normalise(f"for {text} now"))
    assert any(use.certain and Label.PATIENT in use.against for use in uses)


@pytest.mark.parametrize("text", ["47yo F, seen", "73F  enc", "58 y/o M."])
def test_the_letter_behind_an_age_is_a_sex(text: str) -> None:
    uses = [use for use in clinical_uses(normalise(text)) if use.certain]
    assert [use.span.of(text) in "MF" for use in uses] == [True]


def test_only_what_touches_a_span_is_looked_for_where_spans_are_given() -> None:
    view = normalise("the&nbsp;lasix, then\u200b metoprolol and Lisinopril of 12")
    whole = clinical_uses(view)
    for start in range(len(view.original)):
        span = Span(start, start + 1)
        near = clinical_uses(view, [span])
        assert set(near) >= {use for use in whole if use.span.covers(span)}
        assert set(near) <= set(whole)
    assert len(clinical_uses(view, [Span(9, 14)])) < len(whole)
    assert clinical_uses(view, []) == ()


@pytest.mark.parametrize("text", ["HD#4", "POD2", "11/3 0905", "29 AUG 0710", "since a fall"])
def test_counted_days_hours_and_falls_settle_it(text: str) -> None:
    assert any(use.certain and Label.DATE in use.against for use in clinical_uses(normalise(text)))


@pytest.mark.parametrize("text", ["29 AUG 2010", "last fall", "in the fall of 2019", "3/4 1998"])
def test_dates_that_look_like_them_stay_dates(text: str) -> None:
    uses = clinical_uses(normalise(text))
    assert not any(use.certain and Label.DATE in use.against for use in uses)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("page Dr. Marsh 1142", "1142"),
        ("pager: Marlow 1215", "1215"),
        ("call June 1123", "1123"),
        ("RN Jan 0412", "0412"),
        ("moved to Pod 3", "Pod 3"),
    ],
)
def test_numbers_behind_names_and_parts_of_a_ward_stay_open(text: str, number: str) -> None:
    start = text.index(number)
    span = Span(start, start + len(number))
    uses = clinical_uses(normalise(text))
    assert not any(use.certain and use.span.covers(span) for use in uses)


@pytest.mark.parametrize("name", ["Soma", "Colgate", "Rennie"])
def test_a_drug_that_people_are_called_by_does_not_settle_it(name: str) -> None:
    uses = [use for use in clinical_uses(normalise(name)) if Label.PATIENT in use.against]
    assert [use.certain for use in uses] == [False]


def test_a_long_row_of_hyphened_capitals_takes_no_more_time_than_its_length() -> None:
    # Each place is looked at a bounded number of times: 100,000 of them would take hours if not.
    assert clinical_uses(normalise("A-" * 100_000), [Span(0, 1)]) == ()


def test_no_use_settles_that_a_mark_of_the_corpus_is_none() -> None:
    settled, marks = [], 0
    for note in read_gold(models() / "corpus"):
        certain = [use for use in clinical_uses(normalise(note.text)) if use.certain]
        marks += len(note.spans)
        settled += [
            mark
            for mark in note.spans
            if any(use.span.covers(mark.span) and mark.label in use.against for use in certain)
        ]
    assert marks > 10_000
    assert settled == []


_bit = st.sampled_from(
    [
        *("E. coli", "3/7 ago", "HD#4", "7p-7a", "y. M", "images 3/14", "PHQ-9", "losartan"),
        *("11/3 0905", "her fall", "HTN & DM", "CT/MRI", "Scott cannula", "Gram stain"),
        *("A", "12", "p. 2/3", "'s", "-"),
        *(" ", " ", " ", ". ", ".", "\n", "; ", "(", ")", "|", "The "),
    ]
)


@given(st.lists(_bit, max_size=14).map("".join), st.lists(st.integers(0, 90), max_size=3))
def test_uses_near_findings_are_those_of_the_whole_note(text: str, places: list[int]) -> None:
    near = [Span(at, at + 2) for at in places if at + 2 <= len(text)]
    view = normalise(text)

    def touching(uses: Iterable[ClinicalUse]) -> Counter[ClinicalUse]:
        return Counter(use for use in uses if any(use.span.overlaps(one) for one in near))

    assert touching(clinical_uses(view, near)) == touching(clinical_uses(view))
