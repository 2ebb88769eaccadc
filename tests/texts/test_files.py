"""Every text is there in every language, with the same places, and is said somewhere."""

from __future__ import annotations

import ast
import re
from importlib import resources
from pathlib import Path

import pytest

import clinamen
from clinamen.errors import MissingError, ParameterError
from clinamen.texts import LANGUAGES, texts_of
from clinamen.texts._files import ROOMS
from clinamen.texts._message import places_of

_SOURCE = Path(clinamen.__file__).parent


def _all_keys() -> list[str]:
    return [f"{room}.{name}" for room in ROOMS for name in texts_of(room, "en")]


def test_rooms_are_the_files_of_every_language() -> None:
    for language in LANGUAGES:
        folder = resources.files("clinamen.texts") / language
        assert {each.name for each in folder.iterdir()} == {f"{room}.json" for room in ROOMS}


@pytest.mark.parametrize("language", LANGUAGES[1:])
@pytest.mark.parametrize("room", ROOMS)
def test_languages_have_the_same_texts_with_the_same_places(room: str, language: str) -> None:
    english, other = texts_of(room, "en"), texts_of(room, language)
    assert other.keys() == english.keys()
    for key, text in english.items():
        assert places_of(other[key]) == places_of(text), key


@pytest.mark.parametrize("room", ROOMS)
def test_numbers_choose_between_two_texts(room: str) -> None:
    names = texts_of(room, "en").keys()
    ones = {name.removesuffix(".one") for name in names if name.endswith(".one")}
    assert ones == {name.removesuffix(".other") for name in names if name.endswith(".other")}
    assert not ones & names


def _named_in_source() -> re.Pattern[str]:
    """Matches keys that the source names, those put together at run time by what is fixed."""
    patterns = set()
    for path in _SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                patterns.add(re.escape(node.value))
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(part.value) if isinstance(part, ast.Constant) else r"\S+"
                    for part in node.values
                ]
                patterns.add("".join(str(part) for part in parts))
    # A pattern that could be any text of a room says nothing of one.
    room = re.compile(rf"({'|'.join(ROOMS)})\\\.(\\S\+)?.*[a-z]{{2}}")
    kept = sorted(each for each in patterns if room.match(each))
    return re.compile(f"({'|'.join(kept)})")


def test_every_text_is_said_somewhere() -> None:
    named = _named_in_source()
    unsaid = [key for key in _all_keys() if not named.fullmatch(re.sub(r"\.(one|other)$", "", key))]
    assert unsaid == []


def test_there_is_no_other_room_nor_language() -> None:
    with pytest.raises(MissingError, match="no room of texts 'kitchen'"):
        texts_of("kitchen", "en")
    with pytest.raises(ParameterError, match="language must be one of en, vi, ja, not 'la'"):
        texts_of("join", "la")
