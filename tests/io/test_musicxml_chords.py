"""Chords of MusicXML: what they mean to music21, and what other programs write."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given, settings
from tests.domains.music.chords.strategies import any_chords, usual_chords
from tests.io.test_musicxml_music21 import parse

from clinamen.domains.music.chords import Chord, parse_chord
from clinamen.domains.music.notes import ChordSymbol, Key, KeyChange, Melody, Note, Section, Song
from clinamen.io._musicxml.kinds import meanings, spell_degrees
from clinamen.io.musicxml import read_musicxml, write_musicxml


def written(*symbols: str) -> Song:
    chords = tuple(ChordSymbol(F(4 * i), symbol) for i, symbol in enumerate(symbols))
    return Song(Melody((Note(F(0), F(4 * len(symbols)), 60, "C"),)), chords=chords)


# Left out are chords with an added seventh: music21 counts it from the major seventh, the
# standard from the minor one.
_HEARD = """
    C Dm E+ F° G7 Abmaj7 Bbm7 C#°7 F#+7 Bø7 Ebm(maj7) F6 Gm6 A9 Cmaj9 Dm9 G11 Csus4 Dsus2 E5
    C7b5 F/A D/F# Bb7/Ab Am/G C(add9) G7b9 G7#9 C7#11 Cmaj7#11 C6/9 Cm7b5 Cmaj7#5
"""
ORACLE = _HEARD.split()


@pytest.mark.parametrize("symbol", ORACLE)
def test_music21_builds_the_same_chord(symbol: str) -> None:
    score = parse(written(symbol))
    (heard,) = score.recurse().getElementsByClass("ChordSymbol")  # type: ignore[attr-defined]
    chord = parse_chord(symbol)
    assert heard.root().pitchClass == chord.root_pitch_class
    assert heard.bass().pitchClass == chord.bass_pitch_class
    assert set(heard.pitchClasses) == chord.pitch_classes


@given(any_chords | usual_chords())
@settings(deadline=None, max_examples=300)
def test_kind_and_degrees_say_every_chord(chord: Chord) -> None:
    kind, changes = spell_degrees(frozenset(chord.degrees))
    assert meanings(kind, changes)[0] == frozenset(chord.degrees)


@given(any_chords | usual_chords())
@settings(deadline=None, max_examples=100)
def test_the_meaning_is_there_without_the_text(chord: Chord) -> None:
    """What a program reads that looks at root, kind, degrees and bass alone."""
    data = write_musicxml(written(str(chord)))
    bare = data.replace(b"<kind text=", b"<kind was=")
    (found,) = read_musicxml(bare).chords
    assert parse_chord(found.symbol) == chord


KINDS = {
    "Cm7b5": "half-diminished",
    "C7": "dominant",
    "C△7": "major-seventh",
    "C^7": "major-seventh",
    "Ch7": "half-diminished",
    "C-7": "minor-seventh",
    "C7#5": "augmented-seventh",
    "C13": "dominant-13th",
    "C7sus4(b9)": "suspended-fourth",
    "C6/9": "major-sixth",
    "Cfoo": "other",
    "N.C.": "none",
}


@pytest.mark.parametrize("symbol", KINDS)
def test_kinds_by_hand(symbol: str) -> None:
    assert f">{KINDS[symbol]}</kind>" in write_musicxml(written(symbol)).decode()


def read(inside: str) -> str:
    data = write_musicxml(written("C")).decode()
    start, end = data.index("<harmony>"), data.index("</harmony>")
    return (
        read_musicxml((data[:start] + "<harmony>" + inside + data[end:]).encode()).chords[0].symbol
    )


def degree(value: int, alter: int, type_: str) -> str:
    return (
        f"<degree><degree-value>{value}</degree-value><degree-alter>{alter}</degree-alter>"
        f"<degree-type>{type_}</degree-type></degree>"
    )


ROOT = "<root><root-step>C</root-step></root>"


@pytest.mark.parametrize(
    ("inside", "symbol"),
    [
        (f'{ROOT}<kind text="7#5">dominant</kind>{degree(5, 1, "alter")}', "C7#5"),
        (f'{ROOT}<kind text="7♯5">dominant</kind>{degree(5, 1, "add")}', "C7♯5"),
        (f"{ROOT}<kind>dominant</kind>{degree(5, 1, 'add')}", "C7(add#5)"),
        (f"{ROOT}<kind>minor-seventh</kind>{degree(5, -1, 'alter')}", "Cm7b5"),
        (f"{ROOT}<kind>minor-seventh</kind>{degree(7, 1, 'alter')}", "Cm(maj7)"),
        (f"{ROOT}<kind>suspended-fourth</kind>{degree(7, 0, 'add')}", "C7sus4"),
        (f'{ROOT}<kind text="7sus">suspended-fourth</kind>{degree(7, -1, "add")}', "C7sus"),
        (f"{ROOT}<kind>major</kind>{degree(7, 1, 'add')}", "Cmaj7"),
        (f"{ROOT}<kind>dominant</kind>{degree(10, 0, 'subtract')}", "C7(no3)"),
        (f"{ROOT}<kind>other</kind>{degree(4, 0, 'add')}{degree(7, 0, 'add')}", "C7sus4(no5)"),
        (f"{ROOT}<kind>other</kind>", "C"),
        (f"{ROOT}<kind>Tristan</kind>", "CTristan"),
        (f"{ROOT}<kind>dominant</kind>{degree(14, 0, 'add')}", "Cdominant"),
        (f'{ROOT}<kind text="">minor</kind>', "Cm"),
        (f"{ROOT}<kind>major</kind>{ROOT}<kind>minor</kind>{degree(5, 1, 'alter')}", "C"),
    ],
)
def test_what_other_programs_write(inside: str, symbol: str) -> None:
    assert read(inside) == symbol


def test_numerals_count_in_the_key_in_force() -> None:
    song = written("V7/ii")
    song = song.replace(melody=song.melody.replace(keys=()))
    assert "<function>V7/ii</function>" in write_musicxml(song).decode()
    song = song.replace(melody=song.melody.replace(keys=(KeyChange(F(0), Key(2)),)))
    text = write_musicxml(song).decode()
    assert '<root-step text="V">B</root-step>' in text
    assert read_musicxml(text.encode()).chords == song.chords


def test_a_transposing_part_names_chords_as_they_sound() -> None:
    text = write_musicxml(written("E♭m7/G♭")).decode()
    transpose = "<transpose><diatonic>-1</diatonic><chromatic>-2</chromatic></transpose>"
    moved = text.replace("</clef>", f"</clef>{transpose}", 1)
    assert read_musicxml(moved.encode()).chords[0].symbol == "Dbm7/Fb"


def test_rehearsal_marks_are_sections_each_once() -> None:
    song = written("C", "G").replace(sections=(Section(F(0), "A & <B>"), Section(F(5), "Coda")))
    text = write_musicxml(song).decode()
    assert read_musicxml(text.encode()).sections == song.sections
    part = text[text.index('<part id="P1">') : text.index("</part>") + 7]
    second = part.replace("P1", "P2")
    listed = '<score-part id="P2"><part-name>Bass</part-name></score-part></part-list>'
    both = text.replace(part, part + second).replace("</part-list>", listed)
    assert read_musicxml(both.encode()).sections == song.sections
