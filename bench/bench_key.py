"""How often the key of a melody is estimated right.

Run ``python bench/bench_key.py [folk_pd.jsonl]``. Reads the Essen songs (tonic known)
and Bach's chorales (tonic and mode known) from the corpus of the installed music21, and,
if given, a file of tunes with ``notes``, ``key`` and ``mode`` in each line.

The last lines are out of sample: the profiles and the bonus of the outer notes are chosen
on the other sets (highest sum of shares), and the share on the set left out is printed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import combinations, product
from pathlib import Path

import numpy as np

from _corpora import Tune, chorales, essen
from clinamen.domains.music.key import PROFILES, estimate_key, key_scores
from clinamen.domains.music.notes import Key, Melody, Note, fifths_name

TONICS = {fifths_name(fifths): fifths for fifths in range(-8, 12)}
Guess = Callable[[Melody], tuple[int, bool]]
Setting = tuple[tuple[str, ...], tuple[float, ...]]
"""Profiles, and the bonus of the last note as tonic, the last as fifth or third, the first
as tonic or fifth."""

PROFILE_SETS = [names for size in (1, 2) for names in combinations(PROFILES, size)]
STEPS = np.arange(7) * 0.05
BONUSES = [(last, other, first) for last, other, first in product(STEPS, STEPS, STEPS[:5])]


def by_profiles(*profiles: str, use_edges: bool) -> Guess:
    def guess(melody: Melody) -> tuple[int, bool]:
        best = int(key_scores(melody, profiles=profiles, use_edges=use_edges).argmax())
        return best % 12, best >= 12

    return guess


def as_shipped(melody: Melody) -> tuple[int, bool]:
    key = estimate_key(melody)
    return key.tonic_pitch_class, key.mode == "minor"


def share_right(tunes: list[Tune], guess: Guess, *, mode_is_known: bool) -> float:
    n_right = 0
    for tune in tunes:
        tonic, is_minor = guess(tune.melody)
        assert tune.key is not None
        same_mode = is_minor == (3 in tune.key.scale) or not mode_is_known
        n_right += tonic == tune.key.tonic_pitch_class and same_mode
    return n_right / len(tunes)


class Scored:
    """One set, ready to be judged under many settings."""

    def __init__(self, tunes: list[Tune], *, mode_is_known: bool) -> None:
        self.fit = {
            names: np.stack([key_scores(t.melody, profiles=names, use_edges=False) for t in tunes])
            for names in PROFILE_SETS
        }
        first, last = (
            np.array([tune.melody.notes[place].pitch for tune in tunes]) for place in (0, -1)
        )
        keys = np.arange(24)
        third = np.where(keys < 12, 4, 3)

        def above(pitch: np.ndarray) -> np.ndarray:
            return (pitch[:, None] - keys) % 12

        self.cues = (
            above(last) == 0,
            (above(last) == 7) | (above(last) == third),
            (above(first) == 0) | (above(first) == 7),
        )
        tonic = np.array([tune.key.tonic_pitch_class for tune in tunes if tune.key])
        minor = np.array([3 in tune.key.scale for tune in tunes if tune.key])
        self.right = keys % 12 == tonic[:, None]
        if mode_is_known:
            self.right &= (keys >= 12) == minor[:, None]

    def shares(self) -> Iterator[tuple[Setting, float]]:
        everyone = np.arange(len(self.right))
        for names, bonus in product(PROFILE_SETS, BONUSES):
            scores = self.fit[names].copy()
            for weight, cue in zip(bonus, self.cues, strict=True):
                scores[cue] += weight
            yield (names, bonus), float(self.right[everyone, scores.argmax(axis=1)].mean())


def print_held_out(corpora: dict[str, tuple[list[Tune], bool]]) -> None:
    shares = {
        name: dict(Scored(tunes, mode_is_known=known).shares())
        for name, (tunes, known) in corpora.items()
    }
    print("chosen on the other sets, share right on the set left out")
    for left_out in corpora:
        others = [shares[name] for name in corpora if name != left_out]
        best = max(others[0], key=lambda setting: sum(found[setting] for found in others))
        names, bonus = best
        text = f"{' + '.join(names)}; {', '.join(f'{weight:.2f}' for weight in bonus)}"
        print(f"{left_out:12}{shares[left_out][best]:8.3f}   {text}")


def exact(quarters: float) -> Fraction:
    return Fraction(quarters).limit_denominator(1000)


def tunes_of(path: Path) -> list[Tune]:
    tunes = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        notes = tuple(Note(exact(o), exact(d), p) for o, d, p in row["notes"])
        major = Key(0, row["mode"]).tonic_fifths
        fifths = TONICS[row["key"]] - major
        tunes.append(Tune(row["id"], Melody(notes), Key((fifths + 6) % 12 - 6, row["mode"])))
    return tunes


def main() -> None:
    corpora = {"Essen": (list(essen()), False), "chorales": (list(chorales()), True)}
    if len(sys.argv) > 1:
        corpora[Path(sys.argv[1]).stem] = (tunes_of(Path(sys.argv[1])), True)
    guesses = {name: by_profiles(name, use_edges=False) for name in PROFILES}
    guesses |= {
        f"{name}, first and last note": by_profiles(name, use_edges=True) for name in PROFILES
    }
    guesses["estimate_key"] = as_shipped
    print("share right; " + ", ".join(f"{n}: {len(t)} tunes" for n, (t, _) in corpora.items()))
    for name, guess in guesses.items():
        shares = [share_right(t, guess, mode_is_known=known) for t, known in corpora.values()]
        print(f"{name:40}" + "".join(f"{share:10.3f}" for share in shares))
    print_held_out(corpora)


if __name__ == "__main__":
    main()
