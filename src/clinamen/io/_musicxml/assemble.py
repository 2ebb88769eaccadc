"""The parts of a score to a `Song`: choice of the part, key, chords, notices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import TypeVar

from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    PartSummary,
    Provenance,
    Section,
    Song,
    TempoChange,
)
from clinamen.errors import MissingError, UnsupportedError
from clinamen.io._musicxml.line import HeardPart, hear_part, phrase_starts
from clinamen.io._musicxml.numbers import Reporter
from clinamen.io._musicxml.score import PartReader
from clinamen.io._musicxml.timeline import Timeline, build_timeline
from clinamen.io._musicxml.tree import Element
from clinamen.io._skyline import is_polyphonic, skyline
from clinamen.texts import Message

__all__ = ["ScoreParts", "assemble"]

ScoreParts = Sequence[PartReader]
_T = TypeVar("_T")

_MELODY_NAMES = re.compile(
    r"\b(voice|melod(y|ie|ia|y line)|vocals?|sopran(o|os|e|i)|lead|sing(er|stimme)|canto|cantus|"
    r"superius|gesang|chant|voix|voce|tune|solo)\b",
    re.IGNORECASE,
)


def assemble(
    parts: ScoreParts,
    measures: Sequence[Element],
    track: int | str | None,
    reporter: Reporter,
) -> Song:
    """The song of a score that has been read; title and composer are left empty."""
    rough = build_timeline(parts, parts[0], measures, reporter)
    heard = [hear_part(part.notes, rough) for part in parts]
    summaries = tuple(
        _summary(index, *each) for index, each in enumerate(zip(parts, heard, strict=True))
    )
    index = _choose(parts, summaries, track, reporter)
    chosen = parts[index]
    timeline = build_timeline(parts, chosen, measures, reporter)
    line, n_changed = skyline(heard[index].notes)
    melody = _melody(parts, chosen, timeline, line, heard[index])
    return Song(
        melody,
        chords=_chords(parts, chosen, timeline),
        sections=_sections(parts, timeline),
        tempos=_tempos(parts, timeline),
        parts=summaries,
        part_index=index,
        notices=_notices(parts, chosen, summaries, track, n_changed),
        source=reporter.source,
        source_format="musicxml",
    )


def _summary(index: int, part: PartReader, heard: HeardPart) -> PartSummary:
    pitches = [note.pitch for note in heard.notes]
    return PartSummary(
        index,
        part.name,
        len(pitches),
        min(pitches, default=None),
        max(pitches, default=None),
        is_percussion=not pitches and part.counts["unpitched"] > 0,
        is_polyphonic=is_polyphonic(heard.notes),
    )


def _choose(
    parts: ScoreParts,
    summaries: Sequence[PartSummary],
    track: int | str | None,
    reporter: Reporter,
) -> int:
    if track is not None:
        return _find_track(summaries, track, reporter)
    pitched = [part for part in summaries if part.n_notes]
    if not pitched:
        with_chords = [index for index, part in enumerate(parts) if part.symbols]
        if with_chords:
            return with_chords[0]
        drums = any(part.is_percussion for part in summaries)
        what = "only unpitched percussion" if drums else "no notes"
        raise UnsupportedError(f"the score holds {what}", source=reporter.source or None)
    named = (part for part in pitched if _MELODY_NAMES.search(part.name))
    return next(named, pitched[0]).index


def _find_track(summaries: Sequence[PartSummary], track: int | str, reporter: Reporter) -> int:
    found = _matches(summaries, track)
    if len(found) != 1:
        known = ", ".join(f"{part.index} {part.name!r}" for part in summaries)
        which = "more than one part is" if found else "no part is"
        where = f"{reporter.source}: " if reporter.source else ""
        raise MissingError(f"{where}{which} {track!r}; the score has {known}")
    if not found[0].n_notes:
        raise UnsupportedError(
            f"the part {found[0].name!r} holds no pitched notes", source=reporter.source or None
        )
    return found[0].index


def _matches(summaries: Sequence[PartSummary], track: int | str) -> list[PartSummary]:
    if isinstance(track, int):
        return [part for part in summaries if part.index == track]
    wanted = track.strip().casefold()
    exact = [part for part in summaries if part.name.casefold() == wanted]
    return exact or [part for part in summaries if part.name.casefold().startswith(wanted)]


def _melody(
    parts: ScoreParts,
    chosen: PartReader,
    timeline: Timeline,
    line: Sequence[object],
    heard: HeardPart,
) -> Melody:
    keys, key_source = _keys(parts, chosen, timeline)
    ends = [timeline.onset(place) for place in chosen.phrase_ends]
    notes = tuple(line)
    return Melody(
        notes,  # type: ignore[arg-type]
        keys=keys,
        meters=timeline.meters,
        bar_onsets=timeline.bar_onsets,
        pickup_quarters=timeline.pickup_quarters,
        end_quarters=timeline.end_quarters,
        phrase_starts=phrase_starts(notes, heard, ends),  # type: ignore[arg-type]
        key_source=key_source,
    )


def _keys(
    parts: ScoreParts, chosen: PartReader, timeline: Timeline
) -> tuple[tuple[KeyChange, ...], Provenance]:
    written = next((part.keys for part in (chosen, *parts) if part.keys), [])
    changes: dict[Fraction, Key] = {}
    for place, key, _ in written:
        # The first key signature also holds for what stands before it.
        changes[timeline.onset(place) if changes else Fraction(0)] = key
    # One word for all keys: a stand-in only where the file says no mode at all.
    ordered = tuple(KeyChange(onset, changes[onset]) for onset in sorted(changes))
    says_none = bool(written) and not any(says_mode for _, _, says_mode in written)
    return ordered, "assumed" if says_none else "file"


def _chords(parts: ScoreParts, chosen: PartReader, timeline: Timeline) -> tuple[ChordSymbol, ...]:
    symbols = next((part.symbols for part in (chosen, *parts) if part.symbols), [])
    timed = [ChordSymbol(timeline.onset(place), symbol) for place, symbol in symbols]
    return tuple(sorted(timed, key=lambda chord: chord.onset_quarters))


def _sections(parts: ScoreParts, timeline: Timeline) -> tuple[Section, ...]:
    """Rehearsal marks; scores print them over the first part alone, or over every one."""
    found: dict[Fraction, str] = {}
    for part in parts:
        for place, label in part.sections:
            found.setdefault(timeline.onset(place), label)
    return tuple(Section(onset, found[onset]) for onset in sorted(found))


def _tempos(parts: ScoreParts, timeline: Timeline) -> tuple[TempoChange, ...]:
    found: dict[Fraction, float] = {}
    for part in parts:
        for place, tempo in part.tempos:
            found.setdefault(timeline.onset(place), tempo)
    return tuple(TempoChange(onset, found[onset]) for onset in sorted(found))


def _notices(
    parts: ScoreParts,
    chosen: PartReader,
    summaries: Sequence[PartSummary],
    track: int | str | None,
    n_changed: int,
) -> tuple[str, ...]:
    notices: list[str] = []
    pitched = [part for part in summaries if part.n_notes]
    if track is None and len(pitched) > 1:
        name = repr(chosen.name)
        notices.append(Message("file.part_chosen", name=name, count=len(pitched)))
    if n_changed:
        notices.append(Message("file.highest_line", n=n_changed))
    notices += [
        Message(f"file.dropped_{name}", n=chosen.counts[name])
        for name in _DROPPED
        if chosen.counts[name]
    ]
    if any(part.counts["repeat"] for part in parts):
        notices.append(Message("file.score_repeats"))
    if any(not says_mode for _, _, says_mode in chosen.keys):
        notices.append(Message("file.no_mode"))
    return tuple(notices)


_DROPPED = ("grace", "cue", "zero", "quarter_tone", "odd_key", "measure_repeat")
