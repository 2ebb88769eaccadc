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

    def view(self, events: HarmonyEvents, table: KindTable) -> DetailView:
        """A progression as the experts see it."""
        columns = ChordColumns(events)
        alphabet = _alphabet(events, table)
        images = self._images(columns, alphabet)
        index = np.arange(len(events))
        quality, detail = alphabet.quality, alphabet.detail
        is_new = alphabet.came == len(table)
        extra = np.zeros(len(events))
        for place in np.flatnonzero(is_new):
            extra[place] = table.unknown_bits(int(events.quality[place]), int(events.detail[place]))
        view = ExpertView(
            codes=self.codes(columns),
            symbols=np.ascontiguousarray(images[index, :, alphabet.came]),
            images=images,
            image_index=index,
            came=alphabet.came,
            classes=moment_classes(columns),
            n_symbols=LARGEST_ALPHABET,
        )
        return DetailView(view, alphabet.is_open, quality, detail, extra)

    def _images(self, columns: ChordColumns, alphabet: _Alphabet) -> npt.NDArray[np.int32]:
        """Symbol of every candidate in every frame, shape ``(T, F, A)``."""
        n_chords, n_kinds = alphabet.is_open.shape
        events = columns.events
        root = np.where(events.root == NOWHERE, UNDEFINED, events.root)
        bass = alphabet.detail >> 12
        frames = [np.broadcast_to(np.arange(n_kinds), (n_chords, n_kinds))]
        for reference in (root, columns.bass_before, self.key(columns), columns.guess):
            frames.append(_bass_symbols(bass, root, reference))
        frames.append(np.broadcast_to(colour(alphabet.detail), (n_chords, n_kinds)))
        images = np.stack(frames, axis=1)
        # What is unknown has a symbol of its own in every frame that knows where it counts from.
        strange = alphabet.quality == _STRANGE
        images[:, 1:5, strange] = np.where(images[:, 1:5, strange] == NO_SYMBOL, NO_SYMBOL, 12)
        images[:, 5, strange] = N_COLOURS
        images[np.broadcast_to(~alphabet.is_open[:, None], images.shape)] = NO_SYMBOL
        return images.astype(np.int32)


_STRANGE = -2
"""Quality of the candidate that stands for all unknown kinds."""


@dataclass(frozen=True, eq=False)
class _Alphabet:
    quality: IntArray
    detail: IntArray
    came: IntArray
    is_open: npt.NDArray[np.bool_]


def _alphabet(events: HarmonyEvents, table: KindTable) -> _Alphabet:
    """Candidates of one song; a kind of its own is one after it was heard."""
    codes = kind_codes(events.quality, events.detail)
    places = {code: place for place, code in enumerate(table.codes.tolist())}
    own: dict[int, int] = {}
    came = np.empty(len(codes), dtype=np.int64)
    for event, code in enumerate(codes.tolist()):
        came[event] = places.get(code, len(table))
        if code not in places and len(places) < len(table) + OWN_KINDS:
            own[code] = event
            places[code] = len(table) + len(own)
    mine = np.array(list(own), dtype=np.int64)
    quality = np.concatenate([table.quality, [_STRANGE], mine >> 16])
    detail = np.concatenate([table.detail, [0], mine & 0xFFFF])
    is_open = quality == events.quality[:, None]
    is_open[:, len(table)] = events.quality != NOWHERE
    is_open[:, len(table) + 1 :] &= np.arange(len(codes))[:, None] > np.array(list(own.values()))
    return _Alphabet(quality, detail, came, is_open)


def _bass_symbols(bass: IntArray, root: IntArray, reference: IntArray) -> IntArray:
    """Each candidate's bass counted from a reference, shape ``(T, A)``."""
    defined = (root != UNDEFINED) & (reference != UNDEFINED)
    symbols = (np.where(defined, root - reference, 0)[:, None] + bass) % 12
    return np.where(defined[:, None], symbols, NO_SYMBOL)
