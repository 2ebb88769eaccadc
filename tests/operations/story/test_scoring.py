"""Laws of the Brier score, of its parts, and of the calibration plot."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinamen.errors import ParameterError
from clinamen.operations.story import scoring
from clinamen.operations.story.scoring import calibration_bytes, score

SERIES = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.05, 0.3, 0.5, 0.7, 0.95, 1.0]) | st.floats(0, 1), st.booleans()
    ),
    min_size=1,
    max_size=40,
)


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "_N_SAMPLES", 200)


def test_the_ends() -> None:
    outcomes = [True, False, True]
    assert score([1, 0, 1], outcomes).brier == 0
    assert score([0, 1, 0], outcomes).brier == 1
    assert score([0.5] * 3, outcomes).brier == 0.25


@settings(deadline=None)
@given(SERIES)
def test_the_parts_add_up(series: list[tuple[float, bool]]) -> None:
    chances, outcomes = zip(*series, strict=True)
    found = score(chances, outcomes)
    parts = found.reliability - found.resolution + found.uncertainty
    assert parts == pytest.approx(found.brier, abs=1e-12)
    plain = sum((chance - came) ** 2 for chance, came in series) / len(series)
    assert found.brier == pytest.approx(plain, abs=1e-12)
    assert 0 <= found.brier <= 1
    assert found.reliability >= 0
    assert -1e-12 <= found.resolution <= found.uncertainty + 1e-12 <= 0.25 + 2e-12


def test_who_is_calibrated_has_no_reliability_term() -> None:
    """Of ten said to be 0.3, three come true; of ten at 0.8, eight."""
    chances = [0.3] * 10 + [0.8] * 10
    outcomes = [True] * 3 + [False] * 7 + [True] * 8 + [False] * 2
    found = score(chances, outcomes)
    assert found.reliability == pytest.approx(0, abs=1e-30)
    assert found.brier == pytest.approx((0.3 * 0.7 + 0.8 * 0.2) / 2)
    assert found.resolution == pytest.approx(0.25**2)
    assert [(band.chance, band.share, band.n) for band in found.bands] == [
        (pytest.approx(0.3), 0.3, 10),
        (pytest.approx(0.8), 0.8, 10),
    ]


@settings(deadline=None)
@given(SERIES)
def test_the_order_does_not_matter_but_to_the_samples(series: list[tuple[float, bool]]) -> None:
    chances, outcomes = zip(*series, strict=True)
    one, other = score(chances, outcomes), score(chances[::-1], outcomes[::-1])
    assert one.brier == pytest.approx(other.brier, abs=1e-12)
    assert one.bands == other.bands


@settings(deadline=None)
@given(SERIES)
def test_every_prediction_is_in_one_band(series: list[tuple[float, bool]]) -> None:
    chances, outcomes = zip(*series, strict=True)
    bands = score(chances, outcomes).bands
    assert sum(band.n for band in bands) == len(series)
    assert math.fsum(band.chance * band.n for band in bands) == pytest.approx(math.fsum(chances))
    assert sum(round(band.share * band.n) for band in bands) == sum(outcomes)
    for band in bands:
        assert 0 <= band.low <= band.share + 1e-12
        assert band.share - 1e-12 <= band.high <= 1


@pytest.mark.parametrize("tenth", range(10))
def test_a_tenth_begins_with_itself(tenth: int) -> None:
    bands = score([tenth / 10, tenth / 10 + 0.05], [True, False]).bands
    assert [band.n for band in bands] == [2]


def test_wilson_as_in_the_literature() -> None:
    """R. G. Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, 15 of 148, 0 of 20."""
    for came, n, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605),
                               (0, 20, 0.0, 0.1611)):  # fmt: skip
        band = score([0.3] * n, [True] * came + [False] * (n - came)).bands[0]
        assert (band.low, band.high) == (
            pytest.approx(low, abs=5e-5),
            pytest.approx(high, abs=5e-5),
        )


def test_the_interval_is_that_of_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Against the normal approximation, which is good for 400 predictions."""
    monkeypatch.setattr(scoring, "_N_SAMPLES", 4_000)
    generator = np.random.default_rng(5)
    chances = generator.random(400)
    outcomes = generator.random(400) < chances
    found = score(list(chances), list(outcomes))
    losses = (chances - outcomes) ** 2
    half = 1.96 * losses.std() / 20
    assert found.low == pytest.approx(losses.mean() - half, abs=0.002)
    assert found.high == pytest.approx(losses.mean() + half, abs=0.002)
    again = score(list(chances), list(outcomes))
    assert (again.low, again.high) == (found.low, found.high)
    assert score([0.5], [True]).low is None


@pytest.mark.parametrize(
    ("chances", "outcomes"), [([], []), ([0.5], []), ([1.1], [True]), ([math.nan], [True])]
)
def test_what_is_no_series_is_refused(chances: list[float], outcomes: list[bool]) -> None:
    with pytest.raises(ParameterError):
        score(chances, outcomes)


def test_the_plot_has_a_count_for_every_band() -> None:
    found = score([0.1] * 4 + [0.65] * 13 + [1.0] * 7, [False] * 9 + [True] * 15)
    svg = calibration_bytes(found, "svg")
    texts = {each.text for each in ElementTree.fromstring(svg).iter() if each.text}
    assert {"4", "13", "7"} <= texts
    assert "24 predictions, Brier score" in " ".join(texts)
    assert calibration_bytes(found, "svg") == svg
    assert calibration_bytes(found, "png").startswith(b"\x89PNG")
    with pytest.raises(ParameterError, match="svg or png"):
        calibration_bytes(found, "pdf")
