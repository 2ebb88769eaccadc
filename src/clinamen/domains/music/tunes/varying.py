"""New tunes: out of nothing, out of one tune, out of two, out of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.constraints import Bounds
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.tunes import _vary_kernels as kernels
from clinamen.domains.music.tunes import _vector_kernels as vectors_kernels
from clinamen.domains.music.tunes._expected import Expected, Table, luck_for, powers_for
from clinamen.domains.music.tunes._slots import StripArray, slots_of
from clinamen.domains.music.tunes._strip_kernels import HOLD, REST
from clinamen.domains.music.tunes.ear import Ear
from clinamen.domains.music.tunes.tune import Tune

__all__ = ["Varying"]

FloatArray = npt.NDArray[np.float64]

# How often each way of changing is taken; those of a few notes most, as they reach what is near.
_WAYS = np.array([0.22, 0.12, 0.06, 0.18, 0.10, 0.06, 0.04, 0.05, 0.12, 0.05])
_MOST_WAYS = 4
_ASKING = {"pitch": (kernels.PITCHES, kernels.RHYTHM, kernels.ANEW), "onset": (kernels.ANEW,)}
"""Ways that ask what was expected."""

_REST = 0.05
"""Share of the slots without a note where silence begins, in tunes of anything."""

_N_LUCK = 256
"""Numbers drawn for a child; the longest changes of a long bar use them twice."""


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
        self._expected = Expected(ear, slots)

    @property
    def n_dims(self) -> int:
        """How many numbers stand for a tune: two for each felt beat."""
        return 2 * (len(self._slots.beats) - 1)

    def start(self, n: int, rng: np.random.Generator, prior: bool = True) -> list[Tune]:
        """Fresh tunes.

        Without the prior a tune has notes at a share of the slots, drawn for each bar, and every
        pitch is as likely. With it a tune is a chain: each pitch by the one before, each interval
        of time by the place in the bar before, as the listener expected them on average in such
        tunes; and half of the tunes are given a form, with bars that come back.
        """
        slots = self._slots
        if not prior:
            strips = np.full((n, len(slots)), HOLD, dtype=np.int16)
            self._write_any(strips, rng)
            return self._bounded(strips)
        strips = self._expected.chains(n, rng)
        ways = np.full((n, _MOST_WAYS), -1)
        forms = [kernels.COPY, kernels.SEQUENCE]
        has_form = rng.random(n) < 0.5
        ways[has_form] = rng.choice(forms, (int(has_form.sum()), _MOST_WAYS))
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
        pitch, pitch_at = self._asked("pitch", strips, ways, expecting)
        onset, onset_at = self._asked("onset", strips, ways, expecting)
        kernels.vary_all(
            strips,
            ways,
            slots.bars,
            slots.ladder,
            slots.n_rungs,
            slots.times,
            slots.unit,
            slots.pitches,
            self._expected.column,
            pitch,
            onset,
            pitch_at,
            onset_at,
            powers_for(n, rng),
            luck_for(n, _N_LUCK, rng),
        )
        return self._bounded(strips)

    def _asked(
        self, target: str, strips: StripArray, ways: IntArray, tunes: Sequence[Tune]
    ) -> tuple[Table, IntArray]:
        """What was expected in the tunes of those children whose ways ask for it."""
        asks = np.isin(ways, _ASKING[target] if tunes else ()).any(axis=1)
        return self._expected.rows(target, strips, tunes, np.flatnonzero(asks).tolist())

    def _write_any(self, strips: StripArray, rng: np.random.Generator) -> None:
        """Write strips of anything, in place."""
        thick = rng.uniform(0.1, 0.9, (len(strips), self._slots.n_bars))
        share = np.repeat(thick, np.diff(self._slots.bars), axis=1)
        sounds = rng.random(strips.shape) < share
        strips[sounds] = rng.choice(self._slots.pitches, int(sounds.sum()))
        strips[~sounds & (rng.random(strips.shape) < _REST)] = REST
