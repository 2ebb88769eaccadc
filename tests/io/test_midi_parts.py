"""Notes that are odd and common, and which part is the melody."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from tests.io.midi_bytes import meta, midi, name, notes, scale
from tests.io.midi_songs import ONE_NOTE, said, timed

from clinamen.errors import AmbiguousError, MissingError, UnsupportedError
from clinamen.io.midi import read_midi


def test_overlapping_notes_of_one_pitch_are_repeated_notes() -> None:
    body = bytes.fromhex("00903c40 83603c40 83603c00 83603c00")
    assert timed(read_midi(midi(body))) == [(0, 1, 60), (1, 2, 60)]


def test_a_missing_release_before_a_repeated_note() -> None:
    body = bytes.fromhex("00903c40 83603c40 83603c00 83603c40 83603c00")
    assert timed(read_midi(midi(body))) == [(0, 1, 60), (1, 1, 60), (3, 1, 60)]


def test_zero_length_notes_are_left_out() -> None:
    body = bytes.fromhex("00903c40 003c00 003e40 83603e00")
    song = read_midi(midi(body))
    assert timed(song) == [(0, 1, 62)]
    assert said(song, "length zero")


def test_a_note_never_released_ends_where_the_next_begins() -> None:
    body = bytes.fromhex("00906040 83603c40 83603c00 003e40 83603e00")
    song = read_midi(midi(body))
    assert timed(song) == [(0, 1, 96), (1, 1, 60), (2, 1, 62)]
    assert said(song, "never released")


def test_a_chord_of_all_pitches_is_its_highest_note() -> None:
    song = read_midi(midi(notes([(0, 480, pitch) for pitch in range(128)])))
    assert timed(song) == [(0, 1, 127)]
    assert said(song, "127 notes were cut or left out")


def part_data() -> bytes:
    bass = name("Bass") + notes(scale(36), channel=1)
    lead = name("Vocals") + notes(scale(60), channel=2)
    high = name("Strings") + notes(scale(84), channel=3)
    drums = name("Kit") + notes(scale(40), channel=9)
    return midi(name("Song"), bass, lead, high, drums)


def test_a_name_says_which_part_is_the_melody() -> None:
    song = read_midi(part_data())
    assert song.part_index == 1
    assert said(song, "'Vocals'")
    assert song.title == "Song"
    assert [part.is_percussion for part in song.parts] == [False, False, False, True]


def test_without_names_the_high_single_voice_is_the_melody() -> None:
    chords = [(i * 480, i * 480 + 480, p) for i in range(8) for p in (60, 64, 67)]
    song = read_midi(midi(notes(scale(40)), notes(chords), notes(scale(72))))
    assert song.part_index == 2
    assert said(song, "likeliest")


def test_without_a_single_voice_the_highest_notes_are_the_melody() -> None:
    chords = [(i * 480, i * 480 + 480, p) for i in range(8) for p in (60, 64, 67)]
    low = [(a, b, p - 24) for a, b, p in chords]
    song = read_midi(midi(notes(low), notes(chords)))
    assert song.part_index is None
    assert {n.pitch for n in song.melody.notes} == {67}


def test_a_bass_line_is_no_melody() -> None:
    chords = [(i * 480, i * 480 + 480, p) for i in range(8) for p in (60, 64, 67)]
    song = read_midi(midi(notes(scale(30)), notes(chords)))
    assert song.part_index is None


@pytest.mark.parametrize("track", [2, "2", "strings", "STR"])
def test_a_part_by_index_or_name(track: int | str) -> None:
    song = read_midi(part_data(), track=track)
    assert song.part_index == 2
    assert song.melody.notes[0].pitch == 84


def test_a_part_that_is_not_there() -> None:
    with pytest.raises(MissingError, match="Vocals"):
        read_midi(part_data(), track="oboe")
    with pytest.raises(MissingError):
        read_midi(part_data(), track=9)
    with pytest.raises(AmbiguousError):
        read_midi(midi(name("Flute 1") + ONE_NOTE, name("Flute 2") + ONE_NOTE), track="fl")
    with pytest.raises(UnsupportedError, match="percussion"):
        read_midi(part_data(), track="Kit")


def hanging(*onsets: tuple[int, int], end: int = 0) -> bytes:
    body, now = b"", 0
    for onset, pitch in onsets:
        body += bytes([onset - now, 0x90, pitch, 64])
        now = onset
    return midi(body + meta(0x01, b"", delta=end) if end else body, division=48)


def test_hanging_notes_last_until_the_next_one_and_the_last_as_long_as_before() -> None:
    song = read_midi(hanging((0, 60), (24, 64)))
    assert timed(song) == [(F(0), F(1, 2), 60), (F(1, 2), F(1, 2), 64)]
    assert song.notices[0].startswith("2 notes are never released")


def test_a_single_hanging_note_lasts_until_the_end_of_the_track_or_a_quarter() -> None:
    assert timed(read_midi(hanging((0, 60), end=96))) == [(F(0), F(2), 60)]
    lone = read_midi(hanging((0, 60)))
    assert timed(lone) == [(F(0), F(1), 60)]
    assert lone.notices[0].startswith("1 note is never released")


def test_one_is_counted_as_one() -> None:
    empty = bytes([0, 0x90, 60, 64, 0, 0x80, 60, 0])
    assert read_midi(midi(empty + notes([(0, 480, 62)]))).notices == (
        "1 note of length zero was left out.",
    )
