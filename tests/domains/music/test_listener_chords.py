"""A listener that has learnt melodies over chords hears a song with its chords."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

import numpy as np
import pytest
from tests.io.stored_files import reheaded

from clinamen.domains.music.learned import Learned
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import ChordSymbol, Key, KeyChange, Melody, Note, Song
from clinamen.domains.music.projection import Alphabets
from clinamen.domains.music.song_events import song_events
from clinamen.domains.music.training import (
    Course,
    TrainingOptions,
    first_lessons,
    opening_labels,
    train,
)
from clinamen.engine.mixture import MixtureOptions
from clinamen.errors import FormatError, UnsupportedError
from clinamen.io._stored import split
from clinamen.io.listener_file import MAGIC, read_listener, write_listener

C_MAJOR = (KeyChange(Fraction(0), Key(0, "major")),)
LOOP = (("C", (64, 67)), ("F", (69, 65)), ("G7", (67, 71)), ("C", (72, 67)))
"""Chords of two quarters, and a note of the chord on each."""


def song(loop=LOOP, *, symbols: bool = True) -> Song:
    pitches = [pitch for _, pair in loop for pitch in pair]
    notes = tuple(Note(Fraction(t), Fraction(1), pitch) for t, pitch in enumerate(pitches))
    chords = tuple(ChordSymbol(Fraction(2 * t), name) for t, (name, _) in enumerate(loop))
    return Song(Melody(notes, C_MAJOR), chords=chords if symbols else ())


@lru_cache(maxsize=1)
def learnt() -> Listener:
    """Not to be changed: tests share it."""
    songs = [song(LOOP[k:] + LOOP[:k]) for k in range(4)]
    heard = tuple(song_events(each) for each in songs)
    options = TrainingOptions(targets=("onset", "pitch"), mixture=MixtureOptions(n_passes=1))
    labels = opening_labels(heard)
    course = Course(heard, labels, options)
    new = {target: Learned.new(target, with_chords=True) for target in options.targets}
    chorded = Course(heard, labels, options, new)
    return Listener(
        "harmonist",
        alphabets=Alphabets.of(heard),
        learned=train(course, first_lessons(course)),
        with_chords=train(chorded, first_lessons(chorded)),
    )


def alone() -> Listener:
    return replace(learnt(), with_chords={})


def same(one, other) -> bool:
    return np.array_equal(one.distribution, other.distribution) and np.array_equal(
        one.next_distribution, other.next_distribution
    )


@pytest.mark.parametrize("target", ["onset", "pitch"])
def test_a_song_with_chords_is_heard_with_them_and_another_one_without(target):
    heard = learnt().hear(song(), target=target)
    assert "chords" in heard.settings["known"]
    assert heard.settings["experts"] == len(learnt().with_chords[target].lens.experts)
    direct = learnt().with_chords[target].lens
    assert direct.known == learnt().learned[target].lens.known | {"chords"}
    plain = alone().hear(song(), target=target)
    assert "chords" not in plain.settings["known"]
    assert not same(heard, plain)
    for given in (song(symbols=False), song().melody, song((("N.C.", (64, 67)), ("?", (69, 65))))):
        with_, without = (each.hear(given, target=target) for each in (learnt(), alone()))
        assert same(with_, without)
        assert "chords" not in with_.settings["known"]


def test_another_chord_makes_another_note_likely():
    """The same notes; over the last ones another chord."""
    here = learnt().hear(song())
    there = learnt().hear(song((*LOOP[:3], ("F", LOOP[3][1]))))
    event = 6  # the first note over the last chord
    by_c, by_f = (each.distribution[event] for each in (here, there))
    for pitch, over_c in ((72, True), (69, False)):
        place = here.alphabet.tolist().index(pitch)
        assert (by_c[place] > by_f[place]) == over_c, pitch
    # Chords are known before they come, so only what lies far from the change is alike.
    assert np.array_equal(here.distribution[:4], there.distribution[:4])


def test_each_part_of_a_joint_expectation_has_the_mixture_that_knows_most():
    one = replace(learnt(), with_chords={"pitch": learnt().with_chords["pitch"]})
    heard = one.hear(song(), target="joint")
    assert "chords" in heard.parts["pitch"].settings["known"]
    assert "chords" not in heard.parts["onset"].settings["known"]
    assert one.hear(song(), target="pitch").why(3).reasons


def test_chords_alone_are_not_heard_as_a_melody():
    with pytest.raises(UnsupportedError, match="chords"):
        learnt().hear(replace(song(), melody=Melody((), end_quarters=Fraction(8))))


def test_a_file_carries_it_to_the_bit():
    data = write_listener(learnt())
    read = read_listener(data)
    assert list(read.with_chords) == ["onset", "pitch"]
    for given in (song(), song(symbols=False)):
        for target in ("onset", "pitch"):
            assert same(*(each.hear(given, target=target) for each in (learnt(), read)))
    assert write_listener(read) == data


def test_a_file_without_them_is_read_and_one_with_two_is_refused():
    data = write_listener(learnt())
    entries = split(data, MAGIC, "listener", "")[0]["with_chords"]
    assert not read_listener(reheaded(data, MAGIC, with_chords=[])).with_chords
    twice = reheaded(data, MAGIC, with_chords=[entries[0], entries[0]])
    with pytest.raises(FormatError):
        read_listener(twice)


def test_more_songs_are_learnt_with_their_chords():
    listener = read_listener(write_listener(learnt()))
    before = {what: rows(listener, what) for what in ("learned", "with_chords")}
    listener.learn([song(symbols=False)])
    assert rows(listener, "with_chords") == before["with_chords"]
    assert rows(listener, "learned") > before["learned"]
    listener.learn([song()])
    assert rows(listener, "with_chords") > before["with_chords"]


def rows(listener: Listener, what: str) -> int:
    """Sightings of all contexts for pitch."""
    return int(getattr(listener, what)["pitch"].mixture.long_term.rows().counts.sum())


def test_a_melody_in_the_making_is_expected_as_it_is_heard():
    for given in (song(), song(symbols=False)):
        heard = learnt().hear(given)
        notes = given.melody.notes
        frame = given.replace(melody=given.melody.replace(notes=notes[:3]))
        state = learnt().start(frame)
        for event in range(3, len(notes)):
            onset = event * 10080
            expected = state.predict("pitch", onset_ticks=onset)
            assert np.array_equal(state.alphabet("pitch"), heard.alphabet)
            assert np.array_equal(expected, heard.distribution[event])
            state.observe(onset, 10080, notes[event].pitch)
