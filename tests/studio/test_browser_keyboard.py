"""The studio in a real browser without a pointer: every gesture has its key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.studio.pages import all_variants, box_of, notes_of, open_tune, settled

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

ACTIVE = "document.activeElement.getAttribute('class')"


def test_every_lane_is_pulled_with_the_keyboard(page: Page) -> None:
    page.locator(".note").nth(7).click()
    for keys, lane in (("Alt+ArrowUp", 0), ("Alt+Shift+ArrowUp", 1)):
        page.keyboard.press(keys)
        bar = box_of(page.locator(".lane-curves").nth(lane).locator(".cost").nth(7))
        pulled = box_of(page.locator(".pull"))
        assert pulled["x"] == pytest.approx(bar["x"], abs=2)
        assert pulled["y"] + pulled["height"] == pytest.approx(bar["y"] + bar["height"], abs=2)
    page.keyboard.press("Escape")
    page.locator(".chord").nth(3).click()
    page.keyboard.press("Alt+ArrowUp")
    assert page.locator(".pull").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_selector(".which, .trouble p")
    assert page.evaluate(ACTIVE) == "notes"
    assert page.get_by_label("With what").input_value() == "harmony"


def test_what_plays_begins_at_the_chosen_note(page: Page) -> None:
    page.locator(".note").nth(7).click()
    page.keyboard.press("p")
    page.wait_for_function("() => document.querySelector('.place').textContent.includes('Bar 3')")
    page.get_by_role("button", name="Pause", exact=True).click()


def test_the_keyboard_is_with_the_song_when_a_variant_is_kept_or_left(page: Page) -> None:
    page.locator(".note").nth(22).click()
    for name in ("Leave it", "Keep"):
        page.get_by_role("button", name="Break here").click()
        all_variants(page)
        page.get_by_role("button", name=name, exact=True).click()
        assert page.evaluate(ACTIVE) == "notes"


def test_a_song_can_be_begun_anew_with_the_keyboard(page: Page, tmp_path: Path) -> None:
    open_tune(page, tmp_path, "c4|")
    page.get_by_role("button", name="Sculpt").click()
    page.wait_for_selector(".panel:has-text('too few notes')")
    page.locator(".note").click()
    page.keyboard.press("Delete")
    page.wait_for_selector(".why:has-text('no notes yet')")
    page.wait_for_selector(".saving:has-text('Saved')")
    page.locator(".notes").focus()
    page.keyboard.press("Enter")
    settled(page)
    assert [row[2] for row in notes_of(page)] == [60]
    assert page.locator(".facts").inner_text().count("1 note") == 1


def test_the_way_to_the_play_bar_does_not_move_the_page(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 600})
    page.locator(".panels button").first.focus()
    before = page.evaluate("scrollTo(0, 0), scrollY")
    page.get_by_role("button", name="Play", exact=True).focus()
    assert page.evaluate("scrollY") == before
