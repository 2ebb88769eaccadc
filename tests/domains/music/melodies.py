"""Random melodies for laws: rests, pickups, changes of key and metre, odd bars, phrases."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from clinamen.domains.music.notes import (
    ChordSymbol,
    Key,
    KeyChange,
    Melody,
    Meter,
    MeterChange,
    Note,
    Song,
)

MODES = ("major", "minor", "dorian", "mixolydian", "phrygian", "lydian", "locrian")
METERS = ((4, 4), (3, 4), (2, 4), (2, 2), (6, 8), (9, 8), (12, 8), (5, 8), (3, 8), (6, 4))

lengths = st.sampled_from(
    [Fraction(n, d) for n, d in ((1, 4), (1, 3), (1, 2), (2, 3), (1, 1), (3, 2), (2, 1), (4, 1))]
)
rests = st.sampled_from([Fraction(0)] * 4 + [Fraction(1, 2), Fraction(1), Fraction(5, 2)])
keys = st.builds(Key, st.integers(-7, 7), st.sampled_from(MODES))
meters = st.builds(lambda pair: Meter(*pair), st.sampled_from(METERS))


@st.composite
def melodies(draw: st.DrawFn, max_notes: int = 14) -> Melody:
    """A valid melody; key and phrases may be unknown."""
    notes = _notes(draw, draw(st.integers(1, max_notes)))
    end = notes[-1].end_quarters + draw(rests)
    meter_changes = _changes(draw, meters, MeterChange, end, optional=False)
    bar_quarters = meter_changes[0].meter.bar_quarters
    pickup = draw(st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(1), Fraction(2)]))
    melody = Melody(
        notes=notes,
        keys=_changes(draw, keys, KeyChange, end, optional=True),
        meters=meter_changes,
        pickup_quarters=pickup if pickup < bar_quarters else Fraction(0),
        end_quarters=end,
        phrase_starts=_phrase_starts(draw, len(notes)),
    )
    if draw(st.booleans()):
        # Leave out some bar lines: bars that are longer than their metre says.
        kept = [onset for onset in melody.bar_onsets[1:] if draw(st.booleans())]
        melody = melody.replace(bar_onsets=(melody.bar_onsets[0], *kept))
    return melody


SYMBOLS = ("C", "C6", "Cm", "Db7", "F#dim", "G7", "G7/B", "Gsus4", "Am7", "Bm7b5", "N.C.", "what?")


@st.composite
def songs(draw: st.DrawFn, max_notes: int = 14) -> Song:
    """A melody over chords, perhaps none, perhaps of which nothing can be read."""
    melody = draw(melodies(max_notes=max_notes))
    n_halves = int(2 * melody.end_quarters)
    times = draw(st.sets(st.integers(0, n_halves), max_size=8))
    few = draw(st.lists(st.sampled_from(SYMBOLS), min_size=1, max_size=4))
    chords = [ChordSymbol(Fraction(t, 2), draw(st.sampled_from(few))) for t in sorted(times)]
    return Song(melody, chords=tuple(chords))


def _notes(draw: st.DrawFn, n_notes: int) -> tuple[Note, ...]:
    notes, onset = [], draw(rests)
    pitch = draw(st.integers(40, 90))
    for _ in range(n_notes):
        length = draw(lengths)
        notes.append(Note(onset, length, pitch))
        onset += length + draw(rests)
        pitch = min(115, max(12, pitch + draw(st.integers(-14, 14))))
    return tuple(notes)


def _changes(draw, values, change, end, *, optional):  # type: ignore[no-untyped-def]
    if optional and draw(st.booleans()):
        return ()
    changes = [change(Fraction(0), draw(values))]
    if draw(st.booleans()):
        onset = Fraction(draw(st.integers(1, 16)), 2)
        if onset < end:
            changes.append(change(onset, draw(values)))
    return tuple(changes)


def _phrase_starts(draw: st.DrawFn, n_notes: int) -> tuple[int, ...]:
    if draw(st.booleans()):
        return ()
    inner = draw(st.sets(st.integers(1, max(1, n_notes - 1)), max_size=4))
    return (0, *sorted(start for start in inner if start < n_notes))
