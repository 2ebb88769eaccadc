"""Notation in a real browser: one selection with the roll, under the strict policy, for all."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.studio.browsers import a_browser
from tests.studio.conftest import Running, running_studio

from clinamen.studio._studio import EXAMPLES, example_bytes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
numbers = itertools.count()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as found:
        yield found


@pytest.fixture(scope="module")
def running(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    del browser
    with running_studio("--projects", str(tmp_path_factory.mktemp("notation") / "p.db")) as found:
        yield found


@pytest.fixture
def page(running: Running, browser: Browser) -> Iterator[Page]:
    """A song of its own; the page must log nothing, or its policy was broken."""
    data = example_bytes(EXAMPLES[0]) + f"<!-- notation {next(numbers)} -->".encode()
    with running.client() as client:
        headers = {"X-File-Name": "song.musicxml"}
        song = client.post("/api/files", content=data, headers=headers).json()["id"]
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(120_000)  # a busy machine is slow
    context.request.get(running.entry)
    opened = context.new_page()
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    opened.goto(f"{running.address}/?song={song}")
    opened.wait_for_selector(".note.c0")
    yield opened
    assert troubles == []
    context.close()


def drawn(page: Page) -> None:
    page.wait_for_selector(".sheet:not(.stale) .sheet-line svg .column")


def show(page: Page, name: str) -> None:
    page.get_by_role("group", name="View").get_by_role("button", name=name).click()
    drawn(page)


def chosen(page: Page, selector: str) -> list[Any]:
    script = """all => all.filter(e => e.ariaSelected === 'true')
        .map(e => e.dataset.index ?? e.dataset.note)"""
    return page.eval_on_selector_all(selector, script)


def test_roll_and_notation_share_their_selection(page: Page) -> None:
    assert page.locator(".sheet").count() == 0
    show(page, "Both")
    page.locator(".column[data-note='5']").click()
    page.wait_for_selector(".why .event:has-text('C4')")
    assert chosen(page, ".note") == chosen(page, ".column") == ["5"]
    page.locator(".note").nth(7).click()
    assert chosen(page, ".column") == ["7"]
    page.locator(".column[data-note='9']").click(modifiers=["Shift"])
    assert chosen(page, ".note") == ["7", "8", "9"]
    page.locator(".chord-column[data-chord='3']").click()
    page.wait_for_selector(".why .event:has-text('C7')")


def test_notation_by_keyboard(page: Page) -> None:
    page.locator(".note").nth(0).click()
    page.keyboard.press("n")
    drawn(page)
    assert not page.locator(".note").first.is_visible()
    page.locator(".sheet-lines").focus()
    page.keyboard.press("ArrowRight")
    active = page.locator(".sheet-lines").get_attribute("aria-activedescendant")
    label = page.locator(f"#{active}").get_attribute("aria-label")
    assert label is not None
    assert label.startswith("Bar 1, beat 2: C5, ")
    before = page.locator(".sheet-line svg").first.inner_html()
    page.keyboard.press("ArrowUp")
    page.wait_for_selector(".sheet.stale")
    drawn(page)
    page.wait_for_function(
        "before => document.querySelector('.sheet-line svg').innerHTML !== before", arg=before
    )
    assert page.evaluate("document.activeElement.className") == "sheet-lines"
    page.keyboard.press("n")
    assert page.locator(".note").first.is_visible()


def test_the_address_brings_the_view_back(page: Page) -> None:
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    page.locator(".roll-scroller").evaluate("each => { each.scrollLeft = 700; }")
    page.wait_for_function("() => location.search.includes('left=')")
    show(page, "Both")
    width = page.locator(".note").first.get_attribute("width")
    assert "token" not in page.url
    page.reload()
    drawn(page)
    page.wait_for_function("() => document.querySelector('.roll-scroller').scrollLeft > 690")
    assert page.locator(".note").first.get_attribute("width") == width
    assert abs(page.locator(".roll-scroller").evaluate("each => each.scrollLeft") - 700) < 2


def test_a_narrow_page_scrolls_one_way_only(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    show(page, "Notation")
    page.wait_for_function("() => document.querySelectorAll('.sheet-line').length > 5")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    wide = "lines => lines.map(l => l.scrollWidth - l.clientWidth)"
    assert max(page.eval_on_selector_all(".sheet-lines", wide)) <= 0


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_axe_finds_nothing_in_notation(page: Page, appearance: str) -> None:
    if not AXE.exists():
        pytest.skip("LEFT OUT: axe-core (npm ci --prefix web)")
    page.emulate_media(reduced_motion="reduce")
    page.get_by_label("Appearance").select_option(appearance)
    show(page, "Both")
    page.locator(".column[data-note='5']").click()
    page.wait_for_selector(".choices")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run({runOnly: tags})", TAGS)["violations"]
    told = [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found]
    assert told == []


def settled(page: Page) -> None:
    page.wait_for_selector(".saving:has-text('Saved')")
    page.wait_for_function("() => document.querySelectorAll('.note.stale').length === 0")


def song_of(page: Page) -> Any:
    return page.evaluate("""async () => {
        const id = new URLSearchParams(location.search).get('song');
        return (await (await fetch(`/api/projects/${id}`)).json()).song;
    }""")


def test_a_box_chooses_the_notes_it_touches(page: Page) -> None:
    settled(page)
    # At once: the roll may be drawn anew while it is looked at.
    script = "all => [2, 5].map(index => all[index].getBoundingClientRect().toJSON())"
    first, last = page.eval_on_selector_all(".note", script)
    page.mouse.move(first["x"] + 4, min(first["y"], last["y"]) - 14)
    page.mouse.down()
    page.mouse.move(last["x"] + 4, last["y"] + 4, steps=5)
    assert page.locator(".marquee").count() == 1
    page.mouse.up()
    assert page.locator(".marquee").count() == 0
    assert chosen(page, ".note") == ["2", "3", "4", "5"]
    before = song_of(page)["notes"]
    page.keyboard.press("Shift+ArrowRight")
    assert chosen(page, ".note") == ["2", "3", "4", "5", "6"]
    page.keyboard.press("ArrowUp")
    settled(page)
    moved = [row[2] - old[2] for row, old in zip(song_of(page)["notes"], before, strict=True)]
    assert moved == [0, 0, 1, 1, 1, 1, 1] + [0] * (len(before) - 7)


def test_words_are_written(page: Page) -> None:
    page.locator(".note").nth(2).dblclick()
    page.keyboard.type("har- bour light")
    page.keyboard.press("Enter")
    settled(page)
    assert [row[3] for row in song_of(page)["notes"][1:6]] == ["", "har-", "bour", "light", ""]
    assert page.evaluate("document.activeElement.classList.contains('notes')")
    page.keyboard.press("w")
    page.keyboard.type("nothing")
    page.keyboard.press("Escape")
    assert page.locator(".words").count() == 0
    assert song_of(page)["notes"][4][3] == "light"


def test_chords_are_written_and_taken_away(page: Page) -> None:
    before = song_of(page)["chords"]
    page.locator(".chord").nth(3).dblclick()
    page.keyboard.type("E7")
    page.keyboard.press("Enter")
    settled(page)
    after = song_of(page)["chords"]
    assert [chord["symbol"] for chord in after][:5] == ["F", "Dm", "Gm7", "E7", "F"]
    assert after[3]["tones"] == [2, 4, 8, 11]
    page.keyboard.press("Delete")
    settled(page)
    assert len(song_of(page)["chords"]) == len(before) - 1
    page.locator(".note").nth(1).click()
    page.keyboard.press("c")
    page.keyboard.type("C")
    page.keyboard.press("Enter")
    settled(page)
    assert [chord["symbol"] for chord in song_of(page)["chords"]][:3] == ["F", "C", "Dm"]
    for _ in range(3):
        page.keyboard.press("Control+z")
    settled(page)
    assert song_of(page)["chords"] == before
