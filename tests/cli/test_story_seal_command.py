"""`clinamen story seal` and `clinamen story check`: what is said, written and refused."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.operations.seal_files import FILES


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in with a take and a draft, and a place for keys."""
    pytest.importorskip(
        "c2pa", reason="left out: content credentials need the extra seal", exc_type=ImportError
    )
    monkeypatch.setenv("CLINAMEN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    for name in ("song.wav", "song.mid"):
        (tmp_path / name).write_bytes(FILES[name])
    return tmp_path


def test_seal_and_check(run: Any, files: Path) -> None:
    ran = run("story", "seal", "song.wav", "--by", "Ada", "--source", "digitalCreation")
    assert ran.code == 0
    assert ran.out.startswith("wrote song.sealed.wav: the credential is within\n")
    assert "The seal holds until 20" in ran.out
    assert "not who holds the key" in ran.out
    assert (files / "home" / "seal.pem").exists()
    ran = run("story", "check", "song.sealed.wav")
    assert ran.code == 0
    assert "The seal holds: not a byte was changed" in ran.out
    assert "maker     Ada (told by the maker, checked by nobody)" in ran.out
    assert "created   digitalCreation" in ran.out
    assert "not known here" in ran.out


def test_a_draft_gets_its_credential_beside_it(run: Any, files: Path) -> None:
    ran = run("story", "seal", "song.mid")
    assert ran.out.startswith("wrote song.mid.c2pa: the credential is for song.mid, to be kept")
    assert run("story", "check", "song.mid").code == 0
    (files / "song.mid").write_bytes(FILES["song.mid"] + b"\0")
    ran = run("story", "check", "song.mid")
    assert ran.code == 1
    assert "The seal does not hold:\n  the file was changed after it was sealed\n" in ran.out
    assert ran.out.splitlines()[-1].startswith("As the seal does not hold,")
    assert "nobody changed it since" not in ran.out
    # Under another name it is still found, if it is told where.
    (files / "song.mid.c2pa").rename(files / "elsewhere.c2pa")
    assert run("story", "check", "song.mid").code == 2
    (files / "song.mid").write_bytes(FILES["song.mid"])
    assert run("story", "check", "song.mid", "--credential", "elsewhere.c2pa").code == 0


def test_json(run: Any, files: Path) -> None:
    ran = run("story", "seal", "song.mid", "--title", "Chiều", "--json")
    sealed = json.loads(ran.out)
    assert sealed["path"] == "song.mid.c2pa"
    assert sealed["holds_until"] > "2030"
    assert sealed["holds"].startswith("The seal holds until")
    read = json.loads(run("story", "check", "song.mid", "--json").out)
    assert read == sealed["reading"]
    assert read["is_valid"]
    assert read["title"] == "Chiều"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("seal", "song.wav", "--source", "handmade"), "a source must be one of digitalCapture"),
        (("seal", "song.wav", "--key", "k.pem"), "give both or none"),
        (("seal", "song.wav", "--key", "k", "--certificate", "c"), "c: cannot be read"),
        (("seal", "song.wav", "--tsa", "time.example"), "http address"),
        (("seal", "song.mid", "--out", "song.mid"), "must end in .c2pa"),
        (("seal", "gone.wav"), "gone.wav: no such file"),
        (("check", "song.wav"), "song.wav: no content credential in it"),
        (("check", "song.mid", "--credential", "gone"), "gone: cannot be read"),
    ],
)
def test_refused_in_one_line(arguments: tuple[str, ...], words: str, run: Any, files: Path) -> None:
    ran = run("story", *arguments)
    assert ran.code == 2
    assert words in ran.err
    assert ran.err.count("\n") == 1
    assert not ran.out
    assert not list(files.glob("*.sealed.*"))


def test_without_the_extra(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is installed, one line says what to install."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "song.wav").write_bytes(FILES["song.wav"])
    monkeypatch.setitem(sys.modules, "c2pa", None)
    for command in ("seal", "check"):
        ran = run("story", command, "song.wav")
        assert ran.code == 2
        assert ran.err == (
            "clinamen: song.wav: content credentials need the extra seal: "
            'pip install "clinamen[seal]"\n'
        ) or ran.err == (
            'clinamen: content credentials need the extra seal: pip install "clinamen[seal]"\n'
        )


def test_what_a_stranger_wrote_does_not_reach_the_terminal(run: Any, files: Path) -> None:
    run("story", "seal", "song.mid", "--title", "a\x1b[31mred\u202e", "--by", "\x07Ada\n")
    ran = run("story", "check", "song.mid")
    assert ran.code == 0
    assert not {"\x1b", "\x07", "\u202e"} & set(ran.out)
