"""Songs with other chords, written as the songs are."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.progression.progressions import song_of_symbols

from clinamen.domains.music.chords import STYLES, parse_chord
from clinamen.domains.music.harmony import read_symbol
from clinamen.domains.music.notes import ChordSymbol, Key
from clinamen.domains.music.progression.events import chord_changes
from clinamen.domains.music.progression.rewriting import ChordWriter, with_chord_spans

CHORDS = tuple(map(parse_chord, ("C", "Am7", "F/A", "G7", "Bm7b5", "Ebdim7", "Cmaj9", "N.C.")))


def symbols(song):
    return [each.symbol for each in song.chords]


@settings(deadline=None)
@given(st.lists(st.sampled_from(CHORDS), min_size=1, max_size=5), st.sampled_from(STYLES),
       st.sampled_from(CHORDS))  # fmt: skip
def test_what_is_written_reads_back_in_every_style(song, style, chord):
    key = Key(0)
    texts = [each.write(style, key=key, approximate=True) for each in song]
    written = ChordWriter(song_of_symbols(texts, key=key)).write(chord, key)
    assert read_symbol(written, key=key) == chord


@pytest.mark.parametrize(
    ("texts", "chord", "written"),
    [
        (["C-7", "FΔ7"], "Dm7", "D-7"),
        (["1", "4", "5"], "Am", "6-"),
        (["I", "IV", "V7"], "Ab", "bVI"),
        (["C:maj", "A:min"], "Dm7", "D:min7"),
        (["C", "Amin"], "Dm", "Dmin"),
        ([], "Dm7", "Dm7"),
    ],
)
def test_the_song_is_the_example(texts, chord, written):
    song = song_of_symbols(texts, key=Key(0))
    assert ChordWriter(song).write(parse_chord(chord), Key(0)) == written


@settings(deadline=None)
@given(st.lists(st.sampled_from(["C", "C", "F", "G7", "Am", "what?"]), min_size=3, max_size=9),
       st.data())  # fmt: skip
def test_nothing_outside_the_stretch_changes(texts, data):
    song = song_of_symbols([*texts, "G"], key=Key(0))
    spans = chord_changes(song)
    place = data.draw(st.integers(0, len(spans) - 1))
    chosen = spans[place]
    new = with_chord_spans(song, {chosen.onset_quarters: parse_chord("Ab7")}, chosen.end_quarters)
    assert new.melody == song.melody
    outside = [span for n, span in enumerate(spans) if n != place]
    found = list(chord_changes(new))
    assert found[place].chord == parse_chord("Ab7")
    assert [span for n, span in enumerate(found) if n != place] == outside
    kept = [
        s
        for s in song.chords
        if not chosen.onset_quarters <= s.onset_quarters < chosen.end_quarters
    ]
    assert [s for s in new.chords if s in kept] == kept


def test_repeats_in_the_stretch_repeat_the_new_chord():
    song = song_of_symbols(["C", "F", "F", "G"], key=Key(0))
    new = with_chord_spans(song, {Fraction(4): parse_chord("Dm")}, Fraction(12))
    assert symbols(new) == ["C", "Dm", "Dm", "G"]


def test_a_sign_that_counts_on_the_old_chord_is_written_out():
    song = song_of_symbols(["C", "F", "W/A", "G"], key=Key(0))
    before = chord_changes(song)
    assert before[2].chord == parse_chord("F/A")
    new = with_chord_spans(song, {Fraction(4): parse_chord("Dm")}, Fraction(8))
    assert chord_changes(new)[2:] == before[2:]
    assert symbols(new) == ["C", "Dm", "F/A", "G"]


def test_a_chord_may_begin_within_another():
    song = song_of_symbols(["C", "G"], key=Key(0))
    new = with_chord_spans(song, {Fraction(2): parse_chord("Ab")}, Fraction(4))
    assert new.chords[1] == ChordSymbol(Fraction(2), "Ab")
    assert symbols(new) == ["C", "Ab", "G"]
