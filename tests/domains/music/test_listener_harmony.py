"""A listener that has learnt chords hears the harmony of a song."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import ChordSymbol, Key, KeyChange, Melody, Note, Song
from clinamen.domains.music.progression import harmony_events, learn_chords
from clinamen.engine.mixture import MixtureOptions
from clinamen.errors import MissingError, ParameterError
from clinamen.io.listener_file import read_listener, write_listener

C_MAJOR = (KeyChange(Fraction(0), Key(0, "major")),)
LOOP = ("C", "Am7", "F", "G7", "C", "Am7", "Dm", "G7", "C")


def song(symbols=LOOP, *, notes=(60, 64, 65, 67, 60, 64, 62, 65, 60), keys=C_MAJOR):
    melody = Melody(
        tuple(Note(Fraction(2 * at), Fraction(2), pitch) for at, pitch in enumerate(notes)),
        keys,
        end_quarters=Fraction(2 * len(symbols)),
    )
    chords = tuple(ChordSymbol(Fraction(2 * at), text) for at, text in enumerate(symbols))
    return Song(melody=melody, chords=chords, source="loop.musicxml")


def learnt(*knowns):
    events = [harmony_events(song()), harmony_events(song(LOOP[2:] + LOOP[:2]))]
    options = MixtureOptions(n_passes=1)
    return Listener(
        "harmonist",
        harmony={
            known: learn_chords(events, frozenset(known.split()), options=options)
            for known in knowns
        },
    )


BOTH = learnt("key timing", "key melody timing")


def test_the_mixture_that_knows_most_of_what_the_song_tells_is_asked():
    heard = BOTH.hear(song(), target="harmony")
    assert heard.settings["known"] == ["key", "melody", "timing"]
    assert heard.settings["listener"] == "harmonist"
    assert heard.identity == {"melody.name": "loop"}
    alone = BOTH.hear(song(notes=()), target="harmony")
    assert alone.settings["known"] == ["key", "timing"]
    assert len(heard) == len(alone) == len(LOOP)
    direct = BOTH.harmony["key timing"].hear(song(notes=()))
    assert np.array_equal(alone.information_content, direct.information_content)


def test_what_a_song_does_not_tell_is_not_asked_for():
    keyless = BOTH.hear(song(keys=()), target="harmony")
    assert np.array_equal(keyless.entropy, BOTH.hear(song(), target="harmony").entropy)
    with pytest.raises(MissingError, match="nothing about chords"):
        BOTH.hear(song(("N.C.", "N.C."), keys=()), target="harmony")
    with pytest.raises(MissingError, match="nothing about chords"):
        learnt("key melody timing").hear(song(notes=()), target="harmony")
    with pytest.raises(MissingError, match="nothing about chords"):
        Listener().hear(song(), target="harmony")


def test_only_songs_with_chords_have_harmony():
    for given in (song().melody, song(()), replace(song(), chords=())):
        with pytest.raises(ParameterError, match="has chords"):
            BOTH.hear(given, target="harmony")
    with pytest.raises(ParameterError, match="learned mixture only"):
        BOTH.hear(song(), target="harmony", model="both+")
    with pytest.raises(ParameterError, match="learned mixture only"):
        BOTH.hear(song(), target="harmony", viewpoints="cpint")


def test_a_file_carries_it_to_the_bit():
    data = write_listener(BOTH)
    read = read_listener(data)
    assert list(read.harmony) == list(BOTH.harmony)
    for given in (song(), song(notes=())):
        one, other = (each.hear(given, target="harmony") for each in (BOTH, read))
        assert np.array_equal(one.information_content, other.information_content)
        assert np.array_equal(one.entropy, other.entropy)
    assert write_listener(read) == data
