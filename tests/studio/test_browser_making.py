"""The studio in a real browser: break by gesture, compose to a curve, sculpt, go back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.studio.browsers import axe_findings
from tests.studio.pages import all_variants, box_of, notes_of, settled

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


@pytest.fixture
def context_options() -> dict[str, Any]:
    """Nothing moves while it is measured."""
    return {"reduced_motion": "reduce"}


def open_panel(page: Page, name: str) -> Locator:
    page.locator(".panels").get_by_role("button", name=name).click()
    page.wait_for_selector(".panel")
    return page.locator(".panel").first


def n_ghosts(page: Page) -> int:
    return page.locator(".ghost").count()


def centre(page: Page, selector: str, index: int) -> tuple[float, float]:
    box = box_of(page.locator(selector).nth(index))
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def swerve_asked(page: Page) -> Any:
    script = """async () => {
        const id = new URLSearchParams(location.search).get('song');
        return (await (await fetch(`/api/projects/${id}/jobs`)).json()).map(j => j.request);
    }"""
    return page.evaluate(script)


def test_a_bar_is_pulled_up_and_a_variant_kept(page: Page) -> None:
    before = notes_of(page)
    page.locator(".note").nth(24).click()
    page.wait_for_selector(".choices")
    x, y = centre(page, ".lane-curves >> nth=0 >> .cost", 24)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 30, steps=4)
    assert "bits above" in (page.locator(".pull-text").text_content() or "")
    page.keyboard.press("Escape")
    page.mouse.up()
    assert page.locator(".pull").count() == 0
    assert swerve_asked(page) == []
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 45, steps=4)
    page.mouse.up()
    page.wait_for_selector(".which")
    (asked,) = swerve_asked(page)
    assert (asked["note"], asked["kind"]) == (24, "pitch")
    assert asked["strength"] != 0
    bits = page.get_by_role("spinbutton", name="Bits")
    if bits.count():
        assert float(bits.input_value()) == asked["strength"]
    all_variants(page)
    assert n_ghosts(page) > 0
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    settled(page)
    assert notes_of(page) != before
    assert swerve_asked(page) == []
    page.keyboard.press("Control+z")
    settled(page)
    assert notes_of(page) == before


def test_a_bar_is_pulled_by_keyboard(page: Page) -> None:
    page.locator(".note").nth(24).click()
    page.wait_for_selector(".break")
    for _ in range(4):
        page.keyboard.press("Alt+ArrowUp")
    page.wait_for_selector(".pull-text:has-text('4.0 bits above')")
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.querySelector('.pull')")
    for _ in range(3):
        page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(".which")
    (asked,) = swerve_asked(page)
    # Where exactly so many bits cannot be had, what is near them is looked for.
    assert (asked["note"], asked["kind"]) == (24, "pitch")
    assert asked["strength"] in (3.0, "gentle")
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.querySelectorAll('.ghost').length === 0")
    page.wait_for_timeout(100)
    assert swerve_asked(page) == []


def test_places_are_marked_and_led_to(page: Page) -> None:
    page.wait_for_selector(".good-place")
    reason = page.locator(".good-place title").first.text_content()
    assert reason
    page.locator(".places .remark").first.click()
    page.wait_for_selector(".break:has-text('A good place:')")
    page.wait_for_selector(".note[aria-selected=true][aria-label*='a good place to break']")


def test_a_curve_is_drawn_composed_to_and_kept(page: Page) -> None:
    before = notes_of(page)
    open_panel(page, "Compose")
    bars = page.locator(".ask")
    assert bars.count() == 4
    page.locator(".target").scroll_into_view_if_needed()
    (x0, y0), (x3, _) = centre(page, ".ask .reach", 0), centre(page, ".ask .reach", 3)
    page.mouse.move(x0, y0 + 30)
    page.mouse.down()
    page.mouse.move(x3, y0 - 20, steps=9)
    page.mouse.up()
    drawn = [float(bars.nth(i).get_attribute("aria-valuenow") or 0) for i in range(4)]
    assert drawn == sorted(drawn)
    assert drawn[3] > drawn[0] + 3
    bars.nth(1).focus()
    for key in ("ArrowUp", "Shift+ArrowUp", "ArrowRight", "PageDown", "Home"):
        page.keyboard.press(key)
    now = [float(bars.nth(i).get_attribute("aria-valuenow") or 0) for i in range(4)]
    assert now == [drawn[0], min(drawn[1] + 1.25, 10), drawn[2] - 1, drawn[3]]
    active = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert active == "Target, bar 1"
    page.locator(".panel").get_by_role("button", name="Compose").click()
    page.wait_for_selector(".offered")
    assert n_ghosts(page) > 0
    assert notes_of(page) == before
    page.wait_for_function("() => !document.querySelector('.progress')", timeout=60_000)
    address = page.url
    assert "panel=compose" in address
    assert "job=" in address
    ghosts = page.locator(".ghost").count()

    page.reload()
    page.wait_for_selector(".offered")
    page.wait_for_function("n => document.querySelectorAll('.ghost').length === n", arg=ghosts)
    assert [float(bars.nth(i).get_attribute("aria-valuenow") or 0) for i in range(4)] == now
    page.get_by_role("button", name="Original").click()
    page.wait_for_function("() => document.querySelectorAll('.ghost').length === 0")
    page.get_by_role("button", name="Original").click()
    page.locator(".notes").focus()
    page.keyboard.press("Enter")
    settled(page)
    after = notes_of(page)
    start = 4 * 4 * 10080
    assert [row for row in after if row[0] >= start] == [row for row in before if row[0] >= start]
    assert after != before
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert notes_of(page) == before


def test_a_job_goes_on_while_the_tab_is_closed(page: Page) -> None:
    open_panel(page, "Compose")
    page.get_by_label("What to write").select_option("continue")
    page.get_by_label("Bars", exact=True).fill("40")
    page.locator(".panel").get_by_role("button", name="Compose").click()
    page.wait_for_selector(".offered")
    page.get_by_role("button", name="Hold").click()
    page.wait_for_selector("button:has-text('Go on')")
    address = page.url.partition("&")[0]
    other = page.context.new_page()
    page.close()
    other.goto(address)
    other.wait_for_selector(".jobs:has-text('held')")
    other.locator("button:text-is('Go on')").click()
    other.wait_for_selector(".jobs:has-text('under way')")
    other.get_by_role("button", name="Stop").click()
    other.wait_for_selector(".jobs:has-text('stopped')")
    other.get_by_role("button", name="Look").click()
    other.wait_for_selector(".offered")
    assert n_ghosts(other) > 10
    other.get_by_role("button", name="Leave it").click()
    other.get_by_role("button", name="Forget it").click()
    other.wait_for_function("() => !document.querySelector('.jobs')")
    assert swerve_asked(other) == []


def test_the_slider_takes_away_and_gives_back(page: Page) -> None:
    before = notes_of(page)
    open_panel(page, "Sculpt")
    page.wait_for_selector(".sculpt input")
    slider = page.locator(".sculpt input")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.wait_for_function("() => document.querySelectorAll('.note.leaving').length >= 5")
    assert slider.get_attribute("aria-valuetext") == "88%: 36 of 41 notes"
    assert page.locator(".gone .remark").count() == 5
    page.locator(".gone .remark").first.click()
    page.wait_for_selector(".reason")
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowUp")
    page.wait_for_function("() => document.querySelectorAll('.leaving, .ghost').length === 0")
    page.keyboard.press("Home")
    page.wait_for_function("() => document.querySelectorAll('.note.leaving').length > 30")
    assert slider.get_attribute("aria-valuetext") == "22%: 9 of 41 notes"
    assert notes_of(page) == before
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.note').length === 9")
    settled(page)
    assert len(notes_of(page)) == 9
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert notes_of(page) == before


def test_a_state_that_was_left_is_taken_up_again(page: Page) -> None:
    before = notes_of(page)
    page.locator(".note").nth(3).click()
    page.keyboard.press("Delete")
    settled(page)
    left = notes_of(page)
    page.keyboard.press("Control+z")
    settled(page)
    page.locator(".note").nth(7).click()
    page.keyboard.press("ArrowUp")
    settled(page)
    here = notes_of(page)
    open_panel(page, "History")
    page.wait_for_selector(".history .left")
    state = page.locator(".history .left .row")
    assert "notes taken away" in state.inner_text()
    state.click()
    page.wait_for_selector(".offered")
    assert page.locator(".note.leaving").count() > 0
    page.get_by_label("Name for this state").fill("without a note")
    page.locator(".panel").get_by_role("button", name="Keep", exact=True).click()
    page.wait_for_selector(".history .row:has-text('without a note')")
    page.locator(".history .row:has-text('without a note')").click()
    page.get_by_role("button", name="Go on from here").click()
    page.wait_for_function("() => document.querySelectorAll('.note').length === 40")
    settled(page)
    assert notes_of(page) == left
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert notes_of(page) == here != before


def test_both_versions_are_heard_at_the_same_place_as_loud(page: Page) -> None:
    open_panel(page, "Sculpt")
    page.wait_for_selector(".sculpt input")
    page.locator(".sculpt input").focus()
    page.keyboard.press("Home")
    page.wait_for_selector(".offered")
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("() => document.querySelector('.place').textContent.includes('beat 3')")
    page.get_by_role("button", name="Original").click()
    page.wait_for_function("() => document.querySelectorAll('.ghost').length === 0")
    assert page.get_by_role("button", name="Pause", exact=True).is_visible()
    assert "Bar 1, beat 1" not in page.locator("output.place").inner_text()
    page.get_by_role("button", name="Pause", exact=True).click()


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_axe_finds_nothing_at_the_workbench(page: Page, appearance: str) -> None:
    page.get_by_label("Appearance").select_option(appearance)
    for name in ("Compose", "Sculpt", "History"):
        open_panel(page, name)
        if name == "Compose":
            page.locator(".panel").get_by_role("button", name="Compose").click()
            page.wait_for_selector(".offered")
        elif name == "Sculpt":
            page.wait_for_selector(".sculpt input")
            page.wait_for_function("() => document.querySelectorAll('progress').length === 0")
            page.locator(".sculpt input").press("PageDown")
            page.wait_for_selector(".offered")
        assert axe_findings(page) == {}
    for width in (320, 640, 1100):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


def test_a_job_that_failed_says_why_for_as_long_as_it_is_there(page: Page) -> None:
    panel = open_panel(page, "Compose")
    panel.locator(".choosing summary").click()
    panel.get_by_label("Range").fill("C2-G2")
    panel.get_by_role("button", name="Compose").click()
    why = page.locator(".jobs .rows .fault")
    why.wait_for()
    assert "range C2-G2" in why.inner_text()
    assert axe_findings(page) == {}
    page.reload()
    why.wait_for()
    assert "range C2-G2" in why.inner_text()
    page.locator(".jobs").get_by_role("button", name="Forget it").click()
    why.wait_for(state="detached")
