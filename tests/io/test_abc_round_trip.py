"""ABC: what is written is read back the same."""

from __future__ import annotations

from hypothesis import given, settings
from songs import songs, written_part

from clinamen.io.abc import read_abc, write_abc


@settings(max_examples=200, deadline=None)
@given(songs(chords=True))
def test_round_trip_keeps_everything(song):
    again = read_abc(write_abc(song))
    assert written_part(again) == written_part(song)
    assert [n.spelling for n in again.melody.notes] == [n.spelling for n in song.melody.notes]
    assert [n.lyric for n in again.melody.notes] == [n.lyric for n in song.melody.notes]
    assert (again.title, again.composer) == (song.title, song.composer)
    assert again.tempos == song.tempos
    assert again.chords == song.chords
    assert again.notices == ()
