"""Pictures of the studio for the README, from the running program: python tools/studio_pictures.py

Needs Chromium and playwright (see `tests/studio/browsers.py`).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

IMAGES = Path(__file__).parents[1] / "docs" / "images"
SURPRISING, BROKEN = 16, 22
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]


def main() -> None:
    """Write docs/images/studio.png and studio-dark.png."""
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


if __name__ == "__main__":
    main()
