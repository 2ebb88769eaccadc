"""Ticks of a MIDI file as quarters, and its changes of tempo, metre and key."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import TypeVar

from clinamen.domains.music.notes import Key, Meter
from clinamen.io._midi_smf import MetaEvent, SmfFile

__all__ = [
    "Clock",
    "key_metas",
    "make_clock",
    "meter_metas",
    "tempo_metas",
]

_T = TypeVar("_T")

Clock = Callable[[int], Fraction]
"""Quarters from the start for a tick."""

_TEMPO, _METER, _KEY = 0x51, 0x58, 0x59
_DEFAULT_TEMPO = 500_000  # microseconds per quarter, 120 quarters a minute
_MAX_DENOMINATOR_POWER = 7


def make_clock(smf: SmfFile) -> Clock:
    """The file's clock; a SMPTE division counts seconds, and the tempo map makes quarters."""
    if not smf.division & 0x8000:
        division = smf.division
        return lambda tick: Fraction(tick, division)
    frames = 256 - (smf.division >> 8)
    rate = Fraction(30_000, 1_001) if frames == 29 else Fraction(frames)
    ticks_per_second = rate * (smf.division & 0xFF)
    return _SmpteClock(tempo_metas(smf)[0], ticks_per_second)


class _SmpteClock:
    def __init__(self, tempos: list[tuple[int, int]], ticks_per_second: Fraction):
        if not tempos or tempos[0][0] > 0:
            tempos = [(0, _DEFAULT_TEMPO), *tempos]
        self.segments: list[tuple[int, Fraction, Fraction]] = []
        quarters, last, per_tick = Fraction(0), 0, Fraction(0)
        for tick, tempo in tempos:
            quarters += (tick - last) * per_tick
            per_tick = Fraction(1_000_000, tempo) / ticks_per_second
            last = tick
            self.segments.append((tick, quarters, per_tick))

    def __call__(self, tick: int) -> Fraction:
        index = bisect_right(self.segments, tick, key=lambda segment: segment[0]) - 1
        start, quarters, per_tick = self.segments[index]
        return quarters + (tick - start) * per_tick


def tempo_metas(smf: SmfFile) -> tuple[list[tuple[int, int]], int]:
    """Microseconds per quarter by tick, and how many tempo events make no sense."""
    return _decoded(_metas(smf), _TEMPO, _decode_tempo)


def meter_metas(smf: SmfFile) -> tuple[list[tuple[int, Meter]], int]:
    """Metres by tick, and how many time signatures make no sense."""
    return _decoded(_metas(smf), _METER, _decode_meter)


def key_metas(smf: SmfFile, track_indices: Iterable[int]) -> tuple[list[tuple[int, Key]], int]:
    """Keys by tick, and how many key signatures make no sense.

    The tracks that were chosen speak first, since the signatures of transposing
    instruments may differ from the rest; else the whole file does.
    """
    own = _decoded(
        [meta for index in track_indices for meta in smf.tracks[index].metas], _KEY, _decode_key
    )
    return own if own[0] else _decoded(_metas(smf), _KEY, _decode_key)


def _metas(smf: SmfFile) -> list[MetaEvent]:
    return [meta for track in smf.tracks for meta in track.metas]


def _decoded(
    metas: Iterable[MetaEvent], kind: int, decode: Callable[[bytes], _T | None]
) -> tuple[list[tuple[int, _T]], int]:
    found: dict[int, _T] = {}
    n_senseless = 0
    for meta in metas:
        if meta.kind != kind:
            continue
        value = decode(meta.payload)
        if value is None:
            n_senseless += 1
        else:
            found[meta.tick] = value
    return sorted(found.items(), key=lambda item: item[0]), n_senseless


def _decode_tempo(payload: bytes) -> int | None:
    tempo = int.from_bytes(payload, "big")
    return tempo if len(payload) == 3 and tempo > 0 else None


def _decode_meter(payload: bytes) -> Meter | None:
    if len(payload) < 2 or payload[0] == 0 or payload[1] > _MAX_DENOMINATOR_POWER:
        return None
    return Meter(payload[0], 2 ** payload[1])


def _decode_key(payload: bytes) -> Key | None:
    if len(payload) != 2 or payload[1] > 1:
        return None
    fifths = payload[0] - 256 if payload[0] > 127 else payload[0]
    return Key(fifths, "minor" if payload[1] else "major") if -7 <= fifths <= 7 else None
