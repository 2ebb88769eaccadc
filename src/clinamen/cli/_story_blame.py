"""`clinamen story blame`: who put each note here, when, instead of what."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from rich.text import Text

from clinamen.cli._render import print_table, say
from clinamen.cli._story import opened
from clinamen.domains.music.events import to_ticks
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.places import bar_and_beat, onset_of, parse_place
from clinamen.errors import MissingError, ParameterError
from clinamen.operations.edit import EditedChord, EditedNote
from clinamen.operations.story.blame import NoteOrigin, blame
from clinamen.operations.story.blame_rows import (
    OriginRow,
    name_of,
    origin_rows,
    place_words,
    totals,
    who,
)
from clinamen.operations.story.path import Path as SongPath
from clinamen.operations.story.path import find_project
from clinamen.operations.text import clean
from clinamen.texts import Message
from clinamen.texts import say as told

__all__ = ["BlameOptions", "show_blame"]

_BARS = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?", re.ASCII)
_N_NAMES = 8

Each = EditedNote | EditedChord


@dataclass(frozen=True, slots=True)
class BlameOptions:
    """The options as typed."""

    store: str | None
    at: str | None
    bars: str | None
    language: str
    json: bool


def show_blame(song: str, options: BlameOptions) -> int:
    """Show the origins of the notes of a song, of a place in it, or of some bars."""
    told("blame.rest", options.language)  # A language that is not there is refused first.
    with opened(options.store, is_read=True) as kept:
        project, digest = find_project(kept, song)
        path = SongPath(kept, project)
        if digest in path.steps[0].generated[:1]:
            digest = None  # The file that it began with stands for the song.
        music = path.song(digest)
        origins = _chosen(blame(path, digest), music.melody, options)
        file = None if digest is None else path.entity(digest).kind.removeprefix("file ")
    if options.json:
        for each in origins:
            sys.stdout.write(json.dumps(_record(each, music), ensure_ascii=False) + "\n")
        return 0
    values = {"title": clean(path.title)}
    heading = Message("blame.of_file", file=clean(file), **values) if file else None
    heading = heading or Message("blame.of_now", **values)
    say(Text(heading.said(options.language), "bold"))
    _show(origins, music, options.language)
    return 0


def _chosen(
    origins: Sequence[NoteOrigin], melody: Melody, options: BlameOptions
) -> tuple[NoteOrigin, ...]:
    if options.at is not None and options.bars is not None:
        raise ParameterError("--at is a place, --bars are some bars: give one of them")
    if options.at is not None:
        return _sounding(origins, to_ticks(onset_of(melody, parse_place(options.at))))
    if options.bars is not None:
        first, last = _bars(options.bars, melody)
        return tuple(each for each in origins if first <= _bar(melody, each) <= last)
    return tuple(origins)


def _bar(melody: Melody, origin: NoteOrigin) -> int:
    return bar_and_beat(melody, Fraction(origin.of.onset_ticks, to_ticks(Fraction(1))))[0]


def _bars(text: str, melody: Melody) -> tuple[int, int]:
    found = _BARS.fullmatch(text.strip())
    if found is None:
        raise ParameterError(f"--bars is a bar or bars such as 5-8, not {text!r}")
    first = int(found[1])
    last = int(found[2] or first)
    least = 0 if melody.pickup_quarters else 1
    most = least + len(melody.bar_onsets) - 1
    if last < first:
        raise ParameterError(f"--bars {clean(text)}: the first bar comes before the last")
    if first < least or last > most:
        raise MissingError(f"--bars {clean(text)}: the song has bars {least} to {most}")
    return first, last


def _sounding(origins: Sequence[NoteOrigin], tick: int) -> tuple[NoteOrigin, ...]:
    """The note and the chord that sound at a time."""
    notes = [
        each
        for each in origins
        if isinstance(each.of, EditedNote)
        and 0 <= tick - each.of.onset_ticks < each.of.duration_ticks
    ]
    chords = [
        each
        for each in origins
        if not isinstance(each.of, EditedNote) and each.of.onset_ticks <= tick
    ]
    return (*notes, *chords[-1:])


def _record(origin: NoteOrigin, song: Song) -> dict[str, object]:
    """An origin as data: `what` is the note or the chord."""
    step, proposal = origin.step, origin.proposal
    return {
        "place": place_words(song.melody, origin.of.onset_ticks),
        "what": name_of(song.melody, origin.of),
        "kind": "note" if isinstance(origin.of, EditedNote) else "chord",
        "onset_ticks": origin.of.onset_ticks,
        "pitch": origin.of.pitch if isinstance(origin.of, EditedNote) else None,
        "entry": step.seq,
        "at": step.at,
        "how": origin.how,
        "activity": step.kind,
        "agents": [agent.plain() for agent in step.agents],
        "proposed_entry": None if proposal is None else proposal.seq,
        "instead": [
            {
                "place": place_words(song.melody, each.onset_ticks),
                "what": name_of(song.melody, each),
            }
            for each in origin.instead
        ],
        "reason": dict(origin.reason),
    }


def _show(origins: Sequence[NoteOrigin], song: Song, language: str) -> None:
    if not origins:
        say(told("blame.nothing_there", language))
        return
    columns = ("place", "notes", "entry", "when", "who", "instead")
    sides = {"entry": "right"}
    heads = [(told(f"blame.head.{each}", language), sides.get(each, "left")) for each in columns]
    rows = [
        ([Text(cell) for cell in _cells(row, song.melody, language)], False)
        for row in origin_rows(origins)
    ]
    print_table(heads, rows)
    for words, n in totals(origins):
        say(told("blame.total", language, who=words, n=n))


def _cells(row: OriginRow, melody: Melody, language: str) -> list[str]:
    first, last = row.origins[0].of, row.origins[-1].of
    place = place_words(melody, first.onset_ticks)
    if first is not last:
        place += f"-{place_words(melody, last.onset_ticks)}"
    words, step = who(row.first), row.first.step
    names = _listed([name_of(melody, each.of) for each in row.origins], " ", language)
    is_note = isinstance(first, EditedNote)
    return [
        place,
        names if is_note else told("blame.chords", language, names=names),
        str(step.seq),
        step.at[:16].replace("T", " "),
        words.said(language) if isinstance(words, Message) else words,
        _instead(row, melody, language),
    ]


def _instead(row: OriginRow, melody: Melody, language: str) -> str:
    """What was there before: with its place where that is another one, and how long it was
    where that is all that differs."""
    if row.first.how == "file":
        return ""
    now = {each.of.onset_ticks: each.of for each in row.origins}
    names = [
        _name_before(each, now.get(each.onset_ticks), melody, language) for each in row.instead
    ]
    return _listed(names, ", ", language) or told("blame.rest", language)


def _name_before(old: Each, now: Each | None, melody: Melody, language: str) -> str:
    name = name_of(melody, old)
    if now is None:
        place = place_words(melody, old.onset_ticks)
        return told("blame.moved", language, note=name, place=place)
    if isinstance(old, EditedNote) and isinstance(now, EditedNote) and old.pitch == now.pitch:
        is_longer = old.duration_ticks > now.duration_ticks
        return told("blame.longer" if is_longer else "blame.shorter", language, note=name)
    return name


def _listed(names: Sequence[str], between: str, language: str) -> str:
    shown = between.join(names[:_N_NAMES])
    if len(names) <= _N_NAMES:
        return shown
    return f"{shown} {told('blame.more', language, n=len(names))}"
