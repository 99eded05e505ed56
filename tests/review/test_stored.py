from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from deid import review
from deid.datatypes import Document, Dropped, DropReason, Finding, Resolution, Span
from deid.labels import Label
from deid.policy import load_policy
from deid.review import Review, Standard, Step

TEXT = "Ilse Testfall saw Dr. Mockridge on 11/03/2026 in Fictown, and Ilse left."
NAME = Finding(Span(0, 13), Label.PATIENT, 0.1 + 0.2, "model:0a1b2c3d")
DOCTOR = Finding(Span(22, 31), Label.DOCTOR, 0.8, "rule:name/title@1")
DATE = Finding(Span(35, 45), Label.DATE, 1.0, "rule:date/us@1")
CITY = Finding(Span(49, 56), Label.CITY, 0.3, "model:0a1b2c3d")
INNER = Finding(Span(0, 4), Label.PERSON, 0.6, "known")
RESOLUTION = Resolution(
    (NAME, DOCTOR, DATE),
    (Dropped(CITY, DropReason.BELOW_THRESHOLD), Dropped(INNER, DropReason.COVERED, NAME)),
)
DOCUMENT = Document(id="Testfall-Ilse.txt", text=TEXT, patient="Ilse")


def reviewed() -> Review:
    state = review.begin(DOCUMENT, RESOLUTION, reviewer="clerk", withheld=(DATE,))
    moved = review.move(state, state.marks[0], Span(0, 4))
    for step in (Step.DONE, Step.UNDONE, Step.REDONE):
        state = review.apply(state, moved, step=step)
    state = review.apply(state, review.add_all(state, Span(0, 4), Label.PERSON))
    state = review.apply(state, review.reject(state, state.marks[1:2]))
    return review.finish(state, standard=Standard(load_policy(), 0.85))


def test_a_review_is_read_back_as_it_was() -> None:
    state = reviewed()
    stored = review.to_json(state)
    back = review.from_json(DOCUMENT, stored)
    assert back == state
    assert review.to_json(back) == stored


def test_marks_are_read_back_without_the_note() -> None:
    state = reviewed()
    assert review.marks_from_json(review.to_json(state)) == state.marks
    for broken in ("{}", spoilt(["held"], 5), spoilt(["marks", 0, 1], "gone")):
        with pytest.raises(ValueError):
            review.marks_from_json(broken)


def test_rivals_of_a_label_are_read_back() -> None:
    doubtful = replace(NAME, rivals=((Label.DOCTOR, 0.25), (Label.PERSON, 0.01)))
    state = review.begin(DOCUMENT, Resolution((doubtful,)), reviewer="clerk")
    back = review.from_json(DOCUMENT, review.to_json(state))
    assert back.marks[0].finding.rivals == doubtful.rivals
    stored = review.to_json(state).replace("0.25", "1.25")
    with pytest.raises(ValueError, match="share"):
        review.from_json(DOCUMENT, stored)


def test_a_review_without_anything_is_read_back() -> None:
    state = review.begin(DOCUMENT, Resolution(), reviewer="clerk")
    assert review.from_json(DOCUMENT, review.to_json(state)) == state


def test_an_act_is_read_back_as_it_was() -> None:
    for event in reviewed().events:
        assert review.act_from_json(review.act_to_json(event.act)) == event.act


def test_a_stored_review_goes_on_with_stored_acts() -> None:
    state = reviewed()
    began = review.begin(DOCUMENT, RESOLUTION, reviewer="clerk", withheld=(DATE,))
    replayed = review.from_json(DOCUMENT, review.to_json(began))
    for event in state.events:
        act = review.act_from_json(review.act_to_json(event.act))
        replayed = review.apply(replayed, act, step=event.step)
    assert replayed == replace(state, finished=None)


def test_equal_reviews_give_equal_text() -> None:
    assert review.to_json(reviewed()) == review.to_json(reviewed())
    whole = replace(DATE, score=1)
    resolutions = (Resolution((DATE,)), Resolution((whole,)))
    told = {review.to_json(review.begin(DOCUMENT, one, reviewer="clerk")) for one in resolutions}
    assert len(told) == 1


def test_what_is_stored_names_nobody() -> None:
    stored = review.to_json(reviewed()).casefold()
    for word in TEXT.casefold().replace(",", " ").replace(".", " ").split():
        assert len(word) < 4 or word not in stored
    assert "testfall-ilse" not in stored


def test_a_review_of_another_text_is_refused() -> None:
    stored = review.to_json(reviewed())
    with pytest.raises(ValueError, match="another text"):
        review.from_json(Document(id="n", text=TEXT + " "), stored)


def spoilt(path: list[Any], value: object) -> str:
    node = json.loads(review.to_json(reviewed()))
    inner = node
    for key in path[:-1]:
        inner = inner[key]
    if value is None:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return json.dumps(node)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["format"], "noteveil-review-2"),
        (["length"], None),
        (["findings"], None),
        (["reviewer"], 7),
        (["findings", 0, 1], 10_000),
        (["findings", 0, 0], -1),
        (["findings", 0, 0], "0"),
        (["findings", 0, 2], "NOBODY"),
        (["findings", 0, 3], 1.5),
        (["findings", 0, 3], "1"),
        (["findings", 0, 4], 5),
        (["findings", 0], [0, 1]),
        (["marks", 0, 0], -1),
        (["marks", 0, 0], 999),
        (["marks", 0, 0], True),
        (["marks", 0, 1], "gone"),
        (["marks", 0, 2], "whim"),
        (["held", 0], 999),
        (["held"], 5),
        (["acts", 0, 0], "forget"),
        (["events", 0, 1], "halfway"),
        (["withheld", 0], -1),
        (["finished"], [1]),
        (["finished"], ["1", 0, 0.85]),
    ],
)
def test_what_is_no_stored_review_is_refused(path: list[Any], value: object) -> None:
    with pytest.raises(ValueError):
        review.from_json(DOCUMENT, spoilt(path, value))


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "null", '{"format":"noteveil-act-1"}', "[" * 10**5]
)
def test_what_is_no_stored_act_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        review.act_from_json(text)
    with pytest.raises(ValueError):
        review.from_json(DOCUMENT, text)
