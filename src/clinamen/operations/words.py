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
from clinamen.domains.music.spelling import key_words
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
from clinamen.operations.text import clean, percent
from clinamen.texts import Message, joined

__all__ = [
    "NO_PAST",
    "chance_words",
    "continuation_sentence",
    "expected_words",
    "is_widest_so_far",
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

NO_PAST = Message("why.no_past")
"""Said of the timing of a first note instead of an expectation."""

# Whose cost it is.
_SUBJECTS = {"onset": "why.timing_of", "duration": "why.length_of"}


def note_sentence(
    expectation: Expectation,
    event: int,
    melody: Melody | None = None,
    *,
    so_far: bool = True,
    placed: bool = True,
) -> str:
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
    so_far
        Whether to say of a leap that it is the widest so far, which wears out when said twice
        in a row; `is_widest_so_far` tells whether a sentence says it.
    placed
        Whether to begin with the place.
    """
    columns = expectation.columns
    place = place_words(columns, event)
    if melody is not None and _begins_phrase(melody, event):
        place = Message("why.new_phrase", place=place)
    part = costliest_part(expectation, event)
    cost = _cost_words(expectation, part, event)
    cost = (
        Message("why.cost_line", place=place, cost=cost)
        if placed
        else Message("why.cost_alone", cost=cost)
    )
    explanation = _explanation(
        part, columns, event, melody, chance=bool(expectation.parts), so_far=so_far
    )
    returns = _return_sentence(columns, event) if part.target == "pitch" else ""
    return joined((cost, explanation, returns), "sentences")


def is_widest_so_far(expectation: Expectation, event: int) -> bool:
    """Whether the sentence on an event says that its leap is the widest so far."""
    part = costliest_part(expectation, event)
    columns = expectation.columns
    is_said = part.target == "pitch" and len(part.distribution) > 0 and "name" in columns
    return is_said and event > 0 and _novelty(columns["pitch"], event) == _SO_FAR


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
    return Message("why.as_to_pitch", said=said) if said else ""


def place_words(columns: Mapping[str, Sequence[Any]], event: int) -> str:
    """Where an event is: ``Bar 5, beat 3``, ``Pickup, beat 4``, or ``Note 12``."""
    if "bar" not in columns:
        return Message("place.note", n=event + 1)
    bar = int(columns["bar"][event])
    if "beat" not in columns:
        return Message("place.bar", bar=bar) if bar else Message("place.pickup")
    beat = float(columns["beat"][event])
    if bar == 0:
        return Message("place.pickup_beat", beat=beat)
    return Message("place.bar_beat", bar=bar, beat=beat)


def chance_words(bits: float) -> str:
    """A number of bits as a chance.

    Examples
    --------
    >>> chance_words(7.2), chance_words(1.0)
    ('a chance of about 1 in 150', 'a chance of 50 %')
    """
    if not np.isfinite(bits):
        return Message("why.impossible")
    if bits < np.log2(10):
        return Message("why.chance", share=percent(2.0**-bits))
    if bits > np.log2(1e15):
        return Message("why.chance_least")
    return Message("why.chance_one_in", number=2.0**bits)


def expected_words(expectation: Expectation, event: int, n: int = 3) -> str:
    """The likeliest values before an event: ``D5 41 %, C5 20 %``; a joint one by parts.

    Where more than `n` are equally likely, naming some would mislead: ``any of 12, 8 % each``.
    """
    parts = expectation.parts or {expectation.target: expectation}
    return joined((_likeliest_words(part, event, n) for part in parts.values()), "semicolon")


def _likeliest_words(part: Expectation, event: int, n: int) -> str:
    if has_no_past(part.target, event):
        return NO_PAST
    likeliest = choices_at(part, event, n + 1)
    top = likeliest[0][1]
    if len(likeliest) > n and likeliest[n][1] == top:
        n_equal = int((part.distribution[event] == top).sum())
        return Message("why.any_of", n=n_equal, share=percent(top))
    # Values no likelier than the first one left out are what is left over, not expected.
    rest = likeliest[n][1] if len(likeliest) > n else -1.0
    named = [each for place, each in enumerate(likeliest[:n]) if place == 0 or each[1] > rest]
    shares = (Message("why.name_share", name=clean(label), share=percent(p)) for label, p in named)
    return joined(shares, "comma")


def continuation_sentence(expectation: Expectation, melody: Melody | None = None) -> str:
    """What the listener expects after the last note; "" if the model was not asked.

    Models of melody predict another note and never the end, so the sentence says that
    the end is not among the choices.
    """
    parts = expectation.parts or {expectation.target: expectation}
    sentences: list[Message] = []
    for target, part in parts.items():
        if len(part.next_distribution) == 0:
            continue
        clause = belief_at(part, len(part)).clause
        if target != "pitch":
            noun = value_noun(target)
            sentences.append(Message("why.next_other", noun=noun, clause=clause))
        else:
            sentences.append(_next_pitch(part, expectation.columns, melody, clause))
    if sentences:
        sentences.append(Message("why.not_the_end"))
    return joined(sentences, "sentences")


def _next_pitch(
    part: Expectation, columns: Mapping[str, Sequence[Any]], melody: Melody | None, clause: str
) -> Message:
    before = _spelled(columns, len(part) - 1)
    likeliest = int(np.argmax(part.next_distribution))
    is_one = (part.next_distribution == part.next_distribution[likeliest]).sum() == 1
    if before is None or not is_one:
        return Message("why.next_pitch", clause=clause)
    here = SpelledPitch(int(part.alphabet[likeliest]), part.labels[likeliest])
    key = None if melody is None else melody.key_at(melody.end_quarters)
    motion = _motion_clause(before, here, key)
    return Message("why.next_pitch_motion", clause=clause, name=clean(here.name), motion=motion)


def _cost_words(expectation: Expectation, part: Expectation, event: int) -> Message:
    bits = float(expectation.information_content[event])
    subject = _subject(expectation, event)
    if not np.isfinite(bits):
        return Message("why.was_impossible", subject=subject)
    bits = abs(bits)  # a certain event: 0.0, not -0.0
    cost = Message("why.cost", subject=subject, bits=bits, chance=chance_words(bits))
    if not expectation.parts:
        return cost
    shares = [
        Message(f"why.share_{target}", bits=abs(float(each.information_content[event])))
        for target, each in expectation.parts.items()
    ]
    return Message("why.cost_parts", cost=cost, shares=shares)


def _subject(expectation: Expectation, event: int) -> str:
    """What cost so much: ``the timing of G4 on "light"``."""
    names = expectation.columns.get("name")
    name = clean(names[event]) if names is not None else Message("why.it")
    lyrics = expectation.columns.get("lyric")
    word = clean(lyrics[event]) if lyrics is not None else ""
    if word:
        name = Message("why.on_word", name=name, word=word)
    subject = _SUBJECTS.get(expectation.target)
    return name if subject is None else Message(subject, name=name)


def _explanation(
    part: Expectation,
    columns: Mapping[str, Sequence[Any]],
    event: int,
    melody: Melody | None,
    *,
    chance: bool = True,
    so_far: bool = True,
) -> str:
    if len(part.distribution) == 0:
        return ""
    if has_no_past(part.target, event):
        return Message("why.there_is_no_past")
    belief = belief_at(part, event, chance=chance)
    if part.target == "pitch":
        came, clause = _pitch_clause(columns, event, melody, so_far), belief.clause
    else:
        noun = value_noun(part.target)
        came, clause = (
            _time_clause(part, event),
            Message("why.as_to_its", noun=noun, clause=belief.clause),
        )
    if not came:
        return Message("why.said", clause=clause)
    is_as_expected = belief.was_likeliest or belief.is_open
    key = "why.said_came" if is_as_expected else "why.said_instead"
    return Message(key, clause=clause, came=came)


def _time_clause(part: Expectation, event: int) -> Message:
    """When the note came, or how long it lasted."""
    value = value_words(part, event)
    if part.target == "duration":
        return Message("why.lasted", value=value)
    if part.target == "onset":
        return Message("why.came_after", value=value)
    return Message("why.came_was", value=value)


def _pitch_clause(
    columns: Mapping[str, Sequence[Any]], event: int, melody: Melody | None, so_far: bool
) -> str:
    here = _spelled(columns, event)
    if here is None:
        return ""
    key = None if melody is None else melody.key_at(melody.notes[event].onset_quarters)
    if event == 0:
        degree = degree_words(here, key) if key is not None else ""
        start = Message("why.begins_on", what=degree or clean(here.name))
        return _outside(start, here, key, melody)
    before = _spelled(columns, event - 1)
    assert before is not None
    line = Message("why.line", motion=_motion_clause(before, here, key))
    line = _outside(line, here, key, melody)
    novelty = _novelty(columns["pitch"], event)
    if not novelty or (novelty == _SO_FAR and not so_far):
        return line
    return Message(novelty, said=line)


_SO_FAR = "why.widest_so_far"


def _novelty(pitches: Sequence[int], event: int) -> str:
    """What this song had not done before, once it has had time to show its ways."""
    if event < _SETTLED:
        return ""
    leaps = [abs(after - before) for before, after in pairwise(pitches)]
    leap, earlier, later = leaps[event - 1], leaps[: event - 1], leaps[event:]
    if leap > max(4, *earlier):
        if leap > max(later, default=0):
            return "why.widest_of_song"
        # A leap that the very next one outdoes is not what this place is about.
        return "" if later[0] > leap else _SO_FAR
    return "" if pitches[event] in pitches[:event] else "why.new_pitch"


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
            return Message("why.returned", count=_PASSAGE, place=place)
    return ""


def _motion_clause(before: SpelledPitch, here: SpelledPitch, key: Key | None) -> str:
    motion = motion_words(before, here)
    degree = degree_words(here, key) if key is not None else ""
    if not degree:
        return motion
    key_ = "why.motion_on" if here.pitch == before.pitch else "why.motion_to"
    return Message(key_, motion=motion, degree=degree)


def _outside(said: Message, here: SpelledPitch, key: Key | None, melody: Melody | None) -> Message:
    """A clause for a pitch that the key does not hold, not even as raised in minor."""
    if key is None or melody is None:
        return said
    above_tonic = (here.pitch - key.tonic_pitch_class) % 12
    raised = _RAISED_IN_MINOR if key.mode in ("minor", "aeolian") else set()
    if above_tonic in key.scale or above_tonic in raised:
        return said
    named = key_words(key)
    if melody.key_source == "estimated":
        named = Message("why.estimated_key", key=named)
    return Message("why.outside", said=said, key=named)


def _spelled(columns: Mapping[str, Sequence[Any]], event: int) -> SpelledPitch | None:
    if "pitch" not in columns or "name" not in columns:
        return None
    return SpelledPitch(int(columns["pitch"][event]), str(columns["name"][event]))


def _begins_phrase(melody: Melody, event: int) -> bool:
    """True where the file says so; an estimated phrase is no fact to build a sentence on."""
    return event > 0 and melody.phrase_source == "file" and event in melody.phrase_starts
