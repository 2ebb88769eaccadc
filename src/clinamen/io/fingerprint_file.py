"""Indexes of fingerprints as files: a JSON header and compressed arrays, never pickle.

The layout is that of listener files (see `clinamen.io._stored`), with the first line
``clinamen fingerprints 1``. The same index always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from clinamen.domains.music.fingerprints import HASH_BITS, RUN, Baseline, Fingerprints, Tunes
from clinamen.io._stored import StoredArray, join, read_stored

__all__ = ["is_fingerprints", "read_fingerprints", "write_fingerprints"]

MAGIC = b"clinamen fingerprints 1\n"
ANY_VERSION = b"clinamen fingerprints "

_SETTINGS = {"notes": RUN, "bits": HASH_BITS}
_BETWEEN_NAMES = "\n"


def write_fingerprints(index: Fingerprints) -> bytes:
    """The file of an index."""
    tunes, baseline = index.tunes, index.baseline
    arrays: dict[str, StoredArray] = {
        "hashes": np.diff(index.hashes.astype(np.int64), prepend=0),
        "grams": index.grams,
        "n_notes": tunes.n_notes.astype(np.int32),
        "bars": np.diff(tunes.bars, prepend=0).astype(np.int32),
        "titles": _letters(tunes.titles),
        "credits": _letters(tunes.credits),
        "collection": baseline.collection.astype(np.int32),
        "longest": baseline.longest.astype(np.int32),
        "windows": baseline.windows,
    }
    header = {
        "facts": dict(index.facts),
        "settings": _SETTINGS,
        "collections": list(baseline.names),
    }
    return join(MAGIC, header, arrays)


def is_fingerprints(data: bytes) -> bool:
    """Whether a file says that it is an index of fingerprints, of whatever version."""
    return data.startswith(ANY_VERSION)


def read_fingerprints(data: bytes, *, source: str = "") -> Fingerprints:
    """The index in a file.

    Raises
    ------
    FormatError
        If the file is no index of fingerprints, was made by another version, or is damaged.
    """
    return read_stored(data, MAGIC, "fingerprints", source, _build)


def _build(header: Mapping[str, Any], arrays: Mapping[str, StoredArray]) -> Fingerprints:
    if header["settings"] != _SETTINGS:
        raise ValueError("its runs are not told apart as in this version")
    steps = arrays["hashes"]
    if steps.min(initial=1) < 0:
        raise ValueError("hashes do not rise")
    n_notes = arrays["n_notes"].astype(np.int64)
    n_tunes = len(n_notes)
    tunes = Tunes(
        n_notes,
        np.cumsum(arrays["bars"].astype(np.int64)),
        _names(arrays["titles"], n_tunes),
        _names(arrays["credits"], n_tunes),
    )
    baseline = Baseline(
        n_notes,
        arrays["longest"].astype(np.int64),
        tuple(str(name) for name in header["collections"]),
        arrays["collection"].astype(np.int64),
        arrays["windows"].astype(np.int64),
    )
    return Fingerprints(
        np.cumsum(steps.astype(np.uint64), dtype=np.uint64),
        arrays["grams"].astype(np.int32),
        tunes,
        baseline,
        dict(header["facts"]),
    )


def _letters(names: Sequence[str]) -> StoredArray:
    """Names as the numbers of their UTF-8 bytes."""
    text = _BETWEEN_NAMES.join(names).encode("utf-8", errors="replace")
    return np.frombuffer(text, dtype=np.uint8).astype(np.int32)


def _names(letters: StoredArray, n_names: int) -> tuple[str, ...]:
    if letters.min(initial=0) < 0 or letters.max(initial=0) > 255:
        raise ValueError("a title is no text")
    text = letters.astype(np.uint8).tobytes().decode("utf-8")
    return tuple(text.split(_BETWEEN_NAMES)) if n_names else ()
