"""No bytes may raise anything but Clinamen's own errors, or take long."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.io.midi_bytes import meta, midi, name, notes, scale, track
from tests.io.songs import songs

from clinamen.domains.music.notes import Song
from clinamen.errors import FormatError
from clinamen.io.midi import read_midi, write_midi

SEEDS = (
    midi(
        name("Song")
        + meta(0x51, b"\x07\xa1\x20")
        + meta(0x58, b"\4\2\x18\x08")
        + meta(0x59, b"\1\0"),
        meta(0x05, b"la") + b"\0\xc0\x05\0\xb0\x07\x64\0\xe0\0\x40" + notes(scale(n=3)),
        b"\0\xf0\3\1\2\xf7" + notes(scale(40, n=2), channel=9),
    ),
    midi(notes(scale(n=4, step=251)), smf_format=0),
    midi(notes(scale(n=3, step=500)), division=(256 - 29) << 8 | 40),
    midi(
        b"".join(
            meta(1, b"clinamen:" + text)
            for text in (
                b"grid 12",
                b"pickup 1/2 3/4",
                b"bars 0 1/2 3",
                b"tie 1/2 1/2",
                b"mode lydian",
            )
        ),
        notes(scale(n=3)),
    ),
)
EDGES = bytes([0, 1, 0x2F, 0x51, 0x58, 0x59, 0x7F, 0x80, 0x90, 0xF0, 0xF7, 0xFF])


def hear(data: bytes) -> Song | None:
    try:
        return read_midi(data)
    except FormatError:
        return None


def mutate(data: bytes, random: Random) -> bytes:
    """A few bytes changed, taken out, doubled or put in."""
    result = bytearray(data)
    for _ in range(random.randint(1, 6)):
        at, length = random.randrange(len(result) + 1), random.randint(1, 6)
        kind = random.randrange(5)
        if kind < 2 and at < len(result):
            result[at] = random.choice((random.choice(EDGES), random.randrange(256)))
        elif kind == 2:
            del result[at : at + length]
        elif kind == 3:
            result[at:at] = result[at : at + length]
        else:
            result[at:at] = random.randbytes(length)
    return bytes(result)


@settings(deadline=None, max_examples=400)
@given(st.sampled_from(SEEDS), st.integers(0, 2**32))
def test_mutated_files_are_read_or_refused(data: bytes, seed: int) -> None:
    song = hear(mutate(data, Random(seed)))
    if song is not None:
        assert song.melody.notes


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200))
def test_raw_bytes_are_read_or_refused(data: bytes) -> None:
    hear(data)
    hear(midi(data))
    hear(midi(data)[:14] + track(data, end=b""))


@settings(deadline=None, max_examples=60)
@given(songs(chords=True, max_bars=3), st.integers(0, 2**32))
def test_our_own_files_damaged_are_read_or_refused(song: Song, seed: int) -> None:
    hear(mutate(write_midi(song), Random(seed)))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(SEEDS), st.integers(0, 2**32))
def test_what_is_read_can_be_written_and_read_again(data: bytes, seed: int) -> None:
    song = hear(mutate(data, Random(seed)))
    if song is None:
        return
    try:
        again = write_midi(song)
    except FormatError:
        return
    assert read_midi(again).melody.bar_onsets == song.melody.bar_onsets
