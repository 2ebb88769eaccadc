"""How well segmented phrases agree with the phrases that editors wrote.

Run ``python bench/bench_phrase.py``. Reads the Essen songs (a line of a file is a phrase)
and Bach's chorales (a phrase ends at a fermata) from the corpus of the installed music21.
Precision, recall and F1 of boundaries, the start of the melody left out: means over
melodies, then F1 over all boundaries. Beside ours, two published local rules.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import pairwise

import numpy as np

from _corpora import Tune, chorales, essen
from clinamen.domains.music.notes import Melody, Note
from clinamen.domains.music.phrase import segment_phrases

Segment = Callable[[Melody], Iterable[int]]


def rests(melody: Melody) -> Iterable[int]:
    """A boundary at every rest: GPR 2a of Lerdahl & Jackendoff, as Frankland & Cohen 2004."""
    pairs = pairwise(melody.notes)
    return [i for i, (a, b) in enumerate(pairs, 1) if b.onset_quarters > a.end_quarters]


def lbdm(melody: Melody, threshold: float = 0.3) -> Iterable[int]:
    """Peaks of the local boundary detection model of Cambouropoulos 2001."""
    notes = melody.notes
    pairs = list(pairwise(notes))
    features = (
        ([abs(b.pitch - a.pitch) for a, b in pairs], 0.25),
        ([b.onset_quarters - a.onset_quarters for a, b in pairs], 0.5),
        ([b.onset_quarters - a.end_quarters for a, b in pairs], 0.25),
    )
    profile = np.zeros(len(pairs))
    for values, weight in features:
        x = np.array([float(v) for v in values])
        total = x[1:] + x[:-1]
        change = np.divide(np.abs(np.diff(x)), total, out=np.zeros_like(total), where=total > 0)
        strength = x * (np.append(0, change) + np.append(change, 0))
        profile += weight * strength / (strength.max() or 1)
    padded = np.concatenate(([0], profile, [0]))
    is_peak = (profile >= threshold) & (profile >= padded[:-2]) & (profile >= padded[2:])
    return (np.flatnonzero(is_peak) + 1).tolist()


def without_meter(melody: Melody) -> Iterable[int]:
    """Ours where the metre is not known, as in a bare MIDI file: 4/4 is assumed."""
    return segment_phrases(Melody(melody.notes))


def measures(tunes: list[Tune], segment: Segment) -> tuple[float, float, float, float]:
    rows, hits, n_found, n_marked = [], 0, 0, 0
    for tune in tunes:
        marked = set(tune.melody.phrase_starts) - {0}
        found = set(segment(tune.melody)) - {0}
        if not marked:
            continue
        both = len(marked & found)
        precision = both / len(found) if found else 0.0
        recall = both / len(marked)
        rows.append((precision, recall, 2 * both / (len(found) + len(marked))))
        hits, n_found, n_marked = hits + both, n_found + len(found), n_marked + len(marked)
    precision, recall, f1 = np.mean(rows, axis=0)
    return precision, recall, f1, 2 * hits / (n_found + n_marked)


def long_melody(n_notes: int = 50_000) -> Melody:
    rng = np.random.default_rng(1)
    lengths = rng.choice([1, 1, 1, 2, 4], size=n_notes)
    onsets = np.append(0, np.cumsum(lengths)[:-1])
    pitches = 60 + rng.integers(0, 13, size=n_notes)
    rows = zip(onsets.tolist(), lengths.tolist(), pitches.tolist(), strict=True)
    return Melody(tuple(Note(Fraction(o, 2), Fraction(n, 2), p) for o, n, p in rows))


def main() -> None:
    songs = list(essen())
    corpora = {
        "Essen": songs,
        "Essen, Erk": [tune for tune in songs if tune.name.startswith("erk")],
        "chorales": list(chorales()),
    }
    methods = {"segment_phrases": segment_phrases, "the same, metre unknown": without_meter}
    methods |= {"LBDM, threshold 0.3": lbdm, "every rest (GPR 2a)": rests}
    print(f"{'':28}precision  recall      F1  F1 over all")
    for name, tunes in corpora.items():
        print(f"{name}, {len(tunes)} melodies")
        for method, segment in methods.items():
            row = measures(tunes, segment)
            print(f"  {method:26}" + "".join(f"{value:9.3f}" for value in row))
    melody = long_melody()
    started = time.perf_counter()
    n_phrases = len(segment_phrases(melody))
    seconds = time.perf_counter() - started
    print(f"{len(melody.notes)} notes: {n_phrases} phrases in {seconds:.2f} s")


if __name__ == "__main__":
    main()
