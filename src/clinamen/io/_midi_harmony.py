"""Chords that an accompaniment plays, recognised.

Two ways of playing are told apart: blocks, in which three or more different notes sound
together most of the time, and broken chords, in which the notes of half a bar make the chord.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from clinamen.domains.music.chords import Chord, recognise_chord
from clinamen.domains.music.key import estimate_key
from clinamen.domains.music.notes import ChordSymbol, Key, Melody, Note
from clinamen.io._midi_clock import Clock
from clinamen.io._midi_parts import MidiPart
from clinamen.io._quantise import quantise

__all__ = ["recognise_chords"]

_EIGHTH = Fraction(1, 2)
_TOGETHER = Fraction(1, 8)
"""Notes that begin within this many quarters were struck together."""

_LEAST_BLOCKS = 0.5
"""Share of a part's sounding time that blocks fill, for it to be played in blocks."""

_LEAST_READ = 0.7
"""Share of its windows in which a part of broken chords makes chords; a bass line or second
voice makes them now and then by chance."""

_LEAST_SHARE = 0.08
"""Share of a window's sounding time below which a pitch class is a passing tone."""

_MIN_CHORDS = 2
_MAX_NOTES = 200_000
"""Most notes in which chords are looked for."""


def recognise_chords(
    parts: Sequence[MidiPart], clock: Clock, melody: Melody, *, grid: int, blocks_only: bool
) -> tuple[tuple[ChordSymbol, ...], MidiPart | None]:
    """Chords of the part that plays them best, and the part; nothing where none does.

    A chord is struck where notes begin that make one with what still sounds. Notes shorter
    than an eighth count only if they are struck in a block themselves; one or two notes alone
    change nothing. The same chord struck again is one chord. Blocks are preferred to broken
    chords, and of several parts the one that makes chords for the longest time.

    Parameters
    ----------
    parts
        Those that accompany.
    grid
        Divisions of the quarter that the file claims to be written on.
    blocks_only
        Leave broken chords alone, as where the part is itself the melody.
    """
    if sum(len(part.notes) for part in parts) > _MAX_NOTES:
        return (), None
    best: tuple[tuple[bool, Fraction], tuple[ChordSymbol, ...], MidiPart] | None = None
    key = melody.keys[0].key if melody.keys else _estimated(melody)
    for part in parts:
        notes = _notes(part, clock, grid)
        if not notes:
            continue
        is_block = _block_share(notes) >= _LEAST_BLOCKS
        if blocks_only and not is_block:
            continue
        found = list(_blocks(notes, melody, key) if is_block else _broken(notes, melody, key))
        chords = _changes(found)
        if len(chords) < _MIN_CHORDS:
            continue
        rank = (is_block, max(note.end_quarters for note in notes) - notes[0].onset_quarters)
        if best is None or rank > best[0]:
            best = rank, chords, part
    return (best[1], best[2]) if best else ((), None)


def _estimated(melody: Melody) -> Key | None:
    return estimate_key(melody) if melody.notes else None


def _notes(part: MidiPart, clock: Clock, grid: int) -> list[Note]:
    spans = [(clock(n.onset_ticks), clock(n.end_ticks), n.pitch) for n in part.notes]
    spans = sorted(span for span in spans if span[1] > span[0])
    if not spans:
        return []
    written = quantise([(start, end) for start, end, _ in spans], grid=grid).spans
    notes = [
        Note(start, end - start, pitch)
        for (start, end), (_, _, pitch) in zip(written, spans, strict=True)
    ]
    return sorted(notes, key=lambda note: note.onset_quarters)


def _block_share(notes: Sequence[Note]) -> float:
    """Share of the sounding time in which three pitch classes or more sound."""
    changes = sorted(
        [(note.onset_quarters, 1, note.pitch % 12) for note in notes]
        + [(note.end_quarters, -1, note.pitch % 12) for note in notes]
    )
    counts = [0] * 12
    sounding = full = 0.0
    for here, after in pairwise([*changes, changes[-1]]):
        counts[here[2]] += here[1]
        n_classes = sum(count > 0 for count in counts)
        length = float(after[0] - here[0])
        sounding += length if n_classes else 0
        full += length if n_classes >= 3 else 0
    return full / sounding if sounding else 0.0


def _blocks(
    notes: Sequence[Note], melody: Melody, key: Key | None
) -> Iterator[tuple[Fraction, Chord]]:
    held: dict[int, Fraction] = {}  # end by pitch: never more than 128
    for onset, begun in _together(notes):
        held = {pitch: end for pitch, end in held.items() if end > onset + _TOGETHER}
        is_block = len({note.pitch % 12 for note in begun}) >= 3
        lasting = begun if is_block else [n for n in begun if n.duration_quarters >= _EIGHTH]
        for note in lasting:
            held[note.pitch] = max(note.end_quarters, held.get(note.pitch, note.end_quarters))
        if lasting:
            chord = recognise_chord(held, key=melody.key_at(onset) or key)
            if chord is not None:
                yield onset, chord


def _together(notes: Sequence[Note]) -> Iterator[tuple[Fraction, list[Note]]]:
    """Notes by when they begin; those of a rolled chord begin with its first."""
    group: list[Note] = []
    for note in notes:
        if group and note.onset_quarters >= group[0].onset_quarters + _TOGETHER:
            yield group[0].onset_quarters, group
            group = []
        group.append(note)
    if group:
        yield group[0].onset_quarters, group


def _broken(
    notes: Sequence[Note], melody: Melody, key: Key | None
) -> Iterator[tuple[Fraction, Chord]]:
    found: list[tuple[Fraction, Chord]] = []
    n_windows = place = 0
    held: dict[int, Note] = {}
    for start, end in _windows(melody):
        inside = [note for note in held.values() if note.end_quarters > start]
        while place < len(notes) and notes[place].onset_quarters < end:
            inside.append(notes[place])
            place += 1
        held = {note.pitch: note for note in inside if note.end_quarters > end}
        if not inside:
            continue
        n_windows += 1
        chord = recognise_chord(_main_pitches(inside, start, end), key=melody.key_at(start) or key)
        if chord is not None:
            found.append((start, chord))
    if n_windows and len(found) >= _LEAST_READ * n_windows:
        yield from found


def _windows(melody: Melody) -> Iterator[tuple[Fraction, Fraction]]:
    """Half bars where the metre has an even number of beats, else bars."""
    for start, end in pairwise([*melody.bar_onsets, melody.end_quarters]):
        meter = melody.meter_at(start)
        n_beats = meter.bar_quarters / meter.beat_quarters
        half = start + meter.bar_quarters / 2
        if n_beats % 2 == 0 and n_beats > 2 and half < end:
            yield start, half
            yield half, end
        else:
            yield start, end


def _main_pitches(notes: Sequence[Note], start: Fraction, end: Fraction) -> list[int]:
    """Pitches of a window without those that only pass."""
    time = [0.0] * 12
    for note in notes:
        heard = min(note.end_quarters, end) - max(note.onset_quarters, start)
        time[note.pitch % 12] += float(heard)
    least = sum(time) * _LEAST_SHARE
    return [note.pitch for note in notes if time[note.pitch % 12] >= least]


def _changes(found: Sequence[tuple[Fraction, Chord]]) -> tuple[ChordSymbol, ...]:
    """Symbols where the chord is another one than before."""
    changes: list[ChordSymbol] = []
    for onset, chord in found:
        symbol = str(chord)
        if not changes or changes[-1].symbol != symbol:
            changes.append(ChordSymbol(onset, symbol))
    return tuple(changes)
