"""Papers in a real browser: open to everybody, on a phone too, and asking for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.operations.story.paths import lived
from tests.studio.browsers import a_context, axe_findings, no_troubles

from clinamen.operations.story.papers import Details, make_paper, paper_bytes

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAPERS = [
    ("us-copyright", "en", "light", 1000),
    ("stim", "vi", "dark", 390),
    ("ddex", "ja", "light", 390),
    ("split", "en", "dark", 320),
    ("credits", "vi", "light", 1000),
]


@pytest.mark.parametrize(("kind", "language", "theme", "width"), PAPERS)
def test_a_paper_is_open_to_everybody(
    browser: Browser, tmp_path: Path, kind: str, language: str, theme: str, width: int
) -> None:
    paper = make_paper(lived().path, kind, Details.parse(writers=["Lan:60", "Bo:40"]))
    file = tmp_path / "paper.html"
    file.write_bytes(paper_bytes(paper, ".html", language=language))
    window = {"width": width, "height": 800}
    with a_context(browser, color_scheme=theme, viewport=window) as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        with no_troubles(page):
            page.goto(file.as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert axe_findings(page) == {}
        assert asked == [file.as_uri()]
