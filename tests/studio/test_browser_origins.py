"""The studio in a real browser: who put a note here is told where the note is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.studio.browsers import axe_findings
from tests.studio.pages import all_variants, box_of, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page


def origin(page: Page, text: str) -> str:
    """What the panel says, once it says this."""
    page.wait_for_selector(f".origin:has-text({text!r})")
    return page.locator(".origin").inner_text()


def test_the_panel_tells_who_put_a_note_here_by_keys_alone(page: Page) -> None:
    page.locator(".notes").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert "Came with song.musicxml, just now." in origin(page, "Came with")
    page.keyboard.press("ArrowUp")
    settled(page)
    assert "Put here by the maker, just now, instead of G4." in origin(page, "Put here")
    assert "Entry 2, " in page.locator(".origin").inner_text()
    page.keyboard.press("Control+z")
    settled(page)
    origin(page, "Came with")


def test_a_kept_break_names_the_program_and_who_kept_it_with_the_reason(page: Page) -> None:
    page.locator(".note").nth(21).click()
    page.wait_for_selector(".choices")
    page.keyboard.press("b")
    said = all_variants(page)
    assert said
    page.keyboard.press("Enter")
    settled(page)
    assert "Proposed by Clinamen, kept by the maker, just now" in origin(page, "kept by")
    assert len(page.locator(".origin p").all()) == 3
    assert axe_findings(page) == {}
    page.get_by_label("Language").select_option("ja")
    assert "Clinamenの案を作り手が採用（たった今）" in origin(page, "採用")
    page.get_by_label("言語").select_option("vi")
    assert "Clinamen đề xuất, người viết giữ lại, vừa xong" in origin(page, "giữ lại")


def test_a_chord_that_is_pointed_at_looks_as_before(page: Page) -> None:
    chord = page.locator(".chord").nth(2)
    # What is drawn anew at this very moment has no colour.
    filled = """() => {
        const rect = document.querySelectorAll('.chord')[2]?.querySelector('rect');
        return rect && getComputedStyle(rect).fill;
    }"""
    settled(page)
    before = page.wait_for_function(filled).json_value()
    chord.hover(force=True)
    page.wait_for_selector(".chord:nth-child(3) title", state="attached")
    assert page.wait_for_function(filled).json_value() == before != "rgb(0, 0, 0)"


def test_it_is_asked_for_once_a_state_and_only_when_someone_wants_to_know(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "/blame" in sent.url else None)
    settled(page)
    assert asked == []
    for index in (2, 3, 4, 5, 2):
        page.locator(".note").nth(index).hover(force=True)
    page.wait_for_selector(".note:nth-child(3) title", state="attached")
    title = page.locator(".note").nth(2).locator("title").text_content() or ""
    assert title.startswith("Came with song.musicxml, ")
    page.locator(".chord").nth(3).click()
    assert "Came with song.musicxml" in origin(page, "Came with")
    assert len(asked) == 1


@pytest.mark.parametrize("steps", [12])
def test_nothing_is_asked_while_a_note_is_dragged(page: Page, steps: int) -> None:
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "/blame" in sent.url else None)
    page.locator(".note").nth(2).click()
    origin(page, "Came with")
    box = box_of(page.locator(".note").nth(2))
    before, (x, y) = len(asked), (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 60, steps=steps)
    assert len(asked) == before
    page.mouse.up()
    settled(page)
    origin(page, "Put here by the maker")
    assert len(asked) == before + 1
