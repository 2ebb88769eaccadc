"""What a hearing came to, in two sentences and a few labelled lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from clinamen.engine.expectation import Expectation
from clinamen.operations.describe import Fact, song_facts
from clinamen.operations.hear import HearResult
from clinamen.operations.text import a_count, clean, decimal

__all__ = ["lead_sentence", "mean_facts", "settings_facts"]

_MODELS = {
    "mixture": "a learned mixture of what the listener knew before and this song's own habits",
    "stm": "short-term memory: this song alone",
    "ltm": "long-term memory: what the listener knew before",
    "ltm+": "long-term memory, which also learns from this song",
    "both": "long-term memory and this song's own habits",
    "both+": "long-term memory, which also learns, and this song's own habits",
}


# Viewpoints of the shipped listener by IDyOM's names, as a musician would say them.
_LOOKS = {
    "cpitch": "pitch",
    "cpint": "interval",
    "cpintfref": "scale degree",
    "posinbar": "place in the bar",
    "bioi": "time since the last note",
    "dur": "length",
}

# What was known when the target was predicted belongs to the claim.
_TARGETS = {
    "pitch": "pitch, the timing being known",
    "onset": "timing",
    "duration": "length, timing and pitch being known",
    "joint": "timing, then pitch",
}


def lead_sentence(result: HearResult) -> str:
    """The song in two sentences."""
    expectation = result.expectation
    mean = abs(expectation.mean_information_content)
    sentence = _setting(result)
    if not np.isfinite(mean):
        return sentence + "The listener thought at least one of them impossible."
    costs = f"{'It' if len(expectation) == 1 else 'A note'} costs this listener {mean:.2f} bits"
    average = "" if len(expectation) == 1 else " on average"
    choices = decimal(2.0 ** min(mean, 60.0), 1)
    if choices == "1":
        return f"{sentence}{costs}{average}: there was next to no doubt."
    return f"{sentence}{costs}{average}, as a choice among about {choices} equally likely ones."


def _setting(result: HearResult) -> str:
    """What kind of song it is; what the file does not say is marked."""
    facts = {fact.label: fact for fact in song_facts(result.song)}
    phrases, key, metre = facts["phrases"], facts["key"], facts["metre"]
    clauses = [a_count(len(result.expectation), "note")]
    if phrases.source:
        n_phrases = a_count(len(result.song.melody.phrase_starts), "phrase")
        clauses[0] += f" in {n_phrases}{_mark(phrases)}"
    if key.source:
        clauses.append(f"in {key.value}{_mark(key)}")
    clauses.append(f"in {metre.value} time{_mark(metre)}")
    return f"{', '.join(clauses)}. "


def _mark(fact: Fact) -> str:
    return "" if fact.source == "file" else fact.text.removeprefix(fact.value)


def settings_facts(result: HearResult) -> list[Fact]:
    """Who listened and how, as far as the expectation says."""
    expectation = result.expectation
    settings = dict(expectation.settings)
    model = str(settings.get("model", ""))
    facts = [
        Fact("listener", _plain(settings.get("listener"))),
        Fact("model", _MODELS.get(model, model)),
        Fact("looking at", _viewpoints(settings.get("viewpoints")) or _experts(settings)),
        Fact("predicted", _predicted(expectation)),
    ]
    return [fact for fact in facts if fact.value]


def _predicted(expectation: Expectation) -> str:
    """The target with what was known, chords included."""
    words = _TARGETS.get(expectation.target, expectation.target)
    if "chords" not in expectation.settings.get("known", ()):
        return words
    return words.replace("the timing being known", "the timing and all chords being known")


def mean_facts(result: HearResult) -> list[Fact]:
    """Means over the notes."""
    expectation = result.expectation
    return [
        Fact("mean information content", _bits(expectation.mean_information_content)),
        Fact("mean entropy", _bits(float(expectation.entropy.mean()))),
    ]


def _experts(settings: Mapping[str, Any]) -> str:
    """How many small models take part, and what they know besides what came before."""
    if "experts" not in settings:
        return ""
    return f"{settings['experts']} contexts, such as the last intervals or the place in the bar"


def _viewpoints(names: Any) -> str:
    """Viewpoints in words where we have some for all of them, else by their names."""
    if not isinstance(names, (list, tuple)):
        return _plain(names)
    linked = [clean(name).strip("()").split() for name in names]
    if all(part in _LOOKS for parts in linked for part in parts):
        return ", ".join(" with ".join(_LOOKS[part] for part in parts) for parts in linked)
    return _plain(names)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(clean(item) for item in value)
    return clean(value)


def _bits(value: float) -> str:
    return f"{abs(value):.2f} bits a note"
