"""Why a chord surprised, in words: one regularity that it broke, with its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinamen.domains.music.progression.outcomes import outcome_words
from clinamen.domains.music.progression.regularities import condition_words
from clinamen.operations._bar_words import MOST_BARS, bars_listed, span_words
from clinamen.operations.text import percent
from clinamen.texts import Message, joined

if TYPE_CHECKING:
    from clinamen.domains.music.progression._words import ChordMoment
    from clinamen.engine.why import Reason, Why

__all__ = ["ChordReason", "chord_reason"]

# A habit of the past is said from so many sightings on; fewer than fifty are counted out.
_ENOUGH, _ENOUGH_FOR_PERCENT = 10, 50

# Chords from which on a passage that came before is worth the name.
_PASSAGE = 2

# A passage is named first, as what one can hear in the song, if it makes this share.
_SHARE = 0.15
_LEAST_BITS = 0.05
_MOST_CLAUSES = 3

# What followed less often than once in so many cases tells little.
_TELLING = 5

# How plain the terms are that an expert counts in.
_PLAIN = {"chord": 1.0, "on_key": 1.0, "kind": 1.0, "root_degree": 0.8, "step": 0.7, "move": 0.7,
          "bass": 0.7, "bass_step": 0.5, "bass_on_key": 0.5, "quality": 0.4}  # fmt: skip
_LESS_PLAIN = 0.2

# Clauses that tell a reader little.
_VAGUE = (
    "of every",
    "in bars of",
    "in major",
    "in minor",
    "at this place",
    "of the song",
    "that the chords suggest",
    "different chord",
    "as rich",
    "the last chord was",
)


@dataclass(frozen=True, slots=True)
class ChordReason:
    """One regularity that spoke for what was expected instead.

    Parameters
    ----------
    memory
        ``song`` (this one so far) or ``past`` (what the listener has learnt).
    text
        In words, with its figures.
    expert
        What it predicts from what; "" for a passage that came before, on which several rest.
    bits
        How far it spoke for what was expected; those of all experts on a passage together.
    """

    memory: str
    text: str
    expert: str
    bits: float


def chord_reason(why: Why, moment: ChordMoment, bars: Sequence[int]) -> ChordReason | None:
    """A passage that came before, or the clearest regularity of the memory that spoke most.

    Parameters
    ----------
    why
        Of root and quality, or of the rest.
    moment
        The chord.
    bars
        Bar of every chord of the song.

    Returns
    -------
    ChordReason or None
        None where none is clear.
    """
    spoken = {"past": 0.0, "song": 0.0}
    for reason in why.reasons:
        spoken[_memory(reason)] += reason.bits
    passage = _passage(why, moment, bars)
    if passage is not None and passage.bits >= _SHARE * why.bits:
        return passage
    ranked = sorted(spoken, key=lambda memory: -spoken[memory])
    found = (
        (_of_song if memory == "song" else _of_past)(why, moment, bars)
        for memory in ranked
        if spoken[memory] > 0
    )
    return next((each for each in found if each is not None), None)


def _memory(reason: Reason) -> str:
    return "song" if reason.memory == "short_term" else "past"


def _of_song(why: Why, moment: ChordMoment, bars: Sequence[int]) -> ChordReason | None:
    reasons = [each for each in why.reasons if _memory(each) == "song" and each.expected_at]
    return _clearest(reasons, why, moment, bars)


def _of_past(why: Why, moment: ChordMoment, bars: Sequence[int]) -> ChordReason | None:
    reasons = [each for each in why.reasons if _memory(each) == "past" and each.n_seen >= _ENOUGH]
    return _clearest(reasons, why, moment, bars)


def _clearest(
    reasons: Sequence[Reason], why: Why, moment: ChordMoment, bars: Sequence[int]
) -> ChordReason | None:
    best: tuple[float, Reason, tuple[str, ...]] | None = None
    for reason in reasons:
        if reason.bits < _LEAST_BITS or reason.n_expected <= reason.n_came:
            continue
        clauses = condition_words(reason.expert, moment)
        score = reason.bits * _plainness(reason.expert, clauses)
        score *= 0.5 if len(reason.places) == 1 else 1.0
        score *= min(_TELLING * reason.n_expected / reason.n_seen, 1.0)
        outcomes = [outcome_words(reason.expert, n, moment) for n in (why.expected, why.came)]
        is_clear = (
            0 < len(clauses) <= _MOST_CLAUSES and all(outcomes) and outcomes[0] != outcomes[1]
        )
        if is_clear and (best is None or score > best[0]):
            best = (score, reason, clauses)
    if best is None:
        return None
    _, reason, clauses = best
    expected, came = (outcome_words(reason.expert, n, moment) for n in (why.expected, why.came))
    memory = _memory(reason)
    where = Message("chord.in_song" if memory == "song" else "chord.in_past")
    counted = _times(reason, came, bars) if memory == "song" else _cases(reason, came)
    text = Message("chord.reason", opening=(where, *clauses), expected=expected, counted=counted)
    return ChordReason(memory, text, reason.expert, reason.bits)


def _plainness(expert: str, clauses: Sequence[str]) -> float:
    plain = _PLAIN.get(expert.partition("|")[0].strip(), _LESS_PLAIN)
    vague = sum(any(word in clause for word in _VAGUE) for clause in clauses)
    return plain * 0.5**vague


def _cases(reason: Reason, came: str) -> Message:
    n_seen, n_came = reason.n_seen, reason.n_came
    if reason.n_expected == n_seen:
        return Message("chord.in_all_cases", count=round(n_seen))
    if n_seen < _ENOUGH_FOR_PERCENT:
        often, seldom = str(round(reason.n_expected)), str(round(n_came))
    else:
        often, seldom = percent(reason.n_expected / n_seen), percent(n_came / n_seen)
    return Message(
        "chord.in_cases",
        often=Message("chord.of_cases", part=often, count=round(n_seen)),
        came=came,
        seldom=seldom if n_came > 0 else Message("chord.none_of_them"),
    )


def _times(reason: Reason, came: str, bars: Sequence[int]) -> Message:
    n_seen, n_for, n_came = (
        len(each) for each in (reason.places, reason.expected_at, reason.came_at)
    )
    where = _bars_words([bars[event] for event in reason.expected_at])
    if n_for == n_seen == 1:
        return Message("chord.only_time", where=where)
    if n_for == n_seen == 2:
        return Message("chord.both_times", where=where)
    if n_for == n_seen:
        return Message("chord.all_times", count=n_for, where=where)
    often = Message("chord.some_times", part=n_for, whole=n_seen, where=where)
    return Message("chord.and_came", often=often, came=came, n=n_came) if n_came else often


def _bars_words(bars: Sequence[int]) -> str:
    named = list(dict.fromkeys(max(bar, 0) for bar in bars))
    if len(named) > MOST_BARS:
        return Message("place.last_in", bar=named[-1])
    if 0 not in named:
        return bars_listed(named)
    each = [bars_listed([bar]) if bar else Message("place.the_pickup") for bar in named]
    return joined(each, "and")


def _passage(why: Why, moment: ChordMoment, bars: Sequence[int]) -> ChordReason | None:
    """That the last chords came before in this song, and what followed them there."""
    if moment.kinds:
        return None
    places = {at for each in why.reasons if each.bits > 0 for at in each.expected_at}
    if not places:
        return None
    columns, event = moment.columns, moment.event
    chords = list(zip(columns.symbol.tolist(), columns.kind.tolist(), strict=True))
    lengths = {place: _n_alike(chords, place, event) for place in places}
    place = max(lengths, key=lambda at: (lengths[at], at))
    n_chords = lengths[place]
    if n_chords < _PASSAGE:
        return None
    where = span_words(bars[place - n_chords], bars[place - 1])
    text = Message("chord.passage", count=n_chords, where=where, name=moment.name(place))
    bits = sum(each.bits for each in why.reasons if place in each.expected_at)
    return ChordReason("song", text, "", bits)


def _n_alike(chords: Sequence[tuple[int, int]], place: int, event: int) -> int:
    """How many chords before one place are those before another."""
    n = 0
    while n < place and chords[place - 1 - n] == chords[event - 1 - n]:
        n += 1
    return n
