"""Estimate the key of a melody whose source does not say it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.notes import Key, Melody
from clinamen.errors import ParameterError

__all__ = ["PROFILES", "estimate_key", "estimate_mode", "key_scores"]

FloatArray = npt.NDArray[np.float64]

PROFILES: Mapping[str, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "krumhansl-kessler": (
        (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
        (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
    ),
    "temperley": (
        (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
        (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
    ),
    "albrecht-shanahan": (
        (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081),
        (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052),
    ),
    "aarden-essen": (
        (17.77, 0.15, 14.93, 0.16, 19.80, 11.36, 0.29, 22.06, 0.15, 8.15, 0.23, 4.95),
        (18.26, 0.74, 14.05, 16.86, 0.70, 14.44, 0.70, 18.62, 4.57, 1.93, 7.38, 1.76),
    ),
}
"""Published weights of the twelve pitch classes above the tonic, major and minor.

Krumhansl & Kessler 1982 (listeners' ratings); Temperley 2007, *Music and probability*
(the Kostka & Payne textbook's examples); Albrecht & Shanahan 2013, *The use of large
corpora to train a new type of key-finding algorithm*; Aarden 2003, *Dynamic melodic
expectancy* (the Essen folk songs; rounded here).
"""

_DEFAULT = ("temperley", "albrecht-shanahan")

# Bonus, in units of correlation, of the keys in which the last note is the tonic, the
# fifth or the third, and the first note the tonic or the fifth. Chosen on the sets that
# bench_key.py reports, so its figures for them are optimistic; docs/decisions/0005 has others.
_LAST_TONIC, _LAST_FIFTH, _LAST_THIRD = 0.15, 0.10, 0.10
_FIRST_TONIC, _FIRST_FIFTH = 0.05, 0.05


def estimate_key(melody: Melody) -> Key:
    """The major or minor key that a melody most likely stands in.

    The share of time of each pitch class is correlated with what is usual in each of the
    24 keys; the last and the first note then count for the keys whose tonic triad they
    belong to. See ``docs/decisions/0005-key-and-phrase.md`` for how often it is right.

    Raises
    ------
    ParameterError
        If the melody has no notes.

    Notes
    -----
    Source: correlation with profiles, Krumhansl 1990, *Cognitive foundations of musical
    pitch*, chapter 4. Departures: the mean of two sets of profiles, and the two cues.
    Of enharmonic keys it takes the one with fewer accidentals, F sharp before G flat.
    """
    best = int(key_scores(melody).argmax())
    mode, tonic = divmod(best, 12)
    # D flat to F sharp on the line of fifths for major, three fifths on for minor.
    major_tonic = tonic if mode == 0 else tonic + 3
    fifths = (major_tonic * 7 + 5) % 12 - 5
    return Key(fifths, "minor" if mode else "major")


def estimate_mode(melody: Melody, signature: Key) -> Key:
    """Major or its relative minor: which of the two a melody in a key signature stands in.

    Raises
    ------
    ParameterError
        If the melody has no notes.
    """
    scores = key_scores(melody)
    major, minor = Key(signature.fifths, "major"), Key(signature.fifths, "minor")
    is_minor = scores[12 + minor.tonic_pitch_class] > scores[major.tonic_pitch_class]
    return minor if is_minor else major


def key_scores(
    melody: Melody, *, profiles: tuple[str, ...] = _DEFAULT, use_edges: bool = True
) -> FloatArray:
    """How well each key fits, shape ``(24,)``: major by tonic pitch class, then minor.

    Parameters
    ----------
    profiles
        Names in `PROFILES`; several are averaged.
    use_edges
        Whether the first and the last note count on their own.

    Raises
    ------
    ParameterError
        If the melody has no notes, or a profile is unknown.
    """
    if not melody.notes:
        raise ParameterError("the key of a melody without notes cannot be estimated")
    unknown = [name for name in profiles if name not in PROFILES]
    if unknown or not profiles:
        raise ParameterError(f"profiles must be among {', '.join(PROFILES)}, not {unknown}")
    usual = sum(_standardised(np.array(PROFILES[name])) for name in profiles)
    usual = _standardised(np.asarray(usual))
    heard = _standardised(_time_per_pitch_class(melody))
    shifts = (np.arange(12)[None, :] - np.arange(12)[:, None]) % 12
    scores: FloatArray = (usual[:, shifts] @ heard / 12).reshape(24)
    if use_edges:
        _add_edges(scores, melody.notes[0].pitch, melody.notes[-1].pitch)
    return scores


def _time_per_pitch_class(melody: Melody) -> FloatArray:
    time = np.zeros(12)
    for note in melody.notes:
        time[note.pitch % 12] += float(note.duration_quarters)
    return time


def _standardised(values: FloatArray) -> FloatArray:
    """Mean 0 and deviation 1 along the last axis; all 0 where all values are equal."""
    centred = values - values.mean(axis=-1, keepdims=True)
    spread = centred.std(axis=-1, keepdims=True)
    result: FloatArray = centred / np.where(spread > 1e-9, spread, 1.0)
    return result


def _add_edges(scores: FloatArray, first_pitch: int, last_pitch: int) -> None:
    for mode, third in ((0, 4), (1, 3)):
        row = scores[12 * mode : 12 * mode + 12]
        row[last_pitch % 12] += _LAST_TONIC
        row[(last_pitch - 7) % 12] += _LAST_FIFTH
        row[(last_pitch - third) % 12] += _LAST_THIRD
        row[first_pitch % 12] += _FIRST_TONIC
        row[(first_pitch - 7) % 12] += _FIRST_FIFTH
