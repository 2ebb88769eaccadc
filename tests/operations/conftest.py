"""What tests of several verbs have."""

from __future__ import annotations

import pytest

import clinamen


@pytest.fixture(scope="session")
def listener() -> clinamen.Listener:
    """The shipped one; nothing is taught to it."""
    return clinamen.load_listener()
