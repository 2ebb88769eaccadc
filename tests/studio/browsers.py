"""A real browser for tests, where there is one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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


@contextmanager
def a_browser() -> Iterator[Browser]:
    """A headless one; skips the test where there is none."""
    path = browser_path()
    if path is None:
        pytest.skip("LEFT OUT: the studio in a browser (apt-get install chromium)")
    api = pytest.importorskip("playwright.sync_api", reason="LEFT OUT: pip install playwright")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
