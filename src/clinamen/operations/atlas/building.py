"""The verb `atlas build`: rounds of search, on one core or many machines."""

from __future__ import annotations

import math
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from clinamen.errors import MissingError, ParameterError
from clinamen.operations._runners import runner
from clinamen.operations.atlas._atlas import (
    Atlas,
    Run,
    atlas_of,
    difference,
    load_atlas,
    save_atlas,
)
from clinamen.operations.atlas._mine import measured, songs_of_files, songs_of_projects
from clinamen.operations.atlas._plan import (
    DEFAULT_BARS,
    DEFAULT_KEY,
    DEFAULT_MEASURES,
    DEFAULT_METER,
    MOST_BARS,
    N_SHARDS,
    Plan,
    axes_of,
    read_source,
    shard_size,
)
from clinamen.operations.atlas._request import (
    DEFAULT_EVALUATIONS,
    AtlasRequest,
    AtlasResult,
    AtlasWatcher,
)
from clinamen.operations.atlas._shard import (
    EVOLUTION,
    Context,
    Found,
    Packed,
    Shard,
    listener_of,
    search_shards,
)
from clinamen.operations.listeners import QUICK_LISTENER, listener_names
from clinamen.operations.story.home import listener_agent

__all__ = ["build_atlas", "building_steps", "search_round"]

SECONDS_BETWEEN = 5.0
"""The file is written at the end of a round, when it is older than this."""

Runner = Callable[[Callable[..., Any], Sequence[tuple[Any, Any]]], Iterable[Any]]


def build_atlas(
    request: AtlasRequest,
    watcher: AtlasWatcher | None = None,
    *,
    clock: Callable[[], float] = time.monotonic,
) -> AtlasResult:
    """Build an atlas, or go on with one.

    The search goes in rounds, each of a fixed number of shards whatever runs them; the file is
    replaced whole after a round, so that one that is broken off loses a few seconds at most.

    Parameters
    ----------
    clock
        Seconds.

    Raises
    ------
    ParameterError
        If the file there is an atlas of something else, or others do not fit it.
    MissingError
        If song, listener or cluster do not exist, or the file cannot be written.
    FormatError
        If song or atlases are damaged.
    """
    return deque(building_steps(request, watcher, clock=clock), maxlen=1)[0]


def building_steps(
    request: AtlasRequest,
    watcher: AtlasWatcher | None = None,
    *,
    projects: Path | None = None,
    seconds_between: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[AtlasResult]:
    """As `build_atlas`, with what there is before every round and in the end.

    Parameters
    ----------
    projects
        The store with the maker's songs; by default that of the user.
    seconds_between
        How old the file may become before it is written anew; by default some seconds.

    Raises
    ------
    ParameterError, MissingError, FormatError
        As `build_atlas`.
    """
    watcher = watcher or AtlasWatcher()
    atlas, listener_bytes = _opened(request)
    for other in request.merge:
        atlas.merge(load_atlas(other))
    context = Context(atlas.plan, listener_bytes)
    _add_mine(atlas, context, request, watcher, projects)
    n_bytes = save_atlas(atlas, request.output)
    before = atlas.n_evaluations
    goal = _goal(request)
    started = written = clock()
    # Nobody knows how many workers a cluster has, nor which of them is lost.
    n_parts = request.jobs if request.cluster is None else None
    most = SECONDS_BETWEEN if seconds_between is None else seconds_between
    with runner(request.jobs, request.cluster) as run:
        while not _is_done(atlas, request, goal, clock() - started):
            watcher.progress(
                atlas.n_evaluations - before, _still(atlas, request, goal, before), atlas
            )
            yield AtlasResult(atlas, atlas.n_evaluations - before, n_bytes)
            search_round(atlas, context, request.seed, run, n_parts=n_parts)
            if clock() - written >= most:
                n_bytes = save_atlas(atlas, request.output)
                written = clock()
    watcher.progress(atlas.n_evaluations - before, _still(atlas, request, goal, before), atlas)
    n_bytes = save_atlas(atlas, request.output)
    yield AtlasResult(atlas, atlas.n_evaluations - before, n_bytes)


def search_round(
    atlas: Atlas,
    context: Context,
    seed: int,
    run: Runner | None = None,
    *,
    n_parts: int | None = None,
) -> None:
    """One round more with a seed; the atlas changes once all of it is done.

    Parameters
    ----------
    run
        Runs shards (see `clinamen.operations._runners.runner`); None for here, one by one.
    n_parts
        In how many parts they are sent about, each with the archive; None for each on its own.
        It changes nothing of what comes out.
    """
    so_far = atlas.runs.get(seed, Run())
    start = Packed.of(atlas.archive.elites)
    n_shards = atlas.plan.n_shards
    n_evolving = _n_evolving(n_shards, so_far)
    shards = [
        Shard(seed, so_far.n_rounds, number, start, number >= n_shards - n_evolving)
        for number in range(n_shards)
    ]
    parts = n_parts or n_shards
    tasks = [(context, shards[part::parts]) for part in range(min(parts, n_shards))]
    results: Iterable[list[Found]]
    results = run(search_shards, tasks) if run is not None else [search_shards(context, shards)]
    # They come in any order; sums of gains would differ in their last digit.
    found = sorted((each for part in results for each in part), key=lambda each: each.number)
    grown = so_far
    for each in found:
        each.elites.add_to(atlas.archive)
        grown = Run(so_far.n_rounds, grown.grown(each.tallies).tallies)
    atlas.runs[seed] = Run(so_far.n_rounds + 1, grown.tallies)


def _n_evolving(n_shards: int, run: Run) -> int:
    """Shards of the next round that are given to the emitter that evolves.

    As many as what it has gained for each tune says, beside what the others have; one at least,
    and no more than half: where a map is nearly empty, changing what is there is cheap.
    """
    rates = []
    for is_it in (True, False):
        some = [tally for name, tally in run.tallies.items() if (name == EVOLUTION) == is_it]
        n_asked = sum(tally.n_asked for tally in some)
        rates.append(math.fsum(tally.gained for tally in some) / n_asked if n_asked else 0.0)
    share = rates[0] / sum(rates) if sum(rates) else 0.0
    return max(1, min(round(n_shards * share), n_shards // 2))


def _opened(request: AtlasRequest) -> tuple[Atlas, bytes]:
    """The atlas to go on with, or a new one; and the listener's file where it is not shipped."""
    from clinamen.io._source import read_bytes

    path = Path(request.output)
    _check_place(path)
    there = None
    if path.exists() and path.stat().st_size:
        there = atlas_of(read_bytes(path), source=request.output)
    elif request.merge and not request.asks_for_a_plan:
        there = Atlas.begun(load_atlas(request.merge[0]).plan)
    if there is not None and not request.asks_for_a_plan:
        return there, _listener_bytes(there.plan, request)
    begun = Atlas.begun(_plan(request))
    if there is not None:
        if begun.plan.token != there.plan.token:
            raise ParameterError(
                f"{request.output} is there already, and is another atlas: "
                f"{difference(begun.plan, there.plan)}; name another file with -o"
            )
        begun.merge(there)
    return begun, _listener_bytes(begun.plan, request)


def _check_place(path: Path) -> None:
    """Refuse, before the work, what could not be written after it."""
    if path.is_dir():
        raise MissingError(f"{path}: a folder, not a file")
    if not path.parent.is_dir():
        raise MissingError(f"{path}: the folder {path.parent} does not exist")
    if not os.access(path.parent, os.W_OK):
        raise MissingError(f"{path}: permission to write it was refused")


def _plan(request: AtlasRequest) -> Plan:
    from clinamen.domains.music.curve import bar_lines
    from clinamen.io._source import read_bytes

    axes = axes_of(request.measures or DEFAULT_MEASURES, request.cells)
    listener = request.listener or QUICK_LISTENER
    agent = listener_agent(listener)
    # The name alone: an atlas is handed on, and should not tell of folders.
    common = partial(Plan, axes, listener=agent.name, listener_hash=agent.sha256, n_shards=N_SHARDS)
    if request.path is None:
        if request.track is not None or request.pickup is not None:
            raise ParameterError("--track and --pickup tell how a song is read; there is none")
        bars = DEFAULT_BARS if request.bars is None else request.bars
        plan = common(
            bars,
            key=request.key or DEFAULT_KEY,
            meter=request.meter or DEFAULT_METER,
            shard_size=shard_size(bars),
        )
    else:
        reading = _reading(request)
        name, source = Path(request.path).name, read_bytes(request.path)
        own = len(bar_lines(read_source(source, name, dict(reading)).melody)) - 1
        bars = min(own, MOST_BARS) if request.bars is None else request.bars
        plan = common(bars, name, source, reading, shard_size=shard_size(bars))
    _ = plan.bounds  # What cannot be sung is said before anything is written.
    return plan


def _reading(request: AtlasRequest) -> tuple[tuple[str, Any], ...]:
    """What was told of how the song is read."""
    told = {
        "track": request.track,
        "key": request.key,
        "meter": request.meter,
        "pickup": request.pickup,
    }
    return tuple(sorted((key, value) for key, value in told.items() if value is not None))


def _listener_bytes(plan: Plan, request: AtlasRequest) -> bytes:
    """The file of a listener that is not shipped: workers elsewhere do not have it.

    Raises
    ------
    MissingError
        If the atlas needs one that was not named.
    ParameterError
        If another one was named.
    """
    from clinamen.io._source import read_bytes

    named = request.listener
    if named is not None and listener_agent(named).sha256 != plan.listener_hash:
        raise ParameterError(f"{named} is not the listener that the atlas was built with")
    # A file of one's own may bear the name of a shipped one.
    is_known = plan.listener in listener_names()
    if is_known and listener_agent(plan.listener).sha256 == plan.listener_hash:
        return b""
    if named is None:
        raise MissingError(f"the atlas was built with {plan.listener}: say --listener and its file")
    return read_bytes(named)


def _add_mine(
    atlas: Atlas,
    context: Context,
    request: AtlasRequest,
    watcher: AtlasWatcher,
    projects: Path | None,
) -> None:
    songs = chain(songs_of_projects(projects), songs_of_files(request.mine, watcher.error))
    atlas.mine = atlas.mine.renewed(measured(songs, listener_of(context)))


def _goal(request: AtlasRequest) -> int | None:
    """Evaluations of this seed in all; None where time decides."""
    if request.minutes is not None:
        return None
    return DEFAULT_EVALUATIONS if request.evaluations is None else request.evaluations


def _n_rounds(atlas: Atlas, goal: int) -> int:
    return math.ceil(goal / atlas.plan.round_size)


def _is_done(atlas: Atlas, request: AtlasRequest, goal: int | None, seconds: float) -> bool:
    if goal is None:
        return seconds >= 60 * (request.minutes or 0.0)
    return atlas.runs.get(request.seed, Run()).n_rounds >= _n_rounds(atlas, goal)


def _still(atlas: Atlas, request: AtlasRequest, goal: int | None, before: int) -> int | None:
    """Evaluations of this build in all."""
    if goal is None:
        return None
    left = _n_rounds(atlas, goal) - atlas.runs.get(request.seed, Run()).n_rounds
    return atlas.n_evaluations - before + max(left, 0) * atlas.plan.round_size
