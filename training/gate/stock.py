"""What the makers draw with: fonts, texts, lines of code, photos."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageFont

ROOT = Path(__file__).resolve().parents[2]

_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("C:/Windows/Fonts"), Path("/Library/Fonts"))
_PROPORTIONAL = (
    "NotoSans-Regular", "NotoSans-Bold", "NotoSerif-Regular", "NotoSerif-Italic", "LiberationSans-Regular",
    "LiberationSans-Bold", "LiberationSerif-Regular", "LiberationSansNarrow-Regular", "DejaVuSans",
    "DejaVuSans-Bold", "DejaVuSerif", "DejaVuSansCondensed", "arial", "times", "segoeui",
)  # fmt: skip
_MONOSPACED = (
    "DejaVuSansMono", "DejaVuSansMono-Bold", "LiberationMono-Regular", "NotoSansMono-Regular", "consola",
    "cour",
)  # fmt: skip

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Stock:
    """Material of one part of the pictures.

    Args:
        photos: photo files; pictures for fitting and for testing have different ones.
    """

    def __init__(self, photos: Sequence[Path]) -> None:
        self._photos = tuple(photos)

    def photo(self, rng: random.Random) -> Image.Image:
        """One of the photos, RGB, as it is on disk."""
        return Image.open(self.photo_file(rng)).convert("RGB")

    def photo_file(self, rng: random.Random) -> Path:
        """The file of one of the photos."""
        return rng.choice(self._photos)

    def font(self, rng: random.Random, size_px: int, *, mono: bool = False) -> Font:
        """One of the fonts found on this computer; Pillow's own where there is none."""
        files = font_files(mono)
        if not files:
            return ImageFont.load_default(size_px)
        return ImageFont.truetype(files[rng.randrange(len(files))], size_px)

    def words(self, rng: random.Random, count: int) -> str:
        """Successive words of a text, Vietnamese more often than English."""
        words = texts()[rng.random() < 0.3]
        start = rng.randrange(max(1, len(words) - count))
        return " ".join(words[start : start + count])

    def code(self, rng: random.Random, count: int) -> list[str]:
        """Successive lines of a program."""
        lines = programs()
        start = rng.randrange(max(1, len(lines) - count))
        return lines[start : start + count]


@cache
def font_files(mono: bool) -> tuple[str, ...]:
    """Fonts with Vietnamese letters, in a fixed order."""
    wanted = _MONOSPACED if mono else _PROPORTIONAL
    found = {
        file.stem: str(file)
        for folder in _FONT_FOLDERS
        if folder.is_dir()
        for file in folder.rglob("*.ttf")
        if file.stem in wanted
    }
    return tuple(found[name] for name in wanted if name in found)


@cache
def texts() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Vietnamese and English words in the order of the repository's own documents."""
    vietnamese = (ROOT / "docs" / "huong-dan.md").read_text(encoding="utf-8")
    english = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    return tuple(vietnamese.split()), tuple(english.split())


@cache
def programs() -> list[str]:
    """Lines of the repository's own programs."""
    lines: list[str] = []
    for file in sorted((ROOT / "engine").glob("*.py")):
        lines += file.read_text(encoding="utf-8").splitlines()
    return lines
