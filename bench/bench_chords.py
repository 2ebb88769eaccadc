"""How often chords are recognised in a MIDI accompaniment that plays known ones.

    python bench/bench_chords.py --set FILE.jsonl [--json]

Every song of the set (lines with ``chords``, see `clinamen.io.jsonl`) is given an accompaniment
track in several manners, written as MIDI, and read back. Two figures, both shares of the time in
which a known chord stands: pitch classes and root agree; pitch classes agree. One of voices that
play no chords is in how many of them chords are found all the same.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from clinamen.domains.music.chords import Chord
from clinamen.domains.music.harmony import ChordSpan
from clinamen.domains.music.notes import Song
from clinamen.errors import FormatError
from clinamen.io.jsonl import parse_songs
from clinamen.io.midi import read_midi, write_midi

Played = list[tuple[Fraction, Fraction, int]]  # onset, end, pitch
_TICKS = 480


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--set", required=True, metavar="FILE.jsonl")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = parse_songs(Path(given.set).read_bytes(), source=given.set)
    songs = [song for song in found if not isinstance(song, FormatError) and song.harmony]
    results = [_measure(songs, name, play) for name, play in MANNERS.items()]
    for result in results:
        if given.json:
            print(json.dumps(result))
        else:
            print(
                f"{result['manner']:<12} {result['root_and_pitch_classes']:.3f}  "
                f"{result['pitch_classes']:.3f}  ({result['n_songs']} songs, "
                f"{result['n_chords']:,} chords; none found in {result['n_without']})"
            )
    return 0


def _measure(
    songs: Sequence[Song], name: str, play: Callable[[Song, np.random.Generator], Played]
) -> dict[str, object]:
    random = np.random.default_rng(2026)
    total = both = classes = Fraction(0)
    n_without = 0
    for song in songs:
        again = read_midi(_midi(song, play(song, random)))
        n_without += not again.harmony
        for length, wanted, heard in _overlaps(song.harmony, again.harmony):
            if wanted.root is None or wanted.is_unknown:
                continue
            total += length
            same = heard is not None and heard.pitch_classes == wanted.pitch_classes
            classes += length * same
            is_root = heard is not None and heard.root_pitch_class == wanted.root_pitch_class
            both += length * (same and is_root)
    return {
        "manner": name,
        "root_and_pitch_classes": round(float(both / total), 4),
        "pitch_classes": round(float(classes / total), 4),
        "n_songs": len(songs),
        "n_chords": sum(len(song.harmony) for song in songs),
        "n_without": n_without,
    }


def _overlaps(
    wanted: Sequence[ChordSpan], heard: Sequence[ChordSpan]
) -> Iterator[tuple[Fraction, Chord, Chord | None]]:
    """Stretches of time in which neither changes; None where nothing was recognised."""
    place = 0
    for span in wanted:
        now = span.onset_quarters
        while now < span.end_quarters:
            while place < len(heard) and heard[place].end_quarters <= now:
                place += 1
            is_in = place < len(heard) and heard[place].onset_quarters <= now
            stop = span.end_quarters
            if place < len(heard):
                edge = heard[place].end_quarters if is_in else heard[place].onset_quarters
                stop = min(stop, edge)
            yield stop - now, span.chord, heard[place].chord if is_in else None
            now = stop


def _midi(song: Song, played: Played) -> bytes:
    """The melody as we write it, and the accompaniment as a further track."""
    data = write_midi(song.replace(chords=(), sections=()))
    division = int.from_bytes(data[12:14], "big")
    events = []
    for onset, end, pitch in played:
        events.append((int(onset * division), 1, bytes([0x91, pitch, 70])))
        events.append((int(end * division), 0, bytes([0x81, pitch, 0])))
    body, now = b"\0\xff\x03\x05Piano", 0
    for tick, _, message in sorted(events):
        body += _variable_length(tick - now) + message
        now = tick
    body += b"\0\xff\x2f\0"
    n_tracks = int.from_bytes(data[10:12], "big") + 1
    head = data[:10] + n_tracks.to_bytes(2, "big") + data[12:]
    return head + b"MTrk" + len(body).to_bytes(4, "big") + body


def _variable_length(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(0x80 | value & 0x7F)
    return bytes(reversed(groups))


def _voicing(chord: Chord, random: np.random.Generator, *, inverted: bool) -> list[int]:
    """Close position from some octave, perhaps inverted (a given bass stays), one tone doubled."""
    bass = chord.bass_pitch_class
    assert bass is not None
    classes = sorted(chord.pitch_classes, key=lambda tone: (tone - bass) % 12)
    if inverted and chord.bass is None:
        turn = int(random.integers(len(classes)))
        classes = classes[turn:] + classes[:turn]
    low = 43 + int(random.integers(8))
    pitches = [low + (classes[0] - low) % 12]
    for tone in classes[1:]:
        pitches.append(pitches[-1] + 1 + (tone - pitches[-1] - 1) % 12)
    if inverted:
        pitches.append(pitches[int(random.integers(len(pitches)))] + 12)
    return sorted({pitch for pitch in pitches if pitch < 100})


def _blocks(song: Song, random: np.random.Generator) -> Played:
    return _held(song, random, inverted=False)


def _inverted(song: Song, random: np.random.Generator) -> Played:
    return _held(song, random, inverted=True)


def _held(song: Song, random: np.random.Generator, *, inverted: bool) -> Played:
    return [
        (span.onset_quarters, span.end_quarters, pitch)
        for span in _sounding(song)
        for pitch in _voicing(span.chord, random, inverted=inverted)
    ]


def _sounding(song: Song) -> Iterator[ChordSpan]:
    return (span for span in song.harmony if span.chord.root and not span.chord.is_unknown)


def _beats(song: Song) -> Iterator[tuple[ChordSpan, int, Fraction, Fraction]]:
    """Every chord beat by beat: which, the beat's number, its start and end."""
    for span in _sounding(song):
        step = song.melody.meter_at(span.onset_quarters).beat_quarters
        now, number = span.onset_quarters, 0
        while now < span.end_quarters:
            yield span, number, now, min(now + step, span.end_quarters)
            now, number = now + step, number + 1


def _short(song: Song, random: np.random.Generator) -> Played:
    """Struck short on every beat."""
    return [
        (start, start + (end - start) / 2, pitch)
        for span, _, start, end in _beats(song)
        for pitch in _voicing(span.chord, random, inverted=False)
    ]


def _rolled(song: Song, random: np.random.Generator) -> Played:
    """Held, every tone a little after the one below it; and passing sixteenths above."""
    played: Played = []
    for span in _sounding(song):
        pitches = _voicing(span.chord, random, inverted=True)
        for place, pitch in enumerate(pitches):
            start = span.onset_quarters + Fraction(place, 60)
            if start < span.end_quarters:
                played.append((start, span.end_quarters, pitch))
        if span.duration_quarters >= 2:
            at = span.onset_quarters + 1
            played.append((at, at + Fraction(1, 4), pitches[-1] + 2))
    return played


def _low_and_high(song: Song, random: np.random.Generator) -> Played:
    """The bass on the first beat, the other tones on the second, and so on."""
    played: Played = []
    for span, number, start, end in _beats(song):
        pitches = _voicing(span.chord, random, inverted=False)
        chosen = pitches[:1] if number % 2 == 0 else pitches[1:]
        played += [(start, end, pitch) for pitch in chosen]
    return played


def _broken(song: Song, random: np.random.Generator) -> Played:
    """Eighths up and down the chord."""
    played: Played = []
    for span in _sounding(song):
        pitches = _voicing(span.chord, random, inverted=False)
        order = [*pitches, *pitches[-2:0:-1]]
        now, place = span.onset_quarters, 0
        while now < span.end_quarters:
            end = min(now + Fraction(1, 2), span.end_quarters)
            played.append((now, end, order[place % len(order)]))
            now, place = end, place + 1
    return played


def _second_voice(song: Song, random: np.random.Generator) -> Played:
    """No chords at all: the melody an octave and a third lower."""
    return [
        (note.onset_quarters, note.end_quarters, note.pitch - 16)
        for note in song.melody.notes
        if note.pitch >= 16
    ]


MANNERS = {
    "held": _blocks,
    "inverted": _inverted,
    "short": _short,
    "rolled": _rolled,
    "low and high": _low_and_high,
    "broken": _broken,
    "second voice": _second_voice,
}
"""Held in root position; inverted, one tone doubled; short on every beat; rolled, with passing
tones; bass and chord by turns; in eighths; and a second voice without chords."""


if __name__ == "__main__":
    sys.exit(main())
