"""The transformer: the shipped package or a site's own, on onnxruntime, one window a call.

One window a call, since the scales of an int8 network depend on all that is in the batch: alone,
a window gives the same answer whatever else is in the note.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deid.datatypes import Finding
from deid.detect import ModelDetector, View
from deid.detect.decode import ClassMap
from deid.detect.packages import MANIFEST, ModelPackage, load_package
from deid.detect.tagging import TokenClassifier, softmax
from deid.detect.tokens import Marks, Tokens, framed, marks_of, parse_tokenizer, tokenize
from deid.errors import ModelMissing, ModelTampered

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


class TransformerDetector:
    """Finds identifiers by a model package. Deterministic, on one thread."""

    def __init__(self, package: ModelPackage) -> None:
        """Start the model.

        Raises:
            ModelTampered: the package is as its manifest says, but cannot be run.
        """
        self.package = package
        self._classifier = _classifier(package)

    @property
    def name(self) -> str:
        """`model:` and the first eight hex digits of the model file's SHA-256."""
        return self._classifier.name

    @property
    def digest(self) -> str:
        """SHA-256 of the package's manifest, in hex; it stands for every file."""
        return self.package.manifest_digest

    @property
    def classifier(self) -> TokenClassifier:
        """The model beneath, for measuring."""
        return self._classifier

    def detect(self, view: View) -> Sequence[Finding]:
        """Findings in offsets of `view.original`.

        Raises:
            DetectionIncomplete: the model failed on some part of the note.
        """
        return self._classifier.findings(view)

    def detect_above(self, view: View, *, floor: float) -> Sequence[Finding]:
        """Findings as of `detect`, and those of words that reach only this probability.

        Raises:
            DetectionIncomplete: the model failed on some part of the note.
        """
        return self._classifier.lowered(floor).findings(view)


def load_detector(path: Path | None = None) -> ModelDetector:
    """The detector for a model package or a local Hugging Face folder; default: the shipped one.

    Raises:
        ModelMissing: there is no model at this place, or what runs it is not installed.
        ModelTampered: the model is not what its manifest says, or is of a kind that is refused.
    """
    if path is None or (path / MANIFEST).is_file():
        return TransformerDetector(load_package(path))
    if (path / "config.json").is_file():
        from deid.detect.huggingface import load_folder

        return load_folder(path)
    raise ModelMissing(f"no model at {path}: neither {MANIFEST} nor config.json is there")


def _classifier(package: ModelPackage) -> TokenClassifier:
    try:
        tokenizer = parse_tokenizer(package.tokenizer)
        marks = marks_of(tokenizer)
        answer = _session_answer(package.model, marks)
        classifier = TokenClassifier(
            name=f"model:{package.digest[:8]}",
            classes=ClassMap.of(package.classes),
            plan=package.plan,
            scale=package.scale,
            tokenize=lambda text: tokenize(text, tokenizer),
            answer=answer,
        )
        classifier.probabilities(classifier.tokenize("ready"))
    except Exception as error:  # noqa: BLE001 - onnxruntime raises its own kinds
        kind = type(error).__name__
        raise ModelTampered(f"{package.name}: the model cannot be run ({kind})") from None
    return classifier


def start_session(model: bytes) -> InferenceSession:
    """The session that runs a network: on one thread, deterministic, without calls home."""
    # From 1.29 on the runtime reports home on Linux unless this is set before its import.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.use_deterministic_compute = True
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def session_inputs(tokens: Tokens, window: range, marks: Marks) -> dict[str, NDArray[np.int64]]:
    """What a session reads of one window."""
    ids, shapes = framed(tokens, window, marks)
    return {
        "input_ids": np.array([ids], dtype=np.int64),
        "shape_ids": np.array([shapes], dtype=np.int64),
    }


def _session_answer(model: bytes, marks: Marks) -> Callable[[Tokens], NDArray[np.float32]]:
    session = start_session(model)

    def answer(tokens: Tokens) -> NDArray[np.float32]:
        (logits,) = session.run(["logits"], session_inputs(tokens, range(len(tokens)), marks))
        return softmax(logits[0, 1:-1])

    return answer
