"""What one regularity rests on, in a clause with its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clinamen.operations._bar_words import MOST_BARS, bars_listed, span_words
from clinamen.operations._conditions import conditions_text
from clinamen.operations._moment import Moment
from clinamen.operations.text import percents
from clinamen.texts import Message

if TYPE_CHECKING:
    from clinamen.engine.why import Reason

__all__ = ["Evidence", "evidence_words", "figures_words", "passage_words"]

# Fewer cases than this are counted out rather than given in per cent.
_ENOUGH_FOR_PERCENT = 50

# Notes from which on a passage that came before is worth the name.
_PASSAGE = 3


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


# What a candidate completes.
_LEADS = {"onset": "why.next_came", "duration": "why.note_lasted"}


def evidence_words(evidence: Evidence, moment: Moment) -> str:
    """A clause with figures: ``in this song so far, after a rise, G4 followed all 3 times``."""
    is_song = evidence.reason.memory == "short_term"
    where = "why.in_song" if is_song else "why.in_past"
    return Message(where, figures=figures_words(evidence, moment))


def figures_words(evidence: Evidence, moment: Moment) -> str:
    """The same without where it comes from, for a table that says so."""
    is_song = evidence.reason.memory == "short_term"
    return Message(
        "why.figures",
        when=conditions_text(evidence.conditions) or Message("why.always"),
        followed=_followed_words(evidence, moment),
        often=_times(evidence, moment) if is_song else _cases(evidence),
    )


def _followed_words(evidence: Evidence, moment: Moment) -> Message:
    """The candidate spoken for in the expert's terms, with its name where it has one."""
    what = evidence.followed
    if moment.target != "pitch":
        return Message(_LEADS[moment.target], what=what)
    name = moment.name(evidence.likelier)
    if name in what:
        return Message("why.followed", what=what)
    return Message("why.followed_here", what=what, name=name)


def _cases(evidence: Evidence) -> Message:
    n_seen, n_against = evidence.reason.n_seen, evidence.n_against
    if n_seen < _ENOUGH_FOR_PERCENT:
        part: str = _count(evidence.n_for)
        against: str = _count(n_against)
    else:
        part, against = percents(evidence.n_for / n_seen, n_against / n_seen)
    return Message(
        "why.in_cases",
        cases=Message("why.of_cases", part=part, whole=_count(n_seen)),
        otherwise=evidence.otherwise,
        against=Message("why.none") if n_against == 0 else against,
    )


def _times(evidence: Evidence, moment: Moment) -> Message:
    n_seen, n_for = round(evidence.reason.n_seen), round(evidence.n_for)
    where = _places_words(moment, evidence.at)
    if n_seen == 1:
        return Message("why.only_time", where=where)
    if n_for < n_seen:
        return Message("why.some_times", part=n_for, whole=n_seen, where=where)
    if n_seen == 2:
        return Message("why.both_times", where=where)
    return Message("why.all_times", count=n_seen, where=where)


def _count(n_cases: float) -> Message:
    """A number of sightings; those that have faded are no whole number."""
    if abs(n_cases - round(n_cases)) < 1e-6:
        return Message("why.count", number=round(n_cases))
    if n_cases >= 10:
        return Message("why.about", number=n_cases)
    return Message("why.about_small", number=round(n_cases, 1))


def _places_words(moment: Moment, events: Sequence[int]) -> Message:
    """Bars of earlier notes: ``bars 2, 6 and 10``; of many, the last."""
    bars = list(dict.fromkeys(moment.bar_and_beat(event)[0] for event in events))
    if len(bars) > MOST_BARS:
        return Message("place.last_in", bar=bars[-1])
    full = [bar for bar in bars if bar > 0]
    if not full:
        return Message("place.only_pickup")
    listed = bars_listed(full)
    return Message("place.pickup_and", bars=listed) if 0 in bars else listed


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
    where = span_words(moment.bar_and_beat(first)[0], moment.bar_and_beat(place)[0])
    return Message("why.passage", what=Message(what, count=n_notes), where=where, followed=followed)


def _passage(evidence: Evidence, moment: Moment, place: int) -> tuple[int, str, Message]:
    """How many notes up to here came before, up to an earlier place, what of them, what then."""
    heard, event = moment.heard, moment.event
    followed = _followed_words(evidence, moment)
    if moment.target != "pitch":
        now = moment.now
        n_same = _alike(heard.column("bioi"), event - now, place - now) + 1
        return n_same, "why.last_rhythm", Message("why.there_first", followed=followed)
    pitches = heard.events.pitch.tolist()
    n_same = _alike(pitches, event - 1, place - 1)
    if n_same >= _PASSAGE and pitches[place] == int(heard.part.alphabet[evidence.likelier]):
        followed = Message("why.followed", what=moment.name(evidence.likelier))
        return n_same, "why.last_notes", Message("why.there", followed=followed)
    n_same = _alike(heard.column("cpint"), event - 1, place - 1) + 1
    return n_same, "why.last_transposed", Message("why.there", followed=followed)


def _alike(values: Sequence[int], here: int, there: int) -> int:
    """How many values before and at two places are the same."""
    n_same = 0
    while n_same <= there and values[here - n_same] == values[there - n_same]:
        n_same += 1
    return n_same
