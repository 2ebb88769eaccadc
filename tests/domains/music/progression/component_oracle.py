"""Every component of chords again, from its definition: plain Python, one chord at a time.

`COMPONENT[name](events, t)` is what may be seen when chord `t` comes; None where there is
nothing. Shares no code with the package.
"""

from __future__ import annotations

MAJOR = {0, 2, 4, 5, 7, 9, 11}
FAMILY = {
    **dict.fromkeys(["maj", "6", "maj7", "aug", "maj7b5", "augmaj7"], 0),
    **dict.fromkeys(["min", "min6", "min7", "minmaj7"], 1),
    **dict.fromkeys(["7", "7b5", "aug7", "7sus2", "7sus4"], 2),
    **dict.fromkeys(["dim", "hdim7", "dim7"], 3),
    **dict.fromkeys(["sus2", "sus4", "5", "other", "unknown"], 4),
}
NAMES = [
    "maj", "min", "dim", "aug", "sus2", "sus4", "5", "6", "min6", "7", "maj7", "min7", "minmaj7",
    "hdim7", "dim7", "7b5", "aug7", "maj7b5", "augmaj7", "7sus2", "7sus4", "other", "unknown",
]  # fmt: skip
CODES = {"loop", "kind", "last_kind", *(f"ago{n}" for n in (2, 3, 4, 6, 8)),
         *(f"bars{n}" for n in (1, 2, 4, 8))}  # fmt: skip
"""Given as numbers that differ just where these do."""


def chord(e, t):
    return int(e.root[t]), int(e.quality[t])


def root(e, t):
    return None if e.root[t] < 0 else int(e.root[t])


def bass(e, t):
    return None if e.root[t] < 0 else (int(e.root[t]) + int(e.detail[t]) // 4096) % 12


def before(e, t, what=root):
    for s in range(t - 1, -1, -1):
        if what(e, s) is not None:
            return what(e, s)
    return None


def above(value, reference):
    return None if value is None or reference is None else (value - reference) % 12


def tonic(e, t):
    return None if e.tonic[t] < 0 else int(e.tonic[t])


def tune(e, t):
    return None if e.melody[t] < 0 else int(e.melody[t])


def guess(e, t):
    """Best scale of the chords before; ties: on the first root, was a major chord, near in fifths,
    a fifth up rather than down."""
    rooted = [s for s in range(t) if e.root[s] >= 0]
    if not rooted:
        return None
    start = int(e.root[rooted[0]])
    tones = [p for s in range(t) for p in range(12) if e.tones[s] >> p & 1]
    majors = {int(e.root[s]) for s in rooted if FAMILY[NAMES[e.quality[s]]] == 0}

    def worth(key):
        fit = sum(1 if (p - key) % 12 in MAJOR else -1 for p in tones)
        up = 7 * (key - start) % 12
        return fit, key == start, key in majors, -min(up, 12 - up), up <= 6

    return max(range(12), key=worth)


def heard_at(e, t, place):
    """A chord counted from the last root, as a listener at `t` has it."""
    last = before(e, t)
    if place < 0 or last is None:
        return None
    return "none" if e.root[place] < 0 else ((int(e.root[place]) - last) % 12, chord(e, place)[1])


def loop(e, t):
    best, where = 0, -1
    for s in range(t - 1, max(t - 25, 0), -1):
        n = 0
        while n < min(s, 6) and chord(e, s - 1 - n) == chord(e, t - 1 - n):
            n += 1
        if n > best:
            best, where = n, s
    heard = heard_at(e, t, where)
    return None if heard is None else (heard, best)


def bars_ago(n):
    def column(e, t):
        time = e.onset[t] - n * e.bar_length[t]
        places = [s for s in range(len(e.onset)) if e.onset[s] <= time]
        if time < 0 or not places:
            return None
        heard = heard_at(e, t, places[-1])
        return None if heard is None else (heard, bool(e.onset[places[-1]] == time))

    return column


def last_kind(e, t):
    for s in range(t - 1, -1, -1):
        if chord(e, s) == chord(e, t):
            return int(e.quality[s]), int(e.detail[s])
    return None


def colour(e, t):
    n_tones = bin(int(e.detail[t]) % 4096).count("1")
    return 2 * min(n_tones, 7) + (int(e.detail[t]) >= 4096)


def same(n):
    return lambda e, t: None if t - 1 - n < 0 else int(chord(e, t - 1) == chord(e, t - 1 - n))


def ago(n):
    return lambda e, t: heard_at(e, t, t - n)


def guessed_before(n):
    return lambda e, t: above(root(e, t - n), guess(e, t)) if t >= n else None


COMPONENT = {
    "always": lambda e, t: 0,
    "move": lambda e, t: above(root(e, t), before(e, t)),
    "quality": lambda e, t: int(e.quality[t]),
    "family": lambda e, t: 5 if e.root[t] < 0 else FAMILY[NAMES[e.quality[t]]],
    "bass": lambda e, t: None if e.root[t] < 0 else int(e.detail[t]) // 4096,
    "degree": lambda e, t: above(root(e, t), tonic(e, t)),
    "guessed": lambda e, t: above(root(e, t), guess(e, t)),
    "over_bass": lambda e, t: above(root(e, t), before(e, t, bass)),
    "last_kind": last_kind,
    "kind": lambda e, t: (int(e.quality[t]), int(e.detail[t])),
    "colour": colour,
    "bass_step": lambda e, t: above(bass(e, t), before(e, t, bass)),
    "bass_degree": lambda e, t: above(bass(e, t), tonic(e, t)),
    "number": lambda e, t: min(t, 12),
    "number_of_4": lambda e, t: t % 4,
    "number_of_8": lambda e, t: t % 8,
    "n_different": lambda e, t: min(len({chord(e, s) for s in range(t)}), 9),
    "loop": loop,
    **{f"ago{n}": ago(n) for n in (2, 3, 4, 6, 8)},
    **{f"same{n}": same(n) for n in (1, 2, 3, 4, 8)},
    **{f"guessed{n}": guessed_before(n) for n in (1, 2, 3, 4)},
    "mode": lambda e, t: None if e.mode[t] < 0 else int(e.mode[t]),
    "place": lambda e, t: int(e.place[t]),
    "bar_length": lambda e, t: int(e.bar_length[t]),
    "bar_of_4": lambda e, t: int(e.bar[t]) % 4,
    "bar_of_8": lambda e, t: int(e.bar[t]) % 8,
    "function": lambda e, t: None if e.function[t] < 0 else int(e.function[t]),
    "section_bar": lambda e, t: (
        None
        if len(e.section) == 0 or e.section[t] < 0
        else min(int(e.section[t]) // int(e.bar_length[t]), 15)
    ),
    "lasted": lambda e, t: int(e.duration[t - 1]) if t else None,
    **{f"bars{n}": bars_ago(n) for n in (1, 2, 4, 8)},
    "tune_degree": lambda e, t: above(tune(e, t), tonic(e, t)),
    "tune_guessed": lambda e, t: above(tune(e, t), guess(e, t)),
    "tune_move": lambda e, t: above(tune(e, t), before(e, t)),
    "tune_above": lambda e, t: above(tune(e, t), root(e, t)),
}
