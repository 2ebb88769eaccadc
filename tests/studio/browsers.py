"""A real browser for tests, where there is one, and what a page in it must keep to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")

# As the superuser Chromium has no sandbox; it must not call home, there may be no network.
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=user-gesture-required",
    "--host-resolver-rules=MAP rebound.example 127.0.0.1",
]


def browser_path() -> str | None:
    """Chromium, or what CLINAMEN_BROWSER names."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CLINAMEN_BROWSER") or next(filter(None, map(shutil.which, names)), None)


def needs_browser() -> str:
    """Path of the browser; skips the test where there is none."""
    path = browser_path()
    if path is None:
        pytest.skip("LEFT OUT: the studio in a browser (apt-get install chromium)")
    pytest.importorskip("playwright.sync_api", reason="LEFT OUT: pip install playwright")
    return path


@contextmanager
def a_browser() -> Iterator[Browser]:
    """A headless one; skips the test where there is none."""
    path = needs_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def a_context(browser: Browser, **options: Any) -> Iterator[BrowserContext]:
    """A visitor's cookies and window."""
    opened = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    opened.set_default_timeout(120_000)  # a busy machine is slow
    yield opened
    opened.close()


@contextmanager
def no_troubles(page: Page) -> Iterator[None]:
    """The page must log no error."""
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda said: (
            troubles.append(f"{said.text} {said.location['url']}") if said.type == "error" else None
        ),
    )
    yield
    assert troubles == [], troubles


def axe_findings(page: Page, rules: Sequence[str] = RULES) -> dict[str, list[str]]:
    """Each rule of accessibility that the page breaks, and where; skips without axe-core."""
    if not AXE.exists():
        pytest.skip("LEFT OUT: axe-core (npm ci --prefix web)")
    # A reason that is being fetched is dimmed, as what nobody is to read yet.
    page.wait_for_function("() => !document.querySelector('.why[aria-busy=true]')")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", list(rules))["violations"]
    return {each["id"]: [node["html"][:200] for node in each["nodes"]][:3] for each in found}
