"""The studio in a real browser: bars that are chosen, said wrongly, or come before the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.studio.browsers import axe_findings
from tests.studio.pages import open_tune, settled

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page


def open_compose(page: Page) -> tuple[Locator, Locator]:
    page.locator(".panels").get_by_role("button", name="Compose").click()
    return page.get_by_label("From bar"), page.get_by_label("To bar")


def test_bars_that_cannot_be_are_said_beside_their_fields(page: Page) -> None:
    settled(page)
    first, last = open_compose(page)
    first.fill("9")
    last.fill("6")
    fault = page.locator("#bars-fault")
    assert fault.inner_text() == "The first bar comes after the last one."
    assert first.get_attribute("aria-describedby") == "bars-fault"
    compose = page.get_by_role("button", name="Compose", exact=True).last
    assert compose.is_disabled()
    assert axe_findings(page) == {}
    for text in ("", "0", "17"):
        first.fill(text)
        assert fault.inner_text() == "Say which bars: whole numbers from 1 to 16."
    first.fill("3")
    fault.wait_for(state="detached")
    assert compose.is_enabled()
    page.get_by_label("What to write").select_option("continue")
    page.get_by_label("Bars", exact=True).fill("")
    assert fault.inner_text() == "Say which bars: whole numbers from 1 to 64."


def test_one_chosen_note_says_where_and_several_how_much(page: Page) -> None:
    settled(page)
    page.locator(".note").nth(10).click()
    first, last = open_compose(page)
    bars = int(first.input_value()), int(last.input_value())
    assert bars[1] - bars[0] == 3
    page.locator(".panels").get_by_role("button", name="Compose").click()
    page.locator(".note").last.click()
    first, last = open_compose(page)
    assert (first.input_value(), last.input_value()) == ("13", "16")
    page.locator(".panels").get_by_role("button", name="Compose").click()
    page.locator(".note").nth(0).click()
    page.keyboard.press("Shift+ArrowRight")
    first, last = open_compose(page)
    assert (first.input_value(), last.input_value()) == ("1", "1")


def test_a_loop_over_the_pickup_says_no_bar_0(page: Page, tmp_path: Path) -> None:
    open_tune(page, tmp_path, "G|CDEF|GABc|C2 z")
    page.locator(".note").first.click()
    page.keyboard.press("l")
    page.get_by_role("button", name="Loop: the pickup", exact=True).wait_for()
    page.keyboard.press("l")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("l")
    page.get_by_role("button", name="Loop: pickup to bar 1", exact=True).wait_for()
