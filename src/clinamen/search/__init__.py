"""Search: it receives callables that propose, judge and compare, and knows no domain."""

from clinamen.search.beam import Path, beam_search
from clinamen.search.diversity import most_diverse

__all__ = ["Path", "beam_search", "most_diverse"]
