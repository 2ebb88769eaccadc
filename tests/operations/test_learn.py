"""The verb `learn`: the same bytes for the same songs, and a listener that always hears."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from tests.domains.music.melodies import melodies
from tests.domains.music.test_listener import SCALE, melody

import clinamen
from clinamen.domains.music.listener import Listener
from clinamen.errors import ClinamenError, FormatError, MissingError, ParameterError
from clinamen.io.listener_file import write_listener
from clinamen.operations._learn_songs import music_files
from clinamen.operations.learn import (
    LearnRequest,
    LearnSettings,
    Watcher,
    learn,
    learn_to_file,
    part_of,
)
from clinamen.operations.listeners import load_listener
from clinamen.operations.merge import MergeRequest, merge_to_file

EXAMPLES = Path(__file__).parents[2] / "examples"
TUNES = [str(EXAMPLES / name) for name in ("sakura.abc", "knots.abc", "greensleeves.abc")]
ONE_PASS: dict[str, Any] = {"targets": ("onset", "pitch"), "n_passes": 1, "weights": "new"}


class Notebook:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self.notes: list[str] = []
        self.read: list[tuple[int, int]] = []
        self.learnt: list[tuple[str, int, int]] = []

    @property
    def watcher(self) -> Watcher:
        return Watcher(
            lambda error, file: self.errors.append(f"{file}: {error}"),
            self.notes.append,
            lambda *done: self.read.append(done),
            lambda *done: self.learnt.append(done),
        )


def request(files: list[str], output: Path, **changes: Any) -> LearnRequest:
    fewest, overwrite = changes.pop("fewest", 1), changes.pop("overwrite", False)
    settings = LearnSettings(**{"name": "mine", **ONE_PASS, **changes})
    return LearnRequest(tuple(files), str(output), settings, fewest, overwrite)


def learnt(output: Path, files: list[str] = TUNES, **changes: Any) -> bytes:
    learn_to_file(request(files, output, **changes), Notebook().watcher)
    return output.read_bytes()


@lru_cache(maxsize=1)
def small() -> Listener:
    """Has learnt one tune of nine notes, for all targets."""
    return learn([melody(SCALE)], n_passes=1, weights="new")


def test_the_same_songs_and_settings_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = learnt(tmp_path / "a"), learnt(tmp_path / "b")
    assert one == other
    assert learnt(tmp_path / "c", seed=1) != one
    assert learnt(tmp_path / "d", n_passes=2) != one


def test_a_file_is_what_is_learnt_from_songs_in_python(tmp_path: Path) -> None:
    """But for the record: a song in Python has no file."""
    learnt(tmp_path / "a")
    in_file = load_listener(tmp_path / "a")
    in_python = learn([clinamen.read(name) for name in TUNES], name="mine", **ONE_PASS)
    assert in_python.facts["corpora"][0].keys() < in_file.facts["corpora"][0].keys()
    in_python.facts = in_file.facts
    assert write_listener(in_python) == (tmp_path / "a").read_bytes()


def test_both_models_hear_and_the_record_says_what_was_heard(tmp_path: Path) -> None:
    told = Notebook()
    asked = request(TUNES, tmp_path / "my.listener", rights="mine, all of it", fewest=2)
    result = learn_to_file(asked, told.watcher)
    listener = load_listener(tmp_path / "my.listener")
    song = clinamen.read(EXAMPLES / "frere_jacques.krn")
    assert listener.hear(song).settings["model"] == "mixture"
    assert listener.hear(song, model="ltm").settings["model"] == "ltm"
    assert (listener.name, listener.n_melodies) == ("mine", 3)
    (corpus,) = listener.facts["corpora"]
    assert corpus["files"] == ["sakura.abc", "knots.abc", "greensleeves.abc"]
    assert corpus["n_notes"] == listener.n_notes == result.n_notes
    assert corpus["what"] == "songs (mine, all of it)"
    assert listener.facts["clinamen"] == clinamen.__version__
    assert listener.facts["fewest"] == 2
    assert result.n_bytes == (tmp_path / "my.listener").stat().st_size
    assert str(tmp_path).encode() not in (tmp_path / "my.listener").read_bytes()
    assert list(result.bits) == ["onset", "pitch"]
    assert told.learnt[-1] == ("pitch", 3, 3)
    assert told.read[-1] == (3, 3)
    assert not Path(part_of(asked.output)).exists()


def test_folders_books_and_corpora_are_read_whole(tmp_path: Path) -> None:
    deep = tmp_path / "songs" / "old"
    deep.mkdir(parents=True)
    (tmp_path / "songs" / ".hidden.abc").write_text("X:1\nK:C\nCDE|\n")
    (tmp_path / "songs" / "notes.txt").write_text("not music")
    (tmp_path / "songs" / "a.abc").write_text("X:1\nK:C\nCDEF|\n\nX:2\nK:G\nGBdg|\n")
    row = {"notes": [[0, 1, 60], [1, 1, 64]], "key": "C"}
    (deep / "b.jsonl").write_text("\n".join([json.dumps(row)] * 3))
    told = Notebook()
    result = learn_to_file(
        request([str(tmp_path / "songs")], tmp_path / "out", rights="free"), told.watcher
    )
    assert not told.errors
    assert (result.n_songs, result.n_tunes) == (5, 3)
    songs, corpus = result.listener.facts["corpora"]
    assert (songs["corpus"], songs["n_melodies"], songs["files"]) == ("songs", 2, ["a.abc"])
    assert (corpus["corpus"], corpus["n_melodies"]) == ("b", 3)
    assert corpus["what"] == "b (free)"


def test_what_is_bad_is_told_and_the_rest_learnt(tmp_path: Path) -> None:
    (tmp_path / "bad.mid").write_bytes(b"MThd")
    (tmp_path / "some.jsonl").write_text('{"notes": [[0, 1, 60], [1, 1, 64]]}\n' + "nothing\n" * 6)
    told = Notebook()
    files = [TUNES[0], str(tmp_path / "bad.mid"), "missing.abc", str(tmp_path / "some.jsonl")]
    result = learn_to_file(request(files, tmp_path / "out"), told.watcher)
    assert result.n_songs == 2
    assert len(told.errors) == 6
    assert "missing.abc: no such file" in told.errors[1]
    assert [", line 2: not JSON" in error for error in told.errors] == [False] * 2 + [True] + [
        False
    ] * 3
    assert told.errors[5].endswith("3 more like these")


def test_a_song_of_chords_alone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def songs_of(data: bytes, name: str) -> Any:
        yield clinamen.Song(melody(SCALE).replace(notes=()))
        yield clinamen.Song(melody(SCALE))

    monkeypatch.setattr("clinamen.io.files.songs_of", songs_of)
    told = Notebook()
    result = learn_to_file(request(TUNES[:1], tmp_path / "out"), told.watcher)
    assert result.n_songs == 1
    assert told.errors[0].endswith("there is no melody to learn from")


def test_python_is_told_of_the_first_bad_song() -> None:
    with pytest.raises(MissingError, match=r"missing\.abc"):
        learn([TUNES[0], "missing.abc"])
    with pytest.raises(ParameterError, match="must be a Song or a Melody, not int"):
        learn([3])  # type: ignore[list-item]


def test_songs_are_added_to_what_a_listener_has_heard() -> None:
    first = learn(TUNES[:2], **ONE_PASS)
    before = write_listener(first)
    both = learn(TUNES[2:], add_to=first, **{**ONE_PASS, "weights": None})
    whole = learn(TUNES, **ONE_PASS)
    assert both.n_notes == whole.n_notes
    assert [each["n_melodies"] for each in both.facts["corpora"]] == [2, 1]
    for key, memory in both.memories.items():
        np.testing.assert_array_equal(memory.trie.to_rows(), whole.memories[key].trie.to_rows())
    for target, learned in both.learned.items():
        here, there = (each.mixture.long_term.rows() for each in (learned, whole.learned[target]))
        np.testing.assert_array_equal(here.counts, there.counts)
    assert write_listener(first) == before
    with pytest.raises(ParameterError, match="the same targets"):
        learn(TUNES[2:], add_to=first)
    with pytest.raises(ParameterError, match="has learnt a mixture for nothing"):
        learn(TUNES[2:], add_to=Listener())


def test_weights_begin_where_one_says() -> None:
    """Halfway to another listener's; with those of the one added to, as they are."""
    first = learn(TUNES[:2], **ONE_PASS)
    given = {**ONE_PASS, "n_passes": 0}
    anew = learn(TUNES[2:], **given)
    half = learn(TUNES[2:], **{**given, "weights": first})
    added = learn(TUNES[2:], **{**given, "weights": None}, add_to=first)
    for target in ("onset", "pitch"):
        taught, none, mean, same = (
            each.learned[target].mixture.weights for each in (first, anew, half, added)
        )
        assert set(np.unique(none).tolist()) == {0.0, 0.01}
        np.testing.assert_allclose(mean, (taught + none) / 2, rtol=1e-12)
        np.testing.assert_array_equal(same, taught)
    with pytest.raises(MissingError, match="has no weights for duration"):
        learn(TUNES[2:], weights=first)


def test_memories_fade_when_songs_are_added() -> None:
    fading = {**ONE_PASS, "half_life": 1.0}
    first = learn(TUNES[:1], **fading)
    both = learn(TUNES[1:2], add_to=first, **fading)
    whole = learn(TUNES[:2], **fading)
    for target, learned in both.learned.items():
        here, there = (each.mixture.long_term.rows() for each in (learned, whole.learned[target]))
        np.testing.assert_array_equal(here.codes, there.codes)
        np.testing.assert_array_equal(here.counts, there.counts)


@pytest.mark.parametrize("target", ["onset", "pitch", "duration", "joint"])
@settings(deadline=None, max_examples=25)
@given(song=melodies(max_notes=16))
def test_a_listener_of_one_small_tune_hears_any_song(target: str, song: Any) -> None:
    """Its alphabets were never seen in learning: no NaN, no 0 for what could come."""
    heard = small().hear(song, target=target)
    for part in heard.parts.values() or [heard]:
        rows = part.distribution
        assert np.isfinite(rows).all()
        assert (rows > 0).all()
        np.testing.assert_allclose(rows.sum(axis=1), 1, atol=1e-9)
    assert np.isfinite(heard.information_content).all()
    assert np.isfinite(heard.entropy).all()


@pytest.mark.parametrize("line", [[], [[0, 1, 60]]])
def test_a_corpus_of_no_melody_of_two_notes_is_said(tmp_path: Path, line: list[Any]) -> None:
    corpus = tmp_path / "c.jsonl"
    corpus.write_text("".join(json.dumps({"notes": [each]}) + "\n" for each in line * 3) or "\n")
    with pytest.raises(ParameterError, match="nothing to learn from"):
        learn([corpus])
    with pytest.raises(ParameterError, match="nothing to learn from"):
        learn_to_file(request([str(corpus)], tmp_path / "out"), Notebook().watcher)
    assert [path.name for path in tmp_path.iterdir()] == ["c.jsonl"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"targets": ()}, "targets must be among"),
        ({"targets": ("loudness",)}, "not loudness"),
        ({"n_passes": -1}, "n_passes must be 0 or more"),
        ({"seed": -1}, "seed must be 0 or more"),
        ({"jobs": 0}, "jobs must be 1 or more"),
        ({"jobs": 2, "cluster": "tcp://x:1"}, "do not go with a cluster"),
        ({"half_life": 0.0}, "half_life must be above 0"),
        ({"half_life": float("nan")}, "half_life must be above 0"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        LearnSettings(**settings)
    with pytest.raises(ParameterError, match="fewest must be 1"):
        LearnRequest(("a",), "b", LearnSettings(), fewest=0)


def test_no_output_is_overwritten_unasked_and_none_that_is_no_listener(tmp_path: Path) -> None:
    output = tmp_path / "my.listener"
    first = learnt(output)
    with pytest.raises(ParameterError, match="exists already"):
        learnt(output)
    assert learnt(output, overwrite=True, seed=1) != first
    song = tmp_path / "song.abc"
    song.write_bytes(Path(TUNES[0]).read_bytes())
    with pytest.raises(ParameterError, match="is no listener"):
        learnt(song, overwrite=True)
    assert song.read_bytes() == Path(TUNES[0]).read_bytes()
    for path, said in [
        (tmp_path, "a folder"),
        (tmp_path / "no" / "x", "does not exist"),
        (Path("-"), "not -"),
    ]:
        with pytest.raises(ClinamenError, match=said):
            learnt(path)


@pytest.mark.parametrize("name", ["weights", "add_to"])
def test_a_damaged_listener_to_begin_with_is_one_error(tmp_path: Path, name: str) -> None:
    damaged = tmp_path / "damaged.listener"
    damaged.write_bytes(write_listener(small())[:-3])
    with pytest.raises(FormatError, match="damaged"):
        learn(TUNES[:1], **{name: damaged})


def test_a_listener_too_large_to_be_loaded_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clinamen.io._source.MAX_BYTES", 20_000)
    with pytest.raises(ParameterError, match="--fewest 2"):
        learnt(tmp_path / "a")
    assert not (tmp_path / "a").exists()
    assert Path(part_of(str(tmp_path / "a"))).exists()


def test_what_was_seen_seldom_can_be_left_out(tmp_path: Path) -> None:
    """A context seen once, whole or faded to a part, is in the file only if all are."""
    sizes = [len(learnt(tmp_path / f"{n}", fewest=n)) for n in (1, 2, 5)]
    assert sizes == sorted(sizes, reverse=True)
    learnt(tmp_path / "faded", half_life=1.0, fewest=2)
    for target, learned in load_listener(tmp_path / "faded").learned.items():
        rows = learned.mixture.long_term.rows()
        seen = np.add.reduceat(rows.counts, np.cumsum(rows.n_links) - rows.n_links)
        assert seen.min() >= 2 * learned.mixture.options.unit, target


def broken_off(output: Path, after: int, **changes: Any) -> None:
    """Learning that is stopped after so many lessons were kept."""

    class Stop(Exception):
        pass

    told = Notebook()
    n_done = 0

    def learning(target: str, done: int, total: int) -> None:
        nonlocal n_done
        n_done += 1
        if n_done > after * len(TUNES):
            raise Stop

    watcher = Watcher(note=told.notes.append, learning=learning)
    with pytest.raises(Stop):
        learn_to_file(request(TUNES, output, **changes), watcher)


@pytest.mark.parametrize("after", [1, 2, 3])
def test_what_was_broken_off_goes_on_to_the_same_bytes(tmp_path: Path, after: int) -> None:
    whole = learnt(tmp_path / "whole", n_passes=2)
    output = tmp_path / "x.listener"
    broken_off(output, after, n_passes=2)
    assert not output.exists()
    told = Notebook()
    learn_to_file(request(TUNES, output, n_passes=2), told.watcher)
    assert output.read_bytes() == whole
    assert "going on from" in told.notes[0]
    assert len(told.learnt) == 3 * (4 - after)
    assert not Path(part_of(str(output))).exists()


def test_what_was_kept_of_other_songs_or_is_damaged_is_said_and_left(tmp_path: Path) -> None:
    output = tmp_path / "x.listener"
    whole = learnt(tmp_path / "whole")
    broken_off(output, 1, seed=1)
    told = Notebook()
    learn_to_file(request(TUNES, output), told.watcher)
    assert told.notes == [f"{output}.part belongs to other songs or settings; it is begun anew"]
    assert output.read_bytes() == whole
    Path(part_of(str(output))).write_bytes(b"clinamen lessons 1\nnothing")
    told = Notebook()
    learn_to_file(request(TUNES, output, overwrite=True), told.watcher)
    assert "begun anew" in told.notes[0]
    assert output.read_bytes() == whole


def test_listeners_merged_in_any_order_give_the_same_file(tmp_path: Path) -> None:
    parts = []
    for place, tune in enumerate(TUNES):
        parts.append(str(tmp_path / f"{place}.listener"))
        learnt(Path(parts[-1]), [tune])
    merged = []
    for place, files in enumerate([parts, parts[::-1], [parts[1], parts[2], parts[0]]]):
        output = tmp_path / f"merged{place}"
        merge_to_file(MergeRequest(tuple(files), str(output), "all"))
        merged.append(output.read_bytes())
    assert merged[0] == merged[1] == merged[2]
    listener = load_listener(tmp_path / "merged0")
    learnt(tmp_path / "whole")
    whole = load_listener(tmp_path / "whole")
    assert listener.n_notes == whole.n_notes
    for target, learned in whole.learned.items():
        here, there = (
            each.mixture.long_term.rows() for each in (listener.learned[target], learned)
        )
        np.testing.assert_array_equal(here.codes, there.codes)
        np.testing.assert_array_equal(here.counts, there.counts)


def test_one_listener_is_not_merged(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="two listeners or more"):
        MergeRequest(("a",), str(tmp_path / "b"), "c")


def test_patterns_name_files_as_in_the_command(tmp_path: Path) -> None:
    for name in ("b.abc", "a.abc", "c.mid"):
        (tmp_path / name).write_bytes(b"")
    assert music_files([f"{tmp_path}/*.abc"]) == [f"{tmp_path}/a.abc", f"{tmp_path}/b.abc"]
    assert music_files([f"{tmp_path}/*.xyz"]) == [f"{tmp_path}/*.xyz"]
    (tmp_path / "[a].abc").write_bytes(b"")
    assert music_files([tmp_path / "[a].abc"]) == [f"{tmp_path}/[a].abc"]
