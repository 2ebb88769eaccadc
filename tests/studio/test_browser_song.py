"""The studio in a real browser: a song is seen, heard, changed, kept, and brought back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.studio.pages import box_of, heights, notes_of, places, settled

from clinamen.io.files import read_song
from clinamen.operations.edit import draft_of

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_the_way_of_a_song(page: Page, tmp_path: Path) -> None:
    """See, hear, change, undo, come back, take away, open again."""
    assert page.title() == "Harbour Light · Clinamen"
    assert page.locator(".note").count() == 41
    before, first = heights(page), places(page)
    assert len(before) > 90

    assert page.evaluate("window.nContexts") == 0
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("() => document.querySelector('.place').textContent.includes('beat 2')")
    assert page.evaluate("window.nContexts") == 1
    page.get_by_role("button", name="Pause", exact=True).click()

    page.locator(".note").nth(5).click()
    page.wait_for_selector(".choices")
    assert "C4" in page.locator(".why .event").inner_text()
    page.keyboard.press("ArrowUp")
    settled(page)
    changed = heights(page)
    assert changed != before
    assert places(page)[5] != first[5]

    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert (heights(page), places(page)) == (before, first)
    page.keyboard.press("Control+Shift+Z")
    settled(page)
    assert heights(page) == changed

    page.reload()
    page.wait_for_selector(".note.c0")
    settled(page)
    assert heights(page) == changed
    assert page.get_by_role("button", name="Undo").is_enabled()
    kept = notes_of(page)

    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=".musicxml").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert json.loads(draft_of(read_song(file)).to_json())["notes"] == [row[:3] for row in kept]
    recipe = page.locator(".recipe pre").first.inner_text()
    assert recipe == f"clinamen hear '{file.name}' --harmony"
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Songs").click()
    address = page.url
    page.locator("input[type=file]").set_input_files(file)
    page.wait_for_function("before => location.href !== before", arg=address)
    settled(page)
    assert notes_of(page) == kept
    assert heights(page) == changed


def test_notes_are_moved_stretched_and_added_with_a_pointer(page: Page) -> None:
    before = notes_of(page)
    box = box_of(page.locator(".note").nth(4))
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 3, y - 20, steps=4)
    page.mouse.move(x + 1, y - 36, steps=4)
    page.mouse.up()
    settled(page)
    assert notes_of(page)[4][:3] == [before[4][0], before[4][1], before[4][2] + 3]

    edge = box["x"] + box["width"] - 2
    page.mouse.move(edge, y - 36)
    page.mouse.down()
    page.mouse.move(edge - 37, y - 36, steps=5)
    page.mouse.up()
    settled(page)
    assert notes_of(page)[4][1] == before[4][1] - 10080

    page.mouse.dblclick(edge - 15, y)
    settled(page)
    after = notes_of(page)
    assert len(after) == len(before) + 1
    assert after[5][2] == before[4][2]

    page.mouse.move(x, y - 36)
    page.mouse.down()
    page.mouse.move(x, y + 30, steps=3)
    page.keyboard.press("Escape")
    page.mouse.up()
    settled(page)
    assert notes_of(page) == after


def test_everything_by_keyboard(page: Page) -> None:
    before = notes_of(page)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('notes')"):
            break
    active = "document.activeElement.getAttribute('aria-activedescendant')"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    chosen = page.evaluate(active)
    label = page.locator(f"#{chosen}").get_attribute("aria-label")
    assert label is not None
    assert label.startswith("Bar 1, beat 2: C5, ")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("[")
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    page.keyboard.press("Alt+ArrowRight")
    settled(page)
    after = notes_of(page)
    assert after[1] == [before[1][0] + 2520, before[1][1] - 2520, before[1][2] + 12, ""]
    assert after[2:] == before[2:]
    for _ in range(5):
        page.keyboard.press("Control+z")
    settled(page)
    assert notes_of(page) == before
    page.keyboard.press("Control+a")
    page.keyboard.press("ArrowDown")
    settled(page)
    assert [row[2] for row in notes_of(page)] == [row[2] - 1 for row in before]
    page.keyboard.press("Space")
    page.wait_for_selector("button[aria-label=Pause]")
    page.keyboard.press("Space")
    page.wait_for_selector("button[aria-label=Play]")


def test_a_locked_note_stays(page: Page) -> None:
    before = notes_of(page)
    page.locator(".note").nth(3).click()
    page.keyboard.press("k")
    settled(page)
    page.reload()
    page.wait_for_selector(".note.locked")
    page.locator(".note").nth(3).click()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    page.wait_for_selector(".trouble:has-text('What is locked stays')")
    page.get_by_role("button", name="Dismiss").click()
    assert notes_of(page) == before
    page.locator(".note").nth(3).click()
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    settled(page)
    assert notes_of(page)[3][2] == before[3][2] + 1


def test_versions_are_kept_and_brought_back(page: Page) -> None:
    before = notes_of(page)
    page.get_by_role("button", name="Versions").click()
    page.get_by_label("Name for the song").fill("as it was")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Close").click()
    page.locator(".note").nth(3).click()
    page.keyboard.press("Delete")
    settled(page)
    assert len(notes_of(page)) == len(before) - 1
    page.get_by_role("button", name="Versions").click()
    page.get_by_role("button", name="Bring back").click()
    settled(page)
    page.wait_for_function("() => document.querySelectorAll('.note').length === 41")
    assert notes_of(page) == before


def test_two_tabs_show_the_same_song(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".note.c0")
    page.locator(".note").nth(3).click()
    page.keyboard.press("ArrowUp")
    settled(page)
    moved = places(page)
    other.wait_for_function(
        "y => document.querySelectorAll('.note')[3].getAttribute('y') === y", arg=moved[3][1]
    )
    assert places(other) == moved
