"""The studio in a real browser: the map, and finds of a long search."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tests.studio.browsers import axe_findings
from tests.studio.pages import notes_of, settled
from tests.studio.surfacing import cast, surface

from clinamen.ledger import ProjectStore

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from tests.studio.running import Running

NEWS_MS = 30_000


def store_of(running: Running) -> ProjectStore:
    arguments = running.process.args
    assert isinstance(arguments, list)
    return ProjectStore(Path(str(arguments[arguments.index("--projects") + 1])))


def test_a_find_surfaces_is_heard_beside_the_song_and_kept(page: Page, running: Running) -> None:
    song = str(page.evaluate("new URLSearchParams(location.search).get('song')"))
    page.evaluate("localStorage.setItem('clinamen.fish-badge', 'on')")
    page.reload()
    page.wait_for_selector(".note.c0")
    settled(page)
    before = notes_of(page)
    assert page.locator(".badge").count() == 0
    with closing(store_of(running)) as store:
        surface(store, song, cast(store, song), last_up=2)
    # Another process wrote it; the page hears of it by itself.
    page.wait_for_selector(".badge", timeout=NEWS_MS)
    assert page.title().startswith("(1) ")
    page.locator(".panels button", has_text="Fish").click()
    page.locator(".finds .row").click()
    page.wait_for_selector(".ghost")
    assert "Interrupted" in page.locator(".search").inner_text()
    assert axe_findings(page) == {}
    page.locator(".badge").wait_for(state="detached", timeout=NEWS_MS)  # It was looked at.
    page.locator(".finds").get_by_role("button", name="Keep").click()
    page.wait_for_selector(".finds .is-kept")
    settled(page)
    assert notes_of(page)[-1][2] == before[-1][2] + 2
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_label("What do you wish for?").wait_for()


def test_a_map_is_drawn_and_walked_with_the_keyboard_and_a_find_taken(page: Page) -> None:
    page.get_by_role("button", name="Atlas", exact=True).click()
    page.get_by_role("button", name="Draw the map").click()
    page.wait_for_selector(".atlas-map .find")
    page.locator(".atlas").get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="Go on", exact=True).wait_for()
    page.locator(".atlas-map [tabindex='0']").focus()
    at = "document.activeElement.dataset.cell"
    first = page.evaluate(at)
    page.keyboard.press("ArrowLeft")
    x, y = map(int, first.split(","))
    left, same = map(int, page.evaluate(at).split(","))
    assert left < x
    assert same == y
    whole = page.locator(".plot").get_attribute("viewBox")
    page.keyboard.press("+")
    assert page.locator(".plot").get_attribute("viewBox") != whole
    page.keyboard.press("0")
    assert page.locator(".plot").get_attribute("viewBox") == whole
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector(".ghost")
    assert axe_findings(page) == {}
    before = notes_of(page)
    page.locator(".map-place").get_by_role("button", name="Keep").click()
    settled(page)
    page.wait_for_function("() => !document.querySelector('.ghost')")
    assert notes_of(page) != before
