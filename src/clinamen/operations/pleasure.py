"""An optional reading of a heard song by a published finding on musical pleasure.

It tells where, by that finding, a break would please and where it would not. It is no score of
the song: it was found with chords, on average over people, and leaves out nearly everything
that pleases in music.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from clinamen.errors import ParameterError

if TYPE_CHECKING:
    from clinamen.engine.expectation import Expectation

__all__ = [
    "CHEUNG_2019",
    "LEAST_EVENTS",
    "PLEASURE_LIMITS",
    "PLEASURE_TITLE",
    "Choice",
    "PleasureReading",
    "PleasureSurface",
    "Standard",
    "pleasure_conclusion",
    "pleasure_reading",
    "pleasure_record",
    "pleasure_sentence",
]

FloatArray = npt.NDArray[np.float64]

PLEASURE_TITLE = "A reading after Cheung et al. 2019 (chords, not melodies; not a score)"
"""Stands above the reading wherever it is shown."""

PLEASURE_LIMITS = (
    "Found with 39 people who rated 1,039 chords of 30 pop songs, without melody or rhythm; "
    "whether it holds for melodies, or for you, nobody has shown. Doi 10.1016/j.cub.2019.09.067."
)
"""What the reading rests on, in two sentences."""

LEAST_EVENTS = 10
"""Fewest events whose mean and deviation mean anything; with fewer, both must be given."""


@dataclass(frozen=True, slots=True)
class PleasureSurface:
    """Pleasure as a function of uncertainty and surprise, all three standardised.

    ``pleasure = uncertainty * u + surprise * s + interaction * u * s``

    Parameters
    ----------
    uncertainty, surprise, interaction
        Coefficients, in standard deviations of the ratings.
    source
        Where they were published.

    Examples
    --------
    >>> round(CHEUNG_2019.value(-1.0, 2.0), 3), round(CHEUNG_2019.value(1.0, 2.0), 3)
    (-0.263, -1.045)
    """

    uncertainty: float
    surprise: float
    interaction: float
    source: str = ""

    def value(self, uncertainty: Any, surprise: Any) -> Any:
        """Height of the surface; numbers, or arrays that fit together."""
        product = self.interaction * uncertainty * surprise
        return self.uncertainty * uncertainty + self.surprise * surprise + product

    def slope(self, uncertainty: Any) -> Any:
        """What one standard deviation of surprise more adds, at an uncertainty."""
        return self.surprise + self.interaction * uncertainty

    @property
    def turning_point(self) -> float:
        """The uncertainty at which more surprise neither adds nor takes away."""
        return -self.surprise / self.interaction


CHEUNG_2019 = PleasureSurface(
    uncertainty=-0.143,
    surprise=-0.327,
    interaction=-0.124,
    source="Cheung et al. 2019, doi 10.1016/j.cub.2019.09.067, Table 1",
)
"""Fixed effects on the pleasantness of chords. 95 % intervals: -.186 to -.099, -.418 to -.236,
-.183 to -.064. The model also holds dissonance, spectrum, and the pleasantness and arousal of the
whole sequence, none of which we have; the intercept is not different from 0 and left out.

More surprise pleases more only where uncertainty is below -2.64 standard deviations: that a
surprise pleases where one is sure holds for the very sure."""


@dataclass(frozen=True, slots=True)
class Standard:
    """Means and standard deviations that entropy and information content are measured by, bits.

    Raises
    ------
    ParameterError
        If a figure is not finite, or a deviation is not more than 0.
    """

    entropy_mean: float
    entropy_deviation: float
    content_mean: float
    content_deviation: float

    def __post_init__(self) -> None:
        figures = self.entropy_mean, self.content_mean
        deviations = self.entropy_deviation, self.content_deviation
        if not all(map(math.isfinite, figures + deviations)) or min(deviations) <= 0:
            raise ParameterError(
                "means must be numbers and standard deviations more than 0, not "
                f"{figures} and {deviations}"
            )

    def uncertainty(self, entropy: Any) -> Any:
        """Entropy in standard deviations from the mean."""
        return (entropy - self.entropy_mean) / self.entropy_deviation

    def surprise(self, information_content: Any) -> Any:
        """Information content in standard deviations from the mean."""
        return (information_content - self.content_mean) / self.content_deviation


@dataclass(frozen=True, slots=True)
class Choice:
    """What would have read highest in an event's place.

    Parameters
    ----------
    event
        Index from 0.
    label
        Name of the choice.
    information_content
        Its bits, in this place.
    gain
        How much higher it reads than what came, 0 if that is the best.
    """

    event: int
    label: str
    information_content: float
    gain: float


@dataclass(frozen=True, eq=False)
class PleasureReading:
    """A song read by a surface; `T` events.

    Parameters
    ----------
    surface
        The surface.
    standard
        What entropy and information content were measured by; None where nothing can be told.
    is_standard_given
        Whether `standard` was given, not taken from this song.
    uncertainty, surprise
        Standardised entropy and information content, shape ``(T,)``; NaN for the first event
        and whatever is not finite.
    value
        Height of the surface, shape ``(T,)``, NaN likewise.
    slope
        What one deviation of surprise more would add before each event, shape ``(T,)``:
        above 0 a break would please, below 0 the expected would. NaN likewise.
    choices
        For each event that can be told, what would have read highest; empty for a joint
        expectation, which has no single alphabet.
    cannot_tell
        Why nothing can be told; empty if something can.
    """

    surface: PleasureSurface
    standard: Standard | None
    is_standard_given: bool
    uncertainty: FloatArray
    surprise: FloatArray
    value: FloatArray
    slope: FloatArray
    choices: tuple[Choice, ...] = ()
    cannot_tell: str = ""

    @property
    def breaks(self) -> list[int]:
        """Events before which a break would please, the most promising first."""
        return [event for event in self.by_slope() if self.slope[event] > 0]

    @property
    def events(self) -> list[int]:
        """Events that can be told, in order."""
        return [int(event) for event in np.flatnonzero(np.isfinite(self.value))]

    def by_slope(self) -> list[int]:
        """Events that can be told, those first where surprise reads best."""
        return sorted(self.events, key=lambda event: -float(self.slope[event]))

    def unbroken(self) -> list[int]:
        """Events as in `by_slope`, but for those that surprise most: they are breaks already.

        Those are the ones above the 90th percentile of surprise.
        """
        if not self.events:
            return []
        limit = float(np.quantile(self.surprise[self.events], 0.9))
        return [event for event in self.by_slope() if self.surprise[event] <= limit]

    def by_gain(self) -> list[Choice]:
        """Choices that would have read higher than what came, the greatest gain first."""
        better = [choice for choice in self.choices if choice.gain > 0]
        return sorted(better, key=lambda choice: (-choice.gain, choice.event))

    @property
    def threshold_bits(self) -> float | None:
        """Entropy below which a break would please; None without a standard, or below 0."""
        if self.standard is None:
            return None
        deviation = self.standard.entropy_deviation
        bits = self.standard.entropy_mean + self.surface.turning_point * deviation
        return bits if bits > 0 else None


def pleasure_reading(
    expectation: Expectation,
    *,
    standard: Standard | None = None,
    surface: PleasureSurface = CHEUNG_2019,
) -> PleasureReading:
    """Read a heard song by a surface over entropy and information content.

    Parameters
    ----------
    standard
        Means and deviations of a body of music, for readings that can be compared between
        songs. By default those of this song, its first event left out: a reading then says
        where in the song, never which song.
    surface
        The surface.

    Returns
    -------
    PleasureReading
        With `cannot_tell` set where there are fewer than `LEAST_EVENTS` events to take a
        mean of, or all of them are alike.

    Notes
    -----
    Source: Cheung, Harrison, Meyer, Pearce, Haynes & Koelsch 2019, Current Biology 29, Table
    1. Departures: they standardised over the chords of all their sequences, and IDyOM heard
    chord symbols; their first chord was not rated, so our first event is not read. The
    surface is a plane in surprise at any one uncertainty, so what reads highest is always the
    likeliest choice or the least likely one. The latter is looked for among choices no less
    likely than the least likely event of the song: the surface says nothing beyond what was
    heard.
    """
    entropy = np.array(expectation.entropy, dtype=np.float64)
    content = np.array(expectation.information_content, dtype=np.float64)
    known = np.isfinite(entropy) & np.isfinite(content)
    known[:1] = False
    found = standard or _own_standard(entropy[known], content[known])
    if isinstance(found, str):
        empty = np.full(len(entropy), np.nan)
        return PleasureReading(surface, None, False, empty, empty, empty, empty, (), found)
    uncertainty = found.uncertainty(np.where(known, entropy, np.nan))
    surprise = found.surprise(np.where(known, content, np.nan))
    value = surface.value(uncertainty, surprise)
    most_bits = float(content[known].max(initial=0.0))
    return PleasureReading(
        surface, found, standard is not None, uncertainty, surprise, value,
        surface.slope(uncertainty),
        tuple(
            _best_choice(expectation, int(event), float(value[event]), most_bits, found, surface)
            for event in np.flatnonzero(known)
            if not expectation.parts and len(expectation.alphabet)
        ),
    )  # fmt: skip


def _own_standard(entropy: FloatArray, content: FloatArray) -> Standard | str:
    """The song's own means and deviations, or why there are none."""
    if len(entropy) < LEAST_EVENTS:
        return f"the song is too short: it takes {LEAST_EVENTS} notes after the first"
    deviations = float(entropy.std()), float(content.std())
    # What differs by rounding alone does not differ.
    if deviations[0] <= 1e-9:
        return "every moment of the song is as open as every other"
    if deviations[1] <= 1e-9:
        return "every note of the song is as surprising as every other"
    return Standard(float(entropy.mean()), deviations[0], float(content.mean()), deviations[1])


def _best_choice(
    expectation: Expectation,
    event: int,
    value: float,
    most_bits: float,
    standard: Standard,
    surface: PleasureSurface,
) -> Choice:
    """What reads highest among choices of at most so many bits."""
    row = np.asarray(expectation.distribution[event], dtype=np.float64)
    # An impossible choice has endless bits, which the surface cannot be asked about.
    bits = -np.log2(np.maximum(row, np.finfo(np.float64).tiny))
    uncertainty = standard.uncertainty(float(expectation.entropy[event]))
    values = surface.value(uncertainty, standard.surprise(bits))
    symbol = int(expectation.symbols[event])
    possible = bits <= most_bits
    possible[symbol] = True
    best = int(np.where(possible, values, -np.inf).argmax())
    gain = 0.0 if best == symbol else max(float(values[best]) - value, 0.0)
    return Choice(event, expectation.labels[best], float(bits[best]), gain)


def pleasure_conclusion(reading: PleasureReading) -> str:
    """What the reading comes to for somebody who writes a song; "" where it cannot be told."""
    if reading.cannot_tell:
        return ""
    count = len(reading.breaks)
    if not count:
        return (
            "By this finding the expected note pleases more everywhere in this song; a break "
            "takes away least where the listener is surest of what comes."
        )
    where = "at one note" if count == 1 else f"at {count:,} notes"
    return (
        f"By this finding a break would please more {where} of this song, where the listener is "
        "surest of what comes; everywhere else the expected note does."
    )


def pleasure_sentence(reading: PleasureReading) -> str:
    """Where a break would please, in words, or why that cannot be told."""
    if reading.cannot_tell:
        return f"Nothing can be told: {reading.cannot_tell}."
    whose = "given" if reading.is_standard_given else "song's"
    deviations = f"{abs(reading.surface.turning_point):.2f} deviations below the {whose} mean"
    opening = "By it a surprise pleases more than the expected only where entropy is"
    bits = reading.threshold_bits
    if bits is None:
        return f"{opening} {deviations}; that is less than 0 bits, so nowhere in this song."
    count = len(reading.breaks)
    moments = {0: "nowhere in this song", 1: "one moment here"}.get(
        count, f"{count:,} moments here"
    )
    return f"{opening} below {bits:.2f} bits ({deviations}): {moments}."


def pleasure_record(reading: PleasureReading) -> dict[str, Any]:
    """The reading as plain values, with what it rests on."""
    surface, standard = reading.surface, reading.standard
    best = {choice.event: choice for choice in reading.choices}
    return {
        "title": PLEASURE_TITLE,
        "limits": PLEASURE_LIMITS,
        "source": surface.source,
        "coefficients": {
            "uncertainty": surface.uncertainty,
            "surprise": surface.surprise,
            "interaction": surface.interaction,
        },
        "standard": None
        if standard is None
        else {
            "from": "given" if reading.is_standard_given else "this song",
            "entropy_mean": standard.entropy_mean,
            "entropy_deviation": standard.entropy_deviation,
            "information_content_mean": standard.content_mean,
            "information_content_deviation": standard.content_deviation,
        },
        "break_below_entropy": reading.threshold_bits,
        "sentence": pleasure_sentence(reading),
        "notes": [_note_record(reading, event, best.get(event)) for event in reading.events],
    }


def _note_record(reading: PleasureReading, event: int, best: Choice | None) -> dict[str, Any]:
    return {
        "note": event + 1,
        "value": float(reading.value[event]),
        "slope": float(reading.slope[event]),
        "best": None
        if best is None
        else {
            "value": best.label,
            "information_content": best.information_content,
            "gain": best.gain,
        },
    }
