"""MIDI reading against the standard, with mido as an independent oracle."""

from __future__ import annotations

import io
from fractions import Fraction as F

import mido
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.io.midi_bytes import header, meta, midi, name, notes, scale, track
from tests.io.midi_songs import ONE_NOTE, said, timed

from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Meter,
)
from clinamen.io import _midi_smf
from clinamen.io.midi import read_midi


@st.composite
def scores(draw: st.DrawFn) -> bytes:
    """Random MIDI files as mido writes them, with and without running status."""
    file = mido.MidiFile(type=1, ticks_per_beat=4)
    for _ in range(draw(st.integers(1, 3))):
        lane = mido.MidiTrack()
        for pitch, wait, length in draw(
            st.lists(
                st.tuples(st.integers(0, 127), st.integers(0, 9), st.integers(1, 9)),
                min_size=1,
                max_size=8,
            )
        ):
            lane.append(mido.Message("note_on", note=pitch, velocity=9, time=wait))
            lane.append(mido.Message("note_on", note=pitch, velocity=0, time=length))
        file.tracks.append(lane)
    buffer = io.BytesIO()
    file.save(file=buffer)
    return buffer.getvalue()


@settings(deadline=None, max_examples=60)
@given(scores())
def test_notes_agree_with_mido(data: bytes) -> None:
    expected = []
    for lane in mido.MidiFile(file=io.BytesIO(data)).tracks:
        now, down = 0, {}
        for message in lane:
            now += message.time
            if message.type == "note_on" and message.velocity:
                down[message.note] = now
            elif message.type == "note_on":
                expected.append((down.pop(message.note), now, message.note))
    found = _midi_smf.parse_smf(data, "")
    assert [
        (n.onset_ticks, n.end_ticks, n.pitch) for lane in found.tracks for n in lane.notes
    ] == expected


def test_running_status_and_velocity_zero() -> None:
    body = bytes.fromhex("00903c40 83603c00 003e40 83603e00")
    song = read_midi(midi(body))
    assert timed(song) == [(0, 1, 60), (1, 1, 62)]


def test_running_status_continues_over_metas_and_sysex() -> None:
    body = bytes.fromhex("00903c40 00ff010161 00f0027ff7 83603c00")
    assert timed(read_midi(midi(body))) == [(0, 1, 60)]


def test_a_type_0_file_is_split_by_channel() -> None:
    body = bytes.fromhex("00912840 00944840 8740812800 00844800")
    song = read_midi(midi(body, smf_format=0))
    assert [(part.name, part.lowest_pitch) for part in song.parts] == [
        ("track 1, channel 2", 40),
        ("track 1, channel 5", 72),
    ]


def test_type_2_reads_the_first_of_its_independent_tracks() -> None:
    data = midi(notes([(0, 480, 60)]), notes([(0, 480, 72)]), smf_format=2)
    song = read_midi(data)
    assert timed(song) == [(0, 1, 60)]
    assert said(song, "independent")
    assert timed(read_midi(data, track=1)) == [(0, 1, 72)]


def test_smpte_time_becomes_quarters_by_the_tempo() -> None:
    division = (256 - 25) << 8 | 40  # 25 frames of 40 ticks: 1000 ticks a second
    song = read_midi(midi(notes([(0, 500, 60), (500, 1000, 62)]), division=division))
    assert timed(song) == [(0, 1, 60), (1, 1, 62)]
    slow = meta(0x51, (1_000_000).to_bytes(3, "big"))
    song = read_midi(midi(slow + notes([(0, 1000, 60), (1000, 3000, 62)]), division=division))
    assert timed(song) == [(0, 1, 60), (1, 2, 62)]


def test_a_riff_wrapper_is_opened() -> None:
    data = midi(ONE_NOTE)
    chunk = b"data" + len(data).to_bytes(4, "little") + data
    riff = b"RIFF" + (len(chunk) + 4).to_bytes(4, "little") + b"RMID" + chunk
    assert timed(read_midi(riff)) == [(0, 1, 60)]


def test_unknown_chunks_and_a_longer_header_are_skipped() -> None:
    longer = b"MThd" + (8).to_bytes(4, "big") + header(1, 1)[8:] + b"\x01\x02"
    data = longer + b"XFIH\x00\x00\x00\x02ab" + track(ONE_NOTE)
    assert timed(read_midi(data)) == [(0, 1, 60)]


def test_names_are_utf_8_or_latin_1() -> None:
    utf = meta(0x03, "Giai điệu".encode())
    latin = meta(0x03, "Mélodie".encode("latin-1"))
    song = read_midi(midi(utf + ONE_NOTE, latin + ONE_NOTE))
    assert [part.name for part in song.parts] == ["Giai điệu", "Mélodie"]


def test_key_metre_tempo_lyrics_and_markers() -> None:
    time = (
        name("Sakura")
        + meta(0x51, (600_000).to_bytes(3, "big"))
        + meta(0x58, bytes([6, 3, 36, 8]))
        + meta(0x59, bytes([256 - 3, 1]))
        + meta(0x06, b"Phrase")
        + meta(0x06, b"chord:Cm")
        + meta(0x06, b"phrase", delta=960)
    )
    song = read_midi(midi(time, meta(0x05, b"la ") + notes(scale(n=4))))
    assert song.title == "Sakura"
    assert song.tempos[0].quarters_per_minute == 100
    assert song.melody.meters[0].meter == Meter(6, 8)
    assert song.melody.keys == (KeyChange(F(0), Key(-3, "minor")),)
    assert song.melody.phrase_starts == (0, 2)
    assert song.chords == (ChordSymbol(F(0), "Cm"),)
    assert [n.lyric for n in song.melody.notes] == ["la", None, None, None]


def test_no_metre_and_no_key_are_left_open() -> None:
    melody = read_midi(midi(ONE_NOTE)).melody
    assert melody.keys == ()
    assert melody.meter_source == "assumed"
    assert melody.phrase_starts == ()


def test_a_late_time_signature_follows_common_time() -> None:
    data = midi(meta(0x58, bytes([3, 2, 24, 8]), delta=1920), notes(scale()))
    assert [c.meter for c in read_midi(data).melody.meters] == [Meter(4, 4), Meter(3, 4)]


def test_a_late_key_signature_holds_from_the_start() -> None:
    song = read_midi(midi(meta(0x59, b"\2\0", delta=480), notes(scale())))
    assert song.melody.keys == (KeyChange(F(0), Key(2)),)
    assert said(song, "comes late")


def test_the_key_signature_of_the_chosen_track_counts() -> None:
    clarinet = meta(0x59, b"\2\0") + name("Lead") + notes(scale(60))
    other = meta(0x59, b"\0\0") + notes(scale(48))
    for data in (midi(clarinet, other), midi(other, clarinet)):
        assert read_midi(data).melody.keys == (KeyChange(F(0), Key(2)),)


def test_notes_are_spelled_by_the_key_signature() -> None:
    line = notes([(0, 480, 63)])
    flat = read_midi(midi(meta(0x59, bytes([256 - 3, 0])) + line)).melody.notes[0]
    sharp = read_midi(midi(meta(0x59, bytes([4, 0])) + line)).melody.notes[0]
    assert (flat.spelling, sharp.spelling) == ("Eb", "D#")
    assert read_midi(midi(line)).melody.notes[0].spelling is None
