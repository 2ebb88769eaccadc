"""The studio in a real browser on a small screen that is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.studio.pages import all_variants, box_of, notes_of, song_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

HEIGHT = 844
# A page that was swiped glides on for a while.
IS_STILL = """() => new Promise(said => {
    const before = scrollY;
    setTimeout(() => said(scrollY === before), 400);
})"""


@pytest.fixture
def context_options() -> dict[str, Any]:
    """A phone."""
    size = {"width": 390, "height": HEIGHT}
    return {"viewport": size, "has_touch": True, "is_mobile": True}


def centre(page: Page, note: int) -> tuple[float, float]:
    box = box_of(page.locator(".note").nth(note))
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def swipe(page: Page, x: float, y: float, by: float) -> None:
    """A finger put down, moved up or down, and lifted."""
    session = page.context.new_cdp_session(page)
    touch = [("touchStart", y)] + [("touchMove", y + by * part / 4) for part in range(1, 5)]
    for kind, at in touch:
        points = [{"x": x, "y": at}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_finger_changes_only_what_it_has_chosen(page: Page) -> None:
    before = song_of(page)
    box = box_of(page.locator(".note").nth(3))
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    swipe(page, x, y, -80)
    assert song_of(page) == before
    assert page.locator(".note[aria-selected=true]").count() == 0
    page.locator(".note").nth(3).tap()  # Waits until the page has stopped gliding.
    page.wait_for_selector(".note[aria-selected=true]")
    page.wait_for_function(IS_STILL)
    swipe(page, *centre(page, 3), -24)
    page.wait_for_selector(".saving:has-text('Saved')")
    assert notes_of(page)[3][2] == before["notes"][3][2] + 2


def test_a_small_screen_is_for_the_song(page: Page) -> None:
    assert box_of(page.locator(".transport"))["height"] < 0.08 * HEIGHT
    page.get_by_role("button", name="Tempo, chords and volume").tap()
    assert page.get_by_role("slider", name="Volume").is_visible()
    page.locator(".note").nth(3).tap()
    page.locator(".peek button").evaluate("each => each.click()")
    page.wait_for_function("() => document.activeElement.id === 'why-heading'")
    page.get_by_role("button", name="Break here").tap()
    all_variants(page)
    page.evaluate("scrollTo(0, 0)")
    page.locator(".peek").get_by_role("button", name="Leave it").tap()
    page.wait_for_function("() => !document.querySelector('.ghost')")
