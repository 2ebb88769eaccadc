"""What hearing the harmony came to: a lead in two sentences, settings, and the highest bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clinamen.operations.describe import Fact, song_facts
from clinamen.operations.text import a_count, clean, decimal
from clinamen.texts import joined

if TYPE_CHECKING:
    from clinamen.operations.harmony_hearing import HarmonyHearing

__all__ = ["harmony_lead", "harmony_settings", "moment_sentence"]

_KNOWN = {"key": "the key", "timing": "when chords begin in which metre", "melody": "the melody"}


def harmony_lead(hearing: HarmonyHearing) -> str:
    """The song in two sentences."""
    facts = {fact.label: fact for fact in song_facts(hearing.song)}
    clauses = [a_count(len(hearing.harmony), "chord")]
    if hearing.melody is not None:
        clauses[0] += f" under {a_count(len(hearing.melody), 'note')}"
    clauses += [
        f"in {facts[label].value}{ending}{_mark(facts[label])}"
        for label, ending in (("key", ""), ("metre", " time"))
        if label in facts and facts[label].source
    ]
    mean = abs(hearing.harmony.mean_information_content)
    one = len(hearing.harmony) == 1
    costs = f"{'It' if one else 'A chord'} costs this listener {mean:.2f} bits"
    costs += "" if one else " on average"
    choices = decimal(2.0 ** min(mean, 60.0), 1)
    if choices == "1":
        return f"{', '.join(clauses)}. {costs}: there was next to no doubt."
    return f"{', '.join(clauses)}. {costs}, as a choice among about {choices} equally likely ones."


def _mark(fact: Fact) -> str:
    return "" if fact.source == "file" else fact.text.removeprefix(fact.value)


def harmony_settings(hearing: HarmonyHearing) -> list[Fact]:
    """Who listened, how, and what was known."""
    settings = hearing.harmony.settings
    known = [_KNOWN.get(each, each) for each in settings.get("known", ())]
    facts = [
        Fact("listener", clean(settings.get("listener", ""))),
        Fact("model", "a learned mixture of what the listener knew before and this song's habits"),
        Fact("looking at", f"{settings['experts']} contexts, such as the last chords"),
        Fact("known", joined(known, "and")),
    ]
    return [fact for fact in facts if fact.value]


def moment_sentence(hearing: HarmonyHearing, place: int) -> str:
    """What a bar cost: ``Bar 7: 31.2 bits, 8.1 of them rhythm, ...``."""
    bars = hearing.bars
    number = int(bars.bar[place])
    n_notes, n_chords = int(bars.n_notes[place]), int(bars.n_chords[place])
    held = [a_count(n, noun) for n, noun in ((n_notes, "note"), (n_chords, "chord")) if n]
    parts = {"rhythm": bars.rhythm, "melody": bars.melody} if n_notes else {}
    parts |= {"harmony": bars.harmony} if n_chords else {}
    shares = [f"{abs(float(bits[place])):.1f} for {name}" for name, bits in parts.items()]
    where = "Pickup" if number == 0 else f"Bar {number}"
    if not held:
        return f"{where}: nothing begins."
    what, total = joined(held, "and"), float(bars.total[place])
    return f"{where} ({what}): {total:.1f} bits, {joined(shares, 'and')}."
