"""Listeners by name or path, and into files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.domains.music.test_listener import SCALE, melody, taught

import clinamen
from clinamen.errors import FormatError, MissingError, ParameterError


@pytest.mark.parametrize("name", ["mine.listener", "mine.clinamen", "mine", "songs"])
def test_a_saved_listener_is_loaded_from_any_path(name: str, tmp_path: Path) -> None:
    listener = taught(SCALE, SCALE)
    path = tmp_path / name
    clinamen.save_listener(listener, path)
    assert [each.name for each in tmp_path.iterdir()] == [name]  # nothing half-written stays
    for given in (path, str(path)):
        again = clinamen.load_listener(given)
        assert again.n_notes == listener.n_notes
        here, there = (each.hear(melody(SCALE), model="both+") for each in (listener, again))
        np.testing.assert_allclose(here.distribution, there.distribution, atol=1e-12)


def test_a_relative_path_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    clinamen.save_listener(taught(SCALE), "mine.clinamen")
    assert clinamen.load_listener("./mine.clinamen").n_melodies == 1
    assert clinamen.load_listener("mine.clinamen").n_melodies == 1


def test_a_shipped_name_comes_before_a_file_in_this_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clinamen.save_listener(taught(SCALE), "songs")
    assert clinamen.load_listener("songs").n_melodies == 6602
    assert clinamen.load_listener("./songs").n_melodies == 1
    assert clinamen.load_listener(Path("songs")).n_melodies == 1


def test_a_file_that_is_there_is_replaced_whole_or_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.listener"
    clinamen.save_listener(taught(SCALE), path)
    clinamen.save_listener(taught(SCALE, SCALE), path)
    assert clinamen.load_listener(path).n_melodies == 2

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(MissingError, match="cannot be written"):
        clinamen.save_listener(taught(SCALE), path)
    assert clinamen.load_listener(path).n_melodies == 2
    assert len(list(tmp_path.iterdir())) == 1


def test_what_is_no_listener_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="must be a Listener, not str"):
        clinamen.save_listener("mine", tmp_path / "x")  # type: ignore[arg-type]
    with pytest.raises(MissingError, match="does not exist"):
        clinamen.save_listener(taught(SCALE), tmp_path / "no" / "x.listener")
    (tmp_path / "notes.txt").write_text("words")
    with pytest.raises(FormatError, match="not a listener file"):
        clinamen.load_listener(tmp_path / "notes.txt")
    with pytest.raises(MissingError, match="no such file"):
        clinamen.load_listener("./not-there")
    with pytest.raises(MissingError, match="no listener is called 'nobody'"):
        clinamen.load_listener("nobody")
    with pytest.raises(MissingError):
        clinamen.load_listener("")
