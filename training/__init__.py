"""Fine-tuning ViClipCap and measuring how good it became. Needs the ``train`` extra."""
