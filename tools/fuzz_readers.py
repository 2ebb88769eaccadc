"""Fuzz a reader with coverage guidance (atheris): only our own errors may escape.

    pip install atheris
    python tools/fuzz_readers.py midi|musicxml|mxl|abc|kern|chordpro|chart|listener --seconds 60

Starts from the example files of that format. What it finds is written to the current
folder by atheris (crash-...); keep it as a test under tests/io.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["clinamen.io"]):
    from clinamen.errors import ClinamenError
    from clinamen.io._chart_song import read_chart
    from clinamen.io._sheet_song import read_sheet
    from clinamen.io.abc import read_abc
    from clinamen.io.kern import read_kern
    from clinamen.io.listener_file import read_listener
    from clinamen.io.midi import read_midi
    from clinamen.io.musicxml import read_musicxml, read_mxl

READERS = {
    "midi": (read_midi, ".mid"),
    "musicxml": (read_musicxml, ".musicxml"),
    "mxl": (read_mxl, ".mxl"),
    "abc": (read_abc, ".abc"),
    "kern": (read_kern, ".krn"),
    "chordpro": (read_sheet, ".cho"),
    "chart": (read_chart, ".txt"),
    "listener": (read_listener, ".listener"),
}
MAX_LENGTH = 20_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("format", choices=READERS)
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    reader, suffix = READERS[given.format]

    def try_one(data: bytes) -> None:
        with contextlib.suppress(ClinamenError):
            reader(data, source="fuzz")

    root = Path(__file__).parents[1]
    with tempfile.TemporaryDirectory() as corpus:
        for path in (root / "examples").glob(f"*{suffix}"):
            (Path(corpus) / path.name).write_bytes(path.read_bytes())
        flags = [f"-max_total_time={given.seconds}", f"-max_len={MAX_LENGTH}", "-timeout=20"]
        atheris.Setup([sys.argv[0], *flags, corpus], try_one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
