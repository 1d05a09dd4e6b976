"""Image encoders: shapes, the right activation, the weights' own preprocessing, safetensors weights."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from engine.backbones import build_encoder, encoder_preprocessing
from engine.contract import ModelCorrupt, ModelMismatch, ModelMissing
from engine.store import sha256
from tests.published import COMMIT, HubCache, write_timm_weights

TINY = "timm:test_vit"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "size", "patches", "width", "pooled"),
    [
        ("open_clip:ViT-B-32-quickgelu/openai", 224, 49, 768, 512),
        ("open_clip:ViT-B-16-quickgelu/openai", 224, 196, 768, 512),
        ("open_clip:ViT-B-16-SigLIP2-256/webli", 256, 256, 768, 768),
    ],
)
def test_patches_and_pooled_vectors(name: str, size: int, patches: int, width: int, pooled: int) -> None:
    encoder = build_encoder({"name": name}, image_size=size, pretrained=False)
    assert (encoder.patches, encoder.width) == (patches, width)
    whole = build_encoder({"name": name, "features": "pooled"}, image_size=size, pretrained=False)
    assert (whole.patches, whole.width) == (1, pooled)


@pytest.mark.parametrize(
    ("name", "patches", "width"),
    [(TINY, 100, 64), ("timm:test_vit4", 100, 96), ("timm:test_efficientnet", 25, 256)],
)
def test_timm(name: str, patches: int, width: int) -> None:
    """A class token and registers are no patches."""
    encoder = build_encoder({"name": name}, image_size=160, pretrained=False)
    assert (encoder.patches, encoder.width) == (patches, width)
    pooled = build_encoder({"name": name, "features": "pooled"}, image_size=160, pretrained=False)
    assert pooled.patches == 1


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("open_clip:ViT-B-32/openai", "ViT-B-32-quickgelu/openai"),
        ("open_clip:ViT-B-16/openai", "ViT-B-16-quickgelu/openai"),
    ],
)
def test_quick_gelu_mismatch_is_refused(wrong: str, right: str) -> None:
    with pytest.raises(ModelMismatch, match=f"QuickGELU.*{right}"):
        build_encoder({"name": wrong}, image_size=224, pretrained=False)


@pytest.mark.parametrize(
    ("spec", "error"),
    [
        ({"name": "open_clip:none/openai"}, ModelMissing),
        ({"name": "open_clip:ViT-B-32/none"}, ModelMissing),
        ({"name": "timm:none"}, ModelMissing),
        ({"name": "hf:o/m"}, ModelMismatch),
        ({"name": TINY, "features": "corners"}, ModelMismatch),
        ({"name": "open_clip:RN50-quickgelu/openai"}, ModelMismatch),
    ],
    ids=str,
)
def test_what_cannot_be_built(spec: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error, match="Cannot build"):
        build_encoder(spec, image_size=160, pretrained=False)


def test_preprocessing_is_that_of_the_weights() -> None:
    clip = encoder_preprocessing({"name": "open_clip:ViT-B-32-quickgelu/openai"})
    assert (clip.size, clip.fit, clip.interpolation) == (224, "crop", "bicubic")
    assert clip.mean == pytest.approx((0.4815, 0.4578, 0.4082), abs=1e-4)
    siglip = encoder_preprocessing({"name": "open_clip:ViT-B-16-SigLIP2-256/webli"})
    assert (siglip.size, siglip.fit, siglip.mean) == (256, "squash", (0.5, 0.5, 0.5))
    assert encoder_preprocessing({"name": "timm:tf_efficientnet_lite2"}).size == 260


def test_weights_come_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = HubCache(tmp_path, monkeypatch)
    with pytest.raises(ModelMissing, match="training fetch"):
        build_encoder({"name": TINY}, image_size=160, pretrained=True)
    file = write_timm_weights(cache.folder("timm/test_vit.r160_in1k")) / "model.safetensors"
    spec = {"name": f"{TINY}@{COMMIT}", "features": "pooled", "sha256": sha256(file)}
    images = torch.randn(1, 3, 160, 160)
    first, second = (build_encoder(spec, image_size=160, pretrained=True).eval() for _ in range(2))
    assert torch.equal(first(images), second(images))
    random = build_encoder(spec, image_size=160, pretrained=False).eval()
    assert not torch.equal(first(images), random(images))
    with pytest.raises(ModelCorrupt, match="not what the model was trained on"):
        build_encoder(spec | {"sha256": "0" * 64}, image_size=160, pretrained=True)


@pytest.mark.slow
def test_open_clips_image_tower_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The published file holds the text tower too; only the image tower is wanted, and that whole."""
    name = "open_clip:ViT-B-32-quickgelu/openai"
    cache = HubCache(tmp_path, monkeypatch)
    source = build_encoder({"name": name, "features": "pooled"}, image_size=224, pretrained=False).eval()
    tensors = {f"visual.{key}": value for key, value in source.network.state_dict().items()}
    file = cache.folder("timm/vit_base_patch32_clip_224.openai") / "open_clip_model.safetensors"
    save_file(tensors | {"text_projection": torch.zeros(3)}, file)
    loaded = build_encoder({"name": name, "features": "pooled"}, image_size=224, pretrained=True).eval()
    images = torch.randn(1, 3, 224, 224)
    with torch.inference_mode():
        assert torch.equal(loaded(images), source(images))
    del tensors["visual.proj"]
    save_file(tensors, file)
    with pytest.raises(ModelMismatch, match="proj"):
        build_encoder({"name": name, "features": "pooled"}, image_size=224, pretrained=True)
