"""The studio in a real browser: songs are found, renamed and deleted; their story is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.studio.browsers import axe_findings
from tests.studio.pages import a_song, enter, settled

from clinamen.operations.story.checking import check_file

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import BrowserContext, Locator, Page
    from tests.studio.running import Running


def open_songs(page: Page) -> Locator:
    page.get_by_role("button", name="Songs", exact=True).click()
    page.wait_for_selector(".songs .song")
    return page.locator(".songs")


def id_of(page: Page) -> str:
    return str(page.evaluate("new URLSearchParams(location.search).get('song')"))


def row_of(page: Page, title: str) -> Locator:
    rows = page.locator(".songs .song")
    return rows.filter(has=page.get_by_text(title, exact=True))


def rename_here(page: Page, title: str) -> None:
    page.locator("h1 button").click()
    page.get_by_role("textbox", name="Title").fill(title)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"h1:has-text('{title}')")
    settled(page)


def test_a_title_is_changed_where_it_stands(page: Page) -> None:
    page.locator("h1 button").click()
    field = page.get_by_role("textbox", name="Title")
    assert field.input_value() == "Harbour Light"
    field.fill("Nothing of it")
    page.keyboard.press("Escape")
    assert page.locator("h1").inner_text() == "Harbour Light"
    rename_here(page, "Ánh đèn cảng")
    assert page.evaluate("document.activeElement.matches('h1 button')")
    assert page.title() == "Ánh đèn cảng · Clinamen"
    page.reload()
    page.wait_for_selector("h1:has-text('Ánh đèn cảng')")
    page.locator("h1 button").click()
    page.get_by_role("textbox", name="Title").fill("   ")
    page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "Ánh đèn cảng"


def test_a_song_of_the_list_is_renamed_and_one_deleted_with_its_story(
    page: Page, running: Running
) -> None:
    other = a_song(running)
    with running.client() as client:
        client.post(f"/api/projects/{other}/title", json={"title": "The other one"})
    mine = id_of(page)
    rename_here(page, "The one that is open")
    open_songs(page)
    row_of(page, "The other one").get_by_role("button", name="Rename").click()
    page.get_by_role("textbox", name="Title").fill("Called anew")
    page.keyboard.press("Enter")
    row_of(page, "Called anew").get_by_role("button", name="Delete").click()
    question = page.get_by_role("group", name="Delete “Called anew”?")
    assert "whole story" in question.inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Keep it"
    assert axe_findings(page) == {}
    page.keyboard.press("Escape")
    question.wait_for(state="detached")
    assert page.locator("dialog[open]").count() == 1
    with running.client() as client:
        assert client.get(f"/api/projects/{other}").status_code == 200
    # By keyboard alone.
    page.keyboard.press("Delete")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    page.keyboard.press("Delete")
    page.get_by_role("button", name="Delete it and its story").press("Enter")
    row_of(page, "Called anew").wait_for(state="detached")
    assert page.evaluate("document.activeElement.matches('.songs button')")
    with running.client() as client:
        assert client.get(f"/api/projects/{other}").status_code == 404
        assert client.get(f"/api/projects/{other}/story").status_code == 404
    assert id_of(page) == mine


def test_a_song_that_is_deleted_makes_room_for_another_also_in_other_tabs(
    page: Page, context: BrowserContext, running: Running
) -> None:
    mine = id_of(page)
    rename_here(page, "Gone soon")
    second = context.new_page()
    enter(running, second, mine)
    second.wait_for_selector("h1:has-text('Gone soon')")
    open_songs(page)
    row_of(page, "Gone soon").get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete it and its story").click()
    for each in (page, second):
        each.wait_for_function(
            "id => new URLSearchParams(location.search).get('song') !== id", arg=mine
        )
        each.wait_for_selector(".note.c0")
        assert each.locator("h1").inner_text() != "Gone soon"
    second.wait_for_selector(".trouble p:has-text('deleted elsewhere')")
    second.close()


def test_a_long_list_is_searched_without_case_or_marks(page: Page, running: Running) -> None:
    with running.client() as client:
        for number in range(9):
            title = "Đường về Hà Nội" if number == 4 else f"Tune {number}"
            client.post(f"/api/projects/{a_song(running)}/title", json={"title": title})
    open_songs(page)
    assert axe_findings(page) == {}
    page.get_by_role("searchbox", name="Find a song").fill("duong ve ha")
    page.wait_for_function("() => document.querySelectorAll('.songs .song').length === 1")
    assert page.locator(".find [role=status]").inner_text().startswith("1 of ")
    page.keyboard.press("ArrowDown")
    assert "Hà Nội" in str(page.evaluate("document.activeElement.textContent"))
    page.keyboard.press("F2")
    assert page.get_by_role("textbox", name="Title").input_value() == "Đường về Hà Nội"
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_selector("h1:has-text('Đường về Hà Nội')")
    address = page.url
    page.reload()
    page.wait_for_selector("h1:has-text('Đường về Hà Nội')")
    assert page.url == address


def open_story(page: Page) -> Locator:
    page.locator(".panels").get_by_role("button", name="Story", exact=True).click()
    page.wait_for_selector(".told li")
    return page.locator(".story")


def said(page: Page) -> list[str]:
    return page.locator(".told > li > p, .told > li > details > summary").all_inner_texts()


def test_the_story_is_told_and_noted_in(page: Page, tmp_path: Path) -> None:
    open_songs(page)
    page.get_by_label("Who you are").fill("Lan <b>")
    page.keyboard.press("Enter")
    page.wait_for_selector("#maker-said:has-text('Kept')")
    page.keyboard.press("Escape")
    try:
        panel = open_story(page)
        panel.get_by_text("1 entry, nothing changed; not signed.").wait_for()
        page.locator(".note").nth(5).click()
        for _ in range(3):
            page.keyboard.press("ArrowUp")
        settled(page)
        page.wait_for_selector(".told summary:has-text('3 times')")
        assert said(page)[0] == "Lan <b> changed the song by hand, 3 times"
        assert page.locator(".told details[open]").count() == 0
        page.locator(".told summary").first.press("Enter")
        assert page.locator(".told details[open] li").count() == 3
        page.get_by_label("Note for the story").fill("Grandmother’s line <i>")
        page.get_by_role("button", name="Add", exact=True).click()
        page.wait_for_function("() => document.querySelectorAll('.told > li').length === 3")
        assert said(page)[0] == "Lan <b> noted: Grandmother’s line <i>"
        assert page.get_by_label("Note for the story").input_value() == ""
        page.wait_for_selector(".checked:has-text('5 entries, nothing changed')")
        assert axe_findings(page) == {}
        with page.expect_download() as saved:
            page.get_by_role("link", name="Save the story").click()
        file = tmp_path / saved.value.suggested_filename
        saved.value.save_as(file)
        assert file.name == "Harbour_Light.story"
        _, found = check_file(file.read_bytes(), source=file.name, checkers={})
        assert (found.is_sound, found.n_entries) == (True, 5)
        page.locator(".tools select").first.select_option("vi")
        page.wait_for_selector(".told p:has-text('Lan <b> ghi: Grandmother')")
        page.reload()
        page.wait_for_selector(".told p:has-text('Lan <b> ghi: Grandmother')")
        page.locator(".tools select").first.select_option("en")
    finally:
        page.evaluate(NOBODY)


NOBODY = """async () => fetch('/api/maker', {method: 'POST', body: '{"name": ""}',
    headers: {'Content-Type': 'application/json'}})"""


def test_what_was_proposed_is_one_line_that_opens(page: Page) -> None:
    open_story(page)
    for note in (10, 12):
        page.locator(".note").nth(note).click()
        page.keyboard.press("b")
        page.wait_for_selector(".which")
        page.wait_for_function("() => !document.querySelector('.break > div > .hint')")
        page.keyboard.press("Escape")
        page.wait_for_function("() => !document.querySelector('.which')")
    page.wait_for_selector(".told summary:has-text('made proposals 2 times')")
    page.wait_for_function("() => document.querySelectorAll('.told details li').length === 4")
    steps: list[Any] = page.locator(".told details li span").all_text_contents()
    assert [step.split(" ")[-1].rstrip("0123456789.") for step in steps].count("proposals") == 2
    assert len(steps) == 4
