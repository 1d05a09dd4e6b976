"""Features of photos from a frozen encoder, kept on disk: it need not run in every epoch."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.config import Preprocessing
from training.batches import StepRandom
from training.encoding import Encoding, encode
from training.feature_file import facts_file
from training.photos import CROP_SCALE

_FORMAT = 2
"""Of the files; a cache of another format is not found."""

_CUT = 2
"""Tells the draw for choosing a cut from that for mirroring."""

_log = logging.getLogger(__name__)


class FeatureCache:
    """Features of photos, of their mirror images and of cuts, memory-mapped from disk in float16.

    Args:
        encoder: (B, 3, S, S) -> (B, P, E), frozen.
        preprocessing: pixels -> encoder input.
        files: the photos; features are asked for by position in this list.
        folder: where caches are kept. A cache is found again by a fingerprint of the encoder's weights, the
            preprocessing, the number of cuts and the files' names, sizes and times, so that it can never be
            stale.
        crops: random cuts of each photo to keep beside the whole.

    Attributes:
        unreadable: positions of photos that could not be read; their features are without meaning.

    Raises:
        DataError: no photo can be read.
        StoreError: there is no room for the features.
    """

    def __init__(
        self,
        encoder: nn.Module,
        preprocessing: Preprocessing,
        files: Sequence[Path],
        folder: Path,
        *,
        crops: int = 0,
    ) -> None:
        path = encode_photos(Encoding(encoder, preprocessing, files, crops), folder)
        self._crops = crops
        self._values: NDArray[np.float16] = np.load(path, mmap_mode="r")
        self.unreadable = frozenset(json.loads(facts_file(path).read_text(encoding="utf-8"))["unreadable"])

    def __getitem__(self, wanted: tuple[Sequence[int], Sequence[bool]]) -> Tensor:
        """Features of whole photos by position, mirrored where asked -> (B, P, E) float32."""
        positions, mirrored = wanted
        return self.variant(positions, mirrored, [0] * len(positions))

    def draw(self, positions: Sequence[int], mirrored: Sequence[bool], random: StepRandom) -> Tensor:
        """As above, of the whole photo or of one of its cuts, each as likely."""
        shares = random.uniform(positions, 1, _CUT)[:, 0]
        return self.variant(positions, mirrored, (shares * (1 + self._crops)).astype(int))

    def variant(
        self, positions: Sequence[int], mirrored: Sequence[bool], cuts: Sequence[int] | NDArray[np.int_]
    ) -> Tensor:
        """As above, of given cuts: 0 for the whole photo, then 1 to ``crops``."""
        rows = self._values[np.asarray(positions), 2 * np.asarray(cuts) + np.asarray(mirrored, int)]
        return torch.from_numpy(rows).float()  # numpy would take ten times as long


def encode_photos(wanted: Encoding, folder: Path) -> Path:
    """Encode photos unless that was done before. Of several processes one calls this before the others.

    Args:
        wanted: what is computed.
        folder: where caches are kept.

    Returns:
        The file; see ``training.encoding.encode``.

    Raises:
        DataError: no photo can be read.
        StoreError: there is no room for the features.
    """
    folder.mkdir(parents=True, exist_ok=True)
    key = fingerprint(wanted.encoder, wanted.preprocessing, wanted.files, wanted.crops)
    path = folder / f"{key}.npy"
    if not path.is_file():
        encode(wanted, path)
    _log.info("features of %d photos in %s", len(wanted.files), path)
    return path


def fingerprint(
    encoder: nn.Module, preprocessing: Preprocessing, files: Sequence[Path], crops: int = 0
) -> str:
    """Hexadecimal digest of everything features depend on."""
    digest = hashlib.sha256(repr((_FORMAT, crops, CROP_SCALE, preprocessing)).encode())
    for name, value in encoder.state_dict().items():
        digest.update(name.encode())
        digest.update(value.detach().cpu().numpy().tobytes())
    digest.update(json.dumps([_facts(file) for file in files]).encode())
    return digest.hexdigest()[:32]


def _facts(file: Path) -> tuple[str, int, int]:
    try:
        stat = file.stat()
    except OSError:  # it is listed as unreadable when it is its turn
        return file.name, -1, -1
    return file.name, stat.st_size, stat.st_mtime_ns
