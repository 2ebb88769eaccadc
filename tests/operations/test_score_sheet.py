"""A song as notation with its curves, on the page and in files."""

from __future__ import annotations

import io
import re
import zlib
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import numpy as np
import pytest
from tests.operations.small_listener import small_listener

import clinamen
from clinamen.domains.music.notes import Song
from clinamen.errors import ParameterError, UnsupportedError
from clinamen.io.engraving import engrave
from clinamen.io.musicxml import write_musicxml
from clinamen.operations._svg_figure import _path
from clinamen.operations.convert import ConvertRequest, convert
from clinamen.operations.score_export import score_bytes
from clinamen.operations.score_sheet import COLORS, SheetLine, score_sheet
from clinamen.operations.song_hearing import SongHearing, hear_song


@pytest.fixture(scope="module")
def song() -> Song:
    return clinamen.read("examples/harbour_light.musicxml")


@pytest.fixture(scope="module")
def heard(song: Song) -> SongHearing:
    return hear_song(song, small_listener())


@pytest.fixture(scope="module")
def sheet(song: Song, heard: SongHearing) -> tuple[SheetLine, ...]:
    return score_sheet(song, heard, width=16_000, has_columns=True)


def found(sheet: tuple[SheetLine, ...], tag: str, **attributes: str) -> list[Element]:
    return [
        each
        for line in sheet
        for each in line.svg.iter(tag)
        if all(each.get(name, "").split()[:1] == [value] for name, value in attributes.items())
    ]


def test_every_note_has_its_number_for_melody_and_rhythm(
    sheet: tuple[SheetLine, ...], heard: SongHearing
) -> None:
    assert heard.melody is not None
    for name, target in (("melody", "pitch"), ("rhythm", "onset")):
        lanes = [each for each in found(sheet, "g") if each.get("class") == f"lane lane-{name}"]
        shown = [
            float(text.text or "nan")
            for lane in lanes
            for text in lane.iter("text")
            if text.get("class") == "bits"
        ]
        bits = heard.melody.expectation.parts[target].information_content
        np.testing.assert_allclose(shown, bits, atol=0.5)


def test_a_bar_is_as_high_and_as_dark_as_its_note_was_surprising(
    sheet: tuple[SheetLine, ...], heard: SongHearing
) -> None:
    assert heard.melody is not None
    bits = heard.melody.expectation.parts["pitch"].information_content
    lanes = [each for each in found(sheet, "g") if each.get("class") == "lane lane-melody"]
    bars = [bar for lane in lanes for bar in lane.iter("rect")]
    order = np.argsort(bits, kind="stable")
    heights = [float(bars[place].get("height", "0")) for place in order]
    steps = [COLORS.index(bars[place].get("fill", "")) for place in order]
    assert heights == sorted(heights)
    assert steps == sorted(steps)


def test_notes_and_chords_have_columns(sheet: tuple[SheetLine, ...], song: Song) -> None:
    rects = [rect for line in sheet for rect in line.svg.iter("rect")]
    notes = [int(rect.get("data-note", "-1")) for rect in rects if not rect.get("data-tied")]
    assert [note for note in notes if note >= 0] == list(range(len(song.melody.notes)))
    chords = [int(rect.get("data-chord", "-1")) for rect in rects]
    assert [chord for chord in chords if chord >= 0] == list(range(len(song.chords)))


def test_chords_are_written_with_real_signs(sheet: tuple[SheetLine, ...], song: Song) -> None:
    symbols = [
        "".join(group.itertext())
        for line in sheet
        for group in line.svg.iter("g")
        if group.get("class") == "harm"
    ]
    assert symbols == [chord.symbol.replace("Bb", "B♭") for chord in song.chords]


def test_without_ears_there_are_notes_alone(song: Song) -> None:
    lines = score_sheet(song, width=16_000)
    assert not any(each.get("class", "").startswith("lane") for each in found(lines, "g"))
    assert found(lines, "rect") == []


def test_marked_bars_are_framed_side_by_side_in_one(song: Song) -> None:
    sheet = score_sheet(song, width=16_000, marked=(1, 2, 9))
    frames = found(sheet, "rect", **{"class": "mark"})
    # Not by colour alone.
    assert all(frame.get("stroke-dasharray") for frame in frames)
    plain = write_musicxml(song.replace(part_index=None, parts=()))
    plain = plain.replace(b"<part-name>Melody</part-name>", b"<part-name/>")
    bars = [bar for system in engrave(plain, width=16_000) for bar in system.bars]
    assert len(bars) == len(song.melody.bar_onsets)
    ends = [
        (float(each.get("x", "")), float(each.get("x", "")) + float(each.get("width", "")))
        for each in frames
    ]
    assert len(frames) == 2
    assert ends[0] == pytest.approx((bars[1][0], bars[2][1]), abs=40)
    assert ends[1] == pytest.approx(bars[9], abs=40)
    assert found(score_sheet(song, width=16_000), "rect", **{"class": "mark"}) == []


def test_svg_is_one_whole_picture(song: Song, heard: SongHearing) -> None:
    root = fromstring(score_bytes(song, "svg", heard))
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    used = {each.get("href", "").removeprefix("#") for each in root.iter() if each.get("href")}
    assert used == set(ids)
    assert "Harbour Light" in "".join(root.itertext())
    assert not {each.tag.rpartition("}")[2] for each in root.iter()} & {"script", "style", "image"}


def test_png_opens_and_is_not_empty(song: Song, heard: SongHearing) -> None:
    from matplotlib.image import imread

    picture = imread(io.BytesIO(score_bytes(song, "png", heard)))
    assert picture.shape[1] > 1500
    ink = np.mean(picture[:, :, :3].min(axis=2) < 0.5)
    assert 0.005 < ink < 0.2


def test_pdf_has_pages_for_all_lines(song: Song, heard: SongHearing) -> None:
    data = score_bytes(song, "pdf", heard)
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    assert data == score_bytes(song, "pdf", heard)
    assert len(re.findall(rb"/Type /Page\b", data)) == 1
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)
    drawn = b"".join(zlib.decompress(each) for each in streams if each[:1] == b"x")
    assert drawn.count(b" c\n") > 500


def test_a_long_song_has_more_pages(song: Song) -> None:
    from dataclasses import replace

    melody = song.melody
    notes = tuple(
        replace(note, onset_quarters=note.onset_quarters + 64 * turn)
        for turn in range(8)
        for note in melody.notes
    )
    bars = tuple(onset + 64 * turn for turn in range(8) for onset in melody.bar_onsets)
    long = song.replace(melody=melody.replace(notes=notes, bar_onsets=bars, phrase_starts=(0,)))
    assert len(re.findall(rb"/Type /Page\b", score_bytes(long, "pdf"))) > 1


def test_what_cannot_be_drawn_is_refused(song: Song) -> None:
    with pytest.raises(ParameterError, match="svg, png, pdf"):
        score_bytes(song, "gif")
    empty = song.replace(melody=song.melody.replace(notes=(), phrase_starts=()))
    with pytest.raises(UnsupportedError, match="no notes"):
        score_bytes(empty, "svg")


def test_outlines_are_read_as_svg_means_them() -> None:
    absolute = _path("M10 10L20 10L20 30C20 40 30 40 30 30C30 20 40 20 40 30Z")
    relative = _path("m10 10h10v20c0 10 10 10 10 0s10 -10 10 0z")
    np.testing.assert_allclose(absolute.vertices, relative.vertices)
    np.testing.assert_array_equal(absolute.codes, relative.codes)


@pytest.mark.parametrize(("extension", "start"), [("pdf", b"%PDF-"), ("SVG", b"<?xml")])
def test_a_file_is_converted_to_notation(tmp_path: Path, extension: str, start: bytes) -> None:
    target = tmp_path / f"song.{extension}"
    made = convert(ConvertRequest("examples/sakura.abc", str(target)))
    assert target.read_bytes().startswith(start)
    assert made.n_notes > 0
    with pytest.raises(ParameterError, match="only MIDI"):
        convert(
            ConvertRequest("examples/sakura.abc", str(target), overwrite=True, chord_track=True)
        )
