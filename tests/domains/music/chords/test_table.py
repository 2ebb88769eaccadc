"""Symbols to notes, by a table made by hand and by music21 where it reads a symbol."""

from __future__ import annotations

import warnings

import pytest

from clinamen.domains.music.chords import parse_chord
from clinamen.domains.music.notes import Key

NOTES = {
    "C": 0, "C#": 1, "Db": 1, "D": 2, "D#": 3, "Eb": 3, "E": 4, "E#": 5, "F": 5, "F#": 6,
    "Gb": 6, "G": 7, "G#": 8, "Ab": 8, "A": 9, "A#": 10, "Bb": 10, "B": 11, "Cb": 11,
}  # fmt: skip

# Spelled out by hand from a piano, not by the program; the bass is the first note.
TABLE = {
    "C": "C E G", "Cm": "C Eb G", "C-": "C Eb G", "Cdim": "C Eb Gb", "C+": "C E G#",
    "Caug": "C E G#", "C5": "C G", "Csus": "C F G", "Csus2": "C D G", "C2": "C D E G",
    "C4": "C E F G", "C6": "C E G A", "Cm6": "C Eb G A", "C6/9": "C E G A D",
    "C69": "C E G A D", "Cm6/9": "C Eb G A D", "C7": "C E G Bb", "Cmaj7": "C E G B",
    "CM7": "C E G B", "C△7": "C E G B", "C^7": "C E G B", "C△": "C E G B", "Cm7": "C Eb G Bb",
    "C-7": "C Eb G Bb", "Cm(maj7)": "C Eb G B", "CmM7": "C Eb G B", "C-△7": "C Eb G B",
    "Cø7": "C Eb Gb Bb", "Ch7": "C Eb Gb Bb", "Cø": "C Eb Gb Bb", "Cm7b5": "C Eb Gb Bb",
    "C-7-5": "C Eb Gb Bb", "C°": "C Eb Gb", "Co": "C Eb Gb", "C°7": "C Eb Gb A",
    "Co7": "C Eb Gb A", "Cdim7": "C Eb Gb A", "C7#5": "C E G# Bb", "C+7": "C E G# Bb",
    "Caug7": "C E G# Bb", "C7+": "C E G# Bb", "C7b5": "C E Gb Bb", "Cmaj7#5": "C E G# B",
    "C7sus4": "C F G Bb", "C7sus": "C F G Bb", "C7sus4(b9)": "C F G Bb Db",
    "Csus4(add7)(add9)": "C F G Bb D", "C9sus4": "C F G Bb D", "C13sus": "C F G Bb D A",
    "C9": "C E G Bb D", "Cmaj9": "C E G B D", "Cm9": "C Eb G Bb D", "C+9": "C E G# Bb D",
    "C7b9": "C E G Bb Db", "C7-9": "C E G Bb Db", "C7#9": "C E G Bb D#",
    "C7+9": "C E G Bb D#", "C7(b9,#11)": "C E G Bb Db F#", "C7b9b13": "C E G Bb Db Ab",
    "C7alt": "C E Gb G# Bb Db D#", "C11": "C E G Bb D F", "Cm11": "C Eb G Bb D F",
    "C9#11": "C E G Bb D F#", "C13": "C E G Bb D A", "Cm13": "C Eb G Bb D F A",
    "C13b9": "C E G Bb Db A", "C13#11": "C E G Bb D F# A", "Cmaj13": "C E G B D A",
    "Cmaj7#11": "C E G B F#", "C(add9)": "C E G D", "Cadd9": "C E G D", "Cmadd9": "C Eb G D",
    "Cadd11": "C E G F", "C(b5)": "C E Gb", "Cm(#5)": "C Eb G#", "Cno3": "C G",
    "C7omit5": "C E Bb", "C7susadd3": "C F E G Bb", "C7(13)": "C E G Bb A",
    "Cb5": "Cb Gb", "Ebm7": "Eb Gb Bb Db", "Bbmaj7": "Bb D F A", "F#m7b5": "F# A C E",
    "G7(b9,#11)": "G B D F Ab C#", "Ebm(maj7)": "Eb Gb Bb D", "Ab+": "Ab C E",
    "D/F#": "F# D A", "Am/G": "G A C E", "C7/B": "B C E G Bb", "Cm7/Bb": "Bb C Eb G",
    "B:maj": "B D# F#", "F#:maj7/5": "C# F# A# E#", "C:(3,5,b7)": "C E G Bb",
    "C:7(*5,#9)": "C E Bb D#", "C:hdim7/b7": "Bb C Eb Gb", "A:min/b3": "C A E",
    "C:min7(b5)": "C Eb Gb G Bb", "C:13": "C E G Bb D F A", "C:maj(*3)": "C G", "C/3": "E C G",
    "D:sus4(b7)": "D G A C", "C:minmaj7": "C Eb G B", "Caugmented-ninth": "C E G# Bb D",
    "Eminor-major": "E G B D#", "N.C.": "", "N": "", "X": "",
}  # fmt: skip

IN_KEY = {
    ("1", "C"): "C E G", ("6-", "C"): "A C E", ("2m7", "C"): "D F A C", ("5/7", "C"): "B D G",
    ("b7", "C"): "Bb D F", ("57", "C"): "G B D F", ("4/6", "G"): "E C G", ("#4°", "C"): "F# A C",
    ("b3", "Am"): "C E G", ("I", "Eb"): "Eb G Bb", ("ii7", "C"): "D F A C",
    ("V7/V", "C"): "D F# A C", ("V/ii", "C"): "A C# E", ("bVII", "C"): "Bb D F",
    ("viio7", "C"): "B D F Ab", ("viio7/V", "C"): "F# A C Eb", ("IV6", "C"): "A C F",
    ("I64", "C"): "G C E", ("V65", "C"): "B D F G", ("viiø43", "C"): "F A B D",
    ("V42", "C"): "F G B D", ("Imaj7", "C"): "C E G B", ("imaj7", "Am"): "A C E G#",
    ("bVI", "Am"): "F A C", ("V7/bVI", "C"): "Eb G Bb Db", ("I/3", "C"): "E C G",
    ("IIm7", "C"): "D F A C", ("V7sus4", "C"): "G C D F", ("IV(add6)", "C"): "F A C D",
    ("vii°", "Am"): "G# B D",
}  # fmt: skip
KEYS = {"C": Key(0), "G": Key(1), "Eb": Key(-3), "Am": Key(0, "minor")}


def classes(notes: str) -> list[int]:
    return [NOTES[note] for note in notes.split()]


@pytest.mark.parametrize("symbol", TABLE)
def test_notes_and_bass_of_a_symbol(symbol: str) -> None:
    chord = parse_chord(symbol)
    expected = classes(TABLE[symbol])
    assert chord.pitch_classes == set(expected)
    assert chord.bass_pitch_class == (expected[0] if expected else None)


@pytest.mark.parametrize(("symbol", "key"), IN_KEY)
def test_notes_and_bass_in_a_key(symbol: str, key: str) -> None:
    chord = parse_chord(symbol, key=KEYS[key])
    expected = classes(IN_KEY[symbol, key])
    assert chord.pitch_classes == set(expected)
    assert chord.bass_pitch_class == expected[0]


# Suffixes that music21 reads; 13 is left out, where we leave out the eleventh, and so are
# those it fails on or reads as something else (-7, 69, maj9, m(maj7), 7alt).
MUSIC21 = (
    " m 7 m7 maj7 M7 mM7 dim dim7 aug + o o7 6 m6 9 m9 M9 11 m11 m13 sus sus4 sus2 7sus4 m7b5 ø7 "
    "7b9 7#9 7b5 7#5 7+ +7 aug7 7#11 7b13 maj7#11 9#11 9b5 7b9#11 add9 add2 omit3 min min7 min6 5"
)


@pytest.mark.parametrize("suffix", ["", *MUSIC21.split()])
def test_music21_hears_the_same(suffix: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        harmony = pytest.importorskip("music21.harmony")
        for root, bass in [("C", ""), ("F#", "/C#"), ("B-", "/A-")]:
            theirs = harmony.ChordSymbol(f"{root}{suffix}{bass}")
            ours = parse_chord(f"{root}{suffix}{bass}".replace("B-", "Bb").replace("A-", "Ab"))
            assert ours.pitch_classes == set(theirs.pitchClasses)
            assert ours.root_pitch_class == theirs.root().pitchClass
            assert ours.bass_pitch_class == theirs.bass().pitchClass
