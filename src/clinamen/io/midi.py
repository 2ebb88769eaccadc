"""MIDI files as songs.

MIDI stores what to play, not what was written. What it lacks (pickups, ties, modes,
phrases) this module writes as markers and text events of its own and believes on
reading while they fit the notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import cast

from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Note,
    Provenance,
    Quantisation,
    Section,
    Song,
    TempoChange,
)
from clinamen.domains.music.spelling import spelled
from clinamen.errors import UnsupportedError
from clinamen.io._midi_clock import Clock, key_metas, make_clock, meter_metas, tempo_metas
from clinamen.io._midi_harmony import recognise_chords
from clinamen.io._midi_marks import CHORD_TRACK, MAX_BARS, Marks, read_marks, with_mode
from clinamen.io._midi_parts import Choice, MidiPart, choose_part, list_parts, part_label, summary
from clinamen.io._midi_smf import RawNote, SmfFile, decode_text, parse_smf
from clinamen.io._midi_write import write_midi
from clinamen.io._quantise import quantise
from clinamen.io._skyline import skyline
from clinamen.texts import Message, joined

__all__ = ["MAX_BARS", "MAX_NOTES", "MAX_QUARTERS", "read_midi", "write_midi"]

MAX_QUARTERS = 100_000
"""Longest piece read, in quarters: over eight hours at 200 a minute."""

MAX_NOTES = 500_000
"""Most notes of the parts that the melody is taken from."""

_TRACK_NAME, _LYRIC = 0x03, 0x05
_PLAYED_SLACK = Fraction(1, 8)


def read_midi(data: bytes, *, source: str = "", track: int | str | None = None) -> Song:
    """Read a Standard MIDI File (type 0, 1 or 2, also in a RIFF wrapper).

    Parameters
    ----------
    data
        The whole file.
    source
        Its name, for messages.
    track
        Index or name of the part to hear (`Song.parts` lists them: one for every channel
        of every track). Left out, the likeliest melody is taken, and a notice names it.

    Chords are markers ``chord:Am7``, else plain markers or texts most of which are chords,
    else what an accompaniment plays (see `clinamen.io._midi_harmony`); a notice says so. All
    other markers name sections.

    Raises
    ------
    FormatError
        With the byte, if the file is malformed or truncated, or beyond a limit.
    UnsupportedError
        If it has neither notes nor chords, or only percussion.
    MissingError, AmbiguousError
        If `track` names no part, or may mean several.

    Examples
    --------
    >>> from clinamen.domains.music.notes import Melody, Note, Song
    >>> song = Song(Melody((Note(Fraction(0), Fraction(1), 60),)))
    >>> [note.pitch for note in read_midi(write_midi(song)).melody.notes]
    [60]
    """
    smf = parse_smf(data, source)
    parts = list_parts(smf)
    marks = read_marks(smf)
    is_chords_alone = track is None and bool(marks.chords) and not _sings(parts, marks)
    choice = Choice(()) if is_chords_alone else choose_part(parts, track, smf, source)
    notices = [*smf.notices, *([choice.notice] if choice.notice else [])]
    clock = make_clock(smf)
    line = _Line() if is_chords_alone else _read_line(smf, choice, clock, marks, source, notices)
    melody = _melody(smf, choice, clock, marks, line, source, notices)
    chords = tuple(ChordSymbol(clock(tick), symbol) for tick, symbol in marks.chords)
    if not chords and smf.smf_format != 2:
        chords = _recognised(parts, choice, clock, marks, melody, notices)
    tempos = tempo_metas(smf)
    return Song(
        melody=melody,
        title=_title(smf, parts),
        composer=marks.composer,
        chords=chords,
        sections=tuple(Section(clock(tick), label) for tick, label in marks.sections),
        tempos=_tempo_changes(tempos, clock, notices),
        parts=tuple(summary(part) for part in parts),
        part_index=choice.parts[0].index if len(choice.parts) == 1 else None,
        notices=tuple(notices),
        quantisation=line.quantisation,
        source=source,
        source_format="midi",
    )


def _sings(parts: Sequence[MidiPart], marks: Marks) -> bool:
    """Whether any part can be the melody; the track of chords in a file of ours is none."""
    is_ours = marks.pickup is not None
    return any(
        not part.is_percussion and not (is_ours and part.name == CHORD_TRACK) for part in parts
    )


@dataclass(frozen=True)
class _Line:
    notes: tuple[Note, ...] = ()
    quantisation: Quantisation | None = None


def _recognised(
    parts: Sequence[MidiPart],
    choice: Choice,
    clock: Clock,
    marks: Marks,
    melody: Melody,
    notices: list[str],
) -> tuple[ChordSymbol, ...]:
    """Chords of the accompaniment, or of the melody's own part where there is no other."""
    pitched = [part for part in parts if not part.is_percussion]
    others = [part for part in pitched if part not in choice.parts]
    chords, part = recognise_chords(
        others or pitched, clock, melody, grid=marks.grid, blocks_only=not others
    )
    if part is not None:
        notices.append(Message("file.chords_from", part=part_label(part)))
    return chords


def _read_line(
    smf: SmfFile,
    choice: Choice,
    clock: Clock,
    marks: Marks,
    source: str,
    notices: list[str],
) -> _Line:
    """The notes of the chosen parts on their written times, as one voice."""
    raw = _lasting(choice, source, notices)
    last = clock(max(note.end_ticks for note in raw))
    if last > MAX_QUARTERS:
        raise UnsupportedError(
            f"the notes go on for {int(last)} quarters; at most {MAX_QUARTERS} are read",
            source=source,
        )
    snapped = quantise(
        [(clock(note.onset_ticks), clock(note.end_ticks)) for note in raw], grid=marks.grid
    )
    notices += _quantisation_notices(snapped.quantisation, snapped.n_ends_moved, snapped.is_loose)
    lyrics = _lyrics(smf, choice)
    notes = [
        _note(start, end, note, lyrics, marks)
        for (start, end), note in zip(snapped.spans, raw, strict=True)
    ]
    line, n_changed = skyline(notes)
    if n_changed:
        notices.append(Message("file.single_voice", n=n_changed))
    return _Line(line, snapped.quantisation)


def _lasting(choice: Choice, source: str, notices: list[str]) -> list[RawNote]:
    raw = [note for part in choice.parts for note in part.notes]
    kept = [note for note in raw if note.end_ticks > note.onset_ticks]
    if len(kept) < len(raw):
        notices.append(Message("file.no_length", n=len(raw) - len(kept)))
    if not kept:
        raise UnsupportedError("no note lasts longer than zero", source=source)
    if len(kept) > MAX_NOTES:
        raise UnsupportedError(f"{len(kept)} notes; at most {MAX_NOTES} are read", source=source)
    return sorted(kept, key=lambda note: note.onset_ticks)


def _quantisation_notices(
    quantisation: Quantisation | None, n_ends_moved: int, is_loose: bool
) -> list[str]:
    if quantisation is None:
        return [Message("file.ends_moved", n=n_ends_moved)] if n_ends_moved else []
    notices: list[str] = [
        Message(
            "file.performance",
            grid=joined([str(division) for division in quantisation.grid], "comma"),
            mean=float(quantisation.mean_error_quarters),
            most=float(quantisation.max_error_quarters),
        )
    ]
    if is_loose:
        notices.append(Message("file.loose"))
    return notices


def _lyrics(smf: SmfFile, choice: Choice) -> dict[int, str]:
    """Syllables by tick: of the chosen tracks, or of a track of words when they have none."""
    chosen = [smf.tracks[part.track_index] for part in choice.parts]
    for tracks in (chosen, smf.tracks):
        texts = (
            (meta.tick, decode_text(meta.payload))
            for track in tracks
            for meta in track.metas
            if meta.kind == _LYRIC
        )
        found = {tick: text for tick, text in texts if text}
        if found:
            return found
    return {}


def _note(
    start: Fraction, end: Fraction, raw: RawNote, lyrics: dict[int, str], marks: Marks
) -> Note:
    note = Note(
        start,
        end - start,
        raw.pitch,
        lyric=lyrics.get(raw.onset_ticks),
        velocity=raw.velocity,
    )
    tied = marks.ties.get(raw.onset_ticks, ())
    # Somebody may have changed the note since: parts of another length are not its own.
    if len(tied) > 1 and min(tied) > 0 and sum(tied) == note.duration_quarters:
        return replace(note, tied=tied)
    return note


def _melody(
    smf: SmfFile,
    choice: Choice,
    clock: Clock,
    marks: Marks,
    line: _Line,
    source: str,
    notices: list[str],
) -> Melody:
    def written(tick: int) -> Fraction:
        quarters = clock(tick)
        return quarters if line.quantisation is None else Fraction(round(quarters * 8), 8)

    slack = Fraction(0) if line.quantisation is None else _PLAYED_SLACK
    last = line.notes[-1].end_quarters if line.notes else Fraction(0)
    end = max(_end(smf, clock, last, notices), last)
    meters, pickup = _meters(smf, written, marks, notices)
    _check_bars(meters, end, source)
    keys = _keys(smf, choice, written, marks, notices)
    melody = Melody(
        notes=line.notes,
        keys=tuple(KeyChange(onset, key) for onset, key in keys),
        meters=tuple(MeterChange(onset, meter) for onset, meter in meters),
        bar_onsets=_bar_onsets(marks, meters, pickup, end),
        pickup_quarters=pickup,
        end_quarters=end,
        phrase_starts=_phrase_starts(line.notes, marks, clock, slack),
        key_source=_provenance(marks, "key"),
        meter_source=_provenance(marks, "meter"),
        phrase_source=_provenance(marks, "phrase"),
    )
    # MIDI has no spelling, but a key signature says how its notes are usually written.
    return spelled(melody) if keys else melody


def _provenance(marks: Marks, name: str) -> Provenance:
    return cast(Provenance, marks.sources.get(name, "file"))


def _end(smf: SmfFile, clock: Clock, last: Fraction, notices: list[str]) -> Fraction:
    """End of the piece: where the last track ends, unless that is absurdly late."""
    end = clock(smf.end_tick)
    if end <= MAX_QUARTERS:
        return end
    notices.append(Message("file.long_silence"))
    return last


def _meters(
    smf: SmfFile, written: Clock, marks: Marks, notices: list[str]
) -> tuple[list[tuple[Fraction, Meter]], Fraction]:
    """Metres with the first one at 0, and the length of the pickup."""
    found, n_senseless = meter_metas(smf)
    if n_senseless:
        notices.append(Message("file.bad_meters", n=n_senseless))
    meters = list({written(tick): meter for tick, meter in found}.items())
    if marks.pickup is not None and marks.pickup[0] == 0:
        return _from_start(meters), Fraction(0)
    if marks.pickup is not None:
        pickup, meter = marks.pickup
        fits = meter is not None and (pickup, meter) in meters and pickup < meter.bar_quarters
        if fits and meter is not None:
            return [(Fraction(0), meter), *(m for m in meters if m[0] > pickup)], pickup
    return _recognise_pickup(_from_start(meters))


def _recognise_pickup(
    meters: list[tuple[Fraction, Meter]],
) -> tuple[list[tuple[Fraction, Meter]], Fraction]:
    """A single first bar shorter than the next is how programs write a pickup."""
    if len(meters) > 1:
        (_, first), (onset, second) = meters[:2]
        if onset == first.bar_quarters < second.bar_quarters:
            return [(Fraction(0), second), *meters[2:]], onset
    return meters, Fraction(0)


def _from_start(meters: list[tuple[Fraction, Meter]]) -> list[tuple[Fraction, Meter]]:
    # The standard's own default holds until the first time signature.
    if meters and meters[0][0] > 0:
        return [(Fraction(0), Meter(4, 4)), *meters]
    return meters


def _check_bars(meters: list[tuple[Fraction, Meter]], end: Fraction, source: str) -> None:
    changes = meters or [(Fraction(0), Meter(4, 4))]
    stops = [onset for onset, _ in changes[1:]] + [end]
    n_bars = sum(
        (min(stop, end) - onset) / meter.bar_quarters + 1
        for (onset, meter), stop in zip(changes, stops, strict=True)
        if onset < end
    )
    if n_bars > MAX_BARS:
        raise UnsupportedError(
            f"the time signatures make {int(n_bars)} bars; at most {MAX_BARS} are read",
            source=source,
        )


def _bar_onsets(
    marks: Marks, meters: list[tuple[Fraction, Meter]], pickup: Fraction, end: Fraction
) -> tuple[Fraction, ...]:
    """Irregular bars as marked, while they fit the piece; else empty, for regular ones."""
    bars = marks.bars
    rising = all(here < after for here, after in pairwise(bars))
    if not bars or bars[0] != 0 or not rising or bars[-1] > end:
        return ()
    if pickup and (len(bars) < 2 or bars[1] != pickup):
        return ()
    return bars


def _keys(
    smf: SmfFile, choice: Choice, written: Clock, marks: Marks, notices: list[str]
) -> list[tuple[Fraction, Key]]:
    found, n_senseless = key_metas(smf, {part.track_index for part in choice.parts})
    if n_senseless:
        notices.append(Message("file.bad_keys", n=n_senseless))
    by_onset = {written(tick): with_mode(key, marks.modes.get(tick)) for tick, key in found}
    keys = list(by_onset.items())
    if keys and keys[0][0] > 0:
        notices.append(Message("file.late_key"))
        keys[0] = (Fraction(0), keys[0][1])
    return keys


def _phrase_starts(
    notes: Sequence[Note], marks: Marks, clock: Clock, slack: Fraction
) -> tuple[int, ...]:
    """The first note at or after each phrase marker begins a phrase, and so does the first."""
    if not marks.phrases or not notes:
        return ()
    starts = {0}
    index = 0
    for tick in sorted(marks.phrases):
        time = clock(tick) - slack
        while index < len(notes) and notes[index].onset_quarters < time:
            index += 1
        if index < len(notes):
            starts.add(index)
    return tuple(sorted(starts))


def _tempo_changes(
    tempos: tuple[list[tuple[int, int]], int], clock: Clock, notices: list[str]
) -> tuple[TempoChange, ...]:
    found, n_senseless = tempos
    if n_senseless:
        notices.append(Message("file.bad_tempos", n=n_senseless))
    return tuple(TempoChange(clock(tick), 60e6 / tempo) for tick, tempo in found)


def _title(smf: SmfFile, parts: Sequence[MidiPart]) -> str:
    """The first track's name, where it names the piece and not an instrument."""
    if len(smf.tracks) > 1 and any(part.track_index == 0 for part in parts):
        return ""
    names = (decode_text(m.payload) for m in smf.tracks[0].metas if m.kind == _TRACK_NAME)
    return next((name for name in names if name), "")
