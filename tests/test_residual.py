"""The leak check: copies and new findings outside replacements, at exact places."""

from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Finding, Redacted, Redaction, Span
from deid.labels import Label
from deid.residual import OutputMap, examine


def _redacted(text: str, *values: str, label: Label = Label.PATIENT) -> Redacted:
    """Replace the first copy of each value, in the order of the text, by `[X]`."""
    output, redactions, shift = text, [], 0
    for value in values:
        start = text.index(value)
        span = Span(start, start + len(value))
        written = Span(start + shift, start + shift + 3)
        output = output[: written.start] + "[X]" + output[span.end + shift :]
        shift += 3 - len(value)
        redactions.append(Redaction(Finding(span, label, 1.0, "known"), "tag", written))
    return Redacted("note", output, tuple(redactions))


def _nothing_is_ordinary(word: str) -> bool:
    return False


def test_a_further_copy_of_a_replaced_name_is_a_leak_in_any_case() -> None:
    text = "Ada Okonkwo came. ADA OKONKWO left."
    redacted = _redacted(text, "Ada Okonkwo")
    (left,) = examine(text, redacted, (), is_ordinary=_nothing_is_ordinary)
    assert left.span.of(redacted.text) == "ADA OKONKWO"


def test_a_copy_of_an_ordinary_word_is_left_to_the_detectors() -> None:
    text = "Hope came. We hope so."
    redacted = _redacted(text, "Hope")
    assert not examine(text, redacted, (), is_ordinary={"hope"}.__contains__)


def test_a_copy_of_a_number_is_found_whatever_stands_between_its_parts() -> None:
    text = "Call 555-0148 now. Again: 555 0148."
    redacted = _redacted(text, "555-0148", label=Label.PHONE)
    (left,) = examine(text, redacted, (), is_ordinary=_nothing_is_ordinary)
    assert left.span.of(redacted.text) == "555 0148"


def test_what_a_reviewer_chose_to_leave_is_excused() -> None:
    text = "Ada Okonkwo came. Ada Okonkwo left."
    redacted = _redacted(text, "Ada Okonkwo")
    excused = [Span(18, 29)]
    assert not examine(text, redacted, (), is_ordinary=_nothing_is_ordinary, excused=excused)


def test_a_new_finding_counts_only_outside_replacements() -> None:
    text = "Ada Okonkwo Brown came."
    redacted = _redacted(text, "Ada Okonkwo")
    found = [Finding(Span(0, 9), Label.PATIENT, 0.9, "rule:x@1")]
    (left,) = examine(text, redacted, found, is_ordinary=_nothing_is_ordinary)
    assert left.span.of(redacted.text) == "Brown"


@given(st.lists(st.sampled_from(["Ada", "Lindqvist", "0048", "x"]), min_size=1, max_size=6))
def test_unreplaced_text_maps_back_to_its_own_place(words: list[str]) -> None:
    pieces = [f"k{i} {word}{i}" for i, word in enumerate(words)]
    text = " ".join(pieces)
    redacted = _redacted(text, *(f"{word}{i}" for i, word in enumerate(words)))
    output = OutputMap(redacted.redactions)
    for span in output.outside(Span(0, len(redacted.text)), redacted.text):
        assert output.to_original(span).of(text) == span.of(redacted.text)
