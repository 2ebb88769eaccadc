"""Seals: made and read back, and broken by any change."""

from __future__ import annotations

import io
import json
import random
import re
import shutil
import time
import wave
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from tests.operations.seal_files import (
    FILES,
    root_of,
    short_credentials,
    tagged,
    time_authority,
    zip_bytes,
)

from clinamen.errors import (
    ClinamenError,
    FormatError,
    MissingError,
    ParameterError,
    UnsupportedError,
)
from clinamen.operations.seal import (
    AcceptedProposal,
    SealAction,
    SealFacts,
    SealRequest,
    read_seal,
    seal,
)

c2pa = pytest.importorskip(
    "c2pa", reason="left out: content credentials need the extra seal", exc_type=ImportError
)

CREATED = SealFacts(actions=(SealAction(kind="created", source="digitalCreation"),))
WITHIN = {".wav", ".mp3", ".flac", ".svg", ".zip"}
if "application/pdf" in c2pa.Builder.get_supported_mime_types():
    WITHIN.add(".pdf")


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the key of this machine is, for these tests."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Write a file of a kind."""

    def written(name: str) -> Path:
        (tmp_path / name).write_bytes(FILES[name])
        return tmp_path / name

    return written


def holds(file: Path) -> bool:
    """Whether a reader finds a seal that holds."""
    try:
        return read_seal(file).is_valid
    except ClinamenError:
        return False


@pytest.mark.parametrize("name", FILES)
def test_sealed_and_read_back(name: str, file: Callable[[str], Path], keys: Path) -> None:
    source = file(name)
    facts = SealFacts(
        actions=(
            SealAction(kind="created", source="digitalCreation", at="2026-11-23T10:00:00+00:00"),
            SealAction(kind="edited", what="bar 3", program="the studio", version="1"),
        ),
        accepted=(AcceptedProposal(title="variant 3", program="swerve", version="2", digest="a1"),),
        story={"rejected": [{"what": "variant 1", "bits": 7.5}], "notes": ["nốt", None]},
    )
    made = seal(
        SealRequest(file=str(source), title="Chiều", by="Ada Lovelace", facts=facts, folder=keys)
    )
    assert source.read_bytes() == FILES[name]
    assert made.is_embedded == (source.suffix in WITHIN)
    assert Path(made.path).name == (
        f"song.sealed{source.suffix}" if made.is_embedded else f"{name}.c2pa"
    )
    read = read_seal(made.path if made.is_embedded else source)
    assert read.is_valid
    assert read == made.reading
    assert read.problems == ()
    assert (read.title, read.maker, read.is_trusted) == ("Chiều", "Ada Lovelace", False)
    assert [(each.kind, each.source, each.program) for each in read.actions] == [
        ("created", "digitalCreation", ""),
        ("edited", "", "the studio 1"),
        ("placed", "trainedAlgorithmicMedia", "swerve 2"),
    ]
    assert all(each.is_vouched for each in read.actions)
    assert read.ingredients == ("variant 3",)
    assert read.story == facts.story
    assert read.says_generated
    assert read.expires_at == made.holds_until > datetime.now(UTC) + timedelta(days=3000)
    assert f"until {made.holds_until:%Y-%m-%d}" in made.holds
    assert "not who holds the key" in made.proves


def test_sound_stays_what_it_was(file: Callable[[str], Path], keys: Path) -> None:
    source = file("song.wav")
    made = seal(SealRequest(file=str(source), folder=keys))
    with wave.open(str(source)) as before, wave.open(made.path) as after:
        assert after.getparams() == before.getparams()
        assert after.readframes(9_999) == before.readframes(9_999)


@pytest.mark.parametrize("name", ["song.wav", "song.mp3", "song.flac"])
def test_tags_and_sound_stay(name: str, tmp_path: Path, keys: Path) -> None:
    data, parts = tagged(name)
    (tmp_path / name).write_bytes(data)
    sealed = Path(seal(SealRequest(file=str(tmp_path / name), folder=keys)).path).read_bytes()
    assert all(part in sealed for part in parts)


def test_seals_within_other_formats_are_read(
    file: Callable[[str], Path], tmp_path: Path, keys: Path
) -> None:
    """A PNG is nothing that we seal within."""
    from clinamen.operations._seal_certificate import own_credentials

    own = own_credentials(keys)
    info = c2pa.C2paSignerInfo(b"es256", own.chain.encode(), own.key.encode(), None)
    created = {"action": "c2pa.created", "digitalSourceType": "x"}
    data = {"label": "c2pa.actions.v2", "data": {"actions": [created]}}
    builder = c2pa.Builder({"title": "A picture", "assertions": [data]}, c2pa.Context())
    with file("song.png").open("rb") as source, (tmp_path / "x.png").open("w+b") as target:
        builder.sign(c2pa.Signer.from_info(info), "image/png", source, target)
    read = read_seal(tmp_path / "x.png")
    assert (read.is_valid, read.title, read.is_ours) == (True, "A picture", False)


def test_any_byte_of_a_credential_beside(file: Callable[[str], Path], keys: Path) -> None:
    """A fifth of the bytes, all of the file's; `bench/bench_seal.py --flips` does them all."""
    source = file("song.mid")
    facts = SealFacts(CREATED.actions, story={"rejected": ["variant 1"]})
    beside = Path(seal(SealRequest(file=str(source), facts=facts, folder=keys)).path)
    for target in (source, beside):
        whole = target.read_bytes()
        for at in range(0, len(whole), 1 if target == source else 5):
            changed = bytearray(whole)
            changed[at] ^= 1 << at % 8
            target.write_bytes(changed)
            assert not holds(source), f"{target.name}, byte {at}"
        target.write_bytes(whole)
        assert holds(source)


@pytest.mark.parametrize("name", [name for name in FILES if Path(name).suffix in WITHIN])
@pytest.mark.parametrize("facts", [SealFacts(), CREATED], ids=["opened", "created"])
def test_any_byte_of_a_file_with_its_credential(
    name: str, facts: SealFacts, file: Callable[[str], Path], keys: Path
) -> None:
    """A sample, with all of the bytes where the credential begins and the file ends."""
    sealed = Path(seal(SealRequest(file=str(file(name)), facts=facts, folder=keys)).path)
    whole = sealed.read_bytes()
    chance = random.Random(name)
    places = set(chance.sample(range(len(whole)), 80)) | set(range(12))
    places |= set(range(len(whole) - 40, len(whole)))
    begin = whole.find(b"jumdc2pa") - 60
    places |= set(range(begin, begin + 60)) if begin > 0 else set()
    for at in sorted(places):
        changed = bytearray(whole)
        changed[at] ^= 1 << chance.randrange(8)
        sealed.write_bytes(changed)
        assert not holds(sealed), f"byte {at}"
    for shorter in (whole[:-1], whole + b"\0", whole[: len(whole) // 2]):
        sealed.write_bytes(shorter)
        assert not holds(sealed)
    sealed.write_bytes(whole)
    assert holds(sealed)


def test_a_credential_of_another_file(file: Callable[[str], Path], keys: Path) -> None:
    first, other = file("song.mid"), file("song.abc")
    beside = seal(SealRequest(file=str(first), folder=keys)).path
    assert "changed after it was sealed" in read_seal(other, credential=beside).problems[0]


@pytest.mark.parametrize("name", ["song.wav", "song.mid"])
def test_what_was_rejected_makes_no_generated_song(
    name: str, file: Callable[[str], Path], keys: Path
) -> None:
    story = {"rejected": [{"what": "variant 2 of bar 5", "by": "swerve", "listener": "songs"}]}
    facts = SealFacts(CREATED.actions, story=story)
    made = seal(SealRequest(file=str(file(name)), facts=facts, folder=keys))
    assert made.reading.story == story
    assert not made.reading.says_generated
    assert b"lgorithmic" not in Path(made.path).read_bytes()
    # An accepted one does.
    facts = SealFacts(CREATED.actions, (AcceptedProposal(title="v", program="swerve"),), story)
    made = seal(SealRequest(file=str(file(name)), facts=facts, folder=keys, force=True))
    assert made.reading.says_generated


def test_the_library_takes_any_source(file: Callable[[str], Path], keys: Path) -> None:
    """Which is why we look them up."""
    facts = SealFacts(actions=(SealAction(kind="created", source="handmade"),))
    with pytest.raises(ParameterError, match=r"one of digitalCapture, .*'handmade'"):
        seal(SealRequest(file=str(file("song.wav")), facts=facts, folder=keys))


def test_a_sealed_file_keeps_its_past(file: Callable[[str], Path], keys: Path) -> None:
    by_machine = SealFacts(actions=(SealAction(kind="created", source="trainedAlgorithmicMedia"),))
    first = seal(SealRequest(file=str(file("song.mp3")), facts=by_machine, folder=keys)).path
    again = seal(SealRequest(file=first, folder=keys))
    assert again.path.endswith("song.sealed.sealed.mp3")
    assert [each.kind for each in again.reading.actions] == ["opened"]
    assert again.reading.says_generated
    with pytest.raises(ParameterError, match="opened, not created"):
        seal(SealRequest(file=first, facts=CREATED, folder=keys, force=True))
    # Nor can a byte of the past be changed, not even in the names of its parts.
    whole = Path(again.path).read_bytes()
    for name in (b"c2pa.assertions", b"c2pa.claim.v2", b"c2pa.signature"):
        begin = whole.index(name)
        for at in range(begin - 1, begin + len(name)):
            changed = bytearray(whole)
            changed[at] ^= 64
            Path(again.path).write_bytes(changed)
            assert not holds(Path(again.path)), f"{name!r} at {at}"


def test_a_bundle_of_a_folder(tmp_path: Path, keys: Path) -> None:
    folder = tmp_path / "drafts"
    (folder / "old").mkdir(parents=True)
    (folder / "old" / "1.abc").write_bytes(FILES["song.abc"])
    (folder / "2.mid").write_bytes(FILES["song.mid"])
    (folder / ".DS_Store").write_bytes(b"left by a system")
    made = seal(SealRequest(file=str(folder), folder=keys))
    assert made.path == str(tmp_path / "drafts.sealed.zip")
    with zipfile.ZipFile(made.path) as bundle:
        assert bundle.testzip() is None
        names = [each for each in bundle.namelist() if not each.startswith("META-INF")]
        assert names == ["2.mid", "old/1.abc"]
        assert bundle.read("old/1.abc") == FILES["song.abc"]
    with pytest.raises(UnsupportedError, match="already sealed"):
        seal(SealRequest(file=made.path, folder=keys))


def test_a_packed_bundle_is_stored(tmp_path: Path, keys: Path) -> None:
    (tmp_path / "song.zip").write_bytes(zip_bytes(zipfile.ZIP_DEFLATED))
    made = seal(SealRequest(file=str(tmp_path / "song.zip"), folder=keys))
    with zipfile.ZipFile(made.path) as bundle:
        assert {each.compress_type for each in bundle.infolist()} == {zipfile.ZIP_STORED}
        assert bundle.read("drafts/rủ chiều.abc") == FILES["song.abc"]


@pytest.mark.parametrize("name", ["../out.abc", "/etc/song", "a/../../b"])
def test_a_bundle_that_leads_outside(name: str, tmp_path: Path, keys: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as bundle:
        bundle.writestr(name, "C")
    (tmp_path / "song.zip").write_bytes(packed.getvalue())
    with pytest.raises(FormatError, match="leads outside"):
        seal(SealRequest(file=str(tmp_path / "song.zip"), folder=keys))
    assert list(tmp_path.iterdir()) == [tmp_path / "song.zip"]


@pytest.mark.parametrize("name", ["song.wav", "song.zip", "song.flac", "song.svg", "song.pdf"])
def test_what_is_not_what_its_name_says(name: str, tmp_path: Path, keys: Path) -> None:
    if Path(name).suffix not in WITHIN:
        pytest.skip("left out: the library does not write into this format here")
    (tmp_path / name).write_bytes(b"\x00\x01\x02 neither this nor that" * 9)
    with pytest.raises(FormatError, match=name):
        seal(SealRequest(file=str(tmp_path / name), folder=keys))
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_files_are_not_lost(file: Callable[[str], Path], keys: Path) -> None:
    source = file("song.wav")
    made = seal(SealRequest(file=str(source), folder=keys))
    before = Path(made.path).read_bytes()
    with pytest.raises(ParameterError, match="--force"):
        seal(SealRequest(file=str(source), folder=keys))
    assert Path(made.path).read_bytes() == before
    seal(SealRequest(file=str(source), out=str(source), folder=keys, force=True))
    assert holds(source)


@pytest.mark.parametrize(
    ("name", "changes", "error", "words"),
    [
        ("song.mid", {"out": "song.sealed.mid"}, ParameterError, r"must end in \.c2pa"),
        ("song.mid", {"out": "nowhere/x.c2pa"}, MissingError, "folder"),
        ("song.wav", {"certificate": "x.pem"}, ParameterError, "give both or none"),
        ("song.wav", {"tsa": "ftp://time"}, ParameterError, "http address"),
        ("nothing.wav", {}, MissingError, "no such file"),
        ("empty.wav", {}, UnsupportedError, "empty"),
        ("x.c2pa", {}, UnsupportedError, "itself a credential"),
    ],
)
def test_refused(
    name: str,
    changes: dict[str, str],
    error: type[ClinamenError],
    words: str,
    file: Callable[[str], Path],
    keys: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.wav").touch()
    (tmp_path / "x.c2pa").write_bytes(b"x")
    if name in FILES:
        file(name)
    with pytest.raises(error, match=words):
        seal(SealRequest(file=name, folder=keys, **changes))


def test_no_seal(file: Callable[[str], Path], tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match=r"no song\.wav\.c2pa beside it"):
        read_seal(file("song.wav"))
    with pytest.raises(MissingError, match="no such file"):
        read_seal(tmp_path / "song.abc")
    with pytest.raises(UnsupportedError, match="a folder"):
        read_seal(tmp_path)
    (tmp_path / "song.mid").write_bytes(FILES["song.mid"])
    (tmp_path / "song.mid.c2pa").write_bytes(b"not a credential")
    assert not holds(tmp_path / "song.mid")


def test_nothing_is_fetched(file: Callable[[str], Path], tmp_path: Path, keys: Path) -> None:
    """A credential kept elsewhere, and the address it names is never asked."""
    from clinamen.operations._seal_certificate import own_credentials

    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        own = own_credentials(keys)
        info = c2pa.C2paSignerInfo(b"es256", own.chain.encode(), own.key.encode(), None)
        signer = c2pa.Signer.from_info(info)
        created = {"action": "c2pa.created", "digitalSourceType": "x"}
        data = {"label": "c2pa.actions.v2", "data": {"actions": [created]}}
        builder = c2pa.Builder({"assertions": [data]}, c2pa.Context())
        builder.set_no_embed()
        builder.set_remote_url(f"http://127.0.0.1:{server.server_port}/song.c2pa")
        with file("song.wav").open("rb") as source, (tmp_path / "far.wav").open("w+b") as target:
            builder.sign(signer, "audio/wav", source, target)
        with pytest.raises(UnsupportedError, match="nothing is fetched"):
            read_seal(tmp_path / "far.wav")
        server.timeout = 0.1
        server.handle_request()
    assert asked == []


def test_a_seal_of_another_program(file: Callable[[str], Path], tmp_path: Path, keys: Path) -> None:
    """Read as well, with what its signer does not vouch for marked."""
    from clinamen.operations._seal_certificate import own_credentials

    own = own_credentials(keys)
    info = c2pa.C2paSignerInfo(b"es256", own.chain.encode(), own.key.encode(), None)
    created = {"action": "c2pa.created", "digitalSourceType": "handmade", "softwareAgent": "Pen"}
    definition = {
        "claim_generator_info": [{"name": "Clinamenish"}],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [created]}}],
    }
    with file("song.wav").open("rb") as source, (tmp_path / "other.wav").open("w+b") as target:
        builder = c2pa.Builder(definition, c2pa.Context())
        builder.sign(c2pa.Signer.from_info(info), "audio/wav", source, target)
    read = read_seal(tmp_path / "other.wav")
    assert read.is_valid
    assert not read.is_ours
    assert [(a.kind, a.source, a.program, a.is_vouched) for a in read.actions] == [
        ("created", "handmade", "Pen", False)
    ]


def test_time(file: Callable[[str], Path], tmp_path: Path) -> None:
    """Without a stamp a seal ends with its certificate; with one, for who knows the authority."""
    if shutil.which("openssl") is None:
        pytest.skip("left out: no openssl to stamp the time with")
    source = str(file("song.wav"))
    chain, key = short_credentials(tmp_path, seconds=4)
    (tmp_path / "signer.pem").write_text(root_of(chain))
    with time_authority(tmp_path / "tsa") as address:
        plain, stamped = (
            seal(
                SealRequest(
                    file=source, certificate=chain, key=key, tsa=tsa, out=str(tmp_path / name)
                )
            )
            for name, tsa in (("plain.wav", None), ("stamped.wav", address))
        )
    assert plain.reading.is_valid
    assert plain.reading.stamped_at is None
    assert "holds until" in plain.holds
    assert stamped.reading.stamped_at is not None
    assert not stamped.reading.is_stamp_trusted
    assert "know the authority" in stamped.holds
    assert not stamped.is_self_signed
    assert read_seal(plain.path, trust=str(tmp_path / "signer.pem")).is_trusted
    whole = Path(stamped.path).read_bytes()
    told = re.search(rb"\x18\x0f(\d{14}Z)", whole)
    assert told is not None
    for at in range(*told.span(1)):
        changed = bytearray(whole)
        changed[at] ^= 1
        Path(stamped.path).write_bytes(changed)
        assert not holds(Path(stamped.path))
    Path(stamped.path).write_bytes(whole)
    time.sleep(max(0.0, (plain.holds_until - datetime.now(UTC)).total_seconds()) + 1)
    expired = read_seal(plain.path)
    assert not expired.is_valid
    assert len(expired.problems) == 1
    assert "the certificate has expired" in expired.problems[0]
    assert not read_seal(stamped.path).is_valid
    after = read_seal(stamped.path, trust=str(tmp_path / "tsa" / "root.pem"))
    assert after.is_valid
    assert after.is_stamp_trusted
    with pytest.raises(FormatError, match="not today"):
        seal(SealRequest(file=source, certificate=chain, key=key, force=True))


@pytest.mark.parametrize("answer", [b"", b"junk" * 10, b"0\x82\xff\xff"])
def test_an_authority_that_does_not_stamp(
    answer: bytes, file: Callable[[str], Path], tmp_path: Path, keys: Path
) -> None:
    with (
        time_authority(tmp_path / "tsa", answer=answer) as address,
        pytest.raises(MissingError, match="no time-stamp came from there"),
    ):
        seal(SealRequest(file=str(file("song.wav")), tsa=address, folder=keys))
    assert not (tmp_path / "song.sealed.wav").exists()


def test_a_stamp_for_something_else(file: Callable[[str], Path], tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("left out: no openssl to stamp the time with")
    source = str(file("song.wav"))
    replies: list[bytes] = []
    with time_authority(tmp_path / "tsa") as address:
        seal(SealRequest(file=source, tsa=address, folder=tmp_path))
        from tests.operations.seal_files import _stamp

        replies.append(_stamp(tmp_path / "tsa", (tmp_path / "tsa" / "asked").read_bytes()))
    with (
        time_authority(tmp_path / "old", answer=replies[0]) as address,
        pytest.raises(MissingError, match="time-stamp"),
    ):
        seal(SealRequest(file=source, tsa=address, folder=tmp_path, force=True))


def test_the_report_is_a_strangers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever stands where tables and lists are expected, there is a reading."""
    from clinamen.operations.seal_reading import _reading

    wrong: tuple[object, ...] = (None, 3, "x", [], {}, [1], [None], {"a": 1}, [{"label": 4}])
    keys_read = ("claim_generator_info", "assertions", "ingredients", "signature_info", "title")
    for key in keys_read:
        for value in wrong:
            report = {"active_manifest": "m", "manifests": {"m": {key: value}}}
            assert _reading("f", json.loads(json.dumps(report))).file == "f"
    for label in ("c2pa.actions.v2", "cawg.metadata", "net.clinamen.story"):
        for value in wrong:
            for data in (value, {"actions": value}, {"dc:creator": value}, {"actions": [value]}):
                manifest = {"assertions": [{"label": label, "data": data}]}
                report = {"active_manifest": "m", "manifests": {"m": manifest}}
                assert _reading("f", report).file == "f"
    for value in wrong:
        report = {"active_manifest": "m", "manifests": {"m": {}}, "validation_results": value}
        assert _reading("f", report).problems
        assert _reading("f", {"active_manifest": "m", "manifests": value}).problems
