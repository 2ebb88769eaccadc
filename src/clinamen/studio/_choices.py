"""What may be chosen beside the place of a break or the bars of a composition."""

from __future__ import annotations

from typing import Any

from clinamen.studio._requests import count, invalid, text

__all__ = ["MOST_VARIANTS", "choices_of", "chosen"]

MOST_VARIANTS = 24
"""Most variants of a break."""

_TEXTS = {
    "swerve": ("range", "scale", "ending"),
    "compose": ("form", "key", "meter", "range", "scale", "ending"),
}
_COUNTS = {
    "max_leap": ("the largest leap", (1, 127)),
    "max_shared": ("the longest shared run", (0, 10_000)),
    "n": ("the number of variants", (1, MOST_VARIANTS)),
}
_SWITCHES = {"swerve": (), "compose": ("like", "chords")}
_FIELDS = frozenset(
    ["form", "key", "meter", "range", "scale", "ending", "max_leap", "max_shared", "n", "chords"]
)


def chosen(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """What a body chooses; what is empty is as usual, and left out.

    Raises
    ------
    Refusal
        If a value is of no kind that it can be.
    """
    found: dict[str, Any] = {}
    for name in _TEXTS[kind]:
        if data.get(name) not in (None, ""):
            found[name] = text(data, name).strip()
    for name, (words, span) in _COUNTS.items():
        if data.get(name) is not None and (name != "n" or kind == "swerve"):
            found[name] = count(data, name, words, span)
    for name in _SWITCHES[kind]:
        value = data.get(name)
        if value is not None and type(value) is not bool:
            raise invalid(name, f"{name} must be true or false, not {value!r}")
        if value is not None:
            found[name] = value
    return found


def choices_of(request: dict[str, Any]) -> dict[str, Any]:
    """Of all that was asked, what goes to the operation under its own name."""
    return {name: value for name, value in request.items() if name in _FIELDS}
