"""The studio in a real browser where songs and signs are not as usual."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.studio.pages import box_of, open_tune, settled

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


def test_the_bar_of_harmony_that_is_pulled_is_the_one_under_the_pointer(page: Page) -> None:
    """Chords that repeat are heard as one, so there are fewer bars than chords."""
    cost = page.locator(".lane-curves").nth(2).locator(".cost").nth(5)
    settled(page)
    page.locator(".roll-scroller").evaluate("each => each.scrollLeft = 300")
    bar = box_of(cost)
    x, y = bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] - 3
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 30, steps=4)
    pulled = box_of(page.locator(".pull"))
    page.keyboard.press("Escape")
    page.mouse.up()
    assert pulled["x"] == pytest.approx(bar["x"], abs=2)
    assert page.locator(".why .event").inner_text().startswith("B♭")


def test_a_new_chord_does_not_hide_in_the_old_one(page: Page) -> None:
    page.locator(".note").nth(10).click()
    page.get_by_label("With what").select_option("harmony")
    page.get_by_role("button", name="Break here").click()
    page.wait_for_selector(".ghost-chord")
    assert 0 < page.locator(".chord.leaving").count() <= page.locator(".ghost-chord").count()
    text = page.locator(".chord.leaving text").first
    assert text.evaluate("each => getComputedStyle(each).opacity") == "0"
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.querySelector('.chord.leaving')")


def test_what_is_no_chord_has_no_reasons(page: Page) -> None:
    page.locator(".chord").nth(1).click()
    page.wait_for_selector(".why .part")
    page.keyboard.press("Enter")
    page.keyboard.type("Zz9")
    page.keyboard.press("Enter")
    settled(page)
    page.wait_for_selector(".why .hint:has-text('hears no chord')")
    assert page.locator(".why .part").count() == 0


def test_a_trouble_is_over_when_something_else_is_done(page: Page, tmp_path: Path) -> None:
    page.locator(".note").first.click()
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    page.wait_for_selector(".trouble p")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.wait_for_function("() => !document.querySelector('.trouble p')")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    page.wait_for_selector(".trouble p")
    open_tune(page, tmp_path, "CDEF|GABc|")
    assert page.locator(".trouble p").count() == 0
