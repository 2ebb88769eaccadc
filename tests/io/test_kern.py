"""Reading Humdrum **kern: each sign, spine paths, and the choice of a spine."""

from __future__ import annotations

from fractions import Fraction as F

import pytest

from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Meter,
    MeterChange,
    TempoChange,
)
from clinamen.errors import FormatError, MissingError, UnsupportedError
from clinamen.io.kern import read_kern


def read(*rows: str, **kwargs):
    text = "\n".join(row.replace(" | ", "\t") for row in rows) + "\n"
    return read_kern(text.encode(), source="piece.krn", **kwargs)


def line(*tokens: str, **kwargs):
    return read("**kern", *tokens, "*-", **kwargs)


@pytest.mark.parametrize(
    ("token", "length"),
    [
        ("4c", 1),
        ("4.c", F(3, 2)),
        ("8..c", F(7, 8)),
        ("0c", 8),
        ("00c", 16),
        ("0.c", 12),
        ("12c", F(1, 3)),
        ("3%2c", F(8, 3)),
        ("1c", 4),
    ],
)
def test_lengths(token, length):
    assert line(token).melody.notes[0].duration_quarters == length


@pytest.mark.parametrize(
    ("token", "pitch", "spelling"),
    [
        ("4c", 60, "C"),
        ("4cc", 72, "C"),
        ("4C", 48, "C"),
        ("4BB-", 46, "Bb"),
        ("4f#L/", 66, "F#"),
        ("(8g##\\J)", 69, "G##"),
        ("4e--", 62, "Ebb"),
        ("4bn", 71, "B"),
    ],
)
def test_pitches(token, pitch, spelling):
    note = line(token).melody.notes[0]
    assert (note.pitch, note.spelling) == (pitch, spelling)


def test_ties_rests_and_graces():
    song = line("4r", "[2c", "=2", "4c_", "8c]", "qf", "8qqg", "8d", "4e")
    notes = song.melody.notes
    assert (notes[0].onset_quarters, notes[0].tied) == (1, (2, 1, F(1, 2)))
    assert [n.pitch for n in notes] == [60, 62, 64]
    assert song.notices == ("Grace notes left out: 2.",)
    assert line("4c]", "4d").notices == ("Ties that begin or end nowhere: 1.",)


@pytest.mark.parametrize(
    ("tokens", "key"),
    [
        (("*k[f#]", "*G:"), Key(1, "major")),
        (("*k[]", "*a:"), Key(0, "minor")),
        (("*k[]", "*d:dor"), Key(0, "dorian")),
        (("*k[b-]", "*G:dor"), Key(-1, "dorian")),
        (("*E:phr",), Key(0, "phrygian")),
        (("*B-:",), Key(-2, "major")),
        (("*f#:",), Key(3, "minor")),
    ],
)
def test_keys(tokens, key):
    melody = line(*tokens, "4c").melody
    assert melody.keys == (KeyChange(F(0), key),)
    assert melody.key_source == "file"


def test_a_signature_without_a_key_is_an_assumption():
    song = line("*k[b-e-]", "4c")
    assert song.melody.keys == (KeyChange(F(0), Key(-2, "major")),)
    assert song.melody.key_source == "assumed"
    assert "does not say its mode" in song.notices[0]
    assert line("*?:X", "4c").melody.keys == ()


def test_metre_tempo_bars_and_pickup():
    song = line("*M3/4", "*MM90", "4c", "=1", "2.d", "=2", "*M4/4", "1e", "==")
    assert song.melody.meters == (
        MeterChange(F(0), Meter(3, 4)),
        MeterChange(F(4), Meter(4, 4)),
    )
    assert song.melody.bar_onsets == (0, 1, 4)
    assert song.melody.pickup_quarters == 1
    assert song.tempos == (TempoChange(F(0), 90.0),)
    assert line("*met(c|)", "4c").melody.meters[0].meter == Meter(2, 2)
    assert line("*M3/0", "4c").melody.meters[0].meter == Meter(6, 1)
    assert line("*M4/4", "=1-", "1c", "=2", "1d").melody.bar_onsets == (0, 4)


def test_a_repeat_inside_a_bar_does_not_start_one():
    song = line("*M4/4", "4g", "=1", "1c", "=2", "2.d", "=:|!|:", "4g", "=3", "1c", "==")
    assert song.melody.bar_onsets == (0, 1, 5, 9)
    assert song.notices == ("Repeats and endings are read once, in the order written.",)


def test_phrases():
    assert line("{4c", "4d}", "4r", "{4e", "4f}").melody.phrase_starts == (0, 2)
    assert line("{4c", "4d}").melody.phrase_starts == (0,)
    assert line("{4c;", "4d}", "4e").melody.phrase_starts == (0, 2)
    assert line("4c", "4d;", "4e", "4f;").melody.phrase_starts == (0, 2)
    assert line("4c", "4d;").melody.phrase_starts == ()


def test_spines_split_join_and_exchange():
    song = read(
        "**kern | **dynam",
        "4c | p",
        "*^ | *",
        "8d | 4e | f",
        "8g | . | .",
        "*v | *v | *",
        "4a | .",
        "*x | *x",
        ". | 4b",
        "*- | *-",
    )
    found = [(n.onset_quarters, n.pitch) for n in song.melody.notes]
    assert found == [(0, 60), (1, 64), (F(3, 2), 67), (2, 69), (3, 71)]
    assert song.parts[0].is_polyphonic


def test_two_spines_joining_on_one_line():
    song = read(
        "**kern | **kern", "*^ | *^", "4C | 4E | 4c | 4e", "*v | *v | *v | *v", "4D | 4d", "*- | *-"
    )
    assert [n.pitch for n in song.melody.notes] == [64, 62]
    assert [part.n_notes for part in song.parts] == [3, 3]


CHOIR = (
    "!!!OTL@@DE: F&uuml;r Elise",
    "!!!COM: Somebody",
    "**kern | **kern | **silbe | **kern",
    '*I"Bass | *I:[SOPRANO] | * | *Iflt',
    "4C | 4c | Ky- | 4g",
    "4D | 4d | -rie | 4a",
    "*- | *- | *- | *-",
)


def test_the_soprano_is_heard_unless_another_spine_is_asked_for():
    song = read(*CHOIR)
    assert (song.title, song.composer) == ("Für Elise", "Somebody")
    assert [part.name for part in song.parts] == ["Bass", "SOPRANO", "flt"]
    assert song.part_index == 1
    assert [(n.pitch, n.lyric) for n in song.melody.notes] == [(60, "Ky-"), (62, "-rie")]
    assert [n.pitch for n in read(*CHOIR, track="bass").melody.notes] == [48, 50]
    assert [n.pitch for n in read(*CHOIR, track=2).melody.notes] == [67, 69]
    with pytest.raises(MissingError, match=r"no spine 'tuba'; there is 0 \(Bass\)"):
        read(*CHOIR, track="tuba")


def test_without_names_the_rightmost_spine_with_notes_is_heard():
    song = read("**kern | **kern | **kern", "4C | 4c | 4r", "*- | *- | *-")
    assert [n.pitch for n in song.melody.notes] == [60]


def test_chord_symbols_and_several_pieces():
    song = read("**kern | **mxhm", "4c | C", "4d | .", "4e | G7", "*- | *-", "**kern", "4c", "*-")
    assert song.chords == (ChordSymbol(F(0), "C"), ChordSymbol(F(2), "G7"))
    assert song.notices == ("The file holds 2 pieces; this is the first.",)


def test_a_file_cut_short_is_told():
    assert read("**kern", "4c").notices == (
        "The spines are not ended by *-; the file may be cut short.",
    )


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (("hello",), r"line 1: a Humdrum file begins with \*\*"),
        (("!! only a comment",), r"not a Humdrum file"),
        (("**kern | **kern", "4c"), "line 2: 1 columns where 2 spines are open"),
        (("**kern", "4c", "c"), "line 3, spine 1: the note 'c' has no length"),
        (("**kern", "4"), "line 2, spine 1: neither a note nor a rest: '4'"),
        (("**kern", "9999999c"), "line 2, spine 1: not a note length"),
        (("**kern", "4%0c"), "line 2, spine 1: a note of no length"),
        (("**kern", "4cccccccccc"), "line 2, spine 1: .* outside MIDI's range"),
        (("**kern", "4c###"), "line 2, spine 1: .* outside MIDI's range"),
        (
            ("**kern | **kern", "2c | 4c", "4d | 4d"),
            "line 3, spine 1: '4d' begins before the note above it",
        ),
        (("**kern", "*v"), r"line 2: \*v must stand in neighbouring columns"),
        (("**kern | **kern", "*x | *"), r"line 2: \*x must stand in exactly two columns"),
        (("**kern | **kern", "* | 4c"), "line 2, spine 2: '4c' among interpretations"),
        (("**kern", *["*^"] * 1), "line 3: 1 columns where 2 spines are open"),
        (("**kern", "4" + " 4".join("c" * 70)), "line 2, spine 1: a chord of more than 64"),
        (("**kern", "999999%999983c", "999983%999979c", "999979%999961c"), "no common division"),
    ],
)
def test_malformed_files_are_told_with_their_place(rows, message):
    rows = (*rows, "4c") if rows[-1] == "*^" else rows
    with pytest.raises(FormatError, match=message):
        read(*rows)


def test_splits_are_bounded():
    rows, width = ["**kern"], 1
    for _ in range(12):
        rows.append(" | ".join(["*^"] * width))
        width *= 2
    with pytest.raises(FormatError, match="more than 512 columns"):
        read(*rows)


def test_nothing_to_hear():
    with pytest.raises(UnsupportedError, match="no \\*\\*kern spine"):
        read("**dynam", "p", "*-")
    with pytest.raises(UnsupportedError, match="the file has no notes"):
        line("4r")


def test_a_word_goes_on_with_a_hyphen_on_both_sides():
    rows = ("**kern | **silbe", "4c | Frè-", "4d | re", "4e | Jac-", "4f | -ques", "4g | dort")
    song = read(*rows, "*- | *-")
    assert [note.lyric for note in song.melody.notes] == ["Frè-", "-re", "Jac-", "-ques", "dort"]
