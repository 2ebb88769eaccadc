"""Text from files made safe to show, and numbers as people write them."""

from __future__ import annotations

import unicodedata
from fractions import Fraction

from clinamen.texts import Message

__all__ = ["a_count", "clean", "decimal", "percent", "percents", "text_bar"]

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean(text: object) -> str:
    """One line of text without control, formatting or unpaired surrogate characters.

    Titles, names and lyrics come from files of strangers: an escape sequence in one
    must not reach the terminal, nor a right-to-left override the reader's eye. A `Message`
    stays one: what is in its places becomes clean.
    """
    if isinstance(text, Message):
        return text.with_values(clean)
    spaced = "".join(" " if char in "\t\r\n\x0b\x0c" else char for char in str(text))
    shown = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(char) == "Cs" else char
        for char in spaced
        if unicodedata.category(char) not in _HIDDEN - {"Cs"}
    )
    return " ".join(shown.split())


def decimal(value: float | Fraction, digits: int = 2) -> str:
    """A number with at most `digits` decimals and no trailing zeros: ``3``, ``2.5``."""
    text = f"{float(value):.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(probability: float) -> str:
    """A probability in per cent; small and near-certain ones are never rounded to 0 or 100.

    Examples
    --------
    >>> percent(0.414), percent(0.0004), percent(0.9999), percent(1.0)
    ('41 %', 'under 1 %', 'over 99 %', '100 %')
    """
    if 0 < probability < 0.01:
        return Message("number.percent_under")
    if 0.99 < probability < 1:
        return Message("number.percent_over")
    return Message("number.percent", value=100 * probability)


def one_in(probability: float) -> str:
    """A chance as ``1 in 4,000`` where it is small, with two significant digits; else a percentage.

    Examples
    --------
    >>> one_in(0.000248), one_in(0.3)
    ('1 in 4,000', '30 %')
    """
    if probability >= 0.1:
        return percent(probability)
    if not probability > 1e-15:
        return "under 1 in 10^15"
    return f"1 in {int(float(f'{1 / probability:.1e}')):,}"


def percents(first: float, second: float) -> tuple[str, str]:
    """Two probabilities to compare, with a decimal where they would else look the same.

    Examples
    --------
    >>> percents(0.414, 0.21), percents(0.414, 0.406), percents(0.004, 0.0012)
    (('41 %', '21 %'), ('41.4 %', '40.6 %'), ('0.4 %', '0.1 %'))
    """
    plain = percent(first), percent(second)
    if plain[0] != plain[1] or first == second:
        return plain
    fine = _fine(first), _fine(second)
    return plain if {"0.0 %", "100.0 %"} & {*fine} else fine


def _fine(probability: float) -> str:
    return Message("number.percent_fine", value=100 * probability)


def a_count(number: int, singular: str, plural: str | None = None) -> str:
    """A count with its noun: ``1 note``, ``3 notes``, ``1,200 notes``."""
    noun = singular if number == 1 else plural or singular + "s"
    return f"{number:,} {noun}"


def text_bar(share: float, width: int, *, block: str = "\N{FULL BLOCK}") -> str:
    """A share of `width` characters, at least one where the share is not 0.

    Examples
    --------
    >>> text_bar(0.5, 8, block="#"), text_bar(0.01, 8, block="#"), text_bar(0.0, 8)
    ('####', '#', '')
    """
    if share <= 0:
        return ""
    return block * max(1, round(min(share, 1.0) * width))
