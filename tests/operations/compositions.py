"""Songs to compose from, and short compositions with the shipped listener."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from clinamen.domains.music.listener import Listener
from clinamen.operations.compose import ComposeRequest, Composition, compose, open_composer

EXAMPLES = Path(__file__).parents[2] / "examples"
ODE = str(EXAMPLES / "ode_to_joy.musicxml")
GREENSLEEVES = str(EXAMPLES / "greensleeves.abc")
HARBOUR = str(EXAMPLES / "harbour_light.musicxml")
GRACE = str(EXAMPLES / "amazing_grace.abc")


@cache
def opened() -> tuple[Listener, Any]:
    return open_composer(ComposeRequest())


def made(curve: str = "home break home", n_steps: int = 2, **asked: Any) -> Composition:
    listener, index = opened()
    request = ComposeRequest(curve, n_steps=n_steps, **asked)
    (found,) = compose(request, listener=listener, index=index)
    return found
