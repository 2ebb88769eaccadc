"""What the user typed, and where files are written."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinamen.cli._arguments import (
    OutputPattern,
    as_limit,
    as_track,
    expand_files,
    fill_optional_values,
)
from clinamen.errors import MissingError, ParameterError

HTML = (".html", ".htm")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["hear", "--html", "a.abc"], ["hear", "--html={name}.html", "a.abc"]),
        (["hear", "a.abc", "--html"], ["hear", "a.abc", "--html={name}.html"]),
        (["hear", "--html", "out.html", "a"], ["hear", "--html", "out.html", "a"]),
        (["hear", "--html", "out/", "a"], ["hear", "--html", "out/", "a"]),
        (["hear", "--html=x.html", "a"], ["hear", "--html=x.html", "a"]),
        (["hear", "--", "--html", "a"], ["hear", "--", "--html", "a"]),
        (["hear", "--html", "--json", "a"], ["hear", "--html={name}.html", "--json", "a"]),
    ],
)
def test_html_never_takes_a_song_for_its_value(typed: list[str], meant: list[str]) -> None:
    assert fill_optional_values(typed) == meant


def test_a_word_that_is_no_song_is_asked_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ParameterError, match=r"did you mean newdir/ or newdir\.html\?"):
        fill_optional_values(["hear", "a.abc", "--html", "newdir"])
    (tmp_path / "song").touch()
    for word in ("song", "*", "-"):
        assert fill_optional_values(["hear", "--html", word]) == [
            "hear",
            "--html={name}.html",
            word,
        ]


def test_a_folder_stands_for_the_music_files_in_it(tmp_path: Path) -> None:
    for name in ("b.abc", "a.MID", "notes.txt", ".hidden.abc"):
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    assert [Path(name).name for name in expand_files([str(tmp_path)])] == ["a.MID", "b.abc"]
    assert expand_files([str(tmp_path / "empty")]) == [str(tmp_path / "empty")]


def test_patterns_are_expanded_where_the_shell_did_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep").mkdir()
    for name in ("b.abc", "a.abc", "deep/c.abc", "odd[1].abc"):
        (tmp_path / name).touch()
    assert expand_files(["[ab].abc", "-", "a.abc"]) == ["a.abc", "b.abc", "-"]
    assert expand_files(["odd[1].abc"]) == ["odd[1].abc"]
    assert expand_files(["none*.abc"]) == ["none*.abc"]
    deep = [Path(name).as_posix() for name in expand_files(["**/c.abc"])]
    assert deep == ["deep/c.abc"]


def test_a_track_is_a_number_or_a_name() -> None:
    assert [as_track(word) for word in (None, "2", "Flute", "²")] == [None, 2, "Flute", "²"]


def test_a_folder_gets_the_default_extension() -> None:
    pattern = OutputPattern.parse("--html", "out/", 3, HTML)
    assert [pattern.path_for(f).as_posix() for f in ("a/x.mid", "-")] == [
        "out/x.html",
        "out/stdin.html",
    ]


def test_songs_of_one_name_do_not_overwrite_each_other() -> None:
    pattern = OutputPattern.parse("--plot", "{name}.png", 3, (".svg", ".png"))
    names = [str(pattern.path_for(f)) for f in ("a/x.mid", "b/x.abc", "x-2.abc", "c/x.krn")]
    assert len(set(names)) == 4
    assert names[:2] == ["x.png", "x-2.png"]


def test_one_name_for_several_songs_is_refused() -> None:
    with pytest.raises(ParameterError, match="one file for 2 songs"):
        OutputPattern.parse("--html", "out.html", 2, HTML)


def test_another_extension_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"must name a folder or end in \.svg or \.png"):
        OutputPattern.parse("--plot", "song.abc", 1, (".svg", ".png"))


def test_the_song_itself_is_never_overwritten(tmp_path: Path) -> None:
    song = tmp_path / "song.html"
    song.write_text("X:1")
    pattern = OutputPattern.parse("--html", f"{tmp_path}/{{name}}.html", 1, HTML)
    with pytest.raises(ParameterError, match="overwrite the song"):
        pattern.write(str(song), b"page")
    assert song.read_text() == "X:1"


def test_what_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    pattern = OutputPattern.parse("--html", f"{tmp_path}/file/x.html", 1, HTML)
    with pytest.raises(MissingError, match="cannot be written"):
        pattern.write("song.abc", b"page")


def test_a_limit_may_be_none() -> None:
    assert [as_limit(word) for word in (None, "none", "0", "12")] == [None, 0, 0, 12]
    for word in ("", "some", "-3", "1.5", "²", "9" * 20):
        with pytest.raises(ParameterError, match="--max-shared is a number of notes, or none"):
            as_limit(word)
