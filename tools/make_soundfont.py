"""The studio's SoundFont, made from nothing but formulas: python tools/make_soundfont.py [FILE]

Each tone is a sum of partials. Those of a plucked or struck string die away one by one until
what stays is exactly periodic; that part is repeated, and an envelope lets it die. Nothing is
recorded and nothing random goes in, so the file is the same each time it is made.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from _soundfont import Generator, Instrument, Sample, Zone, soundfont, timecents
from numpy.typing import NDArray

RATE = 22050
OTHER_PLAYERS = 0.35
APART = 0.003
KEYS_IN_ZONE = 7
FIRST_ROOT = 31
LAST_ROOT = 94
BEFORE_LOOP = 16
AFTER_LOOP = 16
SHORTEST_LOOP = 64
CLOSED = 700
GOLDEN = (5**0.5 - 1) / 2

FILE = Path(__file__).parents[1] / "src" / "clinamen" / "studio" / "sounds" / "clinamen.sf2"
INFO = {
    "INAM": "Clinamen",
    "ICOP": "The Clinamen authors. Apache-2.0, or CC0-1.0 at your choice.",
    "ICMT": "Synthesised from formulas by tools/make_soundfont.py. No recordings.",
    "ISFT": "tools/make_soundfont.py",
}

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Voice:
    """How an instrument sounds.

    Parameters
    ----------
    partials
        Frequency in hertz and harmonic numbers, to amplitudes.
    stays
        Share of each harmonic that does not die before the loop.
    dying
        Harmonic numbers to the time in seconds in which the rest falls to 1/e.
    stretch
        Inharmonicity of what dies: a stiff string's partial k lies at k sqrt(1 + stretch k k).
    rise
        Seconds from nothing to full.
    lead
        Seconds before the loop.
    noise
        Breath, or a hammer, at the beginning: its share and its length in seconds.
    ensemble
        Seconds that a loop lasts in which several players drift apart and together; 0 for one.
    peak
        Highest sample; less for what sounds on, so that instruments are about as loud.
    settings
        Generators and amounts.
    closes
        Those of a filter that closes while a key is held, to `CLOSED` above the key.
    roots
        Keys that have a sample of their own.
    """

    partials: Callable[[float, Floats], Floats]
    stays: Callable[[Floats], Floats] = np.ones_like
    dying: Callable[[Floats], Floats] = np.ones_like
    stretch: float = 0.0
    rise: float = 0.004
    lead: float = 0.02
    noise: tuple[float, float] = (0.0, 0.0)
    ensemble: float = 0.0
    peak: float = 0.95
    settings: dict[int, int] = field(default_factory=dict)
    closes: dict[int, int] = field(default_factory=dict)
    roots: range = range(FIRST_ROOT, LAST_ROOT + 1, KEYS_IN_ZONE)


def make() -> bytes:
    """The bytes of the file."""
    made = [_instrument(name, program, voice) for name, program, voice in VOICES]
    return soundfont(made, INFO)


def _instrument(name: str, program: int, voice: Voice) -> Instrument:
    half = KEYS_IN_ZONE // 2
    zones = []
    for root in voice.roots:
        low = 0 if root == voice.roots[0] else root - half
        high = 127 if root == voice.roots[-1] else root + half
        # A SoundFont's filter counts in the cents that keys count in.
        filtered = {Generator.FILTER_CUTOFF: 100 * root + CLOSED} if voice.closes else {}
        sample = tone(f"{name} {root}", root, voice)
        zones.append(Zone(low, high, voice.settings | voice.closes | filtered, sample))
    return Instrument(name, program, tuple(zones))


def tone(name: str, root: int, voice: Voice) -> Sample:
    """One sample of a voice: a lead, then whole periods to repeat."""
    frequency = 440 * 2 ** ((root - 69) / 12)
    # The rate gives way, so that a period is a whole number of samples and the pitch exact.
    period = round(RATE / frequency)
    rate = round(period * frequency)
    n_periods = max(round(voice.ensemble * frequency), -(-SHORTEST_LOOP // period))
    start = BEFORE_LOOP + round(voice.lead * rate / period) * period
    end = start + n_periods * period
    time = np.arange(end + AFTER_LOOP) / rate
    harmonics = np.arange(1, int(0.42 * rate / frequency) + 1, dtype=np.float64)
    amplitudes = voice.partials(frequency, harmonics)
    held = _held(time, rate / period, n_periods, amplitudes * voice.stays(harmonics), voice)
    fading = _fading(time, frequency, amplitudes, voice, (start - BEFORE_LOOP) / rate)
    values = (held + fading) * np.minimum(time / voice.rise, 1)
    whole = np.round(values * voice.peak / np.abs(values).max() * 32767)
    # Rounding is the same in each pass, so a repeated period is one to the last bit.
    whole[end:] = whole[start : start + AFTER_LOOP]
    return Sample(name, whole.astype(np.int16), start, end, rate, root)


def _held(time: Floats, pitch: float, n_periods: int, amplitudes: Floats, voice: Voice) -> Floats:
    """What goes on for ever: partials that all fit into the loop."""
    out = np.zeros_like(time)
    step = pitch / n_periods
    for k, amplitude in enumerate(amplitudes, 1):
        # Schroeder's phases: no moment at which all partials peak.
        phase = -np.pi * k * k / len(amplitudes)
        out += amplitude * np.sin(2 * np.pi * k * pitch * time + phase)
        # Other players are some cents off, as near as the loop allows; low partials have none.
        apart = round(APART * k * n_periods) if voice.ensemble else 0
        for player in (-apart, apart) if apart else ():
            turn = 2 * np.pi * GOLDEN * (k * k + player)
            wave = np.sin(2 * np.pi * (k * n_periods + player) * step * time + turn)
            out += OTHER_PLAYERS * amplitude * wave
    return out


def _fading(
    time: Floats, frequency: float, amplitudes: Floats, voice: Voice, until: float
) -> Floats:
    """What dies before the loop: the rest of each partial, and noise."""
    harmonics = np.arange(1, len(amplitudes) + 1, dtype=np.float64)
    out = np.zeros_like(time)
    bends = harmonics * np.sqrt(1 + voice.stretch * harmonics**2)
    rest = amplitudes * (1 - voice.stays(harmonics))
    decays = voice.dying(harmonics) * (262 / frequency) ** 0.4
    for k, (bend, amplitude, decay) in enumerate(zip(bends, rest, decays, strict=True), 1):
        phase = -np.pi * k * k / len(harmonics)
        if amplitude and bend * frequency < 0.45 * RATE:
            wave = np.sin(2 * np.pi * bend * frequency * time + phase)
            out += amplitude * np.exp(-time / decay) * wave
    share, seconds = voice.noise
    if share:
        out += share * np.exp(-time / seconds) * _noise(time)
    # Nothing of it is left when the loop begins.
    return out * np.cos(np.pi / 2 * np.clip(time / until, 0, 1)) ** 2


def _noise(time: Floats) -> Floats:
    """Many sines at no common distance: noise that is the same each time."""
    which = np.arange(1, 121)
    frequencies = 500 + 6500 * (which * GOLDEN % 1)
    phases = 2 * np.pi * (which * which * GOLDEN % 1)
    waves = np.sin(2 * np.pi * frequencies[:, None] * time + phases[:, None])
    return np.asarray(waves.sum(axis=0) / np.sqrt(len(which)))


def _string(pluck: float, slope: float) -> Callable[[float, Floats], Floats]:
    """A string set off at a share of its length; higher notes are rounder."""

    def partials(frequency: float, k: Floats) -> Floats:
        # A string struck over some width has no partials much shorter than that.
        width = np.exp(-((k * frequency / 4200) ** 1.2))
        return np.abs(np.sin(np.pi * k * pluck)) / k**slope * width + 1e-4 * (k < 3)

    return partials


def _levels(*levels: float) -> Callable[[float, Floats], Floats]:
    """Partials at fixed levels, and none above."""

    def partials(frequency: float, k: Floats) -> Floats:
        out = np.zeros_like(k)
        n = min(len(levels), len(k))
        out[:n] = levels[:n]
        return out

    return partials


def _bowed(frequency: float, k: Floats) -> Floats:
    heard = k * frequency
    return 1 / k**1.1 / (1 + (heard / 2600) ** 3) * (0.55 + 0.45 * np.minimum(heard / 400, 1))


def _envelope(attack: float, release: float, decay: float = 0.0, by_key: int = 0) -> dict[int, int]:
    """Seconds to full, to nothing after letting go, and to nothing while held; 0: it stays."""
    out = {Generator.ATTACK: timecents(attack), Generator.RELEASE: timecents(release)}
    if decay:
        out |= {Generator.DECAY: timecents(decay), Generator.SUSTAIN: 1000}
        out |= {Generator.DECAY_BY_KEY: by_key}
    return out


def _duller(opens: int, seconds: float) -> dict[int, int]:
    """A filter that is open by so many cents at first and closes."""
    return {
        Generator.ENVELOPE_TO_FILTER: opens,
        Generator.FILTER_DECAY: timecents(seconds),
        Generator.FILTER_SUSTAIN: 1000,
    }


_VIBRATO = {
    Generator.VIBRATO_TO_PITCH: 5,
    Generator.VIBRATO_DELAY: timecents(0.35),
    Generator.VIBRATO_FREQUENCY: round(1200 * np.log2(4.8 / 8.176)),
}

VOICES: list[tuple[str, int, Voice]] = [
    ("Piano", 0, Voice(
        _string(0.115, 0.75),
        stays=lambda k: 0.8 / k**0.45,
        dying=lambda k: 0.5 / k**0.5,
        stretch=0.00035, rise=0.0015, lead=0.24, noise=(0.05, 0.01),
        settings=_envelope(0.001, 0.35, 14.0, 50), closes=_duller(4700, 2.6),
    )),
    ("Organ", 16, Voice(
        _levels(0.9, 1.0, 0.5, 0.45, 0.0, 0.22, 0.0, 0.2), peak=0.4,
        settings=_envelope(0.012, 0.09),
    )),
    ("Guitar", 24, Voice(
        _string(0.17, 0.9),
        stays=lambda k: 0.7 / k**0.5,
        dying=lambda k: 0.3 / k**0.5,
        stretch=0.00006, rise=0.001, lead=0.2, noise=(0.06, 0.005),
        settings=_envelope(0.001, 0.2, 8.5, 40), closes=_duller(4700, 1.9),
        roots=range(38, 88, 7),
    )),
    ("Bass", 32, Voice(
        _string(0.3, 1.2),
        stays=lambda k: 0.7 / k**0.6,
        dying=lambda k: 0.3 / k**0.7,
        stretch=0.00002, rise=0.003, lead=0.2, noise=(0.03, 0.006), peak=0.75,
        settings=_envelope(0.001, 0.12, 10.0, 30), closes=_duller(3900, 2.2),
        roots=range(31, 60, 7),
    )),
    ("Strings", 48, Voice(
        _bowed, rise=0.03, lead=0.05, ensemble=0.4, peak=0.5,
        settings=_envelope(0.1, 0.3),
        roots=range(38, 88, 7),
    )),
    ("Flute", 73, Voice(
        _levels(1.0, 0.5, 0.27, 0.1, 0.06, 0.03, 0.015),
        rise=0.03, lead=0.12, noise=(0.16, 0.035), peak=0.38,
        settings=_envelope(0.035, 0.14) | _VIBRATO,
        roots=range(52, 102, 7),
    )),
]  # fmt: skip


def main() -> None:
    """Write the file."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else FILE
    data = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    print(f"{path.name}: {len(data) / 1000:.0f} kB, {len(VOICES)} instruments")


if __name__ == "__main__":
    main()
