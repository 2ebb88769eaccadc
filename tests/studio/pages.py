"""What tests do on the studio's page."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from tests.studio.running import Running

from clinamen.studio._studio import EXAMPLES, example_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

COUNT_SOUND = """
window.nContexts = 0;
const Real = window.AudioContext;
window.AudioContext = class extends Real { constructor(...a) { super(...a); window.nContexts++; } };
"""

_numbers = itertools.count()


def a_song(running: Running) -> str:
    """Id of a project that no other test knows: the first example, and a comment."""
    data = example_bytes(EXAMPLES[0]) + f"<!-- {next(_numbers)} -->".encode()
    with running.client() as client:
        headers = {"X-File-Name": "song.musicxml"}
        response = client.post("/api/files", content=data, headers=headers)
    return str(response.json()["id"])


def enter(running: Running, page: Page, song: str = "") -> None:
    """Open the studio in this page, at a song."""
    page.add_init_script(COUNT_SOUND)
    if song:
        # The cookie without the page, which would load twice.
        page.context.request.get(running.entry)
    page.goto(f"{running.address}/?song={song}" if song else running.entry)
    page.wait_for_selector(".note.c0")


def settled(page: Page) -> None:
    """Until everything is saved and heard."""
    page.wait_for_selector(".saving:has-text('Saved')")
    page.wait_for_selector(".note:not(.stale)")
    page.wait_for_function("() => document.querySelectorAll('.stale').length === 0")


def heights(page: Page) -> list[str]:
    """The bars of all curves."""
    return page.eval_on_selector_all(".cost", "bars => bars.map(b => b.getAttribute('height'))")


def places(page: Page) -> list[list[str]]:
    """Where all notes stand."""
    script = "notes => notes.map(n => ['x', 'y', 'width'].map(a => n.getAttribute(a)))"
    return page.eval_on_selector_all(".note", script)


def song_of(page: Page) -> Any:
    """The song as the server has it."""
    return page.evaluate("""async () => {
        const id = new URLSearchParams(location.search).get('song');
        return (await (await fetch(`/api/projects/${id}`)).json()).song;
    }""")


def notes_of(page: Page) -> Any:
    """Notes as the server has them."""
    return song_of(page)["notes"]


def all_variants(page: Page) -> str:
    """Wait until all variants of a break are there; what is said of the one shown."""
    page.wait_for_selector(".which")
    page.wait_for_function("() => !document.querySelector('.break > div > .hint')")
    return page.locator(".which").inner_text()


def box_of(element: Locator) -> dict[str, float]:
    """Where it stands on the page."""
    for _ in range(100):
        # What is drawn anew at this very moment has none.
        box = element.bounding_box()
        if box is not None:
            return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}
        element.page.wait_for_timeout(50)
    raise AssertionError("it never stands anywhere")


def open_tune(page: Page, folder: Path, notes: str) -> None:
    """Open a tune of these notes in ABC, in C major."""
    file = folder / "tune.abc"
    file.write_text(f"X:1\nT:Tune\nM:4/4\nL:1/4\nK:C\n{notes}\n")
    address = page.url
    page.get_by_role("button", name="Songs").click()
    page.locator("input[type=file]").set_input_files(file)
    page.wait_for_function("before => location.href !== before", arg=address)
    settled(page)
