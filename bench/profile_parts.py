"""What each expert of the listener profile is worth, and how sure its figures are.

Explained variance of the ratings of `clinamen bench listeners` without each expert in turn, and an
interval that holds it in 95 % of 2000 random draws of contexts, with replacement. With
--train FOLDER also of a profile that has heard no folk tunes; FOLDER as for
tools/train_profile.py.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from unittest import mock

import numpy as np

from clinamen.bench._ratings import read_heard
from clinamen.bench.listeners import Compared, ProfileListener, agreement, compare
from clinamen.domains.music import profile
from clinamen.domains.music.profile import ListenerProfile, ProfileOptions
from clinamen.io.jsonl import read_melodies

RATINGS = Path(__file__).parents[1] / "tests" / "golden" / "ratings" / "continuations.jsonl"
SONGS = ("openhymnal", "openewld", "lieder")
NEVER = 1e12
"""Notes until a short-term memory is trusted that shall have no voice."""


class Heard(ProfileListener):
    """Any profile."""

    def __init__(self, one: ListenerProfile | None = None) -> None:
        super().__init__()
        if one is not None:
            self.profile = one

    def deafen(self) -> None:
        """Take the short-term memory's voice."""
        self.profile.options = ProfileOptions(half_trust=NEVER)


def contexts(listener: ProfileListener) -> dict[str, list[Compared]]:
    """What people and a profile said, by data set."""
    found = compare(read_heard(str(RATINGS)), listener)
    return {data_set: some for (data_set, _kind), some in found.items()}


def explained(some: list[Compared]) -> float:
    return agreement(some).r_squared or 0.0


def print_line(name: str, found: dict[str, list[Compared]]) -> None:
    figures = "  ".join(f"{data_set} {explained(some):.3f}" for data_set, some in found.items())
    print(f"{name:28} {figures}")


def songs_only(folder: Path) -> ListenerProfile:
    """A profile that has heard hymns, popular and art songs."""
    one = ListenerProfile()
    one.learn([melody for name in SONGS for melody in read_melodies(folder / f"{name}.jsonl")])
    return one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path, metavar="FOLDER")
    folder = parser.parse_args().train
    whole = contexts(Heard())
    print_line("all six", whole)
    for expert in profile.EXPERTS:
        others = tuple(each for each in profile.EXPERTS if each != expert)
        with mock.patch.object(profile, "EXPERTS", others):
            print_line(f"without {expert.viewpoint}", contexts(Heard()))
    deaf = Heard()
    deaf.deafen()
    print_line("without short-term cpitch", contexts(deaf))
    with mock.patch.object(profile, "EXPERTS", profile.EXPERTS[:1]):
        deaf.deafen()
        print_line("cpint alone", contexts(deaf))
    rng = np.random.default_rng(0)
    for data_set, some in whole.items():
        picks = rng.choice(len(some), (2000, len(some)))
        draws = [explained([some[place] for place in pick]) for pick in picks]
        low, high = np.percentile(draws, [2.5, 97.5])
        print(f"{data_set}: 95 % of draws of contexts from {low:.3f} to {high:.3f}")
    if folder is not None:
        print_line("trained on songs only", contexts(Heard(songs_only(folder))))


if __name__ == "__main__":
    main()
