"""MIDI reading against the standard, mido as an independent oracle, and exact round trips."""

from __future__ import annotations

import io
from fractions import Fraction as F

import mido
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.io.midi_bytes import END, header, meta, midi, name, notes, scale, track
from tests.io.songs import songs, written_part

from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Note,
    Song,
)
from clinamen.errors import AmbiguousError, FormatError, MissingError, UnsupportedError
from clinamen.io import _midi_smf
from clinamen.io.midi import MAX_QUARTERS, read_midi, write_midi

ONE_NOTE = notes([(0, 480, 60)])


def timed(song: Song) -> list[tuple[F, F, int]]:
    return [(n.onset_quarters, n.duration_quarters, n.pitch) for n in song.melody.notes]


def said(song: Song, words: str) -> bool:
    return any(words in notice for notice in song.notices)


# Round trips


@settings(deadline=None)
@given(songs(chords=True))
def test_a_written_song_reads_back_exactly(song: Song) -> None:
    back = read_midi(write_midi(song))
    assert written_part(back) == written_part(song)
    assert (back.chords, back.tempos) == (song.chords, song.tempos)
    assert back.sections == song.sections
    assert (back.title, back.composer) == (song.title, song.composer)
    assert [n.lyric for n in back.melody.notes] == [n.lyric for n in song.melody.notes]
    assert back.notices == ()
    assert back.quantisation is None


@settings(deadline=None, max_examples=50)
@given(songs(chords=True))
def test_mido_reads_what_we_write(song: Song) -> None:
    file = mido.MidiFile(file=io.BytesIO(write_midi(song)))
    now, pressed = 0, []
    for message in file.tracks[1]:
        now += message.time
        if message.type == "note_on":
            pressed.append((F(now, file.ticks_per_beat), message.note))
    assert pressed == [(n.onset_quarters, n.pitch) for n in song.melody.notes]


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 41)), min_size=1, max_size=6))
@settings(deadline=None)
def test_any_common_grid_is_exact(steps: list[tuple[int, int]]) -> None:
    """Tuplets that notation hardly knows still read back, since the file names its grid."""
    line, now = [], F(0)
    for numerator, denominator in steps:
        line.append(Note(now, F(numerator, denominator), 60))
        now += F(numerator, denominator)
    song = Song(Melody(tuple(line)))
    try:
        data = write_midi(song)
    except UnsupportedError:
        return
    assert timed(read_midi(data)) == timed(song)


def test_irregular_bars_and_provenance_read_back() -> None:
    melody = Melody(
        (Note(F(0), F(8), 60),),
        keys=(KeyChange(F(0), Key(2, "dorian")),),
        bar_onsets=(F(0), F(3), F(4)),
        phrase_starts=(0,),
        key_source="estimated",
        phrase_source="estimated",
    )
    back = read_midi(write_midi(Song(melody))).melody
    assert back.bar_onsets == melody.bar_onsets
    assert (back.key_source, back.meter_source) == ("estimated", "assumed")
    assert back.phrase_source == "estimated"


def test_a_short_first_bar_that_is_no_pickup_stays_a_bar() -> None:
    meters = (MeterChange(F(0), Meter(2, 4)), MeterChange(F(2), Meter(4, 4)))
    song = Song(Melody((Note(F(0), F(6), 60),), meters=meters))
    assert read_midi(write_midi(song)).melody.meters == meters


def test_other_programs_see_the_pickup_as_a_short_bar() -> None:
    melody = Melody((Note(F(0), F(5), 60),), pickup_quarters=F(1))
    file = mido.MidiFile(file=io.BytesIO(write_midi(Song(melody))))
    signatures = [m for m in file.tracks[0] if m.type == "time_signature"]
    assert [(m.numerator, m.denominator) for m in signatures] == [(1, 4), (4, 4)]


def test_a_pickup_written_by_another_program_is_recognised() -> None:
    times = meta(0x58, bytes([1, 2, 24, 8])) + meta(0x58, bytes([3, 2, 24, 8]), delta=480)
    melody = read_midi(midi(times, notes([(0, 480, 60), (480, 1920, 62)]))).melody
    assert melody.pickup_quarters == 1
    assert melody.meters == (MeterChange(F(0), Meter(3, 4)),)
    assert melody.bar_onsets == (0, 1)


def test_a_tie_that_no_longer_fits_its_note_is_ignored() -> None:
    song = Song(Melody((Note(F(0), F(2), 60, tied=(F(1), F(1))),)))
    edited = write_midi(song).replace(b"tie 1 1", b"tie 1 3")
    assert read_midi(edited).melody.notes[0].tied == ()


def test_a_pickup_that_no_longer_fits_the_metre_is_ignored() -> None:
    song = Song(Melody((Note(F(0), F(5), 60),), pickup_quarters=F(1)))
    edited = write_midi(song).replace(b"pickup 1 4/4", b"pickup 3 7/8")
    assert read_midi(edited).melody.pickup_quarters == 1  # by the short first bar


@pytest.mark.parametrize("bars", ["1 2", "0 2 1", "0 9999", "0 0"])
def test_bars_that_do_not_fit_are_ignored(bars: str) -> None:
    own = meta(0x01, f"clinamen:bars {bars}".encode())
    assert read_midi(midi(own + notes(scale()))).melody.bar_onsets == (0, 4)


def test_times_beyond_midi_are_refused() -> None:
    line = tuple(Note(F(i) + F(1, p), F(1, 97), 60) for i, p in enumerate((89, 83, 79)))
    with pytest.raises(UnsupportedError, match="divisions of the quarter"):
        write_midi(Song(Melody(line)))
    # The bar is given, since a billion regular ones would fill the memory.
    far = Song(Melody((Note(F(10**9), F(1), 60),), bar_onsets=(F(0),)))
    with pytest.raises(UnsupportedError, match="longer than a MIDI file"):
        write_midi(far)
    meters = (MeterChange(F(0), Meter(300, 4)),)
    wide = Song(Melody((Note(F(0), F(1), 60),), meters=meters))
    with pytest.raises(UnsupportedError, match="time signature of 300/4"):
        write_midi(wide)


# The standard


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


# Notes that are common and odd


def test_overlapping_notes_of_one_pitch_are_repeated_notes() -> None:
    body = bytes.fromhex("00903c40 83603c40 83603c00 83603c00")
    assert timed(read_midi(midi(body))) == [(0, 1, 60), (1, 2, 60)]


def test_a_missing_release_before_a_repeated_note() -> None:
    body = bytes.fromhex("00903c40 83603c40 83603c00 83603c40 83603c00")
    assert timed(read_midi(midi(body))) == [(0, 1, 60), (1, 1, 60), (3, 1, 60)]


def test_zero_length_notes_are_left_out() -> None:
    body = bytes.fromhex("00903c40 003c00 003e40 83603e00")
    song = read_midi(midi(body))
    assert timed(song) == [(0, 1, 62)]
    assert said(song, "length zero")


def test_a_note_never_released_ends_where_the_next_begins() -> None:
    body = bytes.fromhex("00906040 83603c40 83603c00 003e40 83603e00")
    song = read_midi(midi(body))
    assert timed(song) == [(0, 1, 96), (1, 1, 60), (2, 1, 62)]
    assert said(song, "never released")


def test_a_chord_of_all_pitches_is_its_highest_note() -> None:
    song = read_midi(midi(notes([(0, 480, pitch) for pitch in range(128)])))
    assert timed(song) == [(0, 1, 127)]
    assert said(song, "127 notes were cut or left out")


# Which part is the melody


def part_data() -> bytes:
    bass = name("Bass") + notes(scale(36), channel=1)
    lead = name("Vocals") + notes(scale(60), channel=2)
    high = name("Strings") + notes(scale(84), channel=3)
    drums = name("Kit") + notes(scale(40), channel=9)
    return midi(name("Song"), bass, lead, high, drums)


def test_a_name_says_which_part_is_the_melody() -> None:
    song = read_midi(part_data())
    assert song.part_index == 1
    assert said(song, "'Vocals'")
    assert song.title == "Song"
    assert [part.is_percussion for part in song.parts] == [False, False, False, True]


def test_without_names_the_high_single_voice_is_the_melody() -> None:
    chords = [(i * 480, i * 480 + 480, p) for i in range(8) for p in (60, 64, 67)]
    song = read_midi(midi(notes(scale(40)), notes(chords), notes(scale(72))))
    assert song.part_index == 2
    assert said(song, "likeliest")


def test_without_a_single_voice_the_highest_notes_are_the_melody() -> None:
    chords = [(i * 480, i * 480 + 480, p) for i in range(8) for p in (60, 64, 67)]
    low = [(a, b, p - 24) for a, b, p in chords]
    song = read_midi(midi(notes(low), notes(chords)))
    assert song.part_index is None
    assert {n.pitch for n in song.melody.notes} == {67}


def test_a_bass_line_is_no_melody() -> None:
    chords = [(i * 480, i * 480 + 480, p) for i in range(8) for p in (60, 64, 67)]
    song = read_midi(midi(notes(scale(30)), notes(chords)))
    assert song.part_index is None


@pytest.mark.parametrize("track", [2, "2", "strings", "STR"])
def test_a_part_by_index_or_name(track: int | str) -> None:
    song = read_midi(part_data(), track=track)
    assert song.part_index == 2
    assert song.melody.notes[0].pitch == 84


def test_a_part_that_is_not_there() -> None:
    with pytest.raises(MissingError, match="Vocals"):
        read_midi(part_data(), track="oboe")
    with pytest.raises(MissingError):
        read_midi(part_data(), track=9)
    with pytest.raises(AmbiguousError):
        read_midi(midi(name("Flute 1") + ONE_NOTE, name("Flute 2") + ONE_NOTE), track="fl")
    with pytest.raises(UnsupportedError, match="percussion"):
        read_midi(part_data(), track="Kit")


# Bad input


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


# Notes that are never released


def hanging(*onsets: tuple[int, int], end: int = 0) -> bytes:
    body, now = b"", 0
    for onset, pitch in onsets:
        body += bytes([onset - now, 0x90, pitch, 64])
        now = onset
    return midi(body + meta(0x01, b"", delta=end) if end else body, division=48)


def test_hanging_notes_last_until_the_next_one_and_the_last_as_long_as_before() -> None:
    song = read_midi(hanging((0, 60), (24, 64)))
    assert timed(song) == [(F(0), F(1, 2), 60), (F(1, 2), F(1, 2), 64)]
    assert song.notices[0].startswith("2 notes are never released")


def test_a_single_hanging_note_lasts_until_the_end_of_the_track_or_a_quarter() -> None:
    assert timed(read_midi(hanging((0, 60), end=96))) == [(F(0), F(2), 60)]
    lone = read_midi(hanging((0, 60)))
    assert timed(lone) == [(F(0), F(1), 60)]
    assert lone.notices[0].startswith("1 note is never released")


def test_one_is_counted_as_one() -> None:
    empty = bytes([0, 0x90, 60, 64, 0, 0x80, 60, 0])
    assert read_midi(midi(empty + notes([(0, 480, 62)]))).notices == (
        "1 note of length zero was left out.",
    )
