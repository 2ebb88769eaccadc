"""Indexes of one's own listeners: kept beside them, joined when they are, never another's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.operations.test_learn import EXAMPLES, Notebook, request

import clinamen
from clinamen.errors import FormatError, MissingError, ParameterError
from clinamen.operations.fingerprints import fingerprints_path, load_fingerprints
from clinamen.operations.learn import learn_to_file
from clinamen.operations.listener_summary import summarise_listener
from clinamen.operations.merge import MergeRequest, merge_to_file
from clinamen.operations.originality import originality_of

SAKURA, KNOTS = (str(EXAMPLES / name) for name in ("sakura.abc", "knots.abc"))


@pytest.fixture(scope="module")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two listeners, each of one song, and their indexes."""
    folder = tmp_path_factory.mktemp("learnt")
    for name, song in (("sakura", SAKURA), ("knots", KNOTS)):
        learn_to_file(request([song], folder / f"{name}.listener", name=name), Notebook().watcher)
    return folder


def titles(listener: Path) -> tuple[str, ...]:
    return load_fingerprints(listener).tunes.titles


def test_what_was_learnt_is_known_again(learnt: Path) -> None:
    listener = learnt / "sakura.listener"
    assert titles(listener) == ("Sakura Sakura",)
    assert load_fingerprints(listener).baseline.names == ("sakura",)
    line = originality_of(clinamen.read(SAKURA), listener=listener).line
    assert "50 notes, bars 1-14 of “Sakura Sakura”" in line
    (summary,) = summarise_listener(listener)
    assert summary.n_indexed == 1


def test_a_merge_knows_what_both_know_in_either_order(learnt: Path, tmp_path: Path) -> None:
    files = [learnt / "sakura.listener", learnt / "knots.listener"]
    for order in (files, files[::-1]):
        output = str(tmp_path / f"{order[0].stem}.listener")
        merge_to_file(MergeRequest(tuple(order), output, "both"))
        assert sorted(titles(Path(output))) == ["Knots", "Sakura Sakura"]
    one, other = (Path(fingerprints_path(tmp_path / f"{f.stem}.listener")) for f in files)
    assert one.read_bytes() == other.read_bytes()


def test_a_listener_that_was_added_to_knows_the_new_songs_too(learnt: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.listener"
    for suffix in (".listener", ".fingerprints"):
        shutil.copy(learnt / f"sakura{suffix}", own.with_suffix(suffix))
    learn_to_file(request([KNOTS], own, add_to=str(own), overwrite=True), Notebook().watcher)
    assert titles(own) == ("Sakura Sakura", "Knots")


def test_a_part_without_an_index_leaves_none_and_that_is_said(learnt: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.listener"
    shutil.copy(learnt / "sakura.listener", bare)
    with pytest.raises(MissingError, match="has no index of fingerprints"):
        load_fingerprints(bare)
    (summary,) = summarise_listener(bare)
    assert summary.n_indexed == 0

    output = tmp_path / "more.listener"
    shutil.copy(learnt / "knots.listener", output)
    shutil.copy(learnt / "knots.fingerprints", fingerprints_path(output))
    notebook = Notebook()
    again = request([KNOTS], output, add_to=str(bare), overwrite=True)
    learn_to_file(again, notebook.watcher)
    assert [note for note in notebook.notes if "is not indexed" in note]
    assert not Path(fingerprints_path(output)).exists()

    told: list[str] = []
    files = (bare, learnt / "knots.listener")
    merge_to_file(MergeRequest(files, str(tmp_path / "both.listener"), "both"), told.append)
    assert "is not indexed" in told[0]


def test_the_index_of_another_listener_is_refused(learnt: Path, tmp_path: Path) -> None:
    shutil.copy(learnt / "sakura.listener", tmp_path / "x.listener")
    shutil.copy(learnt / "knots.fingerprints", tmp_path / "x.fingerprints")
    with pytest.raises(FormatError, match="belongs to another listener than"):
        load_fingerprints(tmp_path / "x.listener")


def test_what_is_no_index_is_not_replaced_by_one(tmp_path: Path) -> None:
    letters = tmp_path / "mine.fingerprints"
    letters.write_text("of my thumbs")
    with pytest.raises(ParameterError, match="is no index of fingerprints, and is not replaced"):
        learn_to_file(request([KNOTS], tmp_path / "mine.listener"), Notebook().watcher)
    assert letters.read_text() == "of my thumbs"
    assert not (tmp_path / "mine.listener").exists()


def test_a_listener_that_is_not_there_has_no_index(tmp_path: Path) -> None:
    with pytest.raises(MissingError, match="no such file"):
        load_fingerprints(tmp_path / "none.listener")
    with pytest.raises(MissingError, match="no such file"):
        load_fingerprints("nobody")
