"""Train the shipped listener profile from melodies in JSON lines.

    python tools/train_profile.py FOLDER -o src/clinamen/listeners/people.profile

FOLDER holds lieder.jsonl, openewld.jsonl, openhymnal.jsonl and folk_pd.jsonl (see
clinamen.io.jsonl). The same data give the same bytes. No rating is looked at.
"""

from __future__ import annotations

from pathlib import Path

from _training import main, read_corpora

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
    melodies, profile.facts = read_corpora(folder, CORPORA, read_melodies)
    profile.learn(melodies)
    return profile


if __name__ == "__main__":
    main(__doc__ or "", train, write_profile)
