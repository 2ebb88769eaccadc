"""Chords through every format: the text as written where the format has text, else the meaning."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction as F

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.domains.music.chords.strategies import any_chords, usual_chords
from tests.io.songs import songs

from clinamen.domains.music.chords import STYLES, Chord
from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Note,
    Section,
    Song,
    Words,
)
from clinamen.errors import UnsupportedError
from clinamen.io._chart_song import chart_of, read_chart, write_chart
from clinamen.io._sheet_song import read_sheet, sheet_of, song_of_sheet, write_sheet
from clinamen.io.abc import read_abc, write_abc
from clinamen.io.chordpro import read_chordpro
from clinamen.io.midi import read_midi, write_midi
from clinamen.io.musicxml import read_musicxml, write_musicxml

Through = Callable[[Song], Song]
THROUGH: dict[str, Through] = {
    "musicxml": lambda song: read_musicxml(write_musicxml(song)),
    "abc": lambda song: read_abc(write_abc(song)),
    "midi": lambda song: read_midi(write_midi(song)),
}
KEY = Key(-1, "minor")


def with_chord(text: str) -> Song:
    notes = (Note(F(0), F(4), 60, "C"), Note(F(4), F(4), 62, "D"))
    melody = Melody(notes, keys=(KeyChange(F(0), KEY),))
    return Song(melody, chords=(ChordSymbol(F(0), text), ChordSymbol(F(5), text)))


@pytest.mark.parametrize("name", THROUGH)
@given(st.one_of(usual_chords(), any_chords), st.sampled_from(STYLES))
@settings(deadline=None, max_examples=120)
def test_any_chord_in_any_style_keeps_its_text(name: str, chord: Chord, style: str) -> None:
    try:
        text = chord.write(style, key=KEY)  # type: ignore[arg-type]
    except UnsupportedError:
        assume(False)
    song = with_chord(text)
    again = THROUGH[name](song)
    assert again.chords == song.chords
    assert [span.chord for span in again.harmony] == [span.chord for span in song.harmony]


@pytest.mark.parametrize("name", THROUGH)
@pytest.mark.parametrize(
    "text",
    [
        "C7alt", "C^7", "Ch7", "C△7", "C7sus4(b9)", "C6/9", "C6/9/E", "N.C.", "NC", "n", "X", "?",
        "Eb?", "E♭-△7/G♭", "F𝄪m", "C/C", "V65", "viio7/V", "b7", "C:min7/b3", "C/9", "H7", "<&>",
        "C\"'", "so-so", "Cm(maj7)", "C13(no3)",
    ],
)  # fmt: skip
def test_these_keep_their_text(name: str, text: str) -> None:
    song = with_chord(text)
    assert THROUGH[name](song).chords == song.chords


@pytest.mark.parametrize("name", THROUGH)
@given(songs(chords=True, max_bars=3))
@settings(deadline=None, max_examples=40)
def test_songs_of_chords_alone(name: str, song: Song) -> None:
    melody = song.melody.replace(notes=(), phrase_starts=())
    song = song.replace(melody=melody)
    assume(song.chords)
    again = THROUGH[name](song)
    assert not again.melody.notes
    assert (again.chords, again.sections) == (song.chords, song.sections)
    assert again.harmony == song.harmony
    assert again.melody.bar_onsets == melody.bar_onsets
    assert again.melody.end_quarters == melody.end_quarters


@given(songs(chords=True))
@settings(deadline=None, max_examples=80)
def test_a_chart_keeps_what_chords_mean_and_when(song: Song) -> None:
    assume(song.harmony)
    again = read_chart(write_chart(song))
    wanted = list(song.harmony)
    shift = F(0)
    if song.melody.pickup_quarters and wanted[0].onset_quarters >= song.melody.pickup_quarters:
        shift = song.melody.pickup_quarters
    heard = list(again.harmony)
    if wanted[0].onset_quarters > shift:
        assert str(heard.pop(0).chord) == "N.C."
    assert [(s.onset_quarters, s.chord) for s in heard] == [
        (s.onset_quarters - shift, s.chord) for s in wanted
    ]
    assert [each.label for each in again.sections] == [
        " ".join(each.label.split()) for each in song.sections
    ]


def test_a_chart_has_bars_as_they_are() -> None:
    melody = Melody((), bar_onsets=(F(0), F(4), F(6)), end_quarters=F(9))
    chords = tuple(ChordSymbol(F(at), text) for at, text in ((0, "C"), (4, "F"), (7, "G")))
    sections = (Section(F(11, 2), "B [x]|"), Section(F(0), ""))
    song = Song(melody, title="A\nB", chords=chords, sections=sections)
    assert write_chart(song).decode() == ("# A B\n4/4 | C |\n2/4 | F |\n[B x]\n4/4 | . G . . |\n")
    odd = Melody((), bar_onsets=(F(0), F(1, 3)), end_quarters=F(4))
    with pytest.raises(UnsupportedError, match="1/3 quarters"):
        chart_of(Song(odd, chords=chords))
    with pytest.raises(UnsupportedError, match="no chords"):
        write_chart(Song(melody))


SHEET = """{title: Lo}
{key: Em}
{time: 3/4}
{tempo: 90.5}

{start_of_verse: Verse 1}
Oh [G]how a rose e'er [Em7]blooming
from tender stem
{end_of_verse}

{start_of_chorus}
[Am]Of [D7sus4]Jesse's[D7]
{end_of_chorus}

[G][C]

{start_of_part: Pre chorus}
[N.C.]ah
{end_of_part}
"""


def test_a_sheet_as_a_song_and_back() -> None:
    song = read_sheet(SHEET.encode())
    assert write_sheet(song).decode() == SHEET
    assert [(c.onset_quarters, c.symbol) for c in song.chords[:3]] == [
        (1, "G"),
        (4, "Em7"),
        (10, "Am"),
    ]
    assert song.melody.pickup_quarters == 1
    assert song.melody.end_quarters == 1 + 9 * 3
    assert song.words[:2] == (Words(F(0), "Oh ", True), Words(F(1), "how a rose e'er "))
    assert [(s.onset_quarters, s.label) for s in song.sections] == [
        (0, "Verse 1"),
        (10, "Chorus"),
        (19, ""),
        (25, "Pre chorus"),
    ]
    assert "one bar" in song.notices[0]


@given(songs(chords=True))
@settings(deadline=None, max_examples=60)
def test_a_sheet_keeps_chords_in_order_and_every_syllable(song: Song) -> None:
    assume(song.harmony)
    again = read_chordpro(write_sheet(song))
    pieces = [
        piece for section in again.sections for line in section.lines for piece in line.pieces
    ]
    assert [chord for chord, _ in pieces if chord] == [span.chord for span in song.harmony]
    sung = "".join(note.lyric or "" for note in song.melody.notes)
    assert "".join(text for _, text in pieces).replace(" ", "") == sung
    assert [s.chord for s in song_of_sheet(again).harmony] == [s.chord for s in song.harmony]


def test_words_of_notes_stand_under_their_chords() -> None:
    words = ["A-", "-ma-", "-zing", "[grace]", "#how", None]
    notes = tuple(Note(F(i), F(1), 60, lyric=word) for i, word in enumerate(words))
    melody = Melody(notes, phrase_starts=(0, 4))
    chords = (ChordSymbol(F(1), "C"), ChordSymbol(F(4), "G"), ChordSymbol(F(5), "??"))
    assert write_sheet(Song(melody, chords=chords)).decode() == (
        "{time: 4/4}\n\nA[C]mazing (grace) \n[G]#how [?]\n"
        if melody.meter_source == "file"
        else "A[C]mazing (grace) \n[G]#how [?]\n"
    )


def test_an_estimate_is_not_written_as_a_fact() -> None:
    melody = Melody((), keys=(KeyChange(F(0), KEY),), key_source="estimated", end_quarters=F(4))
    sheet = sheet_of(Song(melody, chords=(ChordSymbol(F(0), "C"),)))
    assert (sheet.key, sheet.meter) == (None, None)
