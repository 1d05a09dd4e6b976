"""What the person meets. Never imports torch, onnxruntime, open_clip or transformers."""

__version__ = "0.1.0"
