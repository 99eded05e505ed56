"""Presidio on the detection side: our detectors as its recognizers, and its recognizers as ours.

    engine = analyzer([detector, ...])
    engine.analyze(text, language="en")

The only importer of `presidio_analyzer`, which takes seconds to import: import this module late.
What Presidio would do otherwise, and does not here: fetch a suffix list or a model from the
network, skip a recognizer that timed out, write note text to a log.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import spacy
import tldextract.tldextract
from presidio_analyzer import (
    AnalysisExplanation,
    AnalyzerEngine,
    EntityRecognizer,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.predefined_recognizers import PhoneRecognizer
from presidio_analyzer.recognizer_registry.recognizers_loader_utils import (
    PredefinedRecognizerNotFoundError,
    RecognizerListLoader,
)

from deid.datatypes import Finding
from deid.detect import Detector, View
from deid.detect.normalise import normalise
from deid.errors import DetectionIncomplete, RulePackError, UnknownLabel
from deid.labels import NAMES, Label

LABEL_KEY: Final = "noteveil_label"
"""Under this key a result's `recognition_metadata` holds our label, finer than Presidio's."""

_LANGUAGE: Final = "en"
_LOGGER: Final = logging.getLogger("presidio-analyzer")
_MAX_CHARACTERS: Final = 1 << 30

# Presidio's defaults for context words (LemmaContextAwareEnhancer).
_CONTEXT_GAIN: Final = 0.35
_CONTEXT_LEAST: Final = 0.4
_CONTEXT_WORDS: Final = 5
_CONTEXT_REACH: Final = 120


class DetectorRecognizer(EntityRecognizer):  # type: ignore[misc]
    """A detector of ours in the dress of a Presidio recognizer."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        entities = sorted({names.presidio for names in NAMES.values()})
        super().__init__(entities, name=f"NoteVeil {detector.name}", supported_language=_LANGUAGE)

    def load(self) -> None:
        """Nothing: the detector is there."""

    def analyze(
        self, text: str, entities: Sequence[str] | None, nlp_artifacts: object = None
    ) -> list[RecognizerResult]:
        """What the detector finds, in offsets of `text`, of the entities asked for.

        Raises:
            DetectionIncomplete: part of the text could not be examined.
        """
        findings = self._detector.detect(normalise(text))
        wanted = set(entities or self.supported_entities)
        return [self._result(f) for f in findings if f.label.names.presidio in wanted]

    def _result(self, finding: Finding) -> RecognizerResult:
        return RecognizerResult(
            finding.label.names.presidio,
            finding.span.start,
            finding.span.end,
            finding.score,
            AnalysisExplanation(recognizer=finding.detector, original_score=finding.score),
            {
                RecognizerResult.RECOGNIZER_NAME_KEY: self.name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                LABEL_KEY: finding.label.value,
            },
        )


class BlankNlpEngine(NlpEngine):  # type: ignore[misc]
    """Words and nothing else, for Presidio's context words: no model, no download."""

    def __init__(self) -> None:
        self._nlp = spacy.blank(_LANGUAGE)
        self._nlp.max_length = _MAX_CHARACTERS

    def load(self) -> None:
        """Nothing: there is no model."""

    def is_loaded(self) -> bool:
        """Always."""
        return True

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """The words of a text, each its own lemma, in lower case."""
        words = self._nlp.make_doc(text)
        places = [word.idx for word in words]
        return NlpArtifacts([], words, places, [word.lower_ for word in words], self, language)

    def process_batch(
        self, texts: Iterable[str], language: str, **_options: object
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """Each text with its words."""
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:
        """Whether spaCy's English list has the word."""
        return bool(self._nlp.vocab[word].is_stop)

    def is_punct(self, word: str, language: str) -> bool:
        """Whether the word is punctuation."""
        return bool(self._nlp.vocab[word].is_punct)

    def get_supported_entities(self) -> list[str]:
        """None: it finds no entities."""
        return []

    def get_supported_languages(self) -> list[str]:
        """English."""
        return [_LANGUAGE]


def as_presidio_recognizer(detector: Detector) -> EntityRecognizer:
    """A recognizer for a site's own `AnalyzerEngine` that finds what the detector finds."""
    return DetectorRecognizer(detector)


def build_registry(
    detectors: Iterable[Detector], *, predefined: Sequence[Mapping[str, object]] = ()
) -> RecognizerRegistry:
    """A registry of our detectors and the predefined recognizers named, and of nothing else.

    Args:
        detectors: ours.
        predefined: entries of `type: predefined`, as in Presidio's registry files.

    Raises:
        RulePackError: an entry cannot be used, or the registry would be empty, into which
            Presidio would load all of its own recognizers.
    """
    use_bundled_suffix_list()
    recognizers = [*map(as_presidio_recognizer, detectors), *_recognizers(predefined)]
    if not recognizers:
        raise RulePackError("no detector and no recognizer: name at least one")
    return RecognizerRegistry(recognizers, supported_languages=[_LANGUAGE])


def analyzer(
    detectors: Iterable[Detector], *, predefined: Sequence[Mapping[str, object]] = ()
) -> AnalyzerEngine:
    """An engine over `build_registry` that neither needs a model nor logs its decisions.

    Raises:
        RulePackError: as `build_registry`.
    """
    registry = build_registry(detectors, predefined=predefined)
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=BlankNlpEngine(),
        log_decision_process=False,
        supported_languages=[_LANGUAGE],
    )


def use_bundled_suffix_list() -> None:
    """Keep tldextract, which Presidio's e-mail recognizer asks, from fetching its list."""
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.tldextract.TLDExtract(
        suffix_list_urls=(), cache_dir=None
    )


class PredefinedRecognizers:
    """Presidio's own recognizers that a site's rule pack names, as a detector.

    A word of a recognizer's context among the five before a match raises its score, as in
    Presidio. Only recognizers that work by patterns or by `phonenumbers` are taken.

    Args:
        raw: entries of `type: predefined`, as in Presidio's registry files.

    Raises:
        RulePackError: an entry names an unknown recognizer, one that needs a model or a service,
            another language than English, or an entity that is none of our labels.
    """

    def __init__(self, raw: Sequence[Mapping[str, object]]) -> None:
        use_bundled_suffix_list()
        self._recognizers = tuple(_recognizers(raw))
        self._labels = dict(_labels(self._recognizers))
        _LOGGER.addFilter(_WATCH)
        if not _LOGGER.isEnabledFor(logging.WARNING):
            _LOGGER.setLevel(logging.WARNING)

    @property
    def name(self) -> str:
        """`presidio`."""
        return "presidio"

    def detect(self, view: View) -> Sequence[Finding]:
        """Findings in offsets of the original, in any order; they may overlap.

        Raises:
            DetectionIncomplete: a recognizer failed, or warned, which is all that Presidio does
                when a pattern times out.
        """
        return [
            Finding(
                view.span(result.start, result.end),
                self._labels[result.entity_type],
                _with_context(result, recognizer.context or (), view.text),
                f"rule:presidio/{recognizer.name}@{recognizer.version}",
            )
            for recognizer in self._recognizers
            for result in _analyze(recognizer, view.text)
            if result.start < result.end
        ]


def _analyze(recognizer: EntityRecognizer, text: str) -> list[RecognizerResult]:
    if not _LOGGER.isEnabledFor(logging.WARNING):
        raise DetectionIncomplete(
            "logging is off, so a time-out in Presidio would go unseen: turn warnings on"
        )
    with _WATCH.watching():
        try:
            results = recognizer.analyze(text, recognizer.supported_entities, None)
        except Exception as error:  # noqa: BLE001 - whatever fails in there, the note stays back
            # A message of a foreign library may hold note text: only its class is told.
            kind = type(error).__name__
            raise DetectionIncomplete(f"recognizer {recognizer.name}: failed ({kind})") from None
        if _WATCH.warned:
            raise DetectionIncomplete(
                f"recognizer {recognizer.name}: timed out or could not check a match; "
                "take it out of the rule pack, or mend its pattern"
            )
    return list(results)


def _with_context(result: RecognizerResult, context: Sequence[str], text: str) -> float:
    score = float(result.score)
    if score >= 1 or not context:
        return min(score, 1.0)
    before = text[max(0, result.start - _CONTEXT_REACH) : result.start].lower()
    words = re.findall(r"\w+", before)[-_CONTEXT_WORDS:]
    if any(hint.lower() in word for hint in context for word in words):
        return min(1.0, max(score + _CONTEXT_GAIN, _CONTEXT_LEAST))
    return score


class _Watch(logging.Filter):
    """Notices warnings of Presidio in the threads that watch, and lets none of them be written."""

    def __init__(self) -> None:
        super().__init__()
        self._state = threading.local()

    @property
    def warned(self) -> bool:
        return bool(getattr(self._state, "warned", False))

    @contextmanager
    def watching(self) -> Iterator[None]:
        self._state.active, self._state.warned = True, False
        try:
            yield
        finally:
            self._state.active = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record may be written."""
        if not getattr(self._state, "active", False):
            return True
        self._state.warned = self.warned or record.levelno >= logging.WARNING
        return False


_WATCH: Final = _Watch()


def _recognizers(raw: Sequence[Mapping[str, object]]) -> Iterator[EntityRecognizer]:
    for number, entry in enumerate(raw, 1):
        if entry.get("enabled", True):
            yield from _loaded(f"predefined recognizer {number}", dict(entry))


def _loaded(where: str, entry: dict[str, Any]) -> Sequence[EntityRecognizer]:
    entry["type"] = "predefined"
    entry["supported_languages"] = _english(where, entry)
    try:
        known = RecognizerListLoader.get_existing_recognizer_cls(
            RecognizerListLoader.get_recognizer_name(entry)
        )
        if not issubclass(known, PatternRecognizer | PhoneRecognizer):
            raise RulePackError(f"{where}: needs a model or a service, which is not used here")
        flags = int(re.DOTALL | re.MULTILINE | re.IGNORECASE)
        loaded = RecognizerListLoader.get([entry], [_LANGUAGE], flags)
    except PredefinedRecognizerNotFoundError:
        raise RulePackError(f"{where}: Presidio has no recognizer of that name") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise RulePackError(f"{where}: Presidio does not take it as it is written") from None
    recognizers: Sequence[EntityRecognizer] = list(loaded)
    if not recognizers:
        raise RulePackError(f"{where}: is not for English")
    return recognizers


def _english(where: str, entry: Mapping[str, Any]) -> list[Any] | None:
    """The entry's languages that are English; None where it names none.

    Presidio leaves out a recognizer of another language with no more than a line in its log.
    """
    single, languages = entry.get("supported_language"), entry.get("supported_languages")
    if languages is None and single in (None, _LANGUAGE):
        return None
    languages = [single] if languages is None else languages
    names = [one.get("language") if isinstance(one, dict) else one for one in languages]
    english = [one for one, name in zip(languages, names, strict=True) if name == _LANGUAGE]
    if not english:
        raise RulePackError(f"{where}: is not for English")
    return english


def _labels(recognizers: Iterable[EntityRecognizer]) -> Iterator[tuple[str, Label]]:
    for recognizer in recognizers:
        for entity in recognizer.supported_entities:
            try:
                yield entity, Label.parse(entity)
            except UnknownLabel as error:
                raise RulePackError(f"recognizer {recognizer.name}: {error}") from None
