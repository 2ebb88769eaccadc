"""The experts of the learned mixture for chords: what each predicts from what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._expert_lines import parse_expert_lines
from clinamen.domains.music.events import IntArray
from clinamen.domains.music.progression.columns import ChordColumns, earlier, find_chord_component
from clinamen.domains.music.progression.events import FAMILIES, N_QUALITIES, NOWHERE, HarmonyEvents
from clinamen.domains.music.viewpoints import UNDEFINED
from clinamen.engine._mixture_kernels import CODE_BITS, LARGEST_ALPHABET, NO_CONTEXT
from clinamen.engine.mixture import ExpertView, Mixture, MixtureOptions
from clinamen.engine.symbols import NO_SYMBOL
from clinamen.errors import ParameterError

__all__ = ["CHORD_FRAMES", "CHORD_KNOWABLE", "DETAIL_FRAMES", "N_CHORDS", "N_CLASSES",
           "ChordExpert", "ChordExperts", "ExpertSet", "default_chord_experts", "moment_classes",
           "parse_chord_experts"]  # fmt: skip

N_CHORDS = 12 * N_QUALITIES + 1
"""Roots by qualities, and no chord, which is the last."""

CHORD_KNOWABLE = frozenset({"timing", "key", "melody"})
"""What may be known besides the chords before: when chords begin in which metre, the key, the
melody note that sounds when a chord begins."""

CHORD_FRAMES = ("chord", "on_key", "on_guess", "on_first", "move", "step", "quality", "root_degree",
                "root_guessed", "fit")  # fmt: skip
"""What an expert predicts: root and quality counted from the root before, from the tonic, from
the tonic that the earlier chords suggest, from the first root; the root alone from the root
before, with the family of the quality (``step``) or without (``move``); the quality alone;
the root alone from the tonic, or the suggested one; the melody note counted from the root,
with the family."""

DETAIL_FRAMES = ("kind", "bass", "bass_step", "bass_on_key", "bass_on_guess", "colour")
"""What an expert on the rest of a chord predicts, root and quality being known: all of it; the
bass counted from the root, from the bass before, from the tonic, from the suggested one; how
many tones there are and whether the root is lowest."""

_N_FAMILIES = 5
N_CLASSES = (13, 7)
"""Classes of the moment: how many chords came before (12 or more is one class), and how many
of the last chords were there before in a row."""


_FRAME_NEEDS = {
    "on_key": {"key"}, "root_degree": {"key"}, "bass_on_key": {"key"}, "fit": {"melody"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ChordExpert:
    """A frame and the components that are looked at.

    Raises
    ------
    ParameterError
        If there is no such frame, or a component would give away what is predicted.
    MissingError
        If a component is unknown.
    """

    frame: str
    looks_at: tuple[str, ...]

    def __post_init__(self) -> None:
        frames = CHORD_FRAMES + DETAIL_FRAMES
        if self.frame not in frames:
            raise ParameterError(
                f"a frame of chords must be one of {', '.join(frames)}, not {self.frame!r}"
            )
        hidden = {"detail"} if self.is_on_detail else {"chord", "detail"}
        for name in self.looks_at:
            component, lag = find_chord_component(name)
            if component.tells in hidden and not lag:
                raise ParameterError(f"the expert '{self}' sees what it predicts: {name}")

    def __str__(self) -> str:
        return f"{self.frame} | {' '.join(self.looks_at)}"

    @property
    def is_on_detail(self) -> bool:
        """Whether it predicts what root and quality leave open."""
        return self.frame in DETAIL_FRAMES

    @property
    def needs(self) -> frozenset[str]:
        """What must be known, out of `CHORD_KNOWABLE`."""
        return frozenset(_FRAME_NEEDS.get(self.frame, ())).union(
            *(find_chord_component(n)[0].needs for n in self.looks_at)
        )


def parse_chord_experts(text: str) -> tuple[ChordExpert, ...]:
    """Experts from lines such as ``chord | move@1 quality@1``; ``#`` begins a comment.

    Raises
    ------
    ParameterError
        If a line is not of that form, or an expert comes twice.
    MissingError
        If a component is unknown.
    """
    return parse_expert_lines(text, ChordExpert)


def default_chord_experts(part: str = "chord") -> tuple[ChordExpert, ...]:
    """The experts that come with the project, written down from theory, not chosen by score.

    Parameters
    ----------
    part
        ``chord`` for root and quality, ``detail`` for the rest.
    """
    return _shipped_experts(part)


@lru_cache(maxsize=2)
def _shipped_experts(part: str) -> tuple[ChordExpert, ...]:
    folder = resources.files("clinamen.domains.music.progression")
    return parse_chord_experts(folder.joinpath(f"{part}_experts.txt").read_text("utf-8"))


class ExpertSet:
    """Experts on one part that do with what is known, and the contexts that they look at.

    Parameters
    ----------
    experts
        By default the ones of the project.
    known
        What is known, out of `CHORD_KNOWABLE`; experts that need something else are left out.

    Raises
    ------
    ParameterError
        If something else is said to be known, no expert is left, or one is on something else.
    """

    _PART: ClassVar[str]
    _ABOUT: ClassVar[str]
    _FRAMES: ClassVar[tuple[str, ...]]

    def __init__(
        self,
        experts: Iterable[ChordExpert] | None = None,
        known: frozenset[str] = CHORD_KNOWABLE,
    ) -> None:
        given = default_chord_experts(self._PART) if experts is None else tuple(experts)
        for expert in given:
            if expert.frame not in self._FRAMES:
                raise ParameterError(f"the expert '{expert}' is not on {self._ABOUT}")
        if not known <= CHORD_KNOWABLE:
            raise ParameterError(
                f"known must be among {sorted(CHORD_KNOWABLE)}, not {sorted(known)}"
            )
        self.known = known
        self.experts = tuple(expert for expert in given if expert.needs <= known)
        if not self.experts:
            raise ParameterError(f"no expert on chords does with knowing {sorted(known)}")
        names = sorted({name for expert in self.experts for name in expert.looks_at})
        self._components = [find_chord_component(name) for name in names]
        places = {name: place for place, name in enumerate(names)}
        self._terms = [[places[name] for name in expert.looks_at] for expert in self.experts]

    def mixture(self, options: MixtureOptions | None = None) -> Mixture:
        """A new mixture of these experts, without counts and with first weights."""
        frames = [self._FRAMES.index(expert.frame) for expert in self.experts]
        return Mixture(frames, N_CLASSES, options)

    def codes(self, columns: ChordColumns, first: int = 0) -> IntArray:
        """Code of each expert's context at each chord from `first` on, shape ``(T, E)``; of
        several progressions one after the other."""
        table = []
        for component, lag in self._components:
            values = component.column(columns)
            table.append(columns.rows(earlier(values, lag, UNDEFINED) if lag else values, first))
        codes = np.empty((len(table[0]), len(self.experts)), dtype=np.int64)
        for number, places in enumerate(self._terms):
            codes[:, number] = _context_codes([table[place] for place in places], number + 1)
        return codes

    def key(self, columns: ChordColumns) -> IntArray:
        """Tonics, `UNDEFINED` where the key is not to be known."""
        none = np.full(len(columns.index), UNDEFINED)
        return columns.tonic if "key" in self.known else none


def _context_codes(values: Sequence[IntArray], expert: int) -> IntArray:
    """A number for what an expert looks at, for the engine's stores: columns ``(T,)`` hashed.

    Source: the mixing function of Steele, Lea & Flood 2014 (*Fast splittable pseudorandom
    number generators*).
    """
    code = np.zeros(len(values[0]), dtype=np.uint64)
    defined = np.ones(len(values[0]), dtype=np.bool_)
    for column in values:
        defined &= column != UNDEFINED
        code = (code ^ column.astype(np.uint64)) + np.uint64(0x9E3779B97F4A7C15)
        code = (code ^ (code >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        code = (code ^ (code >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        code ^= code >> np.uint64(31)
    low = (code & np.uint64((1 << CODE_BITS) - 1)).astype(np.int64)
    return np.where(defined, (expert << CODE_BITS) | low, NO_CONTEXT)


def moment_classes(columns: ChordColumns, first: int = 0) -> IntArray:
    """Classes of the moment in the groups of `N_CLASSES`, shape ``(T, 2)``; from chord `first`
    on."""
    classes = (np.minimum(columns.index, N_CLASSES[0] - 1), columns.loop[1])
    return np.stack([columns.rows(each, first) for each in classes], axis=1)


class ChordExperts(ExpertSet):
    """Progressions as a set of experts on root and quality sees them; see `ExpertSet`."""

    _PART, _ABOUT, _FRAMES = "chord", "root and quality", CHORD_FRAMES

    def view(
        self, events: HarmonyEvents | ChordColumns, *, following: bool = False, first: int = 0
    ) -> ExpertView:
        """A progression as the experts see it; candidates are all `N_CHORDS`.

        Parameters
        ----------
        events
            Of one progression, or of several over the same times (see `branches`), which lie
            end to end in the view.
        following
            The last chord has not come yet: only when it comes is known.
        first
            Chords before this one are left out.
        """
        columns = events if isinstance(events, ChordColumns) else ChordColumns(events)
        images, index = self._images(columns, first)
        symbol = columns.rows(columns.symbol, first)
        came = np.where(symbol == NOWHERE, N_CHORDS - 1, symbol).astype(np.int64)
        symbols = np.ascontiguousarray(images[index, :, came])
        if following:
            last = slice(len(columns.index) - first - 1, None, len(columns.index) - first)
            came[last], symbols[last] = -1, NO_SYMBOL
        return ExpertView(
            codes=self.codes(columns, first),
            symbols=symbols,
            images=images,
            image_index=index,
            came=came,
            classes=moment_classes(columns, first),
            n_symbols=LARGEST_ALPHABET,
        )

    def _images(
        self, columns: ChordColumns, first_chord: int
    ) -> tuple[npt.NDArray[np.int32], IntArray]:
        """Symbol of every candidate in every frame, shape ``(R, F, N_CHORDS)``, and the row for
        each chord, shape ``(T,)``: those that count from the same share one."""
        key = self.key(columns)
        tune = columns.events.melody if "melody" in self.known else np.full_like(key, NOWHERE)
        told = (columns.before, key, columns.guess, columns.first, tune)
        seen = np.stack([columns.rows(each, first_chord) for each in told])
        (before, key, guess, first, tune), index = np.unique(seen, axis=1, return_inverse=True)
        whole = (before, key, guess, first)
        out = np.full((len(key), len(CHORD_FRAMES), N_CHORDS), NO_SYMBOL, dtype=np.int32)
        for frame, reference in enumerate(whole):
            out[:, frame] = _counted(reference, 12 * N_QUALITIES, _BY_QUALITY)
        out[:, 4] = _counted(before, 12, _ALONE)
        out[:, 5] = _counted(before, 12 * _N_FAMILIES, _BY_FAMILY)
        out[:, 6] = np.append(_QUALITY, N_QUALITIES)
        out[:, 7] = _counted(key, 12, _ALONE)
        out[:, 8] = _counted(guess, 12, _ALONE)
        sounds = tune >= 0
        fit = (tune[:, None] - _ROOT) % 12 * _N_FAMILIES + FAMILIES[_QUALITY]
        out[sounds, 9, :-1] = fit[sounds]
        out[sounds, 9, -1] = 12 * _N_FAMILIES
        return out, index.reshape(-1)


_ROOT, _QUALITY = np.divmod(np.arange(12 * N_QUALITIES), N_QUALITIES)
_BY_QUALITY = (N_QUALITIES, _QUALITY)
_BY_FAMILY = (_N_FAMILIES, FAMILIES[_QUALITY])
_ALONE = (1, np.zeros_like(_QUALITY))


def _counted(reference: IntArray, no_chord: int, by: tuple[int, IntArray]) -> IntArray:
    """Symbols of all candidates counted from a reference, shape ``(T, N_CHORDS)``.

    ``by``: how many kinds of each root there are, and the kind of each candidate.
    """
    n_kinds, kinds = by
    defined = reference != UNDEFINED
    root = (_ROOT - np.where(defined, reference, 0)[:, None]) % 12
    symbols = np.concatenate(
        [root * n_kinds + kinds, np.full((len(reference), 1), no_chord)], axis=1
    )
    return np.where(defined[:, None], symbols, NO_SYMBOL)
