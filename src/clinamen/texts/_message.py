"""Texts with values put into their places, at once or later."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from numbers import Integral, Real
from string import Formatter
from typing import Any, NoReturn

from clinamen.errors import ParameterError
from clinamen.texts._files import LANGUAGES, checked_language, template

__all__ = ["Message", "in_language", "joined", "places_of", "say"]

_JOINS = ("and", "comma", "or", "semicolon", "sentences", "then")
_FIXED = re.compile(r",?(\.\d+f)?")

# Where a number has a comma for its point, and a point between its thousands.
_COMMAS = frozenset({"vi"})
_SWAPPED = str.maketrans(".,", ",.")


def say(key: str, language: str = "en", /, **values: Any) -> str:
    """A text in a language, with values in its places.

    A place is ``{name}``. It may say how its value is written:

    - ``{name:capital}``, ``{name:lower}``: with the first letter so;
    - ``{name:.1f}``, ``{name:,}``: a number with so many decimals, with its thousands apart;
      ``{name:decimal}`` with at most two decimals; ``{name:rounded}`` with two significant
      digits and in words from a million on. Marks and words are those of the language;
    - ``{names:or}``, ``{names:and}``, ``{names:comma}``, ``{names:semicolon}``,
      ``{names:sentences}``: several, one after the other; empty ones are left out.

    Parameters
    ----------
    key
        Room and name, such as ``"why.open"``. Where there are ``why.open.one`` and
        ``why.open.other``, the value `n` chooses.
    language
        One of `LANGUAGES`.
    values
        One for each place. A `Message` among them is said in the same language.

    Raises
    ------
    MissingError
        If there is no such text.
    ParameterError
        If there is no such language, or values and places do not agree.

    Examples
    --------
    >>> say("join.both_or", "vi", first="C", second="D")
    'C hoặc D'
    """
    return _filled(key, checked_language(language), values)


class Message(str):
    """A text that can be said in any language: to all who do not ask, its English self.

    Reading it as a string gives English, so that terminals, files and comparisons need not know
    of languages. What is cut from it or put together with it as a string is English alone:
    put messages together with `joined` and as values of each other.

    Parameters
    ----------
    key, values
        As for `say`.

    Raises
    ------
    MissingError, ParameterError
        As `say`.

    Examples
    --------
    >>> both = Message("join.both_or", first="C", second="D")
    >>> both == "C or D", both.said("ja")
    (True, 'CまたはD')
    """

    __slots__ = ("_key", "_values")
    _key: str
    _values: Mapping[str, Any]

    def __new__(cls, key: str, /, **values: Any) -> Message:
        self = super().__new__(cls, _filled(key, LANGUAGES[0], values))
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "_values", values)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(Message, self._key, **self._values), ()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a message is never changed: {name}")

    @property
    def key(self) -> str:
        """Name of the text."""
        return self._key

    @property
    def values(self) -> dict[str, Any]:
        """What is in its places."""
        return dict(self._values)

    def with_values(self, change: Callable[[str], str]) -> Message:
        """The same with every string in its places changed, those of inner messages too."""
        return Message(
            self._key, **{name: _changed(value, change) for name, value in self._values.items()}
        )

    def said(self, language: str) -> str:
        """The same in a language.

        Raises
        ------
        ParameterError
            If it is none of `LANGUAGES`.
        """
        return say(self._key, language, **self._values)


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, Message):
        return value.with_values(change)
    if isinstance(value, (list, tuple)):
        return tuple(_changed(each, change) for each in value)
    return change(value) if isinstance(value, str) else value


def in_language(data: Any, language: str) -> Any:
    """Plain data with every `Message` in it said in a language.

    Raises
    ------
    ParameterError
        If it is none of `LANGUAGES`.

    Examples
    --------
    >>> in_language({"or": [Message("join.both_or", first="C", second="D"), 1]}, "vi")
    {'or': ['C hoặc D', 1]}
    """
    if isinstance(data, Message):
        return data.said(language)
    if isinstance(data, dict):
        return {key: in_language(value, language) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [in_language(value, language) for value in data]
    return data


def joined(parts: Iterable[str], how: str) -> str:
    """Several texts as one, empty ones left out.

    Parameters
    ----------
    how
        ``and``, ``comma``, ``or``, ``semicolon``, ``sentences`` or ``then``.

    Examples
    --------
    >>> joined(["C", "D", "E"], "or")
    'C, D or E'
    """
    kept = tuple(part for part in parts if part)
    return Message(f"join.list_{how}", parts=kept) if kept else ""


def _filled(key: str, language: str, values: Mapping[str, Any]) -> str:
    text = template(key, language, values.get("n"))
    pieces, names = _parsed(text)
    if wrong := (names ^ set(values)) - {"n"} or names - set(values):
        raise ParameterError(
            f"the text {key!r} and its values differ in {', '.join(sorted(wrong))}"
        )
    return "".join(
        literal + ("" if name is None else _shown(values[name], spec, language))
        for literal, name, spec in pieces
    )


@cache
def _parsed(text: str) -> tuple[tuple[tuple[str, str | None, str], ...], frozenset[str]]:
    """What is said as it stands, and the place that follows it, with how it is written."""
    pieces = []
    for literal, name, spec, conversion in Formatter().parse(text):
        # Nothing is looked up inside a value: a name is a name and no path.
        if name is not None and (not name.isidentifier() or conversion):
            raise ParameterError(f"a text has a place {name!r}, which is not a name")
        pieces.append((literal, name, spec or ""))
    return tuple(pieces), frozenset(name for _, name, _ in pieces if name is not None)


def places_of(text: str) -> frozenset[str]:
    """Names of the places in a text."""
    return _parsed(text)[1]


def _shown(value: Any, spec: str, language: str) -> str:
    if spec in _JOINS:
        return _join([_shown(each, "", language) for each in value], spec, language)
    if isinstance(value, Real) and not isinstance(value, bool):
        return _number(value, spec, language)
    text = value.said(language) if isinstance(value, Message) else str(value)
    if spec == "capital":
        return text[:1].upper() + text[1:]
    if spec == "lower":
        return text[:1].lower() + text[1:]
    if spec:
        raise ParameterError(f"a text cannot be written as {spec!r}")
    return text


def _number(value: Real, spec: str, language: str) -> str:
    number = int(value) if isinstance(value, Integral) else float(value)
    if spec == "rounded":
        return _rounded(number, language)
    if spec == "decimal":
        written = f"{number:.2f}".rstrip("0").rstrip(".")
    elif _FIXED.fullmatch(spec):
        written = format(number, spec)
    else:
        raise ParameterError(f"a number cannot be written as {spec!r}")
    return written.translate(_SWAPPED) if language in _COMMAS else written


def _rounded(number: float, language: str) -> str:
    """With two significant digits, and a word for what is great in this language."""
    number = float(f"{number:.2g}")
    for size, word in _great_numbers(language):
        if number >= size:
            return f"{_number(number / size, 'decimal', language)} {word}"  # type: ignore[arg-type]
    return _number(number, ",.0f", language)  # type: ignore[arg-type]


@cache
def _great_numbers(language: str) -> tuple[tuple[float, str], ...]:
    """Powers of ten that have a name, the greatest first."""
    named = (each.partition(" ") for each in template("number.words", language).split(", "))
    return tuple((10.0 ** int(power), word) for power, _, word in named)


def _join(parts: list[str], how: str, language: str) -> str:
    kept = [part for part in parts if part]
    if how in ("and", "or") and len(kept) > 1:
        first = _join(kept[:-1], "comma", language)
        return template(f"join.both_{how}", language).format(first=first, second=kept[-1])
    return template(f"join.between_{'comma' if how in ('and', 'or') else how}", language).join(kept)
