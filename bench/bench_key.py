"""How often the key of a melody is estimated right.

Run ``python bench/bench_key.py [folk_pd.jsonl]``. Reads the Essen songs (tonic known)
and Bach's chorales (tonic and mode known) from the corpus of the installed music21, and,
if given, a file of tunes with ``notes``, ``key`` and ``mode`` in each line.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from _corpora import Tune, chorales, essen
from clinamen.domains.music.key import PROFILES, estimate_key, key_scores
from clinamen.domains.music.notes import Key, Melody, Note, fifths_name

TONICS = {fifths_name(fifths): fifths for fifths in range(-8, 12)}
Guess = Callable[[Melody], tuple[int, bool]]


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


if __name__ == "__main__":
    main()
