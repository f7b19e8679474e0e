"""The explorer in a real browser: nothing leaves the host, facts mark their words, keys, a phone, the policy holds.

Needs Debian's chromium and Playwright. Where they are absent the tests are skipped, unless KG_BROWSER is set: then
that is a failure (as in CI). Screenshots go to the folder that KG_SHOTS names.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from chromium import OVERLAPS, browsing
from test_web import FIRST, SECOND, shown_of

from kg import iris, resources
from kg.web import words
from kg.web.app import App
from kg.web.endpoint import endpoint
from kg.web.server import Server
from kg.web.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
PATHS = ("/", "/search?q=%D8%A2%D8%A8", "/statements", "/figures", "/agreements", "/events", "/places", "/people",
         "/organizations", "/posts", "/tenures", "/periods", "/reports", "/quality", "/ontology", "/picture", "/sparql")


@dataclass
class Seen:
    """A page of the browser, and what went wrong on it."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(self.base + path, wait_until="load")
        return self.page

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector))


@pytest.fixture(scope="module")
def site() -> Site:
    return Site(shown_of(FIRST, SECOND, whole=True), version="0")


@pytest.fixture(scope="module")
def base(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    path = tmp_path_factory.mktemp("web") / "graph.ttl"
    from kg.export import turtle

    path.write_text(turtle.write(site.graph.triples), encoding="utf-8")
    with endpoint(path) as (asked, missing):
        server = Server(App(site, asked, missing), "127.0.0.1", 0)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield server.address.rstrip("/")
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as started:
        yield started


def opened(browser: Browser, base: str, size: dict[str, int], script: bool = True) -> Iterator[Seen]:
    context = browser.new_context(viewport=size, java_script_enabled=script)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(15_000)
    seen = Seen(page, base)
    page.on("console", lambda m: seen.faults.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: seen.faults.append(str(e)))
    page.on("request", lambda r: seen.asked.append(r.url))
    page.on("response", lambda r: seen.faults.append(f"{r.status} {r.url}") if r.status >= 400 else None)
    yield seen
    context.close()
    assert [u for u in seen.asked if not u.startswith((base, "data:", "blob:"))] == [], "a request left the host"
    assert seen.faults == []


@pytest.fixture
def desk(browser: Browser, base: str) -> Iterator[Seen]:
    yield from opened(browser, base, DESK)


@pytest.fixture
def phone(browser: Browser, base: str) -> Iterator[Seen]:
    yield from opened(browser, base, PHONE)


@pytest.fixture
def plain(browser: Browser, base: str) -> Iterator[Seen]:
    """A browser without JavaScript."""
    yield from opened(browser, base, DESK, script=False)


def of(site: Site, kind: str, part: str = "") -> str:
    """The path of a record's page."""
    return "/id/" + next(r.iri for r in site.graph.kinds[kind] if part in r.name.fa).removeprefix(iris.ID)


def shoot(seen: Seen, name: str) -> None:
    if folder := os.environ.get("KG_SHOTS"):
        seen.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def paths(site: Site) -> list[str]:
    return [*PATHS, of(site, "Person"), of(site, "Report", "آیین"), of(site, "Agreement"), of(site, "Statement"),
            of(site, "Figure"), "/code/unit-toman"]


def test_pages_render(desk: Seen, site: Site) -> None:
    for lang in ("fa", "en"):
        for number, path in enumerate(paths(site) if lang == "fa" else paths(site)[::3]):
            page = desk.go(path + ("&" if "?" in path else "?") + f"lang={lang}")
            assert page.evaluate("document.dir") == ("rtl" if lang == "fa" else "ltr")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            shoot(desk, f"desk-{lang}-{number:02}")


def test_a_phone_does_not_scroll_sideways(phone: Seen, site: Site) -> None:
    for lang in ("fa", "en"):
        for number, path in enumerate(paths(site) if lang == "fa" else paths(site)[::4]):
            page = phone.go(path + ("&" if "?" in path else "?") + f"lang={lang}")
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, lang)
            shoot(phone, f"phone-{lang}-{number:02}")


@pytest.mark.parametrize("spelling", ["تفاهم‌نامه", "تفاهم نامه", "تفاهمنامه", "12500", "۱۲٬۵۰۰", "مريم نمونه پور"])
def test_search_finds_the_spellings(desk: Seen, spelling: str) -> None:
    page = desk.go("/statements")
    page.fill("#q", spelling)
    page.press("#q", "Enter")
    page.wait_for_selector(".hits > li mark")
    assert page.input_value("#q") == spelling


def test_clicking_a_fact_marks_its_words(desk: Seen, site: Site) -> None:
    page = desk.go(of(site, "Report", "آیین"))
    before = len(desk.asked)
    for fact in ("مریم نمونه‌پور", "۱۲ میلیارد تومان"):
        page.click(f'#facts a.fact:has-text("{fact}") >> nth=0')
        assert fact in "".join(page.locator("#text .hit").all_inner_texts())
    assert [u for u in desk.asked[before:] if "/id/" in u] == [], "the words are marked without a new page"
    shown = page.evaluate("document.querySelector('#text .hit').getBoundingClientRect().top")
    assert 0 < shown < DESK["height"]
    shoot(desk, "marked")


def test_a_source_is_one_click_away(desk: Seen, site: Site) -> None:
    page = desk.go(of(site, "Person"))
    assert not page.is_visible(".source .proof >> nth=0")
    page.click(".source summary >> nth=0")
    assert page.is_visible(".source .proof mark >> nth=0")
    page.click(".source .open >> nth=0")
    page.wait_for_selector("#text .hit")
    assert page.evaluate("document.getElementById('hit') !== null")


def test_it_works_without_javascript(plain: Seen, site: Site) -> None:
    page = plain.go(of(site, "Person"))
    page.click(".source summary >> nth=0")
    page.click(".source .open >> nth=0")
    assert page.locator("#hit").count() == 1
    plain.go("/search?q=%D8%A2%D8%A8")
    assert page.locator(".hits > li").count() > 2
    plain.go("/statements")
    page.click(".filtering summary")
    page.check("#f-figure")
    page.click(".filters button")
    assert "figure=1" in page.url and page.locator("tbody tr").count() > 1
    plain.go("/sparql")
    page.click("#ask button")
    assert page.locator("#answer tbody tr").count() >= 1


def test_sparql_answers(desk: Seen) -> None:
    page = desk.go("/sparql?question=officials")
    if resources.vendor("yasqe.min.js"):
        page.wait_for_selector("#editor .CodeMirror")
        page.click("#editor .CodeMirror")
        page.keyboard.press("Control+Enter")
    else:
        assert words.word("sparql-plain").fa in desk.text("main")
        page.press("#query", "Control+Enter")
    page.wait_for_selector("#answer tbody tr")
    assert "مریم نمونه‌پور" in desk.text("#answer")
    assert page.locator('#answer bdi[dir="rtl"]').count() > 0
    shoot(desk, "sparql")


def test_a_bad_query_is_told(desk: Seen) -> None:
    page = desk.go("/")
    page.goto(desk.base + "/sparql?query=SELEKT")
    assert page.is_visible("#answer[role=alert]")
    assert any("400" in fault for fault in desk.faults)
    desk.faults.clear()


def test_keys(desk: Seen) -> None:
    """The slash goes to the search box, Tab meets the way past the menu first, Enter follows it, a source opens."""
    page = desk.go("/people")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("یزد/۱")
    assert page.input_value("#q") == "یزد/۱"
    page.keyboard.press("Escape")
    page.focus(".source summary >> nth=0")
    page.keyboard.press("Enter")
    assert page.is_visible(".source .proof >> nth=0")
    page.keyboard.press("Escape")
    assert not page.is_visible(".source .proof >> nth=0")
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_marks_can_be_hidden_by_class(desk: Seen, site: Site) -> None:
    page = desk.go(of(site, "Report", "آیین"))
    colour = "getComputedStyle(document.querySelector('#text .top-Person')).backgroundColor"
    assert page.evaluate(colour) != "rgba(0, 0, 0, 0)"
    page.uncheck("#show-Person")
    assert page.evaluate(colour) == "rgba(0, 0, 0, 0)"


def test_an_address_with_characters_marks_them(desk: Seen, site: Site) -> None:
    """The IRI of a text span leads to its words."""
    record = next(r for r in site.graph.kinds["Person"])
    spot = site.graph.evidence(record)[0]
    page = desk.go("/id/" + spot.iri.removeprefix(iris.ID))
    assert "".join(page.locator("#text .hit").all_inner_texts()) == spot.words


def test_the_policy_is_in_force(desk: Seen) -> None:
    """A script or a style that somebody gets into the page is not run, and nothing can be fetched from elsewhere."""
    page = desk.go("/")
    page.evaluate("""() => {
        const script = document.createElement('script'); script.textContent = 'window.broken = 1';
        document.body.append(script);
        document.body.insertAdjacentHTML('beforeend', '<img src="data:image/png,x" onerror="window.broken = 1">');
    }""")
    failed = page.evaluate("fetch('https://example.org/').then(() => 'went', () => 'refused')")
    page.wait_for_timeout(100)  # for the picture that cannot be shown
    assert failed == "refused" and page.evaluate("window.broken") is None
    assert any("Content Security Policy" in fault for fault in desk.faults)
    desk.faults.clear()
    desk.asked[:] = [u for u in desk.asked if "example.org" not in u]


def test_labels_of_the_picture_do_not_overlap(desk: Seen, site: Site) -> None:
    for path in ("/", of(site, "Person"), of(site, "Organization")):
        for lang in ("fa", "en"):
            texts = ".drawn .nodes text, .drawn .labels text"
            count, over = desk.go(f"{path}?lang={lang}").evaluate(OVERLAPS, texts)
            assert count >= 3 and over == [], (path, lang, count, over)


def test_symbols_of_the_picture_lead_to_pages(desk: Seen, site: Site) -> None:
    page = desk.go(of(site, "Person"))
    page.click(".drawn a:has(g.Place), .drawn a:has(g.Event) >> nth=0")
    page.wait_for_load_state()
    assert "/id/" in page.url and of(site, "Person") not in page.url


def test_the_picture_expands_and_leads_back(desk: Seen, site: Site) -> None:
    iri = next(r.iri for r in site.graph.kinds["Person"])
    page = desk.go(f"/picture?around={iri}")
    before = desk.text("#count")
    page.fill("#search", "وزارت نیرو")
    page.press("#search", "Enter")
    page.wait_for_selector("#panel h2 a")
    page.click(f'#panel button:has-text("{_button()}")')
    assert desk.text("#count") != before
    assert page.is_visible("#panel mark >> nth=0")
    page.click("#panel h2 a")
    page.wait_for_load_state()
    assert "/id/org/" in page.url
    desk.go("/picture").click("#title a")
    page.wait_for_selector(".hero")


def _button() -> str:
    from kg.export.words import page_words

    return page_words()["expand"].fa


def test_the_font_is_ours_or_a_font_of_the_machine(desk: Seen) -> None:
    page = desk.go("/")
    page.evaluate("document.fonts.ready")
    faces: Any = page.evaluate("[...document.fonts].map(f => [f.family, f.status])")
    assert bool(faces) == bool(resources.vendor("Vazirmatn-Regular.woff2"))
    assert all(status == "loaded" for _, status in faces[:1])
