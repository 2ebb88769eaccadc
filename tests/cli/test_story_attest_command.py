"""`clinamen story sign`, `stamp`, `upgrade` and `seal`: who vouches for a story, and since when."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.cli.walks import change_settings, log_of


def test_no_key_is_made_for_a_song_that_is_not_there(run: Any, home: Path) -> None:
    assert run("story", "sign", "Nowhere").code == 2
    assert not (home / "signing-key.pem").exists()
    assert str(home / "signing-key.pem") in run("story", "sign", "song.musicxml").out


def test_who_wants_a_signed_story_is_told_that_it_is_not(run: Any, home: Path) -> None:
    ran = run("story", "verify", "song.musicxml", "--require", "signed")
    assert (ran.code, "its end has no signature" in ran.out) == (1, True)
    assert run("story", "verify", "song.musicxml", "--require", "sealed").code == 2


def test_a_signed_story_is_sound_until_it_is_written_anew(run: Any, home: Path) -> None:
    ran = run("story", "sign", "song.musicxml")
    assert ran.code == 0
    fingerprint = ran.out.partition("with the key ")[2].splitlines()[0].strip(" .")
    assert (home / "signing-key.pem").stat().st_mode & 0o077 == 0
    signed = ("story", "verify", "song.musicxml", "--require", "signed")
    ran = run(*signed, "--key", fingerprint)
    assert ran.code == 0
    assert f"up to entry 6: signed with the key {fingerprint}" in ran.out
    assert "Any key was taken" not in ran.out
    assert "Any key was taken" in run(*signed).out
    assert run(*signed, "--key", "AAAA-AAAA-AAAA-AAAA-AAAA").code == 1
    again = run("story", "sign", "song.musicxml")
    assert "A key was made" not in again.out
    assert fingerprint in again.out
    run("story", "note", "song.musicxml", "later")
    assert run(*signed).code == 1
    assert (
        "Nobody vouches for what stands after entry 6 here"
        in run("story", "verify", "song.musicxml").out
    )
    change_settings(home, b'"at":"3.1"', b'"at":"5.1"')
    ran = run("story", "verify", "song.musicxml")
    assert (ran.code, "does not hold" in ran.out) == (1, True)


def test_a_stamp_needs_to_know_who_gives_it(run: Any, home: Path) -> None:
    for options in (
        (),
        ("--authority", "https://tsa.example.org", "--calendar", "https://c.example.org"),
        ("--authority", "https://tsa.example.org"),
        ("--authority", "https://tsa.example.org", "--roots", "none.pem"),
    ):
        ran = run("story", "stamp", "song.musicxml", *options)
        assert (ran.code, len(ran.err.splitlines())) == (2, 1), options
    assert run("story", "upgrade", "song.musicxml", "--calendar", "https://c.example.org").code == 2


def test_a_story_is_stamped_by_an_authority_on_this_machine(
    run: Any, home: Path, tmp_path: Path
) -> None:
    pytest.importorskip("rfc3161_client", reason="time-stamps need the extra `stamp`")
    from cryptography.hazmat.primitives.serialization import Encoding
    from tests.ledger.attest.serving import serving

    from clinamen.bench._authority import Authority

    authority = Authority.make()
    pem = tmp_path / "roots.pem"
    pem.write_bytes(authority.root.certificate.public_bytes(Encoding.PEM))
    with serving(lambda method, path, body: (200, authority.answer(body), {})) as address:
        stamp = ("story", "stamp", "song.musicxml", "--authority", address)
        assert run(*stamp, "--roots", str(pem)).code == 0
        assert run(*stamp).code == 0, "the roots are remembered"
    ran = run("story", "verify", "song.musicxml", "--require", "stamped")
    assert ran.code == 0
    assert "says CN=Test authority" in ran.out
    (home / "stamp-roots.pem").unlink()
    ran = run("story", "verify", "song.musicxml")
    assert (ran.code, "to be checked with the authority's roots" in ran.out) == (0, True)
    assert run("story", "verify", "song.musicxml", "--require", "stamped").code == 1


def test_a_story_awaits_its_block(run: Any, home: Path) -> None:
    pytest.importorskip("opentimestamps", reason="time-stamps need the extra `stamp`")
    from tests.ledger.attest.calendar import Calendar
    from tests.ledger.attest.serving import serving

    one = Calendar()
    with serving(one.reply) as one.address:
        assert run("story", "stamp", "song.musicxml", "--calendar", one.address).code == 0
        upgrade = ("story", "upgrade", "song.musicxml", "--calendar", one.address)
        assert "There is no news yet." in run(*upgrade).out
        assert "pending" in run("story", "verify", "song.musicxml").out
        one.found(900_000)
        assert "There is news." in run(*upgrade).out
    ran = run("story", "verify", "song.musicxml")
    assert (ran.code, "needs the header of a block to tell: 900000" in ran.out) == (0, True)
    assert run("story", "verify", "song.musicxml", "--block", "x:00").code == 2
    assert run("story", "verify", "song.musicxml", "--block", "900000:00").code == 2


def test_a_seal_tells_of_the_story_and_is_told_there(run: Any, home: Path, tmp_path: Path) -> None:
    pytest.importorskip("c2pa", reason="left out: needs the extra seal", exc_type=ImportError)
    for name in ("song-2-1.abc", "made-1.mid"):
        shutil.copy(name, tmp_path)
    ran = run("story", "seal", str(tmp_path / "song-2-1.abc"))
    assert ran.code == 0
    checked = run("story", "check", str(tmp_path / "song-2-1.abc"))
    assert checked.code == 0
    assert "accepted: Clinamen proposed 2 ways to break the pattern at 3.1" in checked.out
    assert "maker     Lan" in checked.out
    last = log_of(run, "song.musicxml")[-1]
    assert (last["activity"], last["settings"]["file"]) == ("seal", "song-2-1.abc.c2pa")
    made = str(tmp_path / "made-1.mid")
    ran = run("story", "seal", made, "--source", "digitalCreation")
    assert (ran.code, "knows how it came to be" in ran.err) == (2, True)
    assert run("story", "seal", made).code == 0
    assert "created   Clinamen composed" in run("story", "check", made).out
    (tmp_path / "other.txt").write_text("words", encoding="utf-8")
    assert run("story", "seal", str(tmp_path / "other.txt"), "--song", "Harbour Light").code == 0
    assert log_of(run, "song.musicxml")[-1]["settings"]["file"] == "other.txt.c2pa"
