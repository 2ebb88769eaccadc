"""Reasons in words: groups add up, and every clause follows from its counts."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.operations.fakes import a_song, hear_fake
from tests.operations.small_listener import small_listener

from clinamen.domains.music.regularities import FAMILIES, MEANINGS, PREDICTED
from clinamen.engine.expectation import Expectation
from clinamen.engine.why import Reason, Why
from clinamen.operations.reasons import ECHO, Explainer, group_reasons

TUNE = (67, 72, 76, 74, 67, 72, 76, 74, 67, 72, 76, 79)
HERE = 11
PITCHES = sorted(set(TUNE))

TEXTS = st.builds(
    lambda frame, names: f"{frame} | {' '.join(names)}",
    st.sampled_from([*PREDICTED, "unheard_of"]),
    st.lists(st.sampled_from([*MEANINGS, "new_thing@2"]), max_size=3),
)
REASONS = st.builds(
    Reason,
    expert=TEXTS,
    memory=st.sampled_from(["long_term", "short_term"]),
    bits=st.floats(-3, 3, allow_nan=False),
    n_seen=st.integers(1, 500).map(float),
    n_expected=st.integers(0, 500).map(float),
    n_came=st.integers(0, 500).map(float),
    places=st.lists(st.integers(0, HERE - 1), max_size=3, unique=True).map(tuple),
)


def a_why(*reasons: Reason, kept: bool = False) -> Why:
    """74 was expected, 79 came; their odds are what the reasons add up to."""
    came, expected = PITCHES.index(79), PITCHES.index(74)
    return Why(HERE, came, expected, 0.9 if kept else 0.1, 0.05 if kept else 0.8, reasons)


def past(expert: str, n_seen: float, n_expected: float, n_came: float, bits: float = 3.0) -> Reason:
    return Reason(expert, "long_term", bits, n_seen, n_expected, n_came)


def song(expert: str, *at: int, bits: float = 3.0, places: tuple[int, ...] = ()) -> Reason:
    places = places or at
    counts = (float(len(places)), float(len(at)), 0.0)
    return Reason(expert, "short_term", bits, *counts, places, at, ())


def explainer(why: Why, pitches: tuple[int, ...] = TUNE, **fields: object) -> Explainer:
    tune = a_song(pitches, **fields)  # type: ignore[arg-type]
    heard = replace(hear_fake(tune), explain=lambda event: why)
    return Explainer(heard, tune.melody)


def say(*reasons: Reason, kept: bool = False) -> str:
    return explainer(a_why(*reasons, kept=kept)).sentence(HERE)


@given(st.lists(REASONS, max_size=30))
def test_groups_are_a_partition_and_add_up(reasons: list[Reason]) -> None:
    groups = group_reasons(a_why(*reasons))
    grouped = [id(reason) for group in groups for reason in group.reasons]
    assert sorted(grouped) == sorted(id(reason) for reason in reasons)
    total = sum(reason.bits for reason in reasons)
    assert sum(group.bits for group in groups) == pytest.approx(total, abs=1e-9)
    bits = [group.bits for group in groups]
    assert bits == sorted(bits, reverse=True)
    for group in groups:
        assert group.kind == ECHO if group.place is not None else group.kind in FAMILIES


def test_experts_that_met_one_place_are_one_echo() -> None:
    one, other = song("cpint | cpint@1", 7), song("degree | posinbar", 7)
    groups = group_reasons(
        a_why(one, other, song("cpint | cpint@2", 3), past("cpint | x", 9, 9, 0))
    )
    kinds = {(group.memory, group.kind, group.place): len(group.reasons) for group in groups}
    assert kinds == {
        ("song", ECHO, 7): 2,
        ("song", ECHO, 3): 1,
        ("past", "other", None): 1,
    }


def test_a_habit_of_the_past_with_its_figures() -> None:
    assert say(past("degree | cpintfref@1", 1240, 756, 25)) == (
        "In the tunes it has learnt, after the third degree, the second degree (here D5) "
        "followed in 61 % of 1,240 cases and the fifth degree in 2 %."
    )


def test_few_cases_are_counted_and_none_is_none() -> None:
    assert say(past("cpint | cpint@1 cpint@2", 12, 9, 0)) == (
        "In the tunes it has learnt, after a perfect fourth up and a major third up, "
        "a major second down (here D5) followed in 9 of 12 cases and a minor third up in none."
    )


def test_faded_cases_are_not_whole() -> None:
    assert "in 61 % of about 1,240 cases" in say(past("degree | cpintfref@1", 1240.4, 756.2, 25))


def test_a_passage_that_came_before() -> None:
    assert say(song("cpint | cpint@1 cpint@2 cpint@3", 3)) == (
        "The last 3 notes came before, from the pickup to bar 1, and D5 followed there."
    )
    assert say(song("cpint | cpint@1 cpint@2 cpint@3", 7)) == (
        "The last 7 notes came before, from the pickup to bar 3, and D5 followed there."
    )


def test_a_passage_that_came_before_at_another_pitch() -> None:
    why = replace(a_why(song("cpint | cpint@1", 3)), event=7)
    sentence = explainer(why, (60, 64, 67, 65, 67, 71, 74, 79)).sentence(7)
    assert sentence.startswith("The last 3 notes, transposed, came before, ")


def test_a_habit_of_this_song_with_its_bars() -> None:
    sentence = say(song("degree | cpintfref@1 contour@1", 3, 7))
    assert re.fullmatch(
        r"In this song so far, after the third degree, after a rise, "
        r"the second degree \(here D5\) followed both times \(bars \d and \d\)\.",
        sentence,
    )


def test_the_song_and_the_past_are_one_sentence_the_stronger_first() -> None:
    habit = past("degree | cpintfref@1", 1240, 756, 25, bits=1.0)
    sentence = say(habit, song("degree | cpintfref@1 contour@1", 3, 7, bits=2.0))
    assert sentence.startswith("In this song so far")
    assert "; in the tunes it has learnt" in sentence
    assert sentence.count(".") == 1


def test_what_was_likeliest_kept_to_habit() -> None:
    kept = past("degree | cpintfref@1", 1000, 20, 700, bits=-3.0)
    assert say(kept, kept=True) == (
        "It kept to habit: in the tunes it has learnt, after the third degree, the fifth "
        "degree (here G5) followed in 70 % of 1,000 cases and the second degree in 2 %."
    )


@pytest.mark.parametrize(
    "silent",
    [
        past("degree | cpintfref@1", 1000, 700, 20, bits=-3.0),  # it spoke for what came
        past("degree | cpintfref@1", 1000, 20, 700),  # counts say the opposite
        past("degree | cpintfref@1", 1000, 30, 28),  # no clear difference
        past("degree | cpintfref@1", 5, 5, 0),  # seen too rarely
        past("degree | cpintfref@1", 0, 0, 0),  # never seen
        past("degree | brand_new", 1000, 700, 20),  # no words for it
        past("unheard_of | cpint@1", 1000, 700, 20),
        song("degree | cpintfref@1", 3, places=(3, 4, 7)),  # one of three times
        past("degree | cpintfref@1", 1000, 700, 20, bits=0.05),  # hardly spoke
    ],
)
def test_nothing_is_said_without_clear_counts(silent: Reason) -> None:
    assert say(silent) == ""


def test_a_group_that_spoke_the_other_way_shows_what_it_spoke_for() -> None:
    why = a_why(
        past("degree | cpintfref@1", 1000, 700, 20, bits=4.0),
        past("cpint | cpint@1", 900, 30, 600, bits=-1.0),
    )
    first, second = explainer(why).explanations(HERE)
    assert first.evidence is not None
    assert not first.evidence.for_came
    assert second.evidence is not None
    assert second.evidence.for_came
    assert second.text == (
        "after a major third up, a minor third up (here G5) followed in 67 % of 900 cases "
        "and a major second down in 3 %"
    )
    assert (second.evidence.came, second.evidence.expected) == (
        "a minor third up",
        "a major second down",
    )


def test_an_expert_that_spoke_against_its_group_is_not_quoted() -> None:
    # Its counts would make the better sentence, but its weight was against it.
    against = past("degree | cpintfref@1", 1000, 990, 0, bits=-1.0)
    sentence = say(past("degree | cpintfref@2", 100, 60, 20, bits=4.0), against)
    assert "60 % of 100 cases" in sentence
    assert "1,000" not in sentence


def test_sentences_of_one_list_say_different_things() -> None:
    why = a_why(
        past("degree | cpintfref@1", 1240, 756, 25), past("degree | cpintfref@2", 99, 60, 2)
    )
    speaker = explainer(why)
    sentences = [speaker.sentence(HERE, vary=True) for _ in range(2)]
    # The first expert gives way to another of its group that is as clear.
    assert "the third degree," in sentences[0]
    assert "the third degree," not in sentences[1]


def test_what_needs_nothing_before_it_says_so() -> None:
    assert say(past("cpitch | always", 1240, 756, 25)) == (
        "In the tunes it has learnt, whatever came before, D5 followed in 61 % of 1,240 cases "
        "and G5 in 2 %."
    )


def test_shares_that_would_look_the_same_have_a_decimal() -> None:
    close = past("degree | cpintfref@1", 1_000_000, 204_000, 196_000)
    assert "in 20.4 % of 1,000,000 cases and the fifth degree in 19.6 %" in say(close)


def test_hostile_names_are_made_safe() -> None:
    why = a_why(past("cpitch | always", 1240, 756, 25))
    tune = a_song(TUNE)
    heard = hear_fake(tune)
    labels = tuple(f"{label}\x1b[31m\u202e\n" for label in heard.labels)
    names = [f"{name}\x1b[31m\u202e\n" for name in heard.columns["name"]]
    heard = replace(
        heard,
        labels=labels,
        columns={**heard.columns, "name": names},
        explain=lambda event: why,
    )
    sentence = Explainer(heard, tune.melody).sentence(HERE)
    assert "D5" in sentence
    assert not re.search("[\x00-\x1f\u202e]", sentence)


def test_a_model_without_reasons_gives_none() -> None:
    tune = a_song(TUNE)
    speaker = Explainer(hear_fake(tune), tune.melody)
    assert speaker.sentence(HERE) == ""
    assert speaker.explanations(HERE) == ()


def test_what_stood_bars_before_is_what_stood_there() -> None:
    # Bars of three quarters after a pickup: what came two bars before event 11 is event 5.
    sentence = say(past("cpint | bars2_cpint", 1000, 700, 20))
    distance = TUNE[5] - TUNE[4]
    assert distance == 5
    assert "where a perfect fourth up came two bars earlier" in sentence


@settings(deadline=None, max_examples=25)
@given(
    st.lists(st.integers(58, 80), min_size=1, max_size=16),
    st.sampled_from(["pitch", "onset", "duration", "joint"]),
)
def test_any_tune_heard_by_a_trained_listener(pitches: list[int], target: str) -> None:
    tune = a_song(tuple(pitches))
    heard = small_listener().hear(tune, target=target)
    speaker = Explainer(heard, tune.melody)
    for event in range(len(heard)):
        why = speaker.why(event)
        groups = speaker.explanations(event)
        if why is None:
            assert groups == ()
            assert speaker.sentence(event) == ""
            continue
        bits = sum(each.regularity.bits for each in groups)
        assert bits == pytest.approx(why.bits, abs=1e-6)
        for text in (speaker.sentence(event), *(each.text for each in groups)):
            _check_words(text)


def _check_words(text: str) -> None:
    """No jargon, no gaps, no figures that are none."""
    for jargon in ("_", "@", "cpint", "posinbar", "None", "nan", "  ", ", ,", " ,", "this note"):
        assert jargon not in text, text
    for n_for, n_seen in re.findall(r"([\d,]+) of ([\d,]+) (?:cases|times)", text):
        assert int(n_for.replace(",", "")) <= int(n_seen.replace(",", ""))


def test_the_costlier_part_of_a_joint_one_is_explained() -> None:
    tune = a_song(TUNE)
    heard: Expectation = small_listener().hear(tune, target="joint")
    speaker = Explainer(heard, tune.melody)
    costs = np.stack([part.information_content for part in heard.parts.values()])
    for event in range(1, len(heard)):
        target = list(heard.parts)[int(costs[:, event].argmax())]
        assert speaker.moment(event).target == target
        assert speaker.why(event) == heard.parts[target].why(event)
