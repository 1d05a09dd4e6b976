"""Sends every photo through a frozen encoder, once; a killed run goes on where it was."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.config import Preprocessing
from engine.contract import ImageFault
from training.batches import random_for
from training.data import DataError
from training.feature_file import FeatureFile
from training.photos import Box, load_with_cuts
from training.progress import Progress

_BATCH = 16
"""Photos that go through the encoder together. Results depend on it in their last bits, so that a run that
goes on keeps to the batches of the one before."""

_CUT_SEED = 7

_log = logging.getLogger(__name__)

_Loaded = list[tuple[NDArray[np.float32], ImageFault | None]]


@dataclass(frozen=True, slots=True)
class Encoding:
    """What is computed.

    Attributes:
        encoder: (B, 3, S, S) -> (B, P, E).
        preprocessing: pixels -> encoder input.
        files: N photos.
        crops: random cuts of each photo, beside the whole.
    """

    encoder: nn.Module
    preprocessing: Preprocessing
    files: Sequence[Path]
    crops: int = 0

    @property
    def variants(self) -> int:
        """Rows for a photo: whole and mirrored, then each cut and its mirror image."""
        return 2 * (1 + self.crops)


def cuts(position: int, count: int) -> list[Box]:
    """How the photo at a position is cut, the same way each time; see ``training.photos.load_photos``."""
    return [random_for(_CUT_SEED, position, number).uniform(size=4) for number in range(count)]


@torch.inference_mode()
def encode(wanted: Encoding, path: Path) -> None:
    """Write the features of all photos to a file, or the rest of them after a run that was stopped.

    Photos that cannot be read are listed beside it, and their features are without meaning.

    Args:
        wanted: what is computed.
        path: an array (N, variants, P, E) in float16 as a ``.npy``; it is there only when it is whole.

    Raises:
        DataError: no photo can be read.
        StoreError: there is no room for the features.
    """
    file = FeatureFile(path, len(wanted.files), wanted.variants)
    first, began = file.done, time.monotonic()
    wanted.encoder.eval()
    with Progress("features", total=len(wanted.files), start=first) as progress:
        for photos in _batches(wanted, first):
            images = torch.from_numpy(np.stack([pixels for pixels, _ in photos]))
            file.append(_encoded(wanted.encoder, images), [i for i, (_, fault) in enumerate(photos) if fault])
            rate = (file.done - first) / (time.monotonic() - began)
            progress.advance(len(photos), f"{rate:.1f} images/s")
    for position in file.unreadable:
        _log.warning("left out, since it cannot be read: %s", wanted.files[position])
    if len(file.unreadable) == len(wanted.files):
        raise DataError(f"None of the {len(wanted.files)} photos can be read; see the warnings above.")
    seconds = time.monotonic() - began
    number = file.done - first
    _log.info("encoded %d photos in %.1f s, %.1f images/s", number, seconds, number / max(seconds, 1e-9))
    file.finish()


def _batches(wanted: Encoding, first: int) -> Iterator[_Loaded]:
    """Photos from a position on; the next ones are read while the encoder works on these."""
    starts = range(first, len(wanted.files), _BATCH)
    with ThreadPoolExecutor() as pool:

        def begin(start: int) -> list[Future[Any]]:
            positions = range(start, min(start + _BATCH, len(wanted.files)))
            return [
                pool.submit(load_with_cuts, wanted.files[i], wanted.preprocessing, cuts(i, wanted.crops))
                for i in positions
            ]

        waiting = begin(first)
        for start in starts:
            photos = [future.result() for future in waiting]
            waiting = begin(start + _BATCH)
            yield photos


def _encoded(encoder: nn.Module, images: Tensor) -> NDArray[np.float16]:
    """(B, 1 + C, 3, S, S) -> (B, variants, P, E)."""
    device = next(encoder.parameters()).device
    found = []
    for variant in images.unbind(1):
        for view in (variant, variant.flip(-1)):
            batch = view.contiguous(memory_format=torch.channels_last).to(device)
            found.append(encoder(batch).half().cpu().numpy())
    return np.stack(found, 1)
