"""Pictures for the README from the running program: python tools/studio_pictures.py

The studio by day and by night, the report of a song, the story of one, and a map.

Needs Chromium and playwright (see `tests/studio/browsers.py`).
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
IMAGES, EXAMPLES = ROOT / "docs" / "images", ROOT / "examples"
SURPRISING, BROKEN = 16, 22
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def main() -> None:
    """Write docs/images/studio.png, studio-dark.png, report.png, story.png and
    atlas.png."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = [sys.executable, "-m", "clinamen.cli", "studio", "--no-browser", "--port", "0"]
        command += ["--projects", str(Path(folder) / "p.db")]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            entry = re.findall(r"http\S+", server.stdout.readline())[0]
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            shoot(browser, entry, "light", IMAGES / "studio.png")
            shoot(browser, entry, "dark", IMAGES / "studio-dark.png")
            shoot_pages(browser, Path(folder))
            browser.close()
        finally:
            server.kill()
            server.wait()


def shoot(browser: Browser, entry: str, appearance: str, path: Path) -> None:
    """One picture: in the light a surprising note, in the dark a variant of another."""
    context = browser.new_context(
        viewport={"width": 1360, "height": 880},
        color_scheme="dark" if appearance == "dark" else "light",
        locale="en-GB",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(entry)
    page.wait_for_selector(".note.c0")
    page.locator(".note").nth(BROKEN if appearance == "dark" else SURPRISING).click()
    page.wait_for_selector(".choices")
    if appearance == "dark":
        page.get_by_role("button", name="Break here").click()
        page.wait_for_selector(".which")
        page.wait_for_function("() => !document.querySelector('.break > div > .hint')")
    page.mouse.move(1, 1)
    page.screenshot(path=path)
    context.close()


def shoot_pages(browser: Browser, folder: Path) -> None:
    """The top of a report, of a told story and of a map, as commands write them."""
    song = folder / "harbour_light.musicxml"
    shutil.copy(EXAMPLES / song.name, song)
    for arguments in (
        ["hear", str(song), "--html", str(folder / "report.html")],
        ["story", "me", "Lan"],
        ["swerve", str(song), "--at", "6.1", "-n", "2", "--out", f"{folder}/"],
        ["story", "note", "Harbour Light", "The bridge wants to fall."],
        ["story", "tell", "Harbour Light", "--show", "all", "--out", str(folder / "story.html")],
        ["atlas", "build", str(song), "-o", str(folder / "a.atlas"), "--mine", str(EXAMPLES)],
        ["atlas", "show", str(folder / "a.atlas"), "--html", str(folder / "atlas.html")],
    ):
        subprocess.run(
            [sys.executable, "-m", "clinamen.cli", *arguments],
            env=os.environ | {"CLINAMEN_HOME": str(folder / "home")},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    for name, height in (("report", 1500), ("story", 820), ("atlas", 1150)):
        page = browser.new_page(viewport={"width": 1100, "height": height}, color_scheme="light")
        page.goto((folder / f"{name}.html").as_uri())
        page.wait_for_selector("svg")
        page.screenshot(path=IMAGES / f"{name}.png")
        page.close()


if __name__ == "__main__":
    main()
