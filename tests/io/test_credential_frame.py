"""The bytes around a credential that nothing signs: as they must be, or refused."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clinamen.errors import FormatError, UnsupportedError
from clinamen.io._credential import check_bundle, close_bundle, find_store, read_frame, write_bundle
from clinamen.io._credential.cbor import decode

TAIL = bytes.fromhex("00110010800000aa00389b71")


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), name) + body


def superbox(
    kind: bytes, label: str, *children: bytes, switches: int = 3, rest: bytes = b""
) -> bytes:
    described = kind + TAIL + bytes([switches]) + label.encode() + b"\0" + rest
    return box(b"jumb", box(b"jumd", described) + b"".join(children))


def text(word: str) -> bytes:
    return bytes([0x60 + len(word)]) + word.encode()


PROTECTED = b"\xa2\x01\x26\x18\x21\x81\x43abc"
PAD = b"\x43\0\0\0"


def signature(beside: bytes | None = None, tag: bytes = b"\xd2") -> bytes:
    beside = b"\xa1" + text("pad") + PAD if beside is None else beside
    return tag + b"\x84\x4a" + PROTECTED + beside + b"\xf6\x42xy"


def store(**changes: bytes) -> bytes:
    salt = struct.pack(">I4s", 24, b"c2sh") + bytes(16)
    parts = {
        "assertions": superbox(
            b"c2as",
            "c2pa.assertions",
            superbox(b"cbor", "c2pa.actions.v2", box(b"cbor", b"\xa0"), switches=0x13, rest=salt),
        ),
        "claim": superbox(b"c2cl", "c2pa.claim.v2", box(b"cbor", b"\xa0")),
        "signature": superbox(b"c2cs", "c2pa.signature", box(b"cbor", signature())),
    } | changes
    return superbox(b"c2pa", "c2pa", superbox(b"c2ma", "urn:c2pa:1", *parts.values()))


def signed(beside: bytes) -> bytes:
    return superbox(b"c2cs", "c2pa.signature", box(b"cbor", signature(beside)))


def test_a_frame_that_is_whole() -> None:
    frame = read_frame(store())
    assert frame.certificates == (b"abc",)
    assert not frame.is_stamped
    stamped = b"\xa2" + text("sigTst2") + b"\xa0" + text("pad") + PAD
    assert read_frame(store(signature=signed(stamped))).is_stamped


def test_every_bit_of_a_frame_but_the_signed_ones() -> None:
    """All of them, by hand: what may change are the contents that a signature covers."""
    whole = store()
    covered = {whole.index(PROTECTED) + at for at in range(1, len(PROTECTED))}
    covered |= {whole.index(b"\xf6\x42xy") + at for at in (2, 3)}
    for at in range(len(whole)):
        if whole[at : at + 5] == b"cbor\xa0":
            covered |= set(range(at, at + 5))  # hashed, with the name of its box
    for name in (b"c2pa.actions.v2", b"urn:c2pa:1"):
        begin = whole.index(name)
        covered |= set(range(begin, begin + len(name)))
    covered |= set(range(whole.index(b"c2sh") + 4, whole.index(b"c2sh") + 20))
    kind = whole.index(b"cbor" + TAIL)
    covered |= set(range(kind, kind + 16))
    for at in range(len(whole)):
        for bit in range(8):
            changed = bytearray(whole)
            changed[at] ^= 1 << bit
            if at in covered:
                continue
            with pytest.raises(FormatError):
                read_frame(bytes(changed))


@pytest.mark.parametrize(
    "changes",
    [
        {"assertions": b""},
        {"signature": b""},
        {"claim": superbox(b"c2cl", "c2pa.claim.v3")},
        {"claim": box(b"cbor", b"\xa0")},
        {"signature": signed(b"\xa1" + text("pad") + b"\x43\0\1\0")},
        {"signature": signed(b"\xa1" + text("pad") + b"\xf6")},
        {"signature": signed(b"\xa1" + text("new") + PAD)},
        {"signature": signed(b"\xf6")},
        {"signature": superbox(b"c2cs", "c2pa.signature", box(b"cbor", b"\x81\xf6"))},
        {"signature": superbox(b"c2cs", "c2pa.signature", box(b"json", signature()))},
        {"claim": superbox(b"c2cl", "c2pa.claim.v2", switches=0x13)},
        {"claim": superbox(b"c2cl", "c2pa.claim.v2", rest=b"x")},
    ],
)
def test_frames_that_are_not(changes: dict[str, bytes]) -> None:
    with pytest.raises(FormatError):
        read_frame(store(**changes))


@settings(deadline=None)
@given(st.binary(max_size=200))
@example(b"")
@example(struct.pack(">I4s", 0, b"jumb"))
@example(struct.pack(">I4s", 8, b"jumb"))
@example(superbox(b"c2pa", "c2pa"))
def test_any_bytes_are_refused_in_words(data: bytes) -> None:
    with pytest.raises(FormatError):
        read_frame(data)


def test_finding_a_credential() -> None:
    whole = store()
    decoy = b"c2pa" + TAIL
    assert find_store(decoy + b"noise" + whole + b"more") == whole
    drawn = base64.b64encode(whole)
    svg = b'<svg><c2pa:manifest xmlns:c2pa="x">' + drawn + b"</c2pa:manifest></svg>"
    assert find_store(svg) == whole
    for broken in (b"", decoy, whole[:-1], svg.replace(drawn, drawn + b"A")):
        with pytest.raises(UnsupportedError):
            find_store(broken)


def test_base64_that_says_the_same_otherwise() -> None:
    """The last letter before = has bits that say nothing; only one letter is right."""
    whole = next(s for n in range(3) if len(s := store(claim=superbox(
        b"c2cl", "c2pa.claim.v2", box(b"cbor", bytes(n))))) % 3)  # fmt: skip
    drawn = base64.b64encode(whole)
    at = drawn.index(b"=") - 1
    other = drawn[:at] + bytes([drawn[at] + 1]) + drawn[at + 1 :]
    assert base64.b64decode(other) == whole
    with pytest.raises(UnsupportedError):
        find_store(b"<c2pa:manifest>" + other + b"</c2pa:manifest>")


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ("00", 0),
        ("17", 23),
        ("1818", 24),
        ("1903e8", 1000),
        ("20", -1),
        ("3903e7", -1000),
        ("4401020304", b"\1\2\3\4"),
        ("62c3bc", "ü"),
        ("83010203", [1, 2, 3]),
        ("a26161016162820203", {"a": 1, "b": [2, 3]}),
        ("d28101", [1]),
        ("f4", False),
        ("f5", True),
        ("f6", None),
    ],
)
def test_cbor(data: str, value: object) -> None:
    """Examples of RFC 8949, appendix A, and tags left off."""
    assert decode(bytes.fromhex(data)) == value


@pytest.mark.parametrize(
    "data",
    ["", "1817", "190010", "18", "44010203", "62c328", "8201", "a10101 00", "a201010102",
     "9fff", "5f4101ff", "f97e00", "f7", "a18001", "81" * 20 + "00"],
)  # fmt: skip
def test_cbor_that_is_refused(data: str) -> None:
    with pytest.raises(FormatError):
        decode(bytes.fromhex(data))


def sealed_bundle(tmp_path: Path) -> bytes:
    """As the library leaves it: its two entries behind the old directory."""
    plain = io.BytesIO()
    (tmp_path / "a.abc").write_text("X:1")
    write_bundle(tmp_path, plain)
    files = plain.getvalue()
    whole = io.BytesIO(files)
    with zipfile.ZipFile(whole, "a") as bundle:
        bundle.writestr(zipfile.ZipInfo("META-INF/", (1980, 1, 1, 0, 0, 0)), b"")
        credential = zipfile.ZipInfo("META-INF/content_credential.c2pa", (1980, 1, 1, 0, 0, 0))
        bundle.writestr(credential, store())
    appended = whole.getvalue()
    # zipfile writes over the old directory; put it back in between.
    return _with_gap(appended, files)


def _with_gap(appended: bytes, files: bytes) -> bytes:
    start = files.index(b"PK\1\2")
    old = files[start:-22]
    at = struct.unpack("<I", appended[-6:-2])[0]
    directory = bytearray(appended[at:-22])
    place = 0
    while place < len(directory):
        n_name = struct.unpack_from("<H", directory, place + 28)[0]
        offset = struct.unpack_from("<I", directory, place + 42)[0]
        if offset >= start:
            struct.pack_into("<I", directory, place + 42, offset + len(old))
        place += 46 + n_name
    end = bytearray(appended[-22:])
    struct.pack_into("<I", end, 16, at + len(old))
    return appended[:start] + old + appended[start:at] + bytes(directory) + bytes(end)


def test_a_bundle_is_closed_and_every_byte_that_nothing_covers_checked(tmp_path: Path) -> None:
    raw = sealed_bundle(tmp_path)
    with pytest.raises(FormatError, match="gap"):
        check_bundle(raw)
    file = io.BytesIO(raw)
    close_bundle(file)
    whole = file.getvalue()
    check_bundle(whole)
    with zipfile.ZipFile(io.BytesIO(whole)) as bundle:
        assert bundle.testzip() is None
    first_own = whole.index(b"PK\3\4", 1)
    credential = whole.index(b"\0\0" + store()[2:8])
    for at in range(whole.index(b"X:1") + 3, credential):
        changed = bytearray(whole)
        changed[at] ^= 4
        with pytest.raises(FormatError):
            check_bundle(bytes(changed))
    assert first_own < credential


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_changed_bundle_is_refused_in_words_or_checked(data: st.DataObject) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = io.BytesIO(sealed_bundle(Path(folder)))
    close_bundle(file)
    whole = bytearray(file.getvalue())
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(FormatError):
        check_bundle(bytes(whole[data.draw(st.integers(0, 3)) :]))


def test_bundles_that_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from clinamen.io._credential import bundle as module

    with pytest.raises(UnsupportedError, match="no file in it"):
        write_bundle(tmp_path, io.BytesIO())
    (tmp_path / "not.zip").write_bytes(b"PK and then nothing")
    with pytest.raises(FormatError, match="cannot be read"):
        write_bundle(tmp_path / "not.zip", io.BytesIO())
    twice = io.BytesIO()
    with zipfile.ZipFile(twice, "w") as packed:
        packed.writestr("a", "1")
        with pytest.warns(UserWarning, match="Duplicate"):
            packed.writestr("a", "2")
    (tmp_path / "twice.zip").write_bytes(twice.getvalue())
    with pytest.raises(FormatError, match="in it twice"):
        write_bundle(tmp_path / "twice.zip", io.BytesIO())
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a", bytes(3 << 20))
    (tmp_path / "bomb.zip").write_bytes(bomb.getvalue())
    monkeypatch.setattr(module, "MOST_BYTES", 2 << 20)
    with pytest.raises(FormatError, match="too large"):
        write_bundle(tmp_path / "bomb.zip", io.BytesIO())
    monkeypatch.setattr(module, "MOST_FILES", 0)
    with pytest.raises(FormatError, match="more than 0 files"):
        write_bundle(tmp_path / "bomb.zip", io.BytesIO())


def test_the_same_files_make_the_same_bundle(tmp_path: Path) -> None:
    for name in ("b.abc", "a.abc"):
        (tmp_path / name).write_text(name)
    first, again = io.BytesIO(), io.BytesIO()
    assert write_bundle(tmp_path, first) == 2
    (tmp_path / "packed.zip").write_bytes(first.getvalue())
    (tmp_path / "a.abc").touch()
    write_bundle(tmp_path / "packed.zip", again)
    assert again.getvalue() == first.getvalue()
