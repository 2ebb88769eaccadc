"""Why an event surprised: which regularities spoke for something else, and from where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.engine import _mixture_kernels as kernels
from clinamen.engine.mixture import Mixture, Votes
from clinamen.engine.mixture_view import ExpertView
from clinamen.errors import ParameterError

__all__ = ["Reason", "Why", "explain"]

_BITS = 1 / np.log(2)


@dataclass(frozen=True, slots=True)
class Reason:
    """One regularity and what it said at an event.

    Parameters
    ----------
    expert
        What it predicts from what, such as ``cpint | cpintfref@1 posinbar``.
    memory
        ``long_term`` (learnt before) or ``short_term`` (this sequence so far).
    bits
        How far it spoke for what was expected against what came; below 0 if it spoke for
        what came.
    n_seen
        How often its context was seen, in sightings.
    n_expected, n_came
        How often what was expected followed there, and how often what came.
    places
        Earlier events of this sequence with the same context, for ``short_term``.
    """

    expert: str
    memory: str
    bits: float
    n_seen: float
    n_expected: float
    n_came: float
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """What was expected instead of what came, and which regularities made it so.

    Parameters
    ----------
    event
        Index of the event.
    came, expected
        Index in the alphabet of what came, and of the likeliest alternative: what was
        likeliest, or the second where that came.
    probability_came, probability_expected
        What the listener gave them.
    reasons
        Every regularity that spoke, the strongest against what came first. Their bits add up
        to log2(probability_expected / probability_came).
    """

    event: int
    came: int
    expected: int
    probability_came: float
    probability_expected: float
    reasons: tuple[Reason, ...]

    @property
    def bits(self) -> float:
        """By how many bits the expected was likelier than what came; below 0 if it was not."""
        return float(np.log2(self.probability_expected / self.probability_came))


def explain(
    mixture: Mixture,
    view: ExpertView,
    event: int,
    row: npt.NDArray[np.float64],
    experts: Sequence[object],
) -> Why:
    """Why an event of a sequence surprised, from the votes of a mixture's experts.

    Parameters
    ----------
    row
        What was predicted before the event, shape ``(A,)``.
    experts
        Each expert, length ``E``; its text names it.

    Raises
    ------
    ParameterError
        If there is no such event, or nothing came there.

    Source: original; the log-odds of two candidates are the sum of the experts' weighted
    votes for one less those for the other.
    """
    if not 0 <= event < len(view.came) or view.came[event] < 0:
        raise ParameterError(f"no event {event} came, so there is no reason to give")
    came = int(view.came[event])
    expected = _rival(row, came)
    votes = mixture.votes(view, event)
    spoken = (votes.scores[:, :, expected] - votes.scores[:, :, came]) * _BITS
    reasons = [
        _reason(votes, spoken, view, event, (memory, expert), (came, expected), str(name))
        for memory in (0, 1)
        for expert, name in enumerate(experts)
        if votes.seen[memory, expert] > 0
    ]
    reasons.sort(key=lambda reason: -reason.bits)
    return Why(event, came, expected, float(row[came]), float(row[expected]), tuple(reasons))


def _rival(row: npt.NDArray[np.float64], came: int) -> int:
    others = row.copy()
    others[came] = -1.0
    return int(np.argmax(others))


def _reason(
    votes: Votes,
    spoken: npt.NDArray[np.float64],
    view: ExpertView,
    event: int,
    who: tuple[int, int],
    choices: tuple[int, int],
    name: str,
) -> Reason:
    memory, expert = who
    came, expected = choices
    counts = votes.counts[memory, expert]
    places: tuple[int, ...] = ()
    if memory == 1:
        same = np.flatnonzero(view.codes[:event, expert] == view.codes[event, expert])
        places = tuple(same.tolist()) if view.codes[event, expert] != kernels.NO_CONTEXT else ()
    return Reason(
        expert=name,
        memory=("long_term", "short_term")[memory],
        bits=float(spoken[memory, expert]),
        n_seen=float(votes.seen[memory, expert]),
        n_expected=float(counts[expected]),
        n_came=float(counts[came]),
        places=places,
    )
