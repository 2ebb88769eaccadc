"""`clinamen learn`: a listener of one's own, and listeners merged."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from clinamen.cli._arguments import expand_files
from clinamen.cli._guard import BAD_INPUT, report_error
from clinamen.cli._render import say
from clinamen.errors import ClinamenError, ParameterError
from clinamen.operations.fingerprints import fingerprints_path
from clinamen.operations.learn import (
    LearnRequest,
    LearnResult,
    LearnSettings,
    Watcher,
    learn_to_file,
    part_of,
)
from clinamen.operations.merge import MergeRequest, merge_to_file
from clinamen.operations.text import a_count, clean

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["LearnOptions", "learn_files"]


@dataclass(frozen=True, slots=True)
class LearnOptions:
    """The options of `clinamen learn` as typed."""

    output: str
    merge: bool
    name: str | None
    rights: str
    targets: str
    passes: int
    seed: int
    half_life: float | None
    weights: str | None
    add_to: str | None
    fewest: int
    jobs: int
    cluster: str | None
    force: bool

    def request(self, words: Sequence[str]) -> LearnRequest:
        """What these options ask for."""
        if self.half_life is not None and not self.half_life > 0:
            raise ParameterError(f"--half-life must be above 0, not {self.half_life:g}")
        return LearnRequest(
            tuple(_expanded(words)),
            self.output,
            LearnSettings(
                name=self.named,
                rights=self.rights,
                targets=tuple(name.strip() for name in self.targets.split(",") if name.strip()),
                n_passes=self.passes,
                seed=self.seed,
                half_life=self.half_life,
                weights=self.weights,
                add_to=self.add_to,
                jobs=self.jobs,
                cluster=self.cluster,
            ),
            self.fewest,
            self.force,
        )

    @property
    def named(self) -> str:
        """The listener's name: by default that of its file."""
        return self.name if self.name is not None else Path(self.output).stem


def learn_files(words: Sequence[str], options: LearnOptions) -> int:
    """Learn from all files, or merge them; a bad one is reported and the rest is learnt.

    Raises
    ------
    ClinamenError
        If nothing comes of it.
    """
    if options.merge:
        return _merge(words, options)
    request = options.request(words)
    bad: set[str] = set()

    def report(error: ClinamenError, file: str) -> None:
        bad.add(file)
        with bar.set_aside():
            report_error(error, file)

    def note(sentence: str) -> None:
        with bar.set_aside():
            _say_aside(sentence)

    bar = _Bar(len(request.settings.targets))
    try:
        with bar:
            result = learn_to_file(request, Watcher(report, note, bar.reading, bar.learning))
    except KeyboardInterrupt:
        _tell_how_to_go_on(part_of(options.output))
        raise
    _summarise(result, options.output, len(bad))
    return BAD_INPUT if bad else 0


def _expanded(words: Sequence[str]) -> Iterator[str]:
    """Patterns become files; folders stay, to be looked through at any depth."""
    for word in words:
        if os.path.isdir(word):
            yield word
        else:
            yield from expand_files([word])


def _merge(words: Sequence[str], options: LearnOptions) -> int:
    untouched: dict[str, object] = {
        "passes": 3,
        "seed": 0,
        "half_life": None,
        "weights": None,
        "add_to": None,
    }
    untouched |= {"jobs": 1, "cluster": None, "rights": ""}
    for name, value in untouched.items():
        if getattr(options, name) != value:
            raise ParameterError(f"--merge learns nothing: --{name.replace('_', '-')} has no place")
    places = [os.path.realpath(word) for word in words]
    twice = next((word for at, word in enumerate(words) if places[at] in places[:at]), None)
    if twice is not None:
        raise ParameterError(f"{twice}: the same listener was given twice")
    files = tuple(expand_files(words))
    request = MergeRequest(files, options.output, options.named, options.fewest, options.force)
    try:
        result = merge_to_file(request, _say_aside)
    except KeyboardInterrupt:
        sys.stderr.write("clinamen: stopped; nothing was written\n")
        raise
    say(f"wrote {clean(options.output)} ({_size(result.n_bytes)}): {_heard(result)}")
    _tell_of_index(options.output)
    return 0


def _say_aside(sentence: str) -> None:
    sys.stderr.write(f"clinamen: note: {clean(sentence)}\n")


def _tell_how_to_go_on(part: str) -> None:
    if os.path.exists(part):
        sys.stderr.write(
            f"clinamen: stopped; the same command goes on from {clean(part)}, "
            "which can be deleted if that is not wanted\n"
        )
    else:
        sys.stderr.write("clinamen: stopped before the first pass was done; nothing is kept\n")


def _summarise(result: LearnResult, output: str, n_bad: int) -> None:
    songs, notes = a_count(result.n_songs, "song"), a_count(result.n_notes, "note")
    copies = ": most are copies" if _are_mostly_copies(result) else ""
    # Of a book or a corpus only the bad tunes are left out.
    bad = f"; {a_count(n_bad, 'file')} left out, whole or in part (see above)" if n_bad else ""
    say(f"learnt {songs}, {notes}, {a_count(result.n_tunes, 'different tune')}{copies}{bad}")
    if copies:
        say("  the figures below flatter: weights were fitted to a few tunes over and over")
    for target, bits in result.bits.items():
        if bits:
            say(f"  {target:<9}{_bits(bits)}")
    total = result.listener
    more = "" if total.n_melodies == result.n_songs else f"; it has now heard {_heard(result)}"
    say(f"wrote {clean(output)} ({_size(result.n_bytes)}){more}")
    _tell_of_index(output)


def _tell_of_index(output: str) -> None:
    path = fingerprints_path(output)
    if os.path.exists(path):
        size = _size(os.path.getsize(path))
        say(f"wrote {clean(path)} ({size}): titles and fingerprints, to know these songs again")


def _are_mostly_copies(result: LearnResult) -> bool:
    return result.n_songs > 2 * result.n_tunes


def _heard(result: LearnResult) -> str:
    listener = result.listener
    return f"{a_count(listener.n_melodies, 'song')}, {a_count(listener.n_notes, 'note')}"


def _bits(bits: Sequence[float]) -> str:
    """Bits a note, before weights were fitted and after."""
    if len(bits) == 1:
        return f"{bits[0]:.2f} bits a note in its one pass"
    return f"{bits[0]:.2f} bits a note in the first pass, {bits[-1]:.2f} in the last"


def _size(n_bytes: int) -> str:
    return f"{n_bytes / 1e6:.1f} MB" if n_bytes >= 1e5 else f"{n_bytes / 1e3:.1f} kB"


class _Bar:
    """A progress bar on stderr, if that is a terminal: reading, then learning."""

    def __init__(self, n_targets: int) -> None:
        self._n_targets = n_targets
        self._done: dict[str, int] = {}
        self._progress: Progress | None = _new_progress() if sys.stderr.isatty() else None
        self._task: TaskID | None = None

    def __enter__(self) -> _Bar:
        if self._progress is not None:
            self._progress.start()
            self._task = self._progress.add_task("reading", total=None)
        return self

    def __exit__(self, *error: object) -> None:
        if self._progress is not None:
            self._progress.stop()

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """While a line is printed."""
        if self._progress is None:
            yield
            return
        self._progress.stop()
        yield
        self._progress.start()

    def reading(self, done: int, total: int) -> None:
        """So many files are read."""
        self._show("reading", done, total)

    def learning(self, target: str, done: int, total: int) -> None:
        """So many songs are done for a target, over all passes."""
        self._done[target] = done
        self._show(f"learning {target}", sum(self._done.values()), total * self._n_targets)

    def _show(self, what: str, done: int, total: int) -> None:
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=what, completed=done, total=total)


def _new_progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
