"""The metre of a tune, and how a song may be told in another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from typing import ClassVar

from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.notes import Meter, Song
from clinamen.domains.music.rules._moving import Piece, moved
from clinamen.domains.music.rules._reading import Reading
from clinamen.domains.music.rules._rule import Count, Rule

__all__ = ["Metre", "in_metre", "metre_of", "metres_beside"]

_OTHERS = tuple(Meter(*each) for each in ((3, 4), (4, 4), (5, 4), (6, 8), (7, 8), (5, 8), (9, 8)))
_WEIGHTS = tuple(Fraction(n, 2) for n in (2, 3, 1, 4))
"""What may become of a beat: it stays, is half as long again, half as long, twice as long."""

_MOST_BEATS = 6
_LEAST_RATIO, _MOST_RATIO = Fraction(3, 5), Fraction(5, 3)


@dataclass(frozen=True)
class Metre(Rule):
    """All bars are of one metre, and begin with a note or hold one on."""

    kind: ClassVar[str] = "metre"
    least: ClassVar[float] = 1.0

    meter: Meter

    def count(self, reading: Reading) -> Count:
        """Bars of that length; a pickup, and a last bar that makes up for it, count if they are
        no longer."""
        lines, bar = reading.layout.lines, to_ticks(self.meter.bar_quarters)
        lengths = [b - a for a, b in pairwise(lines)]
        edges = {0} if reading.layout.has_pickup else set()
        is_right = [
            reading.layout.meter == self.meter
            and (length <= bar if place in edges | {len(lengths) - 1} else length == bar)
            for place, length in enumerate(lengths)
        ]
        return Count(sum(is_right), len(is_right))


def metre_of(reading: Reading) -> Metre | None:
    """The metre of a tune; None where it changes or bars are irregular."""
    meter = reading.layout.meter
    rule = Metre(meter) if meter is not None else None
    return rule if rule is not None and rule.holds(reading) else None


def metres_beside(song: Song) -> Iterator[tuple[Metre, Song]]:
    """Other metres, each with the song told in it in the plainest way."""
    own = song.melody.meters[0].meter
    for meter in _OTHERS:
        if meter == own or not _LEAST_RATIO <= meter.bar_quarters / own.bar_quarters <= _MOST_RATIO:
            continue
        told = in_metre(song, meter)
        if told is not None:
            yield Metre(meter), told


def in_metre(song: Song, meter: Meter) -> Song | None:
    """A song in another metre: as many bars, whose beats are longer or shorter than before.

    A bar of the same length keeps its notes, and the beat falls elsewhere (3/4 and 6/8). The
    pickup stays as it is. None where a pickup is too long for the bar, or no beats of that
    length make the bar.
    """
    melody = song.melody
    own, pickup = melody.meters[0].meter, melody.pickup_quarters
    weights = _beats(own, meter)
    if weights is None or pickup >= meter.bar_quarters:
        return None
    time = Fraction(0)
    pieces = []
    if pickup:
        pieces.append(Piece(time, pickup, time, pickup))
        time = pickup
    bars = melody.bar_onsets[1 if pickup else 0 :]
    for start, end in zip(bars, [*bars[1:], max(melody.end_quarters, bars[-1])], strict=True):
        beat = start
        for weight in weights:
            after = min(beat + own.beat_quarters, end)
            if after > beat:
                pieces.append(Piece(beat, after, time, time + weight * (after - beat)))
                time = pieces[-1].new_end
            beat = after
    return moved(song, pieces, meter)


def _beats(own: Meter, meter: Meter) -> tuple[Fraction, ...] | None:
    """How much longer each felt beat becomes: as few as can be change, the later ones rather."""
    n_beats = own.bar_quarters / own.beat_quarters
    if n_beats.denominator != 1 or n_beats > _MOST_BEATS:
        return None
    wanted = meter.bar_quarters / own.beat_quarters
    if wanted == n_beats:
        return (Fraction(1),) * int(n_beats)
    fitting = [each for each in _choices(int(n_beats)) if sum(each) == wanted]
    return min(fitting, key=_strangeness, default=None)


def _choices(n_beats: int) -> Iterator[tuple[Fraction, ...]]:
    yield from product(_WEIGHTS, repeat=n_beats)


def _strangeness(weights: tuple[Fraction, ...]) -> tuple[Fraction, tuple[bool, ...]]:
    amount = sum((abs(weight - 1) for weight in weights), Fraction(0))
    return amount, tuple(weight != 1 for weight in weights)
