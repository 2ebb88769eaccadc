"""What root and quality leave open of a chord: its other tones and its bass, as a second stage.

All tones above the root and the bass together are a *kind*. Given root and quality, a kind
is predicted among those that several songs had, those this song had before, and one that
stands for all others; what it is then, is told by its parts.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import IntArray
from clinamen.domains.music.progression.columns import N_COLOURS, ChordColumns, colour
from clinamen.domains.music.progression.events import N_QUALITIES, NOWHERE, HarmonyEvents
from clinamen.domains.music.progression.experts import (
    DETAIL_FRAMES,
    ExpertSet,
    moment_classes,
)
from clinamen.domains.music.viewpoints import UNDEFINED
from clinamen.engine._mixture_kernels import LARGEST_ALPHABET
from clinamen.engine.mixture import ExpertView
from clinamen.engine.symbols import NO_SYMBOL
from clinamen.errors import ParameterError

__all__ = ["MOST_KINDS", "OWN_KINDS", "DetailExperts", "DetailView", "KindTable", "kind_table"]

MOST_KINDS = 384
"""Most kinds of a table; the ones in most songs are kept."""

OWN_KINDS = 64
"""Kinds beyond the table that a listener can keep in mind in one song."""

FEWEST_SONGS = 2
"""A kind in fewer songs is not in the table: so a song that is left out while weights are
learned meets unknown kinds about as often as a new one will."""


@dataclass(frozen=True, eq=False)
class KindTable:
    """Kinds that can be predicted by name.

    Parameters
    ----------
    quality, detail
        Of each kind, as in `HarmonyEvents`, shape ``(K,)``, rising together. The first is no
        chord.

    Raises
    ------
    ParameterError
        If they are not of that form.
    """

    quality: IntArray
    detail: IntArray

    def __post_init__(self) -> None:
        codes = self.codes
        if (
            not len(codes)
            or len(codes) > MOST_KINDS
            or (self.quality[0], self.detail[0]) != (-1, 0)
        ):
            raise ParameterError(f"a table has 1 to {MOST_KINDS} kinds, the first being no chord")
        if (np.diff(codes) <= 0).any() or self.quality[1:].min(initial=0) < 0:
            raise ParameterError("kinds of a table must rise")
        if (
            self.quality.max() >= N_QUALITIES
            or not 0 <= self.detail.min() <= self.detail.max() < 12 << 12
        ):
            raise ParameterError("a kind of a table is none")

    def __len__(self) -> int:
        return len(self.quality)

    @cached_property
    def codes(self) -> IntArray:
        """Each kind as one number."""
        return kind_codes(self.quality, self.detail)

    def unknown_bits(self, quality: int, detail: int) -> float:
        """Bits of a kind that is in no table, once it is known to be none of those.

        Bass and each tone above the root come as often as among kinds of that quality in the
        table, one more being imagined on either side.
        """
        kinds = self.detail[self.quality == quality]
        tones = (kinds[:, None] >> np.arange(12)) & 1
        share = (tones.sum(axis=0) + 1) / (len(kinds) + 2)
        has = ((detail >> np.arange(12)) & 1).astype(bool)
        bass = ((kinds >> 12 == detail >> 12).sum() + 1) / (len(kinds) + 12)
        return float(-np.log2(np.where(has, share, 1 - share)).sum() - np.log2(bass))


_NO_CHORD = -(1 << 16)


def kind_codes(quality: IntArray, detail: IntArray) -> IntArray:
    """Quality and detail as one number."""
    return np.asarray(quality * (1 << 16) + detail)


def kind_table(
    songs: Sequence[HarmonyEvents], labels: Iterable[Hashable] | None = None
) -> KindTable:
    """The kinds that several songs have.

    Parameters
    ----------
    labels
        One a song; songs of one label count as one.
    """
    given = range(len(songs)) if labels is None else labels
    found: dict[int, set[Hashable]] = {}
    for events, label in zip(songs, given, strict=True):
        for code in np.unique(kind_codes(events.quality, events.detail)).tolist():
            found.setdefault(code, set()).add(label)
    often = sorted(found, key=lambda code: (-len(found[code]), code))
    kept = [code for code in often if len(found[code]) >= FEWEST_SONGS and code != _NO_CHORD]
    codes = np.array(sorted([_NO_CHORD, *kept[: MOST_KINDS - 1]]), dtype=np.int64)
    return KindTable(codes >> 16, codes & 0xFFFF)


@dataclass(frozen=True, eq=False)
class DetailView:
    """The kinds of a progression as experts see them.

    Parameters
    ----------
    view
        For the mixture. Candidates are the `K` kinds of the table, an unknown kind, and the
        kinds that this song has besides, in order of appearance: `A` in all.
    is_open
        Whether a candidate is of the quality that came, and known by then, shape ``(T, A)``.
    quality, detail
        Of each candidate, -2 and 0 for the unknown kind, shape ``(A,)``.
    extra_bits
        What is left to be told of a kind that came unknown, shape ``(T,)``.
    """

    view: ExpertView
    is_open: npt.NDArray[np.bool_]
    quality: IntArray
    detail: IntArray
    extra_bits: npt.NDArray[np.float64]

    def among_open(self, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Rows of a mixture shared out among the candidates that are open, shape ``(T, A)``."""
        kept = np.where(self.is_open, rows, 0.0)
        return np.asarray(kept / kept.sum(axis=1, keepdims=True))


class DetailExperts(ExpertSet):
    """Progressions as a set of experts on kinds sees them; see `ExpertSet`."""

    _PART, _ABOUT, _FRAMES = "detail", "the rest of a chord", DETAIL_FRAMES

    def view(
        self, events: HarmonyEvents | ChordColumns, table: KindTable, *, first: int = 0
    ) -> DetailView:
        """A progression as the experts see it.

        Parameters
        ----------
        events, first
            As for `ChordExperts.view`.
        """
        columns = events if isinstance(events, ChordColumns) else ChordColumns(events)
        alphabet = _alphabet(columns, table, first)
        images = self._images(columns, alphabet, first)
        view = ExpertView(
            codes=self.codes(columns, first),
            symbols=np.ascontiguousarray(images[np.arange(len(images)), :, alphabet.came]),
            images=images,
            image_index=np.arange(len(images)),
            came=alphabet.came,
            classes=moment_classes(columns, first),
            n_symbols=LARGEST_ALPHABET,
        )
        is_one = columns.events.root.ndim == 1
        quality, detail = alphabet.quality, alphabet.detail
        return DetailView(
            view,
            alphabet.is_open,
            quality[0] if is_one else quality,
            detail[0] if is_one else detail,
            _extra_bits(columns, alphabet, table, first),
        )

    def _images(
        self, columns: ChordColumns, alphabet: _Alphabet, first: int
    ) -> npt.NDArray[np.int32]:
        """Symbol of every candidate in every frame, shape ``(T, F, A)``."""
        shape = alphabet.is_open.shape
        of_rows = np.repeat(np.arange(len(alphabet.quality)), len(columns.index) - first)
        quality, detail = alphabet.quality[of_rows], alphabet.detail[of_rows]
        root = columns.rows(columns.events.root, first)
        root = np.where(root == NOWHERE, UNDEFINED, root)
        frames = [np.broadcast_to(np.arange(shape[1]), shape)]
        for reference in (root, columns.bass_before, self.key(columns), columns.guess):
            counted_from = reference if reference is root else columns.rows(reference, first)
            frames.append(_bass_symbols(detail >> 12, root, counted_from))
        frames.append(colour(alphabet.detail)[of_rows])
        images = np.stack(frames, axis=1)
        # What is unknown has a symbol of its own in every frame that knows where it counts from.
        strange = quality[:, None] == _STRANGE
        counted = images[:, 1:5]
        counted[(counted != NO_SYMBOL) & strange] = 12
        images[:, 5:][strange] = N_COLOURS
        images[np.broadcast_to(~alphabet.is_open[:, None], images.shape)] = NO_SYMBOL
        return images.astype(np.int32)


_STRANGE = -2
"""Quality of the candidate that stands for all unknown kinds."""


_CLOSED = -3
"""Quality of a candidate that a progression does not have and another does."""


@dataclass(frozen=True, eq=False)
class _Alphabet:
    """Candidates, shape ``(B, A)``; which came, ``(B T,)``, and which were open, ``(B T, A)``."""

    quality: IntArray
    detail: IntArray
    came: IntArray
    is_open: npt.NDArray[np.bool_]


def _alphabet(columns: ChordColumns, table: KindTable, first: int) -> _Alphabet:
    """Candidates of progressions; a kind of its own is one after it was heard."""
    events = columns.events
    codes = np.atleast_2d(kind_codes(events.quality, events.detail))
    came = np.empty(codes.shape, dtype=np.int64)
    own = [_own_kinds(codes[place], table, came[place]) for place in range(len(codes))]
    most = max(map(len, own), default=0)
    mine = np.full((len(own), most), _CLOSED << 16, dtype=np.int64)
    since = np.zeros((len(own), most), dtype=np.int64)
    for place, kinds in enumerate(own):
        mine[place, : len(kinds)] = list(kinds)
        since[place, : len(kinds)] = list(kinds.values())
    known = np.broadcast_to(np.append(table.quality, _STRANGE), (len(own), len(table) + 1))
    detail = np.broadcast_to(np.append(table.detail, 0), (len(own), len(table) + 1))
    quality = np.concatenate([known, mine >> 16], axis=1)
    now = np.atleast_2d(events.quality)[:, first:, None]
    is_open = quality[:, None] == now
    is_open[:, :, len(table)] = now[:, :, 0] != NOWHERE
    is_open[:, :, len(table) + 1 :] &= columns.index[first:, None] > since[:, None]
    return _Alphabet(
        quality,
        np.concatenate([detail, mine & 0xFFFF], axis=1),
        came[:, first:].reshape(-1),
        is_open.reshape(-1, quality.shape[1]),
    )


def _own_kinds(codes: IntArray, table: KindTable, came: IntArray) -> dict[int, int]:
    """Kinds that are in no table, with where they came first; fills `came`, shape ``(T,)``."""
    places = np.minimum(np.searchsorted(table.codes, codes), len(table) - 1)
    came[:] = np.where(table.codes[places] == codes, places, len(table))
    own: dict[int, int] = {}
    for event in np.flatnonzero(came == len(table)).tolist():
        code = int(codes[event])
        if code in own:
            came[event] = len(table) + 1 + list(own).index(code)
        elif len(own) < OWN_KINDS:
            own[code] = event
    return own


def _extra_bits(
    columns: ChordColumns, alphabet: _Alphabet, table: KindTable, first: int
) -> npt.NDArray[np.float64]:
    """What is left to be told of kinds that came unknown, shape ``(B T,)``."""
    extra = np.zeros(len(alphabet.came))
    quality = columns.rows(columns.events.quality, first)
    detail = columns.rows(columns.events.detail, first)
    for place in np.flatnonzero(alphabet.came == len(table)):
        extra[place] = table.unknown_bits(int(quality[place]), int(detail[place]))
    return extra


def _bass_symbols(bass: IntArray, root: IntArray, reference: IntArray) -> IntArray:
    """Each candidate's bass counted from a reference, shape ``(T, A)``."""
    defined = (root != UNDEFINED) & (reference != UNDEFINED)
    symbols = (np.where(defined, root - reference, 0)[:, None] + bass) % 12
    return np.where(defined[:, None], symbols, NO_SYMBOL)
