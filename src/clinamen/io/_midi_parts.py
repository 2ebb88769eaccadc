"""The parts of a MIDI file, and which of them is the melody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from clinamen.domains.music.notes import PartSummary
from clinamen.errors import UnsupportedError
from clinamen.io._midi_smf import DRUM_CHANNEL, RawNote, SmfFile, SmfTrack, decode_text
from clinamen.io._part import pick_part
from clinamen.texts import Message

__all__ = ["Choice", "MidiPart", "choose_part", "list_parts", "part_label", "summary"]

_TRACK_NAME, _INSTRUMENT_NAME = 0x03, 0x04

_FAMILIES = (
    *("piano", "tuned percussion", "organ", "guitar", "bass", "strings", "ensemble", "brass"),
    *("reed", "pipe", "synth lead", "synth pad", "effects", "world", "percussion", "sounds"),
)
"""General MIDI's sixteen families of eight programs."""

_BASS_FAMILY, _PAD_FAMILY = 4, 11

_MELODY_NAMES = re.compile(
    r"melod|vocal|\bvox\b|\bvoice\b|\bvoix\b|\blead\b|sopran|\bsing|\bsolo\b|\bcantus\b"
    r"|\bcanto\b|gesang|singstimme|\bchant\b|\btune\b|\btheme\b|旋律|主唱|メロディ|歌|giai điệu",
    re.IGNORECASE,
)
_OTHER_NAMES = re.compile(
    r"bass|\bpad|chord|accomp|begleit|drum|perc|\bback|harmon|rhythm|\bleft\b|\blh\b|tenor"
    r"|\balto?\b|strum|arp",
    re.IGNORECASE,
)

_LOWEST_MEDIAN = 52
"""A melody's median pitch is not below this; lower lines are bass lines."""

_LEAST_MONOPHONY = 0.75
"""Share of onsets that are a single note with nothing else sounding."""

_LEAST_COVER = 0.3
"""Share of the piece that lies between a melody's first and last note."""


@dataclass(frozen=True)
class MidiPart:
    """The notes of one channel of one track."""

    index: int
    track_index: int
    name: str
    program: int | None
    is_percussion: bool
    notes: tuple[RawNote, ...]


@dataclass(frozen=True)
class Choice:
    """The parts the melody comes from: one, or all of them."""

    parts: tuple[MidiPart, ...]
    notice: str = ""


def list_parts(smf: SmfFile) -> list[MidiPart]:
    """One part for every channel with notes in every track, in the order of the file."""
    parts: list[MidiPart] = []
    for track_index, track in enumerate(smf.tracks):
        channels: dict[int, list[RawNote]] = {}
        for note in track.notes:
            channels.setdefault(note.channel, []).append(note)
        for channel, notes in sorted(channels.items()):
            program = track.programs.get(channel)
            name = _part_name(track, track_index, channel, program, len(channels) > 1)
            is_drums = channel == DRUM_CHANNEL
            parts.append(MidiPart(len(parts), track_index, name, program, is_drums, tuple(notes)))
    return parts


def summary(part: MidiPart) -> PartSummary:
    """What `clinamen info` shows of a part."""
    pitches = [note.pitch for note in part.notes]
    return PartSummary(
        part.index,
        part.name,
        len(part.notes),
        min(pitches),
        max(pitches),
        is_percussion=part.is_percussion,
        is_polyphonic=_monophony(part.notes) < 1,
    )


def choose_part(
    parts: Sequence[MidiPart], track: int | str | None, smf: SmfFile, source: str
) -> Choice:
    """The part asked for, else the likeliest melody, else all parts.

    Names decide first; then one voice, high register and many notes, the features of
    Rizo, Ponce de León, Pérez-Sancho, Pertusa and Iñesta (2006), *A pattern recognition
    approach for melody track selection in MIDI files*. The weights are ours.

    Raises
    ------
    MissingError, AmbiguousError
        If `track` names no part, or may mean several.
    UnsupportedError
        If there are no notes, or only percussion.
    """
    if not parts:
        raise UnsupportedError("the file has no notes", source=source)
    if track is not None:
        return _asked_for(parts, track, source)
    pitched = [part for part in parts if not part.is_percussion]
    if not pitched:
        raise UnsupportedError("the file has only percussion, and no melody", source=source)
    if len(pitched) == 1:
        return Choice((pitched[0],))
    if smf.smf_format == 2:
        return Choice(
            (pitched[0],),
            Message("file.tracks", count=len(smf.tracks), part=part_label(pitched[0])),
        )
    return _likeliest(pitched)


def _asked_for(parts: Sequence[MidiPart], track: int | str, source: str) -> Choice:
    index = pick_part([summary(part) for part in parts], track, source=source, what="part")
    if parts[index].is_percussion:
        label = part_label(parts[index])
        raise UnsupportedError(f"{label} is percussion, not melody", source=source)
    return Choice((parts[index],))


def _likeliest(parts: Sequence[MidiPart]) -> Choice:
    named = [part for part in parts if _MELODY_NAMES.search(part.name)]
    named = [part for part in named if not _OTHER_NAMES.search(part.name)] or named
    if named:
        best = max(named, key=lambda part: (_score(part, parts), -part.index))
        return Choice((best,), Message("file.by_name", part=part_label(best)))
    fit = [part for part in parts if _could_be_melody(part, parts)]
    if fit:
        best = max(fit, key=lambda part: (_score(part, parts), -part.index))
        return Choice(
            (best,),
            Message("file.likeliest_part", part=part_label(best), count=len(parts)),
        )
    return Choice(
        tuple(parts),
        Message("file.no_melody_part", count=len(parts)),
    )


def _could_be_melody(part: MidiPart, parts: Sequence[MidiPart]) -> bool:
    begin = min(other.notes[0].onset_ticks for other in parts)
    end = max(other.notes[-1].onset_ticks for other in parts)
    cover = part.notes[-1].onset_ticks - part.notes[0].onset_ticks
    family = None if part.program is None else part.program // 8
    return (
        family not in (_BASS_FAMILY, _PAD_FAMILY)
        and not _OTHER_NAMES.search(part.name)
        and _register(part) >= _LOWEST_MEDIAN
        and _monophony(part.notes) >= _LEAST_MONOPHONY
        and cover >= _LEAST_COVER * (end - begin)
    )


def _score(part: MidiPart, parts: Sequence[MidiPart]) -> float:
    n_lower = sum(_register(other) < _register(part) for other in parts)
    n_most = max(len(other.notes) for other in parts)
    return _monophony(part.notes) + n_lower / len(parts) + 0.5 * len(part.notes) / n_most


def _register(part: MidiPart) -> float:
    return median(note.pitch for note in part.notes)


def _monophony(notes: Sequence[RawNote]) -> float:
    """Share of notes that begin alone, with none sounding for half their length or more."""
    alone = 0
    last: RawNote | None = None
    latest_end = -1
    onsets = [note.onset_ticks for note in notes]
    for index, note in enumerate(notes):
        begins_with_other = onsets[index - 1 : index] == [note.onset_ticks] or onsets[
            index + 1 : index + 2
        ] == [note.onset_ticks]
        overlap = min(latest_end, note.end_ticks) - note.onset_ticks
        is_covered = last is not None and 2 * overlap > note.end_ticks - note.onset_ticks
        alone += not (begins_with_other or is_covered)
        last, latest_end = note, max(latest_end, note.end_ticks)
    return alone / len(notes)


def _part_name(
    track: SmfTrack, track_index: int, channel: int, program: int | None, is_split: bool
) -> str:
    texts = {meta.kind: decode_text(meta.payload) for meta in reversed(track.metas)}
    name = texts.get(_TRACK_NAME) or texts.get(_INSTRUMENT_NAME) or f"track {track_index + 1}"
    if not is_split:
        return name
    if channel == DRUM_CHANNEL:
        return f"{name}, channel {channel + 1} (drums)"
    family = f" ({_FAMILIES[program // 8]})" if program is not None else ""
    return f"{name}, channel {channel + 1}{family}"


def part_label(part: MidiPart) -> str:
    """A part in a sentence: ``part 2 ('Voice')``."""
    return Message("file.part", index=part.index, name=repr(part.name))
