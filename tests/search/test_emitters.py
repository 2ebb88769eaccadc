"""Emitters, on problems whose answers are known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from clinamen.errors import ParameterError
from clinamen.search import Archive, Axis, EvolutionEmitter, Scheduler, VariationEmitter

FloatArray = npt.NDArray[np.float64]
Vector = tuple[float, ...]
D = 20
"""Dimensions of the sphere."""

_STEP = 0.5


def key(vector: Vector) -> bytes:
    return np.array(vector).tobytes()


def decode(vectors: FloatArray) -> list[Vector]:
    return [tuple(vector) for vector in vectors.tolist()]


def encode(vector: Vector) -> FloatArray:
    return np.array(vector)


def start(n: int, rng: np.random.Generator) -> list[Vector]:
    return decode(_STEP * rng.standard_normal((n, D)))


def vary(parents, rng: np.random.Generator) -> list[Vector]:
    return decode(np.array(parents) + _STEP * rng.standard_normal((len(parents), D)))


def sphere(solutions) -> tuple[FloatArray, FloatArray]:
    """The task of the CMA-ME paper: a shifted sphere, and sums that are clipped to measure."""
    x = np.array(solutions).reshape(-1, D)
    worst = D * (5.12 + 0.4 * 5.12) ** 2
    objectives = np.maximum(0.0, 1 - ((x - 0.4 * 5.12) ** 2).sum(axis=1) / worst)
    clipped = np.where(np.abs(x) <= 5.12, x, 5.12 / np.where(x == 0, 1, x))
    halves = clipped[:, : D // 2].sum(axis=1), clipped[:, D // 2 :].sum(axis=1)
    return objectives, np.stack(halves, axis=1)


def empty() -> Archive[Vector]:
    bound = 5.12 * D / 2
    return Archive([Axis("left", -bound, bound, 30), Axis("right", -bound, bound, 30)], key)


def evolution(
    archive: Archive[Vector], n_batch: int | None = None, full: bool = False
) -> EvolutionEmitter[Vector]:
    return EvolutionEmitter(
        archive, decode, encode, x0=np.zeros(D), sigma=_STEP, n_batch=n_batch, full=full
    )


def run(archive: Archive[Vector], emitter, n: int, *, seed: int = 1, batch: int = 36) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(n // batch):
        solutions = emitter.ask(batch, rng)
        objectives, measures = sphere(solutions)
        added = archive.add(solutions, objectives, measures)
        emitter.tell(solutions, objectives, measures, added)


@pytest.mark.parametrize(("full", "more"), [(False, 1.2), (True, 1.5)])
def test_evolution_covers_more_than_variation_at_equal_evaluations(full: bool, more: float) -> None:
    """As in the paper, on the sum of three seeds; the margin is below what is measured."""
    scores: list[list[tuple[float, float]]] = []
    for seed in (1, 2, 3):
        archives = empty(), empty()
        run(archives[0], evolution(archives[0], 36, full), 7200, seed=seed)
        run(archives[1], VariationEmitter(archives[1], vary, start), 7200, seed=seed)
        scores.append([(each.coverage, each.qd_score) for each in archives])
    evolved, varied = np.sum(scores, axis=0)
    assert (evolved > more * varied).all()


def test_evolution_draws_the_same_for_the_same_seed() -> None:
    archives = [empty() for _ in range(3)]
    for archive, seed in zip(archives, (1, 1, 2), strict=True):
        run(archive, evolution(archive), 720, seed=seed)
    assert archives[0].elites == archives[1].elites
    assert archives[0].elites != archives[2].elites


def test_evolution_goes_on_whatever_the_number_asked_for() -> None:
    """A generation of 10 that is asked for by 7, 25 and 1."""
    archive = empty()
    emitter, rng = evolution(archive, 10), np.random.default_rng(1)
    for n in [7, 25, 1, 0, 7] * 10:
        solutions = emitter.ask(n, rng)
        objectives, measures = sphere(solutions)
        assert len(solutions) == n
        emitter.tell(solutions, objectives, measures, archive.add(solutions, objectives, measures))
    assert archive.coverage > 0


def test_evolution_begins_again_where_nothing_is_gained() -> None:
    archive = empty()
    archive.add([tuple(np.full(D, 2.0))], [1.0], [[0.0, 0.0]])
    asked: list[int] = []

    def noted(vector: Vector) -> FloatArray:
        asked.append(1)
        return encode(vector)

    emitter = EvolutionEmitter(archive, decode, noted, x0=np.zeros(D), sigma=0.01, n_batch=6)
    rng = np.random.default_rng(1)
    first = emitter.ask(6, rng)
    assert np.allclose(first, 2.0, atol=0.1), "begins at the elite"
    nothing = archive.add(first, np.zeros(6), np.zeros((6, 2)))
    emitter.tell(first, np.zeros(6), np.zeros((6, 2)), nothing)
    emitter.ask(6, rng)
    assert len(asked) == emitter.n_restarts == 2


def test_evolution_ranks_new_cells_first() -> None:
    """Who goes right wins a new cell, and gains less by it than the others do on an old one."""
    archive = empty()
    emitter, rng = evolution(archive, 20), np.random.default_rng(1)
    archive.add([tuple(np.zeros(D))], [1.0], [[0.0, 0.0]])
    means = []
    for generation in range(1, 15):
        solutions = emitter.ask(20, rng)
        firsts = np.array(solutions)[:, 0]
        means.append(firsts.mean())
        goes_right = firsts > np.median(firsts)
        objectives = np.where(goes_right, 0.1, 2.0 + generation)
        measures = np.where(goes_right, -51 + 3.5 * generation, 0.0)[:, None] * [1.0, 1.0]
        added = archive.add(solutions, objectives, measures)
        assert added.status.tolist() == np.where(goes_right, 2, 1).tolist()
        emitter.tell(solutions, objectives, measures, added)
    assert means[-1] > means[0] + 0.5


def test_variation_starts_afresh_as_often_as_it_is_told() -> None:
    archive = empty()
    archive.add([tuple(np.full(D, 100.0))], [1.0], [[0.0, 0.0]])
    emitter = VariationEmitter(archive, vary, start, fresh=0.25)
    made = np.array(emitter.ask(2000, np.random.default_rng(1)))
    assert 0.2 < (made[:, 0] < 50).mean() < 0.3
    assert len(VariationEmitter(empty(), vary, start).ask(3, np.random.default_rng(1))) == 3


def test_variation_goes_out_from_the_edge() -> None:
    """Five elites in a cross: the one in the middle has four beside it, the others one."""
    archive = empty()
    cells = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]
    width = 5.12 * D / 30
    middle = [(width * (a + 0.5), width * (b + 0.5)) for a, b in cells]
    archive.add([tuple(np.full(D, 100.0 * k)) for k in range(5)], np.ones(5), middle)
    made = np.array(
        VariationEmitter(archive, vary, start, edge=2.0).ask(2000, np.random.default_rng(1))
    )
    # 1/25 to four times 1/4.
    assert (made[:, 0] < 50).mean() == pytest.approx(1 / 26, abs=0.015)


def test_wrong_numbers_are_refused() -> None:
    archive = empty()
    rng = np.random.default_rng(1)
    with pytest.raises(ParameterError, match="3 solutions were asked for, 1 were made"):
        VariationEmitter(archive, vary, lambda n, rng: start(1, rng)).ask(3, rng)
    with pytest.raises(ParameterError, match="from 0 to 1"):
        VariationEmitter(archive, vary, start, fresh=1.5)
    for options in ({"x0": np.zeros(1)}, {"x0": np.zeros((2, 2))}, {"sigma": 0.0}, {"n_batch": 1}):
        with pytest.raises(ParameterError):
            EvolutionEmitter(
                archive, decode, encode, **{"x0": np.zeros(3), "sigma": 1.0, **options}
            )
    emitter = evolution(archive)
    solutions = emitter.ask(5, rng)
    objectives, measures = sphere(solutions[:4])
    added = archive.add(solutions[:4], objectives, measures)
    with pytest.raises(ParameterError, match="5 solutions were asked for, 4 are told"):
        emitter.tell(solutions[:4], objectives, measures, added)


def test_a_scheduler_gives_more_to_who_gains_more() -> None:
    archive = empty()
    stuck = VariationEmitter(archive, lambda parents, rng: [(0.0,) * D] * len(parents),
                             lambda n, rng: [(0.0,) * D] * n)  # fmt: skip
    scheduler = Scheduler(archive, {"stuck": stuck, "evolution": evolution(archive)}, least=0.05)
    rng = np.random.default_rng(1)
    for _ in range(20):
        solutions = scheduler.ask(50, rng)
        assert len(solutions) == 50
        scheduler.tell(*sphere(solutions))
    assert scheduler.shares["evolution"] == pytest.approx(0.95, abs=0.05)
    tallies = scheduler.tallies
    assert tallies["evolution"].n_asked > 800
    assert tallies["stuck"].n_asked >= 20 * 50 * 0.05 - 1
    assert sum(tally.n_asked for tally in tallies.values()) == 1000
    assert sum(tally.n_new for tally in tallies.values()) == len(archive)
    assert sum(tally.gained for tally in tallies.values()) == pytest.approx(archive.qd_score)
    assert {elite.origin for elite in archive.elites} <= {"stuck", "evolution"}


def test_shares_follow_what_was_gained_of_late() -> None:
    """One emitter wins many cells that are worth little, the other few that are worth much."""
    archive = empty()
    many, few = (VariationEmitter(archive, vary, start) for _ in range(2))
    scheduler = Scheduler(archive, {"many": many, "few": few}, least=0.0)
    rng = np.random.default_rng(1)

    def told(objectives: list[float], places: list[float]) -> None:
        scheduler.ask(len(objectives), rng)
        scheduler.tell(objectives, [[place, place] for place in places])

    told([0.1, 0.1, 1.2, 0.0], [-40, -30, 30, 30])
    assert scheduler.tallies["many"].n_new == 2
    assert scheduler.shares["few"] == pytest.approx(1.2 / 1.4)
    scheduler = Scheduler(archive, {"many": many, "few": few}, least=0.25)
    told([1.0, 0.0, 0.0, 0.0], [-20, -20, 30, 30])
    told([0.0] * 8, [-20] * 8)
    told([0.0] * 8, [-20] * 8)
    assert scheduler.tallies["many"].n_asked == 2 + 6 + 6
    told([0.0] * 6 + [1.0, 1.0], [-20] * 6 + [-10, 10])
    # 1 of 2 at first, long ago; then 2 of 2.
    gained = np.array([1.0 * 0.9**3, 2.0])
    tried = np.array([2 * 0.9**3 + 6 * (0.9**2 + 0.9 + 1), 2 * (0.9**3 + 0.9**2 + 0.9 + 1)])
    rates = gained / tried
    assert scheduler.shares["few"] == pytest.approx(0.25 + 0.5 * rates[1] / rates.sum())


def test_a_scheduler_owes_nobody_for_long() -> None:
    """One solution a round: who gets a tenth gets every tenth."""
    archive = empty()
    emitters = {name: VariationEmitter(archive, vary, start) for name in ("a", "b", "c")}
    scheduler = Scheduler(archive, emitters, least=0.1)
    rng = np.random.default_rng(1)
    for _ in range(100):
        scheduler.tell(*sphere(scheduler.ask(1, rng)))
    assert all(tally.n_asked >= 9 for tally in scheduler.tallies.values())


def test_a_scheduler_refuses_what_does_not_fit() -> None:
    archive = empty()
    with pytest.raises(ParameterError, match="needs an emitter"):
        Scheduler(archive, {})
    with pytest.raises(ParameterError, match=r"at least .* each"):
        Scheduler(archive, {"a": evolution(archive), "b": evolution(archive)}, least=0.6)
    scheduler = Scheduler(archive, {"a": evolution(archive)})
    with pytest.raises(ParameterError, match="one solution or more"):
        scheduler.ask(0, np.random.default_rng(1))
    scheduler.ask(4, np.random.default_rng(1))
    with pytest.raises(ParameterError, match="4 solutions were asked for"):
        scheduler.tell(np.zeros(3), np.zeros((4, 2)))
    with pytest.raises(ParameterError, match="4 solutions were asked for"):
        scheduler.tell(np.zeros(4), np.zeros((5, 2)))
