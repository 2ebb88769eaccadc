"""Origins of notes for people: in words, in rows, and as plain data for a screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from clinamen.domains.music.events import TICKS_PER_QUARTER
from clinamen.domains.music.notes import Melody
from clinamen.domains.music.places import bar_and_beat
from clinamen.domains.music.spelling import pitch_name
from clinamen.operations.edit import EditedChord, EditedNote
from clinamen.operations.story.blame import NoteOrigin
from clinamen.operations.story.words import maker_name
from clinamen.operations.text import clean, decimal
from clinamen.texts import Message

__all__ = ["OriginRow", "name_of", "origin_rows", "origins_view", "place_words", "totals", "who"]


def who(origin: NoteOrigin) -> str:
    """Who put it here: a `Message` or a name."""
    how, step = origin.how, origin.step
    person = maker_name(step)
    if how == "file":
        file = clean(str(step.settings.get("file", "")))
        return Message("blame.file", file=file) if file else Message("blame.some_file")
    if how == "kept":
        return Message("blame.kept", program=_program(origin), who=person)
    if how == "asked":
        return Message("blame.asked", program=_program(origin), who=person)
    if how == "written":
        return Message("blame.written", program=_program(origin))
    return Message("blame.before") if how == "before" else person


def _program(origin: NoteOrigin) -> str:
    agent = (origin.proposal or origin.step).agent("program")
    return "Clinamen" if agent is None or agent.name == "clinamen" else clean(agent.name)


@dataclass(frozen=True, slots=True)
class OriginRow:
    """Notes, or chords, one after the other, that came here in one step.

    Parameters
    ----------
    origins
        Of each.
    instead
        What was there before in their time, each once, in order.
    """

    origins: tuple[NoteOrigin, ...]
    instead: tuple[EditedNote | EditedChord, ...]

    @property
    def first(self) -> NoteOrigin:
        """The origin of the first; the others have the same but for what was instead."""
        return self.origins[0]


def origin_rows(origins: Iterable[NoteOrigin]) -> tuple[OriginRow, ...]:
    """Origins with neighbours that came in the same step put together."""
    runs: list[list[NoteOrigin]] = []
    for each in origins:
        if runs and _came_with(runs[-1][-1], each):
            runs[-1].append(each)
        else:
            runs.append([each])
    return tuple(_row(run) for run in runs)


def _came_with(one: NoteOrigin, other: NoteOrigin) -> bool:
    return _key(one) == _key(other) and type(one.of) is type(other.of)


def _key(origin: NoteOrigin) -> tuple[Any, ...]:
    """What tells origins apart, but for their notes; states before a story share an entry."""
    step, proposal = origin.step, origin.proposal
    return step.seq, step.at, step.action, proposal and proposal.seq, origin.reason.get("en")


def _row(run: Sequence[NoteOrigin]) -> OriginRow:
    instead = {each: None for origin in run for each in origin.instead}
    return OriginRow(tuple(run), tuple(sorted(instead, key=lambda each: each.onset_ticks)))


def totals(origins: Iterable[NoteOrigin]) -> list[tuple[str, int]]:
    """Who put notes here, and how many; the first to come first.

    Counts of notes, and no measure of how much of a song is whose.
    """
    found: dict[str, int] = {}
    for origin in origins:
        if isinstance(origin.of, EditedNote):
            words = who(origin)
            found[words] = found.get(words, 0) + 1
    return list(found.items())


def place_words(melody: Melody, onset_ticks: int) -> str:
    """Bar and beat, such as ``12.3``."""
    bar, beat = bar_and_beat(melody, Fraction(onset_ticks, TICKS_PER_QUARTER))
    return f"{bar}.{decimal(beat)}"


def name_of(melody: Melody, each: EditedNote | EditedChord) -> str:
    """Name of a note in the key of its place, or symbol of a chord."""
    if isinstance(each, EditedChord):
        return clean(each.symbol)
    onset = Fraction(each.onset_ticks, TICKS_PER_QUARTER)
    return pitch_name(each.pitch, melody.key_at(onset))


def origins_view(origins: Sequence[NoteOrigin]) -> dict[str, Any]:
    """Origins as plain data: those that several notes share once, and each note by index."""
    keys = list(dict.fromkeys(map(_key, origins)))
    places = {key: place for place, key in enumerate(keys)}
    first = {_key(origin): origin for origin in reversed(origins)}
    notes = [each for each in origins if isinstance(each.of, EditedNote)]
    chords = [each for each in origins if isinstance(each.of, EditedChord)]
    return {
        "origins": [_origin_view(first[key]) for key in keys],
        "notes": [_note_view(each, places[_key(each)]) for each in notes],
        "chords": [_note_view(each, places[_key(each)]) for each in chords],
    }


def _origin_view(origin: NoteOrigin) -> dict[str, Any]:
    step, proposal = origin.step, origin.proposal
    person = step.agent("person")
    is_made = origin.how in ("kept", "asked", "written")
    return {
        "entry": step.seq,
        "at": step.at,
        "how": origin.how,
        "action": clean(step.action),
        "person": clean(person.name) if person else "",
        "program": _program(origin) if is_made else "",
        "kind": clean((proposal or step).kind),
        "file": clean(str(step.settings.get("file", ""))) if origin.how == "file" else "",
        "proposed_entry": proposal.seq if proposal else None,
        "proposed_at": proposal.at if proposal else None,
        "reason": {name: clean(text) for name, text in origin.reason.items()},
    }


def _note_view(origin: NoteOrigin, place: int) -> dict[str, Any]:
    was = None if origin.was is None else _row_of(origin.was)
    return {"origin": place, "instead": [_row_of(each) for each in origin.instead], "was": was}


def _row_of(each: EditedNote | EditedChord) -> list[int | str]:
    if isinstance(each, EditedChord):
        return [each.onset_ticks, clean(each.symbol)]
    return [each.onset_ticks, each.duration_ticks, each.pitch]
