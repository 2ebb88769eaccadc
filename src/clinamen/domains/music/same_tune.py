"""Which melodies are the same tune: variants are left out together while weights are learned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clinamen.domains.music.events import MelodyEvents

__all__ = ["opening_labels"]

OPENING = 12
"""Notes whose intervals tell a tune from another."""

LONGEST_PICKUP = 4
"""Notes that one variant may have before another begins."""

FEWEST_INTERVALS = 3
"""An opening of fewer different intervals (a note repeated, a scale) belongs to no one tune."""


def opening_labels(melodies: Sequence[MelodyEvents]) -> tuple[int, ...]:
    """A label a melody, the same for tunes that open alike.

    Two melodies open alike if the same intervals come within the first few notes of both,
    whatever the key, the note values, and a pickup that only one of them has. What opens
    like a variant is a variant too. The work grows with the number of melodies, not its
    square.

    Returns
    -------
    tuple of int
        The place of the first melody of each tune.
    """
    parent = list(range(len(melodies)))
    first: dict[tuple[int, ...], int] = {}
    for place, events in enumerate(melodies):
        for opening in _openings(events):
            _join(parent, first.setdefault(opening, place), place)
    return tuple(_root(parent, place) for place in range(len(melodies)))


def _openings(events: MelodyEvents) -> Iterator[tuple[int, ...]]:
    """Intervals of the opening, and of what is the opening without a pickup."""
    pitch = events.pitch[: OPENING + LONGEST_PICKUP]
    steps = [int(step) for step in pitch[1:] - pitch[:-1]]
    yield tuple(steps[: OPENING - 1]) if len(steps) >= OPENING - 1 else (*steps, -1000)
    for begin in range(1, len(steps) - OPENING + 2):
        opening = tuple(steps[begin : begin + OPENING - 1])
        if len(set(opening)) >= FEWEST_INTERVALS:
            yield opening


def _root(parent: list[int], place: int) -> int:
    while parent[place] != place:
        parent[place] = parent[parent[place]]
        place = parent[place]
    return place


def _join(parent: list[int], one: int, other: int) -> None:
    """The earlier of two roots becomes the root of both."""
    roots = sorted((_root(parent, one), _root(parent, other)))
    parent[roots[1]] = roots[0]
