"""Songs as MIDI files of type 1: a track for time, one for the melody, perhaps one for chords."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from clinamen.domains.music.chords import Chord
from clinamen.domains.music.notes import (
    ChordSymbol,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Note,
    Section,
    Song,
    TempoChange,
    regular_bar_onsets,
)
from clinamen.errors import UnsupportedError
from clinamen.io._midi_marks import (
    CHORD_PREFIX,
    CHORD_TRACK,
    PHRASE_MARKER,
    TEXT_PREFIX,
    section_marker,
)

__all__ = ["write_midi"]

_TEXT, _NAME, _LYRIC, _MARKER = 0x01, 0x03, 0x05, 0x06
_END, _TEMPO, _METER, _KEY = 0x2F, 0x51, 0x58, 0x59
_USUAL_DIVISION = 480
_MAX_DIVISION = 0x7FFF
_MAX_TICKS = 0x0FFFFFFF
_DEFAULT_VELOCITY, _CHORD_VELOCITY = 80, 60
_LOWEST_BASS, _LOWEST_UPPER = 40, 55
# Within one tick: what belongs to the time, then ends of notes, then beginnings.
_META_FIRST, _RELEASE, _PRESS = 0, 1, 2

_Event = tuple[int, int, bytes]


def write_midi(song: Song, *, chord_track: bool = False) -> bytes:
    """A song as a MIDI file that `read_midi` reads back exactly.

    Pickups, ties, modes, irregular bars and where facts come from are text events that
    begin with ``clinamen:``; phrases are markers ``phrase``, chords ``chord:Am7``,
    sections markers with their names. Spelling is not kept: MIDI has none.

    Parameters
    ----------
    chord_track
        Also play the chords: each held until the next one, its bass below the other tones.

    Raises
    ------
    UnsupportedError
        If the times need more than 32767 ticks per quarter, the piece is longer than
        MIDI can count, or a metre has more than 255 beats.
    """
    grid = _grid(song)
    ticks = _Ticks(grid * max(1, -(-_USUAL_DIVISION // grid)))
    if ticks.division > _MAX_DIVISION:
        ticks = _Ticks(grid)
    if song.melody.end_quarters * ticks.division > _MAX_TICKS:
        raise UnsupportedError("the piece is longer than a MIDI file can count")
    chunks = [_time_track(song, ticks, grid), _melody_track(song.melody, ticks)]
    if chord_track and song.harmony:
        chunks.append(_chord_track(song, ticks))
    header = b"MThd" + b"".join(
        (6).to_bytes(4, "big") if i == 0 else word.to_bytes(2, "big")
        for i, word in enumerate((6, 1, len(chunks), ticks.division))
    )
    return header + b"".join(chunks)


class _Ticks:
    """Exact ticks for quarters."""

    def __init__(self, division: int):
        self.division = division

    def __call__(self, quarters: Fraction) -> int:
        return int(quarters * self.division)


def _grid(song: Song) -> int:
    """Fewest divisions of the quarter that hold every time exactly."""
    melody = song.melody
    times = [melody.end_quarters, melody.pickup_quarters]
    times += [time for note in melody.notes for time in (note.onset_quarters, note.end_quarters)]
    changes: list[KeyChange | MeterChange | ChordSymbol | Section | TempoChange] = [
        *melody.keys,
        *melody.meters,
        *song.chords,
        *song.sections,
        *song.tempos,
    ]
    times += [change.onset_quarters for change in changes]
    grid = 1
    for time in times:
        grid = lcm(grid, time.denominator)
        if grid > _MAX_DIVISION:
            raise UnsupportedError(
                f"the times need {grid} divisions of the quarter; MIDI has at most {_MAX_DIVISION}"
            )
    return grid


def _time_track(song: Song, ticks: _Ticks, grid: int) -> bytes:
    melody = song.melody
    events = [_meta(0, _NAME, song.title)] if song.title else []
    events.append(_own(0, f"grid {grid}"))
    if song.composer:
        events.append(_own(0, f"composer {song.composer}"))
    events.append(
        _own(
            0,
            f"sources key={melody.key_source} meter={melody.meter_source} "
            f"phrase={melody.phrase_source}",
        )
    )
    events += _bar_events(melody, ticks)
    for change in melody.keys:
        tick, key = ticks(change.onset_quarters), change.key
        payload = bytes([key.fifths % 256, key.mode == "minor"])
        events.append(_meta(tick, _KEY, payload))
        if key.mode not in ("major", "minor"):
            events.append(_own(tick, f"mode {key.mode}"))
    for tempo in song.tempos:
        microseconds = min(max(round(60e6 / tempo.quarters_per_minute), 1), 0xFFFFFF)
        payload = microseconds.to_bytes(3, "big")
        events.append(_meta(ticks(tempo.onset_quarters), _TEMPO, payload))
    for index in melody.phrase_starts:
        events.append(_meta(ticks(melody.notes[index].onset_quarters), _MARKER, PHRASE_MARKER))
    for chord in song.chords:
        events.append(_meta(ticks(chord.onset_quarters), _MARKER, CHORD_PREFIX + chord.symbol))
    for section in song.sections:
        if section.label:
            tick, text = ticks(section.onset_quarters), section_marker(section.label)
            events.append(_meta(tick, _MARKER, text))
    return _track(events, ticks(melody.end_quarters))


def _bar_events(melody: Melody, ticks: _Ticks) -> list[_Event]:
    """Time signatures; a pickup is a short first bar for other programs, and named for us."""
    pickup, first = melody.pickup_quarters, melody.meters[0].meter
    events = [_own(0, f"pickup {pickup} {first}")]
    if pickup:
        events.append(_meta(0, _METER, _meter(_short_meter(pickup) or first)))
    events.append(_meta(ticks(pickup), _METER, _meter(first)))
    events += [_meta(ticks(c.onset_quarters), _METER, _meter(c.meter)) for c in melody.meters[1:]]
    regular = regular_bar_onsets(melody.meters, pickup, melody.end_quarters)
    if melody.bar_onsets != regular:
        events.append(_own(0, "bars " + " ".join(str(onset) for onset in melody.bar_onsets)))
    return events


def _short_meter(pickup: Fraction) -> Meter | None:
    """The metre of a bar as long as the pickup, or None when there is none."""
    for denominator in (4, 8, 16, 32, 64):
        beats = pickup * denominator / 4
        if beats.denominator == 1:
            return Meter(int(beats), denominator)
    return None


def _meter(meter: Meter) -> bytes:
    power = meter.denominator.bit_length() - 1
    if meter.numerator > 255 or power > 7:
        raise UnsupportedError(f"MIDI cannot hold a time signature of {meter}")
    clocks = min(max(int(meter.beat_quarters * 24), 1), 255)
    return bytes([meter.numerator, power, clocks, 8])


def _melody_track(melody: Melody, ticks: _Ticks) -> bytes:
    events = [_meta(0, _NAME, "Melody")]
    for note in melody.notes:
        events += _note_events(note, ticks)
    return _track(events, ticks(melody.end_quarters))


def _chord_track(song: Song, ticks: _Ticks) -> bytes:
    events = [_meta(0, _NAME, CHORD_TRACK)]
    for span in song.harmony:
        start, end = ticks(span.onset_quarters), ticks(span.end_quarters)
        for pitch in _voicing(span.chord):
            events.append((start, _PRESS, bytes([0x91, pitch, _CHORD_VELOCITY])))
            events.append((end, _RELEASE, bytes([0x81, pitch, 0x40])))
    return _track(events, ticks(song.melody.end_quarters))


def _voicing(chord: Chord) -> list[int]:
    """The bass from E2 to D sharp 3, the other tones from G3 to F sharp 4."""
    bass = chord.bass_pitch_class
    if bass is None or chord.is_unknown:
        return []
    upper = [_LOWEST_UPPER + (tone - _LOWEST_UPPER) % 12 for tone in chord.pitch_classes]
    low = _LOWEST_BASS + (bass - _LOWEST_BASS) % 12
    return [low, *sorted(pitch for pitch in upper if (pitch - low) % 12)]


def _note_events(note: Note, ticks: _Ticks) -> list[_Event]:
    start, end = ticks(note.onset_quarters), ticks(note.end_quarters)
    velocity = _DEFAULT_VELOCITY if note.velocity is None else note.velocity
    events = [
        (start, _PRESS, bytes([0x90, note.pitch, min(max(velocity, 1), 127)])),
        (end, _RELEASE, bytes([0x80, note.pitch, 0x40])),
    ]
    if note.lyric:
        events.append(_meta(start, _LYRIC, note.lyric))
    if note.tied:
        events.append(_own(start, "tie " + " ".join(str(part) for part in note.tied)))
    return events


def _own(tick: int, text: str) -> _Event:
    return _meta(tick, _TEXT, TEXT_PREFIX + text)


def _meta(tick: int, kind: int, content: str | bytes) -> _Event:
    payload = content.encode("utf-8", "replace") if isinstance(content, str) else content
    return tick, _META_FIRST, b"\xff" + bytes([kind]) + _variable_length(len(payload)) + payload


def _track(events: list[_Event], end_tick: int) -> bytes:
    body = bytearray()
    now = 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        body += _variable_length(tick - now) + message
        now = tick
    body += _variable_length(max(end_tick - now, 0)) + bytes([0xFF, _END, 0])
    return b"MTrk" + len(body).to_bytes(4, "big") + bytes(body)


def _variable_length(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(0x80 | value & 0x7F)
    return bytes(reversed(groups))
