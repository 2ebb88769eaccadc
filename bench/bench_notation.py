"""What notation costs with a song of 2,000 notes: on the server, and in a real browser.

Reports what each step of drawing takes, what the studio's answer weighs and how long it is waited
for, and, where there is Chromium, the time until the first lines stand on the page, from a move of
the pointer to its picture, and from letting a note go to the new notation.
"""

from __future__ import annotations

import json
import shutil
import statistics
import time
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from os import environ
from typing import TYPE_CHECKING, Any

import bench_studio
from _common import studio_with
from clinamen.io.abc import read_abc
from clinamen.io.engraving import engrave
from clinamen.io.musicxml import write_musicxml
from clinamen.operations.score_sheet import score_sheet

if TYPE_CHECKING:
    from playwright.sync_api import Page

WIDTH = 30_000
N_TIMES = 3
N_MOVES = 30
DRAWN = "document.querySelector('.sheet:not(.stale) .sheet-line svg .column')"
SHOW = f"""() => new Promise(done => {{
    const began = performance.now();
    const look = () => {DRAWN} ? done(performance.now() - began) : requestAnimationFrame(look);
    [...document.querySelectorAll('.pictures button')].at(-1).click();
    look();
}})"""


def main() -> None:
    text = bench_studio.long_song()
    song = read_abc(text.encode())
    print(f"{len(song.melody.notes):,} notes in {len(song.melody.bar_onsets)} bars")
    data = write_musicxml(song, note_ids=True)
    print(f"MusicXML: {taken(lambda: write_musicxml(song)):.2f} s, {len(data) / 1e6:.2f} MB")
    print(f"verovio, read and cleaned: {taken(lambda: engrave(data, width=WIDTH)):.2f} s")
    print(f"whole sheet: {taken(lambda: score_sheet(song, width=WIDTH)):.2f} s")
    with studio_with(text) as entry:
        measure_answers(entry)
        measure_in_browser(entry)


def taken(work: Callable[[], Any]) -> float:
    """Median seconds of a few times."""
    times = []
    for _ in range(N_TIMES):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def measure_answers(entry: str) -> None:
    """How long the studio lets one wait, its ears being warm, and what it sends."""
    ask = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open
    ask(entry).read()
    address = entry.partition("/enter")[0]
    project = json.load(ask(f"{address}/api/state"))["first"]
    song = f"{address}/api/projects/{project}"
    ask(f"{song}/hearing").read()
    first, whole, answer = [], [], b""
    for _ in range(N_TIMES):
        began = time.perf_counter()
        with ask(f"{song}/notation?width={WIDTH}") as response:
            start = response.read(1)
            first.append(time.perf_counter() - began)
            answer = start + response.read()
        whole.append(time.perf_counter() - began)
    n_lines = len(json.loads(answer)["lines"])
    print(
        f"answer of the studio: first byte after {statistics.median(first):.2f} s, whole after "
        f"{statistics.median(whole):.2f} s; {len(answer) / 1e6:.2f} MB, {n_lines} lines"
    )


def measure_in_browser(entry: str) -> None:
    """What somebody sees who switches to notation, and edits."""
    path = environ.get("CLINAMEN_BROWSER") or shutil.which("chromium")
    if path is None:
        print("left out: no Chromium (apt-get install chromium)")
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=bench_studio.ARGUMENTS)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(120_000)
        page.goto(entry)
        page.wait_for_selector(".note:not(.unknown):not(.stale)")
        waited = page.evaluate(SHOW)
        n_lines, n_filled = (
            page.locator(css).count() for css in (".sheet-line", ".sheet-line svg")
        )
        print(
            f"in the browser: first lines after {waited / 1000:.2f} s, "
            f"{n_filled} of {n_lines} lines on the page"
        )
        measure_moves(page)
        browser.close()


def measure_moves(page: Page) -> None:
    """Drag a note with the notation open."""
    box = page.locator(".note").nth(12).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    drawn = [
        page.evaluate(bench_studio.MOVE, [x + step % 9, y - 12 * (step % 5) - 6])[1]
        for step in range(N_MOVES)
    ]
    before = page.evaluate("performance.now()")
    page.mouse.up()
    page.wait_for_selector(".sheet.stale")
    page.wait_for_function(f"() => {DRAWN}")
    renewed = page.evaluate("performance.now()") - before
    worst = sorted(drawn)[int(0.95 * len(drawn))]
    print(f"a move is drawn after {statistics.median(drawn):.0f} ms, 95th per cent {worst:.0f} ms")
    print(f"from letting go to new notation: {renewed / 1000:.2f} s")


if __name__ == "__main__":
    main()
