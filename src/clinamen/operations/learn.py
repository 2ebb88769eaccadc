"""The verb `learn`: a listener that has heard what you have heard."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clinamen.domains.music.projection import TARGETS
from clinamen.errors import MissingError, ParameterError
from clinamen.operations._learn_request import (
    LearnRequest,
    LearnResult,
    LearnSettings,
    Watcher,
)

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Melody, Song

__all__ = [
    "LearnRequest",
    "LearnResult",
    "LearnSettings",
    "Watcher",
    "learn",
    "learn_to_file",
    "part_of",
    "save_to",
]


def learn(
    songs: Iterable[Song | Melody | str | os.PathLike[str]],
    *,
    name: str = "my listener",
    targets: Sequence[str] = TARGETS,
    n_passes: int = 3,
    seed: int = 0,
    half_life: float | None = None,
    weights: Listener | str | os.PathLike[str] | None = None,
    add_to: Listener | str | os.PathLike[str] | None = None,
    jobs: int = 1,
) -> Listener:
    """A listener that has heard some songs, with both models: learned mixture and classic.

    Parameters
    ----------
    songs
        Songs, melodies, and paths of files or folders, or patterns such as
        ``"songs/*.abc"``; a ``.jsonl`` file is a corpus, one melody a line.
        In order of time, where memories fade.
    name, targets, n_passes, seed, half_life, weights, add_to, jobs
        See `LearnSettings`.

    Returns
    -------
    Listener
        Keep it with `save_listener`.

    Raises
    ------
    ClinamenError
        At the first song that cannot be read; or if there is nothing to learn from.

    Examples
    --------
    >>> import clinamen
    >>> mine = clinamen.learn(["examples/sakura.abc", "examples/knots.abc"], n_passes=1)
    >>> mine.n_melodies
    2
    """
    from clinamen.operations._learn_songs import gather, music_files
    from clinamen.operations._learn_train import learnt
    from clinamen.operations._runners import runner

    if isinstance(songs, (str, os.PathLike)):
        songs = [songs]
    if isinstance(targets, str):
        targets = (targets,)
    settings = LearnSettings(
        name=name,
        targets=tuple(targets),
        n_passes=n_passes,
        seed=seed,
        half_life=half_life,
        weights=weights,
        add_to=add_to,
        jobs=jobs,
    )
    given: list[Song | Melody | str | os.PathLike[str]] = []
    for song in songs:
        given.extend(music_files([song]) if isinstance(song, (str, os.PathLike)) else [song])
    watcher = Watcher()
    with runner(settings.jobs, settings.cluster) as run:
        return learnt(gather(given, "", watcher.error), settings, watcher, run).listener


def learn_to_file(request: LearnRequest, watcher: Watcher) -> LearnResult:
    """Learn, and write the listener, with an index of the songs' fingerprints beside it.

    After every pass the state is kept beside the output (`part_of`). If the work is broken
    off, the same request goes on from there and comes to the same bytes.

    Raises
    ------
    ParameterError
        If there is nothing to learn from, or the output is there and may not be replaced.
    MissingError
        If the output cannot be written, or a listener does not exist.
    FormatError
        If a listener to begin with is damaged.
    """
    from clinamen.operations._learn_songs import gather, music_files
    from clinamen.operations._learn_train import Part, learnt
    from clinamen.operations._runners import runner
    from clinamen.operations.fingerprints import IndexKept

    check_output(request.output, request.overwrite)
    settings = request.settings
    part = Part(part_of(request.output), watcher.note)
    with runner(settings.jobs, settings.cluster) as run:
        files = music_files(request.files)
        material = gather(files, settings.rights, watcher.error, watcher.reading)
        result = learnt(material, settings, watcher, run, part)
    before = () if settings.add_to is None else (settings.add_to,)
    kept = IndexKept.of(material.songs, before, watcher.note, settings.name)
    n_bytes = save_to(result.listener, request.output, request.fewest)
    kept.save(request.output)
    part.remove()
    return LearnResult(
        result.listener, result.n_songs, result.n_notes, result.n_tunes, result.bits, n_bytes
    )


def part_of(output: str) -> str:
    """Where the state is kept while a listener for `output` learns."""
    return f"{output}.part"


def check_output(output: str, overwrite: bool) -> None:
    """Refuse, before the work, an output that could not be written after it.

    Raises
    ------
    ParameterError
        If it is there and may not be replaced, or is no listener.
    MissingError
        If its folder does not exist or may not be written to.
    """
    from clinamen.io._source import read_bytes
    from clinamen.io.listener_file import is_listener

    target = Path(output)
    if output == "-":
        raise ParameterError("the output must be a file, not -")
    if target.is_dir():
        raise MissingError(f"{output}: a folder, not a file")
    if not target.parent.is_dir():
        raise MissingError(f"{output}: the folder {target.parent} does not exist")
    if not os.access(target.parent, os.W_OK):
        raise MissingError(f"{output}: permission to write it was refused")
    _check_index(output)
    if not target.exists():
        return
    if not overwrite:
        raise ParameterError(f"{output}: exists already and may not be replaced (--force)")
    if target.stat().st_size and not is_listener(read_bytes(target)):
        raise ParameterError(f"{output}: is no listener, and is not replaced by one")


def _check_index(output: str) -> None:
    """Refuse an output whose index would replace what is no index."""
    from clinamen.io._source import read_bytes
    from clinamen.io.fingerprint_file import is_fingerprints
    from clinamen.operations.fingerprints import fingerprints_path

    path = Path(fingerprints_path(output))
    if path.is_dir() or (path.exists() and not is_fingerprints(read_bytes(path))):
        raise ParameterError(f"{path}: is no index of fingerprints, and is not replaced by one")


def save_to(listener: Listener, output: str, fewest: int) -> int:
    """Write a listener, with what is left out on record; the size of its file.

    Raises
    ------
    ParameterError
        If the file would be too large to be loaded.
    """
    from clinamen.io._source import MAX_BYTES
    from clinamen.io._target import write_bytes
    from clinamen.io.listener_file import write_listener

    listener.facts = {**listener.facts, "fewest": fewest}
    data = write_listener(listener, fewest=fewest)
    if len(data) > MAX_BYTES:
        raise ParameterError(
            f"{output}: the listener would have {len(data) // 2**20} MiB, and at most "
            f"{MAX_BYTES // 2**20} can be loaded; leave out what was seen seldom "
            f"(--fewest {fewest + 1})"
        )
    write_bytes(output, data)
    return len(data)
