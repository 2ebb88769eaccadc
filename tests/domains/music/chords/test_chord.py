"""The value: pitch classes, quality, transposition, function in a key."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.domains.music.chords.strategies import any_chords, keys, names, usual_chords

from clinamen.domains.music.chords import NO_CHORD, Chord, Degree, PitchName, parse_chord
from clinamen.domains.music.notes import Key
from clinamen.errors import FormatError, ParameterError

MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def pitch_class(name: PitchName) -> int:
    return (LETTERS[name.letter] + name.alter) % 12


@settings(deadline=None)
@given(any_chords)
def test_pitch_classes_by_semitones(chord: Chord) -> None:
    root = pitch_class(chord.root)
    expected = {(root + MAJOR_SCALE[(d.number - 1) % 7] + d.alter) % 12 for d in chord.degrees}
    if chord.bass is not None:
        expected.add(pitch_class(chord.bass))
    assert chord.pitch_classes == expected
    assert chord.root_pitch_class == root
    assert chord.bass_pitch_class == pitch_class(chord.bass or chord.root)


@settings(deadline=None)
@given(names, names)
def test_a_note_is_found_again_by_its_degree(root: PitchName, other: PitchName) -> None:
    number, alter = root.degree_of(other)
    assert root.above(number, alter) == other
    assert (pitch_class(root) + MAJOR_SCALE[number - 1] + alter) % 12 == pitch_class(other)


@settings(deadline=None)
@given(any_chords | usual_chords(), st.integers(-30, 30), st.none() | keys)
@example(Chord(PitchName("A", -1), (Degree(1, 1),), PitchName("G", 1)), 1, None)
def test_transposing_moves_every_pitch_class(chord: Chord, semitones: int, key: Key | None) -> None:
    moved = chord.transpose(semitones, key=key)
    assert moved.pitch_classes == {(each + semitones) % 12 for each in chord.pitch_classes}
    assert moved.bass_pitch_class == (chord.bass_pitch_class + semitones) % 12
    assert moved.root_pitch_class == (chord.root_pitch_class + semitones) % 12
    assert moved.degrees == chord.degrees
    assert moved.transpose(-semitones).same_sound(chord)


@settings(deadline=None)
@given(usual_chords(), st.sampled_from(["m2", "M2", "m3", "M3", "P4", "A4", "d5", "P5", "-M6"]))
def test_transposing_commutes_with_reading(chord: Chord, interval: str) -> None:
    """A suffix is the same on every root, so moving the root in the text moves the chord."""
    plain = replace(chord, bass=None)
    suffix = str(plain).removeprefix(str(plain.root))
    moved = chord.transpose(interval)
    assert parse_chord(f"{moved.root}{suffix}") == replace(moved, bass=None)
    assert parse_chord(str(chord)).transpose(interval) == parse_chord(str(moved))


@settings(deadline=None)
@given(usual_chords(), keys, st.sampled_from(["nashville", "roman"]), st.integers(-6, 6))
def test_numbers_stay_when_chord_and_key_move(
    chord: Chord, key: Key, style: str, fifths: int
) -> None:
    text = chord.write(style, key=key)  # type: ignore[arg-type]
    there = Key(max(-7, min(7, key.fifths + fifths)), key.mode)
    semitones = (there.tonic_pitch_class - key.tonic_pitch_class) % 12
    try:
        moved = parse_chord(text, style=style, key=there)  # type: ignore[arg-type]
    except FormatError as error:  # a bass that would need three accidentals there
        problem = str(error)
        moved = chord.transpose(semitones)
    else:
        problem = ""
    assert moved.same_sound(chord.transpose(semitones))
    assert not problem or "sharps or flats" in problem


def test_spelling_after_transposing() -> None:
    def moved(symbol: str, *arguments: object, **options: object) -> str:
        return str(parse_chord(symbol).transpose(*arguments, **options))  # type: ignore[arg-type]

    assert moved("Am7/G", 3) == "Cm7/Bb"
    assert moved("C", 1) == "Db"
    assert moved("C", 1, key=Key(7)) == "C#"
    assert moved("B", "m2") == "C"
    assert moved("B", "A1") == "B#"
    assert moved("E", -1) == "D#"
    assert moved("B", 6) == "F"  # not E sharp
    assert moved("F##", "A1") == "G#"  # a triple sharp is respelled
    assert moved("Fb", 0) == "Fb"
    assert moved("Gb", 12, key=Key(6)) == "F#"
    assert NO_CHORD.transpose(3) is NO_CHORD
    assert NO_CHORD.transpose("m3") is NO_CHORD
    for wrong in ("P3", "M5", "m", "X2", "m16"):
        with pytest.raises(ParameterError, match="interval"):
            parse_chord("C").transpose(wrong)


def test_same_sound() -> None:
    assert parse_chord("C6").same_sound(parse_chord("Am7/C"))
    assert not parse_chord("C6").same_sound(parse_chord("Am7"))
    assert parse_chord("C#7").same_sound(parse_chord("Db7"))
    assert not NO_CHORD.same_sound(parse_chord("X"))


QUALITIES = {
    "maj": "C C(add9) C(b5) Cb C/E Cadd2", "min": "Cm Cm(#5) Cmadd9", "dim": "Cdim C°(maj7)",
    "aug": "C+ C+add9", "sus2": "Csus2 Csus2(add9)", "sus4": "Csus C(sus4,add2)", "5": "C5 C7no3",
    "6": "C6 C6/9", "min6": "Cm6 Cm6/9", "7": "C7 C9 C13 C7alt C7b9 C7no5 C7(add4)",
    "maj7": "Cmaj7 Cmaj9 Cmaj7#11", "min7": "Cm7 Cm11 Cm7#5", "minmaj7": "Cm(maj7) Cm(maj9)",
    "hdim7": "Cø Cm9b5", "dim7": "C°7 C°9", "7b5": "C7b5 C9b5", "aug7": "C7#5 C+9",
    "maj7b5": "Cmaj7b5", "augmaj7": "Cmaj7#5", "7sus2": "C7sus2", "7sus4": "C7sus C9sus C13sus",
    "other": "C(no3,no5)", "unknown": "X C?", "none": "N.C.",
}  # fmt: skip


@pytest.mark.parametrize("quality", QUALITIES)
def test_qualities(quality: str) -> None:
    found = [parse_chord(symbol).quality for symbol in QUALITIES[quality].split()]
    assert found == [quality] * len(found)


# Families and applied dominants as a harmony class would name them.
FUNCTIONS = {
    Key(0): {
        "C": "tonic", "Cmaj7": "tonic", "Em": "tonic", "Am7": "tonic", "Dm7": "subdominant",
        "F": "subdominant", "Fm6": "subdominant", "G": "dominant 1", "G7": "dominant 1",
        "G7sus4": "dominant 1", "Bdim": "dominant 1", "Bm7b5": "dominant 1",
        "Bdim7": "dominant 1", "Gm7": "dominant 1", "D7": "dominant 5", "D": "dominant 5",
        "A7": "dominant 2", "E7": "dominant 6", "B7": "dominant 3", "C7": "dominant 4",
        "F#dim7": "dominant 5", "C#dim7": "dominant 2", "G#dim7": "dominant 6",
        "Db7": "dominant 1", "Db": "subdominant", "Bb": "subdominant", "Bb7": "subdominant",
        "Ab": "subdominant", "Eb": "tonic", "F7": "subdominant", "F#7": "none",
        "N.C.": "none", "X": "none", "C?": "none", "Caug": "dominant 4",
    },
    Key(0, "minor"): {
        "Am": "tonic", "C": "tonic", "F": "tonic", "Dm": "subdominant", "Bm7b5": "subdominant",
        "E7": "dominant 1", "Em": "dominant 1", "G#dim7": "dominant 1", "G7": "dominant 1",
        "B7": "dominant 5", "A7": "dominant 4", "Bb": "subdominant", "Bb7": "dominant 1",
        "Edim7": "dominant 6", "E+": "dominant 1", "Fdim7": "tonic",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("key", "symbol"), [(key, symbol) for key, table in FUNCTIONS.items() for symbol in table]
)
def test_functions(key: Key, symbol: str) -> None:
    function = parse_chord(symbol).function(key)
    shown = f"{function.family} {function.of or ''}".strip()
    assert shown == FUNCTIONS[key][symbol]


@settings(deadline=None)
@given(usual_chords(), keys, st.integers(0, 11))
def test_function_moves_with_the_key(chord: Chord, key: Key, semitones: int) -> None:
    there = next(
        Key(fifths, key.mode)
        for fifths in range(-7, 8)
        if (Key(fifths, key.mode).tonic_pitch_class - key.tonic_pitch_class) % 12 == semitones
    )
    assert chord.transpose(semitones).function(there) == chord.function(key)


def test_what_a_value_must_be() -> None:
    root = PitchName("C")
    with pytest.raises(ParameterError, match="need a root"):
        Chord(None, (Degree(1),))
    with pytest.raises(ParameterError, match="need a root"):
        Chord(None, bass=root)
    with pytest.raises(ParameterError, match="not known"):
        Chord(root)
    with pytest.raises(ParameterError, match="not known"):
        Chord(root, (Degree(1),), is_unknown=True)
    with pytest.raises(ParameterError, match="at most 16"):
        Chord(root, tuple(Degree(n, a) for n in (1, 2, 3, 4) for a in range(-2, 3)))
    with pytest.raises(ParameterError, match="2 sharps"):
        PitchName("C", 3)
    with pytest.raises(ParameterError, match="A to G"):
        PitchName("H")
    with pytest.raises(ParameterError, match="1 to 7"):
        Degree(8)
    with pytest.raises(ParameterError, match="altered by"):
        Degree(3, -3)


def test_equality_forgets_order_doubles_and_a_bass_that_is_the_root() -> None:
    tones = (Degree(5), Degree(1), Degree(3), Degree(5))
    assert Chord(PitchName("C"), tones, PitchName("C")) == parse_chord("C")
    assert hash(Chord(PitchName("C"), tones)) == hash(parse_chord("C:maj"))
