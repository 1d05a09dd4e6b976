"""The embedded model ships in int8 alone; its weights, taken back to fp32, say the same through both
runtimes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from numpy.typing import NDArray
from onnx import numpy_helper

from engine.backbones import build_language_model
from engine.captioner import load_captioner
from engine.decoder_graph import build_decoder
from engine.export import gpt2_weights
from engine.images import read_image
from engine.onnx_runtime import OnnxDecoder, open_session
from engine.preprocess import preprocess
from engine.search import beam_search
from engine.store import ModelFolder, ModelStore
from engine.torch_runtime import TorchDecoder

pytestmark = pytest.mark.slow

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "resources" / "samples").glob("*.jpg"))


@pytest.fixture(scope="module")
def starter() -> ModelFolder:
    return ModelStore().find("starter")


@pytest.fixture(scope="module")
def language_model(starter: ModelFolder) -> torch.nn.Module:
    """A torch GPT-2 with the embedded model's weights."""
    stored = {
        item.name: numpy_helper.to_array(item)
        for item in onnx.load(starter.file("decoder.onnx")).graph.initializer
    }
    network = build_language_model(starter.config.net["language_model"]).eval()
    tensors = {}
    for name in network.state_dict():
        if name == "lm_head.weight":
            continue  # tied: the table of the input embeddings
        if name.endswith("c_attn.weight"):
            parts = [name.replace("weight", f"{part}.weight") for part in ("query", "key", "value")]
            value = np.concatenate([dequantised(stored, part) for part in parts], axis=1)
        else:
            value = dequantised(stored, name)
        tensors[name] = torch.from_numpy(value.copy())
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    assert (missing, unexpected) == (["lm_head.weight"], [])
    return network


def dequantised(stored: dict[str, NDArray[np.generic]], name: str) -> NDArray[np.float32]:
    if name in stored and f"{name}.scale" in stored:  # a table of embeddings, one scale a row
        return stored[name].astype(np.float32) * stored[f"{name}.scale"]
    if name in stored:
        return stored[name].astype(np.float32)
    quantised, scale = stored[f"{name}_quantized"], stored[f"{name}_scale"]
    assert not stored[f"{name}_zero_point"].any()
    return np.asarray(quantised.astype(np.float32) * scale, np.float32)


def test_same_tokens_in_fp32(starter: ModelFolder, language_model: torch.nn.Module, tmp_path: Path) -> None:
    """GIVEN the embedded model's prefix embeddings of real photos, THEN both runtimes find the same
    sentences.
    """
    path = tmp_path / "decoder.onnx"
    onnx.save(build_decoder(*gpt2_weights(language_model)), path)
    graphs = OnnxDecoder(open_session(path), starter.config)
    weights = TorchDecoder(language_model, starter.config.end_id)
    captioner = load_captioner(starter, device="cpu")
    photos = [preprocess(read_image(sample), starter.config.preprocessing) for sample in SAMPLES]
    prefix = captioner.runtime.encoder.encode(np.stack(photos))
    options = starter.config.generation
    first, second = (beam_search(decoder, prefix, options, keep=2) for decoder in (graphs, weights))
    for one, other in zip(first, second, strict=True):
        assert one[0].score - one[1].score > 5 * abs(one[0].score - other[0].score)
        assert one[0].tokens == other[0].tokens


def test_what_ships_says_nearly_the_same(starter: ModelFolder, language_model: torch.nn.Module) -> None:
    """The weights were taken back as they are: the int8 decoder agrees but for the rounding of
    activations.
    """
    captioner = load_captioner(starter, device="cpu")
    photos = [preprocess(read_image(sample), starter.config.preprocessing) for sample in SAMPLES]
    prefix = captioner.runtime.encoder.encode(np.stack(photos))
    rounded = captioner.runtime.decoder.begin(prefix, 5)
    exact = TorchDecoder(language_model, starter.config.end_id).begin(prefix, 5)
    np.testing.assert_array_equal(rounded.tokens[:, 0], exact.tokens[:, 0])
    np.testing.assert_allclose(rounded.log_probs[:, 0], exact.log_probs[:, 0], atol=0.3)
