"""Reading ABC: each sign against what the standard says it means."""

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
from clinamen.errors import AmbiguousError, FormatError, MissingError, UnsupportedError
from clinamen.io.abc import read_abc


def read(body: str, head: str = "M:4/4\nL:1/4\n", key: str = "C", **kwargs):
    return read_abc(f"X:1\n{head}K:{key}\n{body}\n".encode(), source="tune.abc", **kwargs)


def pitches(body: str, **kwargs) -> list[int]:
    return [note.pitch for note in read(body, **kwargs).melody.notes]


def lengths(body: str, **kwargs) -> list[F]:
    return [note.duration_quarters for note in read(body, **kwargs).melody.notes]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("Ador", Key(1, "dorian")),
        ("D mix", Key(1, "mixolydian")),
        ("G", Key(1, "major")),
        ("Em", Key(1, "minor")),
        ("E Minor", Key(1, "minor")),
        ("F#M", Key(6, "major")),
        ("Bb Lydian", Key(-1, "lydian")),
        ("HP", Key(2, "mixolydian")),
        ("Hp", Key(2, "mixolydian")),
        ("A min -8va", Key(0, "minor")),
        ("D treble8 middle=d", Key(2, "major")),
        ("D exp _b _e", Key(-2, "phrygian")),
        ("D exp ^c _b", None),
        ("none", None),
        ("", None),
        ("clef=bass", None),
    ],
)
def test_keys(key, expected):
    found = read("c", key=key).melody.keys
    assert found == (() if expected is None else (KeyChange(F(0), expected),))


@pytest.mark.parametrize(
    ("key", "body", "expected"),
    [
        ("HP", "FCG", [66, 61, 67]),
        ("D =c", "FC", [66, 60]),
        ("D exp ^c _b", "FCB", [65, 61, 70]),
        ("C", "^FF|F", [66, 66, 65]),
        ("C", "^Ff|f", [66, 78, 77]),
        ("C", "_B=B^^F__A", [70, 71, 67, 67]),
        ("C", "C,,c''", [36, 96]),
        ("C", "^C,'D", [61, 62]),
        ("A min -8va", "A", [57]),
    ],
)
def test_pitches(key, body, expected):
    assert pitches(body, key=key) == expected


def test_accidentals_propagate_as_the_file_asks():
    head = "M:4/4\nL:1/4\nI:propagate-accidentals {}\n"
    assert pitches("^Ff F", head=head.format("octave")) == [66, 77, 66]
    assert pitches("^Ff F", head=head.format("not")) == [66, 77, 65]
    assert pitches("^Ff F", head=head.format("pitch")) == [66, 78, 66]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("c2c/c//c/4c3/2", [2, F(1, 2), F(1, 4), F(1, 4), F(3, 2)]),
        ("c7/12", [F(7, 12)]),
        ("c>d e<f", [F(3, 2), F(1, 2), F(1, 2), F(3, 2)]),
        ("c>>d e<<<f", [F(7, 4), F(1, 4), F(1, 8), F(15, 8)]),
        ('(c>.d) "4"e> "G"f', [F(3, 2), F(1, 2), F(3, 2), F(1, 2)]),
        ("(3cde f", [F(2, 3)] * 3 + [1]),
        ("(3:2:4c2de/f/ g", [F(4, 3), F(2, 3), F(1, 3), F(1, 3), 1]),
        ("(5cdefg", [F(2, 5)] * 5),
        ("(2cd", [F(3, 2)] * 2),
        ("(3c>de", [1, F(1, 3), F(2, 3)]),
        ("[c2e2]2 d", [4, 1]),
    ],
)
def test_lengths(body, expected):
    assert lengths(body) == expected


def test_quintuplets_take_three_in_compound_metre():
    assert lengths("(5cdefg", head="M:6/8\nL:1/8\n") == [F(3, 10)] * 5


@pytest.mark.parametrize(
    ("head", "expected"),
    [("M:2/4\n", F(1, 4)), ("M:3/4\n", F(1, 2)), ("", F(1, 2)), ("M:none\n", F(1, 2))],
)
def test_default_unit_follows_the_metre(head, expected):
    assert lengths("c", head=head) == [expected]


@pytest.mark.parametrize(
    ("meter", "expected"),
    [("C", Meter(4, 4)), ("C|", Meter(2, 2)), ("(2+3)/8", Meter(5, 8)), ("6/8", Meter(6, 8))],
)
def test_metres(meter, expected):
    assert read("c", head=f"M:{meter}\n").melody.meters == (MeterChange(F(0), expected),)


def test_free_metre_is_left_open():
    melody = read("cdefg|c", head="M:none\nL:1/4\n").melody
    assert melody.meter_source == "assumed"
    assert melody.bar_onsets == (0, 5)


def test_changes_inside_the_tune():
    song = read("F[K:G]F [M:3/4][L:1/8][Q:1/4=60]F2|\nK:D\nM:2/4\nC2")
    melody = song.melody
    assert [n.pitch for n in melody.notes] == [65, 66, 66, 61]
    assert melody.keys == tuple(KeyChange(F(t), Key(k)) for t, k in [(0, 0), (1, 1), (3, 2)])
    assert [m.meter for m in melody.meters] == [Meter(4, 4), Meter(3, 4), Meter(2, 4)]
    assert song.tempos == (TempoChange(F(2), 60.0),)


def test_ties_join_and_keep_their_parts():
    notes = read("c2-c/-|c4 [c-e][ce]").melody.notes
    assert notes[0].tied == (2, F(1, 2), 4)
    assert notes[0].duration_quarters == F(13, 2)
    assert [(n.pitch, n.duration_quarters) for n in notes[1:]] == [(76, 1), (76, 1)]


def test_a_tie_that_leads_nowhere_is_told():
    song = read("c-z c-d e-f e-^e")
    assert len(song.melody.notes) == 7
    assert "Ties that lead to no note of the same pitch: 4." in song.notices


def test_pickup_bars_rests_and_multi_bar_rests():
    melody = read("G|cdef|z2 Z3|z|g4|]").melody
    assert melody.pickup_quarters == 1
    assert melody.bar_onsets[:3] == (0, 1, 5)
    assert read("z4|Z2|c4|").melody.bar_onsets == (0, 4, 8, 12)
    assert read("z4|Z2|c4|").melody.notes[0].onset_quarters == 12


def test_a_repeat_sign_inside_a_bar_does_not_start_one():
    song = read("G|cdef|gab:|:g|cdef|c3|]")
    assert song.melody.bar_onsets == (0, 1, 5, 9, 13)
    assert song.notices == ("Repeats and endings are read once, in the order written.",)
    assert read("cd|ef|").melody.bar_onsets == (0, 2)


def test_endings_are_read_in_order():
    assert pitches("c|1 d:|2 e|[1 f:|[2,3 g|]") == [72, 74, 76, 77, 79]


def test_lines_are_phrases_unless_continued():
    assert read("cd\nef\\\nga\nb").melody.phrase_starts == (0, 2, 6)
    assert read("cd ef").melody.phrase_starts == ()
    assert read("c-\nc d").melody.phrase_starts == ()
    assert read("cd z\n% remark\nw: a b\nef").melody.phrase_starts == (0, 2)
    assert read("cd$ef\nga", head="I:linebreak $\n").melody.phrase_starts == (0, 2)
    assert read("cd\nef", head="I:linebreak <none>\n").melody.phrase_starts == ()


def test_breaths_end_phrases_and_fermatas_do_where_nothing_else_does():
    assert read("c!breath!d ef\ng").melody.phrase_starts == (0, 2, 4)
    assert read("c!fermata!d e Hf g").melody.phrase_starts == (0, 2, 4)
    assert read("c!fermata!d e\nf g").melody.phrase_starts == (0, 3)
    assert read("c d !fermata!e").melody.phrase_starts == ()


def test_words_chords_and_graces():
    song = read('"Am7"c {fg}d "^slow" e "G"f|c\nw: O-ver~the_|hill')
    assert [n.lyric for n in song.melody.notes] == ["O-", "-ver the", None, None, "hill"]
    assert song.chords == (ChordSymbol(F(0), "Am7"), ChordSymbol(F(3), "G"))
    assert song.notices == ("Grace notes left out: 2.",)


def test_overlays_and_chords_are_reduced_to_the_top():
    song = read("c2d2 & e4|[cg]4|")
    assert [(n.pitch, n.onset_quarters) for n in song.melody.notes] == [(76, 0), (79, 4)]
    assert song.notices == ("The voice is polyphonic; notes cut or left out for its top line: 3.",)


TUNES = b"""%abc-2.1
C:Trad.

X:7
T:One & only
K:C
CDE|

X:9
T:The other
T:Subtitle
K:G
V:S name="Soprano"
V:B name="Bass"
V:S
gab|
V:B
G3|
"""


def test_a_tune_is_chosen_by_number_or_title():
    song = read_abc(TUNES)
    assert song.title == "One & only"
    assert song.notices == ("The file holds 2 tunes; this is the first. For the second: --track 9",)
    assert [(part.index, part.name, part.n_notes) for part in song.parts] == [
        (7, "One & only", 3),
        (9, "The other", 4),
    ]
    assert song.part_index == 7
    for track in (9, "9", "the OTHER", "the"):
        other = read_abc(TUNES, track=track)
        assert (other.title, other.part_index) == ("The other", 9)
        assert [n.pitch for n in other.melody.notes] == [79, 81, 83]
    assert [n.pitch for n in read_abc(TUNES, track="9/bass").melody.notes] == [67]


def test_missing_and_ambiguous_tracks():
    with pytest.raises(MissingError, match=r"no tune 3; there is 7 \(One & only\), 9"):
        read_abc(TUNES, track=3)
    with pytest.raises(MissingError, match="no voice 'x'"):
        read_abc(TUNES, track="7/x")
    text = TUNES.replace(b"One & only", b"The one")
    with pytest.raises(AmbiguousError, match="may be any of"):
        read_abc(text, track="the")


def test_voices_of_a_tune():
    text = b'X:1\nL:1/4\nV:1 name="High"\nV:2 name="Low"\nK:C\n[V:1]c|d\n[V:2]C|D\n'
    song = read_abc(text)
    assert [part.name for part in song.parts] == ["High", "Low"]
    assert song.notices == ("The tune has 2 voices; this is 'High'.",)
    low = read_abc(text, track="low")
    assert [n.pitch for n in low.melody.notes] == [60, 62]
    assert low.part_index == 1


def test_text_is_decoded():
    head = "M:4/4\nT:Caf\\'e \\u00e9 &eacute; 100\\% %remark\n"
    assert read("c", head=head).title == "Café é é 100%"
    assert read_abc("X:1\nT:Für\nK:C\nc\n".encode("latin-1")).title == "Für"
    assert read_abc("X:1\nT:Für\nK:C\nc\n".encode("utf-16")).title == "Für"
    assert read_abc(b"\xef\xbb\xbfX:1\r\nT:T\r\nK:C\r\nc\r\n").title == "T"


def test_a_snippet_without_number_is_read_and_music_after_an_empty_line_is_not():
    assert read_abc(b"K:C\nc").melody.notes[0].pitch == 72
    song = read_abc(b"X:1\nK:C\nc|\n\nd|e|\n")
    assert len(song.melody.notes) == 1
    assert song.notices == ("An empty line ends the tune; the music from line 5 on was not read.",)


def test_notes_without_length_are_dropped():
    song = read("c0 d")
    assert [n.pitch for n in song.melody.notes] == [74]
    assert song.notices == ("Notes without length, dropped: 1.",)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("c d\ne 2 f", "line 6, column 3: '2' stands without a note"),
        ("c [ce", "line 5, column 6: a chord is not closed"),
        ("c [c|e]", r"line 5, column 5: '\|' cannot stand in a chord"),
        ('c "Am', "line 5, column 3: a quoted text is not closed"),
        ("c {de", "line 5, column 3: grace notes are not closed"),
        ("c ¿", "line 5, column 3: '¿' has no meaning"),
        ("c/0", "line 5, column 1: the note length '/0' divides by 0"),
        ("c9999999999", "line 5, column 1: the note length '9999999999' has too many digits"),
        ("c////////////", "line 5, column 1: not a note length"),
        ("c''''''''", "line 5, column 1: .* is outside MIDI's range"),
        ("c,,,,,,,,,,,", "line 5, column 1: .* is outside MIDI's range"),
        ("(0ccc", "line 5, column 1: not a tuplet"),
        ("c>>>>d", "line 5, column 2: not a broken rhythm"),
        ("c999999999", "line 5: the music lasts longer"),
        ("c/999999937d/999999929", "line 5: the note lengths share no common division"),
        ("Z99999", "line 5, column 1: not a rest of whole bars"),
        ("M:1/64\n" + "Z9999 " * 21, "line 6, column 121: more than 200000 bars"),
        ("c[K:X]", "line 5, column 2: not a key: 'X'"),
        ("K:Qx\nc", "line 5: not a key: 'Qx'"),
        ("M:4/5\nc", "line 5: not a time signature: '4/5'"),
        ("L:x\nc", "line 5: not a unit note length"),
        ("+CEG+", r"line 5, column 1: chords between \+ signs"),
        ("V:\nc", "line 5: a V: field must name a voice"),
    ],
)
def test_malformed_music_is_told_with_its_place(body, message):
    with pytest.raises(FormatError, match=f"^tune.abc, {message}"):
        read(body)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not an ABC tune"),
        (b"hello world", "not an ABC tune"),
        (b"X:1\nT:no key\nabc\n", "line 1: the tune has no K: field"),
        (b"X:1\nK:C\n\0", "line 3: a NUL byte"),
        (b"\xff\xfeX", "byte 2: not readable as UTF-16"),
    ],
)
def test_what_is_not_abc(data, message):
    with pytest.raises(FormatError, match=message):
        read_abc(data)


def test_a_tune_without_notes_is_unsupported():
    with pytest.raises(UnsupportedError, match="the tune has no notes"):
        read("z4|x4|")


def test_too_many_voices():
    body = "".join(f"[V:{n}]c\n" for n in range(200))
    with pytest.raises(FormatError, match="more than 128 voices"):
        read(body)
