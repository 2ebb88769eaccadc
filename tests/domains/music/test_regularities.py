"""Every expert that comes with the project can be put into words."""

from __future__ import annotations

from importlib import resources

import pytest

from clinamen.domains.music.experts import parse_experts
from clinamen.domains.music.frames import FRAMES
from clinamen.domains.music.moments import COMPONENTS
from clinamen.domains.music.regularities import (
    FAMILIES,
    MEANINGS,
    OTHER,
    PREDICTED,
    Looks,
    family_of,
)

FOLDER = resources.files("clinamen.domains.music")
FILES = sorted(each.name for each in FOLDER.iterdir() if each.name.endswith("_experts.txt"))


@pytest.mark.parametrize("name", FILES)
def test_every_shipped_expert_has_words_and_a_family(name: str) -> None:
    for expert in parse_experts(FOLDER.joinpath(name).read_text("utf-8")):
        looks = Looks.parse(str(expert))
        assert looks.is_known, f"no words for: {expert}"
        assert family_of(str(expert)) != OTHER
        # Names of components are no words: only the ones that are words themselves stay.
        assert "_" not in looks.words
        assert "@" not in looks.words


def test_there_are_shipped_experts_for_every_target() -> None:
    assert len(FILES) >= 3


def test_words_are_there_for_what_there_is() -> None:
    assert set(MEANINGS) >= set(COMPONENTS)
    assert set(PREDICTED) == {frame for frames in FRAMES.values() for frame in frames}
    assert {meaning.family for meaning in MEANINGS.values()} <= set(FAMILIES)
    assert all(meaning.clause or name == "always" for name, meaning in MEANINGS.items())


@pytest.mark.parametrize(
    ("expert", "family"),
    [
        ("cpint | cpint@1 cpint@2", "interval"),
        ("cpint | cpint@1 cpintfref@1", "degree"),
        ("degree | cpintfref@1 posinbar barlength", "metre"),
        ("degree | cpintfref@1 posinbar liph", "phrase"),
        ("cpint | bars2_cpint cpint@1", "earlier_bars"),
        ("bioi | bioi@1", "rhythm"),
        ("cpitch | always", "common"),
        ("cpint | contour@1", "register"),
    ],
)
def test_the_first_family_wins(expert: str, family: str) -> None:
    assert family_of(expert) == family


@pytest.mark.parametrize(
    "text", ["cpint | something_new@2", "brand_new | cpint@1", "cpint |", "", "cpint", "a | b@x"]
)
def test_what_is_not_known_is_another_habit(text: str) -> None:
    assert family_of(text) == OTHER
    assert Looks.parse(text).words


def test_what_an_expert_looks_at() -> None:
    looks = Looks.parse("cpint | cpintfref@1 posinbar cpint@7 always new_thing@2")
    assert looks.words == (
        "the scale degree of the note before, the place in the bar, the interval 7 notes before, "
        "new thing two notes before"
    )
    assert Looks.parse("cpint | always").words == "nothing in particular"
