"""Language models of folders, with the traps of the published Vietnamese ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.backbones import build_language_model, language_model_vocabulary, pin_language_model, pin_parts
from engine.contract import ModelCorrupt, ModelMismatch, ModelMissing
from tests.published import COMMIT, WORDS, HubCache, write_gpt2


def build(folder: Path, **spec: object) -> Any:
    pinned = pin_language_model({"name": f"dir:{folder}", **spec})
    return build_language_model(pinned, pretrained=True), pinned


def test_a_folder_gives_its_weights_and_sizes(tmp_path: Path) -> None:
    network, pinned = build(write_gpt2(tmp_path))
    again, _ = build(tmp_path)
    assert {key: pinned[key] for key in ("layers", "heads", "width", "vocabulary", "positions")} == {
        "layers": 2, "heads": 2, "width": 32, "vocabulary": len(WORDS), "positions": 48,
    }  # fmt: skip
    assert network.lm_head.weight is network.transformer.wte.weight
    ids = torch.tensor([[3, 4, 5]])
    assert torch.equal(network(ids).logits, again(ids).logits)


def test_weights_of_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_gpt2(HubCache(tmp_path, monkeypatch).folder("o/gpt2"))
    pinned = pin_parts({"encoder": {"name": "gpt2"}, "language_model": {"name": "hf:o/gpt2", "frozen": True}})
    assert pinned["language_model"]["name"] == f"hf:o/gpt2@{COMMIT}"
    assert len(pinned["language_model"]["sha256"]) == 64
    build_language_model(pin_language_model(pinned["language_model"]), pretrained=True)


def test_pickled_weights_are_refused(tmp_path: Path) -> None:
    write_gpt2(tmp_path)
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    with pytest.raises(ModelMissing, match="can run code"):
        build(tmp_path)


def test_no_end_token_was_trained(tmp_path: Path) -> None:
    """GIVEN a config nobody filled in: it names GPT-2's token 50256, THEN a full stop ends a sentence, and
    the padding token is the tokenizer's own.
    """
    vocabulary = language_model_vocabulary({"name": f"dir:{write_gpt2(tmp_path)}"})
    assert (vocabulary.end_token, vocabulary.end_id, vocabulary.pad_id) == (".", 2, 1)


@pytest.mark.parametrize(
    ("eos", "expected"),
    [(0, "<s>"), (1, "."), (7, "."), (len(WORDS), ".")],
    ids=["a special token", "the padding token", "a letter", "out of range"],
)
def test_the_models_own_end_token(tmp_path: Path, eos: int, expected: str) -> None:
    folder = write_gpt2(tmp_path, config={"eos_token_id": eos})
    assert language_model_vocabulary({"name": f"dir:{folder}"}).end_token == expected


def test_an_end_token_of_ones_choice(tmp_path: Path) -> None:
    folder = write_gpt2(tmp_path, config={"eos_token_id": 0})
    assert build(folder, end_token="z")[1]["end_token"] == "z"
    with pytest.raises(ModelMismatch, match="no token '</s>'"):
        build(folder, end_token="</s>")


def test_tokens_added_after_training_get_rows(tmp_path: Path) -> None:
    """GIVEN a tokenizer with two tokens more than the embedding table, THEN these are in range, the others as
    they were, and the added ones are never the likeliest.
    """
    network, pinned = build(write_gpt2(tmp_path, words=(*WORDS, "[PAD]", "[X]"), rows=len(WORDS)))
    assert pinned["vocabulary"] == len(WORDS) + 2
    assert network.lm_head.weight.shape == (len(WORDS) + 2, 32)
    assert network.lm_head.weight is network.transformer.wte.weight
    logits = network(torch.arange(len(WORDS) + 2).unsqueeze(0)).logits
    assert logits.isfinite().all()
    assert logits.argmax(-1).max() < len(WORDS)


def test_another_models_tokenizer_is_refused(tmp_path: Path) -> None:
    words = (*WORDS, *(f"<{i}>" for i in range(100)))
    with pytest.raises(ModelMismatch, match="different models"):
        build(write_gpt2(tmp_path, words=words, rows=len(WORDS)))


@pytest.mark.parametrize(
    "config",
    [{"model_type": "gpt_neo"}, {"activation_function": "relu"}, {"scale_attn_by_inverse_layer_idx": True}],
    ids=str,
)
def test_what_the_decoder_does_not_know_is_refused(tmp_path: Path, config: dict[str, object]) -> None:
    with pytest.raises(ModelMismatch, match=next(iter(config))):
        build(write_gpt2(tmp_path, config=config))


def test_weights_that_lack_a_tensor(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    file = write_gpt2(tmp_path) / "model.safetensors"
    tensors = load_file(file)
    del tensors["transformer.h.1.mlp.c_fc.weight"]
    save_file(tensors, file, metadata={"format": "pt"})
    with pytest.raises(ModelMismatch, match=r"h\.1\.mlp\.c_fc\.weight"):
        build(tmp_path)
    file.write_bytes(b"not safetensors")
    with pytest.raises(ModelCorrupt, match="Cannot load"):
        build(tmp_path)


def test_vocabulary_and_merges_will_do(tmp_path: Path) -> None:
    folder = write_gpt2(tmp_path, words=(*WORDS, "[PAD]"))
    (folder / "tokenizer.json").unlink()
    with pytest.raises(ModelMissing, match="neither"):
        build(folder)
    (folder / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(WORDS)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    (folder / "added_tokens.json").write_text(json.dumps({"[PAD]": len(WORDS)}))
    vocabulary = language_model_vocabulary({"name": f"dir:{folder}"})
    assert (vocabulary.pad_id, vocabulary.end_token, len(vocabulary)) == (1, ".", len(WORDS) + 1)
    assert vocabulary.tokenizer.encode("abc.").ids == [3, 4, 5, 2]


def test_damaged_files(tmp_path: Path) -> None:
    folder = write_gpt2(tmp_path)
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(ModelCorrupt, match="tokenizer"):
        build(folder)
    write_gpt2(tmp_path)
    (folder / "config.json").write_text("[]")
    with pytest.raises(ModelCorrupt, match=r"config\.json"):
        build(folder)


def test_a_table_of_sizes_cannot_be_frozen() -> None:
    with pytest.raises(ModelMismatch, match="no published weights"):
        pin_parts({"encoder": {"name": "timm:x"}, "language_model": {"name": "gpt2", "frozen": True}})
