"""Tempo marks: felt beats on paper, exact quarters for who plays."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction as F
from xml.etree.ElementTree import Element

import pytest

import clinamen
from clinamen.domains.music.notes import Melody, Meter, MeterChange, Note, Song, TempoChange
from clinamen.io.engraving import System, engrave
from clinamen.io.musicxml import read_musicxml, write_musicxml
from clinamen.operations.score_sheet import score_sheet


def song_of(meter: Meter, *tempos: tuple[int, float]) -> Song:
    notes = tuple(Note(F(place), F(1), 67) for place in range(12))
    melody = Melody(notes, meters=(MeterChange(F(0), meter),))
    return Song(melody, tempos=tuple(TempoChange(F(at), tempo) for at, tempo in tempos))


@pytest.mark.parametrize(
    ("meter", "tempo", "mark"),
    [
        (Meter(4, 4), 96, "<beat-unit>quarter</beat-unit><per-minute>96</per-minute>"),
        (Meter(2, 2), 120, "<beat-unit>half</beat-unit><per-minute>60</per-minute>"),
        (Meter(6, 8), 90, "<beat-unit>quarter</beat-unit><beat-unit-dot/>"
         "<per-minute>60</per-minute>"),
        (Meter(7, 8), 100, "<beat-unit>eighth</beat-unit><per-minute>200</per-minute>"),
        (Meter(6, 8), 100, "<beat-unit>quarter</beat-unit><beat-unit-dot/>"
         "<per-minute>66.7</per-minute>"),
    ],
)  # fmt: skip
def test_a_mark_counts_felt_beats_and_the_tempo_stays_exact(
    meter: Meter, tempo: float, mark: str
) -> None:
    notes = (Note(F(0), meter.beat_quarters, 60),)
    melody = Melody(notes, meters=(MeterChange(F(0), meter),))
    song = Song(melody, tempos=(TempoChange(F(0), tempo),))
    data = write_musicxml(song)
    assert mark in data.decode()
    assert read_musicxml(data).tempos == song.tempos
    # Without the exact number the mark itself is read.
    (said,) = read_musicxml(re.sub(rb"<sound .*?/>", b"", data)).tempos
    assert said.quarters_per_minute == pytest.approx(tempo, rel=2e-3)


def test_a_beat_without_a_sign_is_counted_in_quarters() -> None:
    written = write_musicxml(song_of(Meter(1, 4096), (0, 96))).decode()
    assert "<beat-unit>quarter</beat-unit><per-minute>96</per-minute>" in written


def drawn_words(systems: tuple[System, ...]) -> list[str]:
    return [each for system in systems for each in system.picture.itertext() if each[:1] == "="]


@pytest.mark.parametrize(
    ("meter", "tempo", "words", "n_strokes", "n_dots"),
    [
        (Meter(4, 4), 96, "= 96", 1, 0),
        (Meter(2, 2), 120, "= 60", 2, 0),  # a hollow head has an outline
        (Meter(6, 8), 90, "= 60", 1, 1),
        (Meter(7, 8), 100, "= 200", 2, 0),  # a flag
    ],
)
def test_the_sign_is_drawn_without_a_font(
    meter: Meter, tempo: float, words: str, n_strokes: int, n_dots: int
) -> None:
    systems = engrave(write_musicxml(song_of(meter, (0, tempo))), width=40_000)
    assert drawn_words(systems) == [words]
    (sign,) = (each for each in systems[0].picture.iter("g") if _says(each, words))
    assert len([path for path in sign.iter("path") if path.get("stroke")]) == n_strokes
    assert len(list(sign.iter("ellipse"))) == n_dots
    # Letters every font has.
    assert "".join(systems[0].picture.itertext()).isascii()


def _says(group: Element, words: str) -> bool:
    return any(text.text == words for text in group.findall("text"))


def shown(song: Song) -> list[str]:
    text = ["".join(line.svg.itertext()) for line in score_sheet(song, width=40_000)]
    return re.findall(r"= (\d+)", " ".join(text))


def test_a_score_has_the_tempos_that_a_reader_wants() -> None:
    assert shown(song_of(Meter(4, 4))) == []
    assert shown(song_of(Meter(4, 4), (0, 100), (4, 80))) == ["100", "80"]
    # A performance wavers, and slows down on every beat.
    assert shown(song_of(Meter(4, 4), (0, 100), (4, 102), (5, 101))) == ["100"]
    assert shown(song_of(Meter(4, 4), (0, 100), (8, 80), (9, 70), (10, 60))) == ["100", "80"]


def test_the_example_shows_its_tempo_and_a_variant_of_it_too() -> None:
    song = clinamen.read("examples/amazing_grace.abc")
    assert shown(song) == ["80"]
    notes = tuple(replace(note, lyric=None) for note in song.melody.notes)
    assert shown(song.replace(melody=song.melody.replace(notes=notes))) == ["80"]
