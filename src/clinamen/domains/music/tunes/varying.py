"""New tunes: out of nothing, out of one tune, out of two, out of numbers."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.constraints import Bounds
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.tunes import _vary_kernels as kernels
from clinamen.domains.music.tunes import _vector_kernels as vectors_kernels
from clinamen.domains.music.tunes._slots import StripArray, slots_of
from clinamen.domains.music.tunes._strip_kernels import HOLD
from clinamen.domains.music.tunes.ear import Ear
from clinamen.domains.music.tunes.tune import Tune

__all__ = ["Varying"]

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
_Table = npt.NDArray[np.float32]
_Tables = tuple[_Table, _Table]

# How often each way of changing is taken; those of a few notes most, as they reach what is near.
_WAYS = np.array([0.22, 0.12, 0.06, 0.18, 0.10, 0.06, 0.04, 0.05, 0.12, 0.05])
_MOST_WAYS = 4
_DRAWING_WAYS = (kernels.PITCHES, kernels.RHYTHM, kernels.ANEW)
"""Ways that ask what was expected."""

_COLDEST, _HOTTEST = 0.5, 4.0
_N_LUCK = 256
_N_SWEEPS = 3
_MOST_KEPT = 4096
"""Tunes of which it is kept what was expected in them: some 40 MB."""


class Varying:
    """Proposes tunes over the first bars of an ear's frame.

    Notes begin at the song's own divisions: eighths, and sixteenths or triplets where the song
    has them. All tunes keep to the bounds, and to what the ear can hear. Nothing depends on
    what was proposed before: the same parents and the same state of `rng` give the same tunes.

    Parameters
    ----------
    ear
        With the prior, new pitches and onsets are drawn from what it expected there.
    bounds
        Range, scale, leaps and ending.
    n_bars
        Full bars of a tune; None for all of the frame.

    Raises
    ------
    ParameterError
        If there is not a single bar.
    ConstraintError
        If the ear can hear none of the pitches.

    Notes
    -----
    With the prior, a child's new notes are drawn from the listener's chances at that place of
    the *parent*, to the power of 1/temperature; each child has its own temperature, from 0.5 to
    4 on a logarithmic scale, so that surprising ones come, too. As soon as one note of a bar is
    new, the chances of those after it are those of another past: a draft, which is heard
    exactly afterwards. Without the prior they are drawn evenly.

    Examples
    --------
    >>> import clinamen
    >>> from clinamen.domains.music.constraints import bounds_of
    >>> song = clinamen.read("examples/ode_to_joy.musicxml")
    >>> varying = Varying(Ear(clinamen.load_listener("songs_quick"), song), bounds_of(song.melody))
    >>> rng = np.random.default_rng(1)
    >>> tunes = varying.start(3, rng, prior=False)
    >>> len(varying.vary(tunes, rng)), varying.decode(np.zeros((2, varying.n_dims)))[0] in tunes
    (3, False)
    """

    def __init__(self, ear: Ear, bounds: Bounds, n_bars: int | None = None) -> None:
        self.ear, self.bounds = ear, bounds
        self._slots = slots = slots_of(ear, bounds, n_bars)
        self._pitch_columns = np.searchsorted(ear.alphabet("pitch"), slots.pitches)
        self._onset_columns = np.unique(slots.interval[slots.interval >= 0])
        column = np.searchsorted(self._onset_columns, slots.interval)
        self._column = np.where(slots.interval >= 0, column, -1)
        self._known: OrderedDict[bytes, _Tables] = OrderedDict()

    @property
    def n_dims(self) -> int:
        """How many numbers stand for a tune: two for each felt beat."""
        return 2 * (len(self._slots.beats) - 1)

    def start(self, n: int, rng: np.random.Generator, prior: bool = True) -> list[Tune]:
        """Fresh tunes.

        Without the prior every slot of a bar is as likely to have a note, and every pitch to be
        the one. With it, the listener's ideas of such a tune take its place, half of the bars at
        a time, three times over, and half of the tunes are given a form: bars that come back.
        """
        slots = self._slots
        strips = np.full((n, len(slots)), HOLD, dtype=np.int16)
        self._write(strips, np.ones((n, slots.n_bars), np.bool_), rng)
        slots.repair(strips)
        if not prior:
            return slots.tunes(strips)
        for _ in range(_N_SWEEPS):
            chosen = rng.random((n, slots.n_bars)) < 0.5
            self._write(strips, chosen, rng, slots.tunes(strips))
            slots.repair(strips)
        ways = np.full((n, _MOST_WAYS), -1)
        has_form = rng.random(n) < 0.5
        ways[has_form] = rng.choice([kernels.COPY, kernels.SEQUENCE], (has_form.sum(), _MOST_WAYS))
        return self._changed(strips, ways, rng, ())

    def vary(
        self, parents: Sequence[Tune], rng: np.random.Generator, prior: bool = True
    ) -> list[Tune]:
        """One child of each parent, with one to four changes.

        Pitches of a few notes, drawn or moved by a step or altered; the rhythm of a bar; a bar
        copied, moved in sequence, turned upside down, swapped with another one, or written anew;
        some bars moved up or down.
        """
        n = len(parents)
        ways = rng.choice(len(_WAYS), size=(n, _MOST_WAYS), p=_WAYS / _WAYS.sum())
        n_ways = np.minimum(rng.geometric(0.6, n), _MOST_WAYS)
        ways[np.arange(_MOST_WAYS) >= n_ways[:, None]] = -1
        return self._changed(self._slots.strips(parents), ways, rng, parents if prior else ())

    def cross(self, parents: Sequence[Tune], rng: np.random.Generator) -> list[Tune]:
        """One child of each parent, with some bars of another one of them."""
        slots, n = self._slots, len(parents)
        strips = slots.strips(parents)
        children = strips.copy()
        others = (np.arange(n) + rng.integers(1, max(n, 2), n)) % max(n, 1)
        first = rng.integers(0, slots.n_bars, n)
        last = first + rng.integers(0, slots.n_bars - first)
        at = np.arange(len(slots))
        is_other = (at >= slots.bars[first][:, None]) & (at < slots.bars[last + 1][:, None])
        children[is_other] = strips[others][is_other]
        return self._bounded(children)

    def decode(self, vectors: FloatArray) -> list[Tune]:
        """Tunes of vectors, shape ``(B, n_dims)``.

        For each felt beat a height (0 the middle of the range, 1 four steps of the scale
        higher; exactly between two notes of the scale lies the one between them) and then for
        each a will to sound: below -1.5 silence, below -0.5 what was goes on, from 0.75 two
        notes, from 1.5 one in each slot. Zeros are a note on each beat.
        """
        slots = self._slots
        strips = np.empty((len(vectors), len(slots)), dtype=np.int16)
        vectors_kernels.from_vectors(
            np.ascontiguousarray(vectors, dtype=np.float64),
            slots.beats,
            slots.bars,
            slots.ladder,
            slots.n_rungs,
            strips,
        )
        return self._bounded(strips)

    def encode(self, tune: Tune) -> FloatArray:
        """A vector, shape ``(n_dims,)``, whose tune is much like a given one."""
        slots, vector = self._slots, np.empty(self.n_dims)
        (strip,) = slots.strips([tune])
        vectors_kernels.to_vector(
            strip, slots.beats, slots.bars, slots.ladder, slots.n_rungs, vector
        )
        return vector

    def _bounded(self, strips: StripArray) -> list[Tune]:
        self._slots.repair(strips)
        return self._slots.tunes(strips)

    def _changed(
        self,
        strips: StripArray,
        ways: IntArray,
        rng: np.random.Generator,
        expecting: Sequence[Tune],
    ) -> list[Tune]:
        """Strips changed by ways, with what was expected in some tunes, if there are any."""
        slots, n = self._slots, len(strips)
        drawing = np.isin(ways, _DRAWING_WAYS if expecting else ()).any(axis=1)
        tables, at = self._expected(strips, expecting, np.flatnonzero(drawing).tolist())
        kernels.vary_all(
            strips,
            ways,
            slots.bars,
            slots.ladder,
            slots.n_rungs,
            slots.times,
            slots.unit,
            slots.pitches,
            self._column,
            *tables,
            at,
            _powers(n, rng),
            _luck(n, _N_LUCK, rng),
        )
        return self._bounded(strips)

    def _write(
        self,
        strips: StripArray,
        chosen: BoolArray,
        rng: np.random.Generator,
        expecting: Sequence[Tune] = (),
    ) -> None:
        """Write some bars of strips anew, in place."""
        slots, n = self._slots, len(strips)
        tables, at = self._expected(strips, expecting, range(len(expecting)))
        kernels.write_bars(
            strips,
            chosen,
            slots.bars,
            slots.times,
            slots.unit,
            slots.pitches,
            self._column,
            *tables,
            at,
            _powers(n, rng),
            _luck(n, 4 * len(slots), rng),
        )

    def _expected(
        self, strips: StripArray, tunes: Sequence[Tune], children: Sequence[int]
    ) -> tuple[_Tables, IntArray]:
        """Chances before the notes of some tunes, and which of the rows are about a slot.

        Shapes ``(N, A)``, ``(N, I)`` and ``(B, S)``.
        """
        first = np.full(len(strips), -1)
        wanted = {tunes[child].key: tunes[child] for child in children}
        found = self._heard(wanted)
        begins, begin = {}, 0
        for key, (pitch, _) in found.items():
            begins[key] = begin
            begin += len(pitch)
        for child in children:
            first[child] = begins[tunes[child].key]
        at = np.empty(strips.shape, dtype=np.int64)
        kernels.rows_at(strips, first, at)
        empty = (self._no_rows(self._pitch_columns), self._no_rows(self._onset_columns))
        both = (empty, *found.values())
        return (
            np.concatenate([pitch for pitch, _ in both]),
            np.concatenate([onset for _, onset in both]),
        ), at

    @staticmethod
    def _no_rows(columns: IntArray) -> _Table:
        return np.empty((0, len(columns)), dtype=np.float32)

    def _heard(self, tunes: dict[bytes, Tune]) -> dict[bytes, _Tables]:
        """What was expected in tunes, of those that can be proposed."""
        new = [tune for key, tune in tunes.items() if key not in self._known]
        if new:
            pitch = self.ear.chances(new, "pitch")
            onset = self.ear.chances(new, "onset")
            for tune, *tables in zip(new, pitch, onset, strict=True):
                self._known[tune.key] = (
                    tables[0][:, self._pitch_columns].astype(np.float32),
                    tables[1][:, self._onset_columns].astype(np.float32),
                )
        found = {}
        for key in tunes:
            self._known.move_to_end(key)
            found[key] = self._known[key]
        while len(self._known) > _MOST_KEPT:
            self._known.popitem(last=False)
        return found


def _powers(n: int, rng: np.random.Generator) -> FloatArray:
    """One over the temperature of each child."""
    lowest, highest = np.log2([_COLDEST, _HOTTEST])
    powers: FloatArray = 2.0 ** -rng.uniform(lowest, highest, n)
    return powers


def _luck(n: int, count: int, rng: np.random.Generator) -> FloatArray:
    """Numbers for each child, and that none is used yet."""
    luck = rng.random((n, count + 1))
    luck[:, -1] = 0
    return luck
