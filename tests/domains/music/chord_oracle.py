"""Components that look at chords again: plain Python, one note at a time, from the symbols.

Shares no code with the package but the values of notes; what the few symbols mean is
written down here.
"""

from __future__ import annotations

from tests.domains.music.moment_oracle import onset, ticks

SYMBOLS = {
    "C": (0, "maj"),
    "C6": (0, "6"),
    "Cm": (0, "min"),
    "Db7": (1, "7"),
    "F#dim": (6, "dim"),
    "G7": (7, "7"),
    "G7/B": (7, "7"),
    "Gsus4": (7, "sus4"),
    "Am7": (9, "min7"),
    "Bm7b5": (11, "hdim7"),
    "N.C.": None,
    "what?": None,
}
"""Root and quality of every symbol that songs in tests have."""

QUALITIES = {"maj": 0, "6": 0, "min": 1, "min7": 1, "7": 2, "dim": 3, "hdim7": 3, "sus4": 4}
"""Family of each."""


def chords(song):
    """Onset and meaning of the chords that last, neighbours that are alike being one."""
    found = []
    for place, symbol in enumerate(song.chords):
        later = song.chords[place + 1 :]
        end = later[0].onset_quarters if later else song.melody.end_quarters
        if min(end, song.melody.end_quarters) <= symbol.onset_quarters:
            continue
        meaning = SYMBOLS[symbol.symbol]
        if not found or found[-1][1] != meaning:
            found.append((symbol.onset_quarters, meaning))
    return found if any(meaning for _, meaning in found) else []


def note_onset(song, i):
    return onset(song.melody, i)


def place_at(song, time):
    """Which chord sounds, None before the first."""
    begun = [k for k, (start, _) in enumerate(chords(song)) if start <= time]
    return begun[-1] if begun else None


def place_of(song, i):
    return place_at(song, note_onset(song, i))


def sounding(song, i):
    """Onset, root and quality of the chord of a note; None where none has a root."""
    place = None if i < 0 else place_of(song, i)
    if place is None or chords(song)[place][1] is None:
        return None
    start, (root, quality) = chords(song)[place]
    return start, root, quality


def following(song, i):
    later = [each for each in chords(song) if each[0] > note_onset(song, i)]
    return later[0] if later else None


def above(value, reference):
    return None if value is None or reference is None else (value - reference) % 12


def root(song, i):
    chord = sounding(song, i)
    return None if chord is None else chord[1]


def next_root(song, i):
    chord = following(song, i)
    return None if chord is None or chord[1] is None else chord[1][0]


def tonic(song, i):
    key = song.melody.key_at(note_onset(song, i))
    return None if key is None else key.tonic_pitch_class


def pitch(song, i):
    return song.melody.notes[i].pitch if i >= 0 else None


def under(formula):
    """Nothing where no chord has a root."""
    return lambda song, i: None if sounding(song, i) is None else formula(song, i)


def is_new(song, i):
    here, before = place_of(song, i), place_of(song, i - 1) if i else None
    if chords(song)[here][0] == note_onset(song, i):
        return 1
    return 0 if here == before else 2


def first_under(song, i):
    return min(k for k in range(i + 1) if place_of(song, k) == place_of(song, i))


def first_tone(song, i):
    first = first_under(song, i)
    return None if first == i else tone(song, first)


def tone(song, i):
    return above(pitch(song, i), root(song, i))


def until(song, i):
    chord = following(song, i)
    return None if chord is None else ticks(chord[0] - note_onset(song, i))


def earlier_tone(song, i):
    here = place_of(song, i)
    start, meaning = chords(song)[here]
    alike = [k for k in range(here) if chords(song)[k][1] == meaning]
    if not alike:
        return None
    time = chords(song)[alike[-1]][0] + note_onset(song, i) - start
    if time >= chords(song)[alike[-1] + 1][0]:
        return None
    begun = [k for k in range(i) if note_onset(song, k) <= time]
    if not begun:
        return None
    return 2 * above(pitch(song, begun[-1]), meaning[0]) + (note_onset(song, begun[-1]) == time)


def next_family(song, i):
    chord = following(song, i)
    return None if chord is None or chord[1] is None else QUALITIES[chord[1][1]]


CHORD_COMPONENT = {
    "chord_degree": lambda s, i: above(root(s, i), tonic(s, i)),
    "chord_family": under(lambda s, i: QUALITIES[sounding(s, i)[2]]),
    "chord_quality": under(lambda s, i: sounding(s, i)[2]),
    "chord_new": under(is_new),
    "chord_notes": under(lambda s, i: min(i - first_under(s, i), 6)),
    "chord_move": lambda s, i: above(root(s, i), root(s, i - 1)),
    "in_chord": under(lambda s, i: ticks(note_onset(s, i) - sounding(s, i)[0])),
    "until_chord": until,
    "next_chord_move": lambda s, i: above(next_root(s, i), root(s, i)),
    "next_chord_degree": lambda s, i: above(next_root(s, i), tonic(s, i)),
    "next_chord_family": next_family,
    "chord_tone": tone,
    "tone_before": lambda s, i: above(pitch(s, i - 1), root(s, i)),
    "first_tone": under(first_tone),
    "earlier_tone": under(earlier_tone),
}
