"""Train the shipped listener from melodies in JSON lines.

    python tools/train_listener.py FOLDER -o src/clinamen/listeners/songs.listener

FOLDER holds lieder.jsonl, openewld.jsonl and openhymnal.jsonl (see clinamen.io.jsonl).
The same data give the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator
from pathlib import Path

from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Melody
from clinamen.io.jsonl import read_melodies
from clinamen.io.listener_file import write_listener

CORPORA = {
    "openewld": "popular songs up to about 1930 (OpenEWLD; scores public domain)",
    "openhymnal": "hymns, soprano (Open Hymnal; marked public domain)",
    "lieder": "art songs, vocal lines (OpenScore Lieder; CC0)",
}
VIEWPOINTS = {
    "pitch": "cpint*cpintfref, cpint*posinbar, cpitch",
    "onset": "bioi*posinbar",
    "duration": "dur*posinbar",
}
LONGEST_CONTEXT = 6


def read_corpus(path: Path) -> Iterator[Melody]:
    """Melodies of a file, those left out that are not one line of notes in a known key."""
    return (melody for melody in read_melodies(path, overlaps="skip") if melody.keys)


def train(folder: Path) -> Listener:
    """A listener that has heard all corpora in order."""
    listener = Listener(name="songs", viewpoints=VIEWPOINTS, longest_context=LONGEST_CONTEXT)
    facts = []
    melodies: list[Melody] = []
    for name, what in CORPORA.items():
        path = folder / f"{name}.jsonl"
        found = list(read_corpus(path))
        melodies += found
        facts.append(
            {
                "corpus": name,
                "what": what,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
                "n_melodies": len(found),
                "n_notes": sum(len(melody.notes) for melody in found),
            }
        )
    listener.learn(melodies)
    listener.facts = {"corpora": facts}
    return listener


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    listener = train(options.folder)
    data = write_listener(listener)
    options.output.write_bytes(data)
    print(
        f"{options.output}: {len(data):,} bytes, {listener.n_melodies:,} melodies, "
        f"{listener.n_notes:,} notes, sha256 {hashlib.sha256(data).hexdigest()}"
    )


if __name__ == "__main__":
    main()
