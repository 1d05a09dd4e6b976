"""Image encoders: open_clip's and timm's networks behind one shape.

Letters: B pictures, S side in pixels, P patches, E width.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from engine.backbones.files import locate_weights
from engine.backbones.repositories import open_clip_weights, timm_weights
from engine.backbones.source import Source, parse_source
from engine.config import Preprocessing
from engine.contract import ModelMismatch, ModelMissing

_SMALLEST_TEXT = {"context_length": 1, "vocab_size": 1, "width": 64, "heads": 1, "layers": 1}
"""open_clip builds both towers; the text tower, three times the size of SigLIP2's image tower, is thrown
away."""


class Encoder(nn.Module):
    """Any image network as (B, 3, S, S) -> (B, P, E).

    Args:
        network: the image network.
        image_size: S.
        read: images -> its pooled vectors (B, E), tokens (B, P, E) or feature maps (B, E, rows, columns).
        extra_tokens: tokens before the patches, such as the class token, that are left out.

    Attributes:
        width: E.
        patches: P; 1 when the features are one pooled vector.
    """

    def __init__(
        self,
        network: nn.Module,
        image_size: int,
        read: Callable[[Tensor], Tensor] | None = None,
        *,
        extra_tokens: int = 0,
    ) -> None:
        super().__init__()
        self.network = network
        # The bare method: the module under a second name would have its weights saved twice.
        self._read = read or network.forward
        self._extra_tokens = extra_tokens
        was_training = self.training
        with torch.no_grad():
            shape = self.eval()(torch.zeros(1, 3, image_size, image_size)).shape
        self.train(was_training)
        self.patches, self.width = int(shape[1]), int(shape[2])

    def forward(self, images: Tensor) -> Tensor:
        """(B, 3, S, S) -> (B, P, E), patches row by row."""
        features = self._read(images)
        if features.ndim == 4:  # (B, E, rows, columns) of a convolutional network
            return features.flatten(2).transpose(1, 2)
        return features[:, self._extra_tokens :] if features.ndim == 3 else features.unsqueeze(1)


def build_encoder(spec: Mapping[str, Any], *, image_size: int, pretrained: bool) -> Encoder:
    """Build an image encoder.

    Args:
        spec: ``name``, a scheme string; ``features``: ``patches`` (default) or ``pooled``; ``sha256`` of the
            weights, where they are to be checked.
        image_size: S.
        pretrained: load the weights the name stands for, which must be on this computer; otherwise they are
            random, to be loaded from a checkpoint.

    Raises:
        ModelMismatch: unknown scheme, the activation is not the one the weights were trained with, or they do
            not fit.
        ModelMissing: the library knows no such network or its weights are not on this computer.
    """
    source = parse_source(str(spec["name"]))
    builders = {"timm": _timm_encoder, "open_clip": _open_clip_encoder}
    if source.scheme not in builders:
        raise ModelMismatch(
            f"Cannot build the image encoder {spec['name']!r}: known schemes are {', '.join(builders)}."
        )
    kind = spec.get("features", "patches")
    if kind not in ("patches", "pooled"):
        raise ModelMismatch(
            f"Cannot build the image encoder {spec['name']!r}: its features are patches or pooled, not "
            f"{kind!r}."
        )
    weights = locate_weights(spec) if pretrained else None
    try:
        return builders[source.scheme](source, weights, kind == "pooled", image_size)
    except (RuntimeError, OSError, ValueError, AssertionError) as exc:
        raise ModelMissing(f"Cannot build the image encoder {spec['name']!r}: {exc}") from exc


def encoder_preprocessing(spec: Mapping[str, Any]) -> Preprocessing:
    """Size, fit, interpolation, mean and deviation that an encoder's weights were trained with.

    Raises:
        ModelMismatch: they cannot be had with this program's preprocessing.
        ModelMissing: the library knows no such network.
    """
    source = parse_source(str(spec["name"]))
    if source.scheme == "open_clip":
        settings, size = open_clip_weights(source)
        fits = {"shortest": "crop", "squash": "squash"}
        fit = fits.get(settings["resize_mode"])
        mean, std, interpolation = settings["mean"], settings["std"], settings["interpolation"]
    else:
        facts = timm_weights(source)
        size, fit = facts["input_size"][-1], "crop"
        mean, std, interpolation = facts["mean"], facts["std"], facts["interpolation"]
    if fit is None or interpolation not in ("bicubic", "bilinear"):
        raise ModelMismatch(
            f"Cannot prepare pictures for {source}: it wants them {fit or 'padded'} and {interpolation}. "
            "Choose another encoder."
        )
    return Preprocessing(size=size, fit=fit, interpolation=interpolation, mean=tuple(mean), std=tuple(std))  # type: ignore[arg-type]


def _timm_encoder(source: Source, weights: Path | None, pooled: bool, size: int) -> Encoder:
    import timm

    file: dict[str, Any] = {"pretrained_cfg_overlay": {"file": str(weights)}} if weights else {}
    # Pooling stays the network's own: SigLIP's attention has weights of its own.
    network: Any = timm.create_model(source.name, pretrained=weights is not None, num_classes=0, **file)
    if pooled:
        return Encoder(network, size)
    return Encoder(
        network, size, network.forward_features, extra_tokens=getattr(network, "num_prefix_tokens", 0)
    )


class _OpenClipPatches(nn.Module):
    """open_clip's image tower, giving its patch tokens."""

    def __init__(self, visual: Any) -> None:
        super().__init__()
        self.visual = visual
        if not self._on_timm:
            visual.output_tokens = True

    @property
    def _on_timm(self) -> bool:
        return hasattr(self.visual, "trunk")

    def forward(self, images: Tensor) -> Tensor:
        if self._on_timm:
            tokens: Tensor = self.visual.trunk.forward_features(images)
            return tokens if tokens.ndim == 4 else tokens[:, self.visual.trunk.num_prefix_tokens :]
        _, tokens = self.visual(images)
        return tokens


def _open_clip_encoder(source: Source, weights: Path | None, pooled: bool, size: int) -> Encoder:
    import open_clip

    architecture = source.name.partition("/")[0]
    config = open_clip.get_model_config(architecture)
    if config is None:
        raise ModelMissing(f"Cannot build {source}: open_clip has no architecture {architecture!r}.")
    _check_activation(source, bool(config.get("quick_gelu", False)))
    visual = open_clip.CLIP(
        embed_dim=config["embed_dim"],
        vision_cfg=config["vision_cfg"] | {"timm_model_pretrained": False},
        text_cfg=_SMALLEST_TEXT,
        quick_gelu=config.get("quick_gelu", False),
    ).visual
    if weights:
        prefix = "visual."
        tensors = {
            key.removeprefix(prefix): value
            for key, value in load_file(weights).items()
            if key.startswith(prefix)
        }
        try:
            visual.load_state_dict(tensors)
        except RuntimeError as exc:
            raise ModelMismatch(f"{weights} does not hold the image tower of {source}: {exc}") from exc
    if not pooled and not hasattr(visual, "trunk") and not hasattr(visual, "output_tokens"):
        raise ModelMismatch(f"Cannot build patches of {source}: it gives its pooled vector alone.")
    return Encoder(visual if pooled else _OpenClipPatches(visual), size)


def _check_activation(source: Source, given: bool) -> None:
    """OpenAI's weights were trained with QuickGELU; with GELU they would silently give other features."""
    architecture, _, tag = source.name.partition("/")
    wanted = bool(open_clip_weights(source)[0].get("quick_gelu", False)) if tag else given
    if wanted == given:
        return
    if wanted:
        remedy = f"write open_clip:{architecture}-quickgelu/{tag}"
    else:
        remedy = f"write open_clip:{architecture.removesuffix('-quickgelu')}/{tag}"
    raise ModelMismatch(
        f"The weights {tag!r} were trained {'with' if wanted else 'without'} QuickGELU, the architecture "
        f"{architecture} is built {'with' if given else 'without'} it: {remedy}."
    )
