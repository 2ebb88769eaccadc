"""The studio in a real browser: seen, heard, changed, safe from pages of strangers."""

from __future__ import annotations

import http.server
import itertools
import json
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.studio.browsers import a_browser
from tests.studio.conftest import Running, Start, running_studio

from clinamen.io.files import read_song
from clinamen.operations.edit import draft_of
from clinamen.studio._studio import EXAMPLES, example_bytes

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
COUNT_SOUND = """
window.nContexts = 0;
const Real = window.AudioContext;
window.AudioContext = class extends Real { constructor(...a) { super(...a); window.nContexts++; } };
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with a_browser() as found:
        yield found


@pytest.fixture(scope="module")
def running(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One studio for all tests here, each of which has a song of its own in it."""
    # The browser comes first, so that nothing is started where there is none.
    del browser
    with running_studio("--projects", str(tmp_path_factory.mktemp("browser") / "p.db")) as found:
        yield found


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(accept_downloads=True, viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(120_000)  # a busy machine is slow
    yield opened
    opened.close()


@pytest.fixture
def page(running: Running, context: BrowserContext) -> Iterator[Page]:
    """The studio with its first example, heard; it must log no error."""
    opened = enter(running, context, a_song(running))
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    yield opened
    assert troubles == []


numbers = itertools.count()


def a_song(running: Running) -> str:
    """Id of a project that no other test knows: the first example, and a comment."""
    data = example_bytes(EXAMPLES[0]) + f"<!-- {next(numbers)} -->".encode()
    with running.client() as client:
        headers = {"X-File-Name": "song.musicxml"}
        response = client.post("/api/files", content=data, headers=headers)
    return str(response.json()["id"])


def enter(running: Running, context: BrowserContext, song: str = "") -> Page:
    page = context.new_page()
    page.add_init_script(COUNT_SOUND)
    if song:
        # The cookie without the page, which would load twice.
        context.request.get(running.entry)
    page.goto(f"{running.address}/?song={song}" if song else running.entry)
    page.wait_for_selector(".note.c0")
    return page


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


def notes_of(page: Page) -> Any:
    """Notes as the server has them."""
    script = """async () => {
        const id = new URLSearchParams(location.search).get('song');
        return (await (await fetch(`/api/projects/${id}`)).json()).song.notes;
    }"""
    return page.evaluate(script)


def test_the_way_of_a_song(page: Page, tmp_path: Path) -> None:
    """See, hear, change, undo, come back, take away, open again."""
    assert page.title() == "Harbour Light · Clinamen"
    assert page.locator(".note").count() == 41
    before, first = heights(page), places(page)
    assert len(before) > 90

    assert page.evaluate("window.nContexts") == 0
    page.get_by_role("button", name="Play", exact=True).click()
    page.wait_for_function("() => document.querySelector('.place').textContent.includes('beat 2')")
    assert page.evaluate("window.nContexts") == 1
    page.get_by_role("button", name="Pause", exact=True).click()

    page.locator(".note").nth(5).click()
    page.wait_for_selector(".choices")
    assert "C4" in page.locator(".why .event").inner_text()
    page.keyboard.press("ArrowUp")
    settled(page)
    changed = heights(page)
    assert changed != before
    assert places(page)[5] != first[5]

    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert (heights(page), places(page)) == (before, first)
    page.keyboard.press("Control+Shift+Z")
    settled(page)
    assert heights(page) == changed

    page.reload()
    page.wait_for_selector(".note.c0")
    settled(page)
    assert heights(page) == changed
    assert page.get_by_role("button", name="Undo").is_enabled()
    kept = notes_of(page)

    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=".musicxml").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert json.loads(draft_of(read_song(file)).to_json())["notes"] == [row[:3] for row in kept]
    recipe = page.locator(".recipe pre").first.inner_text()
    assert recipe == f"clinamen hear '{file.name}' --harmony"
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Songs").click()
    address = page.url
    page.locator("input[type=file]").set_input_files(file)
    page.wait_for_function("before => location.href !== before", arg=address)
    settled(page)
    assert notes_of(page) == kept
    assert heights(page) == changed


def test_notes_are_moved_stretched_and_added_with_a_pointer(page: Page) -> None:
    before = notes_of(page)
    box = page.locator(".note").nth(4).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 3, y - 20, steps=4)
    page.mouse.move(x + 1, y - 36, steps=4)
    page.mouse.up()
    settled(page)
    assert notes_of(page)[4][:3] == [before[4][0], before[4][1], before[4][2] + 3]

    edge = box["x"] + box["width"] - 2
    page.mouse.move(edge, y - 36)
    page.mouse.down()
    page.mouse.move(edge - 37, y - 36, steps=5)
    page.mouse.up()
    settled(page)
    assert notes_of(page)[4][1] == before[4][1] - 10080

    page.mouse.dblclick(edge - 15, y)
    settled(page)
    after = notes_of(page)
    assert len(after) == len(before) + 1
    assert after[5][2] == before[4][2]

    page.mouse.move(x, y - 36)
    page.mouse.down()
    page.mouse.move(x, y + 30, steps=3)
    page.keyboard.press("Escape")
    page.mouse.up()
    settled(page)
    assert notes_of(page) == after


def test_everything_by_keyboard(page: Page) -> None:
    before = notes_of(page)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('notes')"):
            break
    active = "document.activeElement.getAttribute('aria-activedescendant')"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    chosen = page.evaluate(active)
    label = page.locator(f"#{chosen}").get_attribute("aria-label")
    assert label is not None
    assert label.startswith("Bar 1, beat 2: C5, ")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("[")
    page.keyboard.press("Enter")
    page.keyboard.press("Delete")
    page.keyboard.press("Alt+ArrowRight")
    settled(page)
    after = notes_of(page)
    assert after[1] == [before[1][0] + 2520, before[1][1] - 2520, before[1][2] + 12, ""]
    assert after[2:] == before[2:]
    for _ in range(5):
        page.keyboard.press("Control+z")
    settled(page)
    assert notes_of(page) == before
    page.keyboard.press("Control+a")
    page.keyboard.press("ArrowDown")
    settled(page)
    assert [row[2] for row in notes_of(page)] == [row[2] - 1 for row in before]
    page.keyboard.press("Space")
    page.wait_for_selector("button[aria-label=Pause]")
    page.keyboard.press("Space")
    page.wait_for_selector("button[aria-label=Play]")


def test_the_pattern_is_broken_here_and_a_variant_kept(page: Page) -> None:
    before, bars = notes_of(page), heights(page)
    page.locator(".note").nth(22).click()
    page.get_by_role("button", name="Break here").click()
    page.wait_for_selector(".which")
    page.wait_for_function("() => !document.querySelector('.break > div > .hint')")
    assert page.locator(".ghost, .ghost-chord").count() > 0
    shown = page.locator(".which").inner_text()
    page.get_by_role("button", name="Next variant").click()
    assert page.locator(".which").inner_text() != shown
    assert page.locator(".break p[lang=en]").first.inner_text()
    assert notes_of(page) == before
    page.get_by_role("button", name="Leave it").click()
    assert page.locator(".which, .ghost").count() == 0

    page.locator(".note").nth(22).click()
    page.keyboard.press("b")
    page.wait_for_selector(".which")
    page.wait_for_function("() => !document.querySelector('.break > div > .hint')")
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
    page.wait_for_selector(".which")
    page.wait_for_function("() => !document.querySelector('.break > div > .hint')")
    first = page.locator(".which").inner_text()
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
    page.wait_for_selector(".which")
    page.wait_for_function("() => !document.querySelector('.break > div > .hint')")
    assert page.evaluate("document.activeElement.matches('.break .shown')")
    shown = page.locator(".which").inner_text()
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


def test_a_locked_note_stays(page: Page) -> None:
    before = notes_of(page)
    page.locator(".note").nth(3).click()
    page.keyboard.press("k")
    settled(page)
    page.reload()
    page.wait_for_selector(".note.locked")
    page.locator(".note").nth(3).click()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    page.wait_for_selector(".trouble:has-text('locked note stays')")
    page.get_by_role("button", name="Dismiss").click()
    assert notes_of(page) == before
    page.locator(".note").nth(3).click()
    page.keyboard.press("k")
    page.keyboard.press("ArrowUp")
    settled(page)
    assert notes_of(page)[3][2] == before[3][2] + 1


def test_versions_are_kept_and_brought_back(page: Page) -> None:
    before = notes_of(page)
    page.get_by_role("button", name="Versions").click()
    page.get_by_label("Name for the song").fill("as it was")
    page.get_by_role("button", name="Keep").click()
    page.get_by_role("button", name="Close").click()
    page.locator(".note").nth(3).click()
    page.keyboard.press("Delete")
    settled(page)
    assert len(notes_of(page)) == len(before) - 1
    page.get_by_role("button", name="Versions").click()
    page.get_by_role("button", name="Bring back").click()
    settled(page)
    page.wait_for_function("() => document.querySelectorAll('.note').length === 41")
    assert notes_of(page) == before


def test_two_tabs_show_the_same_song(page: Page, running: Running) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector(".note.c0")
    page.locator(".note").nth(3).click()
    page.keyboard.press("ArrowUp")
    settled(page)
    moved = places(page)
    other.wait_for_function(
        "y => document.querySelectorAll('.note')[3].getAttribute('y') === y", arg=moved[3][1]
    )
    assert places(other) == moved


def test_why_is_told_of_notes_bars_and_chords(page: Page) -> None:
    page.locator(".chord").nth(3).click()
    page.wait_for_selector(".why .event:has-text('C7')")
    assert "V7 in F major" in page.locator(".why").inner_text()
    bar = page.locator(".lane-curves").nth(1).locator(".cost").nth(6).bounding_box()
    assert bar is not None
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
        assert label.startswith(f"Bar {bar}, beat {round(beat, 2):g}: ")


def test_to_look_is_not_to_change(browser: Browser, context: BrowserContext, start: Start) -> None:
    page = enter(start("--readonly"), context)
    assert "token" not in page.url
    page.go_back()
    assert "token" not in page.url
    page.go_forward()
    page.wait_for_selector(".note.c0")
    before = notes_of(page)
    assert page.get_by_role("button", name="Undo").count() == 0
    page.locator(".note").nth(3).click()
    for key in ("ArrowUp", "Delete", "Enter"):
        page.keyboard.press(key)
    page.mouse.dblclick(400, 300)
    assert notes_of(page) == before
    assert page.locator(".note").count() == len(before)


HOSTILE = """<!doctype html><title>stranger</title><script>
const at = '%s', song = '%s', out = {};
const tries = {
  read: () => fetch(at + '/api/state', {credentials: 'include'}).then(r => r.text()),
  blind: () => fetch(at + song, {credentials: 'include', mode: 'no-cors'}).then(r => r.text()),
  change: () => fetch(at + song + '/undo', {method: 'POST', credentials: 'include',
      mode: 'no-cors', body: '{"base":%d}'}).then(r => r.text()),
  script: () => new Promise((yes, no) => { const s = document.createElement('script');
      s.onload = () => yes('loaded'); s.onerror = no; s.src = at + '/assets/studio.js';
      document.head.append(s); }),
  frame: () => new Promise(yes => { const f = document.createElement('iframe');
      f.onload = () => { try { yes(f.contentDocument.body.innerText) } catch { yes('') } };
      f.src = at + '/'; document.documentElement.append(f); }),
};
(async () => {
  for (const name in tries) {
    try { out[name] = await tries[name]() } catch { out[name] = 'refused' }
  }
  document.title = JSON.stringify(out);
})();
</script>"""


class Hostile(http.server.BaseHTTPRequestHandler):
    """A stranger's page on another port of this host."""

    def __init__(self, page: str, *arguments: Any) -> None:
        self.page = page
        super().__init__(*arguments)

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.page.encode())

    def log_message(self, *arguments: Any) -> None:
        pass


def test_a_page_on_another_port_gets_nothing(page: Page, running: Running) -> None:
    page.locator(".note").nth(3).click()
    page.keyboard.press("ArrowUp")
    settled(page)
    before = notes_of(page)
    song = page.evaluate("'/api/projects/' + new URLSearchParams(location.search).get('song')")
    revision = page.evaluate("s => fetch(s).then(r => r.json()).then(p => p.revision)", song)
    text = HOSTILE % (running.address, song, revision)
    with http.server.HTTPServer(("127.0.0.1", 0), partial(Hostile, text)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stranger = page.context.new_page()
        stranger.goto(f"http://127.0.0.1:{server.server_port}/")
        stranger.wait_for_function("() => document.title.startsWith('{')")
        out = json.loads(stranger.title())
        server.shutdown()
    # An opaque answer is an empty text; whether it was let in shows in the song.
    assert out["read"] == out["script"] == "refused"
    assert out["blind"] in ("", "refused")
    assert out["frame"] == ""
    assert notes_of(page) == before


def test_a_name_that_was_made_to_point_here_is_refused(page: Page, running: Running) -> None:
    stranger = page.context.new_page()
    rebound = running.address.replace("127.0.0.1", "rebound.example")
    response = stranger.goto(f"{rebound}/")
    assert response is not None
    assert response.status == 403
    response = stranger.goto(running.entry.replace("127.0.0.1", "rebound.example"))
    assert response is not None
    assert response.status == 403


def test_language_and_appearance_are_kept(page: Page) -> None:
    page.get_by_label("Language").select_option("vi")
    page.get_by_label("Giao diện").select_option("dark")
    page.reload()
    page.wait_for_selector(".note.c0")
    assert page.get_attribute("html", "lang") == "vi"
    assert page.get_by_role("button", name="Bài hát").is_visible()
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
    page.wait_for_selector(".which")
    page.wait_for_function("() => !document.querySelector('.break > div > .hint')")


@pytest.mark.parametrize("appearance", ["light", "dark"])
def test_axe_finds_nothing(page: Page, appearance: str) -> None:
    if not AXE.exists():
        pytest.skip("LEFT OUT: axe-core (npm ci --prefix web)")
    # Colours that are on their way to others are no colours to judge.
    page.emulate_media(reduced_motion="reduce")
    page.get_by_label("Appearance").select_option(appearance)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for show in (show_nothing, show_why, show_variants, show_songs, show_export):
        show(page)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        found = page.evaluate("tags => axe.run({runOnly: tags})", tags)["violations"]
        told = [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found]
        assert told == []
