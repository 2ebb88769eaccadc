"""Standard MIDI File bytes taken apart and checked: chunks, events, notes in ticks.

Own reader, since every library tried accepts broken files silently or refuses sound
ones (see ``docs/decisions/0002-midi-library.md``). Every index is checked before it is
used, so that no bytes can do more than raise `FormatError`.

Source
------
MIDI Manufacturers Association, *Standard MIDI Files 1.0* (RP-001).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from clinamen.errors import FormatError
from clinamen.texts import Message

__all__ = [
    "DRUM_CHANNEL",
    "MAX_EVENTS",
    "MAX_TRACKS",
    "MetaEvent",
    "RawNote",
    "SmfFile",
    "SmfTrack",
    "decode_text",
    "parse_smf",
]

MAX_EVENTS = 2_000_000
"""Events read from one file; a dense two-hour performance has about 200,000."""

MAX_TRACKS = 4_096
"""Track chunks read from one file."""

DRUM_CHANNEL = 9
"""Channel of percussion in General MIDI (the tenth, counted from 0)."""

_N_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}
_END_OF_TRACK = 0x2F


@dataclass(frozen=True, slots=True)
class RawNote:
    """A note in ticks, as played."""

    onset_ticks: int
    end_ticks: int
    pitch: int
    velocity: int
    channel: int


@dataclass(frozen=True, slots=True)
class MetaEvent:
    """A meta event: what kind, when, and its bytes."""

    tick: int
    kind: int
    payload: bytes


@dataclass(slots=True)
class SmfTrack:
    """What one track chunk holds."""

    notes: list[RawNote] = field(default_factory=list)
    metas: list[MetaEvent] = field(default_factory=list)
    programs: dict[int, int] = field(default_factory=dict)
    end_tick: int = 0
    n_hung: int = 0
    is_ended: bool = False


@dataclass(slots=True)
class SmfFile:
    """A whole file.

    Parameters
    ----------
    smf_format
        0 (one track), 1 (tracks that sound together) or 2 (independent tracks).
    division
        The raw word of the header: ticks per quarter, or SMPTE when bit 15 is set.
    """

    smf_format: int
    division: int
    tracks: list[SmfTrack] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    @property
    def end_tick(self) -> int:
        """The latest end of any track."""
        return max((track.end_tick for track in self.tracks), default=0)


def parse_smf(data: bytes, source: str) -> SmfFile:
    """Take a Standard MIDI File apart, also one inside a RIFF (``.rmi``) wrapper.

    Raises
    ------
    FormatError
        With the byte, if a chunk or an event is malformed or cut off, or the file has
        more than `MAX_EVENTS` events or `MAX_TRACKS` tracks.
    """
    at, stop = _unwrap_riff(data, source)
    smf, n_announced, at = _parse_header(data, at, stop, source)
    n_events = 0
    while at < stop:
        kind, body = data[at : at + 4], at + 8
        if body > stop or not _is_chunk_name(kind):
            if len(smf.tracks) < n_announced:
                raise FormatError(
                    "expected a track chunk, found something else",
                    source=source,
                    place=f"byte {at}",
                )
            smf.notices.append(Message("file.bytes_after", count=stop - at))
            break
        end = body + int.from_bytes(data[at + 4 : body], "big")
        if end > stop:
            raise FormatError(
                f"truncated: a chunk of {end - body} bytes begins here, "
                f"and the file has {stop - body} left",
                source=source,
                place=f"byte {at}",
            )
        if kind == b"MTrk":
            parser = _TrackParser(
                data, body, end, source, MAX_EVENTS - n_events, _quarter_ticks(smf.division)
            )
            smf.tracks.append(parser.run())
            n_events += parser.n_events
        if len(smf.tracks) > MAX_TRACKS:
            raise FormatError(f"more than {MAX_TRACKS} tracks", source=source, place=f"byte {at}")
        at = end
    _check_tracks(smf, n_announced, stop, source)
    return smf


def decode_text(payload: bytes) -> str:
    """Text of a meta event: UTF-8 where it is valid, else Latin-1; controls removed."""
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        text = payload.decode("latin-1")
    return "".join(c if c.isprintable() else " " if c.isspace() else "" for c in text).strip()


def _unwrap_riff(data: bytes, source: str) -> tuple[int, int]:
    """First byte of the MIDI file proper, and the byte after its last."""
    if data[:4] != b"RIFF" or data[8:12] != b"RMID":
        return 0, len(data)
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"data":
            if at + 8 + size > len(data):
                raise FormatError(
                    "truncated inside the RIFF data", source=source, place=f"byte {at}"
                )
            return at + 8, at + 8 + size
        at += 8 + size + size % 2
    raise FormatError("a RIFF file without MIDI data", source=source, place="byte 12")


def _parse_header(data: bytes, at: int, stop: int, source: str) -> tuple[SmfFile, int, int]:
    """The header, the number of tracks it announces, and where the first chunk begins."""
    if data[at : min(at + 4, stop)] != b"MThd":
        raise FormatError("a MIDI file begins with MThd", source=source, place=f"byte {at}")
    if at + 14 > stop:
        raise FormatError("truncated inside the header", source=source, place=f"byte {stop}")
    length = int.from_bytes(data[at + 4 : at + 8], "big")
    words = [int.from_bytes(data[at + i : at + i + 2], "big") for i in (8, 10, 12)]
    if length < 6 or at + 8 + length > stop:
        raise FormatError(
            f"the header should be 6 bytes long, not {length}",
            source=source,
            place=f"byte {at + 4}",
        )
    if words[0] > 2:
        raise FormatError(
            f"MIDI files are of type 0, 1 or 2, not {words[0]}",
            source=source,
            place=f"byte {at + 8}",
        )
    _check_division(words[2], source, at + 12)
    return SmfFile(words[0], words[2]), words[1], at + 8 + length


def _check_division(division: int, source: str, at: int) -> None:
    if not division & 0x8000:
        if division == 0:
            raise FormatError("0 ticks per quarter", source=source, place=f"byte {at}")
        return
    frames, ticks = 256 - (division >> 8), division & 0xFF
    if frames not in (24, 25, 29, 30) or ticks == 0:
        raise FormatError(
            f"not a SMPTE division: {frames} frames a second, {ticks} ticks a frame",
            source=source,
            place=f"byte {at}",
        )


def _quarter_ticks(division: int) -> int:
    """Ticks of a quarter; with a SMPTE division, of half a second, the default tempo's."""
    if not division & 0x8000:
        return division
    return max((256 - (division >> 8)) * (division & 0xFF) // 2, 1)


def _is_chunk_name(name: bytes) -> bool:
    return len(name) == 4 and all(0x20 <= byte < 0x7F for byte in name)


def _check_tracks(smf: SmfFile, n_announced: int, stop: int, source: str) -> None:
    if len(smf.tracks) < n_announced:
        raise FormatError(
            f"truncated: the header announces {n_announced} tracks, the file has {len(smf.tracks)}",
            source=source,
            place=f"byte {stop}",
        )
    if len(smf.tracks) > n_announced:
        smf.notices.append(
            Message("file.more_tracks", announced=n_announced, found=len(smf.tracks))
        )
    n_open = sum(not track.is_ended for track in smf.tracks)
    if n_open:
        smf.notices.append(Message("file.open_tracks", n=n_open))
    n_hung = sum(track.n_hung for track in smf.tracks)
    if n_hung:
        smf.notices.append(Message("file.hung", n=n_hung))


@dataclass(slots=True)
class _Sounding:
    """A key that is down; `depth` counts its note-ons not yet released."""

    onset: int
    velocity: int
    depth: int = 1
    released: int | None = None


class _TrackParser:
    """Walks the events of one track chunk."""

    def __init__(
        self, data: bytes, start: int, end: int, source: str, max_events: int, quarter_ticks: int
    ):
        self.data = data
        self.at = start
        self.end = end
        self.source = source
        self.max_events = max_events
        self.quarter_ticks = quarter_ticks
        self.n_events = 0
        self.tick = 0
        self.status = 0
        self.track = SmfTrack()
        self.sounding: dict[tuple[int, int], _Sounding] = {}

    def run(self) -> SmfTrack:
        while self.at < self.end and not self.track.is_ended:
            self.n_events += 1
            if self.n_events > self.max_events:
                raise self.error(f"more than {MAX_EVENTS} events")
            self.tick += self.variable_length()
            self.event()
        self.track.end_tick = self.tick
        self.release_hung()
        self.track.notes.sort(key=lambda note: (note.onset_ticks, note.pitch))
        return self.track

    def error(self, message: str) -> FormatError:
        return FormatError(message, source=self.source, place=f"byte {self.at}")

    def byte(self) -> int:
        if self.at >= self.end:
            raise self.error("the track ends inside an event")
        value = self.data[self.at]
        self.at += 1
        return value

    def variable_length(self) -> int:
        value = 0
        for _ in range(4):
            byte = self.byte()
            value = value << 7 | byte & 0x7F
            if byte < 0x80:
                return value
        raise self.error("a variable-length number of more than 4 bytes")

    def payload(self) -> bytes:
        length = self.variable_length()
        if length > self.end - self.at:
            raise self.error(
                f"an event of {length} bytes, and the track has {self.end - self.at} left"
            )
        self.at += length
        return self.data[self.at - length : self.at]

    def event(self) -> None:
        status = self.byte()
        if status < 0x80:
            if not self.status:
                raise self.error(f"data byte {status} without a status byte")
            self.channel_event(self.status, status)
        elif status < 0xF0:
            # Kept over meta and system exclusive events too: the standard ends running
            # status there, and files that continue it are common.
            self.status = status
            self.channel_event(status, self.data_byte())
        elif status == 0xFF:
            kind = self.byte()
            payload = self.payload()
            self.track.is_ended = kind == _END_OF_TRACK
            self.track.metas.append(MetaEvent(self.tick, kind, payload))
        elif status in (0xF0, 0xF7):
            self.payload()
        else:
            raise self.error(f"status byte {status:#x} does not occur in files")

    def data_byte(self) -> int:
        value = self.byte()
        if value > 0x7F:
            raise self.error(f"a data byte is 0 to 127, not {value}")
        return value

    def channel_event(self, status: int, first: int) -> None:
        kind, channel = status & 0xF0, status & 0x0F
        second = self.data_byte() if _N_DATA_BYTES[kind] == 2 else 0
        if kind == 0x90 and second:
            self.press(channel, first, second)
        elif kind in (0x80, 0x90):
            self.release(channel, first)
        elif kind == 0xC0:
            self.track.programs.setdefault(channel, first)

    def press(self, channel: int, pitch: int, velocity: int) -> None:
        """Key down; one already down ends here, or where it was released once."""
        before = self.sounding.get((channel, pitch))
        if before is None:
            self.sounding[channel, pitch] = _Sounding(self.tick, velocity)
            return
        if before.onset == self.tick and before.released is None:
            before.depth += 1
            return
        end = self.tick if before.released is None else before.released
        self.emit(before, end, pitch, channel)
        depth = before.depth + 1 if before.released is None else 1
        self.sounding[channel, pitch] = _Sounding(self.tick, velocity, depth)

    def release(self, channel: int, pitch: int) -> None:
        """Key up; of note-ons that overlap, the last release counts."""
        before = self.sounding.get((channel, pitch))
        if before is None:
            return
        before.depth -= 1
        before.released = self.tick
        if before.depth == 0:
            del self.sounding[channel, pitch]
            self.emit(before, self.tick, pitch, channel)

    def release_hung(self) -> None:
        """End what is still down: a held top note must not hide the rest of the piece.

        A hanging note lasts until the next one of its channel or the end of the track;
        where the track ends with its onset, as long as the one before it, or a quarter.
        """
        onsets: dict[int, list[int]] = {}
        for note in self.track.notes:
            onsets.setdefault(note.channel, []).append(note.onset_ticks)
        for (channel, _), key in self.sounding.items():
            onsets.setdefault(channel, []).append(key.onset)
        for starts in onsets.values():
            starts.sort()
        for (channel, pitch), before in self.sounding.items():
            end = before.released
            if end is None:
                self.track.n_hung += 1
                end = self.end_of_hung(before.onset, onsets[channel])
            self.emit(before, end, pitch, channel)

    def end_of_hung(self, onset: int, starts: list[int]) -> int:
        later = bisect_right(starts, onset)
        end = starts[later] if later < len(starts) else self.tick
        if end > onset:
            return end
        earlier = bisect_left(starts, onset)
        gap = onset - starts[earlier - 1] if earlier else self.quarter_ticks
        return onset + gap

    def emit(self, key: _Sounding, end: int, pitch: int, channel: int) -> None:
        self.track.notes.append(RawNote(key.onset, end, pitch, key.velocity, channel))
