"""The weights in an int8 ONNX graph that `deid.training.export` wrote, under torch's names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray
from transformers import BertConfig

if TYPE_CHECKING:
    from onnx import NodeProto

Array = NDArray[np.float32]

_EMBEDDINGS: Final = "encoder.embeddings."
_LAYER: Final = "encoder.encoder.layer."
_AFTER_ATTENTION: Final = "attention.output.dense"
_QUANTISED: Final = "_quantized"
"""What the quantiser appends to names."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A network as numbers.

    Attributes:
        config: its size.
        state: every weight by its name in torch, in single precision.
    """

    config: BertConfig
    state: Mapping[str, Array]


def read_weights(model: bytes) -> Weights:
    """The weights of this ONNX file.

    Raises:
        ValueError: it is no ONNX file, or a part of the network is not where it must be.
        KeyError: the same.
        IndexError: the same.
    """
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    from onnx import load_model_from_string

    try:
        graph = _Graph(load_model_from_string(model).graph)
    except DecodeError:
        raise ValueError("no ONNX file") from None
    state = {
        **graph.as_they_are(),
        **dict(graph.tables()),
        **dict(graph.matrices()),
        **dict(graph.attentions()),
    }
    return Weights(_config(graph, state), state)


class _Graph:
    """The nodes and constants of a graph, and how they are connected."""

    def __init__(self, graph: object) -> None:
        from onnx import GraphProto, numpy_helper

        if not isinstance(graph, GraphProto):
            raise ValueError("no graph")
        self.nodes: list[NodeProto] = list(graph.node)
        self._constants = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
        self._made_by = {name: node for node in self.nodes for name in node.output}
        self._users: dict[str, list[NodeProto]] = {}
        for node in self.nodes:
            for name in node.input:
                self._users.setdefault(name, []).append(node)

    def of_kind(self, kind: str) -> list[NodeProto]:
        """Nodes of one operator, in the order of the graph."""
        return [node for node in self.nodes if node.op_type == kind]

    def as_they_are(self) -> dict[str, Array]:
        """Biases and norms: what the exporter leaves in single precision, under torch's names."""
        return {
            name: value.astype(np.float32)
            for name, value in self._constants.items()
            if value.dtype == np.float32
            and value.ndim == 1
            and name.endswith((".bias", ".LayerNorm.weight"))
        }

    def tables(self) -> Iterator[tuple[str, Array]]:
        """Embeddings: rows that are looked up in a constant, then multiplied by its one scale."""
        for node in self.of_kind("DequantizeLinear"):
            lookup = self._made_by[node.input[0]]
            if lookup.op_type == "Gather":
                table = self._constants[lookup.input[0]]
                scale, zero = (self._constants[name] for name in node.input[1:])
                name = lookup.input[0].removesuffix(_QUANTISED)
                yield name, _multiplied(table, scale, zero)

    def matrices(self) -> Iterator[tuple[str, Array]]:
        """Of linear layers: constants `[in, out]`, each with the bias that is added after it."""
        for node in self.of_kind("MatMulInteger"):
            values, zero = self._constants[node.input[1]], self._constants[node.input[3]]
            cast = self._only_user(node)
            scaled = self._only_user(cast)
            scale = self._constant_of(self._made_by[scaled.input[1]])
            yield f"{self._layer_after(node)}.weight", _multiplied(values, scale, zero).T

    def _layer_after(self, node: NodeProto) -> str:
        """The name of the linear layer whose product this is: that of the bias behind it."""
        user = self._only_user(self._only_user(self._only_user(node)))
        biases = [name for name in user.input if self._is_bias_of_layer(name)]
        if len(biases) != 1:
            raise ValueError("a product without a bias")
        return str(biases[0]).removesuffix(".bias")

    def _is_bias_of_layer(self, name: str) -> bool:
        return name in self._constants and name.endswith(".bias") and ".LayerNorm." not in name

    def attentions(self) -> Iterator[tuple[str, Array]]:
        """Of attentions: query, key and value lie side by side."""
        for node in self.of_kind("QAttention"):
            before = f"{self._layer_of_attention(node)}attention.self."
            weight = _multiplied(*(self._constants[node.input[index]] for index in (1, 4, 7)))
            bias = self._constants[node.input[2]].astype(np.float32)
            parts = zip(np.split(weight, 3, axis=1), np.split(bias, 3), strict=True)
            for name, (own, own_bias) in zip(("query", "key", "value"), parts, strict=True):
                yield f"{before}{name}.weight", own.T
                yield f"{before}{name}.bias", own_bias

    def _layer_of_attention(self, node: NodeProto) -> str:
        """The beginning of the names in the layer whose attention this is."""
        rounding = self._users[node.output[0]][0]
        (product,) = (
            user for user in self._users[rounding.output[0]] if user.op_type == "MatMulInteger"
        )
        name = self._layer_after(product)
        if not (name.startswith(_LAYER) and name.endswith(_AFTER_ATTENTION)):
            raise ValueError("an attention that does not lead to where it must")
        return name.removesuffix(_AFTER_ATTENTION)

    def heads(self) -> int:
        """Of each attention, the same in all."""
        found = {_attribute(node, "num_heads") for node in self.of_kind("QAttention")}
        (heads,) = found
        return int(heads)

    def smallest(self) -> float:
        """What is added under the root of norms, the same in all."""
        norms = [*self.of_kind("LayerNormalization"), *self.of_kind("SkipLayerNormalization")]
        (smallest,) = {_attribute(node, "epsilon") for node in norms}
        return float(f"{smallest:.6g}")

    def _only_user(self, node: NodeProto) -> NodeProto:
        (user,) = self._users[node.output[0]]
        return user

    def _constant_of(self, node: NodeProto) -> NDArray[np.generic]:
        (name,) = (name for name in node.input if name in self._constants)
        return np.asarray(self._constants[name])


def _config(graph: _Graph, state: Mapping[str, Array]) -> BertConfig:
    words, width = state[f"{_EMBEDDINGS}word_embeddings.weight"].shape
    return BertConfig(
        vocab_size=words,
        hidden_size=width,
        num_hidden_layers=len(graph.of_kind("QAttention")),
        num_attention_heads=graph.heads(),
        intermediate_size=len(state[f"{_LAYER}0.intermediate.dense.bias"]),
        max_position_embeddings=len(state[f"{_EMBEDDINGS}position_embeddings.weight"]),
        type_vocab_size=len(state[f"{_EMBEDDINGS}token_type_embeddings.weight"]),
        layer_norm_eps=graph.smallest(),
    )


def _attribute(node: NodeProto, name: str) -> float:
    from onnx import helper

    (value,) = (helper.get_attribute_value(one) for one in node.attribute if one.name == name)
    return float(value)


def _multiplied(
    values: NDArray[np.generic], scale: NDArray[np.generic], zero: NDArray[np.generic]
) -> Array:
    whole = values.astype(np.int32) - zero.astype(np.int32)
    return np.asarray(whole * scale.astype(np.float32), dtype=np.float32)
