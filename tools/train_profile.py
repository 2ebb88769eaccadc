"""Train the shipped listener profile from melodies in JSON lines.

    python tools/train_profile.py FOLDER -o src/clinamen/listeners/people.profile

FOLDER holds lieder.jsonl, openewld.jsonl, openhymnal.jsonl and folk_pd.jsonl (see
clinamen.io.jsonl). The same data give the same bytes. No rating is looked at.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from clinamen.domains.music.notes import Melody
from clinamen.domains.music.profile import ListenerProfile
from clinamen.io.jsonl import read_melodies
from clinamen.io.profile_file import write_profile

CORPORA = {
    "openhymnal": "hymns, soprano (Open Hymnal; marked public domain, 12 of 300 less clear)",
    "openewld": "popular songs up to about 1930 (OpenEWLD; scores public domain)",
    "lieder": "art songs, vocal lines (OpenScore Lieder; CC0)",
    "folk_pd": "tunes from old printed books (O'Neill, Aird, Ryan; public domain by age, "
    "the transcribers' licence is not stated)",
}


def train(folder: Path) -> ListenerProfile:
    """A profile that has heard all corpora in order."""
    profile = ListenerProfile(name="people")
    facts = []
    melodies: list[Melody] = []
    for name, what in CORPORA.items():
        path = folder / f"{name}.jsonl"
        found = list(read_melodies(path))
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
    profile.learn(melodies)
    profile.facts = {"corpora": facts}
    return profile


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    options = parser.parse_args()
    profile = train(options.folder)
    data = write_profile(profile)
    options.output.write_bytes(data)
    print(
        f"{options.output}: {len(data):,} bytes, {profile.n_melodies:,} melodies, "
        f"{profile.n_notes:,} notes, sha256 {hashlib.sha256(data).hexdigest()}"
    )


if __name__ == "__main__":
    main()
