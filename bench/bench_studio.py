"""How fluid the studio is with a song of 2,000 notes, measured in a real browser.

Reports the time from a pointer's move to the picture being drawn while a note is dragged, the
time to draw the whole song, and the time from the end of a drag to the new curves.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics

from _common import studio_with

N_NOTES = 2_000
N_MOVES = 60
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A move is over when the frame after it has begun: by then the one with the change was drawn.
MOVE = """([x, y]) => new Promise(done => {
    const began = performance.now();
    document.querySelector('.picture').dispatchEvent(new PointerEvent('pointermove',
        {clientX: x, clientY: y, bubbles: true, pointerId: 1}));
    const handled = performance.now() - began;
    requestAnimationFrame(() => {
        const channel = new MessageChannel();
        channel.port1.onmessage = () => done([handled, performance.now() - began]);
        channel.port2.postMessage(0);
    });
})"""


def main() -> None:
    browser = os.environ.get("CLINAMEN_BROWSER") or shutil.which("chromium")
    if browser is None:
        print("left out: no Chromium (apt-get install chromium)")
        return
    with studio_with(long_song()) as entry:
        measure(browser, entry)


def long_song() -> str:
    """Two thousand eighths that wander about a scale."""
    chance, place, bars = random.Random(6), 7, []
    for _ in range(N_NOTES // 8):
        notes = []
        for _ in range(8):
            place = min(max(place + chance.choice([-2, -1, -1, 0, 1, 1, 2]), 0), 13)
            notes.append("CDEFGABcdefgab"[place])
        bars.append("".join(notes))
    lines = ["|".join(bars[at : at + 4]) + "|" for at in range(0, len(bars), 4)]
    return "X:1\nT:Long\nM:4/4\nL:1/8\nK:C\n" + "\n".join(lines) + "\n"


def measure(browser_path: str, entry: str) -> None:
    """Drag a note about, and print what it took."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(entry)
        page.wait_for_selector(".note:not(.unknown):not(.stale)", timeout=120_000)
        n_notes = page.locator(".note").count()
        box = page.locator(".note").nth(12).bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        moves = [
            page.evaluate(MOVE, [x + step % 9, y - 12 * (step % 5) - 6]) for step in range(N_MOVES)
        ]
        before = page.evaluate("performance.now()")
        page.mouse.up()
        page.wait_for_selector(".note.stale", timeout=60_000)
        page.wait_for_function("() => !document.querySelector('.stale')", timeout=60_000)
        heard = page.evaluate("performance.now()") - before
        browser.close()
    handled, drawn = ([move[kind] for move in moves] for kind in (0, 1))
    print(f"{n_notes:,} notes, {len(moves)} moves of a dragged note")
    for name, times in (("handling a move", handled), ("until it is drawn", drawn)):
        worst = sorted(times)[int(0.95 * len(times))]
        print(f"{name}: median {statistics.median(times):.1f} ms, 95th per cent {worst:.1f} ms")
    print(f"from letting go to new curves: {heard / 1000:.2f} s")


if __name__ == "__main__":
    main()
