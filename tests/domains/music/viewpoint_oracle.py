"""Every viewpoint again, from its definition: plain Python, exact fractions, one note at a time.

`ORACLE[name](melody, index, note)` is the value that `note` would have in place of the
melody's own note at `index`; None where undefined. Times are in quarters, ratios are
fractions. Shares no code with the package but the melody values.
"""

from __future__ import annotations

from fractions import Fraction

from clinamen.domains.music.notes import Melody, Note

CALENDAR = {"major": "WWHWWWH", "minor": "WHWWHWW", "dorian": "WHWWWHW", "phrygian": "HWWWHWW"}
CALENDAR |= {"lydian": "WWWHWWH", "mixolydian": "WWHWWHW", "locrian": "HWWHWWW"}
MAJOR_TONICS = {-7: 11, -6: 6, -5: 1, -4: 8, -3: 3, -2: 10, -1: 5, 0: 0}
MAJOR_TONICS |= {1: 7, 2: 2, 3: 9, 4: 4, 5: 11, 6: 6, 7: 1}
ABOVE_MAJOR = {"major": 0, "dorian": 2, "phrygian": 4, "lydian": 5, "mixolydian": 7}
ABOVE_MAJOR |= {"minor": 9, "locrian": 11}


def sign(x):
    return 1 if x > 0 else -1 if x < 0 else 0


def before(melody, i, steps=1):
    return melody.notes[i - steps] if i >= steps else None


def rise(m, i, note):
    last = before(m, i)
    return None if last is None else note.pitch - last.pitch


def two_rises(m, i, note):
    if i < 2:
        return None
    return m.notes[i - 1].pitch - m.notes[i - 2].pitch, note.pitch - m.notes[i - 1].pitch


def if_known(value, formula):
    return None if value is None else formula(value)


def fold(semitones):
    size = abs(semitones)
    while size >= 12:
        size -= 12
    return sign(semitones) * size


def tessitura(m, i, note):
    if note.pitch < 66:
        return -1
    return 1 if note.pitch > 74 else 0


def new_contour(m, i, note):
    return if_known(two_rises(m, i, note), lambda r: int(sign(r[0]) != sign(r[1])))


def graded(m, i, note):
    def grade(r):
        return 0 if r == 0 else sign(r) * (1 if abs(r) in (1, 2) else 2)

    return if_known(rise(m, i, note), grade)


# Key


def key_of(m, i):
    found = None
    for change in m.keys:
        if change.onset_quarters <= m.notes[i].onset_quarters:
            found = change.key
    return found


def tonic_of(key):
    return (MAJOR_TONICS[key.fifths] + ABOVE_MAJOR[key.mode]) % 12


def scale_of(key):
    steps = [0]
    for step in CALENDAR[key.mode][:-1]:
        steps.append(steps[-1] + (2 if step == "W" else 1))
    return steps


def degree(m, i, note):
    return if_known(key_of(m, i), lambda key: (note.pitch - tonic_of(key)) % 12)


def in_scale(m, i, note):
    return if_known(key_of(m, i), lambda key: int(degree(m, i, note) in scale_of(key)))


def scale_step(m, i, note):
    if not in_scale(m, i, note):
        return None
    return scale_of(key_of(m, i)).index(degree(m, i, note)) + 1


def mode(m, i, note):
    return if_known(key_of(m, i), lambda key: 9 if 3 in scale_of(key) else 0)


# Implication and realisation


def registral_direction(m, i, note):
    pair = two_rises(m, i, note)
    if pair is None or abs(pair[0]) == 6:
        return None
    same = sign(pair[0]) == sign(pair[1])
    return int(same if abs(pair[0]) < 6 else not same)


def intervallic_difference(m, i, note):
    pair = two_rises(m, i, note)
    if pair is None or abs(pair[0]) == 6:
        return None
    slack = 3 if sign(pair[0]) == sign(pair[1]) else 2
    if abs(pair[0]) < 6:
        return int(-slack <= abs(pair[0]) - abs(pair[1]) <= slack)
    return int(abs(pair[0]) - abs(pair[1]) > slack)


def registral_return(m, i, note):
    pair = two_rises(m, i, note)
    if pair is None:
        return None
    if pair[0] * pair[1] >= 0:
        return 0
    return {0: 3, 1: 2, 2: 1}.get(abs(pair[0] + pair[1]), 0)


def proximity(m, i, note):
    return if_known(rise(m, i, note), lambda r: 6 - abs(r) if abs(r) < 6 else 0)


def closure(m, i, note):
    pair = two_rises(m, i, note)
    if pair is None:
        return None
    turned = sign(pair[0]) != sign(pair[1])
    return int(turned) + int(abs(pair[1]) + (2 if turned else 3) < abs(pair[0]))


# Time


def ratio(a, b):
    return Fraction(a) / b if b > 0 else None


def dur_ratio(m, i, note):
    return if_known(
        before(m, i), lambda last: ratio(note.duration_quarters, last.duration_quarters)
    )


def dur_contour(m, i, note):
    last = before(m, i)
    return None if last is None else sign(note.duration_quarters - last.duration_quarters)


def rest(m, i, note):
    last = before(m, i)
    return (
        Fraction(0) if last is None else max(Fraction(0), note.onset_quarters - last.end_quarters)
    )


def ioi(m, i, note):
    last = before(m, i)
    return None if last is None else note.onset_quarters - last.onset_quarters


def bioi(m, i, note):
    return note.onset_quarters - m.notes[max(0, i - 1)].onset_quarters


def ioi_before(m, i):
    return m.notes[i - 1].onset_quarters - m.notes[i - 2].onset_quarters


def ioi_ratio(m, i, note):
    return None if i < 2 else ratio(ioi(m, i, note), ioi_before(m, i))


def ioi_contour(m, i, note):
    return None if i < 2 else sign(ioi(m, i, note) - ioi_before(m, i))


# Metre


def bar_of(m, onset):
    """Bar line (perhaps one that a pickup leaves out), position after it, and the metre."""
    number = max(k for k, start in enumerate(m.bar_onsets) if start <= onset)
    start = m.bar_onsets[number]
    meter = m.meters[0].meter
    for change in m.meters:
        if change.onset_quarters <= start:
            meter = change.meter
    length = Fraction(4 * meter.numerator, meter.denominator)
    if number == 0 and m.pickup_quarters:
        start -= length - m.pickup_quarters
    if number == len(m.bar_onsets) - 1:
        while onset - start >= length:
            start += length
    return start, onset - start, length, meter


def beat_of(meter):
    unit = Fraction(4, meter.denominator)
    dotted = meter.numerator in (6, 9, 12) and meter.denominator in (8, 16)
    return (3 * unit if dotted else unit), (3 if dotted else 2)


def position(m, i, note):
    return bar_of(m, note.onset_quarters)[1]


def is_whole(x):
    return Fraction(x).denominator == 1


def first_in_bar(m, i, note):
    start = bar_of(m, note.onset_quarters)[0]
    return int(all(other.onset_quarters < start for other in m.notes[:i]))


def on_crotchet(m, i, note):
    return int(is_whole(position(m, i, note)))


def on_tactus(m, i, note):
    _, place, _, meter = bar_of(m, note.onset_quarters)
    return int(is_whole(place / beat_of(meter)[0]))


def accent(m, i, note):
    _, place, length, meter = bar_of(m, note.onset_quarters)
    beat, parts = beat_of(meter)
    n_beats = length / beat
    if place == 0:
        return 4
    if n_beats > 2 and is_whole(n_beats / 2) and place == length / 2:
        return 3
    if is_whole(place / beat):
        return 2
    return int(is_whole(place * parts / beat))


def from_bar(m, i, note):
    start = bar_of(m, note.onset_quarters)[0]
    for other in m.notes[:i]:
        if other.onset_quarters >= start:
            return note.pitch - other.pitch
    return 0


# Phrase


def phrase_of(m, i):
    """First and last index of the phrase of a note."""
    if not m.phrase_starts:
        return None
    first = max(start for start in m.phrase_starts if start <= i)
    later = [start for start in m.phrase_starts if start > i]
    return first, (min(later) if later else len(m.notes)) - 1


def edge(m, i, note):
    def value(phrase):
        return 1 if i == phrase[0] else -1 if i == phrase[1] else 0

    return if_known(phrase_of(m, i), value)


def fiph(m, i, note):
    return if_known(phrase_of(m, i), lambda phrase: int(i == phrase[0]))


def liph(m, i, note):
    return if_known(phrase_of(m, i), lambda phrase: int(i == phrase[1]))


def phrase_time(m, i, note):
    def value(phrase):
        if i == phrase[0]:
            return Fraction(0)
        return note.onset_quarters - m.notes[phrase[0]].onset_quarters

    return if_known(phrase_of(m, i), value)


def phrase_length(m, i, note):
    return phrase_time(m, i, note) if liph(m, i, note) else None


def from_phrase(m, i, note):
    def value(phrase):
        return 0 if i == phrase[0] else note.pitch - m.notes[phrase[0]].pitch

    return if_known(phrase_of(m, i), value)


# Threads


def thread_interval(on_thread):
    def value(m, i, note):
        if not on_thread(m, i, note):
            return None
        for j in reversed(range(i)):
            if on_thread(m, j, m.notes[j]):
                return note.pitch - m.notes[j].pitch
        return None

    return value


def thread_degree(on_thread):
    return lambda m, i, note: degree(m, i, note) if on_thread(m, i, note) else None


ORACLE = {
    "pitch": lambda m, i, note: note.pitch,
    "pitch_class": lambda m, i, note: note.pitch % 12,
    "octave": lambda m, i, note: (note.pitch - 60) // 12 + 4,
    "tessitura": tessitura,
    "interval": rise,
    "interval_size": lambda m, i, note: if_known(rise(m, i, note), abs),
    "interval_class": lambda m, i, note: if_known(rise(m, i, note), fold),
    "interval_class_size": lambda m, i, note: if_known(rise(m, i, note), lambda r: abs(fold(r))),
    "contour": lambda m, i, note: if_known(rise(m, i, note), sign),
    "contour_change": new_contour,
    "graded_contour": graded,
    "interval_from_first": lambda m, i, note: 0 if i == 0 else note.pitch - m.notes[0].pitch,
    "interval_from_tonic": degree,
    "in_scale": in_scale,
    "scale_step": scale_step,
    "tonic": lambda m, i, note: if_known(key_of(m, i), tonic_of),
    "mode": mode,
    "key_signature": lambda m, i, note: if_known(key_of(m, i), lambda key: key.fifths),
    "registral_direction": registral_direction,
    "intervallic_difference": intervallic_difference,
    "registral_return": registral_return,
    "proximity": proximity,
    "closure": closure,
    "onset": lambda m, i, note: note.onset_quarters,
    "duration": lambda m, i, note: note.duration_quarters,
    "duration_ratio": dur_ratio,
    "duration_contour": dur_contour,
    "rest_before": rest,
    "bioi": bioi,
    "bioi_ratio": ioi_ratio,
    "bioi_contour": ioi_contour,
    "ioi": ioi,
    "ioi_ratio": ioi_ratio,
    "ioi_contour": ioi_contour,
    "position_in_bar": position,
    "bar_length": lambda m, i, note: bar_of(m, note.onset_quarters)[2],
    "first_in_bar": first_in_bar,
    "on_crotchet": on_crotchet,
    "on_tactus": on_tactus,
    "metrical_accent": accent,
    "interval_from_bar": from_bar,
    "phrase": edge,
    "first_in_phrase": fiph,
    "last_in_phrase": liph,
    "note_of_phrase": lambda m, i, note: if_known(phrase_of(m, i), lambda p: i - p[0] + 1),
    "position_in_phrase": phrase_time,
    "phrase_length": phrase_length,
    "interval_from_phrase": from_phrase,
    "bar_interval": thread_interval(first_in_bar),
    "crotchet_interval": thread_interval(on_crotchet),
    "tactus_interval": thread_interval(on_tactus),
    "phrase_start_interval": thread_interval(fiph),
    "phrase_end_interval": thread_interval(liph),
    "bar_degree": thread_degree(first_in_bar),
    "crotchet_degree": thread_degree(on_crotchet),
    "tactus_degree": thread_degree(on_tactus),
    "phrase_start_degree": thread_degree(fiph),
    "phrase_end_degree": thread_degree(liph),
}

TIMES = {"onset", "duration", "rest_before", "bioi", "ioi", "position_in_bar", "bar_length"}
TIMES |= {"position_in_phrase", "phrase_length"}
RATIOS = {"duration_ratio", "bioi_ratio", "ioi_ratio"}

__all__ = ["ORACLE", "RATIOS", "TIMES", "Melody", "Note"]
