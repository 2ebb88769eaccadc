"""What a notebook loads, in a real browser: a page of nothing else stands in for the notebook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
from tests.studio.browsers import ROOT, RULES, a_context, axe_findings, no_troubles

import clinamen
from clinamen.notebook import SongView

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

HOSTILE = "<img src=x onerror=window.hurt=1>"
PAGE = "<!doctype html><html lang=en><title>A notebook</title><main id=cell></main>"
# A model as anywidget has it: what is set goes to Python when it is saved, and comes back from it.
HOST = """async (state) => {
    const listeners = new Map();
    const take = (changed) => {
        for (const [name, value] of Object.entries(changed)) {
            if (JSON.stringify(state[name]) === JSON.stringify(value)) continue;
            state[name] = value;
            for (const listener of listeners.get(`change:${name}`) ?? []) listener();
        }
    };
    let unsaved = {};
    const model = {
        get: (name) => state[name],
        set: (name, value) => { unsaved[name] = value; take({ [name]: value }); },
        save_changes: async () => {
            const sent = unsaved;
            unsaved = {};
            if (window.python) take(await window.python(sent));
        },
        on: (event, listener) => listeners.set(event, [...(listeners.get(event) ?? []), listener]),
        off: (event, listener) =>
            listeners.set(event, (listeners.get(event) ?? []).filter((each) => each !== listener)),
    };
    window.keys = [];
    document.addEventListener('keydown', (event) => window.keys.push(event.key));
    window.nContexts = 0;
    const Real = window.AudioContext;
    window.AudioContext = class extends Real {
        constructor(...a) { super(...a); window.nContexts++; }
    };
    const { default: widget } = await import('/widget.js');
    window.close = await widget.render({ model, el: document.getElementById('cell') });
    window.nListeners = () => [...listeners.values()].flat().length;
}"""


@dataclass
class Notebook:
    """A page with a song, and Python behind it."""

    page: Page
    view: SongView
    asked: list[dict[str, Any]] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def python(self, sent: dict[str, Any]) -> dict[str, Any]:
        """As a kernel: what the page sent, and what changed by it."""
        self.asked.append(sent)
        self.view.set_state(sent)
        return {name: getattr(self.view, name) for name in ("note", "chord", "why")}

    def route(self, route: Route) -> None:
        """The page and the script; all else would be a request that leaves."""
        path = route.request.url.removeprefix("http://notebook.test")
        script = resources.files("clinamen.notebook") / "static" / "widget.js"
        if path == "/":
            route.fulfill(body=PAGE, content_type="text/html")
        elif path == "/widget.js":
            route.fulfill(body=script.read_text("utf-8"), content_type="text/javascript")
        else:
            self.outside.append(route.request.url)
            route.abort()


@pytest.fixture(scope="module")
def song(browser: Browser) -> Any:
    """One song heard for all tests, with a name and words of a stranger's."""
    del browser
    read = clinamen.read(ROOT / "examples" / "harbour_light.musicxml").replace(title=HOSTILE)
    return read.show()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty one of this test's own."""
    with a_context(browser, color_scheme="light") as context:
        yield context.new_page()


def open_notebook(page: Page, view: SongView, *, has_python: bool = True) -> Notebook:
    notebook = Notebook(page, view)
    view.set_state({"note": -1, "chord": -1})
    page.route("**/*", notebook.route)
    if has_python:
        page.expose_function("python", notebook.python)
    page.goto("http://notebook.test/")
    names = ("title", "song", "hearing", "whys", "note", "chord", "why")
    page.evaluate(HOST, {name: json.loads(json.dumps(getattr(view, name))) for name in names})
    page.wait_for_selector(".note")
    return notebook


@pytest.fixture
def notebook(page: Page, song: SongView) -> Iterator[Notebook]:
    """It must log no error, and nothing may leave it."""
    with no_troubles(page):
        opened = open_notebook(page, song)
        yield opened
    assert opened.outside == []
    assert page.evaluate("window.hurt") is None


def test_the_song_is_seen(notebook: Notebook) -> None:
    page, view = notebook.page, notebook.view
    n_notes, n_chords = len(view.song["notes"]), len(view.song["chords"])
    assert page.locator(".note").count() == n_notes
    assert page.locator(".chord").count() == n_chords
    assert page.locator(".lane-curves").count() == 3
    n_heard = len(view.hearing["harmony"]["bits"])
    assert page.locator(".cost").count() == 2 * n_notes + n_heard
    assert page.locator(".title strong").inner_text() == HOSTILE
    assert page.locator("img").count() == 0
    label = page.locator(".note").nth(1).get_attribute("aria-label")
    assert label is not None
    assert label.startswith("Bar 1, beat 2: C5, ")
    assert "bits of melody" in label


def test_a_click_gives_why(notebook: Notebook) -> None:
    page = notebook.page
    assert page.locator(".choices").count() == 0
    page.locator(".note").nth(7).click()
    page.wait_for_selector(".choices")
    assert notebook.asked == [{"note": 7, "chord": -1}]
    assert notebook.view.note == 7
    assert page.locator(".why .event strong").inner_text() == "F4"
    part = notebook.view.why["parts"][0]
    assert page.locator(".choices").first.locator("tr").count() >= len(part["choices"])
    page.locator(".chord").nth(1).click()
    page.wait_for_selector("h3:has-text('Chord')")
    assert (notebook.view.note, notebook.view.chord) == (-1, 1)
    assert page.locator(".why .event strong").inner_text() == "Dm"


def test_what_stands_out_needs_no_python(page: Page, song: SongView) -> None:
    opened = open_notebook(page, song, has_python=False)
    page.clock.install()
    page.locator(".remark").first.click()
    page.wait_for_selector(".choices")
    known = {each["index"] for each in song.whys if each["kind"] == "note"}
    other = next(i for i in range(len(song.song["notes"])) if i not in known)
    page.locator(".note").nth(other).click()
    page.wait_for_function("() => true")
    assert page.get_by_text("Python does not answer").count() == 0
    page.clock.fast_forward(5000)
    page.get_by_text("Python does not answer").wait_for()
    assert opened.outside == []


def test_keys_stay_in_the_song(notebook: Notebook) -> None:
    page = notebook.page
    page.locator(".note").first.click()
    for key in ("ArrowRight", "ArrowRight", "a", "d", "d", "End"):
        page.keyboard.press(key)
    page.wait_for_function("() => true")
    last = len(notebook.view.song["notes"]) - 1
    page.locator(f"[aria-activedescendant$='-note-{last}']").wait_for()
    assert page.evaluate("window.keys") == []
    page.locator(".chord").first.click()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("h3:has-text('Chord')")
    assert notebook.view.chord == 1


def test_it_sounds_when_it_is_told_to(notebook: Notebook) -> None:
    page = notebook.page
    assert page.evaluate("window.nContexts") == 0
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function(
        "() => document.querySelector('#cell > div').shadowRoot"
        ".querySelector('.place').textContent.includes('beat 2')"
    )
    assert page.evaluate("window.nContexts") == 1
    page.get_by_role("button", name="Pause", exact=True).click()
    page.get_by_role("button", name="Play", exact=True).wait_for()


def test_light_and_dark_are_those_of_the_page_around(notebook: Notebook) -> None:
    page = notebook.page
    fill = (
        "getComputedStyle(document.querySelector('#cell > div').shadowRoot.querySelector('.song'))"
    )
    assert page.evaluate(f"{fill}.backgroundColor") == "rgb(255, 255, 255)"
    page.evaluate("document.body.setAttribute('style', 'background: #111111')")
    page.wait_for_selector("[data-theme=dark]")
    assert page.evaluate(f"{fill}.backgroundColor") == "rgb(31, 30, 37)"


def test_a_view_that_is_closed_leaves_nothing(notebook: Notebook) -> None:
    page = notebook.page
    page.evaluate("window.close()")
    assert page.locator(".note").count() == 0
    assert page.evaluate("window.nListeners()") == 0


@pytest.mark.parametrize("background", ["#ffffff", "#111111"])
def test_axe_finds_nothing(notebook: Notebook, background: str) -> None:
    page = notebook.page
    page.evaluate("b => document.body.setAttribute('style', `background: ${b}`)", background)
    page.locator(".note").nth(7).click()
    page.wait_for_selector(".choices")
    # What is good practice for a whole page is none for a cell of one.
    assert axe_findings(page, RULES[:-1]) == {}
