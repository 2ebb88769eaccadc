"""Measure how long melodies go without an onset: what quality allows of a tune.

    python tools/measure_waits.py FOLDER

FOLDER holds the corpora of ``tools/train_listener.py``. Printed are percentiles of the longest
wait of each melody, in bars of its first metre, of each corpus, and of all but the Lieder, whose
voices wait for their pianos. One core, some seconds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from measure_corpora import FEWEST_NOTES, read_all

from clinamen.domains.music.tunes.quality import longest_wait

ACCOMPANIED = "lieder"
"""The corpus whose melodies have rests that another part fills."""

CUTS = (50, 90, 95, 98, 99, 99.5)
"""Percentiles."""


def main() -> None:
    """Read the folder given and print its percentiles."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    waits: dict[str, list[float]] = {}
    for _, corpus, song in read_all(parser.parse_args().folder):
        melody = song.melody
        if len(melody.notes) >= FEWEST_NOTES:
            bars = longest_wait(melody) / melody.meters[0].meter.bar_quarters
            waits.setdefault(corpus, []).append(float(bars))
    alone = [wait for corpus, some in waits.items() if corpus != ACCOMPANIED for wait in some]
    print(f"{'percentile':<14}{'melodies':>9}" + "".join(f"{cut:>7}" for cut in CUTS))
    for corpus, some in {**waits, "but Lieder": alone}.items():
        cuts = np.percentile(some, CUTS)
        print(f"{corpus:<14}{len(some):>9,}" + "".join(f"{cut:>7.2f}" for cut in cuts))


if __name__ == "__main__":
    main()
