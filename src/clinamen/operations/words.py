"""Sentences about what was expected and what came instead.

Every clause is derived from the distribution, the written notes and the key; a fact
that is not known is left out rather than guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from clinamen.domains.music.notes import Key, Melody
from clinamen.engine.expectation import Expectation
from clinamen.operations._belief import (
    belief_at,
    cheaper_part,
    choices_at,
    costliest_part,
    has_no_past,
    value_noun,
    value_words,
)
from clinamen.operations._intervals import SpelledPitch, degree_words, motion_words
from clinamen.operations.text import clean, decimal, join_or, percent

__all__ = [
    "NO_PAST",
    "SO_FAR",
    "chance_words",
    "continuation_sentence",
    "expected_words",
    "note_sentence",
    "other_part_sentence",
    "place_words",
]

# Scale degrees that minor keys raise as a matter of course.
_RAISED_IN_MINOR = {9, 11}

# Notes after which something new in a song is worth a remark.
_SETTLED = 8

# Notes that make a passage, the surprising one included, and how many different pitches
# they must have for its return to mean something.
_PASSAGE, _VARIED = 5, 3

SO_FAR = ", the widest leap so far"
"""A clause that wears out when said twice in a row."""

NO_PAST = "no earlier onset to measure from"
"""Said of the timing of a first note instead of an expectation."""

_SUBJECTS = {
    "pitch": "",
    "onset": "the timing of ",
    "duration": "the length of ",
}


def note_sentence(expectation: Expectation, event: int, melody: Melody | None = None) -> str:
    """What an event cost, what the listener expected, and what came instead.

    Parameters
    ----------
    expectation
        Of any target; for a joint one, its costliest part is explained.
    event
        Index from 0.
    melody
        The melody that was heard, for the key and the phrases; without it the
        sentence does without them.
    """
    place = place_words(expectation.columns, event)
    if melody is not None and _begins_phrase(melody, event):
        place += ", where a new phrase begins"
    part = costliest_part(expectation, event)
    cost = _cost_words(expectation, part, event)
    explanation = _explanation(
        part, expectation.columns, event, melody, chance=bool(expectation.parts)
    )
    returns = _return_sentence(expectation.columns, event) if part.target == "pitch" else ""
    return " ".join(filter(None, (f"{place}: {cost}.", explanation, returns)))


def other_part_sentence(
    expectation: Expectation, event: int, melody: Melody | None = None, *, least_bits: float = 2.0
) -> str:
    """What was expected of the part of a joint event that cost less, and what came.

    "" where there is no such part, where it cost no more than `least_bits`, or where there
    was nothing to expect it from.
    """
    part = cheaper_part(expectation, event)
    if part is None or has_no_past(part.target, event):
        return ""
    if float(part.information_content[event]) <= least_bits:
        return ""
    said = _explanation(part, expectation.columns, event, melody)
    if part.target != "pitch":
        return said
    return f"As to its pitch, {_lower(said)}" if said else ""


def place_words(columns: Mapping[str, Sequence[Any]], event: int) -> str:
    """Where an event is: ``Bar 5, beat 3``, ``Pickup, beat 4``, or ``Note 12``."""
    if "bar" not in columns:
        return f"Note {event + 1}"
    bar = int(columns["bar"][event])
    where = "Pickup" if bar == 0 else f"Bar {bar}"
    if "beat" not in columns:
        return where
    return f"{where}, beat {decimal(columns['beat'][event])}"


def chance_words(bits: float) -> str:
    """A number of bits as a chance.

    Examples
    --------
    >>> chance_words(7.2), chance_words(1.0)
    ('a chance of about 1 in 150', 'a chance of 50 %')
    """
    if not np.isfinite(bits):
        return "thought impossible"
    if bits < np.log2(10):
        return f"a chance of {percent(2.0**-bits)}"
    if bits > np.log2(1e15):
        return "a chance of less than 1 in 1,000 trillion"
    return f"a chance of about 1 in {_rounded(2.0**bits)}"


def _rounded(value: float) -> str:
    """Two significant digits, in words from a million on."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if value >= size:
            return f"{decimal(float(f'{value / size:.2g}'), 1)} {word}"
    rounded = float(f"{value:.2g}")
    return "1 million" if rounded >= 1e6 else f"{rounded:,.0f}"


def expected_words(expectation: Expectation, event: int, n: int = 3) -> str:
    """The likeliest values before an event: ``D5 41 %, C5 20 %``; a joint one by parts.

    Where more than `n` are equally likely, naming some would mislead: ``any of 12, 8 % each``.
    """
    parts = expectation.parts or {expectation.target: expectation}
    return "; ".join(_likeliest_words(part, event, n) for part in parts.values())


def _likeliest_words(part: Expectation, event: int, n: int) -> str:
    if has_no_past(part.target, event):
        return NO_PAST
    likeliest = choices_at(part, event, n + 1)
    top = likeliest[0][1]
    if len(likeliest) > n and likeliest[n][1] == top:
        n_equal = int((part.distribution[event] == top).sum())
        return f"any of {n_equal}, {percent(top)} each"
    # Values no likelier than the first one left out are what is left over, not expected.
    rest = likeliest[n][1] if len(likeliest) > n else -1.0
    named = [each for place, each in enumerate(likeliest[:n]) if place == 0 or each[1] > rest]
    return ", ".join(f"{clean(label)} {percent(p)}" for label, p in named)


def continuation_sentence(expectation: Expectation, melody: Melody | None = None) -> str:
    """What the listener expects after the last note; "" if the model was not asked.

    Models of melody predict another note and never the end, so the sentence says that
    the end is not among the choices.
    """
    parts = expectation.parts or {expectation.target: expectation}
    sentences = []
    for target, part in parts.items():
        if len(part.next_distribution) == 0:
            continue
        noun = value_noun(target)
        about = "After the last note" if target == "pitch" else f"As to the {noun} of what follows,"
        sentence = f"{about} {belief_at(part, len(part)).clause}"
        if target == "pitch":
            sentence += _next_motion(part, expectation.columns, melody)
        sentences.append(sentence + ".")
    if sentences:
        sentences.append("That the song ends here is not among the choices.")
    return " ".join(sentences)


def _next_motion(part: Expectation, columns: Mapping[str, Sequence[Any]], melody: Any) -> str:
    before = _spelled(columns, len(part) - 1)
    if before is None:
        return ""
    likeliest = int(np.argmax(part.next_distribution))
    if (part.next_distribution == part.next_distribution[likeliest]).sum() > 1:
        return ""
    here = SpelledPitch(int(part.alphabet[likeliest]), part.labels[likeliest])
    key = None if melody is None else melody.key_at(melody.end_quarters)
    return f"; with {clean(here.name)} the line {_motion_clause(before, here, key)}"


def _cost_words(expectation: Expectation, part: Expectation, event: int) -> str:
    bits = float(expectation.information_content[event])
    names = expectation.columns.get("name")
    name = clean(names[event]) if names is not None else "it"
    lyrics = expectation.columns.get("lyric")
    word = clean(lyrics[event]) if lyrics is not None else ""
    if word:
        name += f' on "{word}"'
    subject = _SUBJECTS.get(expectation.target, "") + name
    if not np.isfinite(bits):
        return f"{subject} was thought impossible"
    bits = abs(bits)  # a certain event: 0.0, not -0.0
    words = f"{subject} cost {bits:.1f} bits ({chance_words(bits)})"
    if expectation.parts:
        shares = [
            f"{abs(float(each.information_content[event])):.1f} for its {_target_noun(target)}"
            for target, each in expectation.parts.items()
        ]
        words += ": " + join_or(shares, "and")
    return words


def _target_noun(target: str) -> str:
    return {"onset": "timing", "duration": "length"}.get(target, target)


def _explanation(
    part: Expectation,
    columns: Mapping[str, Sequence[Any]],
    event: int,
    melody: Melody | None,
    *,
    chance: bool = True,
) -> str:
    if len(part.distribution) == 0:
        return ""
    if has_no_past(part.target, event):
        return f"There is {NO_PAST}."
    belief = belief_at(part, event, chance=chance)
    if part.target == "pitch":
        came, about = _pitch_clause(columns, event, melody), ""
    else:
        came, about = _time_clause(part, event), f"as to its {value_noun(part.target)}, "
    clause = about + belief.clause
    clause = clause[:1].upper() + clause[1:]
    if belief.was_likeliest or not came:
        return f"{clause}." if not came else f"{clause}; {came}."
    return f"{clause}; {came}." if belief.is_open else f"{clause}; instead {came}."


def _time_clause(part: Expectation, event: int) -> str:
    """When the note came, or how long it lasted."""
    value = value_words(part, event)
    if part.target == "duration":
        return f"it lasted {value}"
    if part.target == "onset":
        return f"it came {value} after the note before"
    return f"what came was {value}"


def _pitch_clause(columns: Mapping[str, Sequence[Any]], event: int, melody: Melody | None) -> str:
    here = _spelled(columns, event)
    if here is None:
        return ""
    key = None if melody is None else melody.key_at(melody.notes[event].onset_quarters)
    if event == 0:
        degree = degree_words(here, key) if key is not None else ""
        start = f"the melody begins on {degree or clean(here.name)}"
        return start + _outside(here, key, melody)
    before = _spelled(columns, event - 1)
    assert before is not None
    motion = _motion_clause(before, here, key) + _outside(here, key, melody)
    return f"the line {motion}{_novelty(columns['pitch'], event)}"


def _novelty(pitches: Sequence[int], event: int) -> str:
    """What this song had not done before, once it has had time to show its ways."""
    if event < _SETTLED:
        return ""
    leaps = [abs(after - before) for before, after in pairwise(pitches)]
    leap, earlier, later = leaps[event - 1], leaps[: event - 1], leaps[event:]
    if leap > max(4, *earlier):
        if leap > max(later, default=0):
            return ", the widest leap of the song"
        # A leap that the very next one outdoes is not what this place is about.
        return "" if later[0] > leap else SO_FAR
    return "" if pitches[event] in pitches[:event] else ", a pitch not heard before in this song"


def _return_sentence(columns: Mapping[str, Sequence[Any]], event: int) -> str:
    """Where the same notes had led to this one before, the latest such place."""
    pitches = [int(pitch) for pitch in columns.get("pitch", ())]
    passage = pitches[max(event + 1 - _PASSAGE, 0) : event + 1]
    if len(passage) < _PASSAGE or len(set(passage)) < _VARIED:
        return ""
    # Whole notes before this passage only: a trill is no return.
    for before in range(event - _PASSAGE, _PASSAGE - 2, -1):
        if pitches[before + 1 - _PASSAGE : before + 1] == passage:
            place = place_words(columns, before)
            return f"The same {_PASSAGE} notes in a row came before, up to {_lower(place)}."
    return ""


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _motion_clause(before: SpelledPitch, here: SpelledPitch, key: Key | None) -> str:
    motion = motion_words(before, here)
    degree = degree_words(here, key) if key is not None else ""
    if not degree:
        return motion
    return f"{motion}, {degree}" if here.pitch == before.pitch else f"{motion} to {degree}"


def _outside(here: SpelledPitch, key: Key | None, melody: Melody | None) -> str:
    """A clause for a pitch that the key does not hold, not even as raised in minor."""
    if key is None or melody is None:
        return ""
    above_tonic = (here.pitch - key.tonic_pitch_class) % 12
    raised = _RAISED_IN_MINOR if key.mode in ("minor", "aeolian") else set()
    if above_tonic in key.scale or above_tonic in raised:
        return ""
    the_key = f"the estimated key, {key}" if melody.key_source == "estimated" else f"{key}"
    return f", outside {the_key}"


def _spelled(columns: Mapping[str, Sequence[Any]], event: int) -> SpelledPitch | None:
    if "pitch" not in columns or "name" not in columns:
        return None
    return SpelledPitch(int(columns["pitch"][event]), str(columns["name"][event]))


def _begins_phrase(melody: Melody, event: int) -> bool:
    """True where the file says so; an estimated phrase is no fact to build a sentence on."""
    return event > 0 and melody.phrase_source == "file" and event in melody.phrase_starts
