"""The studio in a real browser: what the page says, in which language and colours, for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.studio.browsers import ROOT, axe_findings
from tests.studio.pages import all_variants, box_of, settled

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_why_is_told_of_notes_bars_and_chords(page: Page) -> None:
    page.locator(".chord").nth(3).click()
    page.wait_for_selector(".why .event:has-text('C7')")
    page.wait_for_selector(".why:has-text('V7 in F major')")
    bar = box_of(page.locator(".lane-curves").nth(1).locator(".cost").nth(6))
    page.mouse.click(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] - 3)
    page.wait_for_selector(".why .event:has-text('D4')")
    assert page.locator(".note[aria-selected=true]").count() == 1
    assert "note=7" in page.url


@pytest.mark.parametrize("name", ["amazing_grace.abc", "greensleeves.abc", "five_stones.krn"])
def test_bars_and_beats_are_those_of_the_listener(page: Page, name: str) -> None:
    """Pickups, compound and odd metres: the page counts as the tables do."""
    address = page.url
    page.get_by_role("button", name="Songs").click()
    page.locator("input[type=file]").set_input_files(ROOT / "examples" / name)
    page.wait_for_function("before => location.href !== before", arg=address)
    settled(page)
    heard = page.evaluate("""async () => {
        const id = new URLSearchParams(location.search).get('song');
        return (await fetch(`/api/projects/${id}/hearing`)).json();
    }""")
    labels = page.eval_on_selector_all(".note", "all => all.map(n => n.ariaLabel)")
    for label, bar, beat in zip(labels, heard["bars"], heard["beats"], strict=True):
        where = f"Bar {bar}" if bar else "Pickup"
        assert label.startswith(f"{where}, beat {round(beat, 2):g}: ")


def test_language_and_appearance_are_kept(page: Page) -> None:
    page.get_by_label("Language").select_option("vi")
    page.get_by_label("Giao diện").select_option("dark")
    page.reload()
    page.wait_for_selector(".note.c0")
    assert page.get_attribute("html", "lang") == "vi"
    assert page.get_by_role("button", name="Bài hát").is_visible()
    assert "F trưởng" in page.locator(".facts").inner_text()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark == "rgb(23, 22, 27)"


def test_the_page_never_scrolls_sideways(page: Page) -> None:
    page.locator(".note").nth(2).click()
    page.wait_for_selector(".choices")
    for width in (320, 640, 1100, 1600):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width


def show_nothing(page: Page) -> None:
    del page


def show_why(page: Page) -> None:
    page.locator(".note").nth(16).click()
    page.wait_for_selector(".choices")
    page.locator("summary").first.click()


def show_songs(page: Page) -> None:
    page.get_by_role("button", name="Songs").click()
    page.wait_for_selector("dialog[open] .row")


def show_export(page: Page) -> None:
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Export").click()
    page.wait_for_selector("dialog[open] .recipe")


def show_variants(page: Page) -> None:
    page.get_by_role("button", name="Break here").click()
    all_variants(page)


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_axe_finds_nothing(page: Page, appearance: str) -> None:
    # Colours that are on their way to others are no colours to judge.
    page.emulate_media(reduced_motion="reduce")
    page.get_by_label("Appearance").select_option(appearance)
    for show in (show_nothing, show_why, show_variants, show_songs, show_export):
        show(page)
        assert axe_findings(page) == {}
