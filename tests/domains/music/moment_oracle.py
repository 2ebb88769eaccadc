"""Every component again, from its definition: plain Python, one note at a time.

`COMPONENT[name](melody, index)` is what may be seen when the note at `index` comes; None
where there is nothing. Times are in quarters. Shares no code with the package but the
melody values and the tables of key profiles.
"""

from __future__ import annotations

from fractions import Fraction

from tests.domains.music.viewpoint_oracle import ORACLE, bar_of, beat_of, sign

from clinamen.domains.music.key import PROFILES

TICKS_PER_QUARTER = 10080
TIMES = {
    *("bioi", "dur", "posinbar", "barlength", "time_in_phrase", "rest_before"),
    *("time_since_break", "place_dur", "place_next"),
}
"""Given in ticks by the package."""
RATIOS = {"bioi_ratio", "bioi_beats", "dur_ratio", "beat_place", "n_beats"}
"""Given as one number for both parts of a fraction."""
CODES = {"bar_rhythm", *(f"bars{n}_rhythm" for n in (1, 2, 4, 8))}
"""Given as numbers that differ just where these do."""


def viewpoint(name):
    return lambda m, i: ORACLE[name](m, i, m.notes[i])


rise, degree = viewpoint("interval"), viewpoint("interval_from_tonic")
place = viewpoint("position_in_bar")


def onset(m, i):
    return m.notes[i].onset_quarters


def pitches_before(m, i):
    return [note.pitch for note in m.notes[:i]]


def of_pitches(formula):
    return lambda m, i: formula(pitches_before(m, i)) if i else None


def register(pitches):
    return round(Fraction(sum(pitches), len(pitches)) - pitches[-1])


def on_beat(m, i):
    return int((place(m, i) / beat_length(m, i)).denominator == 1)


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
    """From 0; after the last bar line, bars go on regularly."""
    lines = [bar for bar in m.bar_onsets if bar <= onset(m, i)]
    start, _, length, _ = bar_of(m, onset(m, i))
    return len(lines) - 1 + int((start - bar_of(m, lines[-1])[0]) / length)


def bar_start(m, number):
    last = len(m.bar_onsets) - 1
    start, _, length, _ = bar_of(m, m.bar_onsets[min(number, last)])
    return start + max(number - last, 0) * length


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


# Rests and other breaks


def ticks(quarters):
    return int(quarters * TICKS_PER_QUARTER)


def interval(m, i):
    return onset(m, i) - onset(m, i - 1)


def rest(m, i):
    return max(Fraction(0), onset(m, i) - m.notes[i - 1].end_quarters) if i else None


def breaks(m, i):
    """Notes up to this one that come after a rest, or late."""
    earlier = [interval(m, k) for k in range(1, i + 1)]
    late = [
        k
        for k in range(2, i + 1)
        if earlier[k - 1] > Fraction(3, 2) * sum(earlier[: k - 1]) / (k - 1)
    ]
    return sorted({0, *late, *(k for k in range(1, i + 1) if rest(m, k) > 0)})


def of_break(formula):
    return lambda m, i: formula(m, i, breaks(m, i)[-1])


# Metre


def beat_length(m, i):
    return beat_of(bar_of(m, onset(m, i))[3])[0]


def full_bar(m, i):
    return bar_number(m, i) - (m.pickup_quarters > 0)


def in_bar(m, number, last):
    """Places in the bar of the notes in one of the bars, up to some note."""
    notes = [k for k in range(last + 1) if bar_number(m, k) == number]
    return tuple(sorted(place(m, k) for k in notes))


def pace(m, i):
    if not i:
        return None
    mean = (onset(m, i) - onset(m, 0)) / (i * beat_length(m, i))
    steps = 0
    while Fraction(2) ** steps <= mean**2:
        steps += 1
    while Fraction(2) ** (steps - 1) > mean**2:
        steps -= 1
    return steps


def rhythm_ago(n_bars):
    def formula(m, i):
        there = bar_number(m, i) - n_bars
        return in_bar(m, there, i) if there >= 0 else None

    return formula


def alike(m, i):
    last, *others = (rhythm_ago(n)(m, i) for n in (1, 2, 3, 5))
    return None if last is None else sum(2**k for k, other in enumerate(others) if other == last)


def at_same_place(value):
    return latest_of(lambda m, k, i: place(m, k) == place(m, i), value)


def latest_of(condition, value):
    def formula(m, i):
        where = [k for k in range(i) if condition(m, k, i)]
        return value(m, where[-1]) if where else None

    return formula


# Bars ago


def time_ago(m, i, n_bars):
    here = bar_number(m, i)
    if here < n_bars:
        return None
    return bar_start(m, here - n_bars) + onset(m, i) - bar_start(m, here)


def sounded(m, time):
    """The note that sounded or last began at a time, None if none had begun."""
    began = [] if time is None else [k for k in range(len(m.notes)) if onset(m, k) <= time]
    return began[-1] if began else None


def bars_ago(n_bars, value):
    def formula(m, i):
        time = time_ago(m, i, n_bars)
        return None if time is None else seen(m, time, i, value)

    return formula


def next_ago(n_bars):
    def formula(m, i):
        time = time_ago(m, i, n_bars)
        note = sounded(m, time)
        if note is None:
            return None
        return 2 * ticks(onset(m, min(note + 1, i)) - time) + (onset(m, note) == time)

    return formula


def run(n_bars, *, melody):
    def counterpart(m, i):
        time = time_ago(m, i, n_bars)
        note = sounded(m, time)
        return note if note is not None and onset(m, note) == time else None

    def step(m, i):
        here, before = counterpart(m, i), counterpart(m, i - 1)
        if here is None or before is None or here != before + 1:
            return False
        return not melody or rise(m, here) == rise(m, i)

    def formula(m, i):
        length = 0
        while length < min(i, 8) and step(m, i - length):
            length += 1
        return length

    return formula


def duration(m, i):
    return m.notes[i].duration_quarters


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
    "bioi_ratio": lambda m, i: None if i < 2 else interval(m, i) / interval(m, i - 1),
    "bioi_beats": lambda m, i: (interval(m, i) if i else Fraction(0)) / beat_length(m, i),
    "dur_ratio": lambda m, i: duration(m, i) / duration(m, i - 1) if i else None,
    "pace": pace,
    "rest_before": rest,
    "after_break": lambda m, i: int(breaks(m, i)[-1] == i),
    "since_break": of_break(lambda m, i, k: min(i - k, 12)),
    "time_since_break": of_break(lambda m, i, k: onset(m, i) - onset(m, k)),
    "break_degree": of_break(lambda m, i, k: degree(m, k - 1) if k else None),
    "begin_degree": of_break(lambda m, i, k: degree(m, k) if k < i else None),
    "beat_place": lambda m, i: place(m, i) % beat_length(m, i) / beat_length(m, i),
    "beat_number": lambda m, i: place(m, i) // beat_length(m, i),
    "n_beats": lambda m, i: viewpoint("bar_length")(m, i) / beat_length(m, i),
    **{f"bar_of_{n}": lambda m, i, n=n: full_bar(m, i) % n for n in (2, 4, 8)},
    "notes_in_bar": lambda m, i: min(12, len(in_bar(m, bar_number(m, i), i)) - 1),
    "bar_rhythm": lambda m, i: in_bar(m, bar_number(m, i), i),
    "bars_alike": alike,
    "place_degree": at_same_place(degree),
    "place_dur": at_same_place(duration),
    "place_next": at_same_place(lambda m, k: interval(m, k + 1)),
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
    **{f"bars{n}_dur": bars_ago(n, lambda m, k: ticks(duration(m, k))) for n in (1, 2, 4, 8)},
    **{f"bars{n}_next": next_ago(n) for n in (1, 2, 4, 8)},
    **{f"bars{n}_rhythm": rhythm_ago(n) for n in (1, 2, 4, 8)},
    **{f"bars{n}_run": run(n, melody=False) for n in (1, 2, 4, 8)},
    **{f"bars{n}_melody": run(n, melody=True) for n in (1, 2, 4, 8)},
}
