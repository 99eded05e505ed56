"""A model package turned back into a network that can be trained further.

The package holds the network as an int8 ONNX graph with fused attention. Each weight is found by
what its node does and what it is connected to, multiplied by its scale, and put where torch has
it. What quantisation rounded away stays away: the network is that of the package, not that from
which the package was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from transformers import BertConfig, BertModel

from deid.detect.packages import ModelPackage
from deid.detect.tokens import Marks, marks_of, parse_tokenizer
from deid.detect.windows import WindowPlan
from deid.errors import ConfigurationError
from deid.training.examples import CLASSES
from deid.training.network import ShapedTagger
from deid.training.tune.graph import Weights, read_weights
from deid.training.tune.results import shipped_notes

if TYPE_CHECKING:
    from tokenizers import Tokenizer


@dataclass(frozen=True, slots=True)
class Base:
    """What a fine-tuning begins with.

    Attributes:
        network: on which it works; it is changed.
        tokenizer: of its vocabulary.
        marks: ids of the encoder's own tokens.
        plan: the windows that it reads.
        public: texts that nobody's privacy hangs on, to learn how its features are spread.
    """

    network: ShapedTagger
    tokenizer: Tokenizer
    marks: Marks
    plan: WindowPlan
    public: tuple[str, ...] = ()


def base_of(package: ModelPackage) -> Base:
    """What a fine-tuning of this package begins with; its public texts come with the program.

    Raises:
        ConfigurationError: its network is of another kind, or has other classes.
    """
    tokenizer = parse_tokenizer(package.tokenizer)
    public = tuple(note.text for notes in shipped_notes() for note in notes)
    return Base(base_network(package), tokenizer, marks_of(tokenizer), package.plan, public)


def base_network(package: ModelPackage) -> ShapedTagger:
    """The network of this package, for training.

    Raises:
        ConfigurationError: its network is of another kind, or has other classes.
    """
    if package.classes != CLASSES:
        raise _other(package)
    try:
        weights = read_weights(package.model)
        network = empty_network(weights.config)
        network.load_state_dict(_as_tensors(weights))
    except (KeyError, IndexError, ValueError, RuntimeError):
        raise _other(package) from None
    return network.eval()


def for_export(network: ShapedTagger) -> ShapedTagger:
    """A copy of the network, in the form that the exporter can fuse."""
    copy = empty_network(network.encoder.config, attention="eager")
    copy.load_state_dict(network.state_dict())
    return copy.eval()


def empty_network(config: BertConfig, *, attention: str = "sdpa") -> ShapedTagger:
    """A network of this size, without dropout, with weights that mean nothing."""
    own = BertConfig.from_dict(config.to_dict())
    own.hidden_dropout_prob = own.attention_probs_dropout_prob = 0.0
    own._attn_implementation = attention
    return ShapedTagger(BertModel(own, add_pooling_layer=False), len(CLASSES))


def _as_tensors(weights: Weights) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(value.copy()) for name, value in weights.state.items()}


def _other(package: ModelPackage) -> ConfigurationError:
    return ConfigurationError(
        f"{package.name}: its network cannot be trained further here: begin with the package that "
        "comes with the program, or with one that was made from it"
    )
