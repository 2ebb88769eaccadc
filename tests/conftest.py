"""What tests of several folders have."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tests.studio.browsers import a_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser


# Commands keep the path of what they write: not in the data folder of whoever runs the tests.
os.environ["CLINAMEN_HOME"] = tempfile.mkdtemp(prefix="clinamen-tests-")


# Not for the whole session: Playwright keeps a running event loop, in which tests that have one
# of their own could not run.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real one; tests are left out where there is none."""
    with a_browser() as found:
        yield found
