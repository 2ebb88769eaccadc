"""A run as a user of IDyOM writes it: its names, songs as they come, tables of its shape."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.domains.music.test_listener import SCALE, taught
from tests.domains.music.test_listener import melody as scale_melody
from tests.engine.idyom_reference import (
    EVENTS,
    FOLDS,
    MELODIES,
    ROWS,
    TOLERANCE_BITS,
    parse,
    reference,
)
from tests.engine.idyom_reference import NAMES as CONFIGURATIONS
from tests.engine.test_conformance import LOST_COUNT

from clinamen.domains.music.evaluation import cross_validate, select_viewpoints
from clinamen.domains.music.events import melody_events
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Key, KeyChange, Melody, Song
from clinamen.domains.music.viewpoints import find_viewpoint, parse_viewpoints
from clinamen.engine.model import ModelOptions
from clinamen.engine.resampling import Folds, interleaved_folds, kfold
from clinamen.errors import ParameterError

ROOT = Path(__file__).parents[3]
NAMES = list(MELODIES)
FEW = list(MELODIES.values())[4:10]
GIVEN_FOLDS = [[NAMES.index(name) for name in fold] for fold in FOLDS]
IDYOM = ModelOptions(idyom=True)
AS_SONGS = [Song(melody, title="x", source=f"set/{name}.krn") for name, melody in MELODIES.items()]


def bits(**options: object) -> np.ndarray:
    given = {"viewpoints": "cpint*cpintfref", "folds": 3} | options
    melodies = given.pop("melodies", FEW)
    found = cross_validate(melodies, given.pop("viewpoints"), **given)  # type: ignore[arg-type]
    return np.concatenate(found.information_content)


@pytest.mark.parametrize("memory", ["stm", "ltm", "ltm+", "both", "both+"])
def test_pitch_and_time_together_are_idyoms(memory: str) -> None:
    options = ModelOptions(memory, idyom=True)  # type: ignore[arg-type]
    told: list[tuple[int, int]] = []
    found = cross_validate(
        AS_SONGS,
        "cpitch bioi",
        folds=GIVEN_FOLDS,
        target="(cpitch bioi)",
        options=options,
        progress=lambda *now: told.append(now),
    )
    assert told == [(number, 48) for number in range(1, 49)]
    assert found.n_alphabet == found.parts["onset"].n_alphabet * found.parts["pitch"].n_alphabet
    ours = zip(found.information_content, found.entropy, strict=True)
    for name, figures in zip(NAMES, ours, strict=True):
        printed = reference(f"TGTcpitch_bioi.cpitch_bioi.{memory}", name)
        assert np.abs(np.stack(figures, axis=1) - printed).max() < TOLERANCE_BITS


def difference(name: str, *, idyom: bool) -> np.ndarray:
    """Largest difference of information content and entropy from IDyOM's, one configuration."""
    configuration = parse(name)
    targets = list(configuration.viewpoints)
    found = cross_validate(
        AS_SONGS,
        configuration.viewpoints,
        target=targets if len(targets) > 1 else targets[0],
        folds=GIVEN_FOLDS,
        options=ModelOptions(
            configuration.memory,  # type: ignore[arg-type]
            long_term=configuration.long_term,
            idyom=idyom,
        ),
    )
    ours = zip(found.information_content, found.entropy, strict=True)
    differences = [
        np.abs(np.stack(figures, axis=1) - reference(name, melody)).max(axis=0)
        for melody, figures in zip(NAMES, ours, strict=True)
    ]
    return np.max(differences, axis=0)


def test_the_switch_makes_the_difference_that_the_pages_state() -> None:
    names = [name for name in CONFIGURATIONS if name not in LOST_COUNT]
    switched = np.array([difference(name, idyom=True) for name in names])
    assert switched.max() < TOLERANCE_BITS
    default = np.array([difference(name, idyom=False) for name in names])
    information_content, entropy = default.max(axis=0).round(4)
    n_outside = (default.max(axis=1) > TOLERANCE_BITS).sum()
    for page in ("coming-from-idyom.md", "reference/conformance.md"):
        text = " ".join((ROOT / "docs" / page).read_text("utf-8").split())
        assert f"{information_content} bit of information content" in text
        assert f"{entropy} bit of entropy" in text
        assert f"{n_outside} of {len(names)} configurations" in text


def test_a_melody_may_come_in_any_form() -> None:
    columns = [melody_events(melody) for melody in FEW]
    assert np.array_equal(bits(), bits(melodies=columns))
    assert np.array_equal(bits(), bits(melodies=[FEW[0], *AS_SONGS[5:8], *columns[4:]]))
    assert np.array_equal(bits(), bits(melodies=(melody for melody in FEW)))


def test_viewpoints_may_be_text_or_parsed() -> None:
    assert np.array_equal(bits(), bits(viewpoints=parse_viewpoints("cpint*cpintfref")[0]))
    mixed = [find_viewpoint("cpitch"), "cpint*cpintfref"]
    assert np.array_equal(bits(viewpoints=mixed), bits(viewpoints="cpitch, cpint*cpintfref"))
    pairs = {"bioi": "bioi", "cpitch": "cpitch"}
    joint = bits(viewpoints=pairs, target="joint")
    assert np.array_equal(joint, bits(viewpoints="cpitch bioi", target="joint"))
    assert np.array_equal(bits(viewpoints=pairs), bits(viewpoints="cpitch"))


@pytest.mark.parametrize(
    ("ours", "idyoms", "viewpoint"),
    [("pitch", "cpitch", "cpitch"), ("onset", "bioi", "bioi"), ("duration", "dur", "dur")],
)
def test_targets_go_by_both_names(ours: str, idyoms: str, viewpoint: str) -> None:
    same = [bits(target=name, viewpoints=viewpoint) for name in (ours, idyoms, [idyoms])]
    assert np.array_equal(same[0], same[1])
    assert np.array_equal(same[0], same[2])
    listener = taught(SCALE)
    tune = scale_melody(SCALE)
    one, other = (listener.hear(tune, target=name) for name in (ours, idyoms))
    assert one.target == other.target == ours
    assert np.array_equal(one.information_content, other.information_content)


def test_a_listener_hears_the_joint_target_by_idyoms_name() -> None:
    heard = taught(SCALE).hear(scale_melody(SCALE), target="(cpitch bioi)")
    assert heard.target == "joint"


def test_folds_may_be_a_number_with_or_without_a_seed() -> None:
    assert cross_validate(FEW, "cpitch", folds=3).folds == interleaved_folds(6, 3)
    seeded = cross_validate(FEW, "cpitch", folds=3, seed=7).folds
    assert seeded == kfold(6, 3, np.random.default_rng(7), seed=7)
    assert seeded.seed == 7
    explicit = cross_validate(FEW, "cpitch", folds=[[0, 1, 2], [3, 4, 5]]).folds
    assert explicit == Folds(6, ((0, 1, 2), (3, 4, 5)))
    chosen = select_viewpoints(FEW, "cpitch cpint", folds=3, seed=7)
    again = cross_validate(FEW, chosen.members, folds=3, seed=7)
    assert again.mean_over_melodies == chosen.score


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"folds": "ten"}, "folds must be a number, Folds, or a list"),
        ({"folds": 2.0}, "folds must be .*, not float"),
        ({"folds": None}, "folds must be .*, not NoneType"),
        ({"folds": True}, "folds must be .*, not bool"),
        ({"folds": 1}, "number of folds must be from 2 to the 6 items, not 1"),
        ({"folds": 7}, "number of folds must be from 2 to the 6 items, not 7"),
        ({"folds": [[0, 1], [2, 3]]}, "folds of 4 items do not fit 6 melodies"),
        ({"folds": interleaved_folds(6, 2), "seed": 1}, "a seed goes with a number of folds"),
        ({"melodies": FEW[0]}, "melodies must be several .*, not one Melody"),
        ({"melodies": "songs/"}, "melodies must be several .*, not one str"),
        ({"melodies": [*FEW, "a.krn"]}, "Songs, Melodies or MelodyEvents; number 6 is str"),
        ({"melodies": [*FEW, Melody(())]}, "at least one note; number 6 has none"),
        ({"viewpoints": 5}, "viewpoints must be text or viewpoints, not int"),
        ({"viewpoints": [5]}, "viewpoints must be text or viewpoints, not int"),
        ({"target": "colour"}, r"target must be onset, pitch.* \(cpitch bioi\)\), not 'colour'"),
        ({"target": 3}, "target must be .*, not 3"),
        ({"options": "both+"}, r"options must be ModelOptions.*, not 'both\+'"),
        ({"known": "onset"}, "known must be several names"),
        ({"known": 1}, "known must be several names"),
        ({"known": ["colour"]}, "target must be"),
        ({"target": "cpitch dur"}, "target must be"),
        ({"target": "joint", "viewpoints": "cpitch"}, "joint needs viewpoints for onset and for"),
        ({"target": "joint", "viewpoints": "cpitch inscale"}, "joint needs"),
        (
            {"target": "joint", "viewpoints": "cpitch bioi", "known": frozenset()},
            "what is known follows from the chain rule",
        ),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(wrong: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        bits(**wrong)


def test_selection_is_for_one_target() -> None:
    with pytest.raises(ParameterError, match="for one target"):
        select_viewpoints(FEW, "cpitch bioi", folds=3, target="joint")
    by_idyoms_name = select_viewpoints(FEW, "bioi", folds=3, target="bioi")
    assert by_idyoms_name.members == parse_viewpoints("bioi")


def test_a_listener_says_what_it_can_hear() -> None:
    with pytest.raises(ParameterError, match="a song must be a Song or a Melody, not str"):
        Listener().hear("song.abc")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="a song must be a Song or a Melody, not str"):
        Listener().learn(["song.abc"])  # type: ignore[list-item]
    with pytest.raises(ParameterError, match=r"options must be ModelOptions.*, not 'ltm'"):
        Listener().hear(FEW[0], options="ltm")  # type: ignore[arg-type]


def test_what_is_known_goes_by_both_names() -> None:
    timed, untimed = (bits(viewpoints="cpint*bioi", known=known) for known in (["bioi"], []))
    assert np.array_equal(timed, bits(viewpoints="cpint*bioi", known=frozenset({"onset"})))
    assert not np.array_equal(timed, untimed)


def in_mode(melody: Melody, mode: str) -> Melody:
    return melody.replace(keys=(KeyChange(Fraction(0), Key(0, mode)),))  # type: ignore[arg-type]


def test_compatibility_includes_the_tonic() -> None:
    """One switch: what the option says holds for the columns that are made under it."""
    # D dorian beside A minor: with one mode in all, the tonic would only rename degrees.
    modes = ["dorian", "minor"] * 3
    modal = [in_mode(melody, mode) for melody, mode in zip(FEW, modes, strict=True)]
    theirs = [melody_events(melody, idyom_tonic=True) for melody in modal]
    ours = [melody_events(melody) for melody in modal]
    found = bits(melodies=modal, viewpoints="cpintfref", options=IDYOM)
    assert np.array_equal(found, bits(melodies=theirs, viewpoints="cpintfref", options=IDYOM))
    assert not np.allclose(found, bits(melodies=ours, viewpoints="cpintfref", options=IDYOM))
    chosen = select_viewpoints(modal, "cpintfref", folds=3, options=IDYOM)
    assert chosen.score == select_viewpoints(theirs, "cpintfref", folds=3, options=IDYOM).score


def test_a_listener_in_compatibility_takes_idyoms_tonic() -> None:
    # D dorian has the signature of A minor: IDyOM counts degrees from A.
    modal = in_mode(FEW[0], "dorian")
    minor = in_mode(FEW[0], "minor")
    listener = Listener(viewpoints={"pitch": "cpintfref"})
    listener.learn([in_mode(FEW[1], "minor")])
    heard = [
        listener.hear(each, options=options).information_content
        for options in (IDYOM, ModelOptions())
        for each in (modal, minor)
    ]
    assert np.array_equal(heard[0], heard[1])
    assert not np.allclose(heard[2], heard[3])
    learnt = [Listener(options=options) for options in (IDYOM, ModelOptions())]
    for listener in learnt:
        listener.learn([modal])
    tables = [
        each.memories["pitch", "interval*interval_from_tonic"].lens.tables[1].values()
        for each in learnt
    ]
    degrees = {(note.pitch - 9) % 12 for note in modal.notes}
    assert set(tables[0].tolist()) == degrees != set(tables[1].tolist())


def test_the_joint_entropy_of_a_listener_in_compatibility_counts_unscaled_rows() -> None:
    listener = Listener(viewpoints={"pitch": "cpitch", "onset": "bioi"}, options=IDYOM)
    listener.learn(list(MELODIES.values()) * 3)
    heard = listener.hear(FEW[2], target="joint", model="both+")
    p, q = (heard.parts[name].distribution for name in ("onset", "pitch"))
    product = (p[:, :, None] * q[:, None, :]).reshape(len(p), -1)
    assert np.abs(product.sum(axis=1) - 1).max() > 1e-6
    np.testing.assert_allclose(heard.entropy, -(product * np.log2(product)).sum(axis=1), atol=1e-9)


def test_a_table_has_idyoms_columns_and_survives_a_file() -> None:
    found = cross_validate(AS_SONGS, "cpint*cpintfref", folds=GIVEN_FOLDS, options=IDYOM)
    frame = found.to_frame(idyom=True, timebase=96, dataset_id=9)
    read = pd.read_csv(io.StringIO(frame.to_csv(index=False)))
    assert list(read.columns[:4]) == ["dataset.id", "melody.id", "note.id", "melody.name"]
    wanted = {"cpitch", "onset", "dur", "information.content", "entropy", "probability"}
    assert wanted <= set(read.columns)
    assert set(read["dataset.id"]) == {9}
    assert read["melody.name"].tolist() == [row["melody"] for row in ROWS]
    assert read["cpitch"].tolist() == [int(row["midi_pitch"]) for row in ROWS]
    assert read["melody.id"].drop_duplicates().tolist() == list(range(1, 25))
    assert (read["note.id"] == 1).sum() == 24
    notes = [note for melody in MELODIES.values() for note in melody.notes]
    assert read["onset"].tolist() == [note.onset_quarters * 24 for note in notes]
    assert read["dur"].dtype.kind == "i"
    column = "cpintXcpintfref.both+.ic"
    expected = np.array([float(row[column]) for row in ROWS])
    assert np.abs(read["information.content"] - expected).max() < TOLERANCE_BITS


def test_a_table_of_our_own_has_quarters_and_the_fold() -> None:
    found = cross_validate(FEW, "cpitch bioi", folds=3, target="joint")
    frame = found.to_frame()
    assert frame["fold"].tolist()[0] == 1
    assert frame.groupby("melody")["fold"].first().tolist() == [1, 2, 3, 1, 2, 3]
    parts = frame["onset_information_content"] + frame["pitch_information_content"]
    np.testing.assert_allclose(parts, frame["information_content"])
    np.testing.assert_allclose(-np.log2(frame["probability"]), frame["information_content"])
    assert frame["onset_quarters"].tolist()[:2] == [
        float(note.onset_quarters) for note in FEW[0].notes[:2]
    ]
    assert set(frame["melody_name"]) == {""}
    with pytest.raises(ParameterError, match="idyom=True"):
        found.to_frame(timebase=96)


def test_a_song_heard_has_its_name_and_ticks_too() -> None:
    heard = Listener().hear(AS_SONGS[0], model="stm")
    frame = heard.to_frame(idyom=True, timebase=96)
    assert set(frame["melody.name"]) == {NAMES[0]}
    notes = AS_SONGS[0].melody.notes
    assert frame["dur"].tolist() == [note.duration_quarters * 24 for note in notes]
    assert heard.to_frame(idyom=True)["dur"].tolist() == [n.duration_quarters for n in notes]
    third = heard.to_frame(idyom=True, timebase=5)["dur"]
    assert third.dtype.kind == "f"
    assert "melody.name" not in Listener().hear(FEW[0], model="stm").to_frame(idyom=True)
    for wrong in (0, -1, 2.5, True):
        with pytest.raises(ParameterError, match="timebase must be"):
            heard.to_frame(idyom=True, timebase=wrong)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="idyom=True"):
        heard.to_frame(timebase=96)


def test_what_is_printed_is_short_and_says_what_it_is() -> None:
    found = cross_validate(list(EVENTS.values()), "cpint,cpintfref linked; cpitch", folds=4)
    chosen = select_viewpoints(FEW, "cpitch cpint", folds=3, max_parts=2)
    heard = Listener().hear(FEW[0], model="stm")
    listener = taught(SCALE)
    expected = (
        (found, "bits per note; 24 melodies, 550 notes; pitch from (cpint cpintfref), cpitch; "),
        (found.folds, "4 interleaved, of 24 items"),
        (kfold(6, 3, np.random.default_rng(7), seed=7), "3 random (seed 7), of 6 items"),
        (chosen, "steps from inf"),
        (chosen.steps[0], "add +"),
        (heard, "events: pitch"),
        (heard.to_frame, "Expectation of"),
        (find_viewpoint("cpint"), "<Viewpoint cpint>"),
        (parse_viewpoints("cpint*dur")[0], "<Viewpoint (cpint dur)>"),
        (EVENTS["syn01"], "notes>"),
    )
    for value, part in expected:
        assert part in repr(value)
        assert len(repr(value)) < 200
    assert "1 melodies, 9 notes" in repr(listener)
    assert len(repr(listener)) < 300
    assert str(find_viewpoint("interval")) == "cpint"
