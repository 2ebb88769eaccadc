"""MIDI files put together byte by byte, for tests."""

from __future__ import annotations

from collections.abc import Iterable

END = b"\x00\xff\x2f\x00"

Played = tuple[int, int, int]
"""Onset and end in ticks, and pitch."""


def variable_length(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(0x80 | value & 0x7F)
    return bytes(reversed(groups))


def header(smf_format: int = 1, n_tracks: int = 1, division: int = 480) -> bytes:
    words = (smf_format, n_tracks, division)
    return b"MThd\x00\x00\x00\x06" + b"".join(word.to_bytes(2, "big") for word in words)


def track(body: bytes, end: bytes = END) -> bytes:
    return b"MTrk" + len(body + end).to_bytes(4, "big") + body + end


def meta(kind: int, payload: bytes, delta: int = 0) -> bytes:
    return variable_length(delta) + bytes([0xFF, kind]) + variable_length(len(payload)) + payload


def name(text: str) -> bytes:
    return meta(0x03, text.encode())


def notes(played: Iterable[Played], channel: int = 0, velocity: int = 64) -> bytes:
    """Events of the notes, releases before presses at one tick."""
    events = []
    for onset, end, pitch in played:
        events.append((onset, 1, bytes([0x90 | channel, pitch, velocity])))
        events.append((end, 0, bytes([0x80 | channel, pitch, 0])))
    body, now = b"", 0
    for tick, _, message in sorted(events):
        body += variable_length(tick - now) + message
        now = tick
    return body


def midi(*bodies: bytes, smf_format: int = 1, division: int = 480) -> bytes:
    return header(smf_format, len(bodies), division) + b"".join(track(body) for body in bodies)


def scale(first: int = 60, n: int = 8, step: int = 480) -> list[Played]:
    """A line of equal notes."""
    return [(i * step, (i + 1) * step, first + i % 12) for i in range(n)]
