"""What experts on chords predict, in a musician's words, at one moment of a song."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from clinamen.domains.music.progression._words import (
    BASSES,
    MAJOR,
    ChordMoment,
    above_words,
    bass_words,
    degree_of,
    family_name,
    higher_words,
    kind_words,
    quality_name,
)
from clinamen.domains.music.progression.events import FAMILIES, N_QUALITIES
from clinamen.domains.music.progression.experts import N_CHORDS
from clinamen.domains.music.progression.naming import NO_CHORD_LABEL, UNKNOWN_LABEL, chord_on
from clinamen.texts import Message

__all__ = ["outcome_words"]


def outcome_words(expert: str, candidate: int, moment: ChordMoment) -> str:
    """A candidate in the terms of an expert: ``Gmaj7``, ``V7 (here D7)``.

    "" where there are no words: a number of tones alone says too little.

    Parameters
    ----------
    candidate
        Index among roots by qualities, or among the kinds for an expert on the detail.
    """
    frame = expert.partition("|")[0].strip()
    if frame == "colour":
        return ""
    if frame in _DETAILS:
        return _DETAILS[frame](candidate, moment)
    if candidate == N_CHORDS - 1:
        return Message("chord.none")
    root, quality = divmod(candidate, N_QUALITIES)
    return _chord_outcome(frame, root, quality, moment, moment.names[candidate])


def _chord_outcome(frame: str, root: int, quality: int, moment: ChordMoment, name: str) -> str:
    """What a frame says of a chord that has a name."""
    columns, event = moment.columns, moment.event
    if frame in ("on_key", "on_guess"):
        tonic = columns.tonic if frame == "on_key" else columns.guess
        numeral = _numeral((root - int(tonic[event])) % 12, quality)
        return Message("chord.here", numeral=numeral, name=name)
    if frame in ("root_degree", "root_guessed"):
        tonic = columns.tonic if frame == "root_degree" else columns.guess
        key = (moment.key if frame == "root_degree" else None) or MAJOR
        return Message("chord.on_degree", degree=degree_of((root - int(tonic[event])) % 12, key))
    family = family_name(int(FAMILIES[quality]))
    if frame in ("move", "step"):
        what = Message("chord.a_chord") if frame == "move" else family
        higher = higher_words((root - int(columns.before[event])) % 12)
        return Message("chord.moved", what=what, higher=higher)
    if frame == "on_first":
        above = (root - int(columns.first[event])) % 12
        than = "chord.as_first" if above == 0 else "chord.than_first"
        what, higher = quality_name(quality), higher_words(above)
        return Message(than, what=what, higher=higher, name=name)
    if frame == "quality":
        return quality_name(quality)
    if frame == "fit":
        tone = above_words((moment.value("melody") - root) % 12)
        return Message("chord.melody_on", what=family, tone=tone)
    return name


def _numeral(above_tonic: int, quality: int) -> str:
    """``V7``, ``bVImaj7``: counted from the tonic as in major."""
    return chord_on(above_tonic, quality, MAJOR).write("roman", key=MAJOR)


def _kind(candidate: int, moment: ChordMoment) -> str:
    label = moment.kinds[candidate]
    if label == NO_CHORD_LABEL:
        return Message("chord.none")
    if label == UNKNOWN_LABEL:
        return Message("chord.new_form")
    return kind_words(label) or Message("chord.plain")


def _bass_tone(candidate: int, moment: ChordMoment) -> str | None:
    label = moment.kinds[candidate]
    return None if label in (UNKNOWN_LABEL, NO_CHORD_LABEL) else label.partition("/")[2] or "1"


def _bass_pitch(candidate: int, moment: ChordMoment) -> int | None:
    tone = _bass_tone(candidate, moment)
    if tone is None:
        return None
    steps = ("1", *BASSES)
    return (moment.value("root") + steps.index(tone)) % 12


def _bass(candidate: int, moment: ChordMoment) -> str:
    tone = _bass_tone(candidate, moment)
    if tone is None:
        return Message("chord.another_bass")
    return bass_words(tone) if tone in BASSES else Message("chord.in_bass", tone=above_words(0))


def _bass_step(candidate: int, moment: ChordMoment) -> str:
    pitch = _bass_pitch(candidate, moment)
    if pitch is None:
        return Message("chord.another_bass")
    step = (pitch - int(moment.columns.bass_before[moment.event])) % 12
    if step == 0:
        return Message("chord.same_bass")
    return Message("chord.bass_moved", higher=higher_words(step))


def _bass_on(reference: str) -> Callable[[int, ChordMoment], str]:
    def words(candidate: int, moment: ChordMoment) -> str:
        pitch = _bass_pitch(candidate, moment)
        if pitch is None:
            return Message("chord.another_bass")
        above = (pitch - int(getattr(moment.columns, reference)[moment.event])) % 12
        key = moment.key if reference == "tonic" and moment.key else MAJOR
        return Message("chord.in_bass", tone=degree_of(above, key))

    return words


_DETAILS: Mapping[str, Callable[[int, ChordMoment], str]] = {
    "kind": _kind,
    "bass": _bass,
    "bass_step": _bass_step,
    "bass_on_key": _bass_on("tonic"),
    "bass_on_guess": _bass_on("guess"),
}
