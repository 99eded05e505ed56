"""A checkpoint to a model package: ONNX with fused attention, int8, a card and a manifest."""

from __future__ import annotations

import json
import shutil
import tempfile
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from deid.detect.packages import MANIFEST, MODEL_FILE, SCHEMA, TOKENIZER_FILE, sha256
from deid.detect.scores import ScoreScale
from deid.errors import DefectError
from deid.training.examples import CLASSES
from deid.training.network import ShapedTagger, empty, layers_in
from deid.training.recipe import Recipe

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

CARD_FILE = "MODEL_CARD.md"
_INPUTS = ("input_ids", "shape_ids")


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a package says about where it comes from.

    Attributes:
        name: name of the package, also of its folder.
        version: counts up with every change.
        base: the encoder that training began with, its hash, licence and data.
        data: what it was trained on, with sources and licences.
        command: what a person types to train it again.
        figures: what was measured, by name.
        card: text of the model card.
    """

    name: str
    version: int
    base: Mapping[str, object]
    data: tuple[Mapping[str, object], ...]
    command: str
    figures: Mapping[str, object]
    card: str


def load_checkpoint(path: Path, base: Path) -> ShapedTagger:
    """The trained network, in the form that the exporter can fuse."""
    state = torch.load(path, map_location="cpu", weights_only=True)["state"]
    network = empty(base, layers=layers_in(state))
    network.load_state_dict(state)
    return network.eval()


def export_model(network: ShapedTagger, target: Path) -> None:
    """Write the network to `target` as an int8 ONNX file."""
    with tempfile.TemporaryDirectory() as folder:
        plain, fused = Path(folder) / "plain.onnx", Path(folder) / "fused.onnx"
        _trace(network, plain)
        config = network.encoder.config
        _fuse(plain, fused, heads=config.num_attention_heads, width=config.hidden_size)
        _quantize(fused, target)


def _trace(network: ShapedTagger, target: Path) -> None:
    """Write the network for whole windows, without a mask: in use nothing is padded."""
    sample = torch.ones(1, 16, dtype=torch.long)
    with warnings.catch_warnings():
        # The tracing exporter is the one whose graph the optimizer can fuse; it is marked as old.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (sample, sample),
            str(target),
            input_names=list(_INPUTS),
            output_names=["logits"],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in (*_INPUTS, "logits")},
            opset_version=17,
            dynamo=False,
        )


def _fuse(source: Path, target: Path, *, heads: int, width: int) -> None:
    """Write the same graph with each attention as one operator.

    Raises:
        DefectError: an attention was not fused; the optimizer gives no sign of it by itself.
    """
    import onnx
    from onnxruntime.transformers import optimizer
    from onnxruntime.transformers.fusion_options import FusionOptions

    graph = onnx.load(str(source))
    _spell_out_attention(graph, heads, width)
    onnx.save(graph, str(source))
    options = FusionOptions("bert")
    options.enable_embed_layer_norm = False
    model = optimizer.optimize_model(
        str(source), "bert", num_heads=heads, hidden_size=width, optimization_options=options
    )
    softmaxes = sum(node.op_type == "Softmax" for node in model.model.graph.node)
    if softmaxes:
        raise DefectError(f"{softmaxes} attentions could not be fused: the exporter has changed")
    model.save_model_to_file(str(target))


def _spell_out_attention(model: ModelProto, heads: int, width: int) -> None:
    """Write each attention in the form that the optimizer knows, with the same meaning.

    It looks for the number of heads where the exporter writes -1, and for scores divided by the
    root of the head's width where the exporter multiplies by its inverse.
    """
    made_by = {name: node for node in model.graph.node for name in node.output}
    for node in model.graph.node:
        source = made_by.get(node.input[0]) if node.input else None
        if node.op_type == "Concat" and len(node.input) == 4:
            _set_constant(made_by[node.input[2]], np.array([heads], dtype=np.int64))
        elif node.op_type == "Softmax" and source is not None and source.op_type == "Mul":
            source.op_type = "Div"
            root = np.array(np.sqrt(width / heads), dtype=np.float32)
            _set_constant(made_by[source.input[1]], root)


def _set_constant(node: NodeProto, value: NDArray[np.generic]) -> None:
    from onnx import numpy_helper

    node.attribute[0].t.CopyFrom(numpy_helper.from_array(value))


def _quantize(source: Path, target: Path) -> None:
    """Write the graph with int8 weights.

    Of seven bits' range: with eight, the sums of CPUs without VNNI overflow, and those with it
    gain nothing (measured on the held-out notes).
    """
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        source,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        extra_options={"DefaultTensorType": TensorProto.FLOAT},
    )


def write_package(
    folder: Path, *, model: Path, tokenizer: Path, recipe: Recipe, scale: ScoreScale,
    provenance: Provenance,
) -> None:  # fmt: skip
    """Write the whole package beside `folder`, then put it in the place of what was there."""
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    shutil.copyfile(model, fresh / MODEL_FILE)
    shutil.copyfile(tokenizer, fresh / TOKENIZER_FILE)
    (fresh / CARD_FILE).write_text(provenance.card, encoding="utf-8")
    manifest = {
        "schema": SCHEMA,
        "name": provenance.name,
        "version": provenance.version,
        "licence": "Apache-2.0",
        "files": {path.name: _entry(path) for path in sorted(fresh.iterdir())},
        "classes": list(CLASSES),
        "window": {"size": recipe.window.size, "overlap": recipe.window.overlap},
        "scores": {
            **scale_tree(scale),
            "meaning": "a word whose probability of being an identifier is its label's point, or "
            "else operating_point, gets score 0.5; below it the score is linear, above it the "
            "share of words that were right, as measured; words below floor are not reported",
        },
        "base": dict(provenance.base),
        "training": {
            "command": provenance.command,
            "recipe": recipe.as_row(),
            "data": [dict(item) for item in provenance.data],
        },
        "figures": dict(provenance.figures),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (fresh / MANIFEST).write_text(text, encoding="utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def scale_tree(scale: ScoreScale) -> dict[str, object]:
    """A scale as a manifest has it, without what it means."""
    return {
        "operating_point": scale.operating_point,
        "floor": scale.floor,
        "points": {str(label): point for label, point in sorted(scale.points.items())},
        "measured": [list(pair) for pair in scale.measured],
    }


def _entry(path: Path) -> dict[str, object]:
    data = path.read_bytes()
    return {"sha256": sha256(data), "bytes": len(data)}
