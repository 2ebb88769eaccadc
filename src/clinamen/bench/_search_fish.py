"""The parts of `clinamen bench search` that are about fishing."""

from __future__ import annotations

import random
import tempfile
from dataclasses import asdict
from pathlib import Path

from clinamen.bench._fish_kills import killed_fishers
from clinamen.bench._fish_night import fish_night
from clinamen.bench._search_part import Asked, PartFigures, Target, Telling
from clinamen.operations.text import a_count

__all__ = ["MOST_MIB", "kills_part", "night_part"]

MOST_MIB = 500.0
"""What a night of fishing may take of memory."""

_MOST_GROWTH = 1.5
"""Size of the database at the end by that of the first half: what is bounded stops growing."""

_MIB = 2**20


def night_part(asked: Asked, telling: Telling = None) -> PartFigures:
    """Hours of fishing at speed, in a process of its own."""
    night = fish_night(asked.size.hours, telling)
    growth = night.database_bytes / max(night.halfway_bytes, 1)
    memory = "" if night.peak_rss_mib is None else f", {night.peak_rss_mib:.0f} MiB of memory"
    lines = (
        f"{night.hours:.1f} hours of fishing, simulated in {night.seconds:.0f} s: "
        f"{night.n_steps:,} steps, {night.n_ideas:,} ideas, {a_count(night.n_finds, 'find')}"
        f"{memory}",
        f"database: {night.database_bytes / _MIB:.2f} MiB at most, {growth:.2f} times that of the "
        f"first half; it waited {a_count(night.n_waits, 'time')} for the computer to be free",
    )
    targets = [
        Target("memory of fishing, MiB", night.peak_rss_mib, MOST_MIB, at_least=False),
        Target("growth of its database in the second half", growth, _MOST_GROWTH, at_least=False),
    ]
    return PartFigures("night", asdict(night) | {"growth": growth}, targets, lines)


def kills_part(asked: Asked, telling: Telling = None) -> PartFigures:
    """Searches that are killed at random instants; anything lost makes the run unsound."""
    with tempfile.TemporaryDirectory(dir=asked.folder) as name:
        chance = random.Random(asked.seed)
        wrong = killed_fishers(Path(name), asked.size.n_kills, chance, telling)
    facts = {"n_kills": asked.size.n_kills, "wrong": wrong}
    line = (
        f"{a_count(asked.size.n_kills, 'search')} killed: {len(wrong) or 'nothing'} lost or unsound"
    )
    target = Target("lost or unsound after kills", float(len(wrong)), 0.0, at_least=False)
    return PartFigures("kills", facts, [target], (line, *wrong), is_sound=not wrong)
