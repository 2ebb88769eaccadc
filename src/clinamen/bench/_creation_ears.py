"""Listeners that measure what was made: the one that made it, a judge, and the classic model."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.breaks import Break, measure_break
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Song
from clinamen.domains.music.places import beat_span
from clinamen.errors import ParameterError

__all__ = [
    "CLASSIC",
    "GENERATOR",
    "JUDGE",
    "TARGET_OF",
    "Ear",
    "Hearing",
    "break_of",
    "ears_of",
    "event_onsets",
    "phrase_starts",
]

FloatArray = npt.NDArray[np.float64]

GENERATOR, JUDGE, CLASSIC = "generator", "judge", "classic"

TARGET_OF: Mapping[str, str] = {
    "pitch": "pitch",
    "rhythm": "onset",
    "silence": "onset",
    "harmony": "harmony",
}
"""What is predicted of the event that breaks, by kind of break."""


@dataclass(frozen=True, eq=False)
class Ear:
    """One way to hear a song.

    Parameters
    ----------
    name
        `GENERATOR`, `JUDGE` or `CLASSIC`.
    listener
        Who hears.
    model
        ``mixture``, or ``both+`` for the classic model with all its memory.
    """

    name: str
    listener: Listener
    model: Literal["mixture", "both+"] = "mixture"

    def hear(self, song: Song) -> Hearing:
        """What the song's events cost, worked out when it is asked for."""
        return Hearing(self, song)

    @property
    def hears_chords(self) -> bool:
        """Whether it has learnt to expect chords."""
        return self.model == "mixture" and bool(self.listener.harmony)


@dataclass(frozen=True, eq=False)
class Hearing:
    """A song as one ear hears it; the hearing is that of `Listener.hear`, nothing quicker."""

    ear: Ear
    song: Song

    def bits(self, target: str) -> FloatArray:
        """Information content of every note, or of every chord for ``harmony``."""
        if target == "joint":
            return self.joint
        if target == "harmony":
            return self.harmony
        return self.onset if target == "onset" else self.pitch

    @cached_property
    def pitch(self) -> FloatArray:
        """Bits of every pitch."""
        return self._heard("pitch")

    @cached_property
    def onset(self) -> FloatArray:
        """Bits of every onset."""
        return self._heard("onset")

    @cached_property
    def joint(self) -> FloatArray:
        """Bits of every note, onset and pitch together."""
        return self.onset + self.pitch

    @cached_property
    def harmony(self) -> FloatArray:
        """Bits of every chord."""
        return self._heard("harmony")

    def _heard(self, target: str) -> FloatArray:
        return self.ear.listener.hear(
            self.song, target=target, model=self.ear.model
        ).information_content


def ears_of(generator: Listener, judge: Listener) -> tuple[Ear, ...]:
    """The three that measure. The classic model has learnt what the judge has."""
    return (Ear(GENERATOR, generator), Ear(JUDGE, judge), Ear(CLASSIC, judge, "both+"))


def break_of(
    hearing: Hearing, kind: str, place: int, asked_quarters: Fraction, target: str | None = None
) -> Break:
    """The break at an event as one ear hears it.

    Parameters
    ----------
    kind
        Of `TARGET_OF`.
    place
        Index of the note, or of the chord, that breaks.
    asked_quarters
        Where it was asked for; the beat there is the chosen one, but for a silence, which is
        noticed at the note after it.
    target
        What is measured; by default what the kind breaks.
    """
    song = hearing.song
    onsets = event_onsets(song, kind)
    if not 0 <= place < len(onsets):
        raise ParameterError(f"there is no event {place} among {len(onsets)}")
    chosen = onsets[place] if kind == "silence" else asked_quarters
    start, end = beat_span(song.melody, chosen)
    return measure_break(
        hearing.bits(target or TARGET_OF[kind]),
        [float(onset) for onset in onsets],
        phrase_starts(song, kind),
        place,
        (float(start), float(end)),
    )


def event_onsets(song: Song, kind: str) -> list[Fraction]:
    """When notes begin, or chords, in quarters."""
    if kind != "harmony":
        return [note.onset_quarters for note in song.melody.notes]
    from clinamen.domains.music.progression.events import chord_changes

    return [span.onset_quarters for span in chord_changes(song)]


def phrase_starts(song: Song, kind: str) -> Sequence[int]:
    """First events of phrases; of chords, the first at or after where the phrase begins."""
    starts = song.melody.phrase_starts
    if kind != "harmony":
        return starts
    onsets = event_onsets(song, kind)
    found = {bisect_left(onsets, song.melody.notes[start].onset_quarters) for start in starts}
    return sorted({each for each in found if each < len(onsets)} | {0})
