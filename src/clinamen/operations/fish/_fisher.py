"""One expedition at work: short steps, checkpoints, and finds that surface."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from clinamen.errors import ClinamenError, FormatError, MissingError
from clinamen.ledger import DRAFT, Activity, Content, ProjectStore
from clinamen.ledger.expeditions import ENDED, KEPT, RUNNING, SURFACED, Expedition, Find, Holder
from clinamen.operations.fish._finding import (
    FindFacts,
    bars_of,
    change_words,
    draft_with,
    song_with,
    why_words,
)
from clinamen.operations.fish._generators import Generator, generators
from clinamen.operations.fish._ideas import Idea, Known, Proposal, novelty
from clinamen.operations.fish._pool import Pool
from clinamen.operations.fish._surfacing import Tide
from clinamen.operations.fish._water import Water, options_of_expedition
from clinamen.operations.fish.machine import Clock, Machine
from clinamen.operations.story.home import listener_agent
from clinamen.operations.story.recording import in_all_languages
from clinamen.search.bidding import Bids, Record
from clinamen.search.liking import Liking

__all__ = ["CHECKPOINT_SECONDS", "PACE_SECONDS", "Fisher", "Progress"]

CHECKPOINT_SECONDS = 10.0
"""What is lost by a kill was done in the last so many seconds."""

PACE_SECONDS = 2.0
"""A step begins no sooner than so long after the one before, and after a rest as long as that
one took: half of one processor at most, and mostly far less."""

_WAIT_SECONDS = 5.0
"""How often a search that waits looks whether it may go on."""

_LONGEST_STEP = 60.0
"""Of a longer step only so much counts: the computer slept."""

_TROUBLE_SECONDS = 600.0
"""A disk that is full, or a database that is locked, for so long ends the process."""


@dataclass
class Progress:
    """How far an expedition has come, as it is kept.

    Parameters
    ----------
    fished_seconds
        Time at work, waits left out.
    waiting
        Why it waits (see `clinamen.operations.fish.machine`), or "".
    trouble
        Why the last process that worked on it broke off, or "".
    n_steps
        Turns of all generators.
    surfaced, records, random
        Of `Tide` and `Bids`, and the state of chance.
    biting
        What is nearest to surfacing.
    """

    fished_seconds: float = 0.0
    waiting: str = ""
    trouble: str = ""
    n_steps: int = 0
    surfaced: list[list[float]] = field(default_factory=list)
    records: dict[str, dict[str, float]] = field(default_factory=dict)
    random: dict[str, Any] = field(default_factory=dict)
    biting: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """As text, for the ledger."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Progress:
        """What `to_json` wrote; of "" the beginning.

        Raises
        ------
        FormatError
            If it is something else.
        """
        try:
            return cls(**json.loads(text)) if text else cls()
        except (ValueError, TypeError) as error:
            raise FormatError(f"no progress of an expedition: {error}") from None


class Fisher:
    """Works on one expedition until it is told to stop, or its time is over.

    Parameters
    ----------
    store
        Where all of it is kept; nobody else in this process uses it meanwhile.
    expedition
        Which one; it is held by `holder` already.
    water
        What it is about.
    clock, machine
        Time, and what else goes on.
    on_find
        Told of each find once it is on the disk.
    """

    def __init__(
        self,
        store: ProjectStore,
        expedition: Expedition,
        holder: Holder,
        water: Water,
        *,
        clock: Clock,
        machine: Machine,
        on_find: Callable[[Find, FindFacts], None] | None = None,
    ) -> None:
        self._store, self._holder, self._water = store, holder, water
        self._clock, self._machine, self._on_find = clock, machine, on_find
        self.expedition = expedition
        options = options_of_expedition(expedition)
        self._is_patient = not options.get("always", False)
        self.progress = Progress.from_json(expedition.progress)
        self.tide = Tide.of(options, self.progress.surfaced)
        self._rng = np.random.Generator(np.random.PCG64(int(options.get("seed", 0))))
        if self.progress.random:
            self._rng.bit_generator.state = self.progress.random
        self._generators: dict[str, Generator] = {
            each.name: each for each in generators(water.material)
        }
        records = {name: Record(**each) for name, each in self.progress.records.items()}  # type: ignore[arg-type]
        self.bids = Bids(self._generators, records)
        self._learn()
        ideas = [Idea.from_json(text) for text in store.expeditions.ideas(expedition.id).values()]
        self.pool = Pool(self.score, ideas)
        self._saved_at = clock.seconds()

    # -- what is thought of ideas ----------------------------------------------------------

    def _learn(self) -> None:
        """What has surfaced, and what was kept and rejected of it, in this project alone."""
        self._decided = self._store.expeditions.decided_at(self.expedition.project)
        finds = self._store.expeditions.finds(self.expedition.project)
        facts = [FindFacts.from_json(find.data) for find in finds]
        self._finds: list[Known] = [each.known for each in facts]
        self._surfaced_at = [datetime.fromisoformat(find.surfaced_at) for find in finds]
        decided = [
            (fact.features, find.status == KEPT)
            for find, fact in zip(finds, facts, strict=True)
            if find.status != SURFACED
        ]
        n_features = len(self._water.judge.features(None))
        self.liking = Liking.of_nothing(n_features)
        if decided:
            rows = np.array([features for features, _ in decided])
            self.liking = Liking.learnt(rows, np.array([is_kept for _, is_kept in decided]))

    def worth(self, idea: Idea) -> float:
        """Geometric mean of how well it fits the listener and the constraints, the wish, the
        song, and what this maker has kept."""
        return float((idea.quality * idea.fit * idea.sense * self.liked(idea)) ** 0.25)

    def liked(self, idea: Idea) -> float:
        """Chance that this maker would keep it."""
        return float(self.liking.chances(self._water.judge.features(idea)[None])[0])

    def novelty(self, idea: Idea) -> float:
        """How far it is from the song and from all that has surfaced."""
        return novelty(idea, self._water.judge.known, self._finds)

    def score(self, idea: Idea) -> float:
        """Worth times novelty."""
        return self.worth(idea) * self.novelty(idea)

    # -- the work --------------------------------------------------------------------------

    def run(self) -> str:
        """Fish until told otherwise; the state in which that ended.

        Raises
        ------
        ConflictError
            If another process has taken the expedition over.
        MissingError
            If it is gone, or nothing could be written for ten minutes.
        """
        while True:
            found = self._look()
            if found.state != RUNNING:
                self._save()
                self._store.expeditions.release(self.expedition.id, self._holder)
                return found.state
            if self.progress.fished_seconds >= self.tide.seconds:
                return self._end()
            why = self._machine.why_wait() if self._is_patient else ""
            if why:
                self._wait(why)
                continue
            self.progress.waiting = ""
            begun = self._clock.seconds()
            self.step()
            took = self._clock.seconds() - begun
            self._clock.sleep(max(PACE_SECONDS - took, took))
            self.progress.fished_seconds += min(self._clock.seconds() - begun, _LONGEST_STEP)

    def step(self) -> None:
        """One turn of one generator, and whether anything may surface now."""
        able = [name for name, each in self._generators.items() if each.can(self.pool)]
        name = self.bids.ask(self._rng, able)
        proposals: list[Proposal] = []
        # What a generator cannot do here is an answer too: it brought nothing.
        with suppress(ClinamenError):
            proposals.extend(self._generators[name].propose(self.pool, self._rng))
        ideas = self._water.judge.judge(proposals)
        n_held = sum(self.pool.offer(idea) for idea in ideas)
        self.bids.tell(name, n_ideas=len(proposals), n_held=n_held)
        self.progress.n_steps += 1
        self._surface_if_due()

    def _wait(self, why: str) -> None:
        if self.progress.waiting != why:
            self.progress.waiting = why
            self._save()
        self._clock.sleep(_WAIT_SECONDS)

    def _look(self) -> Expedition:
        """What was said meanwhile; a checkpoint where one is due."""
        if self._clock.seconds() - self._saved_at >= CHECKPOINT_SECONDS:
            self._save()
        if self._store.expeditions.decided_at(self.expedition.project) != self._decided:
            self._learn()
            self.pool.judge_anew()
        return self._store.expeditions.expedition(self.expedition.id)

    def _save(self) -> None:
        """A checkpoint; tried again while the disk is full or somebody else writes."""
        begun = self._clock.seconds()
        while True:
            try:
                self._checkpoint()
                return
            except MissingError:
                # One that is gone, with its project or without, is no trouble of the disk.
                self._store.expeditions.expedition(self.expedition.id)
                if self._clock.seconds() - begun > _TROUBLE_SECONDS:
                    raise
            self._clock.sleep(_WAIT_SECONDS)

    def _checkpoint(self) -> None:
        self._write()
        self._written()

    def _write(self) -> None:
        added, dropped = self.pool.changes()
        self._store.expeditions.save(
            self.expedition.id, self._holder, self._told(), added=added, dropped=dropped
        )

    def _written(self) -> None:
        """What was written is on the disk."""
        self.pool.saved()
        self._saved_at = self._clock.seconds()

    def _told(self) -> str:
        progress = self.progress
        progress.trouble = ""
        progress.surfaced = self.tide.plain()
        progress.records = {name: asdict(each) for name, each in self.bids.records.items()}
        progress.random = _plain_state(self._rng)
        progress.biting = self._biting()
        return progress.to_json()

    def _biting(self) -> dict[str, Any]:
        """What is nearest to surfacing."""
        best = self.pool.best()
        if best is None:
            return {}
        idea, score = best
        if self.progress.biting.get("key") == idea.key:
            said = self.progress.biting["change"]
        else:
            made = song_with(self._water.song, idea.proposal)
            said = in_all_languages(change_words(self._water.song, made))
        return {
            "key": idea.key,
            "by": idea.proposal.by,
            "change": said,
            "score": score,
            "bar": self.tide.bar(self.progress.fished_seconds),
            "contrast": idea.contrast,
        }

    # -- what surfaces ---------------------------------------------------------------------

    def _surface_if_due(self) -> None:
        best = self.pool.best()
        if best is None:
            return
        idea, score = best
        at = self.progress.fished_seconds
        if self.tide.lets(score, at, self._clock.now(), self._surfaced_at):
            self._surface(idea, score)

    def _end(self) -> str:
        """Time is over: where nothing has surfaced in it, the best that was held does."""
        best = self.pool.best()
        n_surfaced = len(self.tide.surfaced)
        if best is not None and not n_surfaced:
            has_room = self.tide.has_room(self._clock.now(), self._surfaced_at)
            if has_room and best[1] > 0:
                self._surface(*best)
        self._save()
        self._store.expeditions.order(self.expedition.id, ENDED)
        self._store.expeditions.release(self.expedition.id, self._holder)
        return ENDED

    def _surface(self, idea: Idea, score: float) -> None:
        """A find, its entry in the story and how far the search is: all or nothing."""
        facts, before = self._facts(idea), self.tide
        self.tide = before.after(score, self.progress.fished_seconds)
        try:
            find = self._bring_up(idea, facts)
        except MissingError:
            # The disk is full, or somebody else writes: it surfaces when it can be kept.
            self.tide = before
            return
        self._written()
        self._learn()
        self.pool.judge_anew()
        if self._on_find is not None:
            self._on_find(find, facts)

    def _bring_up(self, idea: Idea, facts: FindFacts) -> Find:
        draft = draft_with(self._water.song, self._water.draft, idea.proposal)
        content = Content(DRAFT, draft.to_json().encode("utf-8"))
        with self._store.together():
            _, (digest,) = self._store.story.append(
                self.expedition.project, self._activity(facts), [content]
            )
            find = self._store.expeditions.surface(
                self.expedition.id, self._holder, digest, facts.to_json()
            )
            self._write()
        return find

    def _facts(self, idea: Idea) -> FindFacts:
        judge, song = self._water.judge, self._water.song
        made = song_with(song, idea.proposal)
        return FindFacts(
            by=idea.proposal.by,
            change=in_all_languages(change_words(song, made)),
            reason=why_words(idea, made, judge.listener),
            bars=bars_of(song, made),
            worth=self.worth(idea),
            novelty=self.novelty(idea),
            quality=idea.quality,
            fit=idea.fit,
            sense=idea.sense,
            liking=self.liked(idea),
            contrast=idea.contrast,
            features=tuple(float(each) for each in judge.features(idea)),
            known=Known(idea.marks, idea.measures),
        )

    def _activity(self, facts: FindFacts) -> Activity:
        options = options_of_expedition(self.expedition)
        settings: Mapping[str, Any] = {
            "wish": self.expedition.wish,
            "by": facts.by,
            "seed": int(options.get("seed", 0)),
            "reasons": [dict(facts.reason)],
        }
        agent = listener_agent(self._water.listener_name)
        return Activity("fish", settings, (agent,), used=(str(options["source"]),))


def _plain_state(rng: np.random.Generator) -> dict[str, Any]:
    """The state of a generator of random numbers as plain values."""
    state: dict[str, Any] = dict(rng.bit_generator.state)
    return state
