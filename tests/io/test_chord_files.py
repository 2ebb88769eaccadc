"""Files of chords without a melody: read by name and content, written, refused in one line."""

from __future__ import annotations

import json
from fractions import Fraction as F
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.domains.music._given import melody_of_song
from clinamen.domains.music.notes import ChordSymbol, Section, Song
from clinamen.errors import ClinamenError, FormatError, MissingError, UnsupportedError
from clinamen.io import _sheet_song
from clinamen.io._chart_song import read_chart, write_chart
from clinamen.io._sheet_song import read_sheet
from clinamen.io.abc import read_abc
from clinamen.io.files import CHORD_SHEETS, read_song, songs_of, write_song
from clinamen.io.jsonl import read_jsonl, song_of
from clinamen.io.kern import read_kern

CHO = "{title: Lo}\n{soc}\n[G]Lo, how a [Em7]rose\n{eoc}\n"
CHART = "# Lo\n[Verse]\n| G | Em7 |\n"


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("extension", [*CHORD_SHEETS, ".md", ""])
@pytest.mark.parametrize(("text", "kind"), [(CHO, "chordpro"), (CHART, "chart")])
def test_what_a_file_is_shows_in_its_content(
    tmp_path: Path, extension: str, text: str, kind: str
) -> None:
    song = read_song(put(tmp_path / f"Song{extension}", text))
    assert song.source_format == kind
    assert [span.chord.write() for span in song.harmony] == ["G", "Em7"]
    assert song.title == "Lo"
    assert (song.melody.notes, song.melody.key_source) == ((), "estimated")
    assert len(song.sections) == 1
    assert any("named like" in notice for notice in song.notices) == (
        CHORD_SHEETS.get(extension, kind) != kind
    )


def test_the_name_decides_where_the_content_does_not(tmp_path: Path) -> None:
    assert read_song(put(tmp_path / "a.cho", "[Am]la")).source_format == "chordpro"
    assert read_song(put(tmp_path / "a.txt", "C | G")).source_format == "chart"
    with pytest.raises(FormatError, match="not a format we read"):
        read_song(put(tmp_path / "a", "[Am]la"))


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("a.cho", "{t: A}\n[Am]la [Gx]la", "line 2, column 10"),
        ("a.txt", "| C |\n| C F G |", "line 2, column 3"),
        ("a.txt", "hello\nworld", "line 1, column 1"),
        ("a.cho", "no chords here", "the song sheet has no chords"),
    ],
)
def test_bad_ones_are_refused_in_one_line(tmp_path: Path, name: str, text: str, place: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_song(put(tmp_path / name, text))
    message = str(caught.value)
    assert place in message
    assert str(tmp_path / name) in message
    assert "\n" not in message


def test_they_have_no_parts(tmp_path: Path) -> None:
    for name, text in (("a.cho", CHO), ("a.txt", CHART)):
        with pytest.raises(MissingError, match="no part 0"):
            read_song(put(tmp_path / name, text), track=0)


def test_a_sheet_of_too_many_chords_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_sheet_song, "MAX_SHEET_CHORDS", 3)
    assert len(read_sheet(b"[C]" * 3).chords) == 3
    with pytest.raises(FormatError, match="at most 3 chords"):
        read_sheet(b"[C]" * 4, source="a.cho")


def test_written_by_extension_and_never_without_chords(tmp_path: Path) -> None:
    song = read_song(put(tmp_path / "a.cho", CHO))
    for extension in CHORD_SHEETS:
        target = tmp_path / f"b{extension}"
        write_song(song, target)
        assert read_song(target).harmony == song.harmony
        with pytest.raises(UnsupportedError, match="no chords"):
            write_song(song.replace(chords=()), target)
    with pytest.raises(ClinamenError, match="only MIDI"):
        write_song(song, tmp_path / "b.abc", chord_track=True)


def test_hearing_says_that_there_is_no_melody(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match=r"a\.cho.*no melody yet"):
        melody_of_song(read_song(put(tmp_path / "a.cho", CHO)))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from([*"[]{}|/.% \n#CGm7:b", "{soc}", "{eoc}", "{key: G}", "4/4"])))
def test_any_text_is_read_or_refused(pieces: list[str]) -> None:
    for read in (read_sheet, read_chart):
        message = ""
        try:
            assert read("".join(pieces).encode()).chords
        except ClinamenError as error:
            message = str(error)
        assert "\n" not in message


ROW: dict[str, Any] = {
    "title": "Lo",
    "notes": [[0, 1, 60], [1, 1, 62], [2, 2, 64]],
    "lyrics": ["Lo-", "ve", None],
    "chords": [[2, "G7"], [0, "C"]],
    "sections": [[0, "A"], [2, 2]],
    "end": 8,
    "meter": "4/4",
}


def test_a_line_keeps_chords_sections_words_title_and_end() -> None:
    song = song_of(ROW)
    assert song.chords == (ChordSymbol(F(0), "C"), ChordSymbol(F(2), "G7"))
    assert song.sections == (Section(F(0), "A"), Section(F(2), ""))
    assert [note.lyric for note in song.melody.notes] == ["Lo-", "-ve", None]
    assert (song.title, song.melody.end_quarters) == ("Lo", 8)
    assert song.harmony[-1].duration_quarters == 6


def test_a_line_of_chords_alone_ends_a_bar_after_its_last_chord() -> None:
    song = song_of({"chords": [[0, "C:maj"], [5, "G:7"]], "meter": "3/4"})
    assert (song.melody.bar_onsets, song.melody.end_quarters) == ((0, 3), 6)
    song = song_of({"notes": [], "chords": [[0, "N"], [4, "G:7"]], "meter": "4/4", "end": 12})
    assert (song.melody.bar_onsets, song.melody.end_quarters) == ((0, 4, 8), 12)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"chords": "C"}, "chords must be a list"),
        ({"chords": [[0, 7]]}, "chords: number 1 must be"),
        ({"chords": [[0, "C"], [1]]}, "chords: number 2 must be"),
        ({"chords": [[-1, "C"]]}, "chords: number 1: a time"),
        ({"sections": [["x", "A"]]}, "sections: number 1: a number"),
        ({"lyrics": ["la"]}, "lyrics must be"),
        ({"lyrics": [1, 2, 3]}, "lyrics must be"),
        ({"end": -1}, "end: a time"),
        ({"chords": [], "notes": []}, "needs notes"),
    ],
)
def test_bad_lines_say_what_and_where(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(FormatError, match=message) as caught:
        song_of(ROW | changes, source="x.jsonl", place="line 7")
    assert str(caught.value).startswith("x.jsonl, line 7: ")


def test_songs_of_a_corpus_and_one_of_them(tmp_path: Path) -> None:
    rows = [ROW, {"id": "two", "chords": [[0, "C"]]}, {"notes": "x"}]
    data = "\n".join(json.dumps(row) for row in rows).encode()
    kinds = [type(each).__name__ for each in songs_of(data, "x.jsonl", need_melody=False)]
    assert kinds == ["Song", "Song", "FormatError"]
    found = list(songs_of(data, "x.jsonl"))
    assert isinstance(found[0], Song)
    assert "chords and no melody" in str(found[1])
    path = tmp_path / "x.jsonl"
    path.write_bytes(data)
    assert read_song(path).title == "Lo"
    for track in (2, "2", "two"):
        assert not read_song(path, track=track).melody.notes
    with pytest.raises(MissingError, match="'9'"):
        read_jsonl(data, source="x.jsonl", track=9)
    with pytest.raises(FormatError, match="line 3"):
        read_song(path, track=3)


def test_labels_of_abc_and_humdrum_are_sections() -> None:
    song = read_abc(b'X:1\nP:AB\nM:2/4\nL:1/4\nK:C\nP:A\n"C"cd|[P:B]"^slow""G"ef|\n')
    assert song.sections == (Section(F(0), "A"), Section(F(2), "B"))
    assert song.chords == (ChordSymbol(F(0), "C"), ChordSymbol(F(2), "G"))
    text = "**kern\t**harte\n*>[A,B]\t*>[A,B]\n*>A\t*>A\n4c\tC:min7/b3\n*>B\t*>B\n4d\tN\n*-\t*-\n"
    song = read_kern(text.encode())
    assert song.sections == (Section(F(0), "A"), Section(F(1), "B"))
    assert [str(span.chord) for span in song.harmony] == ["Cm7/Eb", "N.C."]


def test_a_chart_keeps_its_title_and_says_that_repeats_are_not_played():
    chart = read_chart(b"# Kitchen [Window]\n|: C | G7 :|\n# another remark\n| F |\n")
    assert chart.title == "Kitchen Window"
    assert chart.notices == ("The chart has repeats; they are not unfolded.",)
    again = read_chart(write_chart(chart))
    assert (again.title, again.notices) == ("Kitchen Window", ())
    assert read_chart(b"| C |\n# a remark\n").title == ""
