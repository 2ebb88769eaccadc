"""What a listener has learnt about one target, as a learned mixture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clinamen.domains.music._note_expectation import note_expectation
from clinamen.domains.music.events import IntArray, MelodyEvents
from clinamen.domains.music.experts import Experts
from clinamen.domains.music.notes import Melody
from clinamen.engine.expectation import Expectation
from clinamen.engine.mixture import Mixture
from clinamen.engine.why import Why, explain

__all__ = ["HEARD_KNOWN", "MIXTURE", "Learned"]

MIXTURE = "mixture"
"""Name of this model, beside the classic ones."""

HEARD_KNOWN: Mapping[str, frozenset[str]] = {
    "onset": frozenset({"key"}),
    "pitch": frozenset({"onset", "key"}),
    "duration": frozenset({"onset", "pitch", "key"}),
}
"""What a listener takes as known. Phrases are not among it: few files mark them, and marks
that are estimated from a whole melody would give away what is still to come."""


@dataclass
class Learned:
    """Experts on one target, with their counts and weights.

    Parameters
    ----------
    lens
        How melodies look to the experts.
    mixture
        Their counts and weights.
    """

    lens: Experts
    mixture: Mixture

    @classmethod
    def new(
        cls, target: str, experts: Experts | None = None, *, with_chords: bool = False
    ) -> Learned:
        """Nothing learnt yet.

        Parameters
        ----------
        experts
            By default those that do with `HEARD_KNOWN`.
        with_chords
            Whether these know the chords as well.
        """
        known = HEARD_KNOWN[target] | ({"chords"} if with_chords else set())
        lens = experts if experts is not None else Experts(target, known=known)
        return cls(lens, lens.mixture())

    def count(self, heard: Sequence[MelodyEvents]) -> None:
        """Add melodies to the counts; the weights stay."""
        for view in self.lens.views(heard):
            self.mixture.count([view])

    def hear(
        self,
        melody: Melody,
        events: MelodyEvents,
        alphabet: IntArray,
        columns: Mapping[str, Sequence[Any]],
        listener: str,
    ) -> Expectation:
        """What was expected at every note, and after the last.

        Parameters
        ----------
        alphabet
            What could come, rising, shape ``(A,)``; holds all that the melody has.
        """
        target = self.lens.target
        view = self.lens.view(events, alphabet, following=True)
        table = self.mixture.predict(view)

        def why(event: int) -> Why:
            return explain(self.mixture, view, event, table[event], self.lens.experts)

        settings = {
            "listener": listener,
            "model": MIXTURE,
            "experts": len(self.lens.experts),
            "known": sorted(self.lens.known),
        }
        return note_expectation(
            melody,
            target,
            alphabet,
            table,
            view.came[:-1],
            columns=columns,
            settings=settings,
            explain=why,
        )
