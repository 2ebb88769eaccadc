"""What cannot be composed, or not as it was asked for, is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.operations.compositions import ODE, made, opened

from clinamen.errors import ClinamenError, ConstraintError
from clinamen.operations._compose_setup import set_up
from clinamen.operations.compose import ComposeRequest, compose

pytestmark = pytest.mark.slow_without_jit


def test_a_curve_that_is_too_high_says_what_was_reached() -> None:
    found = made("40", bars=2, n_steps=0)
    assert "asks for 40.0 bits a note" in found.notices[-1]


def test_a_metre_that_was_never_heard_is_told() -> None:
    found = made("home", bars=2, n_steps=0, meter="13/16")
    assert "has never heard bars of 13/16" in found.notices[0]
    assert not made("home", bars=2, n_steps=0, meter="3/4").notices


def test_a_limit_that_cannot_hold_is_named() -> None:
    # Bar 4 ends on E4: three semitones below the range.
    request = ComposeRequest(
        "home", fill=ODE, first_bar=5, last_bar=5, range="G4-D5", max_leap=2, n_steps=0
    )
    with pytest.raises(ConstraintError) as caught:
        compose(request, listener=opened()[0])
    assert caught.value.constraint == "max-leap 2"
    assert caught.value.nearest == "3 semitones"
    assert compose(replace(request, max_leap=3), listener=opened()[0])


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"range": "C2-C3"}, "range C2-C3"),
        ({"range": "C2-C3", "max_leap": 5}, "range C2-C3"),
        ({"range": "C7-C8"}, "range C7-C8"),
    ],
)
def test_a_range_far_from_what_is_given_is_named(limits: dict[str, Any], told: str) -> None:
    request = ComposeRequest("home", begin=f"{ODE}:2", bars=3, n_steps=0, **limits)
    with pytest.raises(ConstraintError, match="E4, given beside bar 3, is more than") as caught:
        compose(request, listener=opened()[0])
    assert caught.value.constraint == told
    assert compose(replace(request, range=caught.value.nearest), listener=opened()[0])


def test_more_parts_than_bars_are_told() -> None:
    curve = "home home break home"
    told = "4 parts for 2 bars"
    assert told in set_up(ComposeRequest(curve, bars=2)).notices[0]
    begun = ComposeRequest(curve, begin=f"{ODE}:4", bars=6)
    filled = ComposeRequest(curve, fill=ODE, first_bar=3, last_bar=4)
    assert all(told in set_up(each).notices[0] for each in (begun, filled))
    for enough in (ComposeRequest(curve, bars=4), ComposeRequest("home*4", bars=2)):
        assert not set_up(enough).notices


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"bars": 0}, "1 bar or more"),
        ({"bars": 10_000}, "256 bars"),
        ({"range": "C4-D4"}, "range C4-D4 cannot hold"),
        ({"form": "AA'BA'", "bars": 4}, "in bar 3 cannot hold"),
        ({"form": "AAB"}, "15 or 18 bars"),
        ({"form": "A?"}, "--form, column 2"),
        ({"form": ""}, "1 to 64 sections"),
        ({"curve": "nowhere.csv"}, "there is no such file"),
        ({"max_shared": 2}, "3 notes or more"),
        ({"target": "loudness"}, "target must be"),
        ({"like": ODE, "begin": ODE}, "exclude each other"),
        ({"first_bar": 3}, "there is no --fill"),
        ({"locks": ("3",)}, "there is no --fill"),
        ({"seed": -1}, "a seed is 0 or more"),
        ({"n_steps": -1}, "steps are 0 or more"),
        ({"fill": ODE}, "--from and --to"),
        ({"fill": ODE, "first_bar": 5, "last_bar": 4}, "--from 5 is after --to 4"),
        ({"fill": ODE, "first_bar": 5, "last_bar": 40}, "--to: there is no bar 40"),
        ({"fill": ODE, "first_bar": 5, "last_bar": 5, "locks": ("5",)}, "nothing is open"),
        ({"fill": ODE, "first_bar": 5, "last_bar": 6, "form": "AB"}, "leave out --form"),
        ({"fill": ODE, "first_bar": 5, "last_bar": 6, "key": "G"}, "it is that of the song"),
        ({"begin": f"{ODE}:99"}, "bars to begin with are 1 to 16"),
        ({"begin": f"{ODE}:4", "bars": 4}, "5 bars"),
        ({"begin": f"{ODE}:8", "bars": 16, "form": "AABB"}, "begins within the 8 bars given"),
        ({"like": "nowhere.mid"}, "no such file"),
        ({"listener": "new"}, "has learnt no mixture"),
    ],
)
def test_what_cannot_be_is_told(asked: dict[str, Any], words: str) -> None:
    listener, index = (None, None) if "listener" in asked else opened()
    with pytest.raises(ClinamenError, match=words):
        compose(ComposeRequest(**asked), listener=listener, index=index)


@pytest.mark.parametrize(
    ("options", "words"), [({"n": 0}, "from 1 to 100"), ({"seconds": 0.0}, "above 0")]
)
def test_how_many_and_how_long(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ClinamenError, match=words):
        compose(ComposeRequest(bars=1), **options)
