"""Scores drawn by verovio: whole ones only, every note found again, nothing that could act."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from fractions import Fraction
from xml.etree.ElementTree import fromstring

import pytest
from tests.operations.fakes import PLAIN, a_song

import clinamen
from clinamen.domains.music.notes import Melody, Meter, MeterChange, Note, Song
from clinamen.errors import FormatError, UnsupportedError
from clinamen.io import _engraved
from clinamen.io.engraving import System, engrave
from clinamen.io.musicxml import read_musicxml, write_musicxml

SCORE = "examples/ode_to_joy.musicxml"


@pytest.fixture(scope="module")
def systems() -> tuple[System, ...]:
    return engrave(write_musicxml(clinamen.read(SCORE), note_ids=True), width=12_000)


def test_ids_change_nothing_else() -> None:
    song = clinamen.read(SCORE)
    marked = write_musicxml(song, note_ids=True)
    assert read_musicxml(marked) == read_musicxml(write_musicxml(song))
    assert b' id="n0"' in marked
    assert b' id="n' not in write_musicxml(song)


def test_every_note_is_found_once_and_in_order(systems: tuple[System, ...]) -> None:
    song = clinamen.read(SCORE)
    first = [placed.note for system in systems for placed in system.notes if placed.is_first]
    assert first == list(range(len(song.melody.notes)))
    tied = {placed.note for system in systems for placed in system.notes if not placed.is_first}
    # "al-le" is sung over a bar line.
    assert tied == {47}
    for system in systems:
        drawn = [int(each.get("data-note", "-1")) for each in system.picture.iter("g")]
        assert [note for note in drawn if note >= 0] == [placed.note for placed in system.notes]


def test_places_lie_on_the_line(systems: tuple[System, ...]) -> None:
    for system in systems:
        xs = [placed.x for placed in system.notes]
        assert xs == sorted(xs)
        assert all(placed.x < placed.right <= system.right for placed in system.notes)
        assert system.top < system.staff[0] < system.staff[1] < system.bottom
        assert system.right <= system.width
        assert {each.get("href") for each in system.picture.iter("use")} == {
            f"#glyph-{name}" for name in system.glyphs
        }


def test_beams_are_drawn_in_place_of_flags() -> None:
    """Eighths of 6/8 in threes: a beam for each three, and each within its line's height."""
    notes = tuple(Note(Fraction(place, 2), Fraction(1, 2), 84) for place in range(6))
    meters = (MeterChange(Fraction(0), Meter(6, 8)),)
    (system,) = engrave(write_musicxml(Song(Melody(notes, meters=meters))), width=12_000)
    beams = list(system.picture.iter("polygon"))
    assert len(beams) == 2
    # E240 and E241 are the flags of an eighth.
    assert not {"E240", "E241"} & set(system.glyphs)
    numbers = [float(each) for beam in beams for each in re.split("[ ,]", beam.get("points", ""))]
    assert system.top <= min(numbers[1::2]) <= max(numbers[1::2]) <= system.bottom


@pytest.mark.parametrize("share", [0.3, 0.6, 0.97])
def test_half_a_file_is_refused(share: float) -> None:
    data = write_musicxml(clinamen.read(SCORE))
    with pytest.raises(FormatError, match="truncated"):
        engrave(data[: int(len(data) * share)], width=12_000)


def test_a_hostile_word_is_a_word() -> None:
    song = a_song(PLAIN)
    words = ["<script>alert(1)</script>", '"/><image href="//x"', "&lt;g onload=x&gt;", "x"]
    notes = tuple(
        note if place >= len(words) else _with_word(note, words[place])
        for place, note in enumerate(song.melody.notes)
    )
    hostile = song.replace(melody=song.melody.replace(notes=notes))
    drawn = engrave(write_musicxml(hostile, note_ids=True), width=30_000)
    tags = {each.tag for system in drawn for each in system.picture.iter()}
    assert tags <= set(_engraved._ATTRIBUTES)
    shown = "".join(text for system in drawn for text in system.picture.itertext())
    assert "alert(1)" in shown


def _with_word(note: Note, word: str) -> Note:
    return replace(note, lyric=word)


def test_only_what_is_known_to_be_harmless_is_kept() -> None:
    drawn = fromstring(
        '<g xmlns="http://www.w3.org/2000/svg" class="note" data-id="n7" onclick="x()" style="a">'
        '<script>x()</script><style>*{}</style><image href="//x"/>'
        '<a href="//x"><path d="M0 0"/></a>'
        '<path d="M0 0" fill="url(//x)" onload="x()" id="a" stroke-width="3"/>'
        '<use href="//elsewhere#x" transform="translate(1, 2)"/></g>'
    )
    kept = _engraved._cleaned(drawn)
    assert [each.tag for each in kept.iter()] == ["g", "path", "use"]
    path, use = kept
    assert kept.attrib == {"data-note": "7"}
    assert path.attrib == {"d": "M0 0", "stroke-width": "3", "stroke": "currentColor"}
    assert use.get("href", "").startswith("#glyph-")


def test_what_verovio_cannot_do_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    data = write_musicxml(a_song(PLAIN))
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(UnsupportedError, match="cannot be drawn"):
        engrave(data, width=12_000)
