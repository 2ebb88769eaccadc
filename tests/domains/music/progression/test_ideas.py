"""Ideas that musicians know by name, each where it is plain."""

from __future__ import annotations

import pytest

from clinamen.domains.music.chords import parse_chord
from clinamen.domains.music.notes import Key
from clinamen.domains.music.progression.ideas import (
    Surroundings,
    idea_of,
    motion_words,
    spelled_among,
)

C, A_MINOR, EB = Key(0), Key(0, "minor"), Key(-3)


def chord(symbol):
    return None if symbol is None else parse_chord(symbol)


@pytest.mark.parametrize(
    ("key", "before", "symbol", "awaited", "after", "name", "words"),
    [
        (C, "G7", "Am", "C", "F", "deceptive cadence", "a deceptive cadence"),
        (C, "G7", "Abmaj7", "C", "G7", "deceptive cadence",
         "a deceptive cadence, borrowed from C minor"),
        (A_MINOR, "E7", "F", "Am", "Dm", "deceptive cadence", "a deceptive cadence"),
        (A_MINOR, "E7", "A", "Am", None, "Picardy third", "the Picardy third"),
        (C, "F", "Db", "Dm", "G7", "Neapolitan", "the Neapolitan"),
        (C, "Dm7", "Db7", "G7", "C", "tritone substitute", "the tritone substitute of G7"),
        (C, "F", "Ab7", "Fm", "G7", "German sixth", "the German sixth chord"),
        (C, "F", "Bb7", "G7", "C", "backdoor dominant", "the backdoor dominant"),
        (C, "C", "A7", "F", "Dm", "secondary dominant", "the dominant of Dm"),
        (C, "C", "C#dim7", "F", "Dm7", "leading-note chord", "the leading-note chord of Dm7"),
        (C, "G7", "Fm", "C", "C", "borrowed chord", "borrowed from C minor"),
        (A_MINOR, "Am", "D", "Dm", "Am", "borrowed chord", "borrowed from A major"),
        (C, "F", "Cdim7", "G7", "C", "common-tone diminished",
         "a diminished chord that holds the root of C"),
        (EB, "Bb7", "Eb/G", "Eb", "Ab", "inversion", "with its third in the bass"),
        (C, "Dm7", "Gm7", "G7", "C", "borrowed chord", "borrowed from C minor"),
        (C, "C", "E", "C", "F", "chromatic mediant", "a chromatic mediant of C"),
        (C, "C", "F7", "F", "C", "other form", "the same root with a seventh"),
        (C, "C", "Fmaj7", "F7", "C", "other form", "the same root with another seventh"),
        (C, "C", "G", "G7", "C", "other form", "the same root without a seventh"),
        (C, "C", "G13", "G7", "C", "colour", "with an added ninth and an added thirteenth"),
        (C, "C", "C", "C", "F", "colour", "in its plain form"),
        (C, "C", "F7", "G7", "C", "blue seventh", "with the seventh of the blues"),
        (C, "C", "Bmaj7", "C", "F", "side-step", "a semitone below what was awaited"),
        (C, "C", "B7", "F", "C", "dominant that goes elsewhere", "which points to E"),
        (C, "G7", "Em", "C", "F", "mediant", "the mediant"),
        (C, "C", "Gsus4", "G", "C", "suspension", "its third suspended"),
        (C, "C", "G+", "G", "C", "raised fifth", "its fifth raised"),
    ],
)  # fmt: skip
def test_names(key, before, symbol, awaited, after, name, words):
    around = Surroundings(key, chord(before), chord(awaited), chord(after))
    idea = idea_of(chord(symbol), around)
    assert (idea.name, idea.words) == (name, words)
    assert 0 <= idea.worth <= 1


def test_a_chord_of_no_idea_is_from_outside():
    idea = idea_of(parse_chord("F#m"), Surroundings(C, None, None, None))
    assert idea.words == "from outside the key"


def test_a_picardy_third_stands_for_an_awaited_tonic():
    around = Surroundings(A_MINOR, chord("G"), chord("C"), chord("F"))
    assert idea_of(parse_chord("A"), around).name != "Picardy third"


@pytest.mark.parametrize(
    ("symbol", "key", "after", "spelled"),
    [
        ("C#7", C, "C", "Db7"),
        ("Ebdim7", C, "Em", "D#dim7"),
        ("Cb7/Gb", EB, "Fm", "B7/F#"),
        ("G#", C, None, "Ab"),
        ("Eb", C, "Em", "Eb"),
        ("Cb", Key(-6), "Gb", "Cb"),
        ("N.C.", C, "C", "N.C."),
    ],
)
def test_roots_are_spelled_by_where_they_lead(symbol, key, after, spelled):
    found = spelled_among(parse_chord(symbol), key, chord(after))
    assert str(found) == spelled
    assert found.same_sound(parse_chord(symbol))


def test_motion_is_told_as_the_root_goes():
    assert motion_words(parse_chord("Db"), parse_chord("C7")) == "falls a semitone to C7"
    assert motion_words(parse_chord("D7"), parse_chord("G7")) == "falls a fifth to G7"
    assert motion_words(parse_chord("D7"), parse_chord("N.C.")) == "goes on to N.C."
