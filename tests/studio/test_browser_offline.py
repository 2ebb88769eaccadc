"""The studio in a real browser when the studio does not answer: nothing that was done is lost."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from tests.studio.browsers import a_context
from tests.studio.pages import a_song, enter, notes_of, settled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page, Route
    from tests.studio.running import Running, Start

DRAFT = "**/draft"
UNSAVED = ".saving:has-text('Not saved yet')"

# The address has a tail, so that it is not the one that gets no answer.
CHANGE_ELSEWHERE = """async () => {
    const id = new URLSearchParams(location.search).get('song');
    const {revision, song} = await (await fetch(`/api/projects/${id}`)).json();
    song.notes[0][2] -= 5;
    const draft = {notes: song.notes};
    await fetch(`/api/projects/${id}/draft?elsewhere`, {
        method: 'POST',
        headers: {'Content-Type': 'application/json'},
        body: JSON.stringify({base: revision, action: 'pitch', draft}),
    });
}"""


@pytest.fixture
def page(running: Running, context: BrowserContext) -> Iterator[Page]:
    """A song of its own; that requests fail is no error of the page here."""
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    enter(running, opened, a_song(running))
    settled(opened)
    yield opened
    assert errors == []


def raise_first(page: Page, times: int = 1) -> None:
    page.locator(".note").first.click()
    for _ in range(times):
        page.keyboard.press("ArrowUp")


def shown(page: Page) -> list[str]:
    return page.locator(".note").evaluate_all("notes => notes.map(n => n.getAttribute('y'))")


def test_an_edit_without_an_answer_stays_and_is_saved_later(page: Page) -> None:
    first, before = notes_of(page)[0], shown(page)
    page.route(DRAFT, lambda route: route.abort())
    raise_first(page)
    page.wait_for_selector(UNSAVED)
    raise_first(page, 2)
    moved = shown(page)
    assert moved != before
    assert notes_of(page)[0] == first
    assert page.locator(".trouble p").count() == 0
    page.unroute(DRAFT)
    settled(page)
    assert page.locator(UNSAVED).count() == 0
    assert shown(page) == moved
    assert notes_of(page)[0][2] == first[2] + 3
    page.reload()
    page.wait_for_selector(".note.c0")
    assert shown(page) == moved


def test_what_only_the_answer_was_lost_of_is_not_saved_twice(page: Page) -> None:
    first = notes_of(page)[0]
    n_lost = []

    def lose(route: Route) -> None:
        if not n_lost:
            n_lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    page.route(DRAFT, lose)
    raise_first(page)
    page.wait_for_selector(UNSAVED)
    raise_first(page)
    page.wait_for_selector(".saving:text-is('Saved')")
    settled(page)
    assert n_lost == [200]
    assert page.locator(".trouble p").count() == 0
    assert notes_of(page)[0][2] == first[2] + 2
    page.keyboard.press("Control+z")
    settled(page)
    assert notes_of(page)[0][2] == first[2] + 1


def test_undo_waits_and_says_so(page: Page) -> None:
    first = notes_of(page)[0]
    page.route(DRAFT, lambda route: route.abort())
    raise_first(page)
    page.wait_for_selector(UNSAVED)
    moved = shown(page)
    page.keyboard.press("Control+z")
    page.wait_for_selector(".trouble p:has-text('waits on this page')")
    assert shown(page) == moved
    page.unroute(DRAFT)
    page.wait_for_selector(".saving:text-is('Saved')")
    page.keyboard.press("Control+z")
    settled(page)
    assert notes_of(page)[0] == first


def test_what_was_changed_elsewhere_meanwhile_wins_and_that_is_said(page: Page) -> None:
    first = notes_of(page)[0]
    page.route(DRAFT, lambda route: route.abort())
    raise_first(page)
    page.wait_for_selector(UNSAVED)
    page.evaluate(CHANGE_ELSEWHERE)
    assert notes_of(page)[0][2] == first[2] - 5
    page.unroute(DRAFT)
    page.wait_for_selector(".trouble p:has-text('changed elsewhere')")
    page.wait_for_selector(".saving:text-is('Saved')")
    settled(page)
    assert notes_of(page)[0][2] == first[2] - 5
    there = shown(page)
    page.reload()
    page.wait_for_selector(".note.c0")
    assert shown(page) == there


def leave(page: Page) -> list[str]:
    """Try to close the page; what the browser asks, and the page stays."""
    asked: list[str] = []

    def stay(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.dismiss()  # type: ignore[attr-defined]

    page.on("dialog", stay)
    page.evaluate("() => setTimeout(() => location.assign('about:blank'))")
    page.wait_for_timeout(500)
    page.remove_listener("dialog", stay)
    return asked


def test_the_browser_asks_before_what_is_unsaved_is_left(page: Page) -> None:
    page.route(DRAFT, lambda route: route.abort())
    raise_first(page)
    page.wait_for_selector(UNSAVED)
    assert leave(page) == ["beforeunload"]
    page.wait_for_selector(UNSAVED)
    page.unroute(DRAFT)
    page.wait_for_selector(".saving:text-is('Saved')")
    assert leave(page) == []
    assert page.url == "about:blank"


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
def test_ctrl_c_with_tabs_open_ends_the_studio_without_a_complaint(
    browser: Browser, start: Start
) -> None:
    running = start()
    with a_context(browser) as context:
        for _ in range(2):
            page = context.new_page()
            enter(running, page)
            settled(page)
        running.process.send_signal(signal.SIGINT)
        running.process.wait(20)
        said = running.process.stdout
        assert said is not None
        assert "Traceback" not in said.read()
    assert running.process.returncode == 0


def test_a_studio_that_is_started_anew_gets_what_was_done_meanwhile(
    browser: Browser, start: Start
) -> None:
    running = start()
    with a_context(browser) as context:
        page = context.new_page()
        enter(running, page)
        settled(page)
        first = notes_of(page)[0]
        running.process.kill()
        running.process.wait()
        raise_first(page, 2)
        page.wait_for_selector(UNSAVED)
        moved = shown(page)
        port = running.address.rpartition(":")[2]
        again = start("--port", port)
        assert again.address == running.address
        # Until its address is opened it does not know this browser.
        page.wait_for_timeout(2500)
        assert page.locator(UNSAVED).count() == 1
        other = context.new_page()
        other.goto(again.entry)
        other.wait_for_selector(".note.c0")
        page.wait_for_selector(".saving:text-is('Saved')")
        settled(page)
        assert shown(page) == moved
        assert notes_of(page)[0][2] == first[2] + 2
        other.close()
