"""The problem that `clinamen bench search` searches: tunes of an atlas."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from clinamen.bench._search_methods import Problem
from clinamen.domains.music.tunes.ear import Ear
from clinamen.domains.music.tunes.evaluating import Evaluator
from clinamen.domains.music.tunes.tune import Tune
from clinamen.domains.music.tunes.varying import Varying
from clinamen.io._source import read_bytes
from clinamen.operations.atlas._atlas import Atlas
from clinamen.operations.atlas._plan import DEFAULT_BARS, DEFAULT_MEASURES, Plan, axes_of
from clinamen.operations.atlas._shard import Context, empty_archive
from clinamen.operations.atlas.building import search_round
from clinamen.operations.listeners import QUICK_LISTENER, load_listener
from clinamen.operations.story.home import listener_agent
from clinamen.search.archive import Archive

__all__ = ["N_FIRST", "Ground", "ground_of"]

N_FIRST = 256
"""Tunes that every method begins with: drawn without the prior, the same for the same seed."""


@dataclass(frozen=True)
class Ground:
    """Where tunes are searched.

    Parameters
    ----------
    plan
        Of the atlas.
    """

    plan: Plan

    @cached_property
    def ear(self) -> Ear:
        """Who judges."""
        return Ear(load_listener(self.plan.listener), self.plan.song)

    @cached_property
    def varying(self) -> Varying:
        """Who proposes."""
        return Varying(self.ear, self.plan.bounds, self.plan.n_bars)

    @cached_property
    def evaluate(self) -> Evaluator:
        """Objective and measures."""
        return Evaluator(self.ear, self.plan.bounds)

    def problem(self, *, prior: bool) -> Problem[Tune]:
        """Proposals with or without the listener's prior."""
        return Problem(
            partial(empty_archive, self.plan.axes),
            self.evaluate,
            partial(self.varying.start, prior=prior),
            partial(self.varying.vary, prior=prior),
        )

    def begun(self, seed: int) -> Archive[Tune]:
        """An archive with the first tunes of a seed."""
        archive = empty_archive(self.plan.axes)
        first = self.varying.start(N_FIRST, np.random.default_rng([seed, 0]), prior=False)
        archive.add(first, *self.evaluate(first))
        return archive

    def built(self, seed: int, n_rounds: int) -> Archive[Tune]:
        """What `clinamen atlas build` makes of the first tunes, in whole rounds."""
        atlas = Atlas.begun(self.plan)
        atlas.archive.merge(self.begun(seed))
        for _ in range(n_rounds):
            search_round(atlas, Context(self.plan), seed)
        return atlas.archive


def ground_of(song: str | None) -> Ground:
    """Sixteen bars in C major, or the frame of a song.

    Raises
    ------
    MissingError, FormatError
        If the song or the listener cannot be read.
    """
    agent = listener_agent(QUICK_LISTENER)
    plan = Plan(
        axes_of(DEFAULT_MEASURES),
        DEFAULT_BARS,
        listener=agent.name,
        listener_hash=agent.sha256 or "",
    )
    if song is not None:
        plan = replace(plan, name=Path(song).name, source=read_bytes(song))
    return Ground(plan)
