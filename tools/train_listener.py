"""Train the shipped listener from melodies in JSON lines.

    python tools/train_listener.py FOLDER -o src/clinamen/listeners/songs.listener

FOLDER holds lieder.jsonl, openewld.jsonl and openhymnal.jsonl (see clinamen.io.jsonl).
The same data give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from _training import main, read_corpora

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
    melodies, listener.facts = read_corpora(folder, CORPORA, read_corpus)
    listener.learn(melodies)
    return listener


if __name__ == "__main__":
    main(__doc__ or "", train, write_listener)
