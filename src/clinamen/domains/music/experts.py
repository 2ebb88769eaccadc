"""The experts of the learned mixture: what each predicts from what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._expert_lines import parse_expert_lines
from clinamen.domains.music._moment_columns import Columns
from clinamen.domains.music.events import IntArray, MelodyEvents
from clinamen.domains.music.frames import (
    FRAMES,
    N_CLASSES,
    N_SYMBOLS,
    Images,
    References,
    moment_classes,
    references,
)
from clinamen.domains.music.moments import Component, find_component
from clinamen.domains.music.projection import KNOWN, TARGETS, followed
from clinamen.domains.music.viewpoints import UNDEFINED
from clinamen.engine import _mixture_kernels as kernels
from clinamen.engine.mixture import ExpertView, Mixture, MixtureOptions
from clinamen.engine.symbols import NO_SYMBOL
from clinamen.errors import ParameterError

__all__ = [
    "KNOWABLE",
    "Expert",
    "Experts",
    "default_experts",
    "parse_experts",
    "quick_experts",
    "together",
    "usually_known",
]

KNOWABLE: Mapping[str, frozenset[str]] = {
    "onset": frozenset({"key", "phrase", "chords"}),
    "pitch": frozenset({"onset", "duration", "key", "phrase", "chords"}),
    "duration": frozenset({"onset", "pitch", "key", "phrase"}),
}
"""What may be known when a target is predicted: of the note itself when it begins, its pitch
and how long it lasts; of the melody its key, which notes begin and end a phrase, and its
chords, those to come as well.

Of earlier notes everything is known, with two exceptions. A pitch that is predicted without
knowing its onset is predicted from the sequence of pitches alone. And when an onset is
predicted, the note before may still sound: knowing how long it lasts would be knowing when
the next one begins, but for rests."""

_TARGET_OF = {frame: target for target, frames in FRAMES.items() for frame in frames}
_OF_THE_NOTE = frozenset(TARGETS)
_FRAME_NEEDS = {"degree": {"key"}, "chord_tone": {"chords", "timing", "onset"}}


def usually_known(target: str) -> frozenset[str]:
    """What is known by convention (see `KNOWN`), with key and phrases.

    Raises
    ------
    ParameterError
        If there is no such target.
    """
    if target not in TARGETS:
        raise ParameterError(f"target must be {', '.join(TARGETS)}, not {target!r}")
    return KNOWN[target] | {"key", "phrase"}


def _ever_known(target: str, lag: int) -> frozenset[str]:
    """What may be known of the note so many notes earlier when a target is predicted."""
    if not lag:
        return KNOWABLE[target]
    return _OF_THE_NOTE - {"duration"} if target == "onset" and lag == 1 else _OF_THE_NOTE


@dataclass(frozen=True, slots=True)
class Expert:
    """A frame and the components that are looked at.

    Raises
    ------
    ParameterError
        If there is no such frame, or a component would give away what is predicted or
        comes after it.
    MissingError
        If a component is unknown.
    """

    frame: str
    looks_at: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.frame not in _TARGET_OF:
            raise ParameterError(
                f"a frame must be one of {', '.join(_TARGET_OF)}, not {self.frame!r}"
            )
        for name in self.looks_at:
            component, lag = find_component(name)
            hidden = sorted(component.reads - _ever_known(self.target, lag))
            if hidden:
                raise ParameterError(
                    f"the expert '{self}' sees what is not known yet, {hidden[0]}: "
                    f"{name} needs a larger lag, such as {component.name}@{lag + 1}"
                )

    def __str__(self) -> str:
        return f"{self.frame} | {' '.join(self.looks_at)}"

    @property
    def target(self) -> str:
        """Whether it predicts ``onset``, ``pitch`` or ``duration``."""
        return _TARGET_OF[self.frame]

    @property
    def needs(self) -> frozenset[str]:
        """What must be known: ``timing``, ``key``, ``phrase``, ``chords``, and of the note
        itself ``onset``, ``pitch``, ``duration``."""
        needs = set(_FRAME_NEEDS.get(self.frame, ()))
        for name in self.looks_at:
            component, lag = find_component(name)
            needs |= component.needs if lag else component.needs | component.reads
        return frozenset(needs)


def parse_experts(text: str) -> tuple[Expert, ...]:
    """Experts from lines such as ``cpint | cpintfref@1 posinbar``; ``#`` begins a comment.

    Raises
    ------
    ParameterError
        If a line is not of that form, one comes twice, or one sees what it predicts.
    MissingError
        If a component is unknown.
    """
    return parse_expert_lines(text, Expert, frames=_TARGET_OF)


def default_experts(
    target: str = "pitch", known: frozenset[str] | None = None
) -> tuple[Expert, ...]:
    """The experts that come with the project, for a target and what is known.

    For the pitch there are three files: ``pitch_experts.txt`` where phrases are known,
    ``pitch_song_experts.txt`` where they are not, and ``pitch_only_experts.txt``, which
    guess the key, for a sequence of pitches; the last as well where only key or only onset
    are missing. Where chords are known, and when the note begins, those of
    ``pitch_chord_experts.txt`` or ``onset_chord_experts.txt`` come after them. Some may need
    what is not known: `Experts` leaves those out.
    """
    usual = usually_known(target)
    known = usual if known is None else known
    files = [f"{target}_experts.txt"]
    if target == "pitch":
        files = ["pitch_experts.txt" if "phrase" in known else "pitch_song_experts.txt"]
        if not {"onset", "key"} <= known:
            files = [*(files if known else []), "pitch_only_experts.txt"]
    if "chords" in known and (target == "onset" or "onset" in known):
        files.append(f"{target}_chord_experts.txt")
    return tuple(dict.fromkeys(expert for name in files for expert in _shipped_experts(name)))


def quick_experts(target: str, *, with_chords: bool = False) -> tuple[Expert, ...]:
    """A few of the experts on ``onset`` or ``pitch``, for a listener that is quick.

    Parameters
    ----------
    with_chords
        Those on the pitch that look at chords which are given.
    """
    return _shipped_experts(f"{target}_{'chord_' if with_chords else ''}quick_experts.txt")


@lru_cache(maxsize=16)
def _shipped_experts(name: str) -> tuple[Expert, ...]:
    folder = resources.files("clinamen.domains.music")
    return parse_experts(folder.joinpath(name).read_text("utf-8"))


class Experts:
    """Melodies as a set of experts sees them.

    Parameters
    ----------
    target
        ``onset`` (as inter-onset interval), ``pitch`` or ``duration``.
    experts
        By default the ones of the project.
    known
        What is known, out of `KNOWABLE`; experts that need something else are left out. By
        default what is known by convention, key and phrases (see `usually_known`).

    Raises
    ------
    ParameterError
        If there is no such target, something is not an expert on it, none is left, or
        something else is said to be known.
    """

    def __init__(
        self,
        target: str = "pitch",
        experts: Sequence[Expert] | None = None,
        known: frozenset[str] | None = None,
    ) -> None:
        self.target = target
        self.known = usually_known(target) if known is None else known
        given_facts = _facts(target, self.known)
        given = default_experts(target, known) if experts is None else _on_target(experts, target)
        self.experts = tuple(expert for expert in given if expert.needs <= given_facts)
        if not self.experts:
            raise ParameterError(
                f"no expert does with knowing {sorted(self.known) or f'no more for {target}'}"
            )
        terms = [find_component(name) for expert in self.experts for name in expert.looks_at]
        self._components = tuple(dict.fromkeys(component for component, _ in terms))
        places = {component: place for place, component in enumerate(self._components)}
        self._terms = np.array([(places[each], lag) for each, lag in terms], dtype=np.int64)
        lengths = [len(expert.looks_at) for expert in self.experts]
        self._starts = np.cumsum([0, *lengths]).astype(np.int64)
        self._frames = {expert.frame for expert in self.experts}

    def mixture(self, options: MixtureOptions | None = None) -> Mixture:
        """A new mixture of these experts, without counts and with first weights."""
        frames = [FRAMES[self.target].index(expert.frame) for expert in self.experts]
        return Mixture(frames, N_CLASSES[self.target], options)

    def view(
        self, events: MelodyEvents, alphabet: IntArray, *, following: bool = False
    ) -> ExpertView:
        """A melody as the experts see it (see `views`)."""
        return next(self.views([events], alphabet, following=following))

    def views(
        self,
        melodies: Iterable[MelodyEvents],
        alphabet: IntArray | None = None,
        *,
        following: bool = False,
    ) -> Iterator[ExpertView]:
        """Melodies as the experts see them, several times faster than one by one.

        Parameters
        ----------
        alphabet
            What could come, rising, shape ``(A,)``: pitches, or ticks since the previous
            onset, or ticks of duration; holds all of the melodies'. Without it nothing is a
            candidate: views to be counted, not predicted.
        following
            With one more event, the moment after the last note, where nothing came yet. It
            begins where the last note ends.

        Raises
        ------
        ParameterError
            If the alphabet lacks something that came.
        """
        seen = map(followed, melodies) if following else iter(melodies)
        images = None if alphabet is None else Images(alphabet)
        for columns in together(seen, alphabet):
            view = self._seen(columns, columns.index >= 0, images, following)
            yield from view.parts(columns.ends.tolist())

    def view_after(
        self, begin: int, columns: Columns, images: Images
    ) -> tuple[ExpertView, IntArray]:
        """Melodies that share a beginning, as the experts see them from there on.

        Parameters
        ----------
        begin
            How many notes they share; each has more.
        columns
            Of `together`.
        images
            Of the alphabet, as for `views`.

        Returns
        -------
        view : ExpertView
            The melodies end to end without their first `begin` notes.
        ends : ndarray
            Where each of them ends.
        """
        return self._seen(columns, columns.index >= begin, images), _ends(begin, columns)

    def views_apart(
        self, begin: int, columns: Columns, images: Images
    ) -> tuple[ExpertView, ExpertView, IntArray]:
        """As `view_after`, with the shared beginning as a view of its own before it."""
        kept = (columns.index >= begin) | (columns.note < begin)
        view = self._seen(columns, kept, images)
        before, after = view.parts([begin, len(view.came)])
        return before, after, _ends(begin, columns)

    def _seen(
        self,
        columns: Columns,
        kept: npt.NDArray[np.bool_],
        images: Images | None,
        following: bool = False,
    ) -> ExpertView:
        """Some notes of melodies as one view; of each melody they lie side by side."""
        values = columns.interval_ticks if self.target == "onset" else getattr(columns, self.target)
        heard = np.ones(len(values), dtype=bool)
        heard[columns.ends - 1] = not following
        values, heard = values[kept], heard[kept]
        seen = self._references(columns)
        if images is None:
            came, index = np.full(len(values), -1), np.zeros(len(values), dtype=np.int64)
            symbols = seen.symbols(seen.rows[kept], values[:, None])[:, :, 0]
            table = np.empty((1, symbols.shape[1], 0), dtype=np.int32)
        else:
            came = np.where(heard, np.searchsorted(images.alphabet, values), -1)
            self._check_alphabet(images.alphabet, values[heard], came[heard])
            table, index = images.of(seen, seen.rows[kept])
            symbols = table[index, :, came]
        symbols[~heard] = NO_SYMBOL
        return ExpertView(
            codes=self._codes(columns, kept),
            symbols=symbols,
            images=table,
            image_index=index,
            came=came,
            classes=moment_classes(self.target, columns)[kept],
            n_symbols=N_SYMBOLS[self.target],
        )

    def _references(self, columns: Columns) -> References:
        """What candidates are seen against at every note."""
        key, chords = "key" in self.known, "chord_tone" in self._frames
        guess, first = "guessed" in self._frames, "cpintfip" in self._frames
        return columns.once(
            (references, self.target, key, guess, chords, first),
            lambda: references(
                self.target, columns, key=key, guess=guess, chords=chords, first=first
            ),
        )

    def _check_alphabet(self, alphabet: IntArray, values: IntArray, came: IntArray) -> None:
        found = np.append(alphabet, UNDEFINED)[came]
        if not np.array_equal(found, values):
            strange = np.unique(values[found != values]).tolist()
            raise ParameterError(
                f"the alphabet lacks values of the melody for {self.target}: {strange}"
            )

    def _codes(self, columns: Columns, kept: npt.NDArray[np.bool_]) -> IntArray:
        """Code of each expert's context at some notes, shape ``(T, E)``."""
        # Experts look back to notes that are not kept, but no further than their longest lag.
        near = kept.copy()
        for _ in range(int(self._terms[:, 1].max(initial=0))):
            near[:-1] |= near[1:]
        table = np.stack([_column(columns, each)[near] for each in self._components])
        codes = np.empty((table.shape[1], len(self.experts)), dtype=np.int64)
        scratch = np.empty((2, 256), dtype=np.int64)
        index = columns.index[near]
        kernels.lagged_codes(table, index, UNDEFINED, self._terms, self._starts, scratch, codes)
        found: IntArray = codes[kept[near]]
        return found


def _ends(begin: int, columns: Columns) -> IntArray:
    """Where melodies end that lie end to end without their first notes."""
    ends: IntArray = np.cumsum(np.diff(columns.ends, prepend=0) - begin)
    return ends


def _column(columns: Columns, component: Component) -> IntArray:
    """A component's column, made once for all experts that look at it."""
    return columns.once((_column, component.name), lambda: component.column(columns))


_MOST_NOTES = 4096
"""Notes that are looked at together: their columns stay in the processor's cache."""

_MOST_IMAGES = 2**20
"""Notes times alphabet that are looked at together."""


def together(
    melodies: Iterable[MelodyEvents], alphabet: IntArray | None = None
) -> Iterator[Columns]:
    """Melodies laid end to end, as many at a time as are worth it, or one by itself.

    Parameters
    ----------
    alphabet
        The largest that they will be seen with.
    """
    n_alphabet = 1 if alphabet is None else max(len(alphabet), 1)
    for batch in _batches(iter(melodies), _MOST_IMAGES // n_alphabet):
        columns = Columns(batch)
        if len(batch) == 1 or columns.are_apart:
            yield columns
        else:
            yield from (Columns([events]) for events in batch)


def _batches(melodies: Iterator[MelodyEvents], most_notes: int) -> Iterator[list[MelodyEvents]]:
    """Melodies that together have at most so many notes, or one by itself."""
    batch: list[MelodyEvents] = []
    n_notes = 0
    for events in melodies:
        if batch and n_notes + len(events) > min(most_notes, _MOST_NOTES):
            yield batch
            batch, n_notes = [], 0
        batch.append(events)
        n_notes += len(events)
    if batch:
        yield batch


def _facts(target: str, known: frozenset[str]) -> frozenset[str]:
    """What experts may need, from what is said to be known."""
    if not known <= KNOWABLE[target]:
        raise ParameterError(
            f"known must be among {sorted(KNOWABLE[target])} for {target}, not {sorted(known)}"
        )
    if "onset" not in known and (target == "duration" or "duration" in known):
        raise ParameterError("a duration can only be known, or predicted, where the onset is known")
    timed = target != "pitch" or "onset" in known
    return known | {"timing"} if timed else known


def _on_target(given: object, target: str) -> Iterator[Expert]:
    for expert in given if isinstance(given, Iterable) else (given,):
        if not isinstance(expert, Expert):
            raise ParameterError(f"experts must be Experts (see parse_experts), not {expert!r}")
        if expert.target != target:
            raise ParameterError(f"the expert '{expert}' says nothing about {target}")
        yield expert
