"""The report: whole, readable without sight, and safe whatever a caption says."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from engine.contract import Pixels
from training.metrics import RECIPES, Scored, measure
from training.metrics.chair import Chair
from training.metrics.diversity import diversity
from training.metrics.predictions import Prediction
from training.report import Result, open_drawer, words, write_report

pytestmark = pytest.mark.slow

VOID = {"meta", "img", "br", "link"}


class Page(HTMLParser):
    """All elements with their attributes; every element must be closed in turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


class Inverter:
    """Draws the negative of a photo."""

    def draw(self, pictures: list[Pixels]) -> list[Pixels]:
        return [255 - picture for picture in pictures]


def result_of(count: int, folder: Path | None = None) -> Result:
    """``count`` pictures whose CIDEr-D is their number."""
    predictions = []
    for number in range(count):
        image = None
        if folder:
            image = folder / f"{number}.png"
            Image.new("RGB", (400, 300), (number, 0, 0)).save(image)
        text = f'câu {number} <script>alert("x")</script>'
        predictions.append(Prediction(f"p{number}", Scored(text, ("một con chó", 'có "mèo" & chó')), image))
    return Result(
        title="thử <b>",
        predictions=predictions,
        scores={
            "vi-syllable": {"BLEU-1": (0.5, 0.4, 0.6), "SPICE": (0.1, 0.0, 0.2)},
            "uit": {"BLEU-1": (0.25, 0.2, 0.3)},
        },
        per_picture=[float(number) / count * 10 for number in range(count)],
        diversity={"distinct-1": 0.125},
    )


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("report")
    write_report(folder / "report.html", result_of(40, folder), Inverter())
    return (folder / "report.html").read_text(encoding="utf-8")


def test_what_is_on_the_page(text: str) -> None:
    for wanted in ("0.5000", "0.4000", "0.6000", "vi-syllable", "báo cáo UIT", "0.125", "40 ảnh"):
        assert wanted in text
    assert text.count("SPICE phân tích câu tiếng Anh") == 1
    assert "không vẽ được" not in text


def test_every_recipe_and_figure_has_its_words() -> None:
    assert words.PURPOSES.keys() == RECIPES.keys()
    assert diversity(["con chó"], ["con mèo"]).keys() <= words.FIGURES.keys()
    items = [Scored("con chó", ("con mèo",))]
    assert measure(items, "uit", Chair(items)).scores().keys() - words.FIGURES.keys() == {
        "BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4", "ROUGE-L",
    }  # fmt: skip


def test_captions_cannot_run_anything(text: str) -> None:
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "thử &lt;b&gt;" in text


def test_the_page_needs_nothing_but_itself(text: str) -> None:
    page = Page(text)
    addresses = [attributes.get("src") or attributes.get("href") or "" for _, attributes in page.elements]
    assert all(address.startswith(("data:image/jpeg;base64,", "#")) for address in addresses if address)
    assert not page.all("script")
    assert not page.all("link")


def test_the_page_can_be_read_without_sight(text: str) -> None:
    page = Page(text)
    assert page.all("html") == [{"lang": "vi"}]
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all(image["alt"] for image in page.all("img"))
    assert all(header["scope"] in ("col", "row") for header in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for attributes in (attributes for _, attributes in page.elements if "aria-labelledby" in attributes):
        assert attributes["aria-labelledby"] in ids


def test_plots_are_drawings_with_titles(text: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", text, re.DOTALL)
    assert len(drawings) == 2
    for drawing in drawings:
        root = ElementTree.fromstring(drawing)
        assert root.get("role") == "img"
        assert root[0].tag.endswith("title")
        assert root[0].text
        ids = {element.get("id") for element in root.iter()}
        assert set(re.findall(r"(?:href=\"|url\()#([\w-]+)", drawing)) <= ids


def test_worst_and_best_come_first(text: str) -> None:
    """GIVEN 40 pictures, THEN 12 of the worst, 12 of the best and 12 in between, each with photo and map."""
    shown = [int(number) for number in re.findall(r"<h3>Ảnh p(\d+),", text)]
    assert shown[:12] == list(range(12))
    assert shown[12:24] == list(range(39, 27, -1))
    assert shown[24:] == sorted(set(range(12, 28)) & set(shown[24:]))
    assert len(shown) == 36
    assert len(Page(text).all("img")) == 72
    assert len(text) < 1_000_000


def test_few_pictures_and_no_photos(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    write_report(file, result_of(3), open_drawer(None))
    text = file.read_text(encoding="utf-8")
    assert len(re.findall("<h3>", text)) == 3
    assert "không vẽ được bản đồ chú ý" in text
    assert not Page(text).all("img")


def test_a_model_without_weights_is_said(tmp_path: Path) -> None:
    said = open_drawer(tmp_path / "model.safetensors")
    assert isinstance(said, str)
    assert "model.safetensors" in said
    (tmp_path / "model.safetensors").write_bytes(b"nothing")
    assert "Không vẽ được" in str(open_drawer(tmp_path / "model.safetensors"))


def test_pictures_are_small(text: str) -> None:
    sources = [image["src"] or "" for image in Page(text).all("img")]
    assert np.mean([len(source) for source in sources]) < 40_000
