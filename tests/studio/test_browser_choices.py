"""What one can ask for in a real browser: choices, recipes, new songs, locked chords."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.studio.browsers import axe_findings
from tests.studio.pages import a_song, all_variants, enter, notes_of, settled, song_of
from tests.studio.running import Running

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


@pytest.fixture
def context_options() -> dict[str, Any]:
    """What is copied can be read."""
    return {"reduced_motion": "reduce", "permissions": ["clipboard-read", "clipboard-write"]}


def copied(page: Page, name: str) -> str:
    page.get_by_role("button", name=name).click()
    page.wait_for_selector("button:has-text('Copied')")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def asked(page: Page) -> Any:
    return page.evaluate("""async () => {
        const id = new URLSearchParams(location.search).get('song');
        return (await (await fetch(`/api/projects/${id}/jobs`)).json()).map(j => j.request);
    }""")


def project_of(page: Page) -> Any:
    return page.evaluate("""async () => {
        const id = new URLSearchParams(location.search).get('song');
        return (await fetch(`/api/projects/${id}`)).json();
    }""")


def begin_break(page: Page, note: int) -> None:
    page.locator(".note").nth(note).click()
    page.wait_for_selector(".break")
    page.locator(".break .choosing summary").click()


def test_a_wrong_choice_is_told_beside_its_field(running: Running, context: BrowserContext) -> None:
    # Not the page that must log nothing: a browser logs each answer that is no success.
    page = context.new_page()
    enter(running, page, a_song(running))
    begin_break(page, 21)
    page.get_by_label("Range").fill("high")
    page.get_by_role("button", name="Break here").click()
    fault = page.locator(".field:has(input[aria-invalid=true]) .fault")
    fault.wait_for()
    assert fault.inner_text() == "a range is two pitches, such as C4-G5, not 'high'."
    described = page.get_by_label("Range").get_attribute("aria-describedby") or ""
    assert page.locator(f"#{described}").inner_text() == fault.inner_text()
    assert page.locator(".trouble p").count() == 0
    assert axe_findings(page) == {}
    page.get_by_role("button", name="All as usual").click()
    assert page.get_by_label("Range").input_value() == ""
    assert page.locator(".fault").count() == 0
    page.locator(".panels").get_by_role("button", name="Compose").click()
    page.locator(".panel .choosing summary").click()
    page.locator(".panel").get_by_label("Range").fill("C4-D4")
    page.locator(".panel").get_by_role("button", name="Compose").click()
    page.wait_for_selector(".panel .fault:has-text('a melody needs')")


def test_choices_hold_and_come_back_and_are_copied(page: Page) -> None:
    begin_break(page, 21)
    for label, value in (("Range", "F4-D5"), ("Scale", "key"), ("Variants", "3"), ("Seed", "2")):
        page.locator(".break").get_by_label(label).fill(value)
    page.locator(".break").get_by_label("With what").select_option("pitch")
    page.get_by_role("button", name="Break here").click()
    assert "Variant 1 of" in all_variants(page)
    (request,) = asked(page)
    wanted = {"range": "F4-D5", "scale": "key", "n": 3, "seed": 2, "kind": "pitch"}
    assert wanted.items() <= request.items()
    page.locator(".shown summary:has-text('The same elsewhere')").click()
    command = copied(page, "Copy command")
    assert command.startswith("clinamen swerve Harbour_Light.musicxml --at 22 --strength bold")
    assert "--range F4-D5 --scale key" in command
    assert "SwerveRequest(at='22'" in copied(page, "Copy Python")
    with page.expect_download() as download:
        page.get_by_role("link", name="Harbour_Light.musicxml").click()
    assert download.value.suggested_filename == "Harbour_Light.musicxml"
    page.reload()
    page.wait_for_selector(".which")
    page.locator(".break .choosing summary").click()
    assert page.locator(".break").get_by_label("Range").input_value() == "F4-D5"
    assert page.locator(".break").get_by_label("Variants").input_value() == "3"


def test_a_new_song_is_a_song_of_its_own(page: Page) -> None:
    before, address = notes_of(page), page.url
    page.get_by_role("button", name="Songs").click()
    page.get_by_role("button", name="New song").click()
    panel = page.locator(".panel")
    panel.get_by_label("Title").fill("Rain on slate")
    panel.get_by_label("Bars", exact=True).fill("4")
    panel.locator(".choosing summary").click()
    panel.get_by_label("Key", exact=True).fill("E minor")
    panel.get_by_label("Metre").fill("3/4")
    assert axe_findings(page) == {}
    panel.get_by_role("button", name="Compose").click()
    page.wait_for_selector(".offered")
    page.wait_for_function("() => !document.querySelector('.progress')")
    (request,) = asked(page)
    assert (request["mode"], request["like"], request["chords"]) == ("new", False, True)
    panel.locator("summary:has-text('The same elsewhere')").click()
    assert copied(page, "Copy command").endswith("--out new_song.musicxml")
    page.get_by_role("button", name="Open as a song of its own").click()
    page.wait_for_function("() => document.querySelector('h1').textContent === 'Rain on slate'")
    settled(page)
    made = song_of(page)
    assert (made["keys"][0]["name"], made["meters"][0]["name"]) == ("E minor", "3/4")
    assert made["chords"]
    assert made["notes"] != before
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.locator("dialog a:has-text('.mid')").click()
    assert download.value.suggested_filename == "Rain_on_slate.mid"
    assert "Rain_on_slate.musicxml" in page.locator("dialog .recipe").first.inner_text()
    page.keyboard.press("Escape")
    page.goto(address)
    page.wait_for_selector("h1:has-text('Harbour Light')")
    assert notes_of(page) == before


def test_a_chord_is_locked_like_a_note(page: Page) -> None:
    page.locator(".chord").nth(4).click()
    page.keyboard.press("k")
    page.wait_for_selector(".chord.locked")
    settled(page)
    assert project_of(page)["locked_chords"] == [4]
    name = page.locator(".chord").nth(4).get_attribute("aria-label") or ""
    assert "locked" in name
    assert (
        page.get_by_role("button", name="Lock", exact=True).get_attribute("aria-pressed") == "true"
    )
    page.reload()
    page.wait_for_selector(".chord.locked")
    chords = song_of(page)["chords"]
    page.locator(".chord").nth(4).click()
    page.keyboard.press("Delete")
    page.wait_for_selector(".trouble:has-text('What is locked stays as it is')")
    page.get_by_role("button", name="Dismiss").click()
    # Editing a note leaves the lock; a break of the harmony there is refused.
    page.locator(".note").nth(3).click()
    page.keyboard.press("ArrowUp")
    settled(page)
    assert project_of(page)["locked_chords"] == [4]
    assert song_of(page)["chords"] == chords
    onset = chords[4]["onset"]
    note = next(at for at, row in enumerate(song_of(page)["notes"]) if row[0] >= onset)
    page.locator(".note").nth(note).click()
    page.locator(".break").get_by_label("With what").select_option("harmony")
    page.get_by_role("button", name="Break here").click()
    page.wait_for_selector(".trouble:has-text('the lock on')")
    page.get_by_role("button", name="Dismiss").click()
    page.locator(".chord").nth(4).click()
    page.get_by_role("button", name="Lock", exact=True).click()
    page.wait_for_function("() => !document.querySelector('.chord.locked')")
    settled(page)
    assert project_of(page)["locked_chords"] == []
    page.get_by_role("button", name="Undo").click()
    page.wait_for_selector(".chord.locked")


def test_a_kept_variant_leaves_locked_chords_locked(page: Page) -> None:
    page.locator(".chord").nth(1).click()
    page.keyboard.press("k")
    page.wait_for_selector(".chord.locked")
    settled(page)
    page.locator(".note").nth(21).click()
    page.get_by_role("button", name="Break here").click()
    all_variants(page)
    page.keyboard.press("Enter")
    settled(page)
    assert project_of(page)["locked_chords"] == [1]


def test_a_level_of_a_sculpture_is_copied(page: Page) -> None:
    page.locator(".panels").get_by_role("button", name="Sculpt").click()
    page.wait_for_selector(".sculpt input")
    page.locator(".sculpt input").press("ArrowDown")
    page.locator(".panel summary:has-text('The same elsewhere')").click()
    page.wait_for_selector(".recipe:has-text('--notes 40')")
    page.locator(".sculpt input").press("ArrowDown")
    page.wait_for_selector(".recipe:has-text('--notes 39')")
    assert "sculpture.song_of(39)" in copied(page, "Copy Python")
