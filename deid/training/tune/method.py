"""Which weights a fine-tuning trains."""

from __future__ import annotations

import torch
from torch import nn

from deid.errors import ConfigurationError
from deid.training.network import ShapedTagger
from deid.training.tune.base import Base
from deid.training.tune.settings import Method, Settings
from deid.training.tune.whitening import WhitenedClassifier, whiten

_WORDS = "encoder.embeddings.word_embeddings."


def prepare(base: Base, settings: Settings) -> None:
    """Let exactly the weights of this method be trained; for LoRA and whitening, add them.

    Raises:
        ConfigurationError: the network has fewer layers than are to be trained, or there is no
            public text to whiten by.
    """
    network = base.network
    layers = len(network.encoder.encoder.layer)
    if settings.method is not Method.FULL and settings.layers > layers:
        raise ConfigurationError(f"the network has {layers} layers: train so many or fewer")
    first = layers - settings.layers
    if settings.whitens:
        whiten(base)
    if settings.method is Method.LORA and settings.layers:
        _add_low_rank(network, settings, first)
    for name, weight in network.named_parameters():
        weight.requires_grad_(_is_trained(name, settings.method, first))


def _is_trained(name: str, method: Method, first: int) -> bool:
    if name.startswith("classifier."):
        return True
    if name.startswith(_WORDS):
        return False
    if method is Method.FULL:
        return True
    parts = name.split(".")
    if parts[:3] != ["encoder", "encoder", "layer"] or int(parts[3]) < first:
        return False
    match method:
        case Method.LAST_LAYERS:
            return True
        case Method.LORA:
            return ".lora_" in name
        case Method.BIASES:
            return name.endswith(".bias") or ".LayerNorm." in name


def trained(network: nn.Module) -> dict[str, nn.Parameter]:
    """The weights that are trained, by name."""
    return {name: one for name, one in network.named_parameters() if one.requires_grad}


def coordinates(network: ShapedTagger) -> dict[str, torch.Tensor]:
    """What trained weights stand in and is not trained itself, by name; empty where nothing is."""
    classifier = network.classifier
    return (
        {"classifier.root": classifier.root} if isinstance(classifier, WhitenedClassifier) else {}
    )


def merged(network: ShapedTagger) -> ShapedTagger:
    """The network with all that was added for training in its own matrices; it is changed."""
    from peft.tuners.lora import LoraLayer

    if isinstance(network.classifier, WhitenedClassifier):
        network.classifier = network.classifier.merged()

    for name, module in list(network.named_modules()):
        if isinstance(module, LoraLayer):
            module.merge()
            above, _, own = name.rpartition(".")
            setattr(network.get_submodule(above), own, module.get_base_layer())
    return network


def _add_low_rank(network: ShapedTagger, settings: Settings, first: int) -> None:
    from peft import LoraConfig, inject_adapter_in_model

    last = "|".join(str(number) for number in range(first, len(network.encoder.encoder.layer)))
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=2 * settings.rank,
        lora_dropout=settings.dropout,
        target_modules=rf"encoder\.encoder\.layer\.({last})\..*\b(query|key|value|dense)",
    )
    with torch.random.fork_rng():
        torch.manual_seed(settings.seed)
        inject_adapter_in_model(config, network)
