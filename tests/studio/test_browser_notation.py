"""Notation in a real browser: one selection with the roll, under the strict policy, for all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.studio.browsers import axe_findings
from tests.studio.pages import all_variants, settled, song_of

if TYPE_CHECKING:
    from playwright.sync_api import Page


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


def in_front(page: Page) -> Any:
    """Notes of each score that is seen, by the numbers of their columns."""
    script = """all => all.filter(each => each.checkVisibility())
        .map(each => each.querySelectorAll('.mark').length)"""
    return page.eval_on_selector_all(".notation-part", script)


def test_a_variant_is_seen_in_notation_and_compared(page: Page) -> None:
    page.locator(".note").nth(22).click()
    show(page, "Both")
    page.get_by_role("button", name="Break here").click()
    page.wait_for_selector(".notation-tools .hint:has-text('Changed bars')")
    page.wait_for_selector(".notation-part:not([hidden]) .mark")
    assert in_front(page) == [1]
    # The original is one key away.
    page.keyboard.press("o")
    page.wait_for_selector(".notation-part:not([hidden]) .mark", state="detached")
    assert in_front(page) == [0]
    page.keyboard.press("o")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_function("() => !document.querySelector('.sheet.stale')")
    page.wait_for_selector(".notation-part:not([hidden]) .mark")
    assert in_front(page) == [0, 1]
    twice = """() => [...document.querySelectorAll('[id]')].map(each => each.id)
        .filter((id, place, all) => all.indexOf(id) !== place)"""
    assert page.evaluate(twice) == []
    # One selection, from either score, and the variant stays.
    page.locator(".notation-part").nth(1).locator(".column[data-note='2']").click()
    assert chosen(page, ".note") == ["2"]
    assert chosen(page, ".column") == ["2", "2"]
    page.locator(".notation-part").nth(0).locator(".column[data-note='4']").click()
    assert chosen(page, ".note") == ["4"]
    assert page.get_by_role("button", name="Keep").is_visible()
    assert axe_findings(page) == {}
    page.keyboard.press("Escape")
    page.wait_for_selector(".notation-tools", state="detached")
    assert in_front(page) == [0]


def test_the_keyboard_goes_on_in_the_notation_once_a_variant_is_kept(page: Page) -> None:
    page.locator(".note").nth(10).click()
    show(page, "Notation")
    page.get_by_role("button", name="Break here").click()
    all_variants(page)
    page.wait_for_selector(".notation-part:not([hidden]) .mark")
    page.keyboard.press("Enter")
    page.wait_for_selector(".which", state="detached")
    page.wait_for_function("() => document.activeElement.matches('.sheet-lines')", timeout=20_000)


def test_a_state_of_the_past_is_seen_in_notation(page: Page) -> None:
    page.locator(".note").nth(3).click()
    page.keyboard.press("ArrowUp")
    settled(page)
    page.get_by_role("button", name="History").click()
    show(page, "Notation")
    page.locator(".states button, .history button").last.click()
    page.wait_for_selector(".notation-part:not([hidden]) .mark")
    assert in_front(page) == [1]


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
    page.emulate_media(reduced_motion="reduce")
    page.get_by_label("Appearance").select_option(appearance)
    show(page, "Both")
    page.locator(".column[data-note='5']").click()
    page.wait_for_selector(".choices")
    assert axe_findings(page) == {}


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
