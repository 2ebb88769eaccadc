"""What an ear expects, kept to what can be proposed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import IntArray
from clinamen.domains.music.tunes import _vary_kernels as kernels
from clinamen.domains.music.tunes._slots import Slots, StripArray
from clinamen.domains.music.tunes.ear import Ear
from clinamen.domains.music.tunes.tune import Tune

__all__ = ["Chances", "Expected", "luck_for", "powers_for"]

FloatArray = npt.NDArray[np.float64]
Table = npt.NDArray[np.float32]

_MOST_KEPT = 4096
"""Tunes of which it is kept what was expected in them: some 40 MB."""

_PILOTS, _ROUNDS = 64, 4
_CHAIN, _PILOT = (0.5, 1.5), (0.5, 0.9)
"""Temperatures of tunes made of nothing, and of those that teach what usually follows: averages
over many moments are flatter than what is expected at one."""

_PILOT_SEED = 1


@dataclass(frozen=True, eq=False)
class Chances:
    """What was expected before notes of some tunes laid end to end.

    Parameters
    ----------
    pitch
        By note and pitch, shape ``(N, A)``.
    onset
        By note and interval, shape ``(N, I)``.
    """

    pitch: Table
    onset: Table


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
        self._pitches = np.searchsorted(ear.alphabet("pitch"), slots.pitches)
        self._intervals = np.unique(slots.interval[slots.interval >= 0])
        found = np.searchsorted(self._intervals, slots.interval)
        self.column: IntArray = np.where(slots.interval >= 0, found, -1)
        """By interval in units: the column of its chances, -1 where it cannot come."""
        self._known: OrderedDict[bytes, Chances] = OrderedDict()
        self._usual: Chances | None = None

    def rows(
        self, strips: StripArray, tunes: Sequence[Tune], children: Sequence[int]
    ) -> tuple[Chances, IntArray]:
        """Chances before the notes of some tunes, and which of them are about a slot.

        Parameters
        ----------
        strips
            Of all children, shape ``(B, S)``.
        tunes
            What each child comes from.
        children
            Those of them that ask.

        Returns
        -------
        chances
            Of all that are asked about.
        at
            The row of the first note at or after each slot, -1 for who does not ask, shape
            ``(B, S)``.
        """
        found = self._heard({tunes[child].key: tunes[child] for child in children})
        begins, begin = {}, 0
        for key, chances in found.items():
            begins[key] = begin
            begin += len(chances.pitch)
        first = np.full(len(strips), -1)
        for child in children:
            first[child] = begins[tunes[child].key]
        at = np.empty(strips.shape, dtype=np.int64)
        kernels.rows_at(strips, first, at)
        return self._together(found), at

    def chains(self, n: int, rng: np.random.Generator) -> StripArray:
        """Strips made of nothing, each note by what usually follows the one before."""
        if self._usual is None:
            self._usual = self._learned()
        return self._written(self._usual, powers_for(n, rng, *_CHAIN), rng)

    def _written(self, usual: Chances, powers: FloatArray, rng: np.random.Generator) -> StripArray:
        slots = self._slots
        strips = np.empty((len(powers), len(slots)), dtype=np.int16)
        kernels.write_chains(
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

    def _learned(self) -> Chances:
        """What follows what on average, in tunes that come ever nearer to it."""
        rng = np.random.default_rng(_PILOT_SEED)
        shape = len(self._slots.pitches), len(self._intervals)
        usual = Chances(
            np.ones((shape[0] + 1, shape[0]), dtype=np.float32),
            np.ones((int(self._slots.place.max()) + 1, shape[1]), dtype=np.float32),
        )
        for _ in range(_ROUNDS):
            usual = self._averaged(self._written(usual, powers_for(_PILOTS, rng, *_PILOT), rng))
        return usual

    def _averaged(self, strips: StripArray) -> Chances:
        tunes = self._slots.tunes(strips)
        chances = self._together(dict(enumerate(self._asked(tunes))))
        first = np.cumsum([0, *map(len, tunes)])[:-1]
        shape = chances.pitch.shape[1], chances.onset.shape[1]
        # What never came has a little of everything.
        usual = Chances(
            np.full((shape[0] + 1, shape[0]), 1e-3, dtype=np.float32),
            np.full((int(self._slots.place.max()) + 1, shape[1]), 1e-3, dtype=np.float32),
        )
        which = np.searchsorted(self._slots.pitches, np.arange(128))
        kernels.add_up(
            strips,
            self._slots.place,
            first,
            chances.pitch,
            chances.onset,
            which,
            usual.pitch,
            usual.onset,
        )
        return Chances(*(each / each.sum(axis=1, keepdims=True) for each in _both(usual)))

    def _together(self, found: Mapping[bytes, Chances] | Mapping[int, Chances]) -> Chances:
        nothing = (np.empty((0, len(self._pitches))), np.empty((0, len(self._intervals))))
        rows = [Chances(*(each.astype(np.float32) for each in nothing)), *found.values()]
        return Chances(*(np.concatenate(parts) for parts in zip(*map(_both, rows), strict=True)))

    def _heard(self, tunes: Mapping[bytes, Tune]) -> dict[bytes, Chances]:
        """Chances in tunes by their keys; those asked about last are kept."""
        new = [tune for key, tune in tunes.items() if key not in self._known]
        self._known |= zip([tune.key for tune in new], self._asked(new), strict=True)
        found = {}
        for key in tunes:
            self._known.move_to_end(key)
            found[key] = self._known[key]
        while len(self._known) > _MOST_KEPT:
            self._known.popitem(last=False)
        return found

    def _asked(self, tunes: Sequence[Tune]) -> list[Chances]:
        if not tunes:
            return []
        pitch, onset = (self._ear.chances(tunes, target) for target in ("pitch", "onset"))
        return [
            Chances(
                one[:, self._pitches].astype(np.float32),
                other[:, self._intervals].astype(np.float32),
            )
            for one, other in zip(pitch, onset, strict=True)
        ]


def _both(chances: Chances) -> tuple[Table, Table]:
    return chances.pitch, chances.onset


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
