"""Networks that put pictures and sentences into one space, with random weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import open_clip
import pytest
import torch
from safetensors.torch import save_file

from engine.backbones import load_text_image
from engine.backbones.text_image import TextImageFiles, build_text_image
from engine.config import Preprocessing
from engine.contract import ModelCorrupt, ModelMismatch, ModelMissing
from tests.published import WORDS, HubCache, letter_tokenizer

PREPROCESSING = Preprocessing(size=32)
VISION = {"image_size": 32, "layers": 1, "width": 32, "head_width": 16, "patch_size": 8}
OWN_TEXT = {
    "context_length": 12, "vocab_size": len(WORDS), "hf_tokenizer_name": "owner/tiny", "width": 32,
    "heads": 2, "layers": 1, "no_causal_mask": True, "pool_type": "last",
    "tokenizer_kwargs": {"clean": "canonicalize"},
}  # fmt: skip
ROBERTA_TEXT = {
    "hf_model_name": "owner/tiny", "hf_tokenizer_name": "owner/tiny", "hf_pooler_type": "mean_pooler",
}  # fmt: skip
ROBERTA = {
    "model_type": "xlm-roberta", "vocab_size": len(WORDS), "hidden_size": 32, "num_hidden_layers": 1,
    "num_attention_heads": 2, "intermediate_size": 64, "max_position_embeddings": 100, "pad_token_id": 1,
}  # fmt: skip


def config_of(text: dict[str, Any]) -> dict[str, Any]:
    return {"embed_dim": 24, "vision_cfg": VISION, "text_cfg": text}


def write_text_files(folder: Path) -> Path:
    """What the hub has of a tokenizer, and the config of a text tower."""
    folder.mkdir(parents=True, exist_ok=True)
    letter_tokenizer().save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "pad_token": "<pad>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    (folder / "config.json").write_text(json.dumps(ROBERTA))
    return folder


@pytest.mark.parametrize("text", [OWN_TEXT, ROBERTA_TEXT], ids=["own", "xlm-roberta"])
def test_vectors_have_length_one_and_tell_things_apart(text: dict[str, Any], tmp_path: Path) -> None:
    torch.manual_seed(0)
    files = TextImageFiles(None, write_text_files(tmp_path))
    network = build_text_image(config_of(text), PREPROCESSING, files)
    noise = np.random.default_rng(0).integers(0, 256, (40, 50, 60, 3), dtype=np.uint8)
    pictures, sentences = network.images(list(noise)), network.texts(["con mèo", "đi xa", "con mèo"])
    assert pictures.shape == (40, 24)  # more than one batch
    assert sentences.shape == (3, 24)
    assert np.linalg.norm(pictures, axis=1) == pytest.approx(np.ones(40), abs=1e-5)
    assert sentences[0] == pytest.approx(sentences[2], abs=1e-6)
    assert np.abs(sentences[0] - sentences[1]).max() > 1e-3
    assert pictures[39] == pytest.approx(network.images([noise[39]])[0], abs=1e-5)


def test_weights_are_loaded_whole_or_refused(tmp_path: Path) -> None:
    folder = write_text_files(tmp_path / "text")
    weights = tmp_path / "weights.safetensors"
    torch.manual_seed(1)
    source = open_clip.CustomTextCLIP(24, VISION, OWN_TEXT)
    state = {name: value.contiguous().clone() for name, value in source.state_dict().items()}
    save_file(state | {"text.position_ids": torch.arange(3)}, weights)
    torch.manual_seed(2)
    loaded = build_text_image(config_of(OWN_TEXT), PREPROCESSING, TextImageFiles(weights, folder))
    again = build_text_image(config_of(OWN_TEXT), PREPROCESSING, TextImageFiles(weights, folder))
    assert loaded.texts(["mèo"]) == pytest.approx(again.texts(["mèo"]))
    del state["visual.proj"]
    save_file(state, weights)
    with pytest.raises(ModelMismatch, match=r"lacks \['visual.proj'\]"):
        build_text_image(config_of(OWN_TEXT), PREPROCESSING, TextImageFiles(weights, folder))
    weights.write_bytes(b"nothing")
    with pytest.raises(ModelCorrupt, match="Fetch it anew"):
        build_text_image(config_of(OWN_TEXT), PREPROCESSING, TextImageFiles(weights, folder))


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("hf:owner/name", ModelMismatch, "open_clip:"),
        ("open_clip:ViT-B-32-quickgelu/openai", ModelMismatch, "English only"),
        ("open_clip:no-such-net/openai", ModelMissing, "no architecture"),
        (
            "open_clip:xlm-roberta-base-ViT-B-32/laion5b_s13b_b90k", ModelMissing,
            "hf download laion/.*open_clip_model.safetensors; hf download xlm-roberta-base .*config.json",
        ),
        (
            "open_clip:ViT-B-16-SigLIP2-256/webli", ModelMissing,
            "hf download timm/ViT-B-16-SigLIP2-256 open_clip_model.safetensors tokenizer.json",
        ),
    ],
)  # fmt: skip
def test_nothing_is_fetched_unasked(
    name: str, error: type[Exception], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    HubCache(tmp_path, monkeypatch)
    with pytest.raises(error, match=said):
        load_text_image(name)


def test_what_was_fetched_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN the hub's cache with weights in one repository and the tokenizer in another."""
    facts = {"hf_hub": "owner/weights/", "mean": (0.5,) * 3, "std": (0.5,) * 3, "interpolation": "bicubic",
             "resize_mode": "squash"}  # fmt: skip
    monkeypatch.setattr(open_clip, "get_model_config", lambda name: config_of(ROBERTA_TEXT))
    monkeypatch.setattr(open_clip, "get_pretrained_cfg", lambda name, tag: facts)
    hub = HubCache(tmp_path / "hub", monkeypatch)
    text = write_text_files(hub.folder("owner/tiny"))
    source = open_clip.CustomTextCLIP(
        24, VISION, ROBERTA_TEXT | {"hf_model_name": str(text), "hf_model_pretrained": False}
    )
    weights = hub.folder("owner/weights") / "open_clip_model.safetensors"
    save_file({name: value.contiguous() for name, value in source.state_dict().items()}, weights)
    network = load_text_image("open_clip:tiny/tag")
    assert network.texts(["con mèo"]).shape == (1, 24)
    assert network.images([np.zeros((9, 9, 3), np.uint8)]).shape == (1, 24)


@pytest.mark.slow
def test_siglip2_at_full_size(tmp_path: Path) -> None:
    """The published architecture with random weights: its shapes fit together."""
    config = open_clip.get_model_config("ViT-B-16-SigLIP2-256")
    small = config | {"text_cfg": config["text_cfg"] | {"vocab_size": len(WORDS)}}  # 786 MB otherwise
    files = TextImageFiles(None, write_text_files(tmp_path))
    network = build_text_image(small, Preprocessing(size=256, fit="squash"), files)
    picture = np.zeros((300, 200, 3), np.uint8)
    assert network.images([picture]).shape == network.texts(["một con mèo"]).shape == (1, 768)
