"""The page of ``kg draw`` in a real browser: used as a person would, with nothing leaving and no name on another.

Needs Debian's chromium and Playwright. Where they are absent the tests are skipped, unless KG_BROWSER is set: then
that is a failure (as in CI). Screenshots go to the folder that KG_SHOTS names.
"""

from __future__ import annotations

import os
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import rdflib
from chromium import OVERLAPS, browsing
from samples import GOOD
from test_draw import crowd

from kg import resources
from kg.export import draw as drawing
from kg.export import svg
from kg.graph import store

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Where a pointer over the picture would find a symbol: what can be pressed and has the colour of a class.
SPOTS = """colours => {
  const canvas = document.getElementById("canvas"), frame = canvas.getBoundingClientRect(), found = [];
  const ratio = canvas.width / frame.width;
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  for (let y = 60; y < frame.height; y += 9) for (let x = 10; x < frame.width; x += 9) {
    const at = {clientX: frame.left + x, clientY: frame.top + y, pointerId: 9};
    const pixel = 4 * (Math.round(y * ratio) * canvas.width + Math.round(x * ratio));
    const hex = [...pixels.slice(pixel, pixel + 3)].map(c => c.toString(16).padStart(2, "0"));
    if (!colours.includes("#" + hex.join(""))) continue;
    canvas.dispatchEvent(new PointerEvent("pointermove", at));
    if (canvas.style.cursor === "pointer") found.push([at.clientX, at.clientY]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as started:
        yield started


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that must stay alone: no request, no error of script or policy."""
    context = browser.new_context(viewport={"width": 1280, "height": 860}, accept_downloads=True)
    found = context.new_page()
    found.set_default_timeout(20_000)
    faults: list[str] = []
    found.on("console", lambda m: faults.append(m.text) if m.type in ("error", "warning") else None)
    found.on("pageerror", lambda e: faults.append(str(e)))
    found.on("request", lambda r: faults.append(r.url) if not r.url.startswith(("file:", "data:", "blob:")) else None)
    yield found
    context.close()
    assert faults == []


def opened(page: Page, graph: rdflib.Graph, tmp_path: Path, **options: Any) -> Page:
    drawing.draw(graph, tmp_path / "g.html", **options)
    page.goto((tmp_path / "g.html").as_uri())
    page.wait_for_selector("#app:not([hidden])")
    return page


def shot(page: Page, name: str) -> None:
    if os.environ.get("KG_SHOTS"):
        page.screenshot(path=Path(os.environ["KG_SHOTS"]) / f"draw-{name}.png")


def tally(page: Page) -> list[int]:
    """How many entities are shown, and of how many."""
    text = page.inner_text("#count").replace("٬", "").replace(",", "")
    return [int(word) for word in text.split() if word.isdigit()]


def chosen(page: Page) -> str:
    return urllib.parse.unquote(page.url.partition("#")[2])


def painted(page: Page) -> None:
    """Wait until what was done is on the canvas: the pointer finds things where they were painted last."""
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def press(page: Page, spots: list[list[float]]) -> tuple[float, float, str]:
    """The first place of a picture where a press chooses an entity, and which."""
    for x, y in spots:
        page.mouse.click(x, y)
        painted(page)
        if chosen(page):
            return x, y, chosen(page)
    raise AssertionError("no place of the picture can be pressed")


def test_press_drag_and_zoom(page: Page, tmp_path: Path) -> None:
    opened(page, store.load(GOOD), tmp_path)
    x, y, iri = press(page, page.evaluate(SPOTS, sorted(svg.COLOURS.values())))
    page.keyboard.press("Escape")
    page.wait_for_function("location.hash.length < 2")
    painted(page)
    before = page.evaluate("document.getElementById('canvas').toDataURL()")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 30, steps=4)
    page.mouse.up()
    painted(page)
    assert not chosen(page), "to drag is not to press"
    page.mouse.click(x + 40, y + 30)
    painted(page)
    assert chosen(page) == iri, "the entity went along with the pointer"
    page.keyboard.press("Escape")
    page.mouse.wheel(0, -400)
    page.wait_for_function("before => document.getElementById('canvas').toDataURL() !== before", arg=before)
    shot(page, "zoomed")


def test_search_shows_facts_and_marked_words(page: Page, tmp_path: Path) -> None:
    opened(page, store.load(GOOD), tmp_path, limit=4)
    shown, total = tally(page)
    assert shown == 4 < total
    page.keyboard.press("/")
    page.keyboard.type("آذرپي")  # with the Arabic letter
    assert page.inner_text("#results li:first-child bdi") == "بهمن آذرپی"
    page.keyboard.press("Enter")
    assert "بهمن آذرپی" in page.inner_text("#panel h2") and chosen(page).endswith("/person/azarpey")
    marks = page.locator("#panel mark").all_inner_texts()
    assert "بهمن آذرپی" in marks and any("هزینه" in words for words in marks)
    assert "لقب" in page.inner_text("#panel") and page.locator("#panel blockquote, #panel mark").count() > 1
    grown = tally(page)[0]
    page.get_by_role("button", name="نمایش همسایه‌ها").click()
    page.wait_for_function("n => document.getElementById('count').textContent.length > 0", arg=grown)
    assert tally(page)[0] >= grown
    shot(page, "panel")


def test_expanding_brings_the_neighbours(page: Page, tmp_path: Path) -> None:
    opened(page, crowd(30, star=True), tmp_path, limit=3, around="شماره 0")
    shown, total = tally(page)
    assert shown < total == 30
    page.locator("#canvas").focus()
    page.keyboard.press("Enter")
    assert tally(page)[0] == 30
    page.keyboard.press("Delete")
    assert tally(page)[0] == 29


@pytest.mark.parametrize("lang", ["fa", "en"])
def test_no_name_lies_on_another(page: Page, tmp_path: Path, lang: str) -> None:
    graph = crowd(60)
    drawing.draw(graph, tmp_path / "still.svg", lang=lang)
    page.goto((tmp_path / "still.svg").as_uri())
    count, found = page.evaluate(OVERLAPS, "svg text")
    assert count > 120 and found == []
    opened(page, graph, tmp_path, lang=lang)
    with page.expect_download() as saved:
        page.locator("#tools button").nth(5).click()
    saved.value.save_as(tmp_path / "saved.svg")
    page.goto((tmp_path / "saved.svg").as_uri())
    count, found = page.evaluate(OVERLAPS, "svg text")
    assert count > 120 and found == []


def test_pictures_are_saved(page: Page, tmp_path: Path) -> None:
    opened(page, store.load(GOOD), tmp_path)
    for at, name, start in ((5, "graph.svg", b"<svg"), (6, "graph.png", b"\x89PNG\r\n\x1a\n")):
        with page.expect_download() as saved:
            page.locator("#tools button").nth(at).click()
        assert saved.value.suggested_filename == name
        saved.value.save_as(tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(start)


def test_two_thousand_can_be_walked(page: Page, tmp_path: Path) -> None:
    opened(page, crowd(2000), tmp_path)
    assert tally(page) == [60, 2000]
    page.locator("#tools button").nth(1).click()
    assert tally(page) == [2000, 2000]
    page.fill("#finder input", "نمونه شماره 1999")
    page.keyboard.press("Enter")
    page.wait_for_function("decodeURIComponent(location.hash).endsWith('o1999')")
    page.mouse.wheel(0, -300)
    assert "1999" in page.inner_text("#panel h2")
    shot(page, "two-thousand")


def test_the_font_goes_along(page: Page, tmp_path: Path) -> None:
    if any(resources.vendor(name) is None for name in resources.VENDOR):
        pytest.skip("the font was not fetched (make assets)")
    opened(page, store.load(GOOD), tmp_path, embed_font=True)
    page.wait_for_function("[...document.fonts].some(f => f.family === 'Vazirmatn' && f.status === 'loaded')")
    assert "font-src data:" in (tmp_path / "g.html").read_text(encoding="utf-8")
    drawing.draw(store.load(GOOD), tmp_path / "g.svg", embed_font=True)
    page.goto((tmp_path / "g.svg").as_uri())
    assert page.evaluate("document.fonts.load('14px Vazirmatn', 'س').then(found => found.length)") == 1
    assert svg.STYLE in (tmp_path / "g.svg").read_text(encoding="utf-8")
