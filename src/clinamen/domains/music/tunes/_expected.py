"""What an ear expects, kept to what can be proposed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import IntArray
from clinamen.domains.music.tunes import _chain_kernels as chains
from clinamen.domains.music.tunes._slots import Slots, StripArray
from clinamen.domains.music.tunes._vary_kernels import rows_at
from clinamen.domains.music.tunes.ear import Ear
from clinamen.domains.music.tunes.tune import Tune

__all__ = ["Expected", "Table", "Usual", "luck_for", "powers_for"]

FloatArray = npt.NDArray[np.float64]
Table = npt.NDArray[np.float32]
"""Chances, a row for each moment."""

_MOST_KEPT = 4096
"""Tunes of which it is kept what was expected in them: some 40 MB."""

_PILOTS, _ROUNDS = 64, 4
_CHAIN, _PILOT = (0.5, 1.5), (0.5, 0.9)
"""Temperatures of tunes made of nothing, and of those that teach what usually follows: averages
over many moments are flatter than what is expected at one."""

_PILOT_SEED = 1


@dataclass(frozen=True, eq=False)
class Usual:
    """What usually follows what.

    Parameters
    ----------
    pitch
        Chances of pitches by the column of the last one, the last row before the first note;
        shape ``(A + 1, A)``.
    onset
        Chances of intervals by the place in its bar of the last onset, shape ``(W, I)``.
    """

    pitch: Table
    onset: Table

    @classmethod
    def flat(cls, shape: tuple[int, int, int], value: float) -> Usual:
        """The same everywhere; ``shape`` is ``(A, W, I)``."""
        n_pitches, n_places, n_intervals = shape
        return cls(
            np.full((n_pitches + 1, n_pitches), value, dtype=np.float32),
            np.full((n_places, n_intervals), value, dtype=np.float32),
        )


class Expected:
    """What an ear expected in tunes, and what usually follows what.

    Parameters
    ----------
    ear
        Who expects.
    slots
        What can be proposed.
    """

    def __init__(self, ear: Ear, slots: Slots) -> None:
        self._ear, self._slots = ear, slots
        intervals = np.unique(slots.interval[slots.interval >= 0])
        self._columns = {
            "pitch": np.searchsorted(ear.alphabet("pitch"), slots.pitches),
            "onset": intervals,
        }
        found = np.searchsorted(intervals, slots.interval)
        self.column: IntArray = np.where(slots.interval >= 0, found, -1)
        """By interval in units: the column of its chances, -1 where it cannot come."""
        self._known: dict[str, OrderedDict[bytes, Table]] = {
            target: OrderedDict() for target in self._columns
        }
        self._usual: Usual | None = None

    def rows(
        self, target: str, strips: StripArray, tunes: Sequence[Tune], children: Sequence[int]
    ) -> tuple[Table, IntArray]:
        """Chances before the notes of some tunes, and which of them are about a slot.

        Parameters
        ----------
        target
            ``pitch`` or ``onset``.
        strips
            Of all children, shape ``(B, S)``.
        tunes
            What each child comes from.
        children
            Those of them that ask.

        Returns
        -------
        rows
            Of all that are asked about, shape ``(N, A)`` or ``(N, I)``.
        at
            The row of the first note at or after each slot, -1 for who does not ask, shape
            ``(B, S)``.
        """
        found = self._heard(target, {tunes[child].key: tunes[child] for child in children})
        begins, begin = {}, 0
        for key, table in found.items():
            begins[key] = begin
            begin += len(table)
        first = np.full(len(strips), -1)
        for child in children:
            first[child] = begins[tunes[child].key]
        at = np.empty(strips.shape, dtype=np.int64)
        rows_at(strips, first, at)
        return self._together(target, found.values()), at

    def chains(self, n: int, rng: np.random.Generator) -> StripArray:
        """Strips made of nothing, each note by what usually follows the one before."""
        if self._usual is None:
            self._usual = self._learned()
        return self._written(self._usual, powers_for(n, rng, *_CHAIN), rng)

    def _written(self, usual: Usual, powers: FloatArray, rng: np.random.Generator) -> StripArray:
        slots = self._slots
        strips = np.empty((len(powers), len(slots)), dtype=np.int16)
        chains.write_chains(
            strips,
            slots.place,
            slots.times,
            slots.unit,
            slots.pitches,
            self.column,
            usual.pitch,
            usual.onset,
            np.empty(len(slots), dtype=np.int64),
            powers,
            luck_for(len(powers), 3 * len(slots), rng),
        )
        slots.repair(strips)
        return strips

    def _learned(self) -> Usual:
        """What follows what on average, in tunes that come ever nearer to it."""
        rng = np.random.default_rng(_PILOT_SEED)
        usual = Usual.flat(self._shape, 1.0)
        for _ in range(_ROUNDS):
            usual = self._averaged(self._written(usual, powers_for(_PILOTS, rng, *_PILOT), rng))
        return usual

    @property
    def _shape(self) -> tuple[int, int, int]:
        """Pitches, places in a bar, intervals."""
        n_places = int(self._slots.place.max()) + 1
        return len(self._columns["pitch"]), n_places, len(self._columns["onset"])

    def _averaged(self, strips: StripArray) -> Usual:
        tunes = self._slots.tunes(strips)
        pitch, onset = (self._together(each, self._asked(each, tunes)) for each in self._columns)
        # What never came has a little of everything.
        usual = Usual.flat(self._shape, 1e-3)
        chains.add_up(
            strips,
            self._slots.place,
            np.cumsum([0, *map(len, tunes)])[:-1],
            pitch,
            onset,
            np.searchsorted(self._slots.pitches, np.arange(128)),
            usual.pitch,
            usual.onset,
        )
        return Usual(
            usual.pitch / usual.pitch.sum(axis=1, keepdims=True),
            usual.onset / usual.onset.sum(axis=1, keepdims=True),
        )

    def _together(self, target: str, tables: Iterable[Table]) -> Table:
        nothing = np.empty((0, len(self._columns[target])), dtype=np.float32)
        return np.concatenate([nothing, *tables])

    def _heard(self, target: str, tunes: Mapping[bytes, Tune]) -> dict[bytes, Table]:
        """Chances in tunes by their keys; those asked about last are kept."""
        known = self._known[target]
        new = [tune for key, tune in tunes.items() if key not in known]
        known |= zip([tune.key for tune in new], self._asked(target, new), strict=True)
        found = {}
        for key in tunes:
            known.move_to_end(key)
            found[key] = known[key]
        while len(known) > _MOST_KEPT:
            known.popitem(last=False)
        return found

    def _asked(self, target: str, tunes: Sequence[Tune]) -> list[Table]:
        columns = self._columns[target]
        return [table[:, columns].astype(np.float32) for table in self._ear.chances(tunes, target)]


def powers_for(
    n: int, rng: np.random.Generator, coldest: float = 0.5, hottest: float = 4.0
) -> FloatArray:
    """One over the temperature of each child, drawn evenly on a logarithmic scale."""
    powers: FloatArray = np.exp2(-rng.uniform(np.log2(coldest), np.log2(hottest), n))
    return powers


def luck_for(n: int, count: int, rng: np.random.Generator) -> FloatArray:
    """Numbers for each child, and that none is used yet; see `_vary_kernels`."""
    luck = rng.random((n, count + 1))
    luck[:, -1] = 0
    return luck
