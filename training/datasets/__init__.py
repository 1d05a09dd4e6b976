"""Dataset folders of many forms -> examples. ``read_photos`` finds out which form a folder has."""

from __future__ import annotations

from training.datasets.reading import examine_photos, read_photos, why_unusable

__all__ = ["examine_photos", "read_photos", "why_unusable"]
