"""torch -> ONNX: same numbers, same sentences; checkpoints come back as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from engine import checkpoint
from engine.config import ModelConfig, graph_files
from engine.contract import ModelCorrupt, ModelMismatch, ModelMissing, SearchOptions
from engine.decoder_graph import build_decoder
from engine.export import export_folder, gpt2_weights, parity
from engine.nets.clipcap import ClipCap
from engine.onnx_runtime import OnnxDecoder, open_session
from engine.quantising import quantise
from engine.search import beam_search
from engine.store import ModelFolder
from tests.tiny import END_ID, PAD_ID, tiny_config, tiny_tokenizer

pytestmark = pytest.mark.slow


def prefixes(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 1, (count, 3, 32)).astype(np.float32)


@pytest.fixture(scope="module")
def decoder(tiny_folder: ModelFolder) -> OnnxDecoder:
    return OnnxDecoder(open_session(tiny_folder.file("decoder.onnx"), 1), tiny_folder.config)


SEARCHES = [
    SearchOptions(beam_size=1, max_length=12, min_length=0),
    SearchOptions(beam_size=4, max_length=12, min_length=0),
    SearchOptions(beam_size=4, max_length=12, min_length=5, length_penalty=1.0),
    SearchOptions(beam_size=3, max_length=12, min_length=2, no_repeat_ngram=2, length_penalty=0.6),
    SearchOptions(beam_size=5, max_length=9, min_length=9),
]


@pytest.mark.filterwarnings("ignore:Passing `no_repeat_ngram_size` with `inputs_embeds`")
@pytest.mark.parametrize("options", SEARCHES, ids=range(len(SEARCHES)))
def test_same_tokens_as_generate(tiny_network: ClipCap, decoder: OnnxDecoder, options: SearchOptions) -> None:
    """GIVEN the same weights and the same scoring rule, THEN ``generate`` finds the same sequences."""
    prefix = prefixes(8)
    beams = options.beam_size
    generated = tiny_network.language_model.generate(  # type: ignore[operator]
        inputs_embeds=torch.from_numpy(prefix),
        attention_mask=torch.ones(prefix.shape[:2], dtype=torch.long),
        do_sample=False,
        num_beams=beams,
        num_return_sequences=beams,
        min_new_tokens=options.min_length,
        max_new_tokens=options.max_length,
        no_repeat_ngram_size=options.no_repeat_ngram,
        **({"length_penalty": options.length_penalty, "early_stopping": "never"} if beams > 1 else {}),
        eos_token_id=END_ID,
        pad_token_id=PAD_ID,
    ).tolist()
    expected = [row[: row.index(END_ID)] if END_ID in row else row for row in generated]
    found = beam_search(decoder, prefix, options, keep=beams)
    assert [list(h.tokens) for hypotheses in found for h in hypotheses] == expected


def test_cache_follows_the_parents(decoder: OnnxDecoder) -> None:
    """GIVEN rows reordered, repeated and dropped, THEN each row continues its own sequence."""
    prefix = prefixes(3)
    step = decoder.begin(prefix, 4)
    parents = np.array([2, 0, 2, 2])
    tokens = step.tokens[parents, [0, 1, 2, 3]].copy()
    step = decoder.advance(step.cache, parents, tokens, 4)
    for row, (parent, token) in enumerate(zip(parents, tokens, strict=True)):
        alone = decoder.begin(prefix[parent : parent + 1], 4)
        alone = decoder.advance(alone.cache, np.array([0]), np.array([token]), 4)
        np.testing.assert_allclose(step.log_probs[row], alone.log_probs[0], atol=1e-5)
        np.testing.assert_array_equal(step.tokens[row], alone.tokens[0])


@pytest.mark.parametrize("mapper", ["mlp", "transformer", "resampler"])
def test_every_mapper_exports(mapper: str, tmp_path: Path) -> None:
    config = tiny_config(mapper, encoder="timm:test_vit")
    config = replace(config, preprocessing=replace(config.preprocessing, size=160))
    network = checkpoint.build_network(config).eval()
    tokenizer = tiny_tokenizer(tmp_path / "tokenizer.json")
    folder = export_folder(network, config, tokenizer, tmp_path / "model", int8=False)
    assert parity(network, config, folder.path, graph_files("int8")) < 1e-4


def test_int8_is_close_to_fp32(tiny_network: ClipCap, decoder: OnnxDecoder, tmp_path: Path) -> None:
    import onnx

    plain, small = tmp_path / "plain.onnx", tmp_path / "small.onnx"
    onnx.save(build_decoder(*gpt2_weights(tiny_network.language_model)), plain)
    quantise(plain, small)
    quantised = OnnxDecoder(open_session(small, 1), tiny_config())
    vocabulary = tiny_config().net["language_model"]["vocabulary"]
    exact, rounded = (d.begin(prefixes(16), vocabulary) for d in (decoder, quantised))
    by_token = [np.take_along_axis(s.log_probs, s.tokens.argsort(1), 1) for s in (exact, rounded)]
    assert np.abs(np.exp(by_token[0]) - np.exp(by_token[1])).max() < 0.08
    assert small.stat().st_size < plain.stat().st_size / 2


def test_export_refuses_a_graph_that_disagrees(
    tiny_network: ClipCap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.export.PARITY_TOLERANCE", 0.0)
    with pytest.raises(ModelMismatch, match="differ by"):
        export_folder(tiny_network, tiny_config(), tmp_path / "t.json", tmp_path / "model")


def test_checkpoint_round_trip(tiny_network: ClipCap, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    checkpoint.save(tiny_network, tiny_config(), path)
    network, config = checkpoint.load(path)
    assert config == tiny_config()
    assert not network.training
    for name, value in tiny_network.state_dict().items():
        assert torch.equal(value, network.state_dict()[name]), name


def resave(path: Path, *, config: ModelConfig | None, drop: str = "") -> None:
    tensors = {name: value for name, value in load_file(path).items() if name != drop}
    save_file(tensors, path, metadata={"config": config.to_json()} if config else None)


def test_checkpoint_that_does_not_fit(tiny_network: ClipCap, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    checkpoint.save(tiny_network, tiny_config(), path)
    resave(path, config=tiny_config(), drop="mapper.norm.weight")
    with pytest.raises(ModelMismatch, match=r"mapper\.norm\.weight"):
        checkpoint.load(path)
    checkpoint.save(tiny_network, tiny_config(), path)
    longer = tiny_config()
    mapper = dict(longer.net["mapper"]) | {"prefix_length": 5}
    resave(path, config=replace(longer, net=dict(longer.net) | {"mapper": mapper}))
    with pytest.raises(ModelMismatch, match="queries"):
        checkpoint.load(path)
    resave(path, config=None)
    with pytest.raises(ModelCorrupt, match="no config"):
        checkpoint.load(path)
    path.write_bytes(b"not safetensors")
    with pytest.raises(ModelCorrupt, match="Cannot load"):
        checkpoint.load(path)
    with pytest.raises(ModelMissing, match="Train the model"):
        checkpoint.load(tmp_path / "absent.safetensors")
