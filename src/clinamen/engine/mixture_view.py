"""One sequence as the experts of a mixture see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from clinamen.engine import _mixture_kernels as kernels
from clinamen.engine.symbols import NO_SYMBOL
from clinamen.errors import ParameterError

__all__ = ["ExpertView", "check_fits", "check_range"]


@dataclass(frozen=True, slots=True)
class ExpertView:
    """One sequence as the experts see it.

    Parameters
    ----------
    codes
        Code of each expert's context at each event, shape ``(T, E)`` int64; `NO_CONTEXT`
        where it has none.
    symbols
        What came, in each frame, shape ``(T, F)`` int32.
    images
        Symbol of each candidate in each frame, shape ``(R, F, A)`` int32.
    image_index
        Row of `images` for each event, shape ``(T,)``.
    came
        Candidate that came, shape ``(T,)`` int64; -1 where nothing came yet.
    classes
        Class of the moment in each group, shape ``(T, G)`` int64, each counting from 0.
    n_symbols
        Symbols of all frames are below this number, which is at most `LARGEST_ALPHABET`.

    Raises
    ------
    ParameterError
        If shapes do not fit together, or a number points outside its range: the kernels
        would write where they must not.
    """

    codes: npt.NDArray[np.int64]
    symbols: npt.NDArray[np.int32]
    images: npt.NDArray[np.int32]
    image_index: npt.NDArray[np.int64]
    came: npt.NDArray[np.int64]
    classes: npt.NDArray[np.int64]
    n_symbols: int

    def __post_init__(self) -> None:
        n_events, (n_images, n_frames, n_alphabet) = len(self.came), self.images.shape
        shapes = {
            "codes": (n_events, *self.codes.shape[1:2]),
            "symbols": (n_events, n_frames),
            "image_index": (n_events,),
            "classes": (n_events, *self.classes.shape[1:2]),
        }
        for name, shape in shapes.items():
            found = getattr(self, name).shape
            if found != shape:
                raise ParameterError(f"{name} of a view must be of shape {shape}, not {found}")
        if self.n_symbols > kernels.LARGEST_ALPHABET:
            raise ParameterError(
                f"a view has at most {kernels.LARGEST_ALPHABET} symbols, not {self.n_symbols}"
            )
        check_range("symbols", self.symbols, NO_SYMBOL, self.n_symbols)
        check_range("images", self.images, NO_SYMBOL, self.n_symbols)
        check_range("image_index", self.image_index, 0, n_images)
        check_range("came", self.came, -1, n_alphabet)

    def parts(self, ends: Sequence[int]) -> Iterator[ExpertView]:
        """The sequences that lie end to end in this one, each up to one of the events `ends`.

        They share this one's arrays, which have been checked.
        """
        begin = 0
        for end in ends:
            part = object.__new__(ExpertView)
            for name in ("codes", "symbols", "image_index", "came", "classes"):
                object.__setattr__(part, name, getattr(self, name)[begin:end])
            object.__setattr__(part, "images", self.images)
            object.__setattr__(part, "n_symbols", self.n_symbols)
            yield part
            begin = end


def check_fits(view: ExpertView, frames: npt.NDArray[np.int64], n_classes: Sequence[int]) -> None:
    """A view must be made for experts with these frames, and groups of so many classes.

    Raises
    ------
    ParameterError
        If it is not.
    """
    if view.codes.shape[1] != len(frames) or view.images.shape[1] <= frames.max():
        raise ParameterError(
            f"a view of {view.codes.shape[1]} experts and {view.images.shape[1]} frames does "
            f"not fit {len(frames)} experts and {frames.max() + 1} frames"
        )
    if view.classes.shape[1] != len(n_classes):
        raise ParameterError(
            f"a view of {view.classes.shape[1]} groups of classes does not fit {len(n_classes)}"
        )
    for group, n_of_group in enumerate(n_classes):
        check_range("classes", view.classes[:, group], 0, n_of_group)


def check_range(name: str, values: npt.NDArray[np.signedinteger], low: int, end: int) -> None:
    """Values must lie from `low` to before `end`.

    Raises
    ------
    ParameterError
        If they do not.
    """
    if values.size and not (low <= values.min() and values.max() < end):
        raise ParameterError(
            f"{name} of a view must lie from {low} to {end - 1}, "
            f"not from {values.min()} to {values.max()}"
        )
