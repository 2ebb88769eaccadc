"""Lyrics of ABC (``w:`` fields), laid under the notes of the line above them."""

from __future__ import annotations

import re

from clinamen.io._abc.text import plain_text
from clinamen.io._abc.voice import AbcVoice

__all__ = ["sing"]

_SYLLABLE = re.compile(r"(?P<text>(?:\\.|[^\s\-_*|\\]|\\$)++-?)|(?P<mark>[-_*|])")


def sing(voice: AbcVoice, text: str) -> None:
    """Give each note of the voice's last music line its syllable.

    ``-`` joins syllables of a word (they become ``"a-"``, ``"-ma-"``, ``"-zing"``), ``_``
    holds one over a further note, ``*`` leaves a note without, ``~`` is a space within
    a syllable, ``|`` goes on to the next bar.
    """
    voice.has_lyrics = True
    slots = voice.slots
    place = 0
    for match in _SYLLABLE.finditer(text):
        if match["mark"] == "|":
            place = _after_bar(voice, place)
            continue
        while place < len(slots) and slots[place] is None:
            place += 1
        if place >= len(slots):
            return
        if match["text"]:
            syllable = _plain(match["text"])
            joined = f"-{syllable}" if voice.is_inside_word else syllable
            voice.is_inside_word = match["text"].endswith("-")
            for sound in slots[place] or ():
                sound.lyric = sound.lyric or joined or None
        place += 1


def _after_bar(voice: AbcVoice, place: int) -> int:
    while place < len(voice.slots) and voice.slots[place] is not None:
        place += 1
    return place + 1


def _plain(text: str) -> str:
    """A syllable without ABC's signs; its last character is a hyphen inside a word."""
    # Stand-ins keep a written hyphen and a written blank from the stripping.
    kept = text.replace("\\-", "\u2010").replace("~", "\xa0")
    return plain_text(kept).replace("\u2010", "-").replace("\xa0", " ")
