"""The measures of a tune once more, in plain Python and fractions."""

from __future__ import annotations

from fractions import Fraction
from statistics import median

from clinamen.domains.music.notes import Melody, Song

Note = tuple[Fraction, Fraction, int]
PLACES = {0: 0, 7: 1, 2: 2, 9: 3, 4: 4, 11: 5, 5: -1, 10: -2, 3: -3, 8: -4, 1: -5}
MINOR = (0, 2, 3, 5, 7, 8, 9, 10, 11)


def notes_of(ticks: list[tuple[int, int, int]]) -> list[Note]:
    return [(Fraction(a, 10080), Fraction(b, 10080), pitch) for a, b, pitch in ticks]


def scale(mode: str, steps: tuple[int, ...]) -> tuple[int, ...]:
    return MINOR if mode in ("minor", "aeolian") else steps


def contrast(melody: Melody, notes: list[Note], bits: list[float]) -> float:
    lines = list(melody.bar_onsets)[1 if melody.pickup_quarters else 0 :]
    starts = lines[::4]
    phrase = [sum(onset >= start for start in starts[1:]) for onset, _, _ in notes]
    best = 0.0
    for each in set(phrase):
        inside = [number for number, other in enumerate(phrase) if other == each]
        if len(inside) < 2:
            continue
        peak = max((n for n in inside if n), key=lambda n: bits[n])
        best = max(best, bits[peak] - median(bits[n] for n in inside if n != peak))
    return best


def repetition(melody: Melody, notes: list[Note]) -> float:
    def step(onset: Fraction, pitch: int) -> int:
        key = melody.key_at(onset)
        if key is None:
            return pitch
        above = pitch - key.tonic_pitch_class
        return 7 * (above // 12) + sum(above % 12 >= rung for rung in key.scale)

    steps = [step(onset, pitch) for onset, _, pitch in notes]
    figures = []
    for first in range(len(notes) - 3):
        figures.append(
            tuple(
                (steps[n + 1] - steps[n], notes[n + 1][0] - notes[n][0])
                for n in range(first, first + 3)
            )
        )
    if len(figures) < 2:
        return 0.0
    return sum(figure in figures[:n] for n, figure in enumerate(figures) if n) / (len(figures) - 1)


def levels(melody: Melody, bar: int) -> list[Fraction]:
    """Lengths between places of each level."""
    meter = melody.meter_at(melody.bar_onsets[bar])
    found = [meter.bar_quarters]
    n_beats = meter.bar_quarters / meter.beat_quarters
    for prime in (2, 3, 5, 7, 11, 13):
        while n_beats % prime == 0:
            found.append(found[-1] / prime)
            n_beats /= prime
    beat = found[-1]
    found.append(beat / (3 if beat.numerator % 3 == 0 else 2))
    while found[-1] > Fraction(1, 16):
        found.append(found[-1] / 2)
    return found


def syncopation(melody: Melody, notes: list[Note]) -> float:
    total = 0
    for number, (onset, lasts, _) in enumerate(notes):
        stop = notes[number + 1][0] if number + 1 < len(notes) else onset + lasts
        own = strength(melody, onset)
        # Every 64th of a whole note, and every third of one, in between.
        step = Fraction(1, 48)
        first = (onset // step + 1) * step
        between = [first + k * step for k in range(int((stop - first) / step) + 1)]
        # Thirds of an undotted beat are places of notes, but none that is missed.
        missed = [
            own - strength(melody, t) for t in between if onset < t < stop and on_level(melody, t)
        ]
        total += max([*missed, 0])
    return total / max(len(notes), 1)


def bar_number(melody: Melody, time: Fraction) -> int:
    return max(n for n, line in enumerate(melody.bar_onsets) if line <= time)


def place_in_bar(melody: Melody, time: Fraction) -> tuple[Fraction, list[Fraction]]:
    """How far into its bar a time is, and the levels there."""
    bar = bar_number(melody, time)
    line = melody.bar_onsets[bar]
    length = melody.meter_at(line).bar_quarters
    if bar == 0 and melody.pickup_quarters:
        line += melody.pickup_quarters - length
    within = time - line
    if bar + 1 == len(melody.bar_onsets):
        within %= length
    return within, levels(melody, bar)


def on_level(melody: Melody, time: Fraction) -> bool:
    within, units = place_in_bar(melody, time)
    return any(within % unit == 0 for unit in units)


def strength(melody: Melody, time: Fraction) -> int:
    """0 on the bar line, 1 on what divides the bar, and so on."""
    within, units = place_in_bar(melody, time)
    for level, unit in enumerate(units):
        if within % unit == 0:
            return level
    beat = melody.meter_at(melody.bar_onsets[bar_number(melody, time)]).beat_quarters
    parts = (within % beat / beat).denominator
    count = 0
    for prime in (2, 3, 5, 7):
        while parts % prime == 0:
            parts //= prime
            count += 1
    return units.index(beat) + count + (parts > 1)


def chromaticism(melody: Melody, notes: list[Note]) -> float:
    inside = total = Fraction(0)
    for onset, lasts, pitch in notes:
        key = melody.key_at(onset)
        if key is None:
            continue
        total += lasts
        inside += lasts * ((pitch - key.tonic_pitch_class) % 12 in scale(key.mode, key.scale))
    return float(1 - inside / total) if total else 0.0


def brightness(frame: Melody | Song, notes: list[Note]) -> float:
    melody = frame if isinstance(frame, Melody) else frame.melody
    sounding = [(onset, lasts, [pitch]) for onset, lasts, pitch in notes]
    if isinstance(frame, Song):
        sounding += [
            (span.onset_quarters, span.duration_quarters, sorted(span.chord.pitch_classes))
            for span in frame.harmony
            if span.chord.root is not None
        ]
    total = tritone = Fraction(0)
    summed = Fraction(0)
    for onset, lasts, pitches in sounding:
        key = melody.key_at(onset)
        if key is None:
            continue
        for pitch in pitches:
            above = (pitch - key.tonic_pitch_class) % 12
            weight = lasts / len(pitches)
            total += weight
            if above == 6:
                tritone += weight
            else:
                summed += weight * PLACES[above]
    if not total:
        return 0.0
    others = total - tritone
    side = 6 if not others or summed / others >= Fraction(1, 2) else -6
    return float((summed + side * tritone) / total)


def measured(
    frame: Melody | Song, ticks: list[tuple[int, int, int]], bits: list[float]
) -> list[float]:
    """In the order of `MEASURES`."""
    melody = frame if isinstance(frame, Melody) else frame.melody
    notes = notes_of(ticks)
    if not notes:
        return [0.0] * 7 + [brightness(frame, notes)]
    pitches = [pitch for _, _, pitch in notes]
    lasts = notes[-1][0] + notes[-1][1] - notes[0][0]
    return [
        sum(bits) / len(bits),
        contrast(melody, notes, bits),
        max(pitches) - min(pitches),
        float(len(notes) / lasts),
        repetition(melody, notes),
        syncopation(melody, notes),
        chromaticism(melody, notes),
        brightness(frame, notes),
    ]
