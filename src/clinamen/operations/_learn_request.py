"""What a listener learns from and how, who is told, and what comes of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from clinamen.domains.music.projection import TARGETS
from clinamen.errors import ClinamenError, ParameterError

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.training import TrainingOptions

__all__ = [
    "LearnRequest",
    "LearnResult",
    "LearnSettings",
    "Watcher",
    "check_fewest",
    "training_options",
]

FADING_UNIT = 32
"""Parts of a sighting that are counted where memories fade."""


@dataclass(frozen=True, slots=True)
class LearnSettings:
    """How a listener learns.

    Parameters
    ----------
    name
        Of the listener, for people.
    rights
        What to put on record about the songs.
    targets
        What it learns to expect, out of ``onset``, ``pitch``, ``duration``.
    n_passes
        How often all songs are gone through to learn what each expert's word weighs.
    seed
        Of the order in which songs are gone through.
    half_life
        After so many later songs a song counts half in the learned mixture; None: all count
        alike, as they always do in the classic model.
    weights
        Listener whose weights to begin with; by default the one added to, else the shipped
        one, and then halfway to those of a new listener, since few counts are to be trusted
        less than many. ``"new"`` begins with a new listener's.
    add_to
        Listener whose memory the songs are added to; by default there is none before.
    jobs
        Local processes; targets are learnt side by side.
    cluster
        Address of a Dask scheduler to use instead.

    Raises
    ------
    ParameterError
        If a number is out of range, or a target unknown.
    """

    name: str = "my listener"
    rights: str = ""
    targets: tuple[str, ...] = TARGETS
    n_passes: int = 3
    seed: int = 0
    half_life: float | None = None
    weights: Listener | str | os.PathLike[str] | None = None
    add_to: Listener | str | os.PathLike[str] | None = None
    jobs: int = 1
    cluster: str | None = None

    def __post_init__(self) -> None:
        if self.seed < 0:
            raise ParameterError(f"seed must be 0 or more, not {self.seed}")
        if self.jobs < 1:
            raise ParameterError(f"jobs must be 1 or more processes, not {self.jobs}")
        if self.cluster is not None and self.jobs > 1:
            raise ParameterError("jobs are local processes: they do not go with a cluster")
        training_options(self)


def _raise(error: ClinamenError, file: str) -> NoReturn:
    raise error


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told what happens while a listener learns.

    Parameters
    ----------
    error
        Is told what is wrong, and in which file; by default that is raised.
    note
        Is told what one should know, in a sentence.
    reading
        Is told how many of how many files are read.
    learning
        Is told the target, and how many of how many melodies are done, over all passes.
    """

    error: Callable[[ClinamenError, str], None] = _raise
    note: Callable[[str], None] = lambda sentence: None
    reading: Callable[[int, int], None] = lambda done, total: None
    learning: Callable[[str, int, int], None] = lambda target, done, total: None


@dataclass(frozen=True, slots=True)
class LearnRequest:
    """What to learn from, and where to write the listener.

    Parameters
    ----------
    files
        Songs, corpora (``.jsonl``), and folders of them, in order of time.
    output
        File to write.
    settings
        See `LearnSettings`.
    fewest
        Contexts of the learned mixture seen less often are left out of the file.
    overwrite
        Replace a listener that is there.
    """

    files: tuple[str, ...]
    output: str
    settings: LearnSettings
    fewest: int = 1
    overwrite: bool = False

    def __post_init__(self) -> None:
        check_fewest(self.fewest)


@dataclass(frozen=True, eq=False)
class LearnResult:
    """A listener, what it learnt, and how large its file is.

    Parameters
    ----------
    listener
        As it is in the file, but for what `LearnRequest.fewest` leaves out.
    n_songs, n_notes, n_tunes
        Learnt this time; variants of a tune are one tune.
    bits
        By target, bits per note in each pass, every tune predicted with what was counted
        in it taken out.
    n_bytes
        Size of the file; 0 if none was written.
    """

    listener: Listener
    n_songs: int
    n_notes: int
    n_tunes: int
    bits: Mapping[str, tuple[float, ...]]
    n_bytes: int = 0


def check_fewest(fewest: int) -> None:
    """Refuse a number that leaves out nothing or is none."""
    if fewest < 1:
        raise ParameterError(f"fewest must be 1 or more, not {fewest}")


def training_options(settings: LearnSettings, finest: int = 1) -> TrainingOptions:
    """The options of the course.

    Parameters
    ----------
    finest
        Parts of a sighting that were counted before.
    """
    from clinamen.domains.music.training import TrainingOptions
    from clinamen.engine.mixture import MixtureOptions

    unit = FADING_UNIT if settings.half_life is not None else 1
    strange = [target for target in settings.targets if target not in TARGETS]
    if strange or not settings.targets:
        given = ", ".join(strange) or "none"
        raise ParameterError(f"targets must be among {', '.join(TARGETS)}, not {given}")
    return TrainingOptions(
        tuple(target for target in TARGETS if target in settings.targets),
        MixtureOptions(
            n_passes=settings.n_passes, seed=settings.seed, unit=finest if finest > 1 else unit
        ),
        settings.half_life,
    )
