"""What is written as MusicXML reads back as the same song."""

from __future__ import annotations

import re
from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.io.songs import songs, written_part

from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Note,
    Song,
    TempoChange,
)
from clinamen.errors import UnsupportedError
from clinamen.io.musicxml import read_musicxml, read_mxl, write_musicxml, write_mxl


@given(songs(chords=True))
@settings(deadline=None, max_examples=150)
def test_round_trip_keeps_everything_written(song: Song) -> None:
    again = read_musicxml(write_musicxml(song))
    assert written_part(again) == written_part(song)
    for field in ("spelling", "lyric", "velocity"):
        assert [getattr(note, field) for note in again.melody.notes] == [
            getattr(note, field) for note in song.melody.notes
        ]
    assert (again.title, again.composer) == (song.title, song.composer)
    assert (again.chords, again.sections) == (song.chords, song.sections)
    assert again.tempos == song.tempos
    assert again.notices == ()


@given(songs(max_bars=2))
@settings(deadline=None, max_examples=20)
def test_compressed_round_trip_is_the_same(song: Song) -> None:
    assert read_mxl(write_mxl(song)) == read_musicxml(write_musicxml(song))


lengths = st.builds(
    F, st.integers(1, 40), st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 37, 512])
)


@st.composite
def free_melodies(draw: st.DrawFn) -> Melody:
    """Notes of any length anywhere, across barlines and untied: as a performance has them."""
    now = F(0)
    notes = []
    for _ in range(draw(st.integers(1, 8))):
        now += draw(st.one_of(st.just(F(0)), lengths))
        parts = draw(st.lists(lengths, min_size=1, max_size=3))
        tied = tuple(parts) if len(parts) > 1 else ()
        notes.append(
            Note(
                now,
                sum(parts),
                draw(st.integers(0, 127)),
                tied=tied,
                velocity=draw(st.one_of(st.none(), st.integers(1, 127))),
            )
        )
        now = notes[-1].end_quarters
    keys = tuple(
        KeyChange(F(n * n), Key(n - 3, "minor"))
        for n in range(draw(st.integers(0, 4)))
        if n * n <= now
    )
    meters = (MeterChange(F(0), draw(st.sampled_from([Meter(4, 4), Meter(7, 8), Meter(1, 2)]))),)
    pickup = draw(st.sampled_from([F(0), F(1, 3), F(3, 2)]))
    return Melody(
        tuple(notes), keys=keys, meters=meters, pickup_quarters=pickup if pickup <= now else F(0)
    )


@given(free_melodies())
@settings(deadline=None, max_examples=150)
def test_lengths_without_a_note_sign_come_back_untied(melody: Melody) -> None:
    again = read_musicxml(write_musicxml(Song(melody)))
    assert written_part(again) == written_part(Song(melody))
    assert [note.velocity for note in again.melody.notes] == [
        note.velocity for note in melody.notes
    ]


_WRITTEN_SYMBOLS = """
    C Am F#m7b5 Bbmaj7 C/E N.C. NC G7 G7sus4 Ebm(maj7) Dm7 D-7 Cø E7#9 C6 C69 Caug Bdim7 F#/A#
    Csus C7b9#11 Am7/G Gadd9 Gno3 C(b5) H7 vi C/E/G blues&<more> Cfoo Bb13 Abm6 CM7 CΔ C5
"""
SYMBOLS = _WRITTEN_SYMBOLS.split()


@pytest.mark.parametrize("symbol", SYMBOLS)
@pytest.mark.parametrize("onset", [F(0), F(1, 2), F(4), F(9)])
def test_chord_symbols_come_back_as_they_were(symbol: str, onset: F) -> None:
    melody = Melody((Note(F(0), F(6), 60, spelling="C"),))
    song = Song(melody, chords=(ChordSymbol(onset, symbol),))
    assert read_musicxml(write_musicxml(song)).chords == song.chords


@given(st.floats(0.001, 100_000, allow_nan=False))
@settings(deadline=None, max_examples=50)
def test_tempos_come_back_exactly(tempo: float) -> None:
    melody = Melody((Note(F(0), F(2), 60),))
    song = Song(melody, tempos=(TempoChange(F(1, 2), tempo),))
    assert read_musicxml(write_musicxml(song)).tempos == song.tempos


@pytest.mark.parametrize("lyric", ["la", "A-", "-ma-", "-zing", "-", "--", "x-y", "l'a & <b>", "ở"])
def test_lyrics_keep_their_hyphens(lyric: str) -> None:
    song = Song(Melody((Note(F(0), F(1), 60, lyric=lyric),)))
    assert read_musicxml(write_musicxml(song)).melody.notes[0].lyric == lyric


def test_estimates_stay_marked_as_estimates() -> None:
    melody = Melody(
        (Note(F(0), F(1), 60), Note(F(1), F(1), 62)),
        keys=(KeyChange(F(0), Key(-3, "minor")),),
        meters=(MeterChange(F(0), Meter(2, 4)),),
        phrase_starts=(0, 1),
        key_source="estimated",
        meter_source="estimated",
        phrase_source="estimated",
    )
    again = read_musicxml(write_musicxml(Song(melody))).melody
    assert (again.key_source, again.meter_source, again.phrase_source) == ("estimated",) * 3
    assert again.phrase_starts == (0, 1)


@pytest.mark.parametrize("pickup", [F(0), F(1)])
def test_an_assumed_meter_is_not_written(pickup: F) -> None:
    melody = Melody((Note(F(0), F(6), 60),), pickup_quarters=pickup)
    data = write_musicxml(Song(melody))
    again = read_musicxml(data).melody
    assert b"<time>" not in data
    assert again.meter_source == "assumed"
    assert again.bar_onsets == melody.bar_onsets
    assert again.pickup_quarters == pickup


def test_an_assumed_mode_is_not_written() -> None:
    keys = (KeyChange(F(0), Key(2)),)
    melody = Melody((Note(F(0), F(4), 62),), keys=keys, key_source="assumed")
    data = write_musicxml(Song(melody))
    again = read_musicxml(data).melody
    assert b"<mode>" not in data
    assert (again.keys, again.key_source) == (keys, "assumed")


def test_a_short_first_bar_is_no_pickup_unless_it_says_so() -> None:
    meters = (MeterChange(F(0), Meter(4, 4)),)
    melody = Melody((Note(F(0), F(6), 62),), meters=meters, bar_onsets=(F(0), F(2)))
    again = read_musicxml(write_musicxml(Song(melody))).melody
    assert (again.pickup_quarters, again.bar_onsets) == (0, (0, 2))


def test_times_without_common_divisions_are_refused() -> None:
    primes = (10007, 10009, 10037)
    notes = tuple(Note(F(n), F(1, prime), 60) for n, prime in enumerate(primes))
    with pytest.raises(UnsupportedError, match="quantise"):
        write_musicxml(Song(Melody(notes)))


def test_text_that_xml_cannot_hold_is_left_out() -> None:
    song = Song(Melody((Note(F(0), F(1), 60),)), title="a\x00b\x1f\ufffec\ud800d")
    assert read_musicxml(write_musicxml(song)).title == "abcd"


def test_wrong_spelling_does_not_change_the_pitch() -> None:
    song = Song(Melody((Note(F(0), F(1), 61, spelling="C"),)))
    assert read_musicxml(write_musicxml(song)).melody.notes[0].pitch == 61


def test_accidentals_are_printed_where_they_are_needed() -> None:
    names = ["F#", "F", "F", "F#", "Bb", "Bb", "C##", "F#"]
    pitches = [66, 65, 65, 66, 70, 70, 62, 78]
    notes = [
        Note(F(i, 2), F(1, 2), p, n) for i, (n, p) in enumerate(zip(names, pitches, strict=True))
    ]
    notes += [Note(F(4), F(4), 65, "F"), Note(F(8), F(8), 61, "C#", tied=(F(4), F(4)))]
    keys = (KeyChange(F(0), Key(1)), KeyChange(F(8), Key(-2)))
    meters = (MeterChange(F(0), Meter(4, 4)),)
    text = write_musicxml(Song(Melody(tuple(notes), keys=keys, meters=meters))).decode()
    printed = re.findall(r"<step>(.).*?</note>", text, re.DOTALL)
    signs = [re.findall(r"<accidental>(.*?)<", part) for part in text.split("<step>")[1:]]
    assert printed == list("FFFFBBCFFCC")
    expected = ["", "natural", "", "sharp", "flat", "", "double-sharp", "", "natural", "sharp", ""]
    assert signs == [[sign] if sign else [] for sign in expected]


def test_lengths_are_split_where_no_sign_exists() -> None:
    notes = (Note(F(1, 3), F(5, 3), 60), Note(F(2), F(5, 4), 60), Note(F(5), F(1, 97), 60))
    text = write_musicxml(Song(Melody(notes))).decode()
    written = [part.split("</note>")[0] for part in text.split("<pitch>")[1:]]
    types = [re.findall("<type>(.*?)<", note) for note in written]
    assert types == [["quarter"], ["quarter"], ["quarter"], ["16th"], []]
