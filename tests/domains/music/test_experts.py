"""Experts: how they are written, and which can be."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.music.expert_cases import settings_known

from clinamen.domains.music.experts import (
    KNOWABLE,
    Expert,
    Experts,
    default_experts,
    parse_experts,
    usually_known,
)
from clinamen.domains.music.frames import FRAMES
from clinamen.domains.music.moments import COMPONENTS, find_component
from clinamen.domains.music.projection import TARGETS
from clinamen.errors import ClinamenError, MissingError, ParameterError


def test_lines_comments_and_blanks():
    text = "# all\n\n  cpint |  cpint@1   posinbar # why\ncpitch|always"
    assert parse_experts(text) == (
        Expert("cpint", ("cpint@1", "posinbar")),
        Expert("cpitch", ("always",)),
    )
    assert parse_experts("") == ()


@given(st.sampled_from(TARGETS), st.data())
def test_written_and_read_experts_are_the_same(target, data):
    experts = data.draw(st.lists(st.sampled_from(default_experts(target)), unique=True))
    assert parse_experts("\n".join(map(str, experts))) == tuple(experts)
    assert {expert.target for expert in experts} <= {target}


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("cpint", ParameterError, "line 1: an expert is"),
        ("cpint |", ParameterError, "line 1: an expert is"),
        ("| always", ParameterError, "line 1: an expert is"),
        ("\nliph | always", ParameterError, "line 2: an expert is"),
        ("cpint | nothing", MissingError, "nothing"),
        ("cpint | always | cpitch@1", MissingError, "'|'"),
        ("cpint | always\ncpint|always", ParameterError, "line 2: .* is there already"),
        ("cpint | cpint", ParameterError, "pitch: cpint .* cpint@1"),
        ("cpitch | dur cpitch@0", ParameterError, "pitch: cpitch@0 .* cpitch@1"),
        ("degree | bars2_melody", ParameterError, "pitch: bars2_melody .* bars2_melody@1"),
        ("bioi | posinbar", ParameterError, "onset: posinbar .* posinbar@1"),
        ("bioi | cpint", ParameterError, "pitch: cpint .* cpint@1"),
        ("bioi | dur", ParameterError, "duration: dur .* dur@1"),
        ("bioi_ratio | dur@1", ParameterError, "duration: dur@1 .* dur@2"),
        ("dur | dur_ratio", ParameterError, "duration: dur_ratio .* dur_ratio@1"),
    ],
)
def test_lines_that_are_wrong(text, error, message):
    with pytest.raises(error, match=message):
        parse_experts(text)


def test_every_component_is_refused_just_where_it_reads_what_is_hidden():
    """For all targets, frames aside: with too small a lag, and with no larger one."""
    for target, frames in FRAMES.items():
        for name, component in COMPONENTS.items():
            least = 0 if component.reads <= KNOWABLE[target] else 1
            least += target == "onset" and "duration" in component.reads
            Expert(frames[0], (f"{name}@{least}",))
            if least:
                with pytest.raises(ParameterError, match="larger lag"):
                    Expert(frames[0], (f"{name}@{least - 1}",))


@given(st.text(alphabet="cpint|@12#\n degrliph²", max_size=30))
def test_any_text_is_read_or_refused(text):
    with suppress(ClinamenError):
        parse_experts(text)


@given(settings_known())
def test_shipped_experts_do_with_what_is_known(setting):
    target, known = setting
    experts = default_experts(target, known)
    timing = {"timing"} if target != "pitch" or "onset" in known else set()
    assert len(set(experts)) == len(experts) > 50
    lens = Experts(target, known=known)
    assert len(lens.experts) > 40
    for expert in experts:
        needs = {"degree": {"key"}, "chord_tone": {"chords", "timing", "onset"}}.get(
            expert.frame, set()
        )
        for name in expert.looks_at:
            component, lag = find_component(name)
            needs = needs | component.needs | (set() if lag else component.reads)
        assert expert.needs == needs
        assert (expert in lens.experts) == (needs <= known | timing)


def test_which_experts_are_taken_by_default():
    for target in TARGETS:
        assert Experts(target).known == usually_known(target)
        without = [each for each in default_experts(target) if "duration" not in each.needs]
        assert list(Experts(target).experts) == without
    song = default_experts("pitch", frozenset({"onset", "key"}))
    assert len(song) <= 110
    for target in ("onset", "pitch"):
        told = {"key"} if target == "onset" else {"key", "onset"}
        without = default_experts(target, frozenset(told))
        chorded = default_experts(target, frozenset({"chords", *told}))
        assert chorded[: len(without)] == without
        assert all("chords" in expert.needs for expert in chorded[len(without) :])
        assert 10 < len(chorded) - len(without) <= 40
    assert Experts("pitch", known=frozenset({"onset", "key"})).experts == song
    alone = Experts("pitch", known=frozenset()).experts
    assert alone == default_experts("pitch", frozenset())
    keyed = Experts("pitch", known=frozenset({"key"})).experts
    assert any(expert.frame == "degree" for expert in keyed)
    timed = Experts("pitch", known=frozenset({"onset"})).experts
    assert set(alone) < set(timed) < set(alone) | set(song)
    guessing = {
        known: any(expert.frame == "guessed" for expert in experts)
        for known, experts in (("key", song), ("nothing", alone), ("onset", timed))
    }
    assert guessing == {"key": False, "nothing": True, "onset": True}


@pytest.mark.parametrize(
    ("target", "experts", "known", "message"),
    [
        ("pitch", None, {"pitch"}, "known must be among"),
        ("onset", None, {"onset"}, r"known must be among .* for onset"),
        ("pitch", None, {"duration"}, "where the onset is known"),
        ("duration", None, {"key"}, "where the onset is known"),
        ("joint", None, None, "target must be onset, pitch, duration"),
        ("pitch", "degree | always", set(), "no expert does with knowing no more for pitch"),
        ("pitch", "cpint | dur", {"onset"}, r"no expert does with knowing \['onset'\]"),
        ("pitch", "cpint | bioi@1", set(), "no expert"),
        ("pitch", "", None, "no expert"),
        ("pitch", "bioi | always", None, "'bioi | always' says nothing about pitch"),
    ],
)
def test_experts_that_cannot_be(target, experts, known, message):
    with pytest.raises(ParameterError, match=message.replace("|", r"\|")):
        Experts(
            target,
            None if experts is None else parse_experts(experts),
            None if known is None else frozenset(known),
        )


def test_what_is_no_expert():
    for wrong in ("cpint | always", ["cpint | always"], 3):
        with pytest.raises(ParameterError, match="experts must be"):
            Experts("pitch", wrong)
    with pytest.raises(ParameterError, match="frame must be one of"):
        Expert("liph", ("always",))
    with pytest.raises(ParameterError, match="target must be"):
        default_experts("joint")


def test_every_component_may_be_looked_at_with_a_lag():
    for target, frames in FRAMES.items():
        experts = [Expert(frames[0], (f"{name}@2",)) for name in COMPONENTS]
        lens = Experts(target, experts, usually_known(target) | (KNOWABLE[target] & {"chords"}))
        n_unknown = sum(
            bool(component.needs - KNOWABLE[target] - {"timing"})
            for component in COMPONENTS.values()
        )
        assert len(lens.experts) == len(COMPONENTS) - n_unknown
        assert n_unknown == (15 if target == "duration" else 0)
