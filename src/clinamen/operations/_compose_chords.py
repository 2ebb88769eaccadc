"""Write chords for a frame: a progression whose surprise follows a curve, or under a melody."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.curve import Curve, bar_lines
from clinamen.domains.music.harmony import read_symbol
from clinamen.domains.music.notes import ChordSymbol
from clinamen.domains.music.progression.branches import ChordBranches, Vocabulary
from clinamen.domains.music.progression.events import N_QUALITIES, chord_changes, is_unreadable
from clinamen.domains.music.progression.fit import clash, notes_over
from clinamen.domains.music.progression.ideas import spelled_among
from clinamen.domains.music.progression.palette import palette
from clinamen.domains.music.progression.rewriting import ChordWriter
from clinamen.errors import ConstraintError, ParameterError
from clinamen.search.beam import Path, beam_search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy.typing as npt

    from clinamen.domains.music.chords import Chord
    from clinamen.domains.music.events import IntArray
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Key, Song

    FloatArray = npt.NDArray[np.float64]

__all__ = ["HOME_BITS", "ChordPlan", "chords_for", "compose_chords"]

ONE_A_BAR = (1,)
HOME_BITS = 1.5
"""Bits of a chord that is at home: chords that are expected most would soon go round in circles
of two."""

_WIDTH = 16
_CHILDREN = 6
_QUOTA = 4
"""Ways kept after each chord, tried from each of them, and kept of those that end alike."""

_LARGEST_MISS = 3.0
"""Bits up to which a miss of the curve costs its square; beyond, in proportion (Huber's loss)."""

_SMOOTH, _CLASH, _CADENCE, _LUCK = 0.6, 3.0, 0.75, 0.4
_MOST_CLASH, _FEWEST_CHOICES = 0.5, 12


@dataclass(frozen=True, eq=False)
class ChordPlan:
    """What a progression is written into.

    Parameters
    ----------
    song
        Its key, metre, bars, end and melody; chords that are kept.
    onsets
        When chords begin, in quarters.
    given
        The chord at each onset that is given, None where one is to be found.
    targets
        Bits of each chord, shape ``(T,)``.
    is_open
        Whether it may end on the dominant.
    is_rich
        Whether new chords have sevenths or sixths.
    """

    song: Song
    onsets: tuple[Fraction, ...]
    given: tuple[Chord | None, ...]
    targets: FloatArray
    is_open: bool = False
    is_rich: bool = False

    @property
    def key(self) -> Key:
        """At the beginning."""
        key = self.song.melody.key_at(self.onsets[0])
        assert key is not None
        return key

    def end(self, chord: int) -> Fraction:
        """When a chord ends, in quarters."""
        after = chord + 1
        return self.onsets[after] if after < len(self.onsets) else self.song.melody.end_quarters

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The chords to choose from, and those given."""
        given = [chord for chord in self.given if chord is not None]
        rich = [read_symbol(each) for each in ("Cmaj7", "Am7")] if self.is_rich else []
        return Vocabulary([*given, *palette(rich or given, self.key, colours=False)])

    @cached_property
    def clashes(self) -> FloatArray:
        """How much the melody rubs against each chord of the vocabulary, shape ``(T, V)``."""
        chords = self.vocabulary.chords
        found = np.zeros((len(self.onsets), len(chords)))
        for slot, onset in enumerate(self.onsets):
            notes = notes_over(self.song.melody, onset, self.end(slot))
            found[slot] = [clash(chord, notes) for chord in chords]
        return found

    def choices(self, slot: int) -> IntArray:
        """Numbers of the chords that may stand at a place."""
        given = self.given[slot]
        if given is not None:
            return np.array([self.vocabulary.number(given)])
        usable = self.vocabulary.columns["root"] >= 0
        n_slots = len(self.onsets)
        begins_at_home = slot == 0 and n_slots > 2 and self.targets[0] < _ODD_BEGINNING
        if slot == n_slots - 1 or (begins_at_home and not self._is_given_home(1)):
            usable &= self._is_home(slot)
        clashes = np.where(usable, self.clashes[slot], np.inf)
        # A melody that few chords bear gets those that it rubs against least.
        few = np.sort(clashes[usable])[:_FEWEST_CHOICES]
        return np.flatnonzero(usable & (clashes <= max(_MOST_CLASH, float(few[-1]))))

    def _is_given_home(self, slot: int) -> bool:
        """Whether the tonic is given at a place: beside it there is no other."""
        given = self.given[slot]
        return given is not None and bool(self._is_home(slot)[self.vocabulary.number(given)])

    def _is_home(self, slot: int) -> npt.NDArray[np.bool_]:
        """Whether each chord is the tonic, or at an open end the dominant."""
        key = self.song.melody.key_at(self.onsets[slot]) or self.key
        is_open = self.is_open and slot == len(self.onsets) - 1
        home = [_triad(chord, key) for chord in self.vocabulary.chords]
        wanted = (7, 4) if is_open else (0, 3 if 3 in key.scale else 4)
        return np.array([each == wanted for each in home])


_ODD_BEGINNING = 4.0
"""Bits from which on a progression need not begin at home."""


def _triad(chord: Chord, key: Key) -> tuple[int, int]:
    """Semitones of the root above the tonic, and of the third above the root."""
    root = chord.root_pitch_class
    if root is None or chord.quality in ("dim", "dim7", "hdim7", "aug", "aug7", "sus4", "7sus4"):
        return -1, -1
    third = 3 if (root + 3) % 12 in chord.pitch_classes else 4
    above = (root - key.tonic_pitch_class) % 12
    if chord.quality == "7" and above == 0:
        return -1, -1
    return above, third


def compose_chords(
    frame: Song,
    listener: Listener,
    curve: Curve | Callable[[Fraction], float] | None,
    *,
    changes: Sequence[int] = ONE_A_BAR,
    spans: Sequence[tuple[Fraction, Fraction]] | None = None,
    fixed: Mapping[Fraction, str] | None = None,
    is_open: bool = False,
    is_rich: bool = False,
    width: int = _WIDTH,
    seed: int = 0,
) -> Song:
    """The song with chords whose bits follow a curve, home at the end.

    Parameters
    ----------
    frame
        Key, metre, bars and end. Its notes, if any, are what the chords stand under; its chords
        stay outside `spans`.
    curve
        Bits a chord at each time, in quarters; None for `HOME_BITS` everywhere.
    changes
        Chords a bar, bar after bar, and again from the first number; 0 lets the chord before go
        on: ``(1, 0)`` is a chord every two bars.
    spans
        Where chords are written, in quarters; by default everywhere. For a continuation, the
        time after the given chords; for what lies between, the gap.
    fixed
        Symbols that stand at some times, whatever the curve says.
    is_open
        End on the dominant instead of the tonic.
    is_rich
        All new chords have sevenths or sixths; otherwise only where given chords have them. A
        listener that expects triads is surprised at first, so a low curve is followed less.
    width
        Ways that are followed at once: the more, the nearer to the curve, and the slower.
    seed
        The same seed gives the same chords.

    Raises
    ------
    ParameterError
        If no key is known, a number is out of range, a span lies outside the song, or a symbol
        cannot be read.
    MissingError
        If the listener has learnt nothing about chords.
    ConstraintError
        If given chords leave no way: two alike at neighbouring places.
    """
    plan = _plan(frame, curve, changes, spans, dict(fixed or {}), is_open, is_rich)
    if width < 1:
        raise ParameterError(f"a beam keeps at least one path, not {width}")
    branches = ChordBranches(
        listener.harmony_model(plan.song), plan.song, plan.onsets, plan.vocabulary
    )
    rng = np.random.default_rng(seed)
    start: Path[Line] = Path((), 0.0)
    steps = beam_search(
        [start],
        lambda paths: _grown(plan, branches, paths, rng),
        n_steps=len(plan.onsets),
        width=width,
        idea=lambda line: line[-1:],
        quota=_QUOTA,
    )
    for paths in steps:
        best = paths
    if not best or len(best[0].state) < len(plan.onsets):
        raise ConstraintError("the given chords", "two that are alike stand beside each other")
    return _written(frame, plan, best[0].state)


def chords_for(song: Song, listener: Listener, **options: object) -> Song:
    """The song's melody with chords under it that it agrees with and that are at home.

    Parameters
    ----------
    options
        Those of `compose_chords`.

    Raises
    ------
    ParameterError
        If the song has no notes, and as for `compose_chords`.
    """
    if not song.melody.notes:
        raise ParameterError("to find chords for a melody, give a song that has notes")
    return compose_chords(song, listener, None, **options)  # type: ignore[arg-type]


def _plan(
    frame: Song,
    curve: Curve | Callable[[Fraction], float] | None,
    changes: Sequence[int],
    spans: Sequence[tuple[Fraction, Fraction]] | None,
    fixed: dict[Fraction, str],
    is_open: bool,
    is_rich: bool,
) -> ChordPlan:
    melody = frame.melody
    if not melody.keys:
        raise ParameterError("to write chords, a key must be known: give the frame a key")
    if not changes or min(changes) < 0 or not any(changes):
        raise ParameterError(f"chords a bar are 0 or more, and some more, not {list(changes)}")
    end = melody.end_quarters
    free = [(Fraction(0), end)] if spans is None else list(spans)
    if any(not 0 <= start < stop <= end for start, stop in free):
        raise ParameterError(f"chords are written within the song, from 0 to {end} quarters")
    given = _given(frame, free, fixed)
    slots = {o for o in _slots(frame, changes) if any(start <= o < stop for start, stop in free)}
    onsets = tuple(sorted({*slots, *given}))
    if not onsets:
        raise ParameterError("there is no place for a chord: the song has no full bar there")
    at = curve.at if isinstance(curve, Curve) else curve
    targets = [HOME_BITS if at is None else float(at(onset)) for onset in onsets]
    if not np.isfinite(targets).all() or min(targets) < 0:
        raise ParameterError("a curve has 0 bits or more everywhere")
    chords = tuple(given.get(onset) for onset in onsets)
    song = frame.replace(chords=())
    return ChordPlan(song, onsets, chords, np.array(targets), is_open, is_rich)


def _given(
    frame: Song, free: Sequence[tuple[Fraction, Fraction]], fixed: Mapping[Fraction, str]
) -> dict[Fraction, Chord]:
    """Chords that stay, by when they begin."""
    given: dict[Fraction, Chord] = {}
    if not all(is_unreadable(span.chord) for span in frame.harmony):
        given = {
            span.onset_quarters: span.chord
            for span in chord_changes(frame)
            if not any(start <= span.onset_quarters < stop for start, stop in free)
        }
    for onset, symbol in fixed.items():
        chord = read_symbol(symbol, key=frame.melody.key_at(onset))
        if chord.is_unknown or not 0 <= onset < frame.melody.end_quarters:
            raise ParameterError(
                f"a fixed chord is a symbol within the song, not {symbol!r} at quarter {onset}"
            )
        given[onset] = chord
    return given


def _slots(frame: Song, changes: Sequence[int]) -> Iterator[Fraction]:
    """When chords may begin: each bar is divided evenly."""
    for bar, (start, end) in enumerate(pairwise(bar_lines(frame.melody))):
        n_changes = changes[bar % len(changes)]
        if start < frame.melody.end_quarters:
            yield from (start + (end - start) * Fraction(n, n_changes) for n in range(n_changes))


Line = tuple[int, ...]


def _grown(
    plan: ChordPlan, branches: ChordBranches, paths: Sequence[Path[Line]], rng: np.random.Generator
) -> list[Path[Line]]:
    """Every path with one chord more: those that cost least before the detail is known."""
    slot = len(paths[0].state)
    choices, columns = _with_a_way_on(plan, slot), plan.vocabulary.columns
    if not len(choices):
        return []
    lines = np.array([path.state for path in paths], dtype=np.int64).reshape(len(paths), slot)
    chances = branches.chances(lines)
    symbols = columns["root"][choices] * N_QUALITIES + columns["quality"][choices]
    symbols = np.where(columns["root"][choices] < 0, chances.shape[1] - 1, symbols)
    costs = _misses(-np.log2(chances[:, symbols]), plan.targets[slot])
    costs += _CLASH * np.minimum(plan.clashes[slot, choices], 1.0)
    costs += _taste(plan, lines, choices, slot) + rng.uniform(0, _LUCK, costs.shape)
    children, so_far = [], []
    for path, row in zip(paths, costs, strict=True):
        able = np.ones(len(choices), dtype=np.bool_)
        if slot:
            able = ~plan.vocabulary.alike(choices, np.array(path.state[-1]))
        best = np.argsort(np.where(able, row, np.inf), kind="stable")[:_CHILDREN]
        kept = [place for place in best if able[place]]
        children += [(*path.state, int(choices[place])) for place in kept]
        so_far += [(path.cost + row[place], float(row[place])) for place in kept]
    return _exact(plan, branches, children, so_far)


def _with_a_way_on(plan: ChordPlan, slot: int) -> IntArray:
    """Choices at a place after which some choice at the next one is another chord."""
    choices = plan.choices(slot)
    if slot == len(plan.onsets) - 1:
        return choices
    following = plan.choices(slot + 1)
    differs = ~plan.vocabulary.alike(choices[:, None], following)
    return choices[differs.any(axis=1)]


def _exact(
    plan: ChordPlan,
    branches: ChordBranches,
    children: Sequence[Line],
    so_far: Sequence[tuple[float, float]],
) -> list[Path[Line]]:
    """Paths with the bits of root and quality alone put right by those of the whole chord."""
    if not children:
        return []
    bits = branches.last_bits(np.array(children, dtype=np.int64))
    target = plan.targets[len(children[0]) - 1]
    right = _misses(bits.total[:, 0], target) - _misses(bits.chord[:, 0], target)
    return [
        Path(line, cost + float(more))
        for line, (cost, _), more in zip(children, so_far, right, strict=True)
    ]


def _misses(bits: FloatArray, target: float) -> FloatArray:
    """What it costs to miss the curve."""
    miss = np.abs(bits - target)
    return np.where(miss <= _LARGEST_MISS, miss**2, _LARGEST_MISS * (2 * miss - _LARGEST_MISS))


def _taste(plan: ChordPlan, lines: IntArray, choices: IntArray, slot: int) -> FloatArray:
    """Smooth steps from chord to chord, and a dominant before home; shape ``(B, N)``."""
    tones = plan.vocabulary.columns["tones"]
    bits = (tones[:, None] >> np.arange(12)) & 1
    taste = np.zeros((len(lines), len(choices)))
    if slot == 0:
        return taste
    near = bits | np.roll(bits, 1, axis=1) | np.roll(bits, -1, axis=1)
    shares = near[lines[:, -1]] @ bits[choices].T / np.maximum(bits[choices].sum(axis=1), 1)
    taste -= _SMOOTH * shares
    if slot == len(plan.onsets) - 2 and not plan.is_open:
        leads = [
            plan.vocabulary.chords[each].function(plan.key).family in ("dominant", "subdominant")
            for each in choices
        ]
        taste -= _CADENCE * np.array(leads)
    return taste


def _written(frame: Song, plan: ChordPlan, line: Line) -> Song:
    """The frame with the new chords; those that were there stay as they are written."""
    writer = ChordWriter(frame)
    chords = [plan.vocabulary.chords[number] for number in line]
    old = {symbol.onset_quarters: symbol for symbol in frame.chords}
    found: list[ChordSymbol] = []
    for slot in reversed(range(len(chords))):
        onset, given = plan.onsets[slot], plan.given[slot]
        if given is not None and onset in old:
            continue
        key = frame.melody.key_at(onset)
        if given is None and key is not None:
            after = chords[slot + 1] if slot + 1 < len(chords) else None
            chords[slot] = spelled_among(chords[slot], key, after)
        found.append(ChordSymbol(onset, writer.write(chords[slot], key)))
    new = {symbol.onset_quarters for symbol in found}
    kept = [symbol for symbol in frame.chords if _stays(symbol, plan, new)]
    return frame.replace(chords=tuple(sorted([*kept, *found], key=lambda s: s.onset_quarters)))


def _stays(symbol: ChordSymbol, plan: ChordPlan, new: set[Fraction]) -> bool:
    """Whether a symbol of the frame is one of the given chords, or repeats one."""
    place = bisect_left(plan.onsets, symbol.onset_quarters + Fraction(1, 10**9)) - 1
    return symbol.onset_quarters not in new and place >= 0 and plan.onsets[place] not in new
