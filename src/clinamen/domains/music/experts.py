"""The experts of the learned mixture for pitch: what each predicts from what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import IntArray, MelodyEvents
from clinamen.domains.music.moments import (
    KNOWABLE,
    PITCH_COMPONENTS,
    component_table,
    find_component,
    guessed_keys,
)
from clinamen.domains.music.viewpoints import UNDEFINED
from clinamen.engine import _mixture_kernels as kernels
from clinamen.engine.mixture import ExpertView, Mixture, MixtureOptions
from clinamen.engine.symbols import NO_SYMBOL
from clinamen.errors import ParameterError

__all__ = ["FRAMES", "N_CLASSES", "Expert", "PitchExperts", "default_experts", "parse_experts"]

FRAMES = ("cpint", "degree", "cpitch", "cpintfip", "guessed")
"""What an expert predicts: semitones from the previous note, semitones above the tonic
(octaves kept), the pitch itself, semitones from the first note, or semitones above the
tonic that the earlier notes suggest."""

_N_SYMBOLS = 256  # every frame fits: 128 pitches, 255 intervals, 139 places above a tonic
_INTERVAL_ZERO, _DEGREE_ZERO = 128, 12

N_CLASSES = (16, 8)
"""Classes of the moment: how many notes came before (15 or more is one class), and how
large the last interval was (7 semitones or more, or none, is one class)."""


@dataclass(frozen=True, slots=True)
class Expert:
    """A frame and the components that are looked at.

    Raises
    ------
    ParameterError
        If a component would give away the pitch that is to be predicted.
    MissingError
        If a component is unknown.
    """

    frame: str
    looks_at: tuple[str, ...]

    def __post_init__(self) -> None:
        for name in self.looks_at:
            component, lag = find_component(name)
            if not lag and component.name in PITCH_COMPONENTS:
                raise ParameterError(
                    f"the expert '{self}' sees what it predicts: {name} needs a lag, "
                    f"such as {component.name}@1"
                )

    def __str__(self) -> str:
        return f"{self.frame} | {' '.join(self.looks_at)}"


def parse_experts(text: str) -> tuple[Expert, ...]:
    """Experts from lines such as ``cpint | cpintfref@1 posinbar``; ``#`` begins a comment.

    Raises
    ------
    ParameterError
        If a line is not of that form, one comes twice, or one sees what it predicts.
    MissingError
        If a component is unknown.
    """
    experts: list[Expert] = []
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        frame, bar, names = (part.strip() for part in content.partition("|"))
        if frame not in FRAMES or not bar or not names:
            raise ParameterError(f"line {number}: an expert is 'frame | components', not {line!r}")
        expert = Expert(frame, tuple(names.split()))
        if expert in experts:
            raise ParameterError(f"line {number}: the expert {expert} is there already")
        experts.append(expert)
    return tuple(experts)


def default_experts(known: frozenset[str] = KNOWABLE) -> tuple[Expert, ...]:
    """The experts that come with the project.

    Those of ``pitch_experts.txt`` where the key is known, else those of
    ``pitch_only_experts.txt``, which guess it.
    """
    return _shipped_experts("pitch_experts.txt" if "key" in known else "pitch_only_experts.txt")


@lru_cache(maxsize=2)
def _shipped_experts(name: str) -> tuple[Expert, ...]:
    folder = resources.files("clinamen.domains.music")
    return parse_experts(folder.joinpath(name).read_text("utf-8"))


class PitchExperts:
    """Melodies as a set of experts sees them.

    Parameters
    ----------
    experts
        By default the ones of the project.
    known
        What is known besides the pitches, out of `KNOWABLE`; experts that need something
        else are left out.

    Raises
    ------
    ParameterError
        If something is not an expert, none is left, or something else is said to be known.
    """

    def __init__(
        self, experts: Sequence[Expert] | None = None, known: frozenset[str] = KNOWABLE
    ) -> None:
        if not known <= KNOWABLE:
            raise ParameterError(f"known must be among {sorted(KNOWABLE)}, not {sorted(known)}")
        given = default_experts(known) if experts is None else tuple(_some_experts(experts))
        self.known = known
        self.experts = tuple(expert for expert in given if _needs(expert) <= known)
        if not self.experts:
            raise ParameterError(f"no expert does with knowing {sorted(known) or 'pitches only'}")
        names = sorted({name for expert in self.experts for name in expert.looks_at})
        self._names = tuple(names)
        self._frames_used = frozenset(expert.frame for expert in self.experts)
        places = {name: place for place, name in enumerate(names)}
        self._terms = np.array(
            [places[name] for expert in self.experts for name in expert.looks_at], dtype=np.int64
        )
        lengths = [len(expert.looks_at) for expert in self.experts]
        self._starts = np.cumsum([0, *lengths]).astype(np.int64)

    def mixture(self, options: MixtureOptions | None = None) -> Mixture:
        """A new mixture of these experts, without counts and with first weights."""
        frames = [FRAMES.index(expert.frame) for expert in self.experts]
        return Mixture(frames, N_CLASSES, options)

    def view(self, events: MelodyEvents, alphabet: IntArray) -> ExpertView:
        """A melody as the experts see it.

        Parameters
        ----------
        alphabet
            Pitches that could come, rising, shape ``(A,)``; holds all of the melody's.

        Raises
        ------
        ParameterError
            If it does not.
        """
        strange = np.setdiff1d(events.pitch, alphabet)
        if len(strange):
            raise ParameterError(f"the alphabet lacks pitches of the melody: {strange.tolist()}")
        table = component_table(events, self._names, self.known)
        codes = np.empty((len(events), len(self.experts)), dtype=np.int64)
        kernels.context_codes(table, UNDEFINED, self._terms, self._starts, codes)
        return ExpertView(
            codes=codes,
            symbols=self._frames(events, events.pitch[:, None])[:, :, 0],
            images=self._frames(events, alphabet[None, :]),
            image_index=np.arange(len(events)),
            came=np.searchsorted(alphabet, events.pitch).astype(np.int64),
            classes=_classes(events),
            n_symbols=_N_SYMBOLS,
        )

    def _frames(self, events: MelodyEvents, pitch: IntArray) -> npt.NDArray[np.int32]:
        """Symbols of pitches in every frame, shape ``(T, F, A)``.

        The guessed key is worked out only where an expert predicts from it.
        """
        shape = (len(events), len(FRAMES), pitch.shape[1])
        out = np.full(shape, NO_SYMBOL, dtype=np.int32)
        before = events.pitch[:-1, None]
        pitch = np.broadcast_to(pitch, (len(events), shape[2]))
        out[1:, 0] = pitch[1:] - before + _INTERVAL_ZERO
        if "key" in self.known:
            tonic = events.tonic[:, None]
            out[:, 1] = np.where(tonic >= 0, pitch - tonic + _DEGREE_ZERO, NO_SYMBOL)
        out[:, 2] = pitch
        out[1:, 3] = pitch[1:] - events.pitch[0] + _INTERVAL_ZERO
        if "guessed" in self._frames_used:
            guess = guessed_keys(events.pitch)[1:, None]
            out[1:, 4] = pitch[1:] - guess % 12 + _DEGREE_ZERO
        return out


def _some_experts(given: object) -> Iterator[Expert]:
    for expert in given if isinstance(given, Iterable) else (given,):
        if not isinstance(expert, Expert):
            raise ParameterError(f"experts must be Experts (see parse_experts), not {expert!r}")
        yield expert


def _needs(expert: Expert) -> frozenset[str]:
    needs = frozenset({"key"}) if expert.frame == "degree" else frozenset()
    return needs.union(*(find_component(name)[0].needs for name in expert.looks_at))


def _classes(events: MelodyEvents) -> IntArray:
    index = np.arange(len(events))
    jump = np.full(len(events), 7)
    jump[2:] = np.minimum(np.abs(np.diff(events.pitch))[:-1], 7)
    return np.stack([np.minimum(index, 15), jump], axis=1)
