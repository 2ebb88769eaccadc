"""A told story in a real browser: open to everybody, silent until asked, and on its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.operations.small_listener import small_listener
from tests.operations.story.tales import lived
from tests.studio.browsers import a_context, axe_findings, no_troubles

from clinamen.operations.story.telling import Chapters, TellRequest, tell
from clinamen.texts import LANGUAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LISTEN = """
window.nContexts = 0; window.pitches = [];
const RealContext = window.AudioContext, RealTone = window.OscillatorNode;
window.AudioContext = class extends RealContext { constructor() { super(); window.nContexts++; } };
window.OscillatorNode = class extends RealTone { constructor(context, options) {
  super(context, options);
  window.pitches.push(Math.round(69 + 12 * Math.log2(options.frequency / 440)));
} };
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stories in every language."""
    folder = tmp_path_factory.mktemp("told")
    chapters = Chapters(lived().path)
    for language in LANGUAGES:
        telling = tell(chapters, TellRequest("all", language=language), listener=small_listener())
        (folder / f"{language}.html").write_text(telling.page, encoding="utf-8")
    return folder


@pytest.fixture
def page(browser: Browser, pages: Path) -> Iterator[Page]:
    """The story in English; it must log no error and ask for nothing but itself."""
    with a_context(browser) as context:
        opened = context.new_page()
        asked: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.add_init_script(LISTEN)
        with no_troubles(opened):
            opened.goto((pages / "en.html").as_uri())
            yield opened
        assert asked == [(pages / "en.html").as_uri()]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_story_is_open_to_everybody(
    browser: Browser, pages: Path, language: str, theme: str
) -> None:
    with a_context(browser, color_scheme=theme, viewport={"width": 360, "height": 740}) as context:
        opened = context.new_page()
        opened.goto((pages / f"{language}.html").as_uri())
        opened.locator("summary").click()
        assert axe_findings(opened) == {}
        assert opened.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_draft_is_played_when_asked_and_not_before(page: Page) -> None:
    play = page.get_by_role("button", name="Play: Draft 1", exact=True)
    assert page.evaluate("window.nContexts") == 0
    play.press("Enter")
    stop = page.get_by_role("button", name="Stop: Draft 1", exact=True)
    stop.wait_for()
    page.wait_for_function("() => window.pitches.length > 2")
    data = stop.get_attribute("data-notes") or ""
    first = int(data.partition(",")[0].split()[2])
    assert first in page.evaluate("window.pitches")
    head = page.locator("figure").first.locator(".playhead")
    page.wait_for_function(
        "() => document.querySelector('.playhead').getAttribute('transform')?.startsWith('trans')"
    )
    assert head.get_attribute("visibility") == "visible"
    stop.click()
    play.wait_for()
    assert head.get_attribute("visibility") == "hidden"


def test_one_draft_plays_at_a_time(page: Page) -> None:
    page.get_by_role("button", name="Play: Draft 1", exact=True).click()
    page.get_by_role("button", name="Play: Draft 2", exact=True).click()
    page.get_by_role("button", name="Stop: Draft 2", exact=True).wait_for()
    assert page.get_by_role("button", name="Stop: Draft 1", exact=True).count() == 0
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Play: Draft 2", exact=True).wait_for()
    assert page.evaluate("window.nContexts") == 1


def test_proposals_are_heard_when_they_are_opened(page: Page) -> None:
    proposal = page.get_by_role("button", name="Play: Proposal 2", exact=True)
    assert not proposal.is_visible()
    page.locator("summary").click()
    proposal.click()
    page.get_by_role("button", name="Stop: Proposal 2", exact=True).wait_for()
    assert page.evaluate("window.nContexts") == 1
