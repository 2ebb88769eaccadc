"""Chords and sections of MIDI files: from markers, texts, and what an accompaniment plays."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import assume, given, settings
from tests.io.midi_bytes import meta, midi, name, notes, scale
from tests.io.songs import songs

from clinamen.domains.music.notes import ChordSymbol, Melody, Note, Section, Song
from clinamen.errors import UnsupportedError
from clinamen.io.midi import read_midi, write_midi

MARKER, TEXT = 6, 1
Chords = list[tuple[F, str]]


def marked(*texts: str, kind: int = MARKER) -> Song:
    """A melody with a marker (or text) on every beat."""
    track = b"".join(meta(kind, text.encode(), 480 * (i > 0)) for i, text in enumerate(texts))
    return read_midi(midi(track, notes(scale())))


def chords(song: Song) -> Chords:
    return [(chord.onset_quarters, chord.symbol) for chord in song.chords]


def sections(song: Song) -> Chords:
    return [(section.onset_quarters, section.label) for section in song.sections]


def test_plain_markers_are_chords_where_most_of_them_can_be() -> None:
    song = marked("Am7", "D7", "Verse", "G", "Cmaj7")
    assert chords(song) == [(0, "Am7"), (1, "D7"), (3, "G"), (4, "Cmaj7")]
    assert sections(song) == [(2, "Verse")]
    song = marked("Intro", "D", "Solo", "Coda")
    assert (chords(song), len(song.sections)) == ([], 4)


@pytest.mark.parametrize("letters", [("A", "B", "A", "C"), ("A1", "A2", "B"), ("A",)])
def test_letters_from_a_on_are_sections(letters: tuple[str, ...]) -> None:
    song = marked(*letters)
    assert not song.chords
    assert [label for _, label in sections(song)] == list(letters)
    assert [text for _, text in chords(marked("A", "D", "E", "A"))] == ["A", "D", "E", "A"]


def test_marked_chords_leave_plain_markers_to_the_sections() -> None:
    song = marked("chord:Am", "G", "section:chord:x", "phrase", "chord:")
    assert chords(song) == [(0, "Am")]
    assert [label for _, label in sections(song)] == ["G", "chord:x", "chord:"]


def test_texts_are_chords_only_if_there_are_several_and_never_sections() -> None:
    assert len(marked("Am", "F", "C", "G", kind=TEXT).chords) == 4
    few = marked("Am", "F", "made by", kind=TEXT)
    assert (few.chords, few.sections) == ((), ())


HELD = [
    (0, 960, 48), (0, 960, 52), (0, 960, 55),
    (960, 1920, 53), (960, 1920, 57), (960, 1920, 60), (960, 1920, 65),
    (1440, 1500, 62),  # a passing tone
    (1920, 2880, 47), (1920, 2880, 50), (1920, 2880, 53), (1920, 2880, 55),
    (2880, 3840, 48), (2880, 3840, 55), (2880, 3840, 64),
]  # fmt: skip


def test_blocks_are_recognised_and_the_notice_says_from_where() -> None:
    song = read_midi(midi(name("Tune") + notes(scale(72)), name("Piano") + notes(HELD)))
    assert chords(song) == [(0, "C"), (2, "F"), (4, "G7/B"), (6, "C")]
    assert "The chords were recognised from part 1 ('Piano')." in song.notices
    assert [note.pitch for note in song.melody.notes][:3] == [72, 73, 74]


def test_marked_chords_are_believed_before_played_ones() -> None:
    body = meta(MARKER, b"chord:Eb")
    song = read_midi(midi(body, name("Tune") + notes(scale(72)), name("Piano") + notes(HELD)))
    assert chords(song) == [(0, "Eb")]


def test_a_rolled_chord_begins_with_its_first_note() -> None:
    rolled = [(onset + 12 * (pitch % 5), end, pitch) for onset, end, pitch in HELD]
    song = read_midi(midi(name("Tune") + notes(scale(72)), name("Piano") + notes(rolled)))
    assert [text for _, text in chords(song)] == ["C", "F", "G7/B", "C"]


def broken(*chords_played: tuple[int, ...]) -> list[tuple[int, int, int]]:
    """Four eighths a chord."""
    return [
        ((4 * bar + i) * 240, (4 * bar + i + 1) * 240, played[i % len(played)])
        for bar, played in enumerate(chords_played)
        for i in range(4)
    ]


def test_broken_chords_are_recognised_by_half_bars() -> None:
    played = broken((48, 55, 52, 55), (45, 52, 48, 52), (41, 48, 45, 48), (43, 50, 47, 50))
    song = read_midi(midi(name("Tune") + notes(scale(72)), name("Guitar") + notes(played)))
    assert chords(song) == [(0, "C"), (2, "Am"), (4, "F"), (6, "G")]


def test_a_second_voice_makes_no_chords_and_neither_does_a_melody_alone() -> None:
    second = read_midi(midi(name("Tune") + notes(scale(72)), name("Alto") + notes(scale(60))))
    assert not second.chords
    line = ((60, 64, 67, 64), (62, 64, 65, 64), (65, 69, 72, 69), (62, 64, 65, 62), (65, 64))
    by_chance = read_midi(
        midi(name("Tune") + notes(scale(72)), name("Alto") + notes(broken(*line)))
    )
    assert not by_chance.chords
    arpeggios = broken((60, 67, 64, 67), (57, 64, 60, 64), (60, 67, 64, 67))
    assert not read_midi(midi(notes(arpeggios))).chords


def test_a_part_alone_that_plays_blocks_has_chords_and_its_top_line() -> None:
    song = read_midi(midi(notes(HELD)))
    assert [text for _, text in chords(song)] == ["C", "F", "G7/B", "C"]
    assert song.melody.notes[0].pitch == 55


@settings(deadline=None, max_examples=60)
@given(songs(chords=True, max_bars=3))
def test_a_chord_track_changes_nothing_of_what_is_read(song: Song) -> None:
    assume(song.harmony)
    plain, played = read_midi(write_midi(song)), read_midi(write_midi(song, chord_track=True))
    assert (played.melody, played.chords) == (plain.melody, plain.chords)
    assert [part.name for part in played.parts] == ["Melody", "Chords"]


def test_a_chord_track_plays_the_chords() -> None:
    melody = Melody((Note(F(0), F(8), 84),))
    symbols = (ChordSymbol(F(0), "Am7"), ChordSymbol(F(4), "D7/F#"), ChordSymbol(F(6), "N.C."))
    data = write_midi(Song(melody, chords=symbols), chord_track=True)
    unmarked = data.replace(b"chord:", b"noise:")
    assert chords(read_midi(unmarked)) == [(0, "Am7"), (4, "D7/F#")]


def test_a_song_of_chords_alone_stays_one_with_its_chord_track() -> None:
    melody = Melody((), end_quarters=F(8))
    song = Song(melody, chords=(ChordSymbol(F(0), "C"), ChordSymbol(F(4), "G")))
    for played in (False, True):
        again = read_midi(write_midi(song, chord_track=played))
        assert (again.chords, again.melody.notes) == (song.chords, ())
    with pytest.raises(UnsupportedError, match="no notes"):
        read_midi(write_midi(song.replace(chords=())))


def test_a_section_named_like_a_mark_of_ours_keeps_its_name() -> None:
    labels = ("phrase", "chord:C", "section:A", "Verse", "G7")
    melody = Melody((Note(F(0), F(8), 60),))
    for some in (labels, ("D", "G7")):
        song = Song(melody, sections=tuple(Section(F(i), label) for i, label in enumerate(some)))
        again = read_midi(write_midi(song))
        assert (again.sections, again.chords) == (song.sections, ())
