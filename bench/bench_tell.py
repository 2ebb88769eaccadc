"""How long it takes to tell a story of 2,000 entries, and how large the page becomes.

Run ``python bench/bench_tell.py``: a song of 41 notes with chords is edited, broken, kept and
noted about 2,000 times, no two drafts the same, and all of it is told with the shipped listener.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from _common import arguments, print_machine
from clinamen.operations.listeners import load_listener
from clinamen.operations.story.telling import FORMATS, Chapters, TellRequest, tell

sys.path.insert(0, str(Path(__file__).parent.parent))
from tests.operations.story.tales import long_life


def main() -> None:
    arguments(__doc__ or "", with_set=False)
    print_machine()
    life, listener = long_life(500), load_listener()
    path = life.path
    print(f"{len(path.steps):,} entries, {len(Chapters(path).all):,} chapters")
    for form in FORMATS:
        start = time.perf_counter()
        told = tell(Chapters(life.path), TellRequest("all", form=form), listener=listener)
        seconds = time.perf_counter() - start
        sizes = f"page {len(told.page.encode()) / 1e6:.2f} MB, chain {len(told.log) / 1e6:.2f} MB"
        print(f"{form}: {seconds:.1f} s, {sizes}")


if __name__ == "__main__":
    main()
