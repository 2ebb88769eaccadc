"""What is written as MIDI is read again exactly, by us and by mido."""

from __future__ import annotations

import io
from fractions import Fraction as F

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.io.midi_bytes import meta, midi, notes, scale
from tests.io.midi_songs import timed
from tests.io.songs import songs, written_part

from clinamen.domains.music.notes import (
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Note,
    Song,
)
from clinamen.errors import UnsupportedError
from clinamen.io.midi import read_midi, write_midi


@settings(deadline=None)
@given(songs(chords=True))
def test_a_written_song_reads_back_exactly(song: Song) -> None:
    back = read_midi(write_midi(song))
    assert written_part(back) == written_part(song)
    assert (back.chords, back.tempos) == (song.chords, song.tempos)
    assert back.sections == song.sections
    assert (back.title, back.composer) == (song.title, song.composer)
    assert [n.lyric for n in back.melody.notes] == [n.lyric for n in song.melody.notes]
    assert back.notices == ()
    assert back.quantisation is None


@settings(deadline=None, max_examples=50)
@given(songs(chords=True))
def test_mido_reads_what_we_write(song: Song) -> None:
    file = mido.MidiFile(file=io.BytesIO(write_midi(song)))
    now, pressed = 0, []
    for message in file.tracks[1]:
        now += message.time
        if message.type == "note_on":
            pressed.append((F(now, file.ticks_per_beat), message.note))
    assert pressed == [(n.onset_quarters, n.pitch) for n in song.melody.notes]


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 41)), min_size=1, max_size=6))
@settings(deadline=None)
def test_any_common_grid_is_exact(steps: list[tuple[int, int]]) -> None:
    """Tuplets that notation hardly knows still read back, since the file names its grid."""
    line, now = [], F(0)
    for numerator, denominator in steps:
        line.append(Note(now, F(numerator, denominator), 60))
        now += F(numerator, denominator)
    song = Song(Melody(tuple(line)))
    try:
        data = write_midi(song)
    except UnsupportedError:
        return
    assert timed(read_midi(data)) == timed(song)


def test_irregular_bars_and_provenance_read_back() -> None:
    melody = Melody(
        (Note(F(0), F(8), 60),),
        keys=(KeyChange(F(0), Key(2, "dorian")),),
        bar_onsets=(F(0), F(3), F(4)),
        phrase_starts=(0,),
        key_source="estimated",
        phrase_source="estimated",
    )
    back = read_midi(write_midi(Song(melody))).melody
    assert back.bar_onsets == melody.bar_onsets
    assert (back.key_source, back.meter_source) == ("estimated", "assumed")
    assert back.phrase_source == "estimated"


def test_a_short_first_bar_that_is_no_pickup_stays_a_bar() -> None:
    meters = (MeterChange(F(0), Meter(2, 4)), MeterChange(F(2), Meter(4, 4)))
    song = Song(Melody((Note(F(0), F(6), 60),), meters=meters))
    assert read_midi(write_midi(song)).melody.meters == meters


def test_other_programs_see_the_pickup_as_a_short_bar() -> None:
    melody = Melody((Note(F(0), F(5), 60),), pickup_quarters=F(1))
    file = mido.MidiFile(file=io.BytesIO(write_midi(Song(melody))))
    signatures = [m for m in file.tracks[0] if m.type == "time_signature"]
    assert [(m.numerator, m.denominator) for m in signatures] == [(1, 4), (4, 4)]


def test_a_pickup_written_by_another_program_is_recognised() -> None:
    times = meta(0x58, bytes([1, 2, 24, 8])) + meta(0x58, bytes([3, 2, 24, 8]), delta=480)
    melody = read_midi(midi(times, notes([(0, 480, 60), (480, 1920, 62)]))).melody
    assert melody.pickup_quarters == 1
    assert melody.meters == (MeterChange(F(0), Meter(3, 4)),)
    assert melody.bar_onsets == (0, 1)


def test_a_tie_that_no_longer_fits_its_note_is_ignored() -> None:
    song = Song(Melody((Note(F(0), F(2), 60, tied=(F(1), F(1))),)))
    edited = write_midi(song).replace(b"tie 1 1", b"tie 1 3")
    assert read_midi(edited).melody.notes[0].tied == ()


def test_a_pickup_that_no_longer_fits_the_metre_is_ignored() -> None:
    song = Song(Melody((Note(F(0), F(5), 60),), pickup_quarters=F(1)))
    edited = write_midi(song).replace(b"pickup 1 4/4", b"pickup 3 7/8")
    assert read_midi(edited).melody.pickup_quarters == 1  # by the short first bar


@pytest.mark.parametrize("bars", ["1 2", "0 2 1", "0 9999", "0 0"])
def test_bars_that_do_not_fit_are_ignored(bars: str) -> None:
    own = meta(0x01, f"clinamen:bars {bars}".encode())
    assert read_midi(midi(own + notes(scale()))).melody.bar_onsets == (0, 4)


def test_times_beyond_midi_are_refused() -> None:
    line = tuple(Note(F(i) + F(1, p), F(1, 97), 60) for i, p in enumerate((89, 83, 79)))
    with pytest.raises(UnsupportedError, match="divisions of the quarter"):
        write_midi(Song(Melody(line)))
    # The bar is given, since a billion regular ones would fill the memory.
    far = Song(Melody((Note(F(10**9), F(1), 60),), bar_onsets=(F(0),)))
    with pytest.raises(UnsupportedError, match="longer than a MIDI file"):
        write_midi(far)
    meters = (MeterChange(F(0), Meter(300, 4)),)
    wide = Song(Melody((Note(F(0), F(1), 60),), meters=meters))
    with pytest.raises(UnsupportedError, match="time signature of 300/4"):
        write_midi(wide)
