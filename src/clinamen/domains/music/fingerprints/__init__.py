"""Runs of notes that melodies share, whatever their keys and tempos.

A run is notes that follow on each other. Two runs are the same if they have the same
intervals in semitones, and inter-onset intervals in the same ratios. So the key and the
tempo make no difference, nor whether it is written in eighths or in quarters, nor how long
each note sounds. A rest is part of the inter-onset interval it falls in. Tied notes are
one note, ornaments that the file does not write out as notes are none, and a note that
is repeated counts as often as it comes: a chant on one pitch is a run like any other.

`Fingerprints` is the index of a corpus, `longest_shared` compares two melodies,
`RunLimit` keeps a limit, and `changes` tells what is new in a variant. What is found is
what the notes have in common. It is no judgement on anybody's rights.
"""

from clinamen.domains.music.fingerprints._baseline import Baseline
from clinamen.domains.music.fingerprints._index import Fingerprints
from clinamen.domains.music.fingerprints._limit import SHORTEST_LIMIT, RunLimit, check_limit
from clinamen.domains.music.fingerprints._separate import separate_runs
from clinamen.domains.music.fingerprints._shared import SharedRun, longest_shared
from clinamen.domains.music.fingerprints._span import AnySpan, Span, changes
from clinamen.domains.music.fingerprints._steps import HASH_BITS, RUN
from clinamen.domains.music.fingerprints._tunes import Tunes, bar_numbers

__all__ = [
    "HASH_BITS",
    "RUN",
    "SHORTEST_LIMIT",
    "AnySpan",
    "Baseline",
    "Fingerprints",
    "RunLimit",
    "SharedRun",
    "Span",
    "Tunes",
    "bar_numbers",
    "changes",
    "check_limit",
    "longest_shared",
    "separate_runs",
]
