"""How long it takes to say of every note who put it there, on a long path.

Run ``python bench/bench_blame.py``: a song of 2,000 notes and 200 chords is changed 5,000 times,
one note at a time, seeded; then the origins of all notes are found from nothing, and once more
after a further step. The ratio is to unpacking the drafts alone, which no answer can do without.
"""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path as File

from _common import arguments, print_machine
from clinamen.ledger import Agent, Project, ProjectStore
from clinamen.operations.edit import Draft
from clinamen.operations.story.blame import Blame
from clinamen.operations.story.path import Path

N_NOTES, N_CHORDS, N_STEPS = 2_000, 200, 5_000
EIGHTH = 5_040

Rows = list[list[int]]


def document(rows: Rows) -> str:
    chords = [[place * 8 * EIGHTH, "C"] for place in range(N_CHORDS)]
    return Draft.from_plain({"notes": rows, "chords": chords}).to_json()


def step(store: ProjectStore, song: Project, rows: Rows, rng: random.Random) -> Project:
    row = rng.choice(rows)
    row[1:] = rng.choice([EIGHTH // 2, EIGHTH]), rng.randrange(55, 80)
    return store.commit(song.id, document(rows), base=song.revision.id, action="pitch")


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure(store: ProjectStore) -> dict[str, float]:
    rng = random.Random(0)
    rows = [[place * EIGHTH, EIGHTH, rng.randrange(55, 80)] for place in range(N_NOTES)]
    song = store.create("A song", "song.abc", b"X:1", options="{}", document=document(rows))
    with store.together():
        for _ in range(N_STEPS):
            song = step(store, song, rows, rng)
    whole = min(seconds(lambda: Blame(Path(store, song.id)).of()) for _ in range(5))
    read = min(seconds(lambda: list(store.story.entities(song.id))) for _ in range(5))
    known = Blame(Path(store, song.id))
    known.of()
    step(store, song, rows, rng)
    return {"whole": whole, "after a further step": seconds(known.of), "ratio": whole / read}


def main() -> None:
    options = arguments(__doc__ or "", with_set=False)
    with tempfile.TemporaryDirectory() as folder:
        store = ProjectStore(File(folder) / "projects.db", by=(Agent("person", "Lan"),))
        found = measure(store)
        store.close()
    if options.json:
        print(json.dumps(found))
        return
    print_machine()
    print(f"origins of {N_NOTES:,} notes after {N_STEPS:,} steps: {found['whole']:.2f} s")
    print(f"  {found['ratio']:.1f} times as long as unpacking the drafts alone")
    print(f"  after a further step: {1000 * found['after a further step']:.0f} ms")


if __name__ == "__main__":
    main()
