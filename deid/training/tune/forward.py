"""From windows of one patient to one loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch
from torch import nn
from torch.nn import functional

from deid.detect.tokens import Marks
from deid.training.cohort.patients import Patient
from deid.training.examples import CLASSES, IGNORED, Example
from deid.training.network import ShapedTagger
from deid.training.tune.settings import Settings
from deid.training.tune.windows import Place

_LARGEST_CACHE: Final = 1 << 30
"""Of what is kept of frozen layers, in bytes: a window of 190 tokens, 384 wide, takes 150 kB."""


class FrozenAnswers:
    """What the layers that are not trained answer to windows, as long as there is room.

    One may serve several runs on the same patients and base, whichever layers they train.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[int, str, Place], torch.Tensor] = {}
        self._bytes = 0

    def get(self, layers: int, key: str, place: Place) -> torch.Tensor | None:
        """What so many layers answered to this window of a patient; None: not kept."""
        return self._kept.get((layers, key, place))

    def keep(self, layers: int, key: str, place: Place, answer: torch.Tensor) -> None:
        """Keep an answer if there is room."""
        size = answer.numel() * answer.element_size()
        if self._bytes + size <= _LARGEST_CACHE:
            self._kept[layers, key, place] = answer
            self._bytes += size


class PatientLoss:
    """The mean over a patient's windows of each window's mean loss over its tokens.

    Args:
        network: that is trained.
        settings: of the training.
        marks: ids of the encoder's own tokens.
        answers: of earlier runs on these patients; None: there are none.
    """

    def __init__(
        self, network: ShapedTagger, settings: Settings, marks: Marks,
        answers: FrozenAnswers | None = None,
    ) -> None:  # fmt: skip
        self._network = network
        self._settings = settings
        self._marks = marks
        layers = network.encoder.encoder.layer
        self._frozen = len(layers) - settings.layers if settings.keeps_answers else 0
        self._answers = FrozenAnswers() if answers is None else answers

    def of(self, patient: Patient, drawn: Sequence[tuple[Place, Example]]) -> torch.Tensor:
        """A scalar with a gradient.

        Args:
            patient: whose windows they are.
            drawn: at least one window.
        """
        rows = [row for _, row in drawn]
        classes = _padded([row.classes for row in rows], IGNORED)
        if self._settings.keeps_answers:
            logits = self._from_kept(patient, drawn)
        else:
            ids = _padded([row.ids for row in rows], self._marks.pad)
            mask = _padded([[1] * len(row.ids) for row in rows], 0)
            logits = self._network(ids, _padded([row.shapes for row in rows], 0), mask)
        return _mean_of_means(logits, classes, self._settings)

    def _from_kept(self, patient: Patient, drawn: Sequence[tuple[Place, Example]]) -> torch.Tensor:
        """Logits from what the frozen layers answer, which is computed once."""
        found = [self._below(patient, place, row).float() for place, row in drawn]
        hidden = nn.utils.rnn.pad_sequence(found, batch_first=True)
        lengths = torch.tensor([len(one) for one in found])
        seen = torch.arange(hidden.shape[1])[None] < lengths[:, None]
        for layer in self._network.encoder.encoder.layer[self._frozen :]:
            hidden = layer(hidden, seen[:, None, None, :])
        logits: torch.Tensor = self._network.classifier(self._network.dropout(hidden))
        return logits

    def _below(self, patient: Patient, place: Place, row: Example) -> torch.Tensor:
        found = self._answers.get(self._frozen, patient.key, place)
        if found is None:
            with torch.no_grad():
                found = self._frozen_answer(row).half()
            self._answers.keep(self._frozen, patient.key, place, found)
        return found

    def _frozen_answer(self, row: Example) -> torch.Tensor:
        """What goes into the first layer that is trained, `[tokens, width]`."""
        encoder = self._network.encoder
        words = encoder.embeddings.word_embeddings(torch.tensor([row.ids]))
        hidden = encoder.embeddings(
            inputs_embeds=words + self._network.shapes(torch.tensor([row.shapes]))
        )
        for layer in encoder.encoder.layer[: self._frozen]:
            hidden = layer(hidden)
        answer: torch.Tensor = hidden[0]
        return answer


def _mean_of_means(logits: torch.Tensor, classes: torch.Tensor, settings: Settings) -> torch.Tensor:
    losses = functional.cross_entropy(
        logits.reshape(-1, len(CLASSES)), classes.reshape(-1), reduction="none",
        ignore_index=IGNORED, label_smoothing=settings.label_smoothing,
    ).view(classes.shape)  # fmt: skip
    weights = (classes != IGNORED) * (1.0 + (settings.identifier_weight - 1.0) * (classes > 0))
    return ((losses * weights).sum(dim=1) / weights.sum(dim=1).clamp(min=1e-6)).mean()


def _padded(rows: Sequence[list[int]], filler: int) -> torch.Tensor:
    width = max(len(row) for row in rows)
    return torch.tensor([row + [filler] * (width - len(row)) for row in rows])
