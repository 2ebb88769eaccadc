"""What an atlas is of: a song or empty bars, the axes, who listens, how the work is cut."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clinamen.errors import FormatError, ParameterError, UnsupportedError
from clinamen.search.archive import Axis

if TYPE_CHECKING:
    from clinamen.domains.music.constraints import Bounds
    from clinamen.domains.music.notes import Song

__all__ = [
    "DEFAULT_BARS",
    "DEFAULT_KEY",
    "DEFAULT_MEASURES",
    "DEFAULT_METER",
    "MAX_SOURCE_BYTES",
    "MOST_BARS",
    "N_SHARDS",
    "Plan",
    "axes_of",
    "read_source",
    "shard_size",
]

DEFAULT_BARS = 16
DEFAULT_KEY, DEFAULT_METER = "C major", "4/4"
MOST_BARS = 64
"""What is longer is not made by changing a bar here and a note there."""

DEFAULT_MEASURES = ("surprise", "density", "repetition", "chromaticism")

MAX_SOURCE_BYTES = 4 * 2**20
"""Largest file of a song that is kept within an atlas."""

N_SHARDS = 16
SHARD_SIZE = 32
"""Evaluations of a shard on tunes of `DEFAULT_BARS`; on longer ones fewer, so that a round takes
as long: some tenths of a second on one core. Shards of a round do not know of each other's finds,
so that longer ones find much twice."""

_LEAST_SHARD = 8
_CELLS = {1: 32, 2: 16, 3: 10}
_FEW_CELLS = 8
"""Cells of an axis by the number of axes, and where there are more: a map of many axes would
else have more cells than are ever filled."""

_BELOW, _ABOVE, _LARGEST_LEAP = 5, 14, 12
"""Range of tunes that are of no song: semitones around the tonic; and the largest leap of all."""


def axes_of(measures: tuple[str, ...], n_cells: int | None = None) -> tuple[Axis, ...]:
    """Axes by the names of measures, with as many cells as suit their number.

    Raises
    ------
    ParameterError
        If there is no such measure, or one comes twice.
    """
    from clinamen.domains.music.tunes.measures import MEASURES

    known = {each.name: each for each in MEASURES}
    strange = [name for name in measures if name not in known]
    if strange or not measures or len({*measures}) < len(measures):
        raise ParameterError(
            f"measures are some of {', '.join(known)}, each once, not {', '.join(measures)}"
        )
    if n_cells is None:
        n_cells = _CELLS.get(len(measures), _FEW_CELLS)
    return tuple(Axis(name, known[name].low, known[name].high, n_cells) for name in measures)


@dataclass(frozen=True)
class Plan:
    """What stays the same over all rounds of a build, on all machines.

    Parameters
    ----------
    axes
        Of the archive.
    n_bars
        Full bars of a tune.
    name, source, reading
        File name and bytes of the song, and how it is read; all empty where there is none.
    key, meter
        Of tunes that are of no song.
    listener, listener_hash
        Who listens during the search: name and hash of the file.
    n_shards, shard_size
        Parts of a round, and evaluations of each.
    """

    axes: tuple[Axis, ...]
    n_bars: int
    name: str = ""
    source: bytes = field(default=b"", repr=False)
    reading: tuple[tuple[str, Any], ...] = ()
    key: str = DEFAULT_KEY
    meter: str = DEFAULT_METER
    listener: str = ""
    listener_hash: str = ""
    n_shards: int = N_SHARDS
    shard_size: int = SHARD_SIZE

    def __post_init__(self) -> None:
        if not 1 <= self.n_bars <= MOST_BARS:
            raise ParameterError(f"tunes of an atlas have 1 to {MOST_BARS} bars, not {self.n_bars}")
        if len(self.source) > MAX_SOURCE_BYTES:
            raise ParameterError(
                f"{self.name}: an atlas keeps the file of its song, and this one has more than "
                f"{MAX_SOURCE_BYTES // 2**20} MiB"
            )
        if min(self.n_shards, self.shard_size) < 1:
            raise ParameterError("a round has one shard or more, of one evaluation or more")

    @property
    def round_size(self) -> int:
        """Evaluations of a round."""
        return self.n_shards * self.shard_size

    @cached_property
    def token(self) -> str:
        """The same for the same plan, different for another."""
        whole = {**self.plain(), "axes": [repr(axis) for axis in self.axes]}
        text = json.dumps(whole, sort_keys=True).encode()
        return hashlib.sha256(text + self.source).hexdigest()

    @cached_property
    def song(self) -> Song:
        """The song up to the last bar of the tunes; without notes where there is no song."""
        return _frame(self)

    @cached_property
    def bounds(self) -> Bounds:
        """Which pitches tunes may have."""
        from dataclasses import replace

        from clinamen.domains.music.constraints import Bounds, bounds_of

        if self.song.melody.notes:
            return replace(bounds_of(self.song.melody), largest_leap=_LARGEST_LEAP)
        key = self.song.melody.key_at(Fraction(0))
        tonic = 60 + ((key.tonic_pitch_class if key else 0) + 5) % 12 - 5
        return Bounds(tonic - _BELOW, tonic + _ABOVE, largest_leap=_LARGEST_LEAP)

    def plain(self) -> dict[str, Any]:
        """All but source and axes, as plain values."""
        return {
            "n_bars": self.n_bars,
            "name": self.name,
            "reading": dict(self.reading),
            "key": self.key,
            "meter": self.meter,
            "listener": self.listener,
            "listener_hash": self.listener_hash,
            "n_shards": self.n_shards,
            "shard_size": self.shard_size,
        }

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any], axes: tuple[Axis, ...], source: bytes) -> Plan:
        """What `plain` told.

        Raises
        ------
        FormatError
            If it is something else.
        """
        texts = ("name", "key", "meter", "listener", "listener_hash")
        numbers = ("n_bars", "n_shards", "shard_size")
        reading = plain.get("reading")
        if (
            not all(isinstance(plain.get(name), str) for name in texts)
            or not all(type(plain.get(name)) is int for name in numbers)
            or not isinstance(reading, dict)
            or not {*reading} <= {"track", "key", "meter", "pickup"}
            or not all(isinstance(value, str | int) for value in reading.values())
        ):
            raise FormatError("the atlas does not say what it is of")
        values = {name: plain[name] for name in (*texts, *numbers)}
        return cls(axes, source=source, reading=tuple(sorted(reading.items())), **values)


def shard_size(n_bars: int) -> int:
    """Evaluations of a shard on tunes of so many bars."""
    return max(SHARD_SIZE * DEFAULT_BARS // max(n_bars, DEFAULT_BARS), _LEAST_SHARD)


def _frame(plan: Plan) -> Song:
    from clinamen.io._corrections import Corrections
    from clinamen.operations._compose_setup import empty_song, first_bars, longer

    if not plan.source:
        given = Corrections.parse(key=plan.key, meter=plan.meter, pickup=None)
        assert given.key is not None
        assert given.meter is not None
        return empty_song(given.key, given.meter, Fraction(0), plan.n_bars)
    song = read_source(plan.source, plan.name, dict(plan.reading))
    return longer(first_bars(song, plan.n_bars), plan.n_bars)


def read_source(source: bytes, name: str, reading: Mapping[str, Any]) -> Song:
    """The song of an atlas, whole.

    Raises
    ------
    FormatError, MissingError, ParameterError
        As `clinamen.io.files.read_song`; `UnsupportedError` if it has no melody.
    """
    from clinamen.io.files import song_from_bytes

    song = song_from_bytes(source, name, **reading)
    if not song.melody.notes:
        raise UnsupportedError("there is no melody to make an atlas of", source=name)
    return song
