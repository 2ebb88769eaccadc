"""The page in a real browser: open to everybody, by keyboard too, and silent until asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.operations.atlas.test_page import hostile
from tests.operations.small_listener import small_listener
from tests.studio.browsers import a_context, axe_findings, no_troubles

from clinamen.operations.atlas.page import map_page
from clinamen.texts import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LISTEN = """
window.nContexts = 0;
const RealContext = window.AudioContext;
window.AudioContext = class extends RealContext { constructor() { super(); window.nContexts++; } };
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same map in every language."""
    folder = tmp_path_factory.mktemp("maps")
    for language in LANGUAGES:
        text = map_page(hostile(), small_listener(), language=language)
        (folder / f"{language}.html").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def page(browser: Browser, pages: Path) -> Iterator[Page]:
    """The map in English; it must log no error and ask for nothing but itself."""
    with a_context(browser) as context:
        opened = context.new_page()
        asked: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.add_init_script(LISTEN)
        with no_troubles(opened):
            opened.goto((pages / "en.html").as_uri())
            yield opened
        assert asked == [(pages / "en.html").as_uri()]


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("en", "light", 360), ("vi", "dark", 1200), ("ja", "dark", 360)],
)
def test_a_map_is_open_to_everybody(
    browser: Browser, pages: Path, language: str, theme: str, width: int
) -> None:
    with a_context(
        browser, color_scheme=theme, viewport={"width": width, "height": 740}
    ) as context:
        opened = context.new_page()
        opened.goto((pages / f"{language}.html").as_uri())
        assert axe_findings(opened) == {}
        assert opened.evaluate("document.documentElement.scrollWidth") <= width


def shown(page: Page) -> list[str]:
    """Cells that are told of now."""
    return page.eval_on_selector_all(
        ".place-told", "each => each.filter(e => !e.hidden).map(e => e.id)"
    )


def test_one_cell_is_told_at_a_time_and_stays_when_it_is_chosen(page: Page) -> None:
    places = page.locator("a.place")
    first, last = places.first, places.last
    first.hover()
    assert shown(page) == [(first.get_attribute("href") or "")[1:]]
    last.hover()
    assert shown(page) == [(last.get_attribute("href") or "")[1:]]
    last.click()
    first.hover()
    assert shown(page) == [(last.get_attribute("href") or "")[1:]]
    page.keyboard.press("Escape")
    last.hover()
    first.hover()
    assert shown(page) == [(first.get_attribute("href") or "")[1:]]


def test_arrows_go_from_cell_to_cell_and_enter_to_what_is_told(page: Page) -> None:
    tab_stops = page.locator('a.place[tabindex="0"]')
    assert tab_stops.count() == 1
    tab_stops.focus()
    here = page.evaluate("document.activeElement.getAttribute('href')")
    for key in ("ArrowLeft", "ArrowDown", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
        now = page.evaluate("document.activeElement.getAttribute('href')")
        if now != here:
            break
    assert now != here
    assert shown(page) == [now[1:]]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == now[1:]
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('href')") == now


def test_a_find_is_played_and_copied_when_asked(page: Page) -> None:
    assert page.evaluate("window.nContexts") == 0
    page.locator("table a.to-place").first.click()
    article = page.locator(".place-told:visible")
    if not article.locator("button.play").count():
        name = page.locator("article:has(pre)").first.get_attribute("id")
        page.locator(f'table a.to-place[href="#{name}"]').click()
    # What does not fit the window is reached by its own scrolling, not by a hidden one.
    panel = page.locator(".places")
    assert panel.evaluate("each => each.scrollHeight <= each.clientHeight")
    play = article.locator("button.play")
    play.click()
    assert page.evaluate("window.nContexts") == 1
    assert play.inner_text() == "Stop"
    page.keyboard.press("Escape")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    article.locator("button.copy").click()
    page.wait_for_function("() => navigator.clipboard.readText().then(t => t.includes('K:F'))")
