"""Words for a tune of a corpus: its title made fit to show, and bars."""

from __future__ import annotations

import re

from clinamen.domains.music.fingerprints import SharedRun
from clinamen.operations.text import clean
from clinamen.texts import Message

__all__ = ["bars_words", "shown_title", "tune_words"]

_DANCES = "reel", "hornpipe", "jig", "slipjig", "strathspey", "clog", "fling", "highland fling"
_DANCE = re.compile(rf"(.*\S) -- ({'|'.join(_DANCES)})\.?", re.IGNORECASE)
_QUOTED = re.compile(r'"([^"]*)"|“([^“”]*)”|‘([^‘’]*)’|\'([^\']*)\'')
_INNER = re.compile(r'["“„]([^"“”„]*)["”“]')


def shown_title(title: str) -> str:
    """A title as it is shown between double quotation marks; empty if there is none.

    Quotation marks around the whole of it go, those inside become single ones, the kind of
    dance at its end (`` -- JIG``) comes in brackets, and a comma there goes. Nothing else is
    put right: the rest is as the collection has it.

    Examples
    --------
    >>> shown_title('"CHEESE IT!" -- REEL'), shown_title("'Three Little Drummers' -- Jig")
    ('CHEESE IT! (reel)', 'Three Little Drummers (jig)')
    >>> shown_title('"GOOD GIRL", THE'), shown_title("Prat:ies are Dug"), shown_title("A March,")
    ('‘GOOD GIRL’, THE', 'Prat:ies are Dug', 'A March')
    """
    name = clean(title).rstrip(" ,;")
    dance = _DANCE.fullmatch(name)
    if dance:
        name = dance[1]
    quoted = _QUOTED.fullmatch(name)
    if quoted:
        name = next(inner for inner in quoted.groups() if inner is not None).strip()
    name = _INNER.sub(r"‘\1’", name)
    return f"{name} ({dance[2].lower()})" if dance and name else name


def tune_words(run: SharedRun) -> str:
    """The tune that a run is shared with: its title in quotation marks, its credit in brackets."""
    title, credit = shown_title(run.title), clean(run.credit)
    if title and credit:
        return Message("origin.tune_by", title=title, credit=credit)
    if title:
        return Message("origin.tune", title=title)
    return Message("origin.untitled_by", credit=credit) if credit else Message("origin.untitled")


def bars_words(bars: tuple[int, int]) -> str:
    """``bar 3`` or ``bars 3-4``."""
    first, last = bars
    if first == last:
        return Message("place.the_bar", bar=first)
    return Message("origin.bars", first=first, last=last)
