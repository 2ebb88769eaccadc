"""The studio in a real browser: what pages and names of strangers get, and who may only look."""

from __future__ import annotations

import http.server
import json
import threading
from functools import partial
from typing import TYPE_CHECKING, Any

from tests.studio.pages import enter, notes_of, settled
from tests.studio.running import Running, Start

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page


def test_to_look_is_not_to_change(context: BrowserContext, start: Start) -> None:
    page = context.new_page()
    enter(start("--readonly"), page)
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
