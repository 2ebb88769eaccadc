"""`clinamen hear` from end to end, with a stand-in for the listener."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from clinamen.cli._app import hear as hear_command
from clinamen.cli._guard import run_quietly
from clinamen.operations.hear import MODELS, TARGETS

pytestmark = pytest.mark.usefixtures("flat")


def test_the_table_in_a_pipe_is_plain_and_whole(run: Any, songs: Path) -> None:
    ran = run("hear", "first.abc")
    assert ran.code == 0
    assert ran.err == ""
    assert "\x1b" not in ran.out
    assert ran.out.isascii()
    lines = ran.out.splitlines()
    assert lines[0] == "The first tune"
    assert all(line == line.rstrip() for line in lines)
    head = next(line for line in lines if line.startswith("note"))
    for word in ("bar", "beat", "pitch", "degree", "bits", "entropy", "expected"):
        assert word in head
    rows = [line for line in lines if "any of 16, 6 % each" in line]
    assert len(rows) == 14
    assert "Most expected continuation" in ran.out
    assert "  1. Bar 1, beat 1: G4 cost 4.0 bits (a chance of about 1 in 16)." in ran.out


def test_a_bad_file_is_one_line_and_the_others_are_done(run: Any, songs: Path) -> None:
    ran = run("hear", "first.abc", "empty.abc", "broken.mid", "none.abc", "second.abc")
    assert ran.code == 2
    assert "The first tune" in ran.out
    assert "The second tune" in ran.out
    lines = ran.err.splitlines()
    assert len(lines) == 3
    assert lines[0] == "clinamen: empty.abc: the file is empty"
    assert lines[1].startswith("clinamen: broken.mid")
    assert lines[2] == "clinamen: none.abc: no such file"


def test_json_is_one_object_per_line_and_file(run: Any, songs: Path) -> None:
    ran = run("hear", "*.abc", "--json")
    records = [json.loads(line) for line in ran.out.splitlines()]
    assert [record["file"] for record in records] == ["first.abc", "second.abc"]
    assert ran.code == 2  # empty.abc
    assert records[0]["title"] == "The first tune"
    assert len(records[0]["notes"]) == records[0]["n_notes"] == 14


def test_csv_is_one_table_with_a_file_column(run: Any, songs: Path) -> None:
    ran = run("hear", "first.abc", "second.abc", "--csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [row["file"] for row in rows] == ["first.abc"] * 14 + ["second.abc"] * 14
    assert {float(row["information_content"]) for row in rows} == {4.0}
    idyom = run("hear", "first.abc", "--csv", "--idyom").out.splitlines()[0].split(",")
    assert {"cpitch", "information.content", "dur"} <= set(idyom)


def test_report_and_plot_are_written_and_named(run: Any, songs: Path) -> None:
    ran = run("hear", "first.abc", "--html", "out/r.html", "--plot", "out/p.svg")
    assert ran.out.splitlines()[-2:] == [
        f"wrote {Path('out/r.html')}",
        f"wrote {Path('out/p.svg')}",
    ]
    assert "The first tune" in (songs / "out" / "r.html").read_text(encoding="utf-8")
    assert "<svg" in (songs / "out" / "p.svg").read_text(encoding="utf-8")


def test_a_folder_that_is_not_there_is_asked_about_before_anything_is_heard(
    run: Any, songs: Path
) -> None:
    ran = run("hear", "first.abc", "--html", "newdir")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean newdir/" in ran.err
    assert not list(songs.glob("*.html"))


def test_notices_stand_beside_tables_for_programs(run: Any, songs: Path) -> None:
    text = (songs / "first.abc").read_text()
    (songs / "two.abc").write_text(text + "\n" + text.replace("X:1", "X:2"), encoding="utf-8")
    said = "The file holds 2 tunes; this is the first. For the second: --track 2"
    for form in ("--csv", "--json"):
        assert run("hear", "two.abc", form).err == f"clinamen: note: {said}\n"
        both = run("hear", "first.abc", "two.abc", form)
        assert both.err == f"clinamen: note: two.abc: {said}\n"


def test_what_the_file_lacks_can_be_given_and_is_marked(run: Any, songs: Path) -> None:
    text = (songs / "first.abc").read_text().replace("M:3/4\n", "").replace("K:G", "K:none")
    (songs / "bare.abc").write_text(text.replace("|", ""), encoding="utf-8")
    lead = run("hear", "bare.abc").out.splitlines()[1]
    assert "(estimated)" in lead
    assert "in 4/4 time (assumed: the file has none)" in lead
    given = ("--meter", "3/4", "--key", "G major", "--pickup", "1")
    lead = run("hear", "bare.abc", *given).out.splitlines()[1]
    assert "in G major (given by you), in 3/4 time (given by you). " in lead
    notes = json.loads(run("hear", "bare.abc", "--json", *given).out)["notes"]
    asked = json.loads(run("hear", "first.abc", "--json").out)["notes"]
    assert [(n["bar"], n["beat"], n["degree"]) for n in notes] == [
        (n["bar"], n["beat"], n["degree"]) for n in asked
    ]


def test_html_alone_is_named_after_the_song(run: Any, songs: Path) -> None:
    assert run("hear", "--html", "first.abc").code == 0
    assert (songs / "first.html").exists()
    assert (songs / "first.abc").read_text(encoding="utf-8").startswith("X:1")


def test_with_data_on_stdout_the_files_are_told_on_stderr(run: Any, songs: Path) -> None:
    ran = run("hear", "first.abc", "second.abc", "--json", "--plot", "p/")
    assert [json.loads(line)["file"] for line in ran.out.splitlines()]
    assert ran.err.splitlines() == [
        f"wrote {Path('p/first.svg')}",
        f"wrote {Path('p/second.svg')}",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--json", "--csv"], "--json and --csv exclude each other"),
        (["--model", "btm"], "model must be one of"),
        (["--target", "tempo"], "target must be one of"),
        (["--viewpoints", "cpimt"], "no viewpoint is called 'cpimt'"),
        (["--key", "H major"], "a key is a name such as 'G major'"),
        (["--meter", "waltz"], "a metre is a time signature such as 3/4"),
        (["--pickup", "-1"], "a pickup is a length in quarters"),
        (["--plot", "p.gif"], "--plot must name a folder or end in .svg or .png"),
        (["second.abc", "--html", "r.html"], "--html r.html names one file for 2 songs"),
    ],
)
def test_what_cannot_be_done_for_any_file_is_said_once(
    run: Any, songs: Path, arguments: list[str], words: str
) -> None:
    ran = run("hear", "first.abc", *arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1
    assert words in ran.err


def test_usage_errors_exit_2(run: Any, songs: Path) -> None:
    assert run("hear").code == 2
    assert run("hear", "first.abc", "--no-such-option").code == 2
    assert run("dance").code == 2


def test_a_missing_track_names_the_file(run: Any, songs: Path) -> None:
    ran = run("hear", "first.abc", "--track", "Bassoon")
    assert ran.code == 2
    assert ran.err.startswith("clinamen: first.abc")
    assert "Bassoon" in ran.err


def test_standard_input(run: Any, songs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = (songs / "first.abc").read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    ran = run("hear", "-", "--json")
    assert json.loads(ran.out)["title"] == "The first tune"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert run("hear", "-").err == "clinamen: standard input: the file is empty\n"


def test_hidden_characters_never_reach_the_terminal(run: Any, songs: Path) -> None:
    text = (songs / "first.abc").read_text().replace("The first", "\x1b[31mThe \u202efirst")
    (songs / "sly.abc").write_text(text, encoding="utf-8")
    ran = run("hear", "sly.abc")
    assert "\x1b" not in ran.out + ran.err
    assert "\u202e" not in ran.out


def test_rich_markup_in_a_title_is_only_text(run: Any, songs: Path) -> None:
    text = (songs / "first.abc").read_text().replace("The first", "[bold]The :smile: first")
    (songs / "marked.abc").write_text(text, encoding="utf-8")
    assert run("hear", "marked.abc").out.startswith("[bold]The :smile: first tune\n")


def test_a_bug_keeps_its_traceback(
    songs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from clinamen.cli import main

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("our mistake")

    monkeypatch.setattr("clinamen.cli._hear.hear", broken)
    with pytest.raises(ZeroDivisionError, match="our mistake"):
        main(["hear", "first.abc"])


def test_an_interrupt_is_quiet(run: Any, songs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("clinamen.cli._hear.hear", interrupted)
    ran = run("hear", "first.abc")
    assert (ran.code, ran.out, ran.err) == (130, "", "")
    assert run_quietly(interrupted) == 130  # whatever typer would make of it


def test_the_help_lists_what_is_there(run: Any) -> None:
    words = run("hear", "--help").out
    assert hear_command.__doc__
    for choice in (*MODELS, *TARGETS):
        assert choice in words


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_progress_bar_is_for_terminals_only(
    songs: Path, monkeypatch: pytest.MonkeyPatch, run: Any
) -> None:
    assert run("hear", "first.abc", "second.abc").err == ""
    from clinamen.cli._progress import Waiting

    screen = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", screen)
    with Waiting(2).hearing("\x1b]0;x\x07song.abc"):
        pass
    assert "listening to ]0;xsong.abc" in screen.getvalue()


def test_one_note_explained(run: Any, songs: Path, trained: None) -> None:
    ran = run("hear", "first.abc", "--why", "3.1")
    assert ran.code == 0
    assert re.search(r"^Bar 3, beat 1: .* cost ", ran.out, flags=re.M)
    total = float(re.search(r"groups?: ([+-][\d.]+) bits", ran.out)[1])
    shown = [float(each) for each in re.findall(r"^([+-]\d+\.\d+) ", ran.out, flags=re.M)]
    assert len(shown) > 1
    assert sum(shown) == pytest.approx(total, abs=0.006 * (len(shown) + 1))
    record = json.loads(run("hear", "first.abc", "--why", "3.1", "--json").out)
    assert (record["schema"], record["bar"], record["beat"]) == ("clinamen.why/1", 3, 1.0)
    assert record["bits"] == pytest.approx(total, abs=0.006)


def test_on_a_narrow_terminal_sentences_stand_under_their_figures(
    run: Any, songs: Path, trained: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = run("hear", "first.abc", "--why", "3.1").out
    monkeypatch.setattr("clinamen.cli._why._is_narrow", lambda: True)
    narrow = run("hear", "first.abc", "--why", "3.1").out
    rows = [line for line in narrow.splitlines() if re.match(r"[+-]\d+\.\d+ ", line)]
    sentences = [line.strip() for line in narrow.splitlines() if line.startswith("      ")]
    assert len(rows) == len(sentences) > 1
    assert max(map(len, rows)) <= 80
    # Nothing is lost but the last column's head.
    assert sorted((narrow + " at its clearest").split()) == sorted(wide.split())


def test_several_files_are_explained_in_turn(run: Any, songs: Path, trained: None) -> None:
    ran = run("hear", "first.abc", "broken.mid", "second.abc", "--why", "2")
    assert ran.code == 2
    assert [line for line in ran.out.splitlines() if line.endswith(".abc:")] == [
        "first.abc:",
        "second.abc:",
    ]
    assert "broken.mid" in ran.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--why", "99"), "there is no note 99"),
        (("--why", "soon"), "by its number, as 27, or by bar and beat"),
        (("--why", "2", "--csv"), "not with --csv"),
        (("--why", "2", "--html", "o.html"), "not with --html"),
        (("--why", "2", "--plot", "o.svg"), "not with --plot"),
        (("--pleasure", "--html", "o.html"), "not in the report"),
        (("--idyom",), "columns of --csv and --json"),
    ],
)
def test_a_note_that_cannot_be_explained_is_one_line(
    run: Any, songs: Path, trained: None, options: tuple[str, ...], message: str
) -> None:
    ran = run("hear", "first.abc", *options)
    assert ran.code == 2
    assert message in ran.err
    assert len(ran.err.splitlines()) == 1


def test_only_a_mixture_gives_reasons(run: Any, songs: Path, flat: None) -> None:
    ran = run("hear", "first.abc", "--why", "2")
    assert (ran.code, ran.out) == (2, "")
    assert "gives no reasons; the learned mixture does" in ran.err


def test_a_reading_is_given_only_when_asked_for_and_is_labelled(run: Any, songs: Path) -> None:
    title = "A reading after Cheung et al. 2019 (chords, not melodies; not a score)"
    assert title not in run("hear", "first.abc").out
    read = run("hear", "first.abc", "--pleasure").out
    assert title in read
    assert "39 people who rated 1,039 chords of 30 pop songs" in read
    # The stand-in finds every moment alike, of which the surface can say nothing.
    assert "Nothing can be told: every moment of the song is as open as every other." in read
    assert "pleasure" not in json.loads(run("hear", "first.abc", "--json").out)
    record = json.loads(run("hear", "first.abc", "--json", "--pleasure").out)["pleasure"]
    assert record["title"] == title
    assert record["coefficients"] == {
        "uncertainty": -0.143, "surprise": -0.327, "interaction": -0.124,
    }  # fmt: skip


@pytest.mark.parametrize("other", [["--csv"], ["--why", "3"]])
def test_a_reading_goes_with_whole_songs(run: Any, songs: Path, other: list[str]) -> None:
    ran = run("hear", "first.abc", "--pleasure", *other)
    assert ran.code == 2
    assert "--pleasure reads the whole song" in ran.err


def test_marked_sections_are_a_table_after_the_continuation(run: Any, songs: Path) -> None:
    (songs / "marked.abc").write_text(
        "X:1\nT:Marked\nM:3/4\nL:1/4\nK:G\nP:Verse\nG2 B|B2 A|\nP:Chorus\nG2 E|d3|\n",
        encoding="utf-8",
    )
    out = run("hear", "marked.abc").out
    assert "Sections" not in run("hear", "first.abc").out
    lines = out[out.index("Sections\n") :].splitlines()
    assert " ".join(lines[1].split()) == "section bars notes mean bits against the one before"
    assert lines[2].split() == ["Verse", "1", "to", "2", "4", "4.00"]
    assert lines[3].split() == ["Chorus", "3", "to", "4", "3", "4.00", "+0.00"]
    assert "standard deviation of these means: 0.00 bits" in lines[4]
    assert out.index("Most expected continuation") < out.index("Sections\n")
    assert out.index("Sections\n") < out.index("Most surprising notes")
