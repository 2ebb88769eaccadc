"""The studio in a real browser: the pattern is broken at a note, and a variant kept or left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.studio.pages import all_variants, heights, notes_of, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_the_pattern_is_broken_here_and_a_variant_kept(page: Page) -> None:
    before, bars = notes_of(page), heights(page)
    page.locator(".note").nth(22).click()
    page.get_by_role("button", name="Break here").click()
    shown = all_variants(page)
    assert page.locator(".ghost, .ghost-chord").count() > 0
    page.get_by_role("button", name="Next variant").click()
    assert page.locator(".which").inner_text() != shown
    assert page.locator(".break .told").first.inner_text()
    assert notes_of(page) == before
    page.get_by_role("button", name="Leave it").click()
    assert page.locator(".which, .ghost").count() == 0

    page.locator(".note").nth(22).click()
    page.keyboard.press("b")
    all_variants(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    settled(page)
    assert notes_of(page) != before
    assert heights(page) != bars
    page.keyboard.press("Control+z")
    settled(page)
    assert (notes_of(page), heights(page)) == (before, bars)


def test_no_key_changes_the_song_behind_a_variant(page: Page) -> None:
    before = notes_of(page)
    page.locator(".note").nth(22).click()
    page.keyboard.press("b")
    first = all_variants(page)
    page.keyboard.press("ArrowDown")
    assert page.locator(".which").inner_text() != first
    page.keyboard.press("ArrowUp")
    assert page.locator(".which").inner_text() == first
    for key in ("Shift+ArrowUp", "Alt+ArrowRight", "Delete", "Backspace", "Insert", "[", "]"):
        page.keyboard.press(key)
    for key in ("k", "w", "c"):
        page.keyboard.press(key)
    assert page.locator(".which").inner_text() == first
    assert page.locator(".note.locked").count() == 0
    page.keyboard.press("Control+z")
    page.wait_for_function("() => !document.querySelector('.which, .ghost')")
    settled(page)
    assert notes_of(page) == before
    assert page.get_by_role("button", name="Undo").is_disabled()


def test_keys_reach_the_notes_and_the_variants_after_a_click_beside_them(page: Page) -> None:
    before = notes_of(page)
    page.locator(".remarks:not(.places) .remark").first.click()
    page.wait_for_selector(".break")
    assert page.evaluate("document.activeElement === document.body")
    page.keyboard.press("b")
    page.wait_for_selector(".which")
    page.keyboard.press("Escape")
    page.wait_for_function("() => !document.querySelector('.which')")

    page.get_by_role("button", name="Break here").click()
    shown = all_variants(page)
    assert page.evaluate("document.activeElement.matches('.break .shown')")
    page.get_by_role("button", name="Break here").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".which").inner_text() != shown
    page.locator(".break .shown").focus()
    page.keyboard.press("ArrowLeft")
    assert page.locator(".which").inner_text() == shown
    page.get_by_label("How strongly").focus()
    page.keyboard.press("Delete")
    assert page.locator(".which").inner_text() == shown
    assert notes_of(page) == before
    page.locator(".break .shown").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => !document.querySelector('.which')")
    settled(page)
    assert notes_of(page) != before
