from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import pytest
import tldextract
from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer
from presidio_analyzer.predefined_recognizers import EmailRecognizer

from deid.datatypes import Finding
from deid.detect import View
from deid.detect.normalise import normalise
from deid.detect.presidio import (
    LABEL_KEY,
    BlankNlpEngine,
    PredefinedRecognizers,
    analyzer,
    as_presidio_recognizer,
    build_registry,
)
from deid.errors import DetectionIncomplete, RulePackError
from deid.labels import Label

_EMAIL = {"name": "EmailRecognizer", "type": "predefined"}
_CARD = {"name": "CreditCardRecognizer", "type": "predefined"}


class _Finder:
    """Finds one word."""

    name = "finder"

    def __init__(self, word: str, label: Label) -> None:
        self._word, self._label = word, label

    def detect(self, view: View) -> Sequence[Finding]:
        start = view.text.find(self._word)
        if start < 0:
            return []
        span = view.span(start, start + len(self._word))
        return [Finding(span, self._label, 0.8, "rule:test/finder@1")]


class SlowRecognizer(PatternRecognizer):
    """A site's own recognizer with a pattern that never ends on some texts."""

    def __init__(self, name: str = "", supported_language: str = "en", context: Any = None) -> None:
        slow = Pattern("slow", r"(?:(?:x+x+)+y)+z", 0.5)
        super().__init__("ID", patterns=[slow], supported_language=supported_language, name=name)


class FailingRecognizer(PatternRecognizer):
    """A recognizer that fails and says on what."""

    def __init__(self, name: str = "", supported_language: str = "en", context: Any = None) -> None:
        pattern = Pattern("any", r"\w+", 0.5)
        super().__init__("ID", patterns=[pattern], supported_language=supported_language, name=name)

    def validate_result(self, pattern_text: str) -> bool | None:
        raise RuntimeError(pattern_text)


class OddRecognizer(PatternRecognizer):
    """A recognizer of something that is none of our labels."""

    def __init__(self, name: str = "", supported_language: str = "en", context: Any = None) -> None:
        pattern = Pattern("any", "x", 0.5)
        super().__init__(
            "SHOE_SIZE", patterns=[pattern], supported_language=supported_language, name=name
        )


@pytest.fixture
def quick_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("presidio_analyzer.pattern_recognizer.REGEX_TIMEOUT_SECONDS", 0.05)


def test_a_detector_serves_in_an_engine_of_presidio() -> None:
    engine = analyzer([_Finder("Okonkwo", Label.PATIENT)])
    (result,) = engine.analyze("Ms. O\u200bkonkwo came", language="en")
    assert (result.entity_type, result.start, result.end, result.score) == ("PERSON", 4, 12, 0.8)
    assert result.recognition_metadata[LABEL_KEY] == "PATIENT"


def test_a_detector_serves_beside_a_site_s_own_recognizers() -> None:
    registry = build_registry([_Finder("Okonkwo", Label.PATIENT)])
    registry.add_recognizer(EmailRecognizer())
    engine = AnalyzerEngine(registry=registry, nlp_engine=BlankNlpEngine())
    found = engine.analyze("Okonkwo, jo@example.org", language="en")
    assert {result.entity_type for result in found} == {"PERSON", "EMAIL_ADDRESS"}


def test_only_the_entities_asked_for_are_given() -> None:
    recognizer = as_presidio_recognizer(_Finder("Okonkwo", Label.PATIENT))
    assert recognizer.analyze("Okonkwo", ["DATE_TIME"]) == []
    assert len(recognizer.analyze("Okonkwo", ["PERSON"])) == 1


def test_predefined_recognizers_and_context_words_work_without_a_model() -> None:
    engine = analyzer([], predefined=[_CARD, {"name": "UsSsnRecognizer"}])
    found = engine.analyze("his ssn is 536-22-8724", language="en")
    assert [result.entity_type for result in found] == ["US_SSN"]
    assert found[0].score > 0.8
    assert not engine.log_decision_process


def test_an_empty_registry_is_refused_for_presidio_would_fill_it() -> None:
    with pytest.raises(RulePackError, match="at least one"):
        build_registry([], predefined=[{**_EMAIL, "enabled": False}])


def test_findings_of_predefined_recognizers_carry_our_labels_and_offsets() -> None:
    detector = PredefinedRecognizers([_EMAIL, _CARD])
    text = "write to j\u200bo&#64;example.org, card 4012888888881881"
    found = {(f.span.of(text), f.label, f.detector) for f in detector.detect(normalise(text))}
    assert detector.name == "presidio"
    assert found == {
        ("j\u200bo&#64;example.org", Label.EMAIL, "rule:presidio/EmailRecognizer@0.0.1"),
        ("4012888888881881", Label.ACCOUNT, "rule:presidio/CreditCardRecognizer@0.0.1"),
    }


def test_a_context_word_before_a_match_raises_its_score() -> None:
    detector = PredefinedRecognizers([{"name": "UsSsnRecognizer"}])
    (near,) = detector.detect(normalise("his SSN is 536-22-8724"))
    (far,) = detector.detect(normalise("SSN one two three four five six 536-22-8724"))
    assert near.score == pytest.approx(far.score + 0.35)


def test_the_suffix_list_is_the_bundled_one() -> None:
    PredefinedRecognizers([_EMAIL])
    assert tldextract.extract("a@example.co.uk").suffix == "co.uk"
    assert tldextract.tldextract.TLD_EXTRACTOR.suffix_list_urls == ()


@pytest.mark.usefixtures("quick_timeout")
def test_a_time_out_stops_the_note_and_writes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    detector = PredefinedRecognizers([{"name": "SlowRecognizer"}])
    with pytest.raises(DetectionIncomplete, match="SlowRecognizer"):
        detector.detect(normalise("xyz" + "x" * 5000 + "yw"))
    assert caplog.records == []


def test_a_failure_stops_the_note_without_its_text() -> None:
    detector = PredefinedRecognizers([{"name": "FailingRecognizer"}])
    with pytest.raises(DetectionIncomplete) as caught:
        detector.detect(normalise("Zyxwandra"))
    assert "Zyxwandra" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_silenced_logging_stops_the_note_for_a_time_out_would_be_unseen() -> None:
    detector = PredefinedRecognizers([_EMAIL])
    logging.disable(logging.CRITICAL)
    try:
        with pytest.raises(DetectionIncomplete, match="logging"):
            detector.detect(normalise("nothing"))
    finally:
        logging.disable(logging.NOTSET)


def test_warnings_of_presidio_outside_a_note_are_written(caplog: pytest.LogCaptureFixture) -> None:
    PredefinedRecognizers([_EMAIL]).detect(normalise("nothing"))
    logging.getLogger("presidio-analyzer").warning("of a site's own engine")
    assert [record.message for record in caplog.records] == ["of a site's own engine"]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"name": "NoSuchRecognizer"}, "no recognizer of that name"),
        ({"name": "SpacyRecognizer"}, "needs a model"),
        ({"name": "GLiNERRecognizer"}, "needs a model"),
        ({"name": "EmailRecognizer", "supported_languages": ["es"]}, "English"),
        ({"name": "EmailRecognizer", "supported_language": "es"}, "English"),
        ({"name": "EmailRecognizer", "colour": "red"}, "does not take it"),
        ({"type": "predefined"}, "does not take it"),
        ({"name": "OddRecognizer"}, "SHOE_SIZE"),
    ],
)
def test_an_entry_that_cannot_be_used_is_refused(entry: dict[str, object], message: str) -> None:
    with pytest.raises(RulePackError, match=message):
        PredefinedRecognizers([entry])


def test_an_entry_for_several_languages_serves_in_english() -> None:
    entry = {**_EMAIL, "supported_languages": [{"language": "es"}, {"language": "en"}]}
    assert len(PredefinedRecognizers([entry]).detect(normalise("jo@example.org"))) == 1


def test_nothing_named_or_all_disabled_finds_nothing() -> None:
    assert PredefinedRecognizers([]).detect(normalise("jo@example.org")) == []
    disabled = PredefinedRecognizers([{**_EMAIL, "enabled": False}])
    assert disabled.detect(normalise("jo@example.org")) == []
