"""Which repository of the hub a network's name stands for, as open_clip and timm know it."""

from __future__ import annotations

from typing import Any

from engine.backbones.source import Source, Wanted
from engine.contract import ModelMissing

_LANGUAGE_MODEL_FILES = ("config.json", "tokenizer.json", "vocab.json", "merges.txt", "added_tokens.json")


def wanted_files(source: Source) -> Wanted:
    """Repository and files of a network.

    Raises:
        ModelMissing: the library knows no such network, or its weights are not on the hub.
    """
    if source.scheme in ("hf", "dir"):
        repository = source.name if source.scheme == "hf" else ""
        return Wanted(source, repository, "model.safetensors", _LANGUAGE_MODEL_FILES)
    if source.scheme == "open_clip":
        repository, _, file = str(open_clip_weights(source)[0].get("hf_hub", "")).rpartition("/")
        weights = _safe_name(file) if file else "open_clip_model.safetensors"
    else:
        repository, weights = str(timm_weights(source).get("hf_hub_id") or ""), "model.safetensors"
    if not repository:
        raise ModelMissing(
            f"Cannot fetch {source}: its weights are not published on the hub. Choose other weights."
        )
    return Wanted(source, repository, weights)


def open_clip_weights(source: Source) -> tuple[dict[str, Any], int]:
    """open_clip's settings of published weights, and the side of their pictures in pixels.

    Raises:
        ModelMissing: no such architecture, or it has no such weights.
    """
    import open_clip

    architecture, _, tag = source.name.partition("/")
    config = open_clip.get_model_config(architecture)
    if config is None:
        raise ModelMissing(f"Cannot build {source}: open_clip has no architecture {architecture!r}.")
    settings = open_clip.get_pretrained_cfg(architecture, tag)
    if not settings:
        known = ", ".join(open_clip.list_pretrained_tags_by_model(architecture))
        raise ModelMissing(f"Cannot build {source}: {architecture} has no weights {tag!r}, but {known}.")
    size = config["vision_cfg"]["image_size"]
    return settings, int(size if isinstance(size, int) else size[0])


def timm_weights(source: Source) -> dict[str, Any]:
    """Settings of a network's published weights, as timm has them.

    Raises:
        ModelMissing: no such network.
    """
    import timm

    settings: Any = timm.models.get_pretrained_cfg(source.name)
    if settings is None or not timm.is_model(source.name.partition(".")[0]):
        raise ModelMissing(f"Cannot build {source}: timm has no such network.")
    facts: dict[str, Any] = settings.to_dict()
    return facts


def _safe_name(file: str) -> str:
    return f"{file.rpartition('.')[0]}.safetensors"
