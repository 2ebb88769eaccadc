"""The picture of an expectation: whatever its size, the same bytes every time."""

from __future__ import annotations

import re

import numpy as np
import pytest

from clinamen.engine._plot import _round_stride, color_limit, draw_expectation, figure_bytes
from clinamen.engine.expectation import Expectation


def expectation(n_events: int, **columns: list[object]) -> Expectation:
    rng = np.random.default_rng(n_events)
    distribution = rng.dirichlet(np.ones(5), n_events)
    symbols = rng.integers(0, 5, n_events)
    return Expectation(
        "pitch",
        -np.log2(distribution[np.arange(n_events), symbols]),
        -(distribution * np.log2(distribution)).sum(axis=1),
        np.arange(60, 65),
        ("C4", "C#4", "D4", "Eb4", "E4"),
        symbols,
        distribution,
        columns=columns,
    )


def music(n_events: int) -> Expectation:
    return expectation(
        n_events,
        onset_quarters=[float(i) for i in range(n_events)],
        duration_quarters=[0.5] * n_events,
        bar=[i // 4 + 1 for i in range(n_events)],
        beat=[float(i % 4 + 1) for i in range(n_events)],
        pitch=[60 + i % 5 for i in range(n_events)],
        name=[("C4", "C#4", "D4", "Eb4", "E4")[i % 5] for i in range(n_events)],
    )


@pytest.mark.parametrize("n_events", [1, 2, 40, 5000])
@pytest.mark.parametrize("make", [music, expectation])
def test_any_number_of_events(n_events: int, make: object) -> None:
    figure = draw_expectation(make(n_events))  # type: ignore[operator]
    assert figure_bytes(figure, "png").startswith(b"\x89PNG")


def test_the_picture_is_1600_by_900() -> None:
    png = figure_bytes(draw_expectation(music(8)), "png")
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (1600, 900)


def test_svg_is_the_same_every_time_and_holds_words() -> None:
    first = figure_bytes(draw_expectation(music(40)), "svg")
    assert first == figure_bytes(draw_expectation(music(40)), "svg")
    text = first.decode()
    assert "information content" in text
    assert "entropy: how open the moment was" in text
    assert "bits" in text
    assert "Eb4" in text
    assert "dc:date" not in text


def test_without_pitch_there_is_one_panel_over_events() -> None:
    assert len(draw_expectation(music(8)).axes) == 3  # roll, curves, colour scale
    figure = draw_expectation(expectation(8))
    assert len(figure.axes) == 2
    assert figure.axes[0].get_xlabel() == "event"


def test_bars_are_marked_where_events_prove_their_start() -> None:
    heard = expectation(
        6,
        onset_quarters=[0.0, 1.0, 5.0, 10.0, 14.0, 15.0],
        bar=[0, 1, 2, 3, 4, 4],
        beat=[4.0, 1.0, 1.0, 2.0, 2.0, 3.0],
        pitch=[60, 61, 62, 63, 64, 60],
    )
    curves = draw_expectation(heard).axes[1]
    assert [label.get_text() for label in curves.get_xticklabels()] == ["1", "2", "4"]
    assert list(curves.get_xticks()) == [1.0, 5.0, 13.0]


def test_an_impossible_event_is_drawn_at_the_top() -> None:
    heard = music(4)
    heard.information_content[2] = np.inf
    assert b"<svg" in figure_bytes(draw_expectation(heard), "svg")
    assert color_limit(heard.information_content) >= 6


def test_one_outlier_does_not_stretch_the_colours() -> None:
    bits = np.full(200, 2.0)
    bits[7] = 40.0
    assert color_limit(bits) == 6


def test_bar_numbers_are_thinned_to_round_ones() -> None:
    assert [_round_stride(n) for n in (0, 1, 2, 4, 5, 9, 10, 69, 500)] == [
        1, 2, 5, 5, 10, 10, 20, 100, 1000,
    ]  # fmt: skip
    labels = draw_expectation(music(900)).axes[1].get_xticklabels()
    numbers = [int(re.sub(r"\D", "", label.get_text())) for label in labels]
    assert len(numbers) <= 25
    assert all(number % 10 == 0 for number in numbers)


def test_pyplot_is_not_touched() -> None:
    import subprocess
    import sys

    code = (
        "import sys, numpy as np\n"
        "from clinamen.engine.expectation import Expectation\n"
        "one = np.ones(1)\n"
        "e = Expectation('x', one, one, np.array([0]), ('a',), np.array([0]), one[:, None])\n"
        "e.plot()\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
