"""A listener that has learnt a few chords and tunes; made once, not to be changed."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from tests.domains.music.progression.taught import taught
from tests.operations.small_listener import small_listener

from clinamen.domains.music.listener import Listener

__all__ = ["harmony_listener"]


@cache
def harmony_listener() -> Listener:
    """Chords with and without knowing the melody."""
    known = ({"key", "timing"}, {"key", "melody", "timing"})
    harmony = {" ".join(sorted(each)): taught(frozenset(each)) for each in known}
    return replace(small_listener(), name="small", harmony=harmony)
