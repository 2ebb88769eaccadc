"""Train the shipped listener profile for harmony from chords in JSON lines.

    python tools/train_harmony.py FOLDER -o src/clinamen/listeners/people.harmony

FOLDER holds openewld.jsonl and pop909_chords.jsonl (see clinamen.io.jsonl). The same data give
the same bytes on one kind of machine. Half a minute. No rating is looked at.
"""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import asdict
from pathlib import Path

from _training import read_chord_songs, sha256_of

from clinamen.domains.music.progression import harmony_events
from clinamen.domains.music.progression.learned import CHORD_OPTIONS
from clinamen.domains.music.progression.profile import (
    LONG_TERM_TRUST,
    HarmonyProfile,
    learn_member,
)
from clinamen.io.harmony_file import write_harmony

CORPORA = {
    "openewld": "popular songs up to about 1930, chord symbols (OpenEWLD; scores public domain)",
    "pop909_chords": "chord progressions of 909 pop songs (POP909; MIT)",
}
FEWEST = 3
"""Contexts seen less often are left out of the file."""


def train(folder: Path) -> HarmonyProfile:
    """A profile with one member a corpus."""
    members, facts = [], []
    for name, about in CORPORA.items():
        path = folder / f"{name}.jsonl"
        songs = read_chord_songs(path)
        progressions = [harmony_events(song) for song in songs]
        labels = [song.title or place for place, song in enumerate(songs)]
        members.append(learn_member(progressions, labels))
        facts.append(
            {
                "corpus": name,
                "what": about,
                "sha256": sha256_of(path),
                "n_songs": len(songs),
                "n_chords": sum(map(len, progressions)),
            }
        )
    settings = asdict(CHORD_OPTIONS) | {"fewest": FEWEST, "long_term_trust": LONG_TERM_TRUST}
    return HarmonyProfile(tuple(members), "people", {"corpora": facts, "settings": settings})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    data = write_harmony(train(options.folder), fewest=FEWEST)
    options.output.write_bytes(data)
    print(f"{options.output}: {len(data):,} bytes, sha256 {hashlib.sha256(data).hexdigest()}")
