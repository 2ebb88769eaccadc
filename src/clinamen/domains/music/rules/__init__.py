"""Rules of the game: what a song follows, and how one of them may be broken.

A search within the rules finds other songs of the same kind; a search over the rules changes
the kind: another scale, another metre, another plan of phrases, another habit of the line. It
is what Boden calls transformational creativity, beside exploratory.

Source: Boden 2004, *The creative mind*, chapters 3 and 4, for the distinction; the rules are
ours.
"""

from clinamen.domains.music.rules._breaking import KINDS, VIEWPOINTS, Break, both, breaks_of
from clinamen.domains.music.rules._following import Followed, Rules, rules_of
from clinamen.domains.music.rules._habits import (
    Cadence,
    Contour,
    Moves,
    Peak,
    Rhythm,
)
from clinamen.domains.music.rules._metre import Metre
from clinamen.domains.music.rules._plan import Phrase, Plan, plan_of
from clinamen.domains.music.rules._reading import Layout, Reading, layout_of, reading_of
from clinamen.domains.music.rules._rule import Count, Rule
from clinamen.domains.music.rules._scale import Scale, degree_changes

__all__ = [
    "KINDS",
    "VIEWPOINTS",
    "Break",
    "Cadence",
    "Contour",
    "Count",
    "Followed",
    "Layout",
    "Metre",
    "Moves",
    "Peak",
    "Phrase",
    "Plan",
    "Reading",
    "Rhythm",
    "Rule",
    "Rules",
    "Scale",
    "both",
    "breaks_of",
    "degree_changes",
    "layout_of",
    "plan_of",
    "reading_of",
    "rules_of",
]
