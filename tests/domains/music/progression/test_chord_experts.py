"""Experts on chords: what they are made from, and symbols of candidates against plain Python."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.domains.music.progression.component_oracle import (
    COMPONENT,
    FAMILY,
    NAMES,
    bass,
    before,
    guess,
    root,
    tonic,
    tune,
)
from tests.domains.music.progression.progressions import TRIAD, events_of, progressions

from clinamen.domains.music.progression.detail import (
    DetailExperts,
    KindTable,
    kind_codes,
    kind_table,
)
from clinamen.domains.music.progression.events import QUALITIES
from clinamen.domains.music.progression.experts import (
    CHORD_FRAMES,
    CHORD_KNOWABLE,
    DETAIL_FRAMES,
    N_CHORDS,
    ChordExpert,
    ChordExperts,
    default_chord_experts,
    parse_chord_experts,
)
from clinamen.engine._mixture_kernels import NO_CONTEXT
from clinamen.engine.symbols import NO_SYMBOL
from clinamen.errors import ParameterError

CANDIDATES = [(r, q) for r in range(12) for q in range(23)] + [None]


def first_root(e, t):
    rooted = [s for s in range(t) if e.root[s] >= 0]
    return int(e.root[rooted[0]]) if rooted else None


REFERENCE = {
    "chord": before, "move": before, "step": before, "on_key": tonic, "root_degree": tonic,
    "on_guess": guess, "root_guessed": guess, "on_first": first_root,
}  # fmt: skip


def chord_symbol(frame, e, t, candidate):
    """What a candidate looks like in a frame, in plain values; None for nothing."""
    if frame == "quality":
        return candidate and candidate[1]
    if frame == "fit":
        if tune(e, t) is None:
            return None
        return candidate and ((tune(e, t) - candidate[0]) % 12, FAMILY[NAMES[candidate[1]]])
    reference = REFERENCE[frame](e, t)
    if reference is None:
        return None
    if candidate is None:
        return "no chord"
    step, name = (candidate[0] - reference) % 12, NAMES[candidate[1]]
    kind = {"move": 0, "root_degree": 0, "root_guessed": 0, "step": FAMILY[name]}.get(frame, name)
    return step, kind


@settings(deadline=None, max_examples=20)
@given(progressions(max_size=6), st.sets(st.sampled_from(sorted(CHORD_KNOWABLE))))
def test_candidates_look_alike_just_where_they_should(events, known):
    view = ChordExperts(known=frozenset(known)).view(events)
    hidden = {"key": ("on_key", "root_degree"), "melody": ("fit",)}
    blind = {frame for fact, frames in hidden.items() if fact not in known for frame in frames}
    for t in range(len(events)):
        for place, frame in enumerate(CHORD_FRAMES):
            wanted = [chord_symbol(frame, events, t, c) for c in CANDIDATES]
            if frame in blind:
                wanted = [None] * N_CHORDS
            elif frame == "quality" or (frame == "fit" and tune(events, t) is not None):
                wanted[-1] = "no chord"
            found = view.images[view.image_index[t], place].tolist()
            assert [each == NO_SYMBOL for each in found] == [each is None for each in wanted]
            pairs = set(zip(found, wanted, strict=True))
            assert len(pairs) == len(set(found)) == len(set(wanted))
    assert [CANDIDATES[c] for c in view.came] == [
        None if r < 0 else (r, q) for r, q in zip(events.root, events.quality, strict=True)
    ]


@settings(deadline=None, max_examples=30)
@given(progressions(min_size=2, max_size=8))
def test_contexts_are_alike_just_where_what_is_looked_at_is(events):
    lens = ChordExperts()
    codes = lens.view(events).codes
    for number, expert in enumerate(lens.experts):
        wanted = [context(events, t, expert) for t in range(len(events))]
        found = codes[:, number].tolist()
        assert [code == NO_CONTEXT for code in found] == [each is None for each in wanted]
        assert len(set(zip(found, wanted, strict=True))) == len(set(found)) == len(set(wanted))


def context(events, t, expert):
    found = []
    for name in expert.looks_at:
        base, _, lag = name.partition("@")
        s = t - int(lag or 0)
        value = COMPONENT[base](events, s) if s >= 0 else None
        if value is None:
            return None
        found.append(value)
    return tuple(found)


def test_experts_are_told_apart_in_what_is_stored():
    """Two experts that look at the same must not share what they count."""
    lens = ChordExperts([ChordExpert("chord", ("always",)), ChordExpert("move", ("always",))])
    codes = lens.view(events_of([(0, 0, TRIAD)])).codes
    assert codes[0, 0] != codes[0, 1]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("chord", "an expert is"),
        ("chord |", "an expert is"),
        ("loudness | always", "a frame of chords must be one of chord, on_key"),
        ("chord | move", "sees what it predicts: move"),
        ("chord | quality@0", "sees what it predicts"),
        ("chord | last_kind", "sees what it predicts"),
        ("kind | kind", "sees what it predicts"),
        ("bass | quality bass_step", "sees what it predicts"),
        ("chord | always\nchord | always", "line 2: the expert chord | always is there already"),
    ],
)
def test_a_bad_expert_is_refused(text, what):
    with pytest.raises(ParameterError, match=what.replace("|", r"\|")):
        parse_chord_experts(text)


def test_every_expert_is_of_one_part_and_all_facts_are_used():
    for part, frames in (("chord", CHORD_FRAMES), ("detail", DETAIL_FRAMES)):
        experts = default_chord_experts(part)
        assert {expert.frame for expert in experts} == set(frames)
        assert frozenset().union(*(expert.needs for expert in experts)) == CHORD_KNOWABLE
    with pytest.raises(ParameterError, match="not on root and quality"):
        ChordExperts(default_chord_experts("detail"))
    with pytest.raises(ParameterError, match="not on the rest"):
        DetailExperts(default_chord_experts("chord"))
    with pytest.raises(ParameterError, match="known must be among"):
        ChordExperts(known=frozenset({"weather"}))
    with pytest.raises(ParameterError, match="no expert on chords does"):
        ChordExperts([ChordExpert("on_key", ("mode",))], frozenset())


def test_qualities_are_those_of_the_oracle():
    assert list(QUALITIES) == NAMES


def table(*kinds):
    codes = sorted({(-1, 0), *kinds})
    return KindTable(*(np.array(column) for column in zip(*codes, strict=True)))


@settings(deadline=None, max_examples=40)
@given(progressions(max_size=8), progressions(max_size=8))
def test_kinds_against_plain_python(events, other):
    kinds = kind_table([other, other])
    view = DetailExperts().view(events, kinds)
    names = list(zip(kinds.quality.tolist(), kinds.detail.tolist(), strict=True))
    own = []
    for t in range(len(events)):
        came = (int(events.quality[t]), int(events.detail[t]))
        is_open = [i for i, kind in enumerate(names) if kind[0] == came[0]]
        is_open += [len(names)] if came[0] >= 0 else []
        is_open += [len(names) + 1 + i for i, kind in enumerate(own) if kind[0] == came[0]]
        assert np.flatnonzero(view.is_open[t]).tolist() == is_open
        if came in names or came in own:
            wanted = names.index(came) if came in names else len(names) + 1 + own.index(came)
            assert view.extra_bits[t] == 0
        else:
            wanted = len(names)
            own.append(came)
            assert view.extra_bits[t] > 0
        assert view.view.came[t] == wanted
        closed = np.setdiff1d(np.arange(len(view.quality)), is_open)
        assert (view.view.images[t][:, closed] == NO_SYMBOL).all()
        images_of_open(events, t, view, is_open, len(names))


def images_of_open(events, t, view, is_open, unknown):
    references = (root(events, t), before(events, t, bass), tonic(events, t), guess(events, t))
    for place, reference in enumerate(references, start=1):
        for candidate in is_open:
            found = view.view.images[t, place, candidate]
            if root(events, t) is None or reference is None:
                assert found == NO_SYMBOL
            elif candidate == unknown:
                assert found == 12
            else:
                lowest = root(events, t) + view.detail[candidate] // 4096
                assert found == (lowest - reference) % 12
    assert view.view.images[t, 0, is_open].tolist() == is_open
    for candidate in is_open:
        n_tones = bin(view.detail[candidate] % 4096).count("1")
        colour = 2 * min(n_tones, 7) + (view.detail[candidate] >= 4096)
        assert view.view.images[t, 5, candidate] == (16 if candidate == unknown else colour)


def test_a_chord_that_has_not_come_is_marked():
    events = events_of([(0, 0, TRIAD), (5, 0, TRIAD)])
    view = ChordExperts().view(events, following=True)
    assert view.came.tolist() == [0, -1]
    assert (view.symbols[1] == NO_SYMBOL).all()
    assert (view.symbols[0] == ChordExperts().view(events).symbols[0]).all()


def test_a_table_has_the_kinds_of_several_songs():
    often, once, late = (0, 0, 145), (0, 0, 149), (2, 9, 1169)
    songs = [events_of([often, once]), events_of([often, late]), events_of([late, (-1, -1, 0)])]
    found = kind_table(songs)
    assert list(zip(found.quality, found.detail, strict=True)) == [(-1, 0), (0, 145), (9, 1169)]
    versions = kind_table(songs, ["a", "b", "b"])
    assert list(zip(versions.quality, versions.detail, strict=True)) == [(-1, 0), (0, 145)]


def test_what_an_unknown_kind_costs():
    """Two kinds of the quality: tones 0 4 7, and 0 4 7 with the third in the bass."""
    kinds = table((0, 145), (0, 145 + (4 << 12)), (1, 137))
    there, not_there = 1 / 4, 3 / 4
    bits = -3 * np.log2(3 / 4) - 8 * np.log2(not_there) - np.log2(there) - np.log2(2 / 14)
    assert kinds.unknown_bits(0, 149 + (4 << 12)) == pytest.approx(bits)
    total = sum(
        2.0 ** -kinds.unknown_bits(0, tones + (low << 12))
        for tones in range(4096)
        for low in range(12)
    )
    assert total == pytest.approx(1)


@pytest.mark.parametrize(
    "kinds",
    [
        [],
        [(0, 145)],
        [(-1, 0), (1, 137), (0, 145)],
        [(-1, 0), (0, 145), (0, 145)],
        [(-1, 0), (23, 145)],
        [(-1, 0), (0, 12 << 12)],
        [(-1, 0), (0, -1)],
        [(-2, 0), (-1, 0)],
    ],
)
def test_a_table_that_is_none_is_refused(kinds):
    columns = np.array(kinds, dtype=np.int64).reshape(-1, 2).T
    with pytest.raises(ParameterError, match="table"):
        KindTable(columns[0], columns[1])


def test_codes_of_kinds_are_all_different():
    quality, detail = np.meshgrid(np.arange(-1, 23), np.arange(0, 12 << 12, 97))
    codes = kind_codes(quality, detail)
    assert len(np.unique(codes)) == codes.size
