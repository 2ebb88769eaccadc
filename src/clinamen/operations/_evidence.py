"""What one regularity rests on, in a clause with its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinamen.operations._conditions import conditions_text
from clinamen.operations._moment import Moment
from clinamen.operations.text import decimal, join_or, percents

if TYPE_CHECKING:
    from clinamen.engine.why import Reason

__all__ = ["Evidence", "evidence_words", "figures_words", "passage_words"]

# Fewer cases than this are counted out rather than given in per cent.
_ENOUGH_FOR_PERCENT = 50

# Notes from which on a passage that came before is worth the name, and bars that are listed.
_PASSAGE, _MOST_BARS = 3, 4


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one expert had counted, of the two candidates that are compared.

    Parameters
    ----------
    reason
        The expert and its counts.
    conditions
        What the cases had in common with this moment.
    likelier
        Index in the alphabet of the candidate that the expert spoke for.
    followed, otherwise
        That candidate and the other one in the expert's terms: ``a major second up``.
    n_for, n_against
        How often each of them followed.
    at
        Events of this song where it followed.
    for_came
        True where it spoke for what came, so that this is what was likelier to it.
    """

    reason: Reason
    conditions: tuple[str, ...]
    likelier: int
    followed: str
    otherwise: str
    n_for: float
    n_against: float
    at: tuple[int, ...]
    for_came: bool = False

    @property
    def expected(self) -> str:
        """What was expected, in the expert's terms."""
        return self.otherwise if self.for_came else self.followed

    @property
    def came(self) -> str:
        """What came, in the expert's terms."""
        return self.followed if self.for_came else self.otherwise


_IN_SONG, _IN_PAST = "in this song so far", "in the tunes it has learnt"
_ALWAYS = "whatever came before"
_LEADS = {"pitch": "", "onset": "the next note came ", "duration": "the note lasted "}


def evidence_words(evidence: Evidence, moment: Moment) -> str:
    """A clause with figures: ``in this song so far, after a rise, G4 followed all 3 times``."""
    where = _IN_SONG if evidence.reason.memory == "short_term" else _IN_PAST
    return f"{where}, {figures_words(evidence, moment)}"


def figures_words(evidence: Evidence, moment: Moment) -> str:
    """The same without where it comes from, for a table that says so."""
    conditions = conditions_text(evidence.conditions) or _ALWAYS
    said = f"{_LEADS[moment.target]}{_followed_words(evidence, moment)}"
    counted = (
        _times(evidence, moment) if evidence.reason.memory == "short_term" else _cases(evidence)
    )
    return f"{conditions}, {said}{counted}"


def _followed_words(evidence: Evidence, moment: Moment) -> str:
    """The candidate spoken for in the expert's terms, with its name where it has one."""
    if moment.target != "pitch":
        return evidence.followed
    name = moment.name(evidence.likelier)
    here = "" if name in evidence.followed else f" (here {name})"
    return f"{evidence.followed}{here} followed"


def _cases(evidence: Evidence) -> str:
    n_seen, n_against = evidence.reason.n_seen, evidence.n_against
    if n_seen < _ENOUGH_FOR_PERCENT:
        counted = f"{_count(evidence.n_for)} of {_count(n_seen)} cases"
        against = _count(n_against)
    else:
        share, against = percents(evidence.n_for / n_seen, n_against / n_seen)
        counted = f"{share} of {_count(n_seen)} cases"
    if n_against == 0:
        return f" in {counted} and {evidence.otherwise} in none"
    return f" in {counted} and {evidence.otherwise} in {against}"


def _times(evidence: Evidence, moment: Moment) -> str:
    n_seen, n_for = round(evidence.reason.n_seen), round(evidence.n_for)
    where = _places_words(moment, evidence.at)
    if n_seen == 1:
        return f" the only time ({where})"
    if n_for == n_seen:
        often = "both times" if n_seen == 2 else f"all {n_seen} times"
    else:
        often = f"{n_for} of {n_seen} times"
    return f" {often} ({where})"


def _count(n_cases: float) -> str:
    """A number of sightings; those that have faded are no whole number."""
    if abs(n_cases - round(n_cases)) < 1e-6:
        return f"{round(n_cases):,}"
    return f"about {n_cases:,.0f}" if n_cases >= 10 else f"about {decimal(n_cases, 1)}"


def _places_words(moment: Moment, events: Sequence[int]) -> str:
    """Bars of earlier notes: ``bars 2, 6 and 10``; of many, the last."""
    bars = list(dict.fromkeys(moment.bar_and_beat(event)[0] for event in events))
    if len(bars) > _MOST_BARS:
        return f"last in bar {bars[-1]}"
    return _bars(bars, "and")


def _bars(bars: Sequence[int], word: str) -> str:
    named = [str(bar) for bar in bars if bar > 0]
    pickup = ["the pickup"] if 0 in bars else []
    if not named:
        return "pickup"
    if not pickup:
        return f"bar {named[0]}" if len(named) == 1 else f"bars {join_or(named, word)}"
    return f"{pickup[0]} {word} {_bars([bar for bar in bars if bar > 0], word)}"


def passage_words(evidence: Evidence, moment: Moment, place: int) -> str:
    """That the last notes came before in this song, and what followed them there.

    "" where fewer than three notes did, or something else followed.
    """
    if place not in evidence.at:
        return ""
    n_notes, what, followed = _passage(evidence, moment, place)
    if n_notes < _PASSAGE:
        return ""
    first = place - n_notes + (1 if moment.target == "duration" else 0)
    where = _span(moment.bar_and_beat(first)[0], moment.bar_and_beat(place)[0])
    return f"{what.format(n=n_notes)} came before, {where}, and {followed}"


def _span(first: int, last: int) -> str:
    """Bars from one to another."""
    if first == last:
        return "in the pickup" if first == 0 else f"in bar {first}"
    if first == 0:
        return f"from the pickup to bar {last}"
    return f"in bars {first} {'and' if last == first + 1 else 'to'} {last}"


def _passage(evidence: Evidence, moment: Moment, place: int) -> tuple[int, str, str]:
    """How many notes up to here came before, up to an earlier place, what of them, what then."""
    heard, event = moment.heard, moment.event
    if moment.target != "pitch":
        now = moment.now
        n_same = _alike(heard.column("bioi"), event - now, place - now) + 1
        followed = f"there {_LEADS[moment.target]}{evidence.followed}"
        return n_same, "the rhythm of the last {n} notes", followed
    pitches = heard.events.pitch.tolist()
    n_same = _alike(pitches, event - 1, place - 1)
    if n_same >= _PASSAGE and pitches[place] == int(heard.part.alphabet[evidence.likelier]):
        return (
            n_same,
            "the last {n} notes",
            f"{moment.name(evidence.likelier)} followed there",
        )
    n_same = _alike(heard.column("cpint"), event - 1, place - 1) + 1
    what = "the last {n} notes, transposed,"
    return n_same, what, f"{_followed_words(evidence, moment)} there"


def _alike(values: Sequence[int], here: int, there: int) -> int:
    """How many values before and at two places are the same."""
    n_same = 0
    while n_same <= there and values[here - n_same] == values[there - n_same]:
        n_same += 1
    return n_same
