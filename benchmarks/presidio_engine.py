"""Presidio as it comes. Imports nothing of ours, which would count as Presidio's own start-up."""

from __future__ import annotations

from typing import Any


def presidio_engine(model: str | None = None) -> Any:
    """Presidio's analyzer with its own recognizers, without the network.

    Args:
        model: an installed spaCy pipeline, which finds names; None: patterns alone.
    """
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpEngineProvider, NoOpNlpEngine

    offline = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    tldextract.tldextract.TLD_EXTRACTOR = offline
    names = [{"lang_code": "en", "model_name": model or "no_op"}]
    if model is None:
        engine = NoOpNlpEngine(models=names)
    else:
        chosen = {"nlp_engine_name": "spacy", "models": names}
        engine = NlpEngineProvider(nlp_configuration=chosen).create_engine()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=engine)
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])
