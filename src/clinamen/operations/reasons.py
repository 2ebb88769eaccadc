"""Why a note surprised, in words: which regularities it broke, and where they come from.

A learned mixture says for every one of its experts how far it spoke for what was expected
against what came, and what it had counted (`clinamen.engine.why.Why`). Here experts that say
the same are put together, and the clearest of each group is put into a sentence. Every
clause follows from its counts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clinamen.domains.music.regularities import Looks, family_of, family_words
from clinamen.operations._belief import costliest_part, has_no_past
from clinamen.operations._conditions import condition_words
from clinamen.operations._evidence import Evidence, evidence_words, figures_words, passage_words
from clinamen.operations._moment import Heard, Moment
from clinamen.operations._outcomes import outcome_words
from clinamen.texts import Message, joined

if TYPE_CHECKING:
    from clinamen.domains.music.notes import Melody
    from clinamen.engine.expectation import Expectation
    from clinamen.engine.why import Reason, Why

__all__ = ["ECHO", "Explainer", "Explanation", "Regularity", "group_reasons"]

ECHO = "echo"
"""Kind of a regularity that rests on one earlier place of the song."""

# A habit of the past is put into words from so many sightings on, and said in a remark when
# it makes at least this share of the difference.
_ENOUGH = 10
_CANDIDATES = 20
_SHARE, _LEAST_BITS = 0.12, 0.1

# Clauses that a sentence can hold, and how plain the terms are that an expert counts in.
_MOST_CLAUSES = 3
_PLAIN = {
    "cpint": 1.0,
    "degree": 1.0,
    "cpitch": 0.8,
    "cpintfip": 0.5,
    "guessed": 0.2,
    "bioi": 1.0,
    "bioi_beats": 0.8,
    "next_place": 0.8,
    "dur": 1.0,
    "dur_beats": 0.8,
    "end_place": 0.6,
    "dur_ratio": 0.5,
    "bioi_ratio": 0.5,
}
_LESS_PLAIN = 0.3
_VAGUE = ("in a row", "rhythm", "this far", "this high", "this pace", "as here", "this many")


@dataclass(frozen=True, slots=True)
class Regularity:
    """Experts that say the same.

    Parameters
    ----------
    memory
        ``song`` (this one so far) or ``past`` (what the listener has learnt).
    kind
        One of `clinamen.domains.music.regularities.FAMILIES`, or `ECHO`.
    bits
        How far they spoke, together, for what was expected against what came.
    reasons
        What each of them said, the strongest against what came first.
    place
        For an echo, the one earlier event that it rests on.
    """

    memory: str
    kind: str
    bits: float
    reasons: tuple[Reason, ...]
    place: int | None = None


def group_reasons(why: Why) -> tuple[Regularity, ...]:
    """Put experts that say the same together.

    Experts that met their context only once in this song, at the same place, are one echo of
    that place; the others go by memory and family. Every expert is in one group, so that the
    groups' bits add up to those of `why`. What decided comes first: the groups that spoke for
    the likelier of the two.
    """
    groups: dict[tuple[str, str, int | None], list[Reason]] = {}
    for reason in why.reasons:
        groups.setdefault(_group_of(reason), []).append(reason)
    sign = 1.0 if why.bits >= 0 else -1.0
    found = [
        Regularity(memory, kind, sum(each.bits for each in reasons), tuple(reasons), place)
        for (memory, kind, place), reasons in groups.items()
    ]
    return tuple(sorted(found, key=lambda each: -sign * each.bits))


def _group_of(reason: Reason) -> tuple[str, str, int | None]:
    if reason.memory == "short_term" and len(reason.places) == 1:
        return "song", ECHO, reason.places[0]
    return ("song" if reason.memory == "short_term" else "past"), family_of(reason.expert), None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A regularity at one note, with its clearest expert.

    Parameters
    ----------
    regularity
        The group.
    name
        The group in words: ``place in the bar``, ``as in bar 5, beat 1``.
    evidence
        What its clearest expert counted; None where none shows it clearly.
    text
        The same in words; "" where there is none.
    """

    regularity: Regularity
    name: str
    evidence: Evidence | None
    text: str

    @property
    def memory(self) -> str:
        """Where it comes from: ``this song`` or ``learnt tunes``."""
        return "this song" if self.regularity.memory == "song" else "learnt tunes"


class Explainer:
    """Reasons for the notes of one heard song.

    Parameters
    ----------
    expectation
        From a learned mixture; of a joint one the costlier part of a note is explained, unless
        a method is asked for the other `part`.
    melody
        The melody that was heard.
    """

    def __init__(self, expectation: Expectation, melody: Melody) -> None:
        self._expectation = expectation
        parts = expectation.parts or {expectation.target: expectation}
        self._heard = {target: Heard(part, melody) for target, part in parts.items()}
        self._said: set[str] = set()

    def why(self, event: int, *, part: Expectation | None = None) -> Why | None:
        """Reasons as the model gives them; None where it gives none."""
        part = part or costliest_part(self._expectation, event)
        if part.explain is None or has_no_past(part.target, event) or len(part.alphabet) < 2:
            return None
        return part.why(event)

    def moment(self, event: int, *, part: Expectation | None = None) -> Moment:
        """The part of a note that is explained."""
        part = part or costliest_part(self._expectation, event)
        return Moment(self._heard[part.target], event)

    def explanations(
        self, event: int, *, part: Expectation | None = None
    ) -> tuple[Explanation, ...]:
        """All regularities that spoke at a note, what decided first."""
        why = self.why(event, part=part)
        if why is None:
            return ()
        moment = self.moment(event, part=part)
        return tuple(_explanation(group, why, moment) for group in group_reasons(why))

    def sentence(self, event: int, *, vary: bool = False, part: Expectation | None = None) -> str:
        """The strongest regularity of the song and the strongest of the past, in words.

        "" where the model gives no reasons, or none that is clear. What was expected is what
        was likeliest beside the note itself.

        Parameters
        ----------
        vary
            For a list of sentences: other experts than in the sentences before where there
            are some.
        """
        why = self.why(event, part=part)
        if why is None:
            return ""
        moment = self.moment(event, part=part)
        best: dict[str, tuple[float, Regularity, Evidence]] = {}
        least = max(_SHARE * abs(why.bits), _LEAST_BITS)
        for group in group_reasons(why):
            decided = group.bits if why.bits >= 0 else -group.bits
            said = self._said if vary else ()
            evidence = _clearest(group, why, moment, said) if decided >= least else None
            if evidence is None:
                continue
            score = decided * _score(evidence) / abs(evidence.reason.bits)
            if score > best.get(group.memory, (0.0,))[0]:
                best[group.memory] = (score, group, evidence)
        ranked = sorted(best.values(), key=lambda each: -abs(each[1].bits))
        clauses = [_words(group, evidence, moment) for _, group, evidence in ranked]
        if vary:
            self._said |= {evidence.reason.expert for _, _, evidence in ranked}
        return _joined(clauses, kept=why.bits < 0)


def _explanation(group: Regularity, why: Why, moment: Moment) -> Explanation:
    evidence = _clearest(group, why, moment, ())
    text = "" if evidence is None else figures_words(evidence, moment)
    return Explanation(group, _name(group, moment), evidence, text)


def _name(group: Regularity, moment: Moment) -> str:
    if group.place is None:
        return family_words(group.kind)
    bar, beat = moment.bar_and_beat(group.place)
    if bar == 0:
        return Message("why.as_in_pickup", beat=beat)
    return Message("why.as_in_bar", bar=bar, beat=beat)


def _words(group: Regularity, evidence: Evidence, moment: Moment) -> str:
    passage = passage_words(evidence, moment, group.place) if group.place is not None else ""
    return passage or evidence_words(evidence, moment)


def _joined(clauses: Sequence[str], *, kept: bool) -> str:
    if not clauses:
        return ""
    text = joined(clauses, "semicolon")
    return Message("why.kept_to_habit" if kept else "why.clauses", text=text)


def _clearest(
    group: Regularity, why: Why, moment: Moment, said: Collection[str]
) -> Evidence | None:
    """The expert that shows best what its group spoke for: much said, from few plain facts."""
    strongest = sorted(group.reasons, key=lambda reason: -abs(reason.bits))[:_CANDIDATES]
    found = [_evidence(reason, group.bits < 0, why, moment) for reason in strongest]
    clear = [evidence for evidence in found if evidence is not None]
    new = [evidence for evidence in clear if evidence.reason.expert not in said]
    return max(new or clear, key=_score, default=None)


def _evidence(reason: Reason, for_came: bool, why: Why, moment: Moment) -> Evidence | None:
    """What an expert counted, where that shows clearly what it spoke for."""
    looks = Looks.parse(reason.expert)
    speaks, n_for, n_against = reason.bits, reason.n_expected, reason.n_came
    likelier, other, at = why.expected, why.came, reason.expected_at
    if for_came:
        speaks, n_for, n_against = -speaks, n_against, n_for
        likelier, other, at = other, likelier, reason.came_at
    if speaks <= 0 or not looks.is_known or not _is_clear(reason, n_for, n_against):
        return None
    conditions = tuple(condition_words(_that_varies(looks, reason, moment), moment))
    if len(conditions) > _MOST_CLAUSES:
        return None
    return Evidence(
        reason=reason,
        conditions=conditions,
        likelier=likelier,
        followed=outcome_words(looks, moment, likelier),
        otherwise=outcome_words(looks, moment, other),
        n_for=n_for,
        n_against=n_against,
        at=at,
        for_came=for_came,
    )


def _is_clear(reason: Reason, n_for: float, n_against: float) -> bool:
    """True if counts show a habit, not chance: more than half of a song, two deviations."""
    if reason.memory == "short_term":
        return n_for > reason.n_seen / 2
    enough = reason.n_seen >= _ENOUGH
    return enough and n_for - n_against > 2 * float(np.sqrt(n_for + n_against))


def _that_varies(looks: Looks, reason: Reason, moment: Moment) -> Looks:
    """Without what is the same all through one song."""
    melody = moment.heard.melody
    constant = set()
    if reason.memory == "short_term":
        constant |= {"mode"} if len(melody.keys) < 2 else set()
        constant |= {"barlength", "n_beats"} if len(melody.meters) < 2 else set()
    return Looks(looks.frame, tuple(each for each in looks.at if each[0] not in constant))


def _score(evidence: Evidence) -> float:
    """Bits, less where the terms are not plain, the share is small or the clauses many."""
    reason = evidence.reason
    plain = _PLAIN.get(Looks.parse(reason.expert).frame, _LESS_PLAIN)
    share = float(np.sqrt(evidence.n_for / reason.n_seen))
    lead = (evidence.n_for - evidence.n_against) / reason.n_seen
    vague = sum(any(word in clause for word in _VAGUE) for clause in evidence.conditions)
    clauses = 1 + 0.4 * max(len(evidence.conditions) - 1, 0) + 0.6 * vague
    return abs(reason.bits) * plain * share * lead / clauses
