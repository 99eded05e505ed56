from __future__ import annotations

import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Span
from deid.evaluate import Agreement, Comparison, GoldNote, LabelledSpan, Subset, Tally, score
from deid.labels import NAMES, Label

TEXT = "Dr. Ann O'Neil, RN, saw 77-01 at José ward. 李"


def mark(start: int, end: int, label: Label = Label.DOCTOR) -> LabelledSpan:
    return LabelledSpan(Span(start, end), label)


NAME = mark(4, 14)


def tally(
    gold: Sequence[LabelledSpan],
    said: Sequence[LabelledSpan],
    comparison: Comparison,
    subset: Subset = Subset.ALL,
) -> Tally:
    note = GoldNote("a", TEXT, tuple(gold))
    return score([note], {"a": said}).shared_task[comparison, subset]


def right(said: LabelledSpan, comparison: Comparison, *, gold: LabelledSpan = NAME) -> bool:
    micro = tally([gold], [said], comparison).micro
    assert (micro.gold, micro.predicted, micro.found) == (1, 1, micro.right)
    return micro.found == 1


@pytest.mark.parametrize(
    ("said", "strict", "relaxed", "binary"),
    [
        (NAME, True, True, True),
        (mark(4, 16), False, True, False),
        (mark(4, 12), False, True, False),
        (mark(4, 17), False, False, False),
        (mark(3, 14), False, False, False),
        (mark(4, 14, Label.PATIENT), False, False, True),
    ],
)
def test_the_end_may_differ_by_two_where_relaxed_and_the_type_where_binary(
    said: LabelledSpan, strict: bool, relaxed: bool, binary: bool
) -> None:
    assert right(said, Comparison.STRICT) is strict
    assert right(said, Comparison.RELAXED) is relaxed
    assert right(said, Comparison.BINARY_STRICT) is binary


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Label.PERSON, Label.PATIENT),
        (Label.COUNTY, Label.LOCATION),
        (Label.AGE90, Label.AGE),
    ],
)
def test_labels_are_compared_as_the_types_of_i2b2(one: Label, other: Label) -> None:
    assert right(mark(4, 14, one), Comparison.STRICT, gold=mark(4, 14, other))


def test_tokens_are_runs_of_ascii_letters_and_digits_within_each_span() -> None:
    micro = tally([NAME], [mark(4, 9), mark(24, 29)], Comparison.TOKEN).micro
    # Marked: Ann, O, Neil. Predicted: Ann, O, 77, 01.
    assert micro == Agreement(gold=3, found=2, predicted=4, right=2)
    cut = tally([mark(33, 37)], [mark(33, 36)], Comparison.TOKEN).micro  # "José": Jos, "Jos": Jos
    assert cut == Agreement(gold=1, found=1, predicted=1, right=1)


def test_a_span_without_a_token_counts_as_an_empty_one_at_its_end() -> None:
    assert tally([mark(44, 45)], [mark(44, 45)], Comparison.TOKEN).micro.found == 1
    assert tally([mark(44, 45)], [], Comparison.TOKEN).micro.gold == 1


@pytest.mark.parametrize(
    ("label", "counts"),
    [
        (Label.PATIENT, True),
        (Label.PERSON, True),
        (Label.DOCTOR, False),
        (Label.USERNAME, False),
        (Label.ORGANIZATION, True),
        (Label.HOSPITAL, False),
        (Label.CITY, True),
        (Label.STATE, False),
        (Label.AGE, True),
        (Label.URL, False),
        (Label.MRN, True),
        (Label.IDNUM, False),
        (Label.PROFESSION, False),
    ],
)
def test_the_subset_of_hipaa_is_the_one_of_the_scripts(label: Label, counts: bool) -> None:
    spans = [mark(4, 14, label)]
    for comparison in Comparison:
        assert (tally(spans, spans, comparison, Subset.HIPAA).micro.gold > 0) is counts


def test_macro_is_the_mean_over_notes_and_a_note_with_nothing_to_find_counts_zero() -> None:
    notes = [
        GoldNote("half", TEXT, (NAME, mark(24, 29, Label.MRN))),
        GoldNote("none", TEXT, ()),
        GoldNote("full", TEXT, (NAME,)),
    ]
    found = {"half": [NAME], "none": [], "full": [NAME, mark(16, 18)]}
    strict = score(notes, found).shared_task[Comparison.STRICT, Subset.ALL]
    assert strict.macro_recall == pytest.approx((0.5 + 0 + 1) / 3)
    assert strict.macro_precision == pytest.approx((1 + 0 + 0.5) / 3)
    assert strict.macro_f1 == pytest.approx(0.5)
    tree = strict.as_json()
    assert isinstance(tree["macro"], dict)
    assert tree["macro"]["recall_sd"] == pytest.approx(statistics.pstdev([0.5, 0, 1]))
    assert strict.micro == Agreement(gold=3, found=2, predicted=3, right=2)


@dataclass(frozen=True)
class ScriptTag:
    """A tag that is equal to another as the scripts define it, so that sets compare them."""

    start: int
    end: int
    type: str
    leeway: int

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, ScriptTag)
        same = (self.start, self.type) == (other.start, other.type)
        return same and abs(self.end - other.end) <= self.leeway

    def __hash__(self) -> int:
        return hash((self.start, self.type))


def script_tags(
    spans: Sequence[LabelledSpan], comparison: Comparison, subset: Subset
) -> set[ScriptTag]:
    hipaa = r"PATIENT|CITY|STREET|ZIP|ORGANIZATION|DATE|PHONE|FAX|EMAIL|SSN|MEDICALRECORD"
    hipaa += r"|HEALTHPLAN|ACCOUNT|LICENSE|VEHICLE|DEVICE|BIOID|AGE"
    tags = set()
    for one in spans:
        kind = NAMES[one.label].i2b2_type
        if subset is Subset.HIPAA and not re.fullmatch(hipaa, kind):
            continue
        kind = "" if comparison in {Comparison.BINARY_TOKEN, Comparison.BINARY_STRICT} else kind
        leeway = 2 if comparison is Comparison.RELAXED else 0
        if comparison not in {Comparison.TOKEN, Comparison.BINARY_TOKEN}:
            tags.add(ScriptTag(one.span.start, one.span.end, kind, leeway))
            continue
        parts = re.split(r"([a-zA-Z0-9]+)", one.span.of(TEXT))
        place = one.span.start
        for before, token in zip(parts[::2], [*parts[1::2], ""], strict=True):
            place += len(before)
            if token or len(parts) == 1:
                tags.add(ScriptTag(place, place + len(token), kind, leeway))
            place += len(token)
    return tags


disjoint = st.lists(st.integers(0, len(TEXT)), unique=True, max_size=10).flatmap(
    lambda cuts: st.tuples(
        *(
            st.builds(mark, st.just(start), st.just(end), st.sampled_from(Label))
            for start, end in zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False)
        )
    )
)


@given(disjoint, disjoint, st.sampled_from(Comparison), st.sampled_from(Subset))
def test_counts_are_those_of_the_sets_of_the_scripts(
    gold: tuple[LabelledSpan, ...],
    said: tuple[LabelledSpan, ...],
    comparison: Comparison,
    subset: Subset,
) -> None:
    marked, found = (script_tags(spans, comparison, subset) for spans in (gold, said))
    micro = tally(gold, said, comparison, subset).micro
    assert micro.found == micro.right == len(marked & found)
    assert micro.gold - micro.found == len(marked - found)
    assert micro.predicted - micro.right == len(found - marked)
