"""How long it takes to seal a song, and whether a changed bit is ever missed.

Seals a stereo WAV of 3 minutes at 44.1 kHz and 16 bits (31.8 MB) and reads the seal back, as
`clinamen story seal` does, beside plain copying of the same file in the same folder. With
`--flips N` every byte of small files of all kinds is changed, one bit at a time, N bits of
each byte (8 are all of them), and each is read back; a quarter of an hour and more.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.operations.seal_files import FILES, wav_bytes

from clinamen.errors import ClinamenError
from clinamen.operations.seal import SealAction, SealFacts, SealRequest, read_seal, seal

TARGET_SECONDS = 2.0
CREATED = SealFacts(actions=(SealAction(kind="created", source="digitalCreation"),))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--flips", type=int, default=0, metavar="N", help="bits of each byte")
    given = parser.parse_args()
    if find_spec("c2pa") is None:
        print('left out: no content credentials (pip install "clinamen[seal]")')
        return
    with tempfile.TemporaryDirectory() as folder:
        figures = speed(Path(folder))
        if given.flips:
            figures |= flips(Path(folder), min(given.flips, 8))
    if given.json:
        print(json.dumps(figures))
        return
    verdict = "met" if figures["seal_seconds"] < TARGET_SECONDS else "missed"
    print(f"3 minutes of WAV, {figures['megabytes']:.1f} MB")
    print(f"  seal and read back  {figures['seal_seconds']:.3f} s (target 2 s: {verdict})")
    print(f"  read a seal         {figures['read_seconds']:.3f} s")
    print(f"  copy                {figures['copy_seconds']:.3f} s")
    print(f"  seal over copy      {figures['seal_seconds'] / figures['copy_seconds']:.1f}")
    if given.flips:
        print(f"changed bits: {figures['n_flips']}, missed: {figures['n_missed']}")


def speed(folder: Path) -> dict[str, float]:
    """Medians of five."""
    song, copy = folder / "song.wav", folder / "copy.wav"
    song.write_bytes(wav_bytes(180 * 44100, channels=2, rate=44100))
    request = SealRequest(file=str(song), facts=CREATED, folder=folder, force=True)
    seal(request)  # the key is made, the library loaded
    sealed = str(folder / "song.sealed.wav")
    return {
        "megabytes": song.stat().st_size / 1e6,
        "seal_seconds": median_seconds(lambda: seal(request)),
        "read_seconds": median_seconds(lambda: read_seal(sealed)),
        "copy_seconds": median_seconds(lambda: shutil.copyfile(song, copy)),
    }


def median_seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(5):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def flips(folder: Path, n_bits: int) -> dict[str, float]:
    """Change every byte of every kind of file, and of credentials beside files."""
    chance = random.Random(1)
    n_flips = n_missed = 0
    for name in (
        "song.wav",
        "song.mp3",
        "song.flac",
        "song.svg",
        "song.pdf",
        "song.zip",
        "song.mid",
    ):
        file = folder / name
        file.write_bytes(FILES[name])
        for facts in (SealFacts(), CREATED):
            made = seal(SealRequest(file=str(file), facts=facts, folder=folder, force=True))
            read_from = Path(made.path) if made.is_embedded else file
            for target in {Path(made.path), read_from}:
                whole = target.read_bytes()
                for at in range(len(whole)):
                    for bit in chance.sample(range(8), n_bits):
                        changed = bytearray(whole)
                        changed[at] ^= 1 << bit
                        target.write_bytes(changed)
                        n_flips += 1
                        n_missed += holds(read_from)
                target.write_bytes(whole)
    return {"n_flips": n_flips, "n_missed": n_missed}


def holds(file: Path) -> bool:
    try:
        return read_seal(file).is_valid
    except ClinamenError:
        return False


if __name__ == "__main__":
    main()
