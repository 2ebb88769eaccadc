"""Every component again, from its definition: plain Python, one note at a time.

`COMPONENT[name](melody, index)` is what may be seen when the note at `index` comes; None
where there is nothing. Times are in quarters. Shares no code with the package but the
melody values and the tables of key profiles.
"""

from __future__ import annotations

from fractions import Fraction

from tests.domains.music.viewpoint_oracle import ORACLE, bar_of, beat_of, sign

from clinamen.domains.music.key import PROFILES

TIMES = {"bioi", "dur", "posinbar", "barlength", "time_in_phrase"}
"""Given in ticks by the package."""


def viewpoint(name):
    return lambda m, i: ORACLE[name](m, i, m.notes[i])


rise, degree = viewpoint("interval"), viewpoint("interval_from_tonic")


def onset(m, i):
    return m.notes[i].onset_quarters


def pitches_before(m, i):
    return [note.pitch for note in m.notes[:i]]


def of_pitches(formula):
    return lambda m, i: formula(pitches_before(m, i)) if i else None


def register(pitches):
    return round(Fraction(sum(pitches), len(pitches)) - pitches[-1])


def on_beat(m, i):
    _, place, _, meter = bar_of(m, onset(m, i))
    return int((place / beat_of(meter)[0]).denominator == 1)


def on_bar_line(m, i):
    return bar_of(m, onset(m, i))[1] == 0


def latest(condition, value):
    def formula(m, i):
        where = [k for k in range(i) if condition(m, k)]
        return value(m, where[-1]) if where else None

    return formula


# Key guessed from the pitches so far


def fit(profile, tonic, pitches):
    """Sum of the profile's standard scores over the notes, for a key."""
    mean = sum(profile) / 12
    deviation = (sum((each - mean) ** 2 for each in profile) / 12) ** 0.5
    return sum((profile[(pitch - tonic) % 12] - mean) / deviation for pitch in pitches)


def best_keys(pitches):
    """Keys that fit about best: tonics, plus 12 for minor."""
    both = PROFILES["albrecht-shanahan"]
    scores = {t + 12 * m: fit(both[m], t, pitches) for m in (0, 1) for t in range(12)}
    return [key for key, score in scores.items() if score > max(scores.values()) - 1e-4]


def guessed_degree(steps):
    def formula(m, i):
        if i < steps:
            return None
        before = pitches_before(m, i)
        return {(before[-steps] - key) % 12 + 12 * (key >= 12) for key in best_keys(before)}

    return formula


# Phrases


def phrase(m, i):
    """First notes of all phrases up to this note's."""
    return [start for start in m.phrase_starts if start <= i]


def of_phrase(formula):
    def guarded(m, i):
        return formula(m, i, phrase(m, i)) if m.phrase_starts else None

    return guarded


def last_in_phrase(m, i, _):
    return int(i + 1 == len(m.notes) or i + 1 in m.phrase_starts)


def bar_number(m, i):
    return len([start for start in m.bar_onsets if start <= onset(m, i)]) - 1


def seen(m, time, before, value):
    """Twice the value of the note that sounded or last began then, plus 1 if it began then."""
    began = [k for k in range(before) if onset(m, k) <= time]
    later = [k for k in range(before, len(m.notes)) if onset(m, k) <= time]
    if not began or later or value(m, began[-1]) is None:
        return None
    return 2 * value(m, began[-1]) + (onset(m, began[-1]) == time)


def phrase_ago(value):
    def formula(m, i, starts):
        if len(starts) < 2:
            return None
        time = onset(m, starts[-2]) + onset(m, i) - onset(m, starts[-1])
        return seen(m, time, starts[-1], value)

    return of_phrase(formula)


def bars_ago(n_bars, value):
    def formula(m, i):
        here = bar_number(m, i)
        if here < n_bars:
            return None
        starts = [bar_of(m, bar)[0] for bar in m.bar_onsets]
        time = starts[here - n_bars] + onset(m, i) - starts[here]
        return seen(m, time, i, value)

    return formula


COMPONENT = {
    "always": lambda m, i: 0,
    "cpitch": viewpoint("pitch"),
    "cpint": rise,
    "cpintfref": degree,
    "contour": lambda m, i: None if i == 0 else sign(rise(m, i)),
    "cpintfip": lambda m, i: m.notes[i].pitch - m.notes[0].pitch,
    "note_number": lambda m, i: min(i, 12),
    **{f"guessed_degree{steps}": guessed_degree(steps) for steps in (1, 2, 3)},
    "register": of_pitches(register),
    "below_highest": of_pitches(lambda pitches: max(pitches) - pitches[-1]),
    "above_lowest": of_pitches(lambda pitches: pitches[-1] - min(pitches)),
    "mode": viewpoint("mode"),
    "bioi": viewpoint("bioi"),
    "dur": viewpoint("duration"),
    "posinbar": viewpoint("position_in_bar"),
    "barlength": viewpoint("bar_length"),
    "on_beat": on_beat,
    "bar_degree": latest(on_bar_line, degree),
    "beat_degree": latest(on_beat, degree),
    "fiph": of_phrase(lambda m, i, starts: int(i in starts)),
    "liph": of_phrase(last_in_phrase),
    "since_phrase": of_phrase(lambda m, i, starts: min(i - starts[-1], 6)),
    "phrase_degree": of_phrase(
        lambda m, i, starts: None if starts[-1] == i else degree(m, starts[-1])
    ),
    "previous_end": of_phrase(
        lambda m, i, starts: None if len(starts) < 2 else degree(m, starts[-1] - 1)
    ),
    "time_in_phrase": of_phrase(lambda m, i, starts: onset(m, i) - onset(m, starts[-1])),
    "bars_in_phrase": of_phrase(lambda m, i, starts: bar_number(m, i) - bar_number(m, starts[-1])),
    "phrase_ago_degree": phrase_ago(degree),
    "phrase_ago_cpint": phrase_ago(rise),
    **{f"bars{n}_degree": bars_ago(n, degree) for n in (1, 2, 4, 8)},
    **{f"bars{n}_cpint": bars_ago(n, rise) for n in (1, 2, 4, 8)},
}
