"""Which column of a table names the photo, which has its caption, in English and Vietnamese."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

PHOTO_NAMES = (
    "file", "file name", "filename", "image", "image name", "image id", "image path", "photo", "picture",
    "path",
    "anh", "ten anh", "hinh", "hinh anh", "ten hinh", "buc anh", "tep", "ten tep", "tep anh", "ten tep anh",
    "tap tin", "ten tap tin", "file anh", "ten file", "duong dan",
)  # fmt: skip

CAPTION_NAMES = (
    "caption vi", "captions vi", "vi", "caption", "captions", "text", "sentence", "sentences", "description",
    "comment", "mo ta", "loi mo ta", "cau mo ta", "mo ta anh", "chu thich", "chu thich anh", "phu de", "cau",
    "noi dung",
)  # fmt: skip
"""Vietnamese captions are preferred where a table has others too."""

SPLIT_NAMES = ("split", "set", "subset", "phan", "tap", "phan chia")


def plain(header: str) -> str:
    """A header as it is compared: lower case, no marks (``Tên ảnh`` -> ``ten anh``), single spaces."""
    letters = unicodedata.normalize("NFD", header.lower().replace("đ", "d"))
    kept = "".join(
        letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter)
    )
    return " ".join(kept.split())


def column(headers: Sequence[str], names: Sequence[str]) -> int | None:
    """Position of the column whose header comes first in ``names``."""
    known = {plain(header): position for position, header in reversed(list(enumerate(headers)))}
    return next((known[name] for name in names if name in known), None)


def as_captions(value: Any) -> list[str] | None:
    """A cell with a caption or a list of them; ``None`` when it is neither."""
    if isinstance(value, str):
        return [value]
    whole = isinstance(value, list) and all(isinstance(text, str) for text in value)
    return value if whole else None
