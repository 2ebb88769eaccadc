"""Files of every kind that can be sealed, made here, and an authority for the time."""

from __future__ import annotations

import io
import struct
import subprocess
import threading
import wave
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SVG = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" '
    'width="10" height="10"><rect width="5" height="5"/></svg>\n'
)
ABC = "X:1\nT:Ada's tune\nM:3/4\nL:1/4\nK:G\nD|G2 B|B2 A|G2 E|D2|]\n"
KERN = "**kern\n*M4/4\n4c\n4d\n4e\n4c\n==\n*-\n"
MUSICXML = (
    '<?xml version="1.0"?><score-partwise version="4.0"><part-list><score-part id="P1">'
    "<part-name/></score-part></part-list></score-partwise>"
)
MIDI = b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\x0c\0\x90\x3c\x40\x60\x80\x3c\x40\0\xff\x2f\0"


def wav_bytes(n_frames: int = 1000, *, channels: int = 1, rate: int = 8000) -> bytes:
    """A sawtooth."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        period = b"".join((40 * at % 65536).to_bytes(2, "little") for at in range(1000))
        n_bytes = 2 * channels * n_frames
        file.writeframes((period * (n_bytes // len(period) + 1))[:n_bytes])
    return made.getvalue()


def mp3_bytes() -> bytes:
    """Five silent frames of 128 kbit/s at 44.1 kHz."""
    return (b"\xff\xfb\x90\x00" + bytes(413)) * 5


def flac_bytes(n_frames: int = 3) -> bytes:
    """Frames of 192 samples as they are, 16 bits at 44.1 kHz."""
    made = b""
    for number in range(n_frames):
        head = bytes([0xFF, 0xF8, 0x19, 0x08, number])
        samples = struct.pack(">192h", *((40 * at) % 9000 for at in range(192)))
        frame = head + bytes([_crc(head, 0x07, 8)]) + b"\x02" + samples
        made += frame + struct.pack(">H", _crc(frame, 0x8005, 16))
    facts = (44100 << 44 | 15 << 36 | 192 * n_frames).to_bytes(8)
    info = struct.pack(">HH", 192, 192) + bytes(6) + facts + bytes(16)
    return b"fLaC\x80\0\0\x22" + info + made


def _crc(data: bytes, polynomial: int, n_bits: int) -> int:
    rest = 0
    for byte in data:
        rest ^= byte << (n_bits - 8)
        for _ in range(8):
            rest = (rest << 1) ^ (polynomial if rest >> (n_bits - 1) else 0)
            rest &= (1 << n_bits) - 1
    return rest


def tagged(name: str) -> tuple[bytes, tuple[bytes, ...]]:
    """A file with tags, and the parts of it that sealing must leave."""
    if name == "song.wav":
        chunk = struct.pack("<4sI", b"LIST", 20) + b"INFOINAM\7\0\0\0Sakura\0\0"
        body = wav_bytes()[8:] + chunk
        return b"RIFF" + struct.pack("<I", len(body)) + body, (body[4:],)
    if name == "song.mp3":
        frames = [b"TIT2\0\0\0\7\0\0\0Sakura", b"COMM\0\0\0\x0b\0\0\0eng\0a note"]
        last = b"TAG" + b"Sakura".ljust(125, b"\0")
        body = b"".join(frames) + bytes(40)
        head = b"ID3\3\0\0" + bytes([0, 0, len(body) >> 7, len(body) & 127])
        return head + body + mp3_bytes() + last, (
            b"TIT2",
            b"Sakura",
            b"COMM",
            b"a note",
            mp3_bytes() + last,
        )
    return flac_bytes(), (flac_bytes(),)


def pdf_bytes() -> bytes:
    """One empty page."""
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
    ]
    made, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(made))
        made += b"%d 0 obj%s\nendobj\n" % (number, part)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % at for at in places
    )
    return made + table + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(made)


def png_bytes() -> bytes:
    """Four grey points."""
    rows = zlib.compress(b"\0\x20\x40\0\x60\x80")
    head = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def zip_bytes(method: int = zipfile.ZIP_STORED) -> bytes:
    """Two drafts and a name that is not ASCII."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as bundle:
        bundle.writestr("drafts/1.abc", ABC)
        bundle.writestr("drafts/rủ chiều.abc", ABC)
        bundle.writestr("take.mid", MIDI)
    return made.getvalue()


FILES: dict[str, bytes] = {
    "song.wav": wav_bytes(),
    "song.mp3": mp3_bytes(),
    "song.flac": flac_bytes(),
    "song.svg": SVG.encode(),
    "song.pdf": pdf_bytes(),
    "song.png": png_bytes(),
    "song.zip": zip_bytes(),
    "song.mid": MIDI,
    "song.musicxml": MUSICXML.encode(),
    "song.abc": ABC.encode(),
    "song.krn": KERN.encode(),
    "song.txt": b"C G Am F\n",
}


def short_credentials(folder: Path, *, seconds: float) -> tuple[str, str]:
    """A chain and its key that are good for so long, from now."""
    from clinamen.operations import _seal_certificate as module

    years = timedelta(days=365 * module._YEARS)
    text = module._make(datetime.now(UTC) - years + timedelta(seconds=seconds))
    key, _, rest = text.partition("-----BEGIN CERTIFICATE-----")
    (folder / "key.pem").write_text(key)
    (folder / "chain.pem").write_text("-----BEGIN CERTIFICATE-----" + rest)
    return str(folder / "chain.pem"), str(folder / "key.pem")


def root_of(chain: str) -> str:
    """The last certificate of a chain, PEM."""
    text = Path(chain).read_text()
    return text[text.rindex("-----BEGIN CERTIFICATE-----") :]


@contextmanager
def time_authority(folder: Path, *, answer: bytes | None = None) -> Iterator[str]:
    """An authority on this machine that stamps with openssl; or gives one answer to all."""
    folder.mkdir(exist_ok=True)
    if answer is None:
        _make_authority(folder)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            reply = answer if answer is not None else _stamp(folder, asked)
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _stamp(folder: Path, asked: bytes) -> bytes:
    (folder / "asked").write_bytes(asked)
    command = ["openssl", "ts", "-reply", "-config", str(folder / "conf")]
    command += ["-queryfile", str(folder / "asked")]
    return subprocess.run(command, capture_output=True, check=True).stdout


def _make_authority(folder: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    from clinamen.operations._seal_certificate import _usage

    now = datetime.now(UTC)
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    pem = serialization.Encoding.PEM
    issuer = x509.SubjectKeyIdentifier.from_public_key(root_key.public_key())
    for name, own, is_root in (("root", root_key, True), ("stamps", key, False)):
        subject, by = (
            x509.Name(
                [
                    x509.NameAttribute(NameOID.COMMON_NAME, each),
                    x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Time"),
                ]
            )
            for each in (name, "root")
        )
        made = (
            x509.CertificateBuilder(by, subject, own.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(hours=1))
            .not_valid_after(now + timedelta(days=900))
            .add_extension(x509.BasicConstraints(is_root, None), critical=True)
            .add_extension(_usage(is_root), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(issuer),
                critical=False,
            )
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False
            )
        )
        if not is_root:
            purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
            made = made.add_extension(purpose, critical=True)
        signed = made.sign(root_key, hashes.SHA256())
        (folder / f"{name}.pem").write_bytes(signed.public_bytes(pem))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *plain))
    (folder / "serial").write_text("01\n")
    (folder / "conf").write_text(
        f"[tsa]\ndefault_tsa=t\n[t]\nserial={folder}/serial\nsigner_cert={folder}/stamps.pem\n"
        f"certs={folder}/root.pem\nsigner_key={folder}/key.pem\nsigner_digest=sha256\n"
        "default_policy=1.2.3.4\ndigests=sha256,sha384,sha512\ness_cert_id_alg=sha256\n"
    )
