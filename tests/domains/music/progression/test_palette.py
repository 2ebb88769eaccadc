"""Chords in keeping with a song, and its phrases of chords."""

from __future__ import annotations

from fractions import Fraction

from tests.domains.music.progression.progressions import song_of_symbols

from clinamen.domains.music.chords import parse_chord
from clinamen.domains.music.notes import Key, Note
from clinamen.domains.music.progression.palette import chord_phrases, palette, qualities_of


def chords(*symbols):
    return [parse_chord(symbol) for symbol in symbols]


def test_a_song_of_triads_gets_no_major_sevenths_and_one_of_sevenths_no_triads():
    assert "maj7" not in qualities_of(chords("C", "F", "G7", "Am"))
    assert "maj" not in qualities_of(chords("Cmaj7", "Dm7", "G7", "Fmaj7"))
    both = qualities_of(chords("C", "F", "Cmaj7", "G7"))
    assert {"maj", "maj7"} <= set(both)
    assert qualities_of([]) == qualities_of(chords("C"))


def test_a_palette_has_every_root_in_every_quality_once():
    plain = palette(chords("C", "G7"), Key(0), colours=False)
    assert len(plain) == len(set(plain)) == 12 * len(qualities_of(chords("C", "G7")))
    whole = palette(chords("C", "G7"), Key(0))
    assert len(set(whole)) == len(whole)
    assert parse_chord("Ab/C") in whole
    assert parse_chord("Cadd9") in whole


def test_phrases_are_four_bars_where_the_melody_has_none():
    song = song_of_symbols(["C", "F"] * 6, key=Key(0))
    onsets = [each.onset_quarters for each in song.chords]
    assert chord_phrases(song, onsets) == (0, 4, 8)


def test_phrases_are_those_of_the_melody_and_short_ones_are_one():
    song = song_of_symbols(["C", "F"] * 6, key=Key(0))
    notes = tuple(Note(Fraction(4 * n), Fraction(1), 60) for n in range(12))
    marked = song.replace(melody=song.melody.replace(notes=notes, phrase_starts=(0, 5, 6, 11)))
    onsets = [each.onset_quarters for each in song.chords]
    assert chord_phrases(marked, onsets) == (0, 5)
