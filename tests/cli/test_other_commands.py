"""`info`, `convert`, `viewpoints`, `--version`, and the program as a process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import clinamen
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.viewpoints import VIEWPOINTS


def test_info_tells_what_a_file_holds(run: Any, songs: Path) -> None:
    ran = run("info", "first.abc", "empty.abc", "second.abc")
    assert ran.code == 2
    assert ran.err == "clinamen: empty.abc: the file is empty\n"
    assert "  title      The first tune\n" in ran.out
    assert "  key        G major (from the file)\n" in ran.out
    assert "  metre      3/4 (from the file)\n" in ran.out
    assert "  pickup     1 quarter\n" in ran.out
    assert "The second tune" in ran.out


def test_convert_and_back(run: Any, songs: Path) -> None:
    assert run("convert", "first.abc", "out.mid").out == "wrote out.mid (14 notes)\n"
    assert run("convert", "out.mid", "back.abc").code == 0
    assert "notes      14" in run("info", "back.abc").out


def test_convert_replaces_nothing_unasked(run: Any, songs: Path) -> None:
    before = (songs / "second.abc").read_bytes()
    ran = run("convert", "first.abc", "second.abc")
    assert ran.code == 2
    assert "exists already" in ran.err
    assert (songs / "second.abc").read_bytes() == before
    assert run("convert", "first.abc", "second.abc", "--force").code == 0
    assert (songs / "second.abc").read_bytes() != before


def test_convert_never_replaces_its_source(run: Any, songs: Path) -> None:
    ran = run("convert", "first.abc", "./first.abc", "--force")
    assert ran.code == 2
    assert "the same file" in ran.err


def test_viewpoints_are_all_listed(run: Any) -> None:
    table = run("viewpoints").out
    records = json.loads(run("viewpoints", "--json").out)
    assert [record["name"] for record in records] == list(VIEWPOINTS)
    for record in records:
        assert record["idyom_name"] in table
        assert record["meaning"] in table
        assert set(record["reads"]) <= {"pitch", "onset", "duration"}


def test_listeners_are_listed_with_what_they_heard(run: Any) -> None:
    table = run("listeners").out
    assert "knows      6,602 melodies again" in table
    records = json.loads(run("listeners", "--json").out)
    names = ["songs", "songs_quick", "people", "people", "new"]
    assert [record["name"] for record in records] == names
    kinds = ["listener", "listener", "profile", "profile of harmony", "listener"]
    assert [record["kind"] for record in records] == kinds
    assert records[3]["n_chords"] == 128_680
    for record in records:
        assert f"{record['n_notes'] or record['n_chords']:,}" in table
        for corpus in record["corpora"]:
            assert corpus in table
    assert any("POP909" in corpus for corpus in records[0]["corpora"])  # of its chords
    assert records[0]["n_notes"] == records[1]["n_notes"] > 0 == records[4]["n_notes"]
    assert records[1]["targets"] == ["onset", "pitch"]


def test_a_listener_of_ones_own_is_told_like_the_shipped_ones(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    listener = Listener(name="mine", viewpoints={"pitch": "cpint"})
    corpus = {"corpus": "songs", "what": "songs", "files": ["a.abc", "b.abc"], "n_files": 2}
    listener.facts = {"corpora": [corpus, dict(corpus)]}
    clinamen.save_listener(listener, "my.listener")
    ran = run("listeners", "my.listener", "gone.listener", "--json")
    (record,) = json.loads(ran.out)
    assert ran.code == 2
    assert "gone.listener: no such file" in ran.err
    assert (record["name"], record["targets"]) == ("mine", ["pitch"])
    assert record["corpora"] == ["songs: a.abc, b.abc; rights not stated"]
    assert "mine" in run("listeners", "my.listener").out
    kinds = [each["kind"] for each in json.loads(run("listeners", "people", "--json").out)]
    assert kinds == ["profile", "profile of harmony"]
    told = run("info", "my.listener")
    assert told.code == 2
    assert told.err == "clinamen: my.listener: a listener: see clinamen listeners my.listener\n"


def test_version(run: Any) -> None:
    from importlib.metadata import version

    assert run("--version").out == f"clinamen {version('clinamen')}\n"


def start(*arguments: str, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "clinamen.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        **options,
    )


@pytest.mark.skipif(os.name == "nt", reason="pipes close differently on Windows")
def test_a_closed_pipe_is_quiet() -> None:
    process = start("viewpoints")
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no disk that is always full")
@pytest.mark.parametrize("arguments", [("viewpoints",), ("--version",), ("--help",)])
def test_output_that_finds_no_room_is_one_line_and_no_success(arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "clinamen.cli", *arguments]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("clinamen: the output cannot be written (")
    assert len(done.stderr.splitlines()) == 1


def test_nothing_heavy_is_loaded_for_help() -> None:
    code = (
        "import sys\n"
        "from clinamen.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'numba', 'pandas', 'matplotlib', 'music21', 'symusic'}\n"
        "sys.exit(' '.join(sorted(heavy & set(sys.modules))) or None)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.stderr == b""
    assert done.returncode == 0


def test_output_that_the_encoding_cannot_hold_is_replaced(songs: Path) -> None:
    text = (songs / "first.abc").read_text().replace("The first", "Ầu ơ 🎵")
    (songs / "ru.abc").write_text(text, encoding="utf-8")
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    process = start("info", "ru.abc", env=environment)
    out, err = process.communicate()
    assert process.returncode == 0
    assert err == b""
    assert b"?u ? ? tune" in out


def test_convert_to_standard_output_blames_the_target(run: Any, songs: Path) -> None:
    ran = run("convert", "first.abc", "-")
    assert ran.code == 2
    assert ran.err.startswith("clinamen: the target must be a file")


def test_chords_without_a_melody(run: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    Path("song.cho").write_text("{key: G}\n{soc}\n[G]Lo, how a [Em7]rose\n{eoc}\n")
    told = run("info", "song.cho").out
    assert "none: chords alone" in told
    assert "4/4 | G | Em7 |" in told
    assert run("convert", "song.cho", "out.txt").out == "wrote out.txt (2 chords)\n"
    assert run("convert", "out.txt", "out.mid", "--chord-track").code == 0
    assert "chords     2, 2 different: G, Em7" in run("info", "out.mid").out
    heard = run("hear", "song.cho")
    assert heard.code == 2
    assert heard.err.count("\n") == 1
    assert "song.cho: the song has chords and no melody yet" in heard.err
    refused = run("convert", "song.cho", "out.abc", "--chord-track")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
