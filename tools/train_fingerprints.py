"""Make the index of fingerprints that goes with the shipped listener.

    python tools/train_fingerprints.py FOLDER -o src/clinamen/listeners/songs.fingerprints

FOLDER holds the melodies that the listener has heard (see train_listener.py). The same data
give the same bytes. One core, some seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from _training import main, sha256_of
from train_listener import CORPORA

from clinamen.domains.music.fingerprints import Fingerprints
from clinamen.domains.music.notes import Song
from clinamen.io._abc.text import plain_text
from clinamen.io.fingerprint_file import write_fingerprints
from clinamen.io.jsonl import melody_of, read_rows

BOOKS = {
    "airdsAirs": "Aird's Airs",
    "oneills1850": "O'Neill's Music of Ireland",
    "ryansMammoth": "Ryan's Mammoth Collection",
    "openhymnal": "Open Hymnal",
}
"""What a tune is from where no composer is told, by the beginning of its number."""


def read_songs(path: Path) -> Iterator[Song]:
    """Melodies of a file as the learned mixture hears them, with titles."""
    for place, row in read_rows(path):
        melody = melody_of(row, overlaps="skyline", source=path.name, place=place)
        if melody is not None:
            book = BOOKS.get(str(row.get("id", "")).partition("/")[0], "")
            composer = _name(str(row.get("composers") or "")) or book
            yield Song(melody, title=_title(str(row.get("title") or "")), composer=composer)


def _title(given: str) -> str:
    """A title as it is said: without the number in its opus, ``The`` and ``A`` in front."""
    title = re.sub(r"^\d+ (?=\w)", "", plain_text(given).strip().rstrip("."))
    found = re.fullmatch(r"(.*), (The|A|An)", title)
    return f"{found[2]} {found[1]}" if found else title


def _name(composer: str) -> str:
    """A name as it is said: ``Schubert, Franz`` is Franz Schubert."""
    parts = composer.split(", ")
    return " ".join(reversed(parts)) if len(parts) == 2 else composer


def make(folder: Path) -> Fingerprints:
    """The index of all corpora in order."""
    songs: list[Song] = []
    collections: list[str] = []
    facts = []
    for name, what in CORPORA.items():
        path = folder / f"{name}.jsonl"
        found = list(read_songs(path))
        songs += found
        collections += [name] * len(found)
        n_notes = sum(len(song.melody.notes) for song in found)
        about = {"corpus": name, "what": what, "sha256": sha256_of(path)}
        facts.append(about | {"n_melodies": len(found), "n_notes": n_notes})
    return Fingerprints.of(songs, collections=collections, facts={"corpora": facts})


if __name__ == "__main__":
    main(
        __doc__ or "",
        make,
        write_fingerprints,
        lambda index: (len(index.tunes), len(index.tunes.bars)),
    )
