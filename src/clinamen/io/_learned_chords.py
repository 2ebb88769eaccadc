"""Learned chords in a file: two mixtures and the table of kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from clinamen.domains.music.progression.detail import KindTable
from clinamen.domains.music.progression.experts import parse_chord_experts
from clinamen.domains.music.progression.learned import LearnedChords
from clinamen.engine.mixture import MixtureOptions
from clinamen.io._learned import fill_mixture, mixture_arrays
from clinamen.io._stored import StoredArray

__all__ = ["learned_chords_arrays", "read_learned_chords"]

_PARTS = ("chords", "details")


def learned_chords_arrays(
    prefix: str, learned: LearnedChords, fewest: int = 1
) -> tuple[dict[str, Any], dict[str, StoredArray]]:
    """What was learnt, for the header, and its arrays.

    Parameters
    ----------
    fewest
        Contexts seen less often are left out.
    """
    arrays: dict[str, StoredArray] = {
        f"{prefix}/kinds": np.stack([learned.table.quality, learned.table.detail])
    }
    experts = (*learned.chord_lens.experts, *learned.detail_lens.experts)
    entry: dict[str, Any] = {
        "known": sorted(learned.known),
        "experts": [str(expert) for expert in experts],
    }
    for part in _PARTS:
        name = f"{prefix}/{part}"
        entry[part], counts = mixture_arrays(name, getattr(learned, part), fewest)
        arrays |= counts
    return entry, arrays


def read_learned_chords(
    entry: Mapping[str, Any], prefix: str, arrays: Mapping[str, StoredArray]
) -> LearnedChords:
    """The inverse of `learned_chords_arrays`.

    Raises
    ------
    ValueError
        If it does not hold together (`ParameterError` is one).
    """
    experts = parse_chord_experts("\n".join(str(line) for line in entry["experts"]))
    known = frozenset(str(name) for name in entry["known"])
    kinds = arrays[f"{prefix}/kinds"].astype(np.int64)
    if kinds.ndim != 2 or len(kinds) != 2:
        raise ValueError("a table of kinds has two rows")
    learned = LearnedChords.new(KindTable(kinds[0], kinds[1]), known, experts=experts)
    n_experts = len(learned.chord_lens.experts) + len(learned.detail_lens.experts)
    if n_experts != len(experts):
        raise ValueError("an expert needs what is not known")
    learned.chords = learned.chord_lens.mixture(MixtureOptions(**entry["chords"]["options"]))
    learned.details = learned.detail_lens.mixture(MixtureOptions(**entry["details"]["options"]))
    for part in _PARTS:
        fill_mixture(getattr(learned, part), entry[part], f"{prefix}/{part}", arrays)
    return learned
