"""Two listeners that share no tune."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bench.creation_songs import a_song

from clinamen.bench._judge import (
    cache_folder,
    divide,
    no_common_tune,
    same_corpora,
    songs_in,
    taught,
    without,
)
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Note, Song
from clinamen.errors import MissingError, ParameterError


def variant_of(song: Song, shift: int, stretch: int) -> Song:
    """The same tune in another key, in other note values."""
    notes = tuple(
        Note(note.onset_quarters * stretch, note.duration_quarters * stretch, note.pitch + shift)
        for note in song.melody.notes
    )
    melody = song.melody.replace(
        notes=notes, bar_onsets=(), end_quarters=Fraction(0), phrase_starts=()
    )
    return song.replace(melody=melody)


@given(st.integers(0, 1000), st.integers(-5, 5), st.sampled_from([1, 2]))
@settings(deadline=None, max_examples=15)
def test_variants_of_a_tune_are_never_divided(seed: int, shift: int, stretch: int) -> None:
    songs = [a_song(number) for number in range(20)]
    songs += [variant_of(song, shift, stretch) for song in songs]
    found = divide(songs, (0.4, 0.4), seed=seed)
    parts = (found.generator, found.judge, found.songs)
    assert all(parts)
    assert sum(map(len, parts)) == len(songs)
    titles = [{song.title for song in part} for part in parts]
    assert not titles[0] & titles[1]
    assert not titles[0] & titles[2]
    assert not titles[1] & titles[2]
    no_common_tune(found.generator, found.judge)
    no_common_tune((*found.generator, *found.judge), found.songs)


def test_a_common_tune_is_found_in_any_key() -> None:
    one = [a_song(number) for number in range(3)]
    other = [a_song(number) for number in range(3, 6)]
    no_common_tune(one, other)
    with pytest.raises(ParameterError, match="must not share a tune"):
        no_common_tune(one, [*other, variant_of(one[1], 3, 2)])
    with pytest.raises(ParameterError, match="must not share 2 tunes"):
        no_common_tune(one, [*one[:2], *other])
    assert without([*other, variant_of(one[1], 3, 2)], one) == other


def test_no_more_notes_than_asked_for_are_learnt() -> None:
    songs = [a_song(number) for number in range(20)]
    found = divide(songs, (0.45, 0.45), most_notes=100)
    assert len(found.generator) == len(found.judge) == 4  # 32 notes each: the first over 100
    assert len(found.songs) == 2


def test_too_few_tunes_are_an_error() -> None:
    with pytest.raises(ParameterError, match="1 different tunes are too few"):
        divide([a_song(1), a_song(1)], (0.45, 0.45))


def test_what_was_learnt_is_kept_and_not_mixed_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLINAMEN_CACHE", str(tmp_path / "cache"))
    assert cache_folder() == tmp_path / "cache"
    songs = [a_song(number) for number in range(4)]
    first = taught("judge", songs)
    assert (first.n_melodies, sorted(first.learned)) == (4, ["onset", "pitch"])
    (path,) = (tmp_path / "cache").iterdir()
    before = path.stat().st_mtime_ns
    again = taught("judge", songs)
    assert path.stat().st_mtime_ns == before
    heard = [each.hear(a_song(9), target="joint") for each in (first, again)]
    assert heard[0].information_content.tolist() == heard[1].information_content.tolist()
    taught("judge", songs[:3])
    assert len(list((tmp_path / "cache").iterdir())) == 2


def test_a_cache_that_cannot_be_made_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("CLINAMEN_CACHE", str(tmp_path / "file"))
    with pytest.raises(MissingError, match="CLINAMEN_CACHE can name another"):
        taught("judge", [a_song(1), a_song(2)])


def test_a_judge_owes_nothing_to_the_shipped_listener(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its weights are learned from none: nobody else's listener is opened for it."""
    monkeypatch.setenv("CLINAMEN_CACHE", str(tmp_path))
    opened: list[object] = []
    monkeypatch.setattr("clinamen.operations.listeners.load_listener", opened.append)
    taught("judge", [a_song(number) for number in range(3)])
    assert len(opened) == 1  # its own file
    assert isinstance(opened[0], Path)


def test_corpora_are_the_same_by_their_hashes() -> None:
    def listener(*hashes: str) -> Listener:
        corpora = [{"sha256": each, "corpus": f"corpus {each}"} for each in hashes]
        return Listener(facts={"corpora": corpora})

    assert same_corpora(listener("a", "b"), listener("b", "c")) == ["corpus b"]
    assert same_corpora(listener("a"), Listener()) == []


def test_songs_that_are_none_are_said_to_be(tmp_path: Path) -> None:
    empty = tmp_path / "songs.jsonl"
    empty.write_text('{"notes": [[0, 1, 60]]}\n')
    with pytest.raises(MissingError, match="no songs with a melody"):
        songs_in([str(empty)])
    with pytest.raises(MissingError, match=r"nothing\.jsonl"):
        songs_in([str(tmp_path / "nothing.jsonl")])
