"""How well a story withstands being changed, and how quickly it is written and verified."""

from __future__ import annotations

import math
import random
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from clinamen.bench._machine import machine
from clinamen.bench._story_corruptions import KINDS, Bench, corrupt
from clinamen.bench._story_kills import killed_writers
from clinamen.bench._story_song import make_evidence
from clinamen.bench._story_times import seal_seconds, story_times
from clinamen.errors import MissingError, ParameterError

__all__ = ["Corruptions", "StoryFigures", "StoryRequest", "bench_story", "wilson"]

Telling = Callable[[str, int, int], None] | None

_BITS = ("bits changed, file", "bits changed, every column")
_BITS_SHARE = 0.25
"""Of all corruptions, each; the other kinds share the rest."""


@dataclass(frozen=True)
class StoryRequest:
    """What is measured.

    Parameters
    ----------
    n_corruptions
        All kinds together.
    n_kills
        Writers that are killed.
    n_entries
        Of the story that is timed.
    folder
        On the disk that is measured; None for where the system puts what is temporary.
    """

    n_corruptions: int = 1_000
    n_kills: int = 200
    n_entries: int = 20_000
    seed: int = 1
    folder: str | None = None


@dataclass(frozen=True)
class Corruptions:
    """One way of changing a story.

    Parameters
    ----------
    interval
        Of the share that is found, 95 % (Wilson).
    missed
        What was done each time that nothing was found.
    """

    kind: str
    n: int
    n_found: int
    interval: tuple[float, float]
    missed: tuple[str, ...]


@dataclass(frozen=True)
class StoryFigures:
    """What was measured.

    Parameters
    ----------
    n_false_alarms
        Of the untouched story, as a file and in its tables.
    after_kills
        What was wrong after writers were killed.
    times
        Seconds, milliseconds (``_ms_``) and bytes; ``seal_seconds`` only with the extra ``seal``.
    """

    request: StoryRequest
    corruptions: tuple[Corruptions, ...]
    n_false_alarms: int
    after_kills: tuple[str, ...]
    times: dict[str, float]

    @property
    def all(self) -> Corruptions:
        """All kinds as one."""
        n, n_found = (
            sum(getattr(each, name) for each in self.corruptions) for name in ("n", "n_found")
        )
        missed = tuple(f"{each.kind}: {what}" for each in self.corruptions for what in each.missed)
        return Corruptions("all", n, n_found, wilson(n_found, n), missed)

    def to_plain(self) -> dict[str, Any]:
        """As plain values, with the machine."""
        return {
            "bench": "story",
            **{name: value for name, value in asdict(self.request).items() if name != "folder"},
            "corruptions": [asdict(each) for each in (*self.corruptions, self.all)],
            "n_false_alarms": self.n_false_alarms,
            "after_kills": list(self.after_kills),
            "times": self.times,
            "machine": machine(),
        }


def wilson(n_found: int, n: int) -> tuple[float, float]:
    """95 % interval of a share, after Wilson (1927): not of no width where all are found."""
    if n == 0:
        return 0.0, 1.0
    z = 1.959964
    share = n_found / n
    middle = share + z * z / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    whole = 1 + z * z / n
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def bench_story(request: StoryRequest, telling: Telling) -> StoryFigures:
    """Change a signed and stamped story at random, kill its writers, and time it.

    Raises
    ------
    ParameterError
        If a number is below 0, or there are fewer than 1,000 entries to be timed.
    MissingError
        If there is no such folder.
    """
    if min(request.n_corruptions, request.n_kills) < 0 or request.n_entries < 1_000:
        raise ParameterError("corruptions and kills are 0 or more, entries 1,000 or more")
    if request.folder is not None and not Path(request.folder).is_dir():
        raise MissingError(f"{request.folder}: there is no such folder")
    chance = random.Random(request.seed)
    with tempfile.TemporaryDirectory(dir=request.folder) as name:
        folder = Path(name)
        evidence = make_evidence(folder, chance)
        untouched = (
            evidence.is_file_sound(evidence.file),
            evidence.is_image_sound(evidence.image, folder),
        )
        bench = Bench(evidence, folder, chance)
        corruptions = tuple(
            _corruptions(bench, kind, _share(kind, request.n_corruptions), telling)
            for kind in KINDS
        )
        after_kills = killed_writers(folder, request.n_kills, chance, telling)
        times = story_times(folder, request.n_entries)
        sealing = seal_seconds(folder, chance)
    if sealing is not None:
        times["seal_seconds"] = sealing
    return StoryFigures(request, corruptions, untouched.count(False), tuple(after_kills), times)


def _share(kind: str, n: int) -> int:
    """How many of a kind; together as many as were asked for."""
    n_bits = round(n * _BITS_SHARE)
    if kind in _BITS:
        return n_bits
    others = [each for each in KINDS if each not in _BITS]
    left, at = n - n_bits * len(_BITS), others.index(kind)
    return (at + 1) * left // len(others) - at * left // len(others)


def _corruptions(bench: Bench, kind: str, n: int, telling: Telling) -> Corruptions:
    missed: list[str] = []
    for number in range(n):
        if telling:
            telling(kind, number, n)
        was_found, what = corrupt(bench, kind)
        if not was_found:
            missed.append(what)
    n_found = n - len(missed)
    return Corruptions(kind, n, n_found, wilson(n_found, n), tuple(missed))
