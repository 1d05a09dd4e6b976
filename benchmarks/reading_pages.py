"""Vietnamese paragraphs as screens show them, by Chromium and by Qt, in many fonts; their text is known."""

from __future__ import annotations

import html
import json
import lzma
import os
import random
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image

from engine import Pixels

ROOT = Path(__file__).resolve().parents[1]
TEXTS = ROOT.parent / "shared" / "data" / "text"

FONTS = ("DejaVu Sans", "DejaVu Serif", "Noto Sans", "Noto Serif", "Liberation Sans", "Liberation Serif")
STYLES = ("normal", "bold", "italic")
THEMES = {"light": ("#202124", "#ffffff"), "dark": ("#d4d4d4", "#1e1e1e"), "grey": ("#6b6b6b", "#f0f0f0")}
"""Colours of letters and of what is behind them; grey is the faintest that WCAG 2.2 allows for text."""

LETTERS = 240
"""Of a paragraph, about."""

_BLOCK_PX = (760, 480)
_SUBPIXEL = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<match target="font"><edit name="antialias" mode="assign"><bool>true</bool></edit>
<edit name="rgba" mode="assign"><const>rgb</const></edit></match></fontconfig>"""

_BUILT_IN = (
    "Hà Nội là thủ đô của nước Cộng hoà xã hội chủ nghĩa Việt Nam, nằm ở phía tây bắc đồng bằng sông Hồng.",
    "Nguyễn Du viết Truyện Kiều bằng thể thơ lục bát, gồm 3.254 câu thơ, kể về cuộc đời của Thuý Kiều.",
    "Hãy mở tệp vừa tải về, chọn thư mục cần lưu rồi bấm nút Đồng ý để hoàn tất việc cài đặt chương trình.",
    "Mưa lớn kéo dài suốt đêm khiến nhiều tuyến phố ngập sâu, xe cộ phải nối đuôi nhau chờ nước rút.",
    "Thuở nhỏ, cậu bé thường theo ông ngoại ra bờ ruộng thả diều, nghe tiếng sáo vi vu giữa trời chiều.",
    "Cửa hàng mở cửa từ 8 giờ sáng đến 9 giờ tối, trừ chủ nhật; điện thoại đặt trước: 024 3825 1234.",
    "Bữa sáng có phở bò, bánh cuốn, xôi gấc và cà phê sữa đá; giá mỗi suất từ 35.000 đến 60.000 đồng.",
    "Kỹ sư trẻ miệt mài sửa lỗi phần mềm, thử đi thử lại từng nút bấm trước khi gửi cho người dùng.",
)
_READABLE = re.compile(r"[\w\s.,;:!?()\"'/%+\-]+")
_MARKED = re.compile(r"[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """A picture of a paragraph.

    Attributes:
        pixels: RGB, uint8, (H, W, 3).
        text: what it says.
        renderer, size_px, theme, font, style: how it was made.
    """

    pixels: Pixels
    text: str
    renderer: str
    size_px: int
    theme: str
    font: str
    style: str


def paragraphs(seed: int) -> Iterator[str]:
    """Paragraphs without end, of articles and captions; of built-in sentences where there is no data."""
    chance = random.Random(seed)
    sentences = list(_sentences())
    while True:
        text = ""
        while len(text) < LETTERS:
            text = f"{text} {chance.choice(sentences)}".strip()
        yield text


def _sentences() -> Iterator[str]:
    """Vietnamese sentences in letters that a Vietnamese keyboard types."""
    if not TEXTS.is_dir():
        yield from _BUILT_IN
        return
    with lzma.open(TEXTS / "viwiki.txt.xz", "rt", encoding="utf-8") as articles:
        for _, line in zip(range(60_000), articles, strict=False):
            text = " ".join(line.split())
            if 60 < len(text) < 240 and _is_vietnamese(text):
                yield text
    with (TEXTS / "captions.jsonl").open(encoding="utf-8") as captions:
        for _, line in zip(range(3000), captions, strict=False):
            yield str(json.loads(line)["text"])


def _is_vietnamese(text: str) -> bool:
    plain = _READABLE.fullmatch(text) is not None and all(ord(letter) < 0x1F00 for letter in text)
    return plain and len(_MARKED.findall(text)) > len(text) / 20


def samples(renderer: str, size_px: int, theme: str, seed: int) -> list[Sample]:
    """One paragraph in each font and style.

    Args:
        renderer: ``chromium`` or ``qt``.
        size_px: of the font.
        theme: a key of ``THEMES``.
        seed: chooses the texts.
    """
    looks = list(product(FONTS, STYLES))
    texts = [text for text, _ in zip(paragraphs(seed), looks, strict=False)]
    blocks = [_block(text, font, style, size_px) for text, (font, style) in zip(texts, looks, strict=True)]
    page = _by_chromium(blocks, theme) if renderer == "chromium" else _by_qt(blocks, theme)
    height = _BLOCK_PX[1]
    return [
        Sample(
            np.ascontiguousarray(page[row * height : (row + 1) * height]),
            text, renderer, size_px, theme, font, style,
        )
        for row, (text, (font, style)) in enumerate(zip(texts, looks, strict=True))
    ]  # fmt: skip


def _block(text: str, font: str, style: str, size_px: int) -> str:
    look = {"normal": "", "bold": "font-weight:bold;", "italic": "font-style:italic;"}[style]
    return (
        f"<div style=\"font-family:'{font}';{look}font-size:{size_px}px;line-height:1.4\">"
        f"{html.escape(text)}</div>"
    )


def _by_chromium(blocks: list[str], theme: str) -> Pixels:
    ink, paper = THEMES[theme]
    width, height = _BLOCK_PX
    cells = "".join(
        f"<div style='height:{height}px;width:{width - 20}px;padding:10px;box-sizing:border-box;"
        f"overflow:hidden'>{block}</div>" for block in blocks
    )  # fmt: skip
    page = f"<meta charset=utf-8><body style='margin:0;color:{ink};background:{paper}'>{cells}"
    with tempfile.TemporaryDirectory() as folder:
        source, shot, fonts = (Path(folder) / name for name in ("page.html", "page.png", "fonts.conf"))
        source.write_text(page, encoding="utf-8")
        fonts.write_text(_SUBPIXEL, encoding="utf-8")
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--enable-lcd-text", f"--user-data-dir={folder}/profile", f"--screenshot={shot}",
             f"--window-size={width},{height * len(blocks)}", source.as_uri()],
            check=True, capture_output=True, timeout=120, env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
        )  # fmt: skip
        return np.asarray(Image.open(shot).convert("RGB"))


@cache
def _app() -> object:
    """Fonts need one; it lives as long as the program."""
    from PySide6.QtGui import QGuiApplication

    return QGuiApplication.instance() or QGuiApplication([])


def _by_qt(blocks: list[str], theme: str) -> Pixels:
    from PySide6.QtGui import QColor, QImage, QPainter, QTextDocument

    from assistant.capture.images import pixels_of

    _app()
    ink, paper = THEMES[theme]
    width, height = _BLOCK_PX
    image = QImage(width, height * len(blocks), QImage.Format.Format_RGB32)
    image.fill(QColor(paper))
    painter = QPainter(image)
    for row, block in enumerate(blocks):
        document = QTextDocument()
        document.setTextWidth(width - 20)
        document.setHtml(f"<div style='color:{ink}'>{block}</div>")
        painter.save()
        painter.translate(10, row * height + 10)
        document.drawContents(painter)
        painter.restore()
    painter.end()
    return pixels_of(image)
