"""How long attestations take to check, how many corruptions are found, and what imports cost.

Run ``python bench/bench_attest.py``: a signature, a time-stamp of a test authority and a proof of
OpenTimestamps over one statement are checked again and again, with the ratio to a SHA-256 of a
megabyte in the same run; then each is corrupted at random, seeded, as it lies in a ledger and
with its checksum made to fit.
"""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from _common import arguments, print_machine
from clinamen.errors import AttestationError
from clinamen.ledger.attest import KINDS, Kind, Trust, checkers, sign
from clinamen.ledger.attest._envelope import unwrap, wrap
from clinamen.ledger.verifying import Checker

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.ledger.attest.test_calendars import anchored
from tests.ledger.attest.test_checking import STATEMENT, anchored_header
from tests.ledger.attest.test_signing import KEY

from clinamen.bench._authority import Authority

N_CORRUPTIONS = 1000


def attestations() -> tuple[dict[Kind, bytes], Trust]:
    authority = Authority.make()
    token = authority.token(hashlib.sha256(STATEMENT).digest(), 1)
    trust = Trust(
        KEY.signer.fingerprint, (authority.root.certificate,), {900_000: anchored_header()}
    )
    data: dict[Kind, bytes] = {
        "ed25519": sign(KEY, STATEMENT),
        "rfc3161": wrap("rfc3161", token),
        "opentimestamps": anchored()[0],
    }
    return data, trust


def seconds(work: Callable[[], object]) -> float:
    """The best of five rounds of 100."""
    rounds = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(100):
            work()
        rounds.append((time.perf_counter() - start) / 100)
    return min(rounds)


def corrupted(data: bytes, rng: random.Random) -> bytes:
    """One bit flipped, a piece cut out, the end cut off, or two pieces changed about."""
    at, length = rng.randrange(len(data)), rng.randint(1, 40)
    match rng.randrange(4):
        case 0:
            return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]
        case 1:
            return data[:at] + data[at + length :]
        case 2:
            return data[:at]
        case _:
            return data[:at] + data[at + length :] + data[at : at + length]


def is_found(check: Checker, data: bytes, said: str | None) -> bool:
    """Whether it is refused, or says exactly what the sound one says."""
    try:
        return check(data, STATEMENT) == said
    except AttestationError:
        return True


def import_milliseconds(modules: str) -> float:
    code = (
        "import time; start = time.perf_counter()\n"
        f"import {modules}\nprint(1e3 * (time.perf_counter() - start))"
    )
    runs = [subprocess.check_output([sys.executable, "-c", code], text=True) for _ in range(5)]
    return min(map(float, runs))


def main() -> None:
    arguments(__doc__ or "", with_set=False)
    print_machine()
    data, trust = attestations()
    rng = random.Random(0)
    megabyte = rng.randbytes(2**20)
    unit = seconds(lambda: hashlib.sha256(megabyte).digest())
    for kind in KINDS:
        whole = data[kind]
        check = checkers(trust)[kind]
        said = check(whole, STATEMENT)
        spent = seconds(partial(check, whole, STATEMENT))
        print(f"{kind}: {1e3 * spent:.3f} ms, {spent / unit:.2f} of a SHA-256 of a megabyte")
        bad = [each for _ in range(N_CORRUPTIONS) if (each := corrupted(whole, rng)) != whole]
        n_found = sum(is_found(check, each, None) for each in bad)
        print(f"  corrupted: {n_found} of {len(bad)} refused")
        inner = unwrap(kind, whole)
        bad = [each for _ in range(N_CORRUPTIONS) if (each := corrupted(inner, rng)) != inner]
        n_found = sum(is_found(check, wrap(kind, each), said) for each in bad)
        print(
            f"  with the checksum made to fit: {n_found} of {len(bad)} refused or saying the same"
        )
    for name in ("cryptography.hazmat.primitives.asymmetric.ed25519", "rfc3161_client"):
        print(f"import {name}: {import_milliseconds(name):.0f} ms")


if __name__ == "__main__":
    main()
