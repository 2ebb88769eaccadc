"""Sentences about what was expected and what came instead.

Every clause is derived from the distribution, the written notes and the key; a fact
that is not known is left out rather than guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.notes import Key, Melody
from clinamen.engine.expectation import Expectation
from clinamen.operations._intervals import SpelledPitch, degree_words, motion_words
from clinamen.operations.text import clean, decimal, join_or, percent

__all__ = [
    "chance_words",
    "continuation_sentence",
    "expected_words",
    "note_sentence",
    "place_words",
]

# Shares of the entropy possible (log2 of the alphabet) and of probability from which
# the listener is called open or sure. The words claim no more than these.
_OPEN_SHARE = 0.7
_OPEN_BELOW = 1 / 3
_CERTAIN, _SURE, _FAIRLY_SURE = 0.9, 0.7, 0.6

# Scale degrees that minor keys raise as a matter of course.
_RAISED_IN_MINOR = {9, 11}

# Notes after which something new in a song is worth a remark.
_SETTLED = 8

_SUBJECTS = {
    "pitch": "",
    "onset": "the timing of ",
    "duration": "the length of ",
}


@dataclass(frozen=True)
class _Belief:
    """How sure the listener was, and of what."""

    clause: str
    is_open: bool
    was_likeliest: bool


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
    part = _costliest_part(expectation, event)
    cost = _cost_words(expectation, part, event)
    explanation = _explanation(part, expectation.columns, event, melody)
    return " ".join(filter(None, (f"{place}: {cost}.", explanation)))


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
    likeliest = part.expected_at(event, n + 1)
    top = likeliest[0][1]
    if len(likeliest) > n and likeliest[n][1] == top:
        n_equal = int((part.distribution[event] == top).sum())
        return f"any of {n_equal}, {percent(top)} each"
    return ", ".join(f"{clean(label)} {percent(p)}" for label, p in likeliest[:n])


def continuation_sentence(expectation: Expectation, melody: Melody | None = None) -> str:
    """What the listener expects after the last note; "" if the model was not asked."""
    parts = expectation.parts or {expectation.target: expectation}
    sentences = []
    for target, part in parts.items():
        if len(part.next_distribution) == 0:
            continue
        noun = _value_noun(target)
        about = "After the last note" if target == "pitch" else f"As to the {noun} of what follows,"
        about += " "
        belief = _belief(part.next_distribution, part.labels, None, noun, verb="is")
        sentence = f"{about}{belief.clause}"
        if target == "pitch":
            sentence += _next_motion(part, expectation.columns, melody)
        sentences.append(sentence + ".")
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


def _costliest_part(expectation: Expectation, event: int) -> Expectation:
    if not expectation.parts:
        return expectation
    return max(expectation.parts.values(), key=lambda part: float(part.information_content[event]))


def _cost_words(expectation: Expectation, part: Expectation, event: int) -> str:
    bits = float(expectation.information_content[event])
    names = expectation.columns.get("name")
    name = clean(names[event]) if names is not None else "it"
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


def _value_noun(target: str) -> str:
    return {"pitch": "note", "onset": "timing", "duration": "length"}.get(target, "value")


def _explanation(
    part: Expectation, columns: Mapping[str, Sequence[Any]], event: int, melody: Melody | None
) -> str:
    if len(part.distribution) == 0:
        return ""
    actual = int(part.symbols[event])
    noun = _value_noun(part.target)
    belief = _belief(part.distribution[event], part.labels, actual, noun, verb="was")
    if part.target == "pitch":
        came = _pitch_clause(columns, event, melody)
    else:
        came = _time_clause(part, event)
    about = "" if part.target == "pitch" else f"as to its {noun}, "
    clause = about + belief.clause
    clause = clause[:1].upper() + clause[1:]
    if belief.was_likeliest or not came:
        return f"{clause}." if not came else f"{clause}; {came}."
    return f"{clause}; {came}." if belief.is_open else f"{clause}; instead {came}."


def _time_clause(part: Expectation, event: int) -> str:
    """When the note came, or how long it lasted."""
    value = clean(part.labels[int(part.symbols[event])])
    if part.target == "duration":
        return f"it lasted {value}"
    if part.target == "onset":
        return f"it came {value} after the note before" if event > 0 else ""
    return f"what came was {value}"


def _belief(
    row: npt.NDArray[np.float64], labels: Sequence[str], actual: int | None, what: str, verb: str
) -> _Belief:
    """How sure the listener was (`verb` was) or is, leaving out the value that came."""
    if len(row) == 1:
        return _Belief(f"nothing but {clean(labels[0])} {verb} possible here", False, True)
    if actual is not None and row[actual] >= row.max():
        return _Belief(_likeliest_clause(row, actual, what), _is_open(row), True)
    order = [int(index) for index in np.argsort(-row, kind="stable") if index != actual]
    first, second = float(row[order[0]]), float(row[order[1]]) if len(order) > 1 else 0.0
    named = order[:2] if second >= max(0.1, first / 4) else order[:1]
    choices = join_or([f"{clean(labels[i])} ({percent(float(row[i]))})" for i in named])
    if first >= _CERTAIN:
        return _Belief(f"the listener {verb} almost certain of {choices}", False, False)
    if first >= _SURE:
        return _Belief(f"the listener {verb} sure of {choices}", False, False)
    if _is_open(row):
        clause = f"the listener {verb} open{' here' if verb == 'was' else ''}: "
        return _Belief(clause + _open_clause(row, labels, order, what, verb), True, False)
    if first + second >= _FAIRLY_SURE:
        return _Belief(f"the listener {verb} fairly sure of {choices}", False, False)
    leans = "leaned" if verb == "was" else "leans"
    return _Belief(f"the listener {leans} towards {choices}", False, False)


def _open_clause(
    row: npt.NDArray[np.float64], labels: Sequence[str], order: list[int], what: str, verb: str
) -> str:
    top = float(row[order[0]])
    n_equal = sum(float(row[index]) == top for index in order)
    if n_equal > 2:
        were = "were" if verb == "was" else "are"
        return f"{n_equal} {what}s {were} equally likely ({percent(top)} each)"
    had = "had" if verb == "was" else "has"
    name = clean(labels[order[0]])
    return f"even the likeliest {what}, {name}, {had} a chance of {percent(top)}"


def _likeliest_clause(row: npt.NDArray[np.float64], actual: int, what: str) -> str:
    n_equal = int((row >= row[actual]).sum())
    openly = "the listener was open here, and " if _is_open(row) else ""
    if n_equal > 1:
        return f"{openly}{'no note' if what == 'note' else 'nothing'} was likelier"
    return f"{openly}this was the likeliest {what} ({percent(float(row[actual]))})"


def _is_open(row: npt.NDArray[np.float64]) -> bool:
    if row.max() >= _OPEN_BELOW:
        return False
    positive = row[row > 0]
    entropy = float(-(positive * np.log2(positive)).sum())
    return entropy >= _OPEN_SHARE * float(np.log2(len(row)))


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
    leaps = [abs(after - before) for before, after in pairwise(pitches[: event + 1])]
    if leaps[-1] > max(4, *leaps[:-1]):
        return ", the widest leap so far"
    return "" if pitches[event] in pitches[:event] else ", a pitch not heard before in this song"


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
