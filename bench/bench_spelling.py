"""How many notes get the name that the editor wrote.

Run ``python bench/bench_spelling.py``. Reads Bach's chorales (all voices, key in the
file) and the Essen songs (tonic in the file, mode by the sounding third) from the corpus
of the installed music21. A name is the usual one in the key (window), or one that leads on
(leading), or as the same key is spelled in its bar, too (bars), which is what songs get.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from _corpora import Tune, chorales, essen
from clinamen.domains.music.key import estimate_key
from clinamen.domains.music.notes import Key
from clinamen.domains.music.spelling import pitch_name, spell

Speller = Callable[[list[int], Key, list[int]], Iterable[str]]


@dataclass(frozen=True)
class Line:
    """Pitches with their written names, the key of the file, and the estimated one."""

    pitches: list[int]
    names: list[str]
    key: Key
    estimated: Key
    bars: list[int]


def by_window(pitches: list[int], key: Key, bars: list[int]) -> Iterable[str]:
    return [pitch_name(pitch, key).rstrip("-0123456789") for pitch in pitches]


def by_leading(pitches: list[int], key: Key, bars: list[int]) -> Iterable[str]:
    return spell(pitches, key)


def by_bar(pitches: list[int], key: Key, bars: list[int]) -> Iterable[str]:
    return spell(pitches, key, bars=bars)


def line_of(tune: Tune) -> Line | None:
    key = tune.key
    if key is None:
        return None
    if not tune.melody.keys:
        key = _with_mode(tune, key)
    notes = [note for note in tune.melody.notes if note.spelling]
    names = [note.spelling or "" for note in notes]
    if key is None:
        return None
    lines = tune.melody.bar_onsets
    bars = [bisect_right(lines, note.onset_quarters) for note in notes]
    return Line([note.pitch for note in notes], names, key, estimate_key(tune.melody), bars)


def _with_mode(tune: Tune, key: Key) -> Key | None:
    """The Essen files call every key major: hear which third lasts longer."""
    lasts = dict.fromkeys(range(12), 0.0)
    for note in tune.melody.notes:
        lasts[(note.pitch - key.tonic_pitch_class) % 12] += float(note.duration_quarters)
    if lasts[4] >= lasts[3]:
        return key
    return Key(key.fifths - 3, "minor") if key.fifths >= -4 else None


def errors(lines: list[Line], speller: Speller, *, estimated: bool) -> float:
    n_wrong = n_all = 0
    for line in lines:
        names = speller(line.pitches, line.estimated if estimated else line.key, line.bars)
        n_wrong += sum(a != b for a, b in zip(names, line.names, strict=True))
        n_all += len(line.names)
    return 100 * n_wrong / n_all


def main() -> None:
    corpora = {
        "chorales, soprano": list(filter(None, map(line_of, chorales()))),
        "chorales, all voices": list(filter(None, map(line_of, chorales(all_voices=True)))),
        "Essen": list(filter(None, map(line_of, essen()))),
    }
    print(
        f"{'percent of notes wrong':24}{'notes':>9}  window leading    bars   bars, key estimated"
    )
    for name, lines in corpora.items():
        n_notes = sum(len(line.names) for line in lines)
        row = (
            errors(lines, by_window, estimated=False),
            errors(lines, by_leading, estimated=False),
            errors(lines, by_bar, estimated=False),
            errors(lines, by_bar, estimated=True),
        )
        print(f"{name:24}{n_notes:9}" + "".join(f"{value:8.3f}" for value in row))


if __name__ == "__main__":
    main()
