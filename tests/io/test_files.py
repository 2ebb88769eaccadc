"""Which reader gets a file, what is completed, and how files are written."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from fractions import Fraction as F
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.io.midi_bytes import midi, name, notes, scale
from tests.io.songs import songs, written_part

from clinamen.domains.music.notes import Key, KeyChange, Melody, Note, Song
from clinamen.errors import ClinamenError, FormatError, MissingError, UnsupportedError
from clinamen.io import read_song, write_song
from clinamen.io.files import CHORD_SHEETS, WRITABLE, _sniff

ABC = b"X:1\nT:Scale\nM:4/4\nL:1/4\nK:C\nCDEF|GABc|\n"
KERN = b"!!!OTL: Scale\n**kern\n*M4/4\n4c\n4d\n4e\n4f\n*-\n"
XML = (
    b'<?xml version="1.0"?><score-partwise version="4.0"><part-list><score-part id="P1">'
    b'<part-name>A</part-name></score-part></part-list><part id="P1"><measure number="1">'
    b"<attributes><divisions>1</divisions></attributes><note><pitch><step>C</step>"
    b"<octave>4</octave></pitch><duration>1</duration></note></measure></part></score-partwise>"
)
SONG = Song(
    Melody(
        tuple(Note(F(i), F(1), 60 + i) for i in range(4)),
        keys=(KeyChange(F(0), Key(0)),),
        phrase_starts=(0, 2),
    ),
    title="Scale",
)


def put(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (midi(b""), "midi"),
        (b"RIFF\0\0\0\0RMIDdata", "midi"),
        (b"PK\x03\x04", "mxl"),
        (XML, "musicxml"),
        (b"\xef\xbb\xbf \n" + XML, "musicxml"),
        ("\ufeff<a/>".encode("utf-16-le"), "musicxml"),
        ("<a/>".encode("utf-16-be"), "musicxml"),
        (KERN, "kern"),
        (b"**kern\t**text\r\n", "kern"),
        (ABC, "abc"),
        (b"%abc-2.1\n", "abc"),
        (b"% a comment\r\r\nX: 3\r", "abc"),
        (b"hello", None),
        (b"\0X:1\n", None),
    ],
)
def test_the_content_says_what_a_file_is(data: bytes, found: str | None) -> None:
    assert _sniff(data) == found


@pytest.mark.parametrize(
    ("data", "source_format"),
    [(midi(notes(scale())), "midi"), (XML, "musicxml"), (KERN, "kern"), (ABC, "abc")],
    ids=["midi", "musicxml", "kern", "abc"],
)
def test_a_wrong_extension_is_noticed_and_the_content_read(
    tmp_path: Path, data: bytes, source_format: str
) -> None:
    wrong = ".abc" if source_format != "abc" else ".mid"
    song = read_song(put(tmp_path / f"tune{wrong}", data))
    assert song.source_format == source_format
    assert "is named like" in song.notices[0]


def test_the_name_decides_where_the_content_does_not(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="begins with MThd"):
        read_song(put(tmp_path / "a.mid", b"nonsense"))


def test_unknown_content_names_the_formats(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"MIDI, MusicXML, .*ABC, Humdrum") as caught:
        read_song(put(tmp_path / "a.doc", b"nonsense"))
    assert str(tmp_path / "a.doc") in str(caught.value)


def test_what_the_file_lacks_is_estimated_and_marked(tmp_path: Path) -> None:
    song = read_song(put(tmp_path / "Bài hát.mid", midi(notes(scale()))))
    assert song.title == "Bài hát"
    assert song.melody.keys[0].onset_quarters == 0
    assert (song.melody.key_source, song.melody.phrase_source) == ("estimated", "estimated")
    assert song.melody.phrase_starts[0] == 0


def test_what_the_file_says_is_kept(tmp_path: Path) -> None:
    write_song(SONG, tmp_path / "other.mid")
    song = read_song(tmp_path / "other.mid")
    assert song.title == "Scale"
    assert song.melody.keys == SONG.melody.keys
    assert song.melody.phrase_starts == (0, 2)
    assert (song.melody.key_source, song.melody.phrase_source) == ("file", "file")


def test_a_single_note_can_be_completed(tmp_path: Path) -> None:
    melody = read_song(put(tmp_path / "one.mid", midi(notes([(0, 480, 60)])))).melody
    assert len(melody.keys) == 1
    assert melody.phrase_starts == (0,)


def test_the_track_is_passed_on(tmp_path: Path) -> None:
    data = midi(name("Low") + notes(scale(48)), name("High") + notes(scale(72)))
    assert read_song(put(tmp_path / "two.mid", data), track="low").part_index == 0


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = io.BytesIO(midi(notes(scale())))

    monkeypatch.setattr(sys, "stdin", Stdin)
    song = read_song("-")
    assert (song.source, song.title) == ("standard input", "")


def test_files_that_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no such file"):
        read_song(tmp_path / "none.mid")
    with pytest.raises(MissingError):
        read_song(tmp_path)
    with pytest.raises(FormatError, match="empty"):
        read_song(put(tmp_path / "empty.mid", b""))


def test_a_refused_permission_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "closed.mid", midi(notes(scale())))

    def refuse(self: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(MissingError, match="permission to read"):
        read_song(path)
    with pytest.raises(MissingError, match="permission to write"):
        write_song(SONG, path)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind the superuser"
)
def test_permissions(tmp_path: Path) -> None:
    closed = put(tmp_path / "closed.mid", midi(notes(scale())))
    closed.chmod(0)
    with pytest.raises(MissingError, match="permission"):
        read_song(closed)
    with pytest.raises(MissingError, match="permission"):
        write_song(SONG, closed)


@pytest.mark.parametrize("suffix", sorted({*WRITABLE} - {*CHORD_SHEETS}))
@settings(deadline=None, max_examples=8)
@given(song=songs(modes=("major", "minor"), max_bars=3))
def test_every_written_format_reads_back(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, song: Song
) -> None:
    path = tmp_path_factory.mktemp("written") / f"song{suffix}"
    write_song(song, path)
    back = read_song(path).melody
    assert [(n.onset_quarters, n.duration_quarters, n.pitch) for n in back.notes] == [
        (n.onset_quarters, n.duration_quarters, n.pitch) for n in song.melody.notes
    ]
    if song.melody.keys:
        assert back.keys == song.melody.keys


@settings(deadline=None, max_examples=30)
@given(song=songs())
def test_midi_files_keep_all_that_is_written(
    tmp_path_factory: pytest.TempPathFactory, song: Song
) -> None:
    path = tmp_path_factory.mktemp("kept") / "song.mid"
    write_song(song, path)
    before, after = written_part(song), written_part(read_song(path))
    estimated = {name for name in ("keys", "phrase_starts") if not before[name]}
    assert {k: v for k, v in before.items() if k not in estimated} == {
        k: v for k, v in after.items() if k not in estimated
    }


@pytest.mark.parametrize("target", ["song.krn", "song", "song.wav"])
def test_formats_we_do_not_write(tmp_path: Path, target: str) -> None:
    with pytest.raises(UnsupportedError, match=r"\.mid, \.midi, \.musicxml"):
        write_song(SONG, tmp_path / target)
    assert list(tmp_path.iterdir()) == []


def test_places_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="does not exist"):
        write_song(SONG, tmp_path / "none" / "song.mid")
    (tmp_path / "folder.mid").mkdir()
    with pytest.raises(MissingError, match="a folder"):
        write_song(SONG, tmp_path / "folder.mid")


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path / "song.mid", b"old")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(MissingError, match="No space left"):
        write_song(SONG, path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_followed(tmp_path: Path) -> None:
    real, link = put(tmp_path / "real.mid", b"old"), tmp_path / "link.mid"
    try:
        link.symlink_to(real)
    except OSError:
        pytest.skip("links are not allowed here")
    write_song(SONG, link)
    assert link.is_symlink()
    assert real.read_bytes().startswith(b"MThd")


@settings(deadline=None, max_examples=150)
@given(
    st.sampled_from([b"", b"MThd", b"PK\x03\x04", b"<", b"**kern\n", b"X:1\n", b"\xff\xfe<\0"]),
    st.binary(max_size=100),
    st.sampled_from(["mid", "xml", "mxl", "abc", "krn", "txt"]),
)
def test_no_bytes_crash_the_dispatch(
    tmp_path_factory: pytest.TempPathFactory, start: bytes, rest: bytes, suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"fuzz.{suffix}"
    path.write_bytes(start + rest)
    try:
        read_song(path)
    except ClinamenError:
        return


def test_importing_io_imports_no_reader() -> None:
    code = (
        "import clinamen.io, sys; heavy = {'music21', 'clinamen.io.midi', 'clinamen.io.abc', "
        "'clinamen.io.musicxml', 'numpy'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_signature_that_names_no_mode_is_completed_by_an_estimate(tmp_path: Path) -> None:
    minor = "".join(
        f"<note><pitch><step>{step}</step><octave>4</octave></pitch><duration>1</duration></note>"
        for step in "ACEDCBAEA"
    )
    path = tmp_path / "a.musicxml"
    path.write_text(
        '<score-partwise version="4.0"><part-list><score-part id="P1"><part-name>Voice</part-name>'
        '</score-part></part-list><part id="P1"><measure number="1"><attributes><divisions>1'
        "</divisions><key><fifths>0</fifths></key><time><beats>9</beats><beat-type>4</beat-type>"
        f"</time></attributes>{minor}</measure></part></score-partwise>"
    )
    melody = read_song(path).melody
    assert (melody.keys[0].key.fifths, melody.keys[0].key.mode) == (0, "minor")
    assert melody.key_source == "estimated"
