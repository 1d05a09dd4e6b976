"""One folder, two runtimes; and what happens when a GPU gives up. There is no GPU here: its failures are
made.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from engine import runtimes
from engine.captioner import Captioner, load_captioner
from engine.config import MODEL_FILE
from engine.contract import Floats, GpuFailed, ModelMissing
from engine.devices import Candidate, DeviceChoice, DeviceReason, Machine
from engine.export import export_folder
from engine.nets.clipcap import ClipCap
from engine.onnx_runtime import open_session
from engine.runtimes import Runtime
from engine.store import ModelFolder
from engine.torch_runtime import TorchDecoder, TorchEncoder, open_networks, to_precision
from tests.tiny import tiny_config, tiny_tokenizer

pytestmark = pytest.mark.slow

PHOTOS = list(np.random.default_rng(5).integers(0, 256, (4, 60, 80, 3), np.uint8))


@pytest.fixture(scope="module")
def whole_folder(tiny_network: ClipCap, tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    """The tiny model with everything a folder can have."""
    root = tmp_path_factory.mktemp("whole")
    tokenizer = tiny_tokenizer(root / "tokenizer.json")
    return export_folder(tiny_network, tiny_config(), tokenizer, root / "tiny", fp32_too=True, weights=True)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer that seems to have an NVIDIA GPU, but whose torch cannot use it."""
    there = Machine(gpus=("cuda",), torch=True, providers=("CPUExecutionProvider",))
    monkeypatch.setattr(runtimes, "this_machine", lambda _: there)


def test_both_runtimes_say_the_same(whole_folder: ModelFolder, tmp_path: Path) -> None:
    graphs = load_captioner(whole_folder, device="cpu", precision="fp32")
    only_weights = {name: digest for name, digest in whole_folder.config.files.items() if "onnx" not in name}
    weights = load_captioner(replace(whole_folder, config=replace(whole_folder.config, files=only_weights)))
    assert (graphs.device_choice.runtime, weights.device_choice.runtime) == ("onnxruntime", "torch")
    for first, second in zip(graphs.search(PHOTOS), weights.search(PHOTOS), strict=True):
        assert [found.tokens for found in first] == [found.tokens for found in second]
        np.testing.assert_allclose([f.score for f in first], [s.score for s in second], atol=1e-4)
    assert [c.text for c in graphs.caption_batch(PHOTOS)] == [c.text for c in weights.caption_batch(PHOTOS)]


def test_int8_is_the_choice_for_a_cpu(whole_folder: ModelFolder) -> None:
    choice = load_captioner(whole_folder).device_choice
    assert (choice.device, choice.dtype) == ("cpu", "int8")
    assert load_captioner(whole_folder, device="cpu", precision="fp32").device_choice.dtype == "float32"
    assert load_captioner(whole_folder, device="cpu").device_choice.why is DeviceReason.ASKED


def test_a_precision_the_folder_lacks(tiny_folder: ModelFolder) -> None:
    assert load_captioner(tiny_folder).device_choice.dtype == "float32"
    with pytest.raises(ModelMissing, match="no graphs in int8, but in fp32"):
        load_captioner(tiny_folder, precision="int8")


@pytest.mark.usefixtures("machine")
def test_a_gpu_that_cannot_be_used_is_passed_over(
    whole_folder: ModelFolder, caplog: pytest.LogCaptureFixture
) -> None:
    """GIVEN a driver that is there and a torch that cannot use it, THEN the CPU is taken and the reason
    told.
    """
    choice = load_captioner(whole_folder).device_choice
    assert (choice.device, choice.runtime, choice.dtype) == ("cpu", "onnxruntime", "int8")
    assert choice.why is DeviceReason.FAILED
    assert "torch cannot use the cuda device" in choice.detail
    assert "torch cannot use the cuda device" in caplog.text
    with pytest.raises(ModelMissing, match=r"cannot use the cuda device.*Choose the device auto"):
        load_captioner(whole_folder, device="cuda")


def test_a_provider_without_its_libraries(whole_folder: ModelFolder) -> None:
    """ONNX Runtime leaves such a provider out and says nothing; the caller must hear of it."""
    with pytest.warns(UserWarning, match="not in available provider"), pytest.raises(GpuFailed):
        open_session(whole_folder.file("encoder.fp32.onnx"), 1, "cuda")


class FullEncoder:
    """A GPU whose memory is full."""

    calls = 0

    def encode(self, images: Floats) -> Floats:
        self.calls += 1
        raise GpuFailed("The GPU's memory is full.")


def test_a_full_gpu_hands_the_request_to_the_cpu(
    whole_folder: ModelFolder, caplog: pytest.LogCaptureFixture
) -> None:
    expected = load_captioner(whole_folder, device="cpu").caption(PHOTOS[0]).text
    on_cpu = runtimes.open_runtime(whole_folder, "cpu")
    full = FullEncoder()
    gpu = Runtime(
        encoder=full,
        decoder=on_cpu.decoder,
        choice=DeviceChoice(device="cuda", runtime="torch", dtype="bfloat16", why=DeviceReason.GPU),
    )
    plain = load_captioner(whole_folder, device="cpu")
    captioner = Captioner(
        config=whole_folder.config, runtime=gpu, tokenizer=plain._tokenizer, fallback=lambda: on_cpu
    )
    with caplog.at_level(logging.WARNING):
        first, second = captioner.caption(PHOTOS[0]), captioner.caption(PHOTOS[0])
    assert (first.text, second.text) == (expected, expected)
    assert (first.fell_back, second.fell_back) == (True, False)
    assert full.calls == 1
    assert caplog.text.count("memory is full") == 1
    assert captioner.device_choice.device == "cpu"
    assert captioner.device_choice.why is DeviceReason.FAILED
    assert "memory is full" in captioner.device_choice.detail


def test_without_a_way_out_the_failure_is_told(whole_folder: ModelFolder) -> None:
    plain = load_captioner(whole_folder, device="cpu")
    gpu = replace(plain.runtime, encoder=FullEncoder())
    captioner = Captioner(config=whole_folder.config, runtime=gpu, tokenizer=plain._tokenizer)
    with pytest.raises(GpuFailed):
        captioner.caption(PHOTOS[0])


def test_torchs_own_error_is_translated(tiny_network: ClipCap, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")

    prefix = np.zeros((1, 3, 32), np.float32)
    images = np.zeros((1, 3, 64, 64), np.float32)
    decoder = TorchDecoder(tiny_network.language_model, 1)
    step = decoder.begin(prefix, 4)
    monkeypatch.setattr(tiny_network.encoder, "forward", full)
    monkeypatch.setattr("engine.nets.gpt2_steps.layer_norm", full)
    for work in (
        lambda: TorchEncoder(tiny_network).encode(images),
        lambda: decoder.begin(prefix, 4),
        lambda: decoder.advance(step.cache, np.array([0]), np.array([3]), 4),
    ):
        with pytest.raises(GpuFailed, match="memory is full"):
            work()


def test_half_precision_is_near(whole_folder: ModelFolder) -> None:
    """What a GPU runs, on the CPU: bf16 prefix embeddings and probabilities are near those of fp32."""
    path = whole_folder.file(MODEL_FILE)
    images = np.random.default_rng(0).normal(0, 1, (2, 3, 64, 64)).astype(np.float32)
    encoder, decoder, dtype = open_networks(path, "cpu", 1)
    assert dtype == "float32"
    half, half_decoder, _ = open_networks(path, "cpu", 1)
    to_precision(half._network, torch.bfloat16)
    half = TorchEncoder(half._network)
    exact, rough = encoder.encode(images), half.encode(images)
    assert rough.dtype == np.float32
    assert np.abs(exact - rough).max() < 0.1 * np.abs(exact).max()
    steps = [d.begin(exact, 21) for d in (decoder, half_decoder)]
    by_token = [np.take_along_axis(s.log_probs, s.tokens.argsort(1), 1) for s in steps]
    assert np.abs(np.exp(by_token[0]) - np.exp(by_token[1])).max() < 0.1


def test_a_mapper_whose_networks_are_absent_falls_back_to_its_graphs(
    whole_folder: ModelFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def absent(*_: object) -> Runtime:
        raise ModelMissing("hf:o/m is not on this computer.")

    monkeypatch.setattr(runtimes, "_open_torch", absent)
    there = Machine(gpus=("cuda",), torch=True, providers=("CPUExecutionProvider",))
    monkeypatch.setattr(runtimes, "this_machine", lambda _: there)
    choice = load_captioner(whole_folder).device_choice
    assert (choice.runtime, choice.detail) == ("onnxruntime", "hf:o/m is not on this computer.")


def test_candidates_are_tried_in_order(whole_folder: ModelFolder) -> None:
    candidate = Candidate(device="cpu", runtime="torch", why=DeviceReason.ASKED)
    runtime = runtimes._open(whole_folder, candidate, "auto", 1)
    assert (runtime.choice.runtime, runtime.choice.dtype) == ("torch", "float32")
    assert runtime.choice.why is DeviceReason.ASKED
