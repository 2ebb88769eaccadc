"""Experts of a learned mixture as lines of text, whatever they are about."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import TypeVar

from clinamen.errors import ParameterError

__all__ = ["parse_expert_lines"]

_AnyExpert = TypeVar("_AnyExpert")


def parse_expert_lines(
    text: str,
    make: Callable[[str, tuple[str, ...]], _AnyExpert],
    *,
    frames: Container[str] | None = None,
) -> tuple[_AnyExpert, ...]:
    """Experts that `make` makes of a frame and of names, from lines ``frame | names``;
    ``#`` begins a comment.

    Parameters
    ----------
    frames
        Frames that there are; None leaves it to `make` to refuse others.

    Raises
    ------
    ParameterError
        If a line is not of that form, or an expert comes twice.
    """
    experts: list[_AnyExpert] = []
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        frame, bar, names = (part.strip() for part in content.partition("|"))
        if (frames is not None and frame not in frames) or not bar or not names:
            raise ParameterError(f"line {number}: an expert is 'frame | components', not {line!r}")
        expert = make(frame, tuple(names.split()))
        if expert in experts:
            raise ParameterError(f"line {number}: the expert {expert} is there already")
        experts.append(expert)
    return tuple(experts)
