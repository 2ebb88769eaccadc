"""Training: the same however it is cut up; each tune predicted without itself; memories fade."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.melodies import melodies

from clinamen.domains.music.events import MelodyEvents, melody_events
from clinamen.domains.music.learned import Learned
from clinamen.domains.music.projection import Alphabets, widened
from clinamen.domains.music.training import (
    ENOUGH_TUNES,
    Course,
    TrainingOptions,
    finished,
    first_lessons,
    learn_lesson,
    opening_labels,
    train,
)
from clinamen.engine.mixture import Mixture, MixtureOptions, StoreRows
from clinamen.errors import ParameterError
from clinamen.io.files import read_song

EXAMPLES = Path(__file__).parents[3] / "examples"
TUNES = ("sakura.abc", "frere_jacques.krn", "greensleeves.abc", "knots.abc")
FADING = MixtureOptions(n_passes=1, unit=32)


@pytest.fixture(scope="module")
def heard() -> tuple[MelodyEvents, ...]:
    return tuple(melody_events(read_song(str(EXAMPLES / name)).melody) for name in TUNES)


def a_course(heard: tuple[MelodyEvents, ...], **changes: Any) -> Course:
    options = TrainingOptions(("pitch",), MixtureOptions(n_passes=2, rate=0.1))
    return Course(heard, opening_labels(heard), replace(options, **changes))


def counts(learned: Learned) -> list[np.ndarray]:
    rows = learned.mixture.long_term.rows()
    return [rows.codes, rows.n_links, rows.symbols, rows.counts]


def assert_same_counts(one: Learned, other: Learned) -> None:
    for here, there in zip(counts(one), counts(other), strict=True):
        np.testing.assert_array_equal(here, there)


def test_a_training_taken_up_again_after_any_lesson_comes_to_the_same(heard: Any) -> None:
    course = a_course(heard, targets=("onset", "pitch"))
    kept: list[Any] = []
    whole = train(course, first_lessons(course), keep=kept.append)
    assert len(kept) == 4
    for lessons in kept:
        again = train(a_course(heard, targets=("onset", "pitch")), lessons)
        for target, learned in whole.items():
            np.testing.assert_array_equal(again[target].mixture.weights, learned.mixture.weights)
            assert_same_counts(again[target], learned)


def test_each_tune_is_predicted_without_itself_and_its_variants(heard: Any) -> None:
    """At a rate near 0 a pass costs what listeners of all the other tunes would say."""
    variant = replace(heard[0], pitch=heard[0].pitch + 2, tonic=(heard[0].tonic + 2) % 12)
    given = (*heard, variant)
    course = a_course(given, mixture=MixtureOptions(n_passes=1, rate=1e-12))
    assert course.labels[0] == course.labels[4]
    (begun,) = first_lessons(course)
    alphabet = widened(Alphabets.of(given)).pitch
    bits = []
    for label, events in zip(course.labels, given, strict=True):
        learned = course.beginning("pitch")
        learned.mixture.count(
            [
                learned.lens.view(other, alphabet)
                for other, each in zip(given, course.labels, strict=True)
                if each != label
            ]
        )
        table = learned.mixture.predict(learned.lens.view(events, alphabet))
        came = np.searchsorted(alphabet, events.pitch)
        bits.extend(-np.log2(table[np.arange(len(came)), came]))
    assert learn_lesson(course, begun).costs[0] == pytest.approx(np.mean(bits), abs=1e-6)


def test_a_pass_that_breaks_off_leaves_nothing_behind(
    heard: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even where it does while the counts of a tune are taken out."""
    course = a_course(heard)
    (begun,) = first_lessons(course)
    done = learn_lesson(course, begun)
    with monkeypatch.context() as patch:
        patch.setattr(Mixture, "_run", stopped)
        with pytest.raises(KeyboardInterrupt):
            learn_lesson(course, done)
    again = learn_lesson(course, begun)
    np.testing.assert_array_equal(again.weights, done.weights)
    assert_same_counts(finished(course, again), finished(a_course(heard), done))


def stopped(*arguments: Any) -> None:
    raise KeyboardInterrupt


def test_what_is_learnt_afterwards_adds_to_what_was_before(heard: Any) -> None:
    whole = finished_course(a_course(heard))
    before = finished_course(a_course(heard[:2]))
    after = finished_course(replace(a_course(heard[2:]), past={"pitch": before}))
    assert_same_counts(after, whole)
    assert_same_counts(before, finished_course(a_course(heard[:2])))  # it stays as it was


def finished_course(course: Course) -> Learned:
    (lesson,) = first_lessons(course)
    return finished(course, lesson)


def total(rows: StoreRows) -> int:
    return int(rows.counts.sum())


def test_memories_fade_by_half_in_a_half_life(heard: Any) -> None:
    """Twice as many melodies later than the half-life, a melody counts a quarter."""
    options = {"mixture": FADING, "half_life": 1.0}
    assert a_course(heard, **options).options.steps(4) == [4, 8, 16, 32]
    one = finished_course(a_course(heard[:1], mixture=FADING))
    faded = finished_course(a_course(heard, **options))
    plain = [finished_course(a_course((each,), mixture=FADING)) for each in heard]
    shares = (1 / 8, 1 / 4, 1 / 2, 1)
    expected = sum(
        total(each.mixture.long_term.rows()) * share
        for each, share in zip(plain, shares, strict=True)
    )
    assert total(faded.mixture.long_term.rows()) == expected
    later = finished_course(replace(a_course(heard[1:2], **options), past={"pitch": one}))
    old, new = (total(each.mixture.long_term.rows()) for each in (one, plain[1]))
    assert total(later.mixture.long_term.rows()) == old // 2 + new


def test_a_past_in_whole_sightings_is_taken_up_in_parts(heard: Any) -> None:
    before = finished_course(a_course(heard[:1]))
    after = finished_course(replace(a_course(heard[1:2], mixture=FADING), past={"pitch": before}))
    both = finished_course(a_course(heard[:2], mixture=FADING))
    assert_same_counts(after, both)
    with pytest.raises(ParameterError, match="parts of 1/32"):
        replace(a_course(heard), past={"pitch": both})


@pytest.mark.parametrize("change", ["pitch", "onset", "duration", "tonic", "scale", "bar_onset"])
def test_another_course_has_another_token(heard: Any, change: str) -> None:
    changed = replace(heard[0], **{change: getattr(heard[0], change) + 1})
    assert a_course((changed, *heard[1:])).token != a_course(heard).token
    assert a_course(heard).token == a_course(heard).token


def test_options_labels_and_past_are_in_the_token(heard: Any) -> None:
    course = a_course(heard)
    past = {"pitch": finished_course(course)}
    others = [
        replace(course, labels=(0,) * 4),
        replace(course, past=past),
        a_course(heard, mixture=MixtureOptions(seed=1)),
    ]
    assert len({each.token for each in (course, *others)}) == 4


@pytest.mark.parametrize("n_notes", [[], [1], [1, 1, 1]])
def test_nothing_to_learn_from_is_said(heard: Any, n_notes: list[int]) -> None:
    short = tuple(first_notes(heard[0], n) for n in n_notes)
    with pytest.raises(ParameterError, match="nothing to learn from"):
        Course(short, tuple(range(len(short))))


def first_notes(events: MelodyEvents, n_notes: int) -> MelodyEvents:
    names = ("onset", "duration", "pitch", "tonic", "mode", "fifths", "scale", "phrase_start")
    return replace(events, **{name: getattr(events, name)[:n_notes] for name in names})


def test_weights_of_much_move_less_where_few_songs_are_added(heard: Any) -> None:
    assert len(set(a_course(heard).labels)) == 4
    before = finished_course(a_course(heard))
    start = {"pitch": before}
    (alone,) = first_lessons(a_course(heard), start)
    (added,) = first_lessons(replace(a_course(heard), past=start), start)
    np.testing.assert_allclose(added.spread, alone.spread * (ENOUGH_TUNES / 4) ** 2)
    many = replace(a_course(heard * 20), labels=tuple(range(80)), past=start)
    np.testing.assert_array_equal(first_lessons(many, start)[0].spread, alone.spread)


def test_weights_of_other_experts_are_refused(heard: Any) -> None:
    course = a_course(heard)
    learned = course.beginning("pitch")
    learned.lens.experts = learned.lens.experts[:-1]
    with pytest.raises(ParameterError, match="other experts on pitch"):
        first_lessons(course, {"pitch": learned})


@settings(deadline=None, max_examples=50)
@given(melodies(max_notes=20), st.integers(-5, 5), st.integers(0, 3))
def test_a_tune_in_another_key_with_a_pickup_is_the_same_tune(
    melody: Any, up: int, n_pickup: int
) -> None:
    """Of a long tune whose opening is not one note repeated or one scale."""
    events = melody_events(melody)
    steps = np.diff(events.pitch[:12])
    moved = np.concatenate([events.pitch[:1] + 1 + np.arange(n_pickup), events.pitch]) + up
    other = replace(events, pitch=moved, onset=np.arange(len(moved)))
    same = opening_labels([events, other])
    if n_pickup == 0 or (len(steps) == 11 and len(set(steps.tolist())) >= 3):
        assert same == (0, 0)


def test_tunes_that_differ_have_labels_of_their_own(heard: Any) -> None:
    changed = heard[0].pitch.copy()
    changed[4] += 1
    assert opening_labels([*heard, replace(heard[0], pitch=changed)]) == (0, 1, 2, 3, 4)


def test_what_opens_like_a_variant_is_a_variant(heard: Any) -> None:
    """The third is like the second, the second like the first, the third not like the first."""
    rng = np.random.default_rng(0)
    line = 60 + np.cumsum(rng.integers(-4, 5, 24))
    first, second, third = (replace(heard[0], pitch=line[begin:]) for begin in (0, 4, 8))
    assert opening_labels([first, third]) == (0, 1)
    assert opening_labels([third, heard[1], first, second]) == (0, 1, 0, 0)


def test_a_scale_at_some_place_joins_nothing(heard: Any) -> None:
    scale = np.arange(14)
    one, other = (
        replace(heard[0], pitch=np.concatenate([[start], 60 + scale])) for start in (50, 67)
    )
    assert opening_labels([one, other]) == (0, 1)
