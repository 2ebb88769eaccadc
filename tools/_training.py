"""What the training programs share: corpora with their record, and the command line."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from clinamen.domains.music.notes import Melody, Song
from clinamen.io.jsonl import read_rows, song_of

Corpora = tuple[list[Melody], dict[str, object]]


def read_corpora(
    folder: Path, what: Mapping[str, str], read: Callable[[Path], Iterable[Melody]]
) -> Corpora:
    """Melodies of ``NAME.jsonl`` files in order, and the facts to record about them.

    Parameters
    ----------
    what
        Name of each corpus and one line about it and its rights.
    read
        From a file to its melodies.
    """
    melodies: list[Melody] = []
    facts = []
    for name, about in what.items():
        path = folder / f"{name}.jsonl"
        found = list(read(path))
        melodies += found
        facts.append(
            {
                "corpus": name,
                "what": about,
                "sha256": sha256_of(path),
                "n_melodies": len(found),
                "n_notes": sum(len(melody.notes) for melody in found),
            }
        )
    return melodies, {"corpora": facts}


def sha256_of(path: Path) -> str:
    """Hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_chord_songs(path: Path) -> list[Song]:
    """Songs of a file that have chord symbols that can be read."""
    rows = read_rows(path)
    songs = [
        song_of(row, source=str(path), place=place) for place, row in rows if row.get("chords")
    ]
    return [song for song in songs if song.harmony]


def main(
    doc: str,
    train: Callable[[Path], Any],
    write: Callable[[Any], bytes],
    sizes: Callable[[Any], tuple[int, int]] = lambda trained: (trained.n_melodies, trained.n_notes),
    quick: Callable[[Path], Any] | None = None,
) -> None:
    """Train on the folder given, write the file, say what it is and how many melodies and notes
    it knows."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    if quick is not None:
        parser.add_argument("--quick", action="store_true", help="train the quick one")
    options = parser.parse_args()
    trained = (quick if quick is not None and options.quick else train)(options.folder)
    data, (n_melodies, n_notes) = write(trained), sizes(trained)
    options.output.write_bytes(data)
    print(
        f"{options.output}: {len(data):,} bytes, {n_melodies:,} melodies, "
        f"{n_notes:,} notes, sha256 {hashlib.sha256(data).hexdigest()}"
    )
