"""Frames: the terms in which candidates are predicted."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.domains.music.chord_oracle import root
from tests.domains.music.melodies import melodies, songs
from tests.domains.music.moment_oracle import best_keys

from clinamen.domains.music.events import TICKS_PER_QUARTER, MelodyEvents, melody_events
from clinamen.domains.music.experts import KNOWABLE, Expert, Experts
from clinamen.domains.music.frames import FRAMES, N_SYMBOLS, distinct_rows, fraction_symbols
from clinamen.domains.music.notes import Melody, Meter, MeterChange, Note
from clinamen.domains.music.song_events import song_events
from clinamen.domains.music.viewpoints import UNDEFINED
from clinamen.engine.symbols import NO_SYMBOL

random_events = melodies(max_notes=20).map(melody_events)


def all_frames(target: str) -> Experts:
    experts = [Expert(frame, ("always",)) for frame in FRAMES[target]]
    return Experts(target, experts, KNOWABLE[target])


def seen(target: str, events: MelodyEvents, alphabet) -> dict[str, np.ndarray]:
    """Symbols of all candidates at every note, by frame."""
    view = all_frames(target).view(events, np.array(alphabet))
    images = view.images[view.image_index]
    assert images.min() >= NO_SYMBOL
    assert images.max() < N_SYMBOLS[target]
    return {frame: images[:, place] for place, frame in enumerate(FRAMES[target])}


# Pitch


@given(songs(max_notes=20))
@settings(deadline=None, max_examples=40)
def test_pitch_frames_are_what_they_say(song):
    events = song_events(song)
    symbols = seen("pitch", events, range(128))
    pitches = events.pitch.tolist()
    for t, pitch in enumerate(pitches):
        symbol = {frame: row[t, pitch] for frame, row in symbols.items()}
        tonic, first = int(events.tonic[t]), t == 0
        assert symbol["cpitch"] == pitch
        assert symbol["degree"] == (pitch - tonic + 12 if tonic >= 0 else NO_SYMBOL)
        assert symbol["cpint"] == (NO_SYMBOL if first else pitch - pitches[t - 1] + 128)
        assert symbol["cpintfip"] == (NO_SYMBOL if first else pitch - pitches[0] + 128)
        guesses = {pitch - key % 12 + 12 for key in best_keys(pitches[:t])} if t else {NO_SYMBOL}
        assert symbol["guessed"] in guesses
        chord = root(song, t)
        assert symbol["chord_tone"] == (NO_SYMBOL if chord is None else pitch - chord + 12)
        last = abs(pitches[t - 1] - pitches[t - 2]) if t >= 2 else 7
        view = all_frames("pitch").view(events, np.arange(128))
        assert view.classes[t].tolist() == [min(t, 15), min(last, 7)]
    # Candidates differ in every frame that is defined, or they would share their votes.
    for row in np.concatenate(list(symbols.values())):
        assert (row == NO_SYMBOL).all() or len(np.unique(row)) == 128


@given(
    st.integers(1, 3).flatmap(
        lambda width: st.lists(
            st.lists(st.sampled_from([UNDEFINED, 0, 5, 2**62]), min_size=width, max_size=width),
            min_size=1,
        )
    )
)
@settings(deadline=None)
def test_rows_are_told_apart(rows):
    different, number = distinct_rows(np.array(rows))
    assert different[number].tolist() == rows
    assert len({tuple(row) for row in rows}) == len(different)


# Fractions

simple = st.tuples(st.integers(1, 12), st.integers(1, 8))
wild = st.tuples(st.integers(1, 2**40), st.integers(1, 2**40))


def symbol_of(above: int, below: int) -> int:
    return int(fraction_symbols(np.array([above]), np.array([below]))[0])


@given(st.lists(st.one_of(simple, wild), min_size=2, max_size=2), st.integers(1, 50))
def test_fractions_have_symbols_of_their_own_or_share_one_with_their_like(pairs, scale):
    (one, one_symbol), (other, other_symbol) = (
        (Fraction(*pair), symbol_of(*pair)) for pair in pairs
    )
    assert one_symbol == symbol_of(*(scale * part for part in pairs[0]))
    assert 0 < one_symbol < 512
    if one == other:
        assert one_symbol == other_symbol
    elif one_symbol == other_symbol and 2**-8 < one < 2**7:
        assert Fraction(8, 9) <= one / other <= Fraction(9, 8)


def test_simple_fractions_come_first():
    names = ["0", "1", "1/2", "2", "1/3", "3", "1/4", "4", "1/5", "5", "1/6", "2/3", "3/2", "6"]
    found = [symbol_of(*Fraction(name).as_integer_ratio()) for name in names]
    assert found == list(range(len(names)))


def test_nothing_is_a_multiple_of_nothing():
    assert symbol_of(5, 0) == NO_SYMBOL


# Time


def expected_place(events: MelodyEvents, t: int, ticks: int) -> tuple[int, int, int]:
    """Bars on, place in the bar, ticks of beat: of what comes some ticks after a note.

    Bars after the next one are as long as that one.
    """
    bars = events.bar_onset.tolist()
    bar = max(number for number, start in enumerate(bars) if start <= events.onset[t])
    length = int(events.bar_length[bar])
    place = int(events.onset[t]) - bars[bar]
    if bar == 0 and events.pickup:
        place += length - events.pickup
    last = bar == len(bars) - 1
    if last:
        place %= length
    left = length - place if last else bars[bar + 1] - int(events.onset[t])
    if ticks < left:
        return 0, place + ticks, int(events.beat_length[bar])
    following = length if last else int(events.bar_length[bar + 1])
    n_bars, lands = divmod(ticks - left, following)
    return 1 + n_bars, lands, int(events.beat_length[bar])


TIMES = [0, 1260, 2520, 3360, 5040, 6720, 7560, 10080, 15120, 20160, 30240, 40320, 60480, 100800]


@given(random_events)
@settings(deadline=None, max_examples=60)
def test_times_are_alike_in_a_frame_just_where_they_should_be(events):
    """Each frame against its definition: same meaning, same symbol, and the other way round."""
    for target in ("onset", "duration"):
        values = np.union1d(TIMES, np.append(np.diff(events.onset), events.duration))
        symbols = seen(target, events, values)
        meanings: dict[str, dict[object, int]] = {frame: {} for frame in symbols}
        for t in range(len(events)):
            for number, ticks in enumerate(values.tolist()):
                for frame, meaning in time_meanings(target, events, t, ticks).items():
                    symbol = int(symbols[frame][t, number])
                    if meaning is None:
                        assert symbol == NO_SYMBOL, frame
                        continue
                    assert symbol >= 0
                    # Other places share a symbol with those nearby, by parts of the bar.
                    if isinstance(meaning, tuple) and not is_simple(meaning):
                        continue
                    assert meanings[frame].setdefault(meaning, symbol) == symbol, (frame, meaning)
        for frame in symbols:
            plain = {m: s for m, s in meanings[frame].items() if is_simple(m)}
            assert len(set(plain.values())) == len(plain), frame


def is_simple(meaning) -> bool:
    """Whether it has a symbol of its own for certain."""
    fraction = meaning if isinstance(meaning, Fraction) else Fraction(meaning[1])
    return 24 % fraction.denominator == 0 and fraction.numerator * fraction.denominator <= 24


def time_meanings(target: str, events: MelodyEvents, t: int, ticks: int) -> dict[str, object]:
    """What a candidate is in each frame: a fraction, or bars or beats on and a fraction."""
    at = t if target == "duration" else t - 1
    whole = Fraction(ticks, TICKS_PER_QUARTER)
    names = FRAMES[target]
    if at < 0:
        return {**dict.fromkeys(names), "bioi": whole}
    bars, place, beat = expected_place(events, at, ticks)
    start = expected_place(events, at, 0)[1]
    led = int(events.onset[at] - events.onset[at - 1]) if at else 0
    before = led if target == "onset" else int(events.duration[at - 1]) if at else 0
    length = {
        names[0]: whole,
        names[1]: Fraction(ticks, before) if before else None,
        "dur_bioi": Fraction(ticks, led) if led else None,
        "bioi_beats": Fraction(ticks, beat),
        "dur_beats": Fraction(ticks, beat),
    }
    places = (min(bars, 2), Fraction(place, TICKS_PER_QUARTER))
    found = {name: length[name] for name in names if name in length}
    found[names[-2]] = places
    if bars == 0:
        beats = place // beat - start // beat
        found[names[-1]] = (min(beats, 7), Fraction(place % beat, beat))
    return found


def test_beats_are_counted_over_the_bar_line():
    """Three quarters a bar; from the second beat: on it, off it, the next bar, the one after."""
    notes = tuple(Note(Fraction(t), Fraction(1), 60) for t in (0, 1, 3, 4))
    melody = Melody(notes, meters=(MeterChange(Fraction(0), Meter(3, 4)),))
    symbols = seen("onset", melody_events(melody), [0, 5040, 10080, 20160, 25200, 50400, 60480])
    beat, place = symbols["next_beat"][2], symbols["next_place"][2]
    assert beat.tolist() == [0, 8 + 0, 1, 2, 8 + 2, 5, 6]
    # By number of parts and time: 0, 1, 2, 1/2, 3, 4, ..., 3/2; this bar and the next take turns.
    assert place[:5].tolist() == [2 * 1, 2 * 7, 2 * 2, 2 * 0 + 1, 2 * 3 + 1]
    assert place[6] == place[5] + 1
    assert place[5] > max(place[:5])


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=300, unique=True))
@settings(deadline=None, max_examples=30)
def test_times_that_no_notation_has_are_neither_refused_nor_lost(gaps):
    """As from a MIDI file that was not quantised: hundreds of lengths, each a little different."""
    onset = np.cumsum([0, *gaps])
    notes = tuple(
        Note(Fraction(int(start), TICKS_PER_QUARTER), Fraction(gap, TICKS_PER_QUARTER), 60)
        for start, gap in zip(onset.tolist(), [*gaps, 1], strict=True)
    )
    assume(onset[-1] < 10**10)
    events = melody_events(Melody(notes, bar_onsets=(Fraction(0),)))
    for target, values in (("onset", [0, *gaps]), ("duration", [*gaps, 1])):
        symbols = seen(target, events, sorted(set(values)))
        assert (symbols[FRAMES[target][0]] >= 0).all()


def test_like_lengths_share_a_symbol_and_so_their_counts():
    for one, other in ((10111, 10097), (5041, 5077), (33333, 33334)):
        assert symbol_of(one, TICKS_PER_QUARTER) == symbol_of(other, TICKS_PER_QUARTER)
    assert symbol_of(10111, TICKS_PER_QUARTER) != symbol_of(20111, TICKS_PER_QUARTER)


@pytest.mark.parametrize("target", ["onset", "duration"])
def test_the_first_onset_is_nothing_and_the_first_duration_something(target):
    events = melody_events(Melody((Note(Fraction(0), Fraction(1), 60),)))
    symbols = seen(target, events, [0, 10080])
    defined = {frame for frame, row in symbols.items() if (row[0] >= 0).all()}
    first = {"bioi"} if target == "onset" else {"dur", "dur_beats", "end_place", "end_beat"}
    assert defined == first
