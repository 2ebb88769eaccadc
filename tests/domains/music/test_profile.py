"""The listener profile: laws, and the whole of it in plain Python."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.test_listener import SCALE, lines, melody
from tests.engine import oracle

from clinamen.domains.music import profile as module
from clinamen.domains.music.notes import Melody
from clinamen.domains.music.profile import ListenerProfile, ProfileOptions, key_posterior
from clinamen.errors import ParameterError
from clinamen.io.profile_file import write_profile


def taught(*taught_lines: list[tuple[int, int]]) -> ListenerProfile:
    profile = ListenerProfile()
    profile.learn([melody(line) for line in taught_lines])
    return profile


def moved(line: list[tuple[int, int]], shift: int) -> list[tuple[int, int]]:
    return [(pitch + shift, eighths) for pitch, eighths in line]


@settings(deadline=None, max_examples=20)
@given(lines, lines)
def test_every_row_is_a_distribution_without_a_zero(past, line):
    heard = taught(past, SCALE).hear(melody(line))
    rows = np.vstack([heard.distribution, heard.next_distribution])
    assert rows.shape == (len(line) + 1, len(heard.alphabet))
    assert (rows >= 0.02 / rows.shape[1]).all()
    np.testing.assert_allclose(rows.sum(axis=1), 1.0, rtol=0, atol=1e-12)
    came = heard.distribution[np.arange(len(line)), heard.symbols]
    np.testing.assert_allclose(heard.information_content, -np.log2(came), rtol=1e-12, atol=1e-12)
    pitches = [pitch for pitch, _ in line]
    assert heard.alphabet.tolist() == list(range(min(pitches) - 12, max(pitches) + 13))


@settings(deadline=None, max_examples=20)
@given(lines, st.integers(1, 8))
def test_what_comes_later_does_not_change_what_was_expected(line, n_heard):
    """Both extremes come first, so that the pitches to expect from are the same."""
    line = [(52, 1), (76, 1), *line]
    profile = taught(SCALE, SCALE)
    whole = profile.hear(melody(line))
    rows = np.vstack([whole.distribution, whole.next_distribution])
    n_heard = min(n_heard + 1, len(line))
    expected = profile.next_pitch(melody(line[:n_heard]))
    assert list(expected) == whole.alphabet.tolist()
    np.testing.assert_allclose(list(expected.values()), rows[n_heard], rtol=1e-9)


@settings(deadline=None, max_examples=15)
@given(lines, st.integers(-12, 12))
def test_without_register_a_tune_may_begin_anywhere(line, shift):
    """Register counts absolutely, all else from the notes heard; lengths do not count."""
    profile = taught(SCALE, SCALE)
    others = tuple(expert for expert in module.EXPERTS if expert.viewpoint != "tessitura")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "EXPERTS", others)
        here = profile.next_pitch(melody(line))
        there = profile.next_pitch(melody([(p, 1) for p, _ in moved(line, shift)]))
    assert [pitch + shift for pitch in here] == list(there)
    np.testing.assert_allclose(list(here.values()), list(there.values()), rtol=1e-9)


def test_within_one_register_the_register_makes_no_difference():
    profile = taught(SCALE)
    profile.options = ProfileOptions(reach=0)
    here = profile.next_pitch(melody([(67, 1), (70, 1)]))
    there = profile.next_pitch(melody([(69, 1), (72, 1)]))
    np.testing.assert_allclose(list(here.values()), list(there.values()), rtol=1e-9)


def test_the_key_that_is_given_is_not_looked_at():
    profile = taught(SCALE)
    tune = melody(SCALE)
    assert profile.next_pitch(tune) == profile.next_pitch(tune.replace(keys=()))


def test_hearing_leaves_the_profile_as_it_was():
    profile = taught(SCALE)
    before = write_profile(profile)
    profile.next_pitch(melody([(30, 1), (90, 1), (33, 1)]))
    assert write_profile(profile) == before


def test_a_scale_tells_its_tonic():
    profile = taught(SCALE, SCALE)
    for shift in range(12):
        tonics = profile.tonics(melody(moved(SCALE, shift)))
        assert tonics.shape == (len(SCALE) + 1, 12)
        np.testing.assert_allclose(tonics[0], 1 / 12)
        assert tonics[-1].argmax() == shift


def test_a_profile_that_learnt_nothing_expects_what_the_song_does():
    tune = [(60, 1), (67, 1)] * 10
    expected = ListenerProfile().next_pitch(melody(tune))
    assert sorted(expected, key=expected.get)[-2:] == [67, 60]
    one = list(ListenerProfile().next_pitch(melody(tune[:1])).values())
    assert max(one) / min(one) < 1.5


def test_pitches_end_where_midi_does():
    expected = ListenerProfile().next_pitch(melody([(3, 1), (120, 1)]))
    assert list(expected) == list(range(128))


@pytest.mark.parametrize(
    "options",
    [
        {"half_trust": 0},
        {"floor": 0},
        {"floor": 1.5},
        {"reach": -1},
        {"reach": 128},
        {"reach": 1.5},
    ],
)
def test_options_that_cannot_be_are_refused(options):
    with pytest.raises(ParameterError, match=next(iter(options))):
        ProfileOptions(**options)


def test_what_is_no_melody_is_refused():
    with pytest.raises(ParameterError):
        ListenerProfile().next_pitch(Melody(()))


chances = st.lists(st.lists(st.floats(1e-3, 1), min_size=3, max_size=3), min_size=0, max_size=6)


@settings(deadline=None)
@given(chances)
def test_the_posterior_is_that_of_bayes(table):
    found = key_posterior(np.array(table).reshape(-1, 3))
    for n_heard, row in enumerate(found):
        joint = [math.prod(notes[key] for notes in table[:n_heard]) / 3 for key in range(3)]
        np.testing.assert_allclose(row, [each / math.fsum(joint) for each in joint], rtol=1e-9)


def test_the_posterior_of_many_notes_is_a_distribution():
    found = key_posterior(np.tile([1e-3, 1e-4], (5000, 1)))
    np.testing.assert_allclose(found.sum(axis=1), 1)


# The whole of it again, with the plain-Python PPM.


def register(pitch: int) -> int:
    return -1 if pitch < 66 else 1 if pitch > 74 else 0


def symbols_of(past: list[int], pitch: int, tonic: int) -> list[object]:
    """What each expert sees of a pitch after others; None for nothing."""
    degree = (pitch - tonic) % 12
    rise = pitch - past[-1] if past else None
    return [
        rise,
        None if rise is None else (rise, degree),
        pitch - past[0] if past else 0,
        register(pitch),
        degree,
    ]


class PlainProfile:
    """`ListenerProfile` with dictionaries, one event at a time."""

    def __init__(self, tunes: list[list[int]], tonic: int) -> None:
        self.counts = [oracle.Counts(longest) for longest in (6, 6, 6, 1, 0)]
        for tune, (place, counts) in itertools.product(tunes, enumerate(self.counts)):
            counts.start()
            for index, pitch in enumerate(tune):
                symbol = symbols_of(tune[:index], pitch, tonic)[place]
                if symbol is not None:
                    counts.observe(symbol)
            counts.end()

    def expert(self, place: int, past: list[int], alphabet: range, tonic: int) -> list[float]:
        counts = self.counts[place]
        counts.start()
        for index, pitch in enumerate(past):
            symbol = symbols_of(past[:index], pitch, tonic)[place]
            if symbol is not None:
                counts.walk(symbol)
        image = [symbols_of(past, pitch, tonic)[place] for pitch in alphabet]
        row = oracle.predict(counts, image, len(image), oracle.LONG_TERM)
        return [1 / len(image)] * len(image) if row is None else row

    def next_pitch(self, past: list[int], alphabet: range) -> list[float]:
        likely = []
        for tonic in range(12):
            rows = [self.expert(4, past[:i], alphabet, tonic) for i in range(len(past))]
            pairs = zip(rows, past, strict=True)
            likely.append(math.prod(row[alphabet.index(pitch)] for row, pitch in pairs))
        recent = oracle.Counts()
        for pitch in past:
            recent.observe(pitch)
        trust = len(past) / (len(past) + 8)
        short = oracle.predict(recent, list(alphabet), len(alphabet), oracle.SHORT_TERM)
        votes = [p**trust for p in short]
        for place in range(5):
            rows = [self.expert(place, past, alphabet, tonic) for tonic in range(12)]
            mean = [
                sum(map(math.prod, zip(likely, column, strict=True))) / sum(likely)
                for column in zip(*rows, strict=True)
            ]
            votes = [vote * p for vote, p in zip(votes, mean, strict=True)]
        votes = [vote ** (1 / (5 + trust)) for vote in votes]
        return [0.98 * vote / sum(votes) + 0.02 / len(votes) for vote in votes]


@settings(deadline=None, max_examples=15)
@given(
    st.lists(lines, min_size=1, max_size=3), st.lists(st.integers(55, 72), min_size=1, max_size=6)
)
def test_the_whole_of_it_is_that_of_plain_python(tunes, past):
    profile = taught(*tunes)
    plain = PlainProfile([[pitch for pitch, _ in tune] for tune in tunes], tonic=0)
    heard = profile.hear(melody([(pitch, 1) for pitch in past]))
    alphabet = range(min(past) - 12, max(past) + 13)
    assert heard.alphabet.tolist() == list(alphabet)
    rows = [*heard.distribution, heard.next_distribution]
    for n_heard in (0, 1, len(past)):
        expected = plain.next_pitch(past[:n_heard], alphabet)
        np.testing.assert_allclose(rows[n_heard], expected, rtol=1e-9)


def test_the_short_term_memory_gains_weight():
    """The oracle of the whole holds for short melodies; this for the other end."""
    tune = melody([(60, 1), (61, 1)] * 40)
    trusting = ListenerProfile()
    doubting = replace(trusting, options=ProfileOptions(half_trust=1e9))
    assert trusting.next_pitch(tune)[60] > 1.5 * doubting.next_pitch(tune)[60]
