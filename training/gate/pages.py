"""Pages rendered by Chromium: articles, programs, drawings, pages with photos."""

from __future__ import annotations

import html as markup
import random
from collections.abc import Callable, Mapping
from types import MappingProxyType

from engine.contract import Verdict
from training.gate.browser import render
from training.gate.made import Made, Maker, Rgb, theme, vivid
from training.gate.stock import Stock

_WINDOWS_PX = ((1280, 720), (1366, 768), (1536, 864), (1024, 768), (1920, 1080), (540, 960), (800, 600))
_SCALES = (1.0, 1.0, 1.0, 1.25, 1.5, 2.0)
_FAMILIES = ("Noto Sans", "Noto Serif", "Liberation Sans", "Liberation Serif", "DejaVu Sans", "monospace")

_SOME = 0.5


class Page:
    """Writes the parts of one page in one look.

    Args:
        rng: decides the details.
        stock: words and photos.
    """

    def __init__(self, rng: random.Random, stock: Stock) -> None:
        self.rng, self.stock = rng, stock
        self.theme = theme(rng)
        self.round = rng.choice((0, 0, 4, 12, 24))
        self.photos = 0

    def words(self, low: int, high: int) -> str:
        """So many words, safe inside HTML."""
        return markup.escape(self.stock.words(self.rng, self.rng.randint(low, high)))

    def photo(self, style: str = "", inside: str = "") -> str:
        """A photo, cut to its box, with something over it."""
        self.photos += 1
        file = self.stock.photo_file(self.rng).resolve().as_uri()
        return (
            f'<div data-photo style="background:url({file}) center/cover;border-radius:{self.round}px;'
            f'position:relative;overflow:hidden;{style}">{inside}</div>'
        )

    def over(self) -> str:
        """A caption over the lower edge of a photo."""
        if self.rng.random() < _SOME:
            return ""
        return (
            '<div style="position:absolute;bottom:0;left:0;right:0;padding:8px;color:#fff;'
            f'background:linear-gradient(transparent,rgba(0,0,0,.7))">{self.words(3, 10)}</div>'
        )

    def document(self, body: str, extra: str = "") -> str:
        """The whole page around its body."""
        colours = self.theme
        size = self.rng.randint(12, 20)
        return (
            f"<style>*{{box-sizing:border-box}}body{{margin:0;background:{_css(colours.page)};"
            f"color:{_css(colours.ink)};font:{size}px '{self.rng.choice(_FAMILIES)}';line-height:1.5}}"
            f"a{{color:{_css(colours.accent)}}}.bar{{background:{_css(colours.panel)};padding:10px 16px;"
            "display:flex;gap:20px;align-items:center}"
            f".card{{background:{_css(colours.panel)};border:1px solid {_css(colours.faint)};"
            f"border-radius:{self.round}px;padding:12px}}"
            f"button{{background:{_css(colours.accent)};color:#fff;border:0;padding:8px 16px;"
            f"border-radius:{self.round}px}}{extra}</style>{body}"
        )

    def bar(self) -> str:
        """A header with links."""
        links = "".join(f"<a>{self.words(1, 2)}</a>" for _ in range(self.rng.randint(2, 7)))
        field = "<input placeholder='Tìm kiếm' style='flex:1'>" if self.rng.random() < _SOME else ""
        return (
            f"<div class=bar><b>{self.words(1, 2)}</b>{links}{field}<button>{self.words(1, 2)}</button></div>"
        )


def _css(colour: Rgb) -> str:
    return "rgb({},{},{})".format(*colour)


def article(page: Page) -> str:
    """Headings and paragraphs, in one or more columns."""
    rng = page.rng
    parts = []
    for _ in range(rng.randint(6, 18)):
        if rng.random() < 0.3:
            parts.append(f"<h2>{page.words(3, 9)}</h2>")
        parts.append(f"<p>{page.words(25, 110)}</p>")
    columns = rng.choice(("", "", "columns:2;column-gap:40px;"))
    head = page.bar() if rng.random() < 0.6 else ""
    width = rng.randint(500, 1100)
    return f"{head}<div style='max-width:{width}px;margin:auto;padding:16px;{columns}'>{''.join(parts)}</div>"


def program(page: Page) -> str:
    """A mail program, settings, a table, tiles: whatever is neither text nor photos."""
    rng = page.rng
    side = "".join(
        f"<div style='padding:6px'><span style='display:inline-block;width:16px;height:16px;"
        f"background:{_css(vivid(rng))};border-radius:{rng.choice((0, 8))}px'></span> "
        f"{page.words(1, 3)}</div>"
        for _ in range(rng.randint(4, 16))
    )
    form = "".join(
        f"<p><label>{page.words(1, 4)} <input type={rng.choice(('text', 'checkbox', 'radio', 'range'))} "
        f"value='{page.words(1, 2)}'></label></p>"
        for _ in range(rng.randint(3, 12))
    )
    rows = "".join(
        "<tr>" + "".join(f"<td style='padding:6px 12px'>{page.words(1, 3)}" for _ in range(5))
        for _ in range(rng.randint(5, 24))
    )
    tiles = "".join(
        f"<div class=card><b>{page.words(1, 3)}</b><h1>{rng.randrange(9999)}</h1><button>{page.words(1, 1)}"
        "</button></div>"
        for _ in range(rng.randint(3, 12))
    )
    main = rng.choice(
        (
            f"<div class=card>{form}<button>{page.words(1, 2)}</button></div>",
            f"<table border={rng.choice((0, 1))}>{rows}</table>",
            f"<div style='display:grid;grid-template-columns:repeat(4,1fr);gap:12px'>{tiles}</div>",
        )
    )
    return (
        f"{page.bar()}<div style='display:flex;gap:16px;padding:16px'><div class=card style='width:220px'>"
        f"{side}</div><div style='flex:1'>{main}</div></div>"
    )


def drawing(page: Page) -> str:
    """Shapes as vector graphics, flat or with gradients: a logo, a chart, a map, a scene."""
    rng = page.rng
    shapes = [
        f"<defs><linearGradient id=g><stop stop-color='{_css(vivid(rng))}'/><stop offset=1 "
        f"stop-color='{_css(vivid(rng))}'/></linearGradient></defs>"
    ]
    for _ in range(rng.randint(4, 40)):
        fill = rng.choice((_css(vivid(rng)), _css(vivid(rng)), "url(#g)", "none"))
        style = f"fill='{fill}' stroke='{_css(vivid(rng))}' stroke-width='{rng.choice((0, 1, 3))}'"
        x, y, size = rng.randrange(1000), rng.randrange(600), rng.randint(8, 260)
        points = " ".join(f"{x + rng.randint(-size, size)},{y + rng.randint(-size, size)}" for _ in range(5))
        curve = f"M{x},{y} q{points.replace(' ', ' t')}"
        shapes.append(
            rng.choice(
                (
                    f"<circle cx={x} cy={y} r={size // 2} {style}/>",
                    f"<rect x={x} y={y} width={size} height={rng.randint(4, size)} {style}/>",
                    f"<polygon points='{points}' {style}/>",
                    f"<path d='{curve}' {style}/>",
                    f"<text x={x} y={y} font-size={rng.randint(12, 40)}>{page.words(1, 2)}</text>",
                )
            )
        )
    height = rng.choice(("100vh", "100vh", "80vh"))
    return (
        f"<svg viewBox='0 0 1000 600' preserveAspectRatio='xMidYMid slice' "
        f"style='width:100%;height:{height}'>{''.join(shapes)}</svg>"
    )


def news(page: Page) -> str:
    """Photos among text: a large one on top, cards with small ones."""
    rng = page.rng
    tall = rng.randint(120, 260)
    cards = "".join(
        f"<div class=card style='padding:{rng.choice((0, 12))}px'>"
        f"{page.photo(f'height:{tall}px', page.over())}"
        f"<b>{page.words(3, 9)}</b><p>{page.words(5, 24)}</p></div>"
        for _ in range(rng.randint(2, 9))
    )
    hero = ""
    if rng.random() < _SOME:
        hero = page.photo(f"height:{rng.randint(200, 420)}px;margin:{rng.choice((0, 16))}px", page.over())
    columns = rng.randint(2, 4)
    grid = f"display:grid;grid-template-columns:repeat({columns},1fr);gap:{rng.choice((6, 16, 24))}px"
    return f"{page.bar()}{hero}<div style='padding:16px;{grid}'>{cards}</div>"


def feed(page: Page) -> str:
    """Posts or messages: a face, a name, words, a photo; something at the sides."""
    rng = page.rng
    posts = "".join(
        "<div class=card style='margin:12px 0'><div style='display:flex;gap:8px'><div style='width:40px;"
        f"height:40px;border-radius:20px;background:{_css(vivid(rng))}'></div><b>{page.words(2, 3)}</b></div>"
        f"<p>{page.words(4, 40)}</p>{page.photo(f'height:{rng.randint(180, 420)}px')}"
        f"<p><button>{page.words(1, 1)}</button> <button>{page.words(1, 2)}</button></p></div>"
        for _ in range(4)
    )
    side = "".join(f"<p><a>{page.words(2, 6)}</a></p>" for _ in range(12))
    width = rng.randint(380, 720)
    return (
        f"{page.bar()}<div style='display:flex;gap:24px;justify-content:center'><div style='width:200px'>"
        f"{side}</div><div style='width:{width}px'>{posts}</div></div>"
    )


def player(page: Page) -> str:
    """A film or a photo in a viewer with buttons, words beside or below it."""
    rng = page.rng
    buttons = "".join(f"<button>{markup.escape(sign)}</button>" for sign in "◀▶♥+")
    controls = (
        "<div style='position:absolute;bottom:0;left:0;right:0;height:36px;background:rgba(0,0,0,.6)'>"
        f"<div style='background:red;height:4px;width:{rng.randint(5, 95)}%'></div></div>"
    )
    shape = rng.choice(("16/9", "4/3", "3/2"))
    film = page.photo(f"aspect-ratio:{shape};width:100%", controls if rng.random() < _SOME else "")
    others = "".join(
        "<div style='display:flex;gap:8px;margin-bottom:8px'>"
        f"{page.photo('width:140px;height:80px;flex:none')}"
        f"<div>{page.words(3, 9)}</div></div>"
        for _ in range(rng.randint(0, 8))
    )
    return (
        f"{page.bar()}<div style='display:flex;gap:16px;padding:16px'><div style='flex:2.5'>{film}"
        f"<h3>{page.words(4, 10)}</h3><p>{buttons}</p><p>{page.words(10, 80)}</p></div>"
        f"<div style='flex:1'>{others}</div></div>"
    )


def shop(page: Page) -> str:
    """Things on white, prices, buttons."""
    rng = page.rng
    tall = rng.randint(140, 240)
    cards = "".join(
        f"<div style='border:1px solid #ddd;padding:8px'>{page.photo(f'height:{tall}px')}"
        f"<div>{page.words(2, 6)}</div><b style='color:#c00'>{rng.randint(10, 999)}.000 ₫</b></div>"
        for _ in range(rng.randint(3, 12))
    )
    side = "".join(f"<p><label><input type=checkbox> {page.words(1, 3)}</label></p>" for _ in range(10))
    return (
        f"{page.bar()}<div style='display:flex'><div style='width:200px;padding:12px'>{side}</div><div style="
        f"'flex:1;display:grid;grid-template-columns:repeat({rng.randint(3, 5)},1fr);gap:12px;padding:12px'>"
        f"{cards}</div></div>"
    )


def _maker(write: Callable[[Page], str], kind: Verdict) -> Maker:
    def make(rng: random.Random, stock: Stock) -> Made:
        page = Page(rng, stock)
        html = page.document(write(page))
        image, photos = render(html, rng.choice(_WINDOWS_PX), scale=rng.choice(_SCALES))
        return Made(image, kind, photos)

    return make


MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "web-article": _maker(article, Verdict.TEXT),
        "web-program": _maker(program, Verdict.INTERFACE),
        "web-drawing": _maker(drawing, Verdict.DRAWING),
        "web-news": _maker(news, Verdict.MIXED),
        "web-feed": _maker(feed, Verdict.MIXED),
        "web-player": _maker(player, Verdict.MIXED),
        "web-shop": _maker(shop, Verdict.MIXED),
    }
)
