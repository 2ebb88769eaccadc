"""`clinamen hear` on one song, as a user waits for it: whole processes, wall time.

Warm: compiled code is on disk. First ever: an empty cache of compiled code. Import: what
``import clinamen`` adds to starting Python.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _common import Seconds, arguments, medians, print_machine
from clinamen.bench._machine import machine

SONG = Path(__file__).parents[1] / "examples" / "ode_to_joy.musicxml"
HEAR = [sys.executable, "-m", "clinamen.cli", "hear", str(SONG)]
REPEATS = 7
LABELS = {
    "first": "first ever, with compiling",
    "warm": "warm",
    "import": "import clinamen",
}
TARGETS = {"warm": 1.5, "first": 20.0, "import": 0.3}


def seconds(command: list[str], cache: str) -> Seconds:
    start, before = time.perf_counter(), os.times()
    done = subprocess.run(
        command, env=os.environ | {"NUMBA_CACHE_DIR": cache}, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    after = os.times()
    cpu = after.children_user + after.children_system
    cpu -= before.children_user + before.children_system
    return Seconds(time.perf_counter() - start, cpu)


def median(command: list[str], cache: str) -> Seconds:
    return medians([seconds(command, cache) for _ in range(REPEATS)])


def main() -> None:
    options = arguments("Time of hearing one song.", with_set=False)
    with tempfile.TemporaryDirectory() as cache:
        found = {"first": seconds(HEAR, cache), "warm": median(HEAR, cache)}
        bare = median([sys.executable, "-c", ""], cache)
        package = median([sys.executable, "-c", "import clinamen"], cache)
        found["import"] = Seconds(package.wall - bare.wall, package.cpu - bare.cpu)
    if options.json:
        plain = {what: taken._asdict() for what, taken in found.items()}
        print(json.dumps({"seconds": plain, "targets": TARGETS, "machine": machine()}))
        return
    print_machine()
    print(f"clinamen hear {SONG.name}, whole process; median of {REPEATS} but for the first")
    print(f"{'seconds':26}{'wall':>8}{'CPU':>8}{'target':>9}")
    for what, taken in found.items():
        print(f"{LABELS[what]:26}{taken.wall:8.3f}{taken.cpu:8.3f}{TARGETS[what]:9}")


if __name__ == "__main__":
    main()
