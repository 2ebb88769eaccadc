"""Bars of a song in words; the pickup is bar 0."""

from __future__ import annotations

from collections.abc import Sequence

from clinamen.texts import Message

__all__ = ["MOST_BARS", "bars_listed", "span_words"]

MOST_BARS = 4
"""Bars that are listed; of more, the last is named."""


def span_words(first: int, last: int) -> Message:
    """Bars from one to another: ``in bars 2 and 3``, ``from the pickup to bar 4``."""
    if first == last:
        return Message("place.in_bar", bar=first) if first > 0 else Message("place.in_pickup")
    if first < 1:
        return Message("place.from_pickup", bar=last)
    key = "place.in_two_bars" if last == first + 1 else "place.in_bars"
    return Message(key, first=first, last=last)


def bars_listed(bars: Sequence[int]) -> Message:
    """``bar 3``, ``bars 2, 6 and 10``."""
    if len(bars) == 1:
        return Message("place.the_bar", bar=bars[0])
    return Message("place.the_bars", bars=tuple(bars))
