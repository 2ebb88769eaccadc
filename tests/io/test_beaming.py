"""Beams in what we write: MusicXML's levels begin and end, and ABC's groups are the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction as F
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given, settings
from tests.io.songs import songs

import clinamen
from clinamen.domains.music.notes import Melody, Meter, MeterChange, Note, Song
from clinamen.io.abc import read_abc, write_abc
from clinamen.io.musicxml import read_musicxml, write_musicxml

FLAGS = {"eighth": 1, "16th": 2, "32nd": 3, "64th": 4, "128th": 5}
# What the schema of MusicXML 4.0 has before and after a beam in a note.
ORDER = ["duration", "tie", "voice", "type", "dot", "accidental", "time-modification", "beam",
         "notations", "lyric"]  # fmt: skip


def bars(song: Song) -> Iterator[list[Element]]:
    for measure in fromstring(write_musicxml(song)).iter("measure"):
        yield measure.findall("note")


def beams(note: Element) -> list[str]:
    return [beam.text or "" for beam in note.findall("beam")]


@given(songs())
@settings(deadline=None, max_examples=100)
def test_every_beam_ends_where_it_should(song: Song) -> None:
    for notes in bars(song):
        n_open = 0
        for note in notes:
            marks = beams(note)
            assert [beam.get("number") for beam in note.findall("beam")] == [
                str(level) for level in range(1, len(marks) + 1)
            ]
            is_rest = note.find("rest") is not None
            assert len(marks) in (0, 0 if is_rest else FLAGS.get(note.findtext("type", ""), 0))
            for level, mark in enumerate(marks, start=1):
                # Levels that are open are those of the note before, as far as both have them.
                if mark in ("continue", "end"):
                    assert level <= n_open
                else:
                    assert level > n_open
            going = [mark in ("begin", "continue") for mark in marks]
            assert going == sorted(going, reverse=True)
            assert marks or n_open == 0
            n_open = sum(going)
        assert n_open == 0


@given(songs())
@settings(deadline=None, max_examples=30)
def test_beams_stand_where_the_schema_wants_them(song: Song) -> None:
    for notes in bars(song):
        for note in notes:
            places = [ORDER.index(child.tag) for child in note if child.tag in ORDER]
            assert places == sorted(places)


def line(meter: Meter, lengths: str, **more: object) -> Song:
    notes, now = [], F(0)
    for word in lengths.split():
        length = F(word.removeprefix("r"))
        if not word.startswith("r"):
            notes.append(Note(now, length, 60))
        now += length
    melody = Melody(tuple(notes), meters=(MeterChange(F(0), meter),), end_quarters=now, **more)  # type: ignore[arg-type]
    return Song(melody)


SIXTEENTHS = line(Meter(2, 4), "3/4 1/4 1/4 1/2 1/4")
SHORT_AND_LONG = {"begin": "b", "continue": "c", "end": "e", "backward hook": "<",
                  "forward hook": ">"}  # fmt: skip


@pytest.mark.parametrize(
    ("song", "levels"),
    [
        (SIXTEENTHS, "b e< b> c e<"),
        (line(Meter(2, 4), "1/4 1/4 1/2 1/8 1/8 1/8 1/8 1/2"), "bb ce e bbb ccc ccc cee e"),
        (line(Meter(2, 4), "1/2 r1/2 1/2 1/2"), "- - b e"),
        # A pickup is the end of a bar.
        (line(Meter(6, 8), "1/2 1/2 1/2 1/2 1/2 1/2 1/2", pickup_quarters=F(1, 2)),
         "- b c e b c e"),
        # Over the bar line a tie, and no beam.
        (line(Meter(2, 4), "1/2 1/2 1/2 1 1/2 1/2 1/2 1/2"), "b c c e b c c e -"),
    ],
)  # fmt: skip
def test_levels_by_hand(song: Song, levels: str) -> None:
    found = [
        "".join(SHORT_AND_LONG[mark] for mark in beams(note)) or "-"
        for notes in bars(song)
        for note in notes
    ]
    assert found == levels.split()


def test_reading_cares_for_no_beams() -> None:
    data = write_musicxml(SIXTEENTHS)
    assert b"<beam" in data
    without = re.sub(rb"<beam .*?</beam>\s*", b"", data)
    nonsense = data.replace(b">begin<", b">what<")
    assert read_musicxml(without) == read_musicxml(data) == read_musicxml(nonsense)


def music(data: bytes) -> list[str]:
    return [row for row in data.decode().splitlines() if "|" in row]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("M:4/4\nL:1/8\nK:C\nCDEFGABc|", "CDEF GABc |]"),
        ("M:3/4\nL:1/8\nK:C\nCDEFGA|", "CD EF GA |]"),
        ("M:6/8\nL:1/8\nK:C\nC DEFG A|C2 D E2 F|", "CDE FGA | C2 D E2 F |]"),
        ("M:7/8\nL:1/8\nK:C\nCDEFGAB|", "CD EF GAB |]"),
        ("M:4/4\nL:1/8\nK:C\nCD2EF z GA|", "C D2 E F z GA |]"),
        ('M:4/4\nL:1/8\nK:C\n"C"CD"F"EFG4|', '"C"CD"F"EF G4 |]'),
        ("M:2/4\nL:1/8\nK:C\n(5:4:5CDEFG|c4|", "(5:4:5CDEFG | c4 |]"),
    ],
)
def test_notes_of_a_beam_stand_together_in_abc(text: str, written: str) -> None:
    song = read_abc(f"X:1\n{text}".encode())
    assert music(write_abc(song)) == [written]
    assert read_abc(write_abc(song)).melody == song.melody


def test_both_formats_beam_the_same_notes() -> None:
    song = clinamen.read("examples/greensleeves.abc")
    n_beamed = sum(bool(beams(note)) for notes in bars(song) for note in notes)
    words = " ".join(row.strip("|] ") for row in music(write_abc(song))).replace("|", " ").split()
    # Each note of these words is a letter.
    sizes = [len(re.findall("[A-Ga-g]", word)) for word in words]
    assert n_beamed == sum(size for size in sizes if size > 1) > 30
