import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.progression.progressions import (
    events_of,
    progressions,
    song_of_symbols,
    transposed,
)

from clinamen.domains.music.notes import Key
from clinamen.domains.music.progression import harmony_events
from clinamen.domains.music.progression._words import ChordMoment, degree_of, kind_words
from clinamen.domains.music.progression.columns import ChordColumns
from clinamen.domains.music.progression.detail import DetailExperts, kind_table
from clinamen.domains.music.progression.experts import (
    N_CHORDS,
    ChordExperts,
    default_chord_experts,
)
from clinamen.domains.music.progression.naming import chord_labels, kind_labels
from clinamen.domains.music.progression.outcomes import outcome_words
from clinamen.domains.music.progression.regularities import condition_words
from clinamen.engine._mixture_kernels import NO_CONTEXT
from clinamen.engine.symbols import NO_SYMBOL

EXPERTS = default_chord_experts()
CHORD_LENS, DETAIL_LENS = ChordExperts(), DetailExperts()
FRAMES, DETAIL_FRAMES = CHORD_LENS.mixture().frames, DETAIL_LENS.mixture().frames
ROOTLESS = [
    str(each)
    for each in EXPERTS
    if not {name.partition("@")[0] for name in each.looks_at}
    & {"quality", "family", "loop", "ago2", "ago3", "ago4", "ago6", "ago8"}
    and not any(name.startswith("bars") for name in each.looks_at)
]


def moment_at(events, event, *, symbols=None, key=None, kinds=()):
    return ChordMoment(
        columns=ChordColumns(events),
        event=event,
        names=chord_labels(key),
        symbols=symbols or [f"chord {n}" for n in range(len(events))],
        kinds=kinds,
        key=key,
    )


def moment_of(symbols, event=-1, key=None):
    song = song_of_symbols(symbols, key=key)
    events = harmony_events(song)
    return moment_at(events, event % len(events), symbols=symbols, key=key)


@given(progressions(min_size=1), st.data())
@settings(deadline=None, max_examples=30)
def test_every_expert_that_speaks_has_words(events, data):
    experts = CHORD_LENS
    event = data.draw(st.integers(0, len(events) - 1))
    moment = moment_at(events, event, key=Key(0))
    view = experts.view(events)
    for number, expert in enumerate(experts.experts):
        if view.codes[event, number] == NO_CONTEXT:
            continue
        clauses = condition_words(str(expert), moment)
        assert clauses or expert.looks_at == ("always",), str(expert)
        frame = view.images[view.image_index[event], FRAMES[number]]
        for candidate in (0, 11, 150, N_CHORDS - 1):
            if frame[candidate] != NO_SYMBOL:
                assert outcome_words(str(expert), candidate, moment), str(expert)


@given(progressions(min_size=1), st.data())
@settings(deadline=None, max_examples=20)
def test_every_expert_on_the_detail_has_words(events, data):
    experts, table = DETAIL_LENS, kind_table([events, events])
    event = data.draw(st.integers(0, len(events) - 1))
    view = experts.view(events, table)
    kinds, places = kind_labels(view.quality, view.detail), view.view.image_index
    moment = moment_at(events, event, key=Key(0), kinds=kinds)
    for number, expert in enumerate(experts.experts):
        if view.view.codes[event, number] == NO_CONTEXT:
            continue
        assert condition_words(str(expert), moment), str(expert)
        if expert.frame == "colour":
            continue
        for candidate in (view.is_open[event]).nonzero()[0]:
            if view.view.images[places[event], DETAIL_FRAMES[number], candidate] != NO_SYMBOL:
                assert outcome_words(str(expert), int(candidate), moment), str(expert)


@given(progressions(min_size=3), st.integers(1, 11), st.data())
@settings(deadline=None, max_examples=20)
def test_words_without_names_are_the_same_in_every_transposition(events, interval, data):
    event = data.draw(st.integers(0, len(events) - 1))
    here = moment_at(events, event, key=Key(0))
    there = moment_at(transposed(events, interval), event, key=Key(0))
    codes = CHORD_LENS.view(events).codes[event]
    for expert, code in zip(CHORD_LENS.experts, codes, strict=True):
        if code != NO_CONTEXT and str(expert) in ROOTLESS:
            assert condition_words(str(expert), here) == condition_words(str(expert), there)


@pytest.mark.parametrize(
    ("expert", "words"),
    [
        ("chord | move@1 quality@1 quality@2", ("after Am7 and D7 (in any key)",)),
        ("chord | move@1 family@1 family@2", ("after chords like Am7 and D7 (in any key)",)),
        ("chord | quality@1", ("after a dominant seventh",)),
        ("chord | quality@1 bass@1", ("after a dominant seventh in root position",)),
        ("move | move@1", ("after the root went up a fourth",)),
        ("quality | family@1 family@2", ("after chords of the kinds of Am7 and D7",)),
        ("on_key | degree@1 mode", ("from the fifth degree", "in major")),
        (
            "on_key | degree@1 degree@2 mode",
            ("after the second degree and the fifth degree", "in major"),
        ),
        ("kind | quality kind@1", ("after a chord of the kind of D7", "for a dominant seventh")),
        (
            "kind | quality move kind@1",
            (
                "after D7 (in any key)",
                "for a dominant seventh",
                "where the root went up a semitone",
            ),
        ),
        ("chord | ago2", ("2 chords after Am7",)),
        ("chord | bars1", ("where D7 began a bar earlier",)),
        ("chord | lasted quality@1", ("after a dominant seventh", "after a chord of 4 quarters")),
        ("root_guessed | guessed1", ("from the fifth degree of the key that the chords suggest",)),
        ("on_guess | always", ("in the key that the chords suggest",)),
        ("chord | always", ()),
    ],
)
def test_what_is_looked_at_in_words(expert, words):
    moment = moment_of(["G", "Am7", "D7", "Eb7"], key=Key(1))
    assert condition_words(expert, moment) == words


def test_a_chord_that_came_before_with_its_bass_turned():
    moment = moment_of(["C", "G/B", "F"])
    assert condition_words("chord | quality@1 bass@1", moment) == (
        "after a major triad with its third in the bass",
    )


@pytest.mark.parametrize(
    ("expert", "words"),
    [
        ("chord | always", "C7"),
        ("on_key | mode", "IV7 (here C7)"),
        ("root_degree | mode", "a chord on the fourth degree"),
        ("move | move@1", "a chord a whole tone lower"),
        ("step | family@1", "a dominant chord a whole tone lower"),
        ("quality | quality@1", "a dominant seventh"),
        ("on_first | always", "a dominant seventh a fourth higher than the first chord (here C7)"),
    ],
)
def test_what_is_predicted_in_words(expert, words):
    moment = moment_of(["G", "Am7", "D7", "Eb7"], key=Key(1))
    candidate = list(moment.names).index("C7")
    assert outcome_words(expert, candidate, moment) == words


def test_the_melody_against_the_chord_in_words():
    events = events_of([(0, 0, 0b10010001)] * 2, melody=[0, 4], tonic=0, mode=0)
    moment = moment_at(events, 1, key=Key(0))
    assert condition_words("fit | tune_degree mode", moment) == (
        "under the third degree in the melody", "in major",
    )  # fmt: skip
    assert outcome_words("fit | always", 0, moment) == "a major chord with the melody on its third"


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("7", ""),
        ("min7/5", "the fifth in the bass"),
        ("7(9)", "an added ninth"),
        ("7(b9,no5)/3", "an added flat ninth, no fifth and the third in the bass"),
    ],
)
def test_kinds_in_words(label, words):
    assert kind_words(label) == words


@pytest.mark.parametrize(
    "mode", ["major", "minor", "dorian", "phrygian", "lydian", "mixolydian", "locrian"]
)
def test_every_degree_of_every_mode_has_a_name_of_its_own(mode):
    key = Key(0, mode)
    names = [degree_of(step, key) for step in range(12)]
    assert len(set(names)) == 12
    assert [names[step].split()[0] for step in key.scale] == [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh",
    ]  # fmt: skip
