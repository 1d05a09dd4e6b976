"""The networks others trained. The only package that names open_clip, timm and transformers.

A network is named by a scheme string, so that a config can say what a model was built on:

- ``timm:tf_efficientnet_lite2``: timm's image network
- ``open_clip:ViT-B-32-quickgelu/openai``: open_clip's architecture and, after the slash, its weights
- ``hf:NlpHUST/gpt2-vietnamese``: a GPT-2 of the Hugging Face hub
- ``dir:/models/gpt2``: a GPT-2 in a folder with ``config.json``, ``model.safetensors`` and ``tokenizer.json``

``@`` and the 40 hexadecimal digits of a commit pin what is fetched. A language model may also be a table of
sizes, see ``build_language_model``. Networks are built from what is on this computer; only ``fetch`` goes to
the network, and ``look_up`` says beforehand what it would fetch. Weights are safetensors: nothing is
unpickled.
"""

from engine.backbones.encoders import Encoder, build_encoder, encoder_preprocessing
from engine.backbones.hub import Published, fetch, look_up
from engine.backbones.language_models import build_language_model
from engine.backbones.packaged import load_packaged_weights
from engine.backbones.pinning import (
    missing_parts,
    pin_language_model,
    pin_parts,
    published_parts,
)
from engine.backbones.text_image import TextImage, load_text_image
from engine.backbones.vocabulary import Vocabulary, language_model_vocabulary

__all__ = [
    "Encoder",
    "Published",
    "TextImage",
    "Vocabulary",
    "build_encoder",
    "build_language_model",
    "encoder_preprocessing",
    "fetch",
    "language_model_vocabulary",
    "load_packaged_weights",
    "load_text_image",
    "look_up",
    "missing_parts",
    "pin_language_model",
    "pin_parts",
    "published_parts",
]
