"""Which viewpoints the classic model has."""

from __future__ import annotations

from itertools import combinations

import pytest

from clinamen.bench._classic import PITCHES_ONLY, classic_system
from clinamen.bench.prediction import KNOWABLE
from clinamen.domains.music.viewpoints import Linked, parse_viewpoints

KEY = {"cpintfref", "inscale"}
PHRASE = {"cpintfiph", "fiph", "liph", "position_in_phrase"}


def parts(text: str) -> set[str]:
    found = parse_viewpoints(text)
    return {
        part.idyom_name
        for viewpoint in found
        for part in (viewpoint.parts if isinstance(viewpoint, Linked) else (viewpoint,))
    }


@pytest.mark.parametrize("target", KNOWABLE)
def test_no_viewpoint_looks_at_what_is_not_known(target: str) -> None:
    names = KNOWABLE[target]
    for size in range(len(names) + 1):
        for known in map(frozenset, combinations(names, size)):
            for predicted, text in classic_system(known, target).viewpoints.items():
                looked_at = parts(text)
                assert looked_at
                assert "key" in known or not looked_at & KEY
                assert "phrase" in known or not looked_at & PHRASE
                reads = set().union(*(view.reads for view in parse_viewpoints(text)))
                timing_is_known = target == "joint" or "onset" in known | {predicted}
                assert timing_is_known or "onset" not in reads


def test_the_more_is_known_the_more_is_looked_at() -> None:
    everything = classic_system(frozenset({"onset", "key", "phrase"}), "pitch")
    assert {"cpintfref", "liph", "bioi"} <= parts(everything.viewpoints["pitch"])
    nothing = classic_system(frozenset(), "pitch")
    assert nothing.viewpoints["pitch"] == PITCHES_ONLY
