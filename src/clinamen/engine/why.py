"""Why an event surprised: which regularities spoke for something else, and from where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.engine import _mixture_kernels as kernels
from clinamen.engine.mixture import Mixture, Votes
from clinamen.engine.mixture_view import ExpertView
from clinamen.engine.symbols import NO_SYMBOL
from clinamen.errors import ParameterError

__all__ = ["Reason", "Why", "explain"]

_BITS = 1 / np.log(2)

_Places = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]
_NOWHERE: _Places = ((), (), ())


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
    expected_at, came_at
        Those of them where what was expected followed, and where what came did.
    """

    expert: str
    memory: str
    bits: float
    n_seen: float
    n_expected: float
    n_came: float
    places: tuple[int, ...] = ()
    expected_at: tuple[int, ...] = ()
    came_at: tuple[int, ...] = ()


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
    choices = (came, expected)
    reasons = [
        _reason(votes, spoken[memory, expert], (memory, expert), choices, str(name), places)
        for expert, name in enumerate(experts)
        for memory, places in ((0, _NOWHERE), (1, _places(mixture, view, event, expert, choices)))
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
    bits: float,
    who: tuple[int, int],
    choices: tuple[int, int],
    name: str,
    places: _Places,
) -> Reason:
    counts = votes.counts[who]
    came, expected = choices
    return Reason(
        expert=name,
        memory=("long_term", "short_term")[who[0]],
        bits=float(bits),
        n_seen=float(votes.seen[who]),
        n_expected=float(counts[expected]),
        n_came=float(counts[came]),
        places=places[0],
        expected_at=places[1],
        came_at=places[2],
    )


def _places(
    mixture: Mixture, view: ExpertView, event: int, expert: int, choices: tuple[int, int]
) -> _Places:
    """Where an expert met this context before, and where each of two things followed there."""
    codes, frame = view.codes[: event + 1, expert], mixture.frames[expert]
    if codes[event] == kernels.NO_CONTEXT:
        return _NOWHERE
    symbols = view.symbols[:event, frame]
    same = np.flatnonzero((codes[:event] == codes[event]) & (symbols != NO_SYMBOL))
    came, expected = view.images[view.image_index[event], frame, list(choices)]
    return (
        tuple(same.tolist()),
        tuple(same[symbols[same] == expected].tolist()),
        tuple(same[symbols[same] == came].tolist()),
    )
