"""MIDI files that are damaged, hostile or hold no song."""

from __future__ import annotations

import pytest
from tests.io.midi_bytes import END, header, meta, midi, notes, scale, track
from tests.io.midi_songs import ONE_NOTE, said, timed

from clinamen.errors import FormatError, UnsupportedError
from clinamen.io import _midi_smf
from clinamen.io.midi import MAX_QUARTERS, read_midi


@pytest.mark.parametrize("cut", range(1, len(midi(ONE_NOTE, ONE_NOTE))))
def test_a_truncated_file_is_refused_wherever_it_is_cut(cut: int) -> None:
    with pytest.raises(FormatError, match="byte"):
        read_midi(midi(ONE_NOTE, ONE_NOTE)[:-cut], source="cut.mid")


MALFORMED = {
    "empty": b"",
    "not MIDI": b"hello, world, this is no MIDI",
    "header length 5": b"MThd\0\0\0\5" + header()[8:] + track(ONE_NOTE),
    "type 3": header(3) + track(ONE_NOTE),
    "division 0": header(division=0) + track(ONE_NOTE),
    "31 frames a second": header(division=(256 - 31) << 8 | 40) + track(ONE_NOTE),
    "0 ticks a frame": header(division=(256 - 25) << 8) + track(ONE_NOTE),
    "missing track": header(1, 2) + track(ONE_NOTE),
    "no track name": header(1, 1) + b"\0\1\2\3" + track(ONE_NOTE)[4:],
    "data without status": midi(b"\0\x3c\x40"),
    "data byte above 127": midi(b"\0\x90\x3c\x80"),
    "pitch above 127": midi(b"\0\x90\xbc\x40"),
    "five-byte number": midi(b"\x81\x81\x81\x81\x01\x90\x3c\x40"),
    "event beyond the track": header() + track(b"\0\x90\x3c", end=b""),
    "event that runs into the next track": header(1, 2)
    + track(b"\0\x90\x3c", end=b"")
    + track(ONE_NOTE),
    "meta beyond the track": midi(b"\0\xff\x01\x7f"),
    "status F4": midi(b"\0\xf4"),
    "riff without data": b"RIFF\0\0\0\0RMIDLIST\0\0\0\0",
    "riff cut": b"RIFF\0\0\0\0RMIDdata\xff\0\0\0MThd",
}


@pytest.mark.parametrize("case", MALFORMED)
def test_malformed_files_are_refused_with_their_place(case: str) -> None:
    with pytest.raises(FormatError) as caught:
        read_midi(MALFORMED[case], source="bad.mid")
    assert not isinstance(caught.value, UnsupportedError)
    assert str(caught.value).startswith("bad.mid, byte ")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (midi(b""), "no notes"),
        (header(1, 0), "no notes"),
        (midi(notes(scale(), channel=9)), "only percussion"),
        (midi(bytes.fromhex("00903c40003c00")), "lasts longer than zero"),
        (midi(notes([(0, 2**27, 60)]), division=1), f"at most {MAX_QUARTERS}"),
        (midi(meta(0x58, b"\1\7\1\1"), notes([(0, 2000, 60)]), division=1), "bars"),
    ],
)
def test_sound_files_without_a_melody(data: bytes, words: str) -> None:
    with pytest.raises(UnsupportedError, match=words):
        read_midi(data)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        (meta(0x51, b"\0\0\0"), "tempo"),
        (meta(0x51, b"\1"), "tempo"),
        (meta(0x58, bytes([0, 2, 24, 8])), "time signature"),
        (meta(0x58, bytes([4, 200, 24, 8])), "time signature"),
        (meta(0x58, b""), "time signature"),
        (meta(0x59, bytes([99, 0])), "key signature"),
        (meta(0x59, bytes([0, 7])), "key signature"),
    ],
)
def test_senseless_metas_are_left_out_with_a_notice(extra: bytes, words: str) -> None:
    song = read_midi(midi(extra + ONE_NOTE))
    assert timed(song) == [(0, 1, 60)]
    assert said(song, words)
    assert song.tempos == ()
    assert song.melody.keys == ()


def test_harmless_damage_is_read_with_a_notice() -> None:
    assert said(read_midi(midi(ONE_NOTE) + b"\0\1\2junk"), "7 bytes after the last track")
    assert said(read_midi(header() + track(ONE_NOTE, end=b"")), "end-of-track")
    assert said(read_midi(header(1, 1) + track(ONE_NOTE) * 2), "all 2 were read")


def test_endless_silence_is_left_out() -> None:
    quiet = ONE_NOTE + meta(0x01, b"", delta=2**28 - 1)
    song = read_midi(midi(quiet, division=1))
    assert song.melody.end_quarters == song.melody.notes[-1].end_quarters
    assert said(song, "silence")


def test_too_many_events_or_tracks_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_midi_smf, "MAX_EVENTS", 100)
    with pytest.raises(FormatError, match="more than 100 events"):
        read_midi(midi(notes(scale(n=40)), notes(scale(n=40))))
    monkeypatch.setattr(_midi_smf, "MAX_TRACKS", 3)
    with pytest.raises(FormatError, match="more than 3 tracks"):
        read_midi(midi(*[ONE_NOTE] * 4))


def test_too_many_notes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clinamen.io.midi.MAX_NOTES", 5)
    with pytest.raises(UnsupportedError, match="8 notes; at most 5"):
        read_midi(midi(notes(scale())))


def test_a_tie_of_absurdly_many_parts_is_not_summed() -> None:
    tie = "clinamen:tie" + " 1/65" * 65
    song = read_midi(midi(meta(0x01, tie.encode()) + ONE_NOTE))
    assert song.melody.notes[0].tied == ()


def test_a_division_of_one_tick_is_read() -> None:
    assert timed(read_midi(midi(notes(scale(step=1)), division=1)))[-1] == (7, 1, 67)


def test_end_of_track_closes_the_track() -> None:
    assert timed(read_midi(midi(ONE_NOTE + END + notes([(0, 480, 72)])))) == [(0, 1, 60)]
