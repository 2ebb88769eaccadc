"""A song in hand is heard as its file is."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import clinamen
from clinamen.domains.music.listener import Listener
from clinamen.operations.harmony_hearing import hear_harmony
from clinamen.operations.hear import HearRequest
from clinamen.operations.song_hearing import hear_song

EXAMPLES = Path(__file__).parents[2] / "examples"


def test_the_curves_are_those_of_hear_harmony(listener: Listener) -> None:
    path = EXAMPLES / "harbour_light.musicxml"
    heard = hear_song(clinamen.read(path), listener)
    expected = hear_harmony(HearRequest(str(path)), listener=listener)
    assert heard.harmony is not None
    assert heard.melody is not None
    assert np.array_equal(heard.harmony.events.total, expected.events.total)
    assert expected.melody is not None
    bits = heard.melody.expectation.information_content
    assert np.array_equal(bits, expected.melody.information_content)


def test_what_is_not_there_is_not_heard(listener: Listener) -> None:
    song = clinamen.read(EXAMPLES / "sakura.abc")
    assert hear_song(song, listener).harmony is None
    empty = song.replace(melody=song.melody.replace(notes=(), phrase_starts=()))
    assert hear_song(empty, listener).melody is None


def test_a_listener_without_chords_hears_the_melody() -> None:
    song = clinamen.read(EXAMPLES / "harbour_light.musicxml")
    heard = hear_song(song, Listener())
    assert heard.harmony is None
    assert heard.melody is not None
    assert len(heard.melody.expectation) == len(song.melody.notes)
