"""A network whose frozen layers are asked once for each batch, whichever training asks."""

from __future__ import annotations

import torch

from deid.training.network import ShapedTagger

Answers = dict[tuple[int, bytes], torch.Tensor]
"""By number of layers and batch, what they answered."""


class LookedUp(ShapedTagger):
    """The same network, for measuring only.

    Args:
        network: whose weights it uses.
        frozen: how many of its first layers are those of the base.
        kept: what these answered; filled as batches come.
    """

    def __init__(self, network: ShapedTagger, frozen: int, kept: Answers) -> None:
        torch.nn.Module.__init__(self)
        self.encoder, self.shapes = network.encoder, network.shapes
        self.dropout, self.classifier = network.dropout, network.classifier
        self._frozen, self._kept = frozen, kept

    def forward(
        self,
        input_ids: torch.Tensor,
        shape_ids: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Logits `[batch, tokens, classes]`; all arguments are `[batch, tokens]`."""
        seen = None if attention_mask is None else attention_mask[:, None, None, :].bool()
        key = (self._frozen, torch.stack([input_ids, shape_ids]).numpy().tobytes())
        layers = self.encoder.encoder.layer
        if key not in self._kept:
            words = self.encoder.embeddings.word_embeddings(input_ids) + self.shapes(shape_ids)
            hidden = self.encoder.embeddings(inputs_embeds=words)
            for layer in layers[: self._frozen]:
                hidden = layer(hidden, seen)
            self._kept[key] = hidden.half()
        hidden = self._kept[key].float()
        for layer in layers[self._frozen :]:
            hidden = layer(hidden, seen)
        logits: torch.Tensor = self.classifier(hidden)
        return logits
