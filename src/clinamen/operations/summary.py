"""What a hearing came to, in two sentences and a few labelled lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from clinamen.engine.expectation import Expectation
from clinamen.operations.describe import Fact, song_facts
from clinamen.operations.hear import HearResult
from clinamen.operations.text import clean
from clinamen.texts import Message

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
    clauses = _setting(result)
    if not np.isfinite(mean):
        return Message("song.impossible", clauses=clauses)
    number = "one" if len(expectation) == 1 else "many"
    choices = round(2.0 ** min(mean, 60.0), 1)
    if choices == 1:
        return Message(f"song.{number}_sure", clauses=clauses, bits=mean)
    return Message(f"song.{number}_open", clauses=clauses, bits=mean, choices=choices)


def _setting(result: HearResult) -> list[str]:
    """What kind of song it is; what the file does not say is marked."""
    facts = {fact.label: fact for fact in song_facts(result.song)}
    phrases, key, metre = facts["phrases"], facts["key"], facts["metre"]
    clauses: list[str] = [Message("song.notes", n=len(result.expectation))]
    if phrases.source:
        n_phrases = Message("song.phrases", n=len(result.song.melody.phrase_starts))
        named = _marked(n_phrases, phrases.source)
        clauses[0] = Message("song.notes_in", notes=clauses[0], phrases=named)
    if key.source:
        clauses.append(_marked(Message("song.in_key", key=key.value), key.source))
    clauses.append(_marked(Message("song.in_time", meter=metre.value), metre.source))
    return clauses


def _marked(said: Message, source: str) -> str:
    return said if source in ("", "file") else Fact("", said, source).text


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
