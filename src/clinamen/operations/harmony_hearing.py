"""The verb `hear` for harmony: rhythm, melody and chords as three curves and their sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.progression.events import is_unreadable
from clinamen.domains.music.progression.naming import spelled_labels
from clinamen.errors import UnsupportedError
from clinamen.operations._chord_words import ChordWords
from clinamen.operations.hear import HearRequest, open_listener
from clinamen.operations.text import a_count, clean

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.engine.expectation import Expectation
    from clinamen.operations._chord_words import ChordRemark

__all__ = [
    "HarmonyCurves",
    "HarmonyHearing",
    "bar_curves",
    "describe_harmony",
    "event_curves",
    "hear_harmony",
]

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

N_REMARKS = 3
N_MOMENTS = 3


@dataclass(frozen=True, eq=False)
class HarmonyCurves:
    """Surprise of rhythm, melody and harmony on one time axis; `N` places.

    Parameters
    ----------
    onset_quarters
        Where each place begins, shape ``(N,)``, rising.
    bar
        Its bar, a pickup being 0, shape ``(N,)``.
    n_notes, n_chords
        How many notes and chords begin there, shape ``(N,)``.
    rhythm, melody, harmony
        Bits of the notes' onsets, of their pitches, and of the chords, shape ``(N,)``; 0
        where nothing begins. Rhythm and melody are 0 in a song of chords alone.
    """

    onset_quarters: FloatArray
    bar: IntArray
    n_notes: IntArray
    n_chords: IntArray
    rhythm: FloatArray
    melody: FloatArray
    harmony: FloatArray

    def __len__(self) -> int:
        return len(self.onset_quarters)

    @property
    def total(self) -> FloatArray:
        """The sum of the three, shape ``(N,)``."""
        return np.asarray(self.rhythm + self.melody + self.harmony)


@dataclass(frozen=True, eq=False)
class HarmonyHearing:
    """A song with chords as it was heard.

    Parameters
    ----------
    song
        As read, with the key filled in where the file had none.
    harmony
        Expectation of the chords, with the parts ``chord`` and ``detail``.
    melody
        Joint expectation of onset and pitch; None in a song of chords alone.
    events
        The three curves wherever a note or a chord begins.
    bars
        The same summed over each bar.
    moments
        Places in `bars` where the sum is highest, the highest first. The first bar is left
        out while there are others: nothing came before it.
    following
        The likeliest chords after the last one (root and quality) with probabilities.
    numerals
        Each chord as a numeral in the key; "" where no key is known.
    remarks
        The most surprising chords in words, the most surprising first.
    """

    song: Song
    harmony: Expectation
    melody: Expectation | None
    events: HarmonyCurves
    bars: HarmonyCurves
    moments: tuple[int, ...]
    following: tuple[tuple[str, float], ...]
    numerals: tuple[str, ...]
    remarks: tuple[ChordRemark, ...]


def hear_harmony(request: HearRequest, *, listener: Listener | None = None) -> HarmonyHearing:
    """Hear the chords of one file, and its melody where it has one.

    The melody is heard first, without the chords, and then the chords, so that the sum of the
    three curves is what the listener paid for the whole song; when chords begin is known.

    Parameters
    ----------
    request
        What to hear; its model, viewpoints and target are those of melodies and not used.
    listener
        A listener already loaded, for batches.

    Raises
    ------
    MissingError
        If the file, track or listener does not exist, or the listener has learnt no chords.
    FormatError
        If the file is malformed; `UnsupportedError` if the song has no chords.
    """
    from clinamen.io.files import read_song

    song = read_song(
        request.path, request.track, key=request.key, meter=request.meter, pickup=request.pickup
    )
    if all(is_unreadable(span.chord) for span in song.harmony):
        raise UnsupportedError(
            f"{request.path}: the song has no chords, so there is no harmony to hear"
        )
    song = _told_unreadable(song)
    listener = listener or open_listener(request)
    harmony = listener.hear(song, target="harmony")
    melody = listener.hear(song.melody, target="joint") if song.melody.notes else None
    return describe_harmony(song, harmony, melody)


def _told_unreadable(song: Song) -> Song:
    """The song with a notice of the chord symbols that are passed over."""
    at = {span.onset_quarters for span in song.harmony if is_unreadable(span.chord)}
    strange = [each.symbol for each in song.chords if each.onset_quarters in at]
    if not strange:
        return song
    names = ", ".join(dict.fromkeys(clean(symbol) for symbol in strange))
    notice = f"{a_count(len(at), 'chord symbol')} cannot be read, counted as not there: {names}."
    return song.replace(notices=(*song.notices, notice))


def describe_harmony(
    song: Song, harmony: Expectation, melody: Expectation | None = None
) -> HarmonyHearing:
    """Curves and words from the expectations of a song's chords and of its melody.

    Chords that the song has are named as it writes them.
    """
    harmony = _as_written(song, harmony)
    events = event_curves(harmony, melody)
    bars = bar_curves(song, harmony, melody)
    words = ChordWords(song, harmony)
    surprising = _remarkable(harmony)
    return HarmonyHearing(
        song=song,
        harmony=harmony,
        melody=melody,
        events=events,
        bars=bars,
        moments=_moments(bars),
        following=tuple(harmony.parts["chord"].expected_at(len(harmony), 5)),
        numerals=words.numerals,
        remarks=tuple(words.remark(event) for event in surprising),
    )


def _as_written(song: Song, harmony: Expectation) -> Expectation:
    chord = harmony.parts["chord"]
    labels = spelled_labels(chord.labels, (span.chord for span in song.harmony))
    return replace(harmony, parts={**harmony.parts, "chord": replace(chord, labels=labels)})


def event_curves(harmony: Expectation, melody: Expectation | None = None) -> HarmonyCurves:
    """Three curves with a place wherever a note or a chord begins."""
    onsets = np.array(harmony.columns["onset_quarters"], dtype=np.float64)
    note_onsets = np.array([] if melody is None else melody.columns["onset_quarters"], dtype=float)
    places = np.unique(np.concatenate([onsets, note_onsets]))
    bar = np.zeros(len(places), dtype=np.int64)
    at_chords, at_notes = np.searchsorted(places, onsets), np.searchsorted(places, note_onsets)
    bar[at_chords] = harmony.columns["bar"]
    if melody is not None:
        bar[at_notes] = melody.columns["bar"]
    return _curves(places, bar, (harmony, at_chords), (melody, at_notes))


def bar_curves(
    song: Song, harmony: Expectation, melody: Expectation | None = None
) -> HarmonyCurves:
    """Three curves with a place a bar, from the first to the last in which something begins."""
    chord_bars = np.asarray(harmony.columns["bar"], dtype=np.int64)
    note_bars = np.array([] if melody is None else melody.columns["bar"], dtype=np.int64)
    both = np.concatenate([chord_bars, note_bars])
    bar = np.arange(both.min(), both.max() + 1)
    onsets = np.array([_bar_onset(song, int(each)) for each in bar])
    return _curves(onsets, bar, (harmony, chord_bars - bar[0]), (melody, note_bars - bar[0]))


def _bar_onset(song: Song, bar: int) -> float:
    """Where a bar begins; bars beyond the last bar line go on regularly."""
    lines = song.melody.bar_onsets
    place = bar - 1 + (song.melody.pickup_quarters > 0)
    last = min(place, len(lines) - 1)
    length = song.melody.meter_at(lines[last]).bar_quarters
    return float(lines[max(last, 0)] + (place - last) * length)


def _curves(
    onsets: FloatArray,
    bar: IntArray,
    chords: tuple[Expectation, IntArray],
    notes: tuple[Expectation | None, IntArray],
) -> HarmonyCurves:
    """Sums of bits and counts over the places of an axis."""

    def summed(bits: Any, at: IntArray) -> FloatArray:
        return np.bincount(at, weights=bits, minlength=len(onsets)).astype(np.float64)

    (harmony, at_chords), (melody, at_notes) = chords, notes
    parts = {} if melody is None else melody.parts
    bits = {target: part.information_content for target, part in parts.items()}
    nothing = np.zeros(len(at_notes))
    return HarmonyCurves(
        onset_quarters=onsets,
        bar=bar,
        n_notes=np.bincount(at_notes, minlength=len(onsets)),
        n_chords=np.bincount(at_chords, minlength=len(onsets)),
        rhythm=summed(bits.get("onset", nothing), at_notes),
        melody=summed(bits.get("pitch", nothing), at_notes),
        harmony=summed(harmony.information_content, at_chords),
    )


def _moments(bars: HarmonyCurves) -> tuple[int, ...]:
    ranked = np.argsort(-bars.total, kind="stable").tolist()
    later = [place for place in ranked if place > 0]
    return tuple((later or ranked)[:N_MOMENTS])


def _remarkable(harmony: Expectation) -> Sequence[int]:
    """The most surprising chords; one that was the likeliest in all its parts is no surprise.

    The first is left out while there are others: nothing came before it.
    """
    from clinamen.operations._belief import was_likeliest

    ranked = [int(event) for event in harmony.most_surprising(len(harmony))]
    parts = list(harmony.parts.values())
    unexpected = [e for e in ranked if not all(was_likeliest(part, e) for part in parts)]
    later = [event for event in unexpected if event > 0]
    return (later or unexpected or ranked[:1])[:N_REMARKS]
