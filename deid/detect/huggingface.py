"""A site's own token classifier: a local Hugging Face folder, run by transformers and torch.

For people who have trained one themselves (it needs the `train` extra). The folder must hold
`config.json`, `model.safetensors`, `tokenizer.json` and `label-map.json`, which says for each of
the model's class names (with or without `B-` and `I-`) which of our labels it means, or `O`:

    {"PER": "PERSON", "HOSP": "HOSPITAL", "MISC": "O"}

Nothing is fetched, no code from the folder runs, and pickled weights are refused.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from deid.datatypes import Finding
from deid.detect import View
from deid.detect.decode import ClassMap
from deid.detect.packages import parse_classes, sha256
from deid.detect.scores import ScoreScale
from deid.detect.tagging import TokenClassifier, softmax
from deid.detect.tokens import Tokens, load_tokenizer, tokenize
from deid.detect.windows import WindowPlan
from deid.errors import ModelMissing, ModelTampered

if TYPE_CHECKING:
    from tokenizers import Tokenizer

CONFIG = "config.json"
WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
LABEL_MAP = "label-map.json"
_FILES = (CONFIG, WEIGHTS, TOKENIZER, LABEL_MAP)
_REFUSED = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".h5", ".msgpack", ".py"})
_SCALE = ScoreScale(operating_point=0.3, floor=0.05)
_LONGEST_WINDOW = 510


@dataclass(frozen=True, slots=True)
class FolderDetector:
    """Finds identifiers by a model of the site's own."""

    classifier: TokenClassifier
    digest: str
    """SHA-256, in hex, of the names and SHA-256 of all files that the model is made of."""

    @property
    def name(self) -> str:
        """`model:` and the first eight hex digits of the weights' SHA-256."""
        return self.classifier.name

    def detect(self, view: View) -> Sequence[Finding]:
        """Findings in offsets of `view.original`.

        Raises:
            DetectionIncomplete: the model failed on some part of the note.
        """
        return self.classifier.findings(view)

    def detect_above(self, view: View, *, floor: float) -> Sequence[Finding]:
        """Findings as of `detect`, and those of words that reach only this probability.

        Raises:
            DetectionIncomplete: the model failed on some part of the note.
        """
        return self.classifier.lowered(floor).findings(view)


def load_folder(folder: Path) -> FolderDetector:
    """The detector for the model in this folder.

    Raises:
        ModelMissing: a file is missing, or transformers is not installed.
        ModelTampered: the folder holds pickles or code, or its files do not fit together.
    """
    _check_files(folder)
    if find_spec("transformers") is None or find_spec("torch") is None:
        raise ModelMissing(f"{folder.name}: a Hugging Face folder needs the `train` extra")
    try:
        return FolderDetector(_classifier(folder), _digest(folder))
    except ModelTampered:
        raise
    except Exception as error:  # noqa: BLE001 - transformers raises many kinds
        kind = type(error).__name__
        raise ModelTampered(f"{folder.name}: the model cannot be loaded ({kind})") from None


def mapped_classes(names: Sequence[str], label_map: Mapping[str, str]) -> tuple[str, ...]:
    """Our class for each of the model's, in the model's order.

    A class name without `B-` or `I-` counts as `I-`: neighbours of one kind are one span.

    Raises:
        ModelTampered: the map leaves a class out, or names a label that there is none of.
    """
    classes = []
    for name in names:
        head, dash, tail = name.partition("-")
        known = bool(dash) and head in {"B", "I"}
        label = label_map.get(name) or (label_map.get(tail) if known else None)
        if label is None and name != "O":
            raise ModelTampered(f"{LABEL_MAP}: no entry for class {name[:40]!r}: add one")
        if label in {None, "O"}:
            classes.append("O")
        else:
            classes.append(f"{head if known else 'I'}-{label}")
    try:
        parse_classes(["O", *(name for name in classes if name != "O")])
    except ValueError:
        raise ModelTampered(f"{LABEL_MAP}: names a label that the program does not know") from None
    return tuple(classes)


def _digest(folder: Path) -> str:
    lines = [f"{name} {sha256((folder / name).read_bytes())}\n" for name in _FILES]
    return sha256("".join(lines).encode())


def _check_files(folder: Path) -> None:
    for name in _FILES:
        if not (folder / name).is_file():
            raise ModelMissing(f"{folder.name}: {name} is missing from the model folder")
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in _REFUSED:
            raise ModelTampered(
                f"{folder.name}/{path.name}: pickled weights and code are refused; "
                "keep safetensors and take this file out"
            )


def _classifier(folder: Path) -> TokenClassifier:
    config = _read_json(folder / CONFIG)
    if "auto_map" in config:
        raise ModelTampered(f"{folder.name}/{CONFIG}: asks for code of its own, which is refused")
    id2label = cast(Mapping[str, str], config["id2label"])
    names = [id2label[str(index)] for index in range(len(id2label))]
    label_map = cast(Mapping[str, str], _read_json(folder / LABEL_MAP))
    tokenizer = load_tokenizer(folder / TOKENIZER)
    before, after = _frame(tokenizer)
    longest = int(str(config.get("max_position_embeddings", _LONGEST_WINDOW)))
    # RoBERTa-like models lose two positions to padding, so leave those free as well.
    size = min(WindowPlan().size, longest - len(before) - len(after) - 2)
    return TokenClassifier(
        name=f"model:{sha256((folder / WEIGHTS).read_bytes())[:8]}",
        classes=ClassMap.of(mapped_classes(names, label_map)),
        plan=WindowPlan(size, size // 4),
        scale=_SCALE,
        tokenize=lambda text: tokenize(text, tokenizer),
        answer=_answer(folder, before, after),
    )


def _answer(
    folder: Path, before: list[int], after: list[int]
) -> Callable[[Tokens], NDArray[np.float32]]:
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch
    from transformers import AutoModelForTokenClassification

    model = AutoModelForTokenClassification.from_pretrained(
        str(folder), local_files_only=True, trust_remote_code=False, use_safetensors=True
    ).eval()

    def answer(tokens: Tokens) -> NDArray[np.float32]:
        ids = torch.tensor([[*before, *tokens.ids, *after]])
        with torch.inference_mode():
            logits = model(input_ids=ids, attention_mask=torch.ones_like(ids)).logits[0]
        part = logits[len(before) : len(before) + len(tokens)]
        return softmax(np.asarray(part.float().numpy(), dtype=np.float32))

    return answer


def _frame(tokenizer: Tokenizer) -> tuple[list[int], list[int]]:
    """The ids that this tokenizer puts before and behind a text."""
    bare = tokenizer.encode("a", add_special_tokens=False).ids
    full = tokenizer.encode("a", add_special_tokens=True).ids
    start = next(place for place in range(len(full)) if full[place : place + len(bare)] == bare)
    return full[:start], full[start + len(bare) :]


def _read_json(path: Path) -> Mapping[str, object]:
    tree = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(tree, dict):
        raise ModelTampered(f"{path.parent.name}/{path.name}: must be a mapping")
    return cast(Mapping[str, object], tree)
