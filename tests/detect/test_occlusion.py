"""Which words weigh, asked of a model whose rule is known."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from deid.datatypes import Span
from deid.detect.decode import ClassMap
from deid.detect.normalise import normalise
from deid.detect.occlusion import HasClassifier, Occlusion, occlude
from deid.detect.scores import ScoreScale
from deid.detect.shapes import NO_SHAPE
from deid.detect.tagging import TokenClassifier
from deid.detect.tokens import Tokens
from deid.detect.transformer import TransformerDetector, load_detector
from deid.detect.windows import WindowPlan

CLASSES = ClassMap.of(("O", "B-PERSON", "I-PERSON"))
MASK = 1


@dataclass
class Cued:
    """A word is a name with 0.9 behind `Mr`, with 0.2 behind a hidden word, otherwise with 0.5."""

    asked: list[Tokens] = field(default_factory=list)
    knows_masks: bool = True
    vocabulary: dict[str, int] = field(default_factory=dict)

    def tokenize(self, text: str) -> Tokens:
        if text == "[MASK]" and self.knows_masks:
            return Tokens([MASK], [3], [Span(0, 6)])
        found = list(re.finditer(r"\w+|[^\w\s]", text))
        ids = [self.vocabulary.setdefault(m.group(), len(self.vocabulary) + 2) for m in found]
        return Tokens(ids, [3] * len(ids), [Span(*m.span()) for m in found])

    def answer(self, tokens: Tokens) -> NDArray[np.float32]:
        self.asked.append(tokens)
        chance = {self.vocabulary.get("Mr"): 0.9, MASK: 0.2}
        names = [chance.get(before, 0.5) for before in [None, *tokens.ids[:-1]]]
        return np.array([[1 - p, p, 0] for p in names], dtype=np.float32)

    def classifier(self, *, size: int = 190, overlap: int = 48) -> TokenClassifier:
        return TokenClassifier(
            "model:12345678",
            CLASSES,
            WindowPlan(size, overlap),
            ScoreScale(0.5, 0.1),
            self.tokenize,
            self.answer,
        )


def of(model: Cued, text: str, value: str, *, most: int = 16, size: int = 190) -> Occlusion | None:
    start = text.index(value)
    classifier = model.classifier(size=size, overlap=min(48, size // 3))
    return occlude(classifier, normalise(text), Span(start, start + len(value)), most=most)


def test_the_word_that_makes_the_model_sure_weighs_most() -> None:
    text = "Then Mr Ito came home ."
    told = of(Cued(), text, "Ito")
    assert told is not None
    assert told.probability == pytest.approx(0.9)
    assert told.context_alone == pytest.approx(0.9)
    heaviest = told.words[0]
    assert heaviest.span.of(text) == "Mr"
    assert heaviest.probability == pytest.approx(0.2)
    assert heaviest.weight == pytest.approx(np.log(9) - np.log(0.25))
    assert {word.weight for word in told.words[1:]} == {0}
    assert [word.span.of(text) for word in told.words] == ["Mr", "Then", "came", "home"]


def test_places_are_those_of_the_original_text() -> None:
    text = "Then M\u200br I\u200bto came"
    told = of(Cued(), text, "I\u200bto")
    assert told is not None
    assert told.words[0].span.of(text) == "M\u200br"


def test_only_the_nearest_words_are_tried_and_nothing_but_them_is_hidden() -> None:
    model = Cued()
    text = "a b c Mr Ito d e f"
    told = of(model, text, "Ito", most=3)
    assert told is not None
    assert {word.span.of(text) for word in told.words} == {"c", "Mr", "d"}
    assert len(model.asked) == 5
    seen = model.asked[0]
    for tokens in model.asked[1:]:
        changed = [i for i in range(len(seen)) if tokens.ids[i] != seen.ids[i]]
        assert len(changed) == 1
        assert tokens.ids[changed[0]] == MASK
        assert tokens.shapes[changed[0]] == NO_SHAPE
        assert tokens.spans == seen.spans


def test_the_window_with_most_context_is_asked() -> None:
    model = Cued()
    text = " ".join(f"w{index}" for index in range(200)) + " Mr Ito " + "word " * 40
    told = of(model, text, "Ito", size=30)
    assert told is not None
    assert told.probability == pytest.approx(0.9)
    assert {len(tokens) for tokens in model.asked} <= set(range(25, 31))
    place = model.asked[0].ids.index(model.vocabulary["Ito"])
    assert 4 <= place < len(model.asked[0]) - 4


def test_notes_of_several_segments_are_read_where_the_finding_is() -> None:
    text = "word " * 12_000 + "then Mr Ito came"
    told = of(Cued(), text, "Ito")
    assert told is not None
    assert told.words[0].span.of(text) == "Mr"


def test_a_finding_longer_than_a_window_is_explained_by_a_part_of_it() -> None:
    name = " ".join("Ito" for _ in range(40))
    told = of(Cued(), f"then {name} came", name, size=10)
    assert told is not None
    assert 0 < told.probability < 1


@pytest.mark.parametrize("place", [Span(3, 4), Span(4, 4)])
def test_where_nothing_is_read_nothing_is_told(place: Span) -> None:
    assert occlude(Cued().classifier(), normalise("Ito came"), place, most=4) is None


def test_a_model_without_a_token_for_hidden_words_is_not_asked() -> None:
    model = Cued(knows_masks=False)
    model.tokenize("[MASK]")
    assert len(model.tokenize("[MASK]")) > 1
    assert of(model, "Then Mr Ito came", "Ito") is None
    assert not model.asked


def test_the_shipped_model_names_the_cue_and_repeats_itself() -> None:
    detector = load_detector()
    assert isinstance(detector, TransformerDetector)
    assert isinstance(detector, HasClassifier)
    text = "Stable overnight. Wife kasimira at the bedside until nine, ate half of lunch."
    view, start = normalise(text), text.index("kasimira")
    told = occlude(detector.classifier, view, Span(start, start + 8), most=16)
    assert told is not None
    assert told.probability > 0.5
    assert told.words[0].span.of(text) == "Wife"
    assert told.words[0].weight > 1
    assert occlude(detector.classifier, view, Span(start, start + 8), most=16) == told
