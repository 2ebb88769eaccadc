"""The files of texts."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

from clinamen.errors import MissingError, ParameterError

__all__ = ["LANGUAGES", "ROOMS", "checked_language", "template", "texts_of"]

LANGUAGES = ("en", "vi", "ja")
"""Languages that every text is there in; the first is that of the terminal."""

ROOMS = (
    "atlas",
    "blame",
    "chord",
    "compose",
    "explore",
    "file",
    "fish",
    "idea",
    "join",
    "looks",
    "number",
    "origin",
    "papers",
    "place",
    "rules",
    "sculpt",
    "song",
    "story",
    "swerve",
    "tell",
    "then",
    "theory",
    "when",
    "why",
)
"""Files of each language; the name of one begins the name of every text in it."""


def checked_language(language: str) -> str:
    """The language, if it is one of `LANGUAGES`.

    Raises
    ------
    ParameterError
        If it is none.
    """
    if language not in LANGUAGES:
        raise ParameterError(f"language must be one of {', '.join(LANGUAGES)}, not {language!r}")
    return language


@cache
def texts_of(room: str, language: str) -> dict[str, str]:
    """All texts of a room, by their keys in it.

    Raises
    ------
    MissingError
        If there is no such room.
    ParameterError
        If there is no such language.
    """
    if room not in ROOMS:
        raise MissingError(f"there is no room of texts {room!r}")
    path = resources.files("clinamen.texts") / checked_language(language) / f"{room}.json"
    texts: dict[str, str] = json.loads(path.read_text("utf-8"))
    return texts


def template(key: str, language: str, n: object = None) -> str:
    """A text as it is written, its places still open.

    Parameters
    ----------
    n
        Chooses between the ``.one`` and the ``.other`` of a text that has both.

    Raises
    ------
    MissingError
        If there is no such text.
    ParameterError
        If there is no such language.
    """
    room, _, name = key.partition(".")
    texts = texts_of(room, language)
    found = texts.get(name)
    if found is None:
        found = texts.get(f"{name}.{'one' if n == 1 else 'other'}")
    if found is None:
        raise MissingError(f"there is no text {key!r}")
    return found
