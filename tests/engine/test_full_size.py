"""The real sizes with random weights: CLIP ViT-B/32 and GPT-2 base, through both runtimes, the same
tokens.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from engine import checkpoint
from engine.backbones import encoder_preprocessing, pin_language_model, pin_parts
from engine.captioner import Captioner, load_captioner
from engine.checkpoint import build_network
from engine.config import MODEL_FILE, ModelConfig
from engine.contract import SearchOptions
from engine.export import REPORT_FILE, export_folder, export_model
from engine.images import read_image
from engine.store import ModelFolder
from tests.published import COMMIT, HubCache, letter_tokenizer, write_gpt2
from tests.tiny import tiny_tokenizer

pytestmark = pytest.mark.slow

SAMPLES = sorted((Path(__file__).resolve().parents[2] / "resources" / "samples").glob("*.jpg"))
CLIP = "open_clip:ViT-B-32-quickgelu/openai"
TOKENS = 20


def config(net: dict[str, object], name: str) -> ModelConfig:
    return ModelConfig(
        name=name,
        net=net,
        preprocessing=encoder_preprocessing(net["encoder"]),  # type: ignore[arg-type]
        end_id=2,
        pad_id=1,
        generation=SearchOptions(beam_size=5, min_length=TOKENS, max_length=TOKENS),
        licence="test only",
    )


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hub's cache with CLIP and a GPT-2 base, random weights."""
    import open_clip
    from transformers import GPT2Config, GPT2LMHeadModel

    root = tmp_path_factory.mktemp("hub")
    with pytest.MonkeyPatch.context() as patch:
        cache = HubCache(root, patch)
        torch.manual_seed(0)
        visual = open_clip.create_model("ViT-B-32-quickgelu").visual
        save_file(
            {f"visual.{name}": value for name, value in visual.state_dict().items()},
            cache.folder("timm/vit_base_patch32_clip_224.openai") / "open_clip_model.safetensors",
        )
        sizes = GPT2Config()
        folder = write_gpt2(cache.folder("o/gpt2"), config={"vocab_size": 50257} | {
            key: getattr(sizes, key) for key in ("n_positions", "n_embd", "n_layer", "n_head")
        })  # fmt: skip
        tensors = GPT2LMHeadModel(sizes).state_dict()
        del tensors["lm_head.weight"]
        save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
        letter_tokenizer().save(str(folder / "tokenizer.json"))
    return root


@pytest.fixture(scope="session")
def full_folder(published: Path, tmp_path_factory: pytest.TempPathFactory) -> ModelFolder:
    """A mapper of full size, passed on alone, completed on this computer."""
    folder = tmp_path_factory.mktemp("full")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(published))
        net = pin_parts(
            {
                "encoder": {"name": CLIP, "features": "pooled", "frozen": True},
                "mapper": {"kind": "mlp", "prefix_length": 10},
                "language_model": {"name": "hf:o/gpt2", "frozen": True},
            }
        )
        net["language_model"] = pin_language_model(net["language_model"])
        made = config(net, "full")
        torch.manual_seed(0)
        checkpoint.save(build_network(made), made, folder / MODEL_FILE)
        return export_model(folder, folder, SAMPLES[:2])


def assert_same_tokens(first: Captioner, second: Captioner) -> None:
    photos = [read_image(sample) for sample in SAMPLES[:2]]
    for one, other in zip(first.search(photos), second.search(photos), strict=True):
        assert len(one[0].tokens) == TOKENS
        difference = abs(one[0].log_prob - other[0].log_prob)
        # Fair: had two sentences been nearer than rounding, either could have come first.
        assert one[0].log_prob - one[1].log_prob > 5 * difference
        assert one[0].tokens == other[0].tokens


def only_weights(folder: ModelFolder) -> ModelFolder:
    files = {name: digest for name, digest in folder.config.files.items() if not name.endswith(".onnx")}
    return replace(folder, config=replace(folder.config, files=files))


def test_one_folder_two_runtimes_the_same_tokens(
    full_folder: ModelFolder, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(published))
    graphs = load_captioner(full_folder, device="cpu", precision="fp32")
    weights = load_captioner(only_weights(full_folder))
    assert (graphs.device_choice.runtime, weights.device_choice.runtime) == ("onnxruntime", "torch")
    assert_same_tokens(graphs, weights)


def test_what_is_passed_on_is_the_mapper(full_folder: ModelFolder) -> None:
    """31 million numbers of 243: the config names the rest by commit and checksum."""
    assert (full_folder.path / MODEL_FILE).stat().st_size == pytest.approx(31.5e6 * 4, rel=0.01)
    net = full_folder.config.net
    assert net["encoder"]["name"] == f"{CLIP}@{COMMIT}"
    assert net["language_model"]["name"] == f"hf:o/gpt2@{COMMIT}"
    assert (net["language_model"]["end_token"], net["language_model"]["layers"]) == (".", 12)


def test_int8_covers_all_matrices_and_is_compared(full_folder: ModelFolder) -> None:
    import onnx

    for part in ("encoder", "decoder"):
        graph = onnx.load(full_folder.file(f"{part}.onnx")).graph
        matrices = {
            item.name
            for item in graph.initializer
            if item.data_type == onnx.TensorProto.FLOAT and len(item.dims) == 2
        }
        left = [
            node.name
            for node in graph.node
            if node.op_type in ("MatMul", "Gemm") and matrices & set(node.input)
        ]
        assert left == []
        small, plain = (full_folder.file(f"{part}{kind}").stat().st_size for kind in (".onnx", ".fp32.onnx"))
        assert small < 0.3 * plain
    report = json.loads((full_folder.path / REPORT_FILE).read_text(encoding="utf-8"))
    assert report["int8_against_fp32"]["pictures"] == 2
    assert 0 <= report["int8_against_fp32"]["identical"] <= 1
    assert report["int8_against_fp32"]["mean_token_edits"] >= 0
    assert load_captioner(full_folder).device_choice.dtype == "int8"


def test_transformer_mapper_on_patch_tokens(tmp_path: Path) -> None:
    net = {
        "encoder": {"name": CLIP},
        "mapper": {"kind": "transformer", "prefix_length": 10, "layers": 8, "heads": 8},
        "language_model": {
            "name": "gpt2", "layers": 12, "heads": 12, "width": 768, "vocabulary": 50257, "positions": 1024,
        },
    }  # fmt: skip
    torch.manual_seed(0)
    network = build_network(config(net, "transformer")).eval()
    tokenizer = tiny_tokenizer(tmp_path / "tokenizer.json")
    folder = export_folder(
        network, config(net, "transformer"), tokenizer, tmp_path / "m", int8=False, weights=True
    )
    assert_same_tokens(load_captioner(folder, device="cpu"), load_captioner(only_weights(folder)))
