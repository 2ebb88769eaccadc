"""Search: it receives callables that propose, judge and compare, and knows no domain."""

from clinamen.search.archive import Added, Archive, Axis, Cell, Elite
from clinamen.search.beam import Path, beam_search
from clinamen.search.diversity import most_diverse
from clinamen.search.emitters import Emitter, EvolutionEmitter, VariationEmitter
from clinamen.search.scheduler import Scheduler, Tally
from clinamen.search.tree import Node, TreeSettings, puct

__all__ = [
    "Added",
    "Archive",
    "Axis",
    "Cell",
    "Elite",
    "Emitter",
    "EvolutionEmitter",
    "Node",
    "Path",
    "Scheduler",
    "Tally",
    "TreeSettings",
    "VariationEmitter",
    "beam_search",
    "most_diverse",
    "puct",
]
