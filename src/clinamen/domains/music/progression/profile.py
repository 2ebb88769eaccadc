"""A listener profile for harmony, made to agree with how surprised people say they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.chords import Chord
from clinamen.domains.music.progression.events import HarmonyEvents, untimed_events
from clinamen.domains.music.progression.learned import ChordTables, LearnedChords, learn_chords
from clinamen.engine.mixture import Mixture
from clinamen.errors import ParameterError

__all__ = ["LONG_TERM_TRUST", "HarmonyProfile", "flattened", "learn_member"]

LONG_TERM_TRUST = 0.5
"""By how much the weights of long-term experts are multiplied: people expect less sharply than
a corpus allows, and go more by what they have just heard."""

FloatArray = npt.NDArray[np.float64]


@dataclass
class HarmonyProfile:
    """What people expect of chords, as far as ratings of surprise tell.

    Models of several corpora with equal weight. Of root and quality, probabilities are
    pooled as a geometric mean; of the other tones and the bass, bits are averaged. A kind that
    a member does not know counts as that, unknown; which of all unknown kinds it is, is not
    counted. Times, keys and melodies are not looked at.

    Parameters
    ----------
    members
        One for each corpus, all knowing chords alone.
    name
        For people.
    facts
        Corpus list, rights and settings, as plain values.

    Raises
    ------
    ParameterError
        If there are no members, or one looks at more than chords.
    """

    members: tuple[LearnedChords, ...]
    name: str = "new profile of harmony"
    facts: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.members or any(member.known for member in self.members):
            raise ParameterError("a profile of harmony needs members that know chords alone")

    def __repr__(self) -> str:
        return f"<HarmonyProfile {self.name!r}: {len(self.members)} corpora>"

    def information_content(self, chords: Sequence[Chord]) -> FloatArray:
        """Bits of every chord of a progression, shape ``(T,)``; one that comes again counts.

        Raises
        ------
        ParameterError
            If there are no chords.
        """
        events = untimed_events(chords, merge=False)
        tables = [member.tables(events) for member in self.members]
        came = tables[0].chord.came
        rows = _pooled(tables)[np.arange(len(came)), came]
        details = [table.detail_bits - table.detail.extra_bits for table in tables]
        return np.asarray(np.mean(details, axis=0) - np.log2(rows))

    def expected(self, chords: Sequence[Chord]) -> FloatArray:
        """Probability of each root and quality before every chord, shape ``(T, N_CHORDS)``."""
        events = untimed_events(chords, merge=False)
        return _pooled([member.tables(events) for member in self.members])


def _pooled(tables: Sequence[ChordTables]) -> FloatArray:
    """Geometric mean of what members expect of root and quality."""
    votes = np.mean([np.log(table.chords) for table in tables], axis=0)
    rows = np.exp(votes - votes.max(axis=1, keepdims=True))
    return np.asarray(rows / rows.sum(axis=1, keepdims=True))


def learn_member(songs: Sequence[HarmonyEvents], labels: Sequence[object]) -> LearnedChords:
    """A member that has learnt one corpus, its long-term experts at `LONG_TERM_TRUST`."""
    return flattened(learn_chords(songs, frozenset(), labels=labels), LONG_TERM_TRUST)


def flattened(learned: LearnedChords, trust: float) -> LearnedChords:
    """The same with the weights of long-term experts multiplied by `trust`."""
    for mixture in (learned.chords, learned.details):
        _scale_long_term(mixture, trust)
    return learned


def _scale_long_term(mixture: Mixture, trust: float) -> None:
    mixture.weights[:, : mixture.n_experts] *= trust
