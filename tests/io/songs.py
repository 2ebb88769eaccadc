"""Hypothesis strategies for random songs, shared by the round-trip tests of all formats.

`songs()` draws songs that any notation format can hold exactly: bars are filled with
writable values and triplets, notes over a bar line are tied there, changes of key and
metre stand at bar lines. Switch off what a format does not have.
"""

from __future__ import annotations

from fractions import Fraction as F
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st

from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Note,
    Section,
    Song,
    TempoChange,
)

__all__ = ["MODES", "keys", "meters", "pitches", "songs", "written_part"]

MODES = ("major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian")
_VALUES = tuple(F(n, 4) for n in (1, 2, 3, 4, 6, 8, 12, 16, 24))
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ALTERS = {"": 0, "#": 1, "b": -1, "##": 2, "bb": -2}

meters = st.sampled_from(
    [Meter(*m) for m in ((4, 4), (3, 4), (2, 4), (6, 8), (2, 2), (5, 4), (7, 8), (3, 8), (12, 8))]
)
_words = st.text("abcdefghiklmnoprstuvwyzéüßạ", min_size=1, max_size=6)


@st.composite
def keys(draw: st.DrawFn, modes: tuple[str, ...] = MODES) -> Key:
    """Keys whose tonic needs at most one accidental."""
    allowed = [
        key
        for mode in modes
        for key in (Key(fifths, mode) for fifths in range(-7, 8))
        if len(key.tonic_name) <= 2
    ]
    return draw(st.sampled_from(allowed))


@st.composite
def pitches(draw: st.DrawFn, double_accidentals: bool = True) -> tuple[int, str]:
    """A MIDI number and its spelling."""
    letter = draw(st.sampled_from("CDEFGAB"))
    alters = [a for a in _ALTERS if double_accidentals or len(a) < 2]
    alter = draw(st.sampled_from(alters))
    octave = draw(st.integers(3, 6))
    return 12 * (octave + 1) + _STEPS[letter] + _ALTERS[alter], letter + alter


@st.composite
def songs(
    draw: st.DrawFn,
    *,
    max_bars: int = 5,
    modes: tuple[str, ...] = MODES,
    spelled: bool = True,
    double_accidentals: bool = True,
    lyrics: bool = True,
    phrases: bool = True,
    pickups: bool = True,
    triplets: bool = True,
    ties: bool = True,
    changes: bool = True,
    chords: bool = False,
    titles: bool = True,
) -> Song:
    """Songs with at least one note; every flag switches one feature off."""
    meter = draw(meters)
    pickup = draw(_pickups(meter)) if pickups else F(0)
    n_bars = draw(st.integers(1, max_bars))
    bars, meter_changes = draw(_bars(meter, pickup, n_bars, changes))
    tokens: list[tuple[F, F, bool]] = []
    for start, end in pairwise(bars):
        tokens += draw(_fill(start, end, triplets))
    line = draw(_line(tokens, spelled, double_accidentals, ties, lyrics))
    melody = Melody(
        notes=line,
        keys=draw(_key_changes(bars, modes, changes)),
        meters=meter_changes,
        pickup_quarters=pickup,
        end_quarters=bars[-1],
        phrase_starts=draw(_phrase_starts(len(line))) if phrases else (),
    )
    return Song(
        melody=melody,
        title=draw(st.one_of(st.just(""), _words)) if titles else "",
        composer=draw(st.one_of(st.just(""), _words)) if titles else "",
        chords=draw(_chords(bars)) if chords else (),
        sections=draw(_sections(bars)) if chords else (),
        tempos=draw(st.sampled_from([(), (TempoChange(F(0), 120.0),), (TempoChange(F(0), 75.0),)])),
    )


def written_part(song: Song) -> dict[str, Any]:
    """What every round trip must keep, as one comparable value (spelling and lyrics apart)."""
    melody = song.melody
    return {
        "notes": [(n.onset_quarters, n.duration_quarters, n.pitch, n.tied) for n in melody.notes],
        "keys": melody.keys,
        "meters": melody.meters,
        "bar_onsets": melody.bar_onsets,
        "pickup_quarters": melody.pickup_quarters,
        "end_quarters": melody.end_quarters,
        "phrase_starts": melody.phrase_starts,
    }


def _pickups(meter: Meter) -> st.SearchStrategy[F]:
    n_sixteenths = int(meter.bar_quarters * 4)
    lengths = st.integers(1, n_sixteenths - 1).map(lambda n: F(n, 4))
    return st.one_of(st.just(F(0)), lengths)


@st.composite
def _bars(
    draw: st.DrawFn, meter: Meter, pickup: F, n_bars: int, changes: bool
) -> tuple[list[F], tuple[MeterChange, ...]]:
    """Bar lines, the closing one included, and the changes of metre at them."""
    bars = [F(0), pickup] if pickup else [F(0)]
    found = [MeterChange(F(0), meter)]
    for index in range(n_bars):
        if changes and index and draw(st.integers(0, 4)) == 0:
            new = draw(meters)
            if new != meter:
                meter = new
                found.append(MeterChange(bars[-1], meter))
        bars.append(bars[-1] + meter.bar_quarters)
    return bars, tuple(found)


@st.composite
def _fill(draw: st.DrawFn, start: F, end: F, triplets: bool) -> list[tuple[F, F, bool]]:
    """Written values that fill a bar: (onset, duration, is a note)."""
    tokens: list[tuple[F, F, bool]] = []
    now = start
    while now < end:
        room = end - now
        if triplets and room >= 1 and draw(st.integers(0, 5)) == 0:
            length = draw(st.sampled_from([v for v in (F(1), F(2)) if v <= room]))
            for index in range(3):
                tokens.append((now + index * length / 3, length / 3, draw(st.booleans())))
        else:
            length = draw(st.sampled_from([v for v in _VALUES if v <= room]))
            tokens.append((now, length, draw(st.integers(0, 4)) > 0))
        now += length
    return tokens


@st.composite
def _line(
    draw: st.DrawFn,
    tokens: list[tuple[F, F, bool]],
    spelled: bool,
    double_accidentals: bool,
    ties: bool,
    lyrics: bool,
) -> tuple[Note, ...]:
    sounding = [token for token in tokens if token[2]] or [tokens[0]]
    notes: list[Note] = []
    for onset, duration, _ in sounding:
        last = notes[-1] if notes else None
        meets = last is not None and last.end_quarters == onset
        if ties and last is not None and meets and draw(st.integers(0, 4)) == 0:
            notes[-1] = _tie(last, duration)
            continue
        pitch, spelling = draw(pitches(double_accidentals))
        lyric = draw(st.one_of(st.none(), _words)) if lyrics else None
        notes.append(Note(onset, duration, pitch, spelling if spelled else None, lyric=lyric))
    return tuple(notes)


def _tie(note: Note, duration: F) -> Note:
    return Note(
        note.onset_quarters,
        note.duration_quarters + duration,
        note.pitch,
        note.spelling,
        tied=(*(note.tied or (note.duration_quarters,)), duration),
        lyric=note.lyric,
    )


@st.composite
def _key_changes(
    draw: st.DrawFn, bars: list[F], modes: tuple[str, ...], changes: bool
) -> tuple[KeyChange, ...]:
    if draw(st.integers(0, 5)) == 0:
        return ()
    found = [KeyChange(F(0), draw(keys(modes)))]
    for onset in bars[1:-1]:
        if changes and draw(st.integers(0, 5)) == 0:
            key = draw(keys(modes))
            if key != found[-1].key:
                found.append(KeyChange(onset, key))
    return tuple(found)


@st.composite
def _phrase_starts(draw: st.DrawFn, n_notes: int) -> tuple[int, ...]:
    if draw(st.booleans()):
        return ()
    return (
        0,
        *sorted(draw(st.sets(st.integers(1, n_notes - 1), max_size=4)) if n_notes > 1 else ()),
    )


@st.composite
def _chords(draw: st.DrawFn, bars: list[F]) -> tuple[ChordSymbol, ...]:
    symbols = st.one_of(st.none(), st.sampled_from(["C", "Am7", "F#m7b5", "Bb/D"]))
    drawn = [(onset, draw(symbols)) for onset in bars[:-1]]
    return tuple(ChordSymbol(onset, symbol) for onset, symbol in drawn if symbol is not None)


@st.composite
def _sections(draw: st.DrawFn, bars: list[F]) -> tuple[Section, ...]:
    labels = st.one_of(st.none(), _words, st.sampled_from(["A", "Verse 1", "phrase", "chord:C"]))
    drawn = [(onset, draw(labels)) for onset in bars[:-1]]
    return tuple(Section(onset, label) for onset, label in drawn if label is not None)
