"""Encodes every photo once. A frozen encoder need not run in every epoch."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from engine.config import Preprocessing
from training.photos import load_photos
from training.progress import Progress

_BATCH = 16

_log = logging.getLogger(__name__)


class FeatureCache:
    """Features of photos and of their mirror images, memory-mapped from disk in float16.

    Args:
        encoder: (B, 3, S, S) -> (B, P, E), frozen.
        preprocessing: pixels -> encoder input.
        files: the photos; features are asked for by position in this list.
        folder: where caches are kept. A cache is found again by a fingerprint of the encoder's weights, the
            preprocessing and the files' names, sizes and times, so that it can never be stale.
    """

    VARIANTS = 2
    """Plain and mirrored."""

    def __init__(
        self, encoder: nn.Module, preprocessing: Preprocessing, files: Sequence[Path], folder: Path
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{fingerprint(encoder, preprocessing, files)}.npy"
        if not path.is_file():
            _encode_all(encoder, preprocessing, files, path)
        _log.info("features of %d photos in %s", len(files), path)
        self._values = np.load(path, mmap_mode="r")

    def __getitem__(self, wanted: tuple[Sequence[int], Sequence[bool]]) -> Tensor:
        """Features of photos by position, mirrored where asked -> (B, P, E) float32."""
        positions, mirrored = wanted
        rows = self._values[np.asarray(mirrored, int), np.asarray(positions)]
        return torch.from_numpy(rows.astype(np.float32))


def fingerprint(encoder: nn.Module, preprocessing: Preprocessing, files: Sequence[Path]) -> str:
    """Hexadecimal digest of everything features depend on."""
    digest = hashlib.sha256(repr(preprocessing).encode())
    for name, value in encoder.state_dict().items():
        digest.update(name.encode())
        digest.update(value.detach().cpu().numpy().tobytes())
    facts = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in files]
    digest.update(json.dumps(facts).encode())
    return digest.hexdigest()[:32]


@torch.inference_mode()
def _encode_all(encoder: nn.Module, preprocessing: Preprocessing, files: Sequence[Path], path: Path) -> None:
    partial = path.with_suffix(".part")
    values: np.memmap | None = None
    device = next(encoder.parameters()).device
    encoder.eval()
    with Progress("features", total=len(files)) as progress:
        for start in range(0, len(files), _BATCH):
            images = load_photos(files[start : start + _BATCH], preprocessing)
            images = images.contiguous(memory_format=torch.channels_last)
            for variant, batch in enumerate((images, images.flip(-1))):
                features = encoder(batch.to(device)).half().cpu().numpy()
                if values is None:
                    shape = (FeatureCache.VARIANTS, len(files), *features.shape[1:])
                    values = np.lib.format.open_memmap(partial, "w+", np.float16, shape)
                values[variant, start : start + len(features)] = features
            progress.advance(len(images))
    if values is not None:
        values.flush()
    partial.replace(path)
