"""Make the binary examples from the text in `sources/`; run `python examples/build.py`.

The same input always gives the same bytes. A test calls `build` into an empty folder
and compares.
"""

from __future__ import annotations

import random
import struct
import sys
from fractions import Fraction
from pathlib import Path

from clinamen.domains.music.notes import Note, Song
from clinamen.io.files import read_song, write_song

HERE = Path(__file__).resolve().parent
TICKS = 480
DRUM_CHANNEL = 9
BLUES_ROOTS = "CCCCFFCCGFCG"
BASS_PITCH = {"C": 36, "F": 41, "G": 43}
WALK = (0, 4, 7, 9)

Message = tuple[int, bytes]
"""Tick and the bytes of one MIDI message."""


def build(folder: Path) -> list[Path]:
    """Write every generated example into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    auld = read_song(HERE / "sources" / "auld_lang_syne.abc")
    maman = read_song(HERE / "sources" / "ah_vous_dirai_je.abc")
    blues = read_song(HERE / "sources" / "left_hand_blues.abc")
    grace = read_song(HERE / "amazing_grace.abc")
    write_song(auld, folder / "auld_lang_syne.mxl")
    files = {
        "ah_vous_dirai_je.mid": type_0(maman),
        "left_hand_blues.mid": band(blues),
        "amazing_grace_played.mid": performance(grace),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return [folder / "auld_lang_syne.mxl", *(folder / name for name in files)]


def type_0(song: Song) -> bytes:
    """One track that holds everything, as old sequencers wrote it."""
    messages = [_text(0, 3, song.title), *_signatures(song), *_line(song.melody.notes, 0)]
    return _file(0, [messages])


def band(song: Song) -> bytes:
    """Conductor, melody, walking bass and drums: four tracks."""
    conductor = [_text(0, 3, song.title), *_signatures(song)]
    melody = [_text(0, 3, "Melody"), *_line(song.melody.notes, 0)]
    bass = [_text(0, 3, "Bass")]
    drums = [_text(0, 3, "Drums")]
    for beat in range(4 * len(BLUES_ROOTS)):
        pitch = BASS_PITCH[BLUES_ROOTS[beat // 4]] + WALK[beat % 4]
        bass += _note(beat * TICKS, (beat + 1) * TICKS, pitch, 80, 1)
        kick_or_snare = 36 if beat % 2 == 0 else 38
        drums += _note(beat * TICKS, beat * TICKS + 120, kick_or_snare, 100, DRUM_CHANNEL)
        for swing in (0, 320):
            drums += _note(beat * TICKS + swing, beat * TICKS + swing + 60, 42, 70, DRUM_CHANNEL)
    return _file(1, [conductor, melody, bass, drums])


def performance(song: Song, seed: int = 1789) -> bytes:
    """A tune as a hand plays it: early and late, held too long, no bars, no key.

    Onsets move by at most a twentieth of a quarter note. Every fifth note overlaps the
    next, as a pianist's legato does.
    """
    generator = random.Random(seed)
    messages: list[Message] = [_text(0, 3, "Played by hand"), (0, b"\xff\x51\x03\x0b\x71\xb0")]
    notes = song.melody.notes
    for index, note in enumerate(notes):
        late = round((generator.random() - 0.5) * 0.1 * TICKS)
        start = max(0, _ticks(note.onset_quarters) + late)
        held = 1.05 if index % 5 == 4 else 0.9
        length = max(30, round(_ticks(note.duration_quarters) * held))
        velocity = 60 + int(generator.random() * 40)
        messages += _note(start, start + length, note.pitch, velocity, 0)
    return _file(0, [messages])


def _signatures(song: Song) -> list[Message]:
    """Tempo, metre and key of the beginning."""
    quarters_per_minute = song.tempos[0].quarters_per_minute if song.tempos else 100.0
    meter = song.melody.meters[0].meter
    power = meter.denominator.bit_length() - 1
    microseconds = round(60_000_000 / quarters_per_minute)
    found = [
        (0, b"\xff\x51\x03" + microseconds.to_bytes(3, "big")),
        (0, b"\xff\x58\x04" + bytes([meter.numerator, power, 24, 8])),
    ]
    if song.melody.keys:
        key = song.melody.keys[0].key
        minor = 3 in key.scale
        found.append((0, b"\xff\x59\x02" + struct.pack(">bB", key.fifths, minor)))
    return found


def _line(notes: tuple[Note, ...], channel: int) -> list[Message]:
    messages: list[Message] = []
    for note in notes:
        start, end = _ticks(note.onset_quarters), _ticks(note.end_quarters)
        messages += _note(start, end, note.pitch, 90, channel)
    return messages


def _note(start: int, end: int, pitch: int, velocity: int, channel: int) -> list[Message]:
    return [
        (start, bytes([0x90 | channel, pitch, velocity])),
        (end, bytes([0x80 | channel, pitch, 0])),
    ]


def _text(tick: int, kind: int, text: str) -> Message:
    data = text.encode()
    return tick, bytes([0xFF, kind]) + _variable(len(data)) + data


def _ticks(quarters: Fraction) -> int:
    return round(quarters * TICKS)


def _variable(number: int) -> bytes:
    """A MIDI variable-length quantity."""
    data = bytes([number & 0x7F])
    while number := number >> 7:
        data = bytes([number & 0x7F | 0x80]) + data
    return data


def _track(messages: list[Message]) -> bytes:
    # A note that ends where the next begins must end first: 0x80 sorts before 0x90.
    ordered = sorted(messages, key=lambda message: (message[0], _rank(message[1])))
    data, now = b"", 0
    for tick, content in ordered:
        data += _variable(tick - now) + content
        now = tick
    data += b"\x00\xff\x2f\x00"
    return b"MTrk" + struct.pack(">I", len(data)) + data


def _rank(content: bytes) -> int:
    return {0xF0: 0, 0x80: 1, 0x90: 2}[content[0] & 0xF0]


def _file(kind: int, tracks: list[list[Message]]) -> bytes:
    header = b"MThd" + struct.pack(">IHHH", 6, kind, len(tracks), TICKS)
    return header + b"".join(_track(messages) for messages in tracks)


if __name__ == "__main__":
    for path in build(HERE):
        sys.stdout.write(f"{path.name}\n")
