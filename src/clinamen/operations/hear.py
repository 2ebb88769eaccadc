"""The verb `hear`: how surprising was every note of a song, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

from clinamen.domains.music.viewpoints import parse_viewpoints
from clinamen.engine._plot import color_limit
from clinamen.errors import ParameterError
from clinamen.operations._belief import choices_at, was_likeliest
from clinamen.operations.reasons import Explainer
from clinamen.operations.words import (
    continuation_sentence,
    is_widest_so_far,
    note_sentence,
    other_part_sentence,
)
from clinamen.texts import joined

if TYPE_CHECKING:
    from clinamen.domains.music.listener import Listener
    from clinamen.domains.music.notes import Song
    from clinamen.engine.expectation import Expectation
    from clinamen.engine.model import Memory

__all__ = [
    "MODELS",
    "TARGETS",
    "Continuation",
    "HearRequest",
    "HearResult",
    "Remark",
    "describe_hearing",
    "hear",
    "open_listener",
]

MODELS = ("mixture", "stm", "ltm", "ltm+", "both", "both+")
"""The learned mixture; or the classic model with short-term memory (this song), long-term
memory (the listener's past), or both; with ``+`` the long-term memory also learns from the
song."""

TARGETS = ("pitch", "onset", "duration", "joint")
"""What can be predicted; ``joint`` is onset and pitch by the chain rule."""

N_REMARKS = 3
N_CONTINUATIONS = 5


@dataclass(frozen=True, slots=True)
class HearRequest:
    """What to hear, and with whose ears.

    Parameters
    ----------
    path
        A file, or ``"-"`` for standard input.
    track
        Part to take the melody from, by index or name; None lets the reader choose.
    listener
        Name of a shipped listener or path of a trained one; None is the default one.
    model
        One of `MODELS`; None is ``mixture`` where the listener has learnt one and no viewpoints
        are given, else ``both+``, or ``stm`` for a listener that knows nothing.
    viewpoints
        Of the classic model, such as ``"cpint,cpintfref linked"``; None is the listener's own
        choice.
    target
        One of `TARGETS`.
    key, meter, pickup
        What the file does not say, or says wrongly (see `clinamen.io.files.read_song`).

    Raises
    ------
    ParameterError
        If `model` or `target` is none of these.
    """

    path: str
    track: int | str | None = None
    listener: str | None = None
    model: str | None = None
    viewpoints: str | None = None
    target: str = "pitch"
    key: str | None = None
    meter: str | None = None
    pickup: str | None = None

    def __post_init__(self) -> None:
        if self.model is not None:
            _check_choice("model", self.model, MODELS)
        _check_choice("target", self.target, TARGETS)


def _check_choice(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ParameterError(f"{name} must be one of {', '.join(choices)}, not {value!r}")


@dataclass(frozen=True, slots=True)
class Remark:
    """What there is to say about one event (index from 0), with the reason where one is known."""

    event: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Continuation:
    """What is expected after the last note.

    Parameters
    ----------
    sentence
        In words; empty when the model was not asked.
    expected
        By target (for a joint one, its parts), the likeliest values with their
        probabilities, likeliest first.
    """

    sentence: str = ""
    expected: Mapping[str, tuple[tuple[str, float], ...]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class HearResult:
    """A song as it was heard.

    Parameters
    ----------
    song
        As read, with key and phrases filled in where the file had none.
    expectation
        Information content, entropy and distribution per note.
    continuation
        What the listener expects after the last note.
    remarks
        The most surprising notes in words, the most surprising first.
    """

    song: Song
    expectation: Expectation
    continuation: Continuation
    remarks: tuple[Remark, ...]

    @property
    def bits_at_full_scale(self) -> int:
        """Bits at which colours and bars end (see `clinamen.engine._plot.color_limit`)."""
        return color_limit(self.expectation.information_content)

    def share_of_scale(self, event: int) -> float:
        """Information content of an event as a share of the full scale, 0 to 1."""
        bits = float(self.expectation.information_content[event])
        return min(max(bits / self.bits_at_full_scale, 0.0), 1.0)


def open_listener(request: HearRequest) -> Listener:
    """The listener a request names, once for a batch.

    What no file could make right is refused here, before anything is heard.

    Raises
    ------
    MissingError
        If there is no such listener or viewpoint.
    ParameterError
        If the key, metre or pickup cannot be understood.
    """
    from clinamen.io._corrections import Corrections
    from clinamen.operations.listeners import load_listener

    Corrections.parse(key=request.key, meter=request.meter, pickup=request.pickup)
    if request.viewpoints is not None:
        parse_viewpoints(request.viewpoints)
    return load_listener(request.listener)


def hear(request: HearRequest, *, listener: Listener | None = None) -> HearResult:
    """Hear one file.

    Parameters
    ----------
    request
        What to hear and how.
    listener
        A listener already loaded, for batches; by default `request.listener` is loaded.

    Raises
    ------
    MissingError
        If the file, track, listener or a viewpoint does not exist.
    FormatError
        If the file is malformed; `UnsupportedError` if it holds nothing to hear.
    """
    from clinamen.io.files import read_song

    song = read_song(
        request.path,
        request.track,
        key=request.key,
        meter=request.meter,
        pickup=request.pickup,
    )
    listener = listener or open_listener(request)
    model = cast("Memory | Literal['mixture'] | None", request.model)
    expectation = listener.hear(
        song, model=model, viewpoints=request.viewpoints, target=request.target
    )
    return describe_hearing(song, expectation)


def describe_hearing(song: Song, expectation: Expectation) -> HearResult:
    """Put an expectation of a song into words."""
    remarks: list[Remark] = []
    was_widest = False
    explainer = Explainer(expectation, song.melody)
    for event in _remarkable(expectation):
        sentence = note_sentence(expectation, event, song.melody, so_far=not was_widest)
        was_widest = not was_widest and is_widest_so_far(expectation, event)
        reason = explainer.sentence(event, vary=True)
        other = other_part_sentence(expectation, event, song.melody)
        remarks.append(Remark(event, joined((sentence, reason, other), "sentences")))
    return HearResult(song, expectation, _continuation(song, expectation), tuple(remarks))


def _remarkable(expectation: Expectation) -> list[int]:
    """The most surprising events, the most surprising first.

    A note that was the likeliest is no surprise, however short the song. The first event
    is left out while there are others: nothing came before it, so that it says more of
    the listener than of the song.
    """
    ranked = [int(event) for event in expectation.most_surprising(len(expectation))]
    parts = list(expectation.parts.values()) or [expectation]
    unexpected = [e for e in ranked if not all(was_likeliest(part, e) for part in parts)]
    later = [event for event in unexpected if event > 0]
    return (later or unexpected or ranked[:1])[:N_REMARKS]


def _continuation(song: Song, expectation: Expectation) -> Continuation:
    parts = expectation.parts or {expectation.target: expectation}
    expected = {
        target: tuple(choices_at(part, len(part), N_CONTINUATIONS))
        for target, part in parts.items()
        if len(part.next_distribution)
    }
    return Continuation(continuation_sentence(expectation, song.melody), expected)
