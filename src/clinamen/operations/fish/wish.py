"""What a maker wishes for, in their own words, and what Clinamen understands of it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

from clinamen.errors import ParameterError
from clinamen.operations.fish._vocabulary import bars_in, terms_in
from clinamen.texts import Message, joined

__all__ = ["MAX_WISH", "Wish", "parse_wish"]

MAX_WISH = 500
"""Longest wish, in characters."""

_BREAK_STRENGTH = "bold"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for.

    Parameters
    ----------
    text
        In the maker's words.
    place
        Part of the song: ``bridge``, ``ending``, ...; "" where none was named.
    bars
        First and last bar, where they were named.
    kinds
        What is to be broken (see `clinamen.operations.variant.KINDS`); empty for anything.
    strength
        How far; "" where nothing was said of it.
    home
        ``leave`` where the passage is to be less like home than the rest, ``return`` where it
        is to come back in the end, ``both``, or "".
    leanings
        Measures of the passage that are to be higher (1) or lower (-1) than they are.
    unknown
        Words that were not understood.

    Examples
    --------
    >>> wish = parse_wish("a bridge that breaks home, gently")
    >>> wish.place, wish.home, wish.strength, wish.unknown
    ('bridge', 'leave', 'gentle', ())
    >>> parse_wish("サビを大胆に崩して、最後に戻る").place
    'chorus'
    """

    text: str
    place: str = ""
    bars: tuple[int, int] | None = None
    kinds: tuple[str, ...] = ()
    strength: str = ""
    home: str = ""
    leanings: tuple[tuple[str, int], ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def is_understood(self) -> bool:
        """Whether anything of it was understood; nothing is wrong with a wish that says nothing."""
        found = (self.place, self.bars, self.kinds, self.strength, self.home, self.leanings)
        return any(found) or not self.text

    def words(self) -> str:
        """What was understood beside the place, in words; "" where nothing was."""
        parts: list[str] = [Message(f"fish.kind_{kind}") for kind in self.kinds]
        if self.strength:
            parts.append(Message(f"fish.strength_{self.strength}"))
        if self.home in ("leave", "both"):
            parts.append(Message("fish.home_leave"))
        if self.home in ("return", "both"):
            parts.append(Message("fish.home_return"))
        for measure, sign in self.leanings:
            key = f"fish.more_{measure}" if sign > 0 else f"fish.less_{measure}"
            parts.append(Message(key))
        return joined(parts, "comma")

    def plain(self) -> dict[str, Any]:
        """What was understood, as plain values."""
        return {
            "text": self.text,
            "place": self.place,
            "bars": None if self.bars is None else list(self.bars),
            "kinds": list(self.kinds),
            "strength": self.strength,
            "home": self.home,
            "leanings": dict(self.leanings),
            "unknown": list(self.unknown),
        }


def parse_wish(text: str) -> Wish:
    """What a wish in English, Vietnamese or Japanese asks for.

    Words that are not known are kept apart, so that it can be said what was not understood.

    Raises
    ------
    ParameterError
        If it is too long, or holds other than printable characters.
    """
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    if len(text) > MAX_WISH or not text.isprintable():
        raise ParameterError(f"a wish has at most {MAX_WISH} printable characters")
    bars, rest = bars_in(text)
    found, unknown = terms_in(rest)
    terms = [term for _, term in found]
    values = {
        aspect: tuple(dict.fromkeys(each.value for each in terms if each.aspect == aspect))
        for aspect in ("place", "kind", "strength", "home", "break", "more", "less")
    }
    strength = values["strength"][0] if values["strength"] else ""
    if not strength and values["break"]:
        strength = _BREAK_STRENGTH
    homes = values["home"]
    leanings = dict.fromkeys(values["more"], 1) | dict.fromkeys(values["less"], -1)
    return Wish(
        text=text,
        place=next((each for each in values["place"] if each != "whole"), "") if not bars else "",
        bars=bars,
        kinds=values["kind"],
        strength=strength,
        home="both" if len(homes) > 1 else "".join(homes),
        leanings=tuple(leanings.items()),
        unknown=unknown,
    )
