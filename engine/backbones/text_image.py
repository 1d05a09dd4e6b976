"""Networks that put pictures and sentences of many languages into one space: multilingual CLIP and SigLIP 2.

Letters: B pictures or sentences, S side in pixels, W width of the space, T tokens.

Not run: with published weights, which were not on the computer this was written on. The tests build small and
full-size networks with random weights.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn.functional import normalize

from engine.backbones.encoders import encoder_preprocessing
from engine.backbones.hub import cached
from engine.backbones.repositories import wanted_files
from engine.backbones.source import Wanted, parse_source
from engine.config import Preprocessing
from engine.contract import ModelCorrupt, ModelMismatch, ModelMissing, Pixels
from engine.preprocess import preprocess

_BATCH = 32

_TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json")

Vectors = NDArray[np.float32]


class TextImage:
    """Vectors of length 1 for pictures and sentences; their products are cosines.

    Args:
        network: open_clip's, in evaluation mode.
        tokenise: B sentences -> (B, T) tokens.
        preprocessing: as the network was trained with.
    """

    def __init__(
        self, network: Any, tokenise: Callable[[list[str]], Tensor], preprocessing: Preprocessing
    ) -> None:
        self._network, self._tokenise, self._preprocessing = network, tokenise, preprocessing

    def images(self, pictures: Sequence[Pixels]) -> Vectors:
        """B pictures, RGB, uint8, (H, W, 3) -> (B, W)."""

        def encode(part: Sequence[Pixels]) -> Tensor:
            batch = np.stack([preprocess(picture, self._preprocessing) for picture in part])
            vectors: Tensor = self._network.encode_image(torch.from_numpy(batch))
            return vectors

        return self._unit(pictures, encode)

    def texts(self, sentences: Sequence[str]) -> Vectors:
        """B sentences -> (B, W)."""

        def encode(part: Sequence[str]) -> Tensor:
            vectors: Tensor = self._network.encode_text(self._tokenise(list(part)))
            return vectors

        return self._unit(sentences, encode)

    @staticmethod
    @torch.inference_mode()
    def _unit(items: Sequence[Any], encode: Callable[[Sequence[Any]], Tensor]) -> Vectors:
        parts = [encode(items[start : start + _BATCH]) for start in range(0, len(items), _BATCH)]
        vectors: Vectors = normalize(torch.cat(parts).float(), dim=-1).numpy()
        return vectors


def load_text_image(name: str) -> TextImage:
    """Load a network of which all files are on this computer; fetches nothing.

    Args:
        name: such as ``open_clip:xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k`` or
            ``open_clip:ViT-B-16-SigLIP2-256/webli``.

    Raises:
        ModelMissing: no such network, or files of it are not on this computer.
        ModelMismatch: not a network of this kind, or the weights are another's.
        ModelCorrupt: the weights cannot be read.
    """
    import open_clip

    source = parse_source(name)
    if source.scheme != "open_clip":
        raise ModelMismatch(f"Cannot compare pictures with sentences by {name!r}: name it as open_clip:...")
    preprocessing = encoder_preprocessing({"name": name})
    config = open_clip.get_model_config(source.name.partition("/")[0])
    if "hf_tokenizer_name" not in config["text_cfg"]:
        raise ModelMismatch(f"Cannot compare pictures with Vietnamese by {name!r}: it reads English only.")
    files = _locate(wanted_files(source), config["text_cfg"])
    return build_text_image(config, preprocessing, files)


@dataclass(frozen=True, slots=True)
class TextImageFiles:
    """Where a network's files are.

    Attributes:
        weights: safetensors of both towers; ``None`` for random weights.
        text: folder with the tokenizer and, where the text tower is one of ``transformers``, its
            ``config.json``.
    """

    weights: Path | None
    text: Path


def build_text_image(
    config: Mapping[str, Any], preprocessing: Preprocessing, files: TextImageFiles
) -> TextImage:
    """Build a network from open_clip's config of it.

    Raises:
        ModelMismatch: the weights are another network's.
        ModelCorrupt: they cannot be read.
    """
    import open_clip
    from open_clip.tokenizer import HFTokenizer

    text: dict[str, Any] = dict(config["text_cfg"])
    if "hf_model_name" in text:  # by its name, its config would be asked of the hub
        text |= {"hf_model_name": str(files.text), "hf_model_pretrained": False}
    network = open_clip.CustomTextCLIP(
        embed_dim=config["embed_dim"],
        vision_cfg=config["vision_cfg"] | {"timm_model_pretrained": False},
        text_cfg=text,
        quick_gelu=config.get("quick_gelu", False),
        init_logit_bias=config.get("init_logit_bias"),
    )
    if files.weights:
        _load(network, files.weights)
    tokenise = HFTokenizer(
        str(files.text),
        context_length=text.get("context_length", 77),  # open_clip's default
        local_files_only=True,
        **text.get("tokenizer_kwargs", {}),
    )
    return TextImage(network.eval(), tokenise, preprocessing)


def _load(network: nn.Module, weights: Path) -> None:
    try:
        report = network.load_state_dict(load_file(weights), strict=False)
    except (SafetensorError, OSError) as exc:
        raise ModelCorrupt(f"Cannot load {weights}: {exc}. Fetch it anew.") from exc
    except RuntimeError as exc:
        raise ModelMismatch(f"Cannot load {weights}: {exc}") from exc
    # Older text towers stored their positions' numbers, which are no weights.
    strange = [name for name in report.unexpected_keys if not name.endswith("position_ids")]
    if report.missing_keys or strange:
        raise ModelMismatch(
            f"Cannot load {weights}: it lacks {report.missing_keys[:3]} and has {strange[:3]} on top."
        )


def _locate(wanted: Wanted, text: Mapping[str, Any]) -> TextImageFiles:
    """All files from the hub's cache, or one sentence that says how to get those that are not there."""
    tokenizer = str(text["hf_tokenizer_name"])
    pins = {wanted.repository: wanted.source.revision}
    needed = {wanted.repository: [wanted.weights]}
    needed.setdefault(tokenizer, []).extend(_TOKENIZER_FILES)
    if "hf_model_name" in text:
        needed[tokenizer].append("config.json")
    found = {
        (repository, file): path
        for repository, files in needed.items()
        for file in files
        if (path := cached(repository, file, pins.get(repository, "")))
    }
    lacking = {
        repository: " ".join(files)
        for repository, files in needed.items()
        if any((repository, file) not in found for file in files)
    }
    if lacking:
        commands = "; ".join(f"hf download {repository} {files}" for repository, files in lacking.items())
        raise ModelMissing(
            f"{wanted.source} is not on this computer, and nothing is fetched unasked. Fetch it with: "
            f"{commands}"
        )
    return TextImageFiles(
        found[wanted.repository, wanted.weights], found[tokenizer, _TOKENIZER_FILES[0]].parent
    )
