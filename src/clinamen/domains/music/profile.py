"""The listener profile: expectation in agreement with people rather than with the notes.

Six classic experts vote with equal weight: interval, interval with scale degree, interval
from the first note, register, scale degree, and which pitches came before in this melody.
Nobody is told the key: what depends on it is averaged over the twelve tonics, as likely as
the degrees heard so far make them. See docs/decisions/0008.

Source: original; the experts are viewpoints of Conklin & Witten 1995 in a PPM* of Cleary &
Teahan 1997, pooled as in Genest & Zidek 1986.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._columns import IDYOM_COLUMNS, event_columns, value_labels
from clinamen.domains.music._given import melody_of_song, name_of
from clinamen.domains.music.events import MelodyEvents, melody_events
from clinamen.domains.music.listener import LongTermMemory
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.projection import Alphabets, Lens
from clinamen.domains.music.viewpoints import parse_viewpoints
from clinamen.engine.counts import ContextTrie
from clinamen.engine.expectation import Expectation
from clinamen.engine.measures import measure
from clinamen.engine.ppm import LTM_DEFAULTS, PPM, STM_DEFAULTS
from clinamen.errors import ParameterError

__all__ = ["EXPERTS", "Expert", "ListenerProfile", "ProfileOptions", "key_posterior"]

FloatArray = npt.NDArray[np.float64]

TONICS = 12
"""Keys to be told apart: degrees do not say whether a key is major or minor."""


class Expert(NamedTuple):
    """One long-term memory of a profile.

    Parameters
    ----------
    viewpoint
        What it looks at, by IDyOM's name.
    longest_context
        How many notes before it looks back at most.
    needs_key
        Whether it is averaged over the tonics.
    """

    viewpoint: str
    longest_context: int
    needs_key: bool


DEGREES = Expert("cpintfref", 0, True)
"""How often each scale degree comes: the expert that also tells how likely each tonic is."""

EXPERTS = (
    Expert("cpint", 6, False),
    Expert("cpint*cpintfref", 6, True),
    Expert("cpintfip", 6, False),
    Expert("tessitura", 1, False),
    DEGREES,
)
"""The long-term experts; the sixth is the melody's own short-term memory of pitches."""


@dataclass(frozen=True, slots=True)
class ProfileOptions:
    """The three numbers of a profile: round, not fitted.

    Parameters
    ----------
    half_trust
        After so many notes the short-term memory has half the weight of another expert.
    floor
        Share of the probability that is spread evenly over all pitches.
    reach
        Pitches so many semitones beyond the lowest and highest one heard are expected too.
    """

    half_trust: float = 8.0
    floor: float = 0.02
    reach: int = 12

    def __post_init__(self) -> None:
        if not 0 < self.half_trust < np.inf:
            raise ParameterError(f"half_trust must be above 0, not {self.half_trust}")
        if not 0 < self.floor <= 1:
            raise ParameterError(f"floor must be above 0 and at most 1, not {self.floor}")
        if self.reach not in range(128):
            raise ParameterError(f"reach must be 0 to 127 whole semitones, not {self.reach}")


def _new_memories() -> dict[str, LongTermMemory]:
    return {expert.viewpoint: _new_memory(expert) for expert in EXPERTS}


def _new_memory(expert: Expert) -> LongTermMemory:
    (viewpoint,) = parse_viewpoints(expert.viewpoint)
    return LongTermMemory(Lens(viewpoint, "pitch"), ContextTrie(expert.longest_context))


@dataclass
class ListenerProfile:
    """What people expect to hear next, as far as published ratings tell.

    Agrees better than a `Listener` with how well people say that a tone continues a melody;
    for predicting notes it is not meant. Only pitch is predicted; when a melody is heard,
    its times and its key are not looked at.

    Parameters
    ----------
    name
        For people.
    options
        See `ProfileOptions`.
    facts
        Corpus list, rights and settings, as plain values, for the record.
    memories
        Counts of each of `EXPERTS`, by viewpoint.

    Examples
    --------
    >>> import clinamen
    >>> from clinamen.domains.music.profile import ListenerProfile
    >>> song = clinamen.read("examples/ode_to_joy.musicxml")
    >>> profile = ListenerProfile()
    >>> profile.learn([song])
    >>> expected = profile.next_pitch(song)
    >>> abs(sum(expected.values()) - 1) < 1e-9
    True
    """

    name: str = "new profile"
    options: ProfileOptions = field(default_factory=ProfileOptions)
    facts: Mapping[str, object] = field(default_factory=dict)
    memories: dict[str, LongTermMemory] = field(default_factory=_new_memories)
    n_melodies: int = 0
    n_notes: int = 0

    def __repr__(self) -> str:
        return f"<ListenerProfile {self.name!r}: {self.n_melodies} melodies, {self.n_notes} notes>"

    def learn(self, melodies: Iterable[Melody | Song]) -> None:
        """Add melodies to long-term memory, in order.

        Scale degrees are learnt only where a melody says its key.

        Raises
        ------
        ParameterError
            If one of them is neither a Song nor a Melody, or is empty.
        """
        heard = [melody_events(melody_of_song(each)) for each in melodies]
        for memory in self.memories.values():
            ppm = PPM(LTM_DEFAULTS, trie=memory.trie)
            for events in heard:
                ppm.learn(memory.lens.sequence(events))
        self.n_melodies += len(heard)
        self.n_notes += sum(len(events) for events in heard)

    def next_pitch(self, context: Song | Melody) -> dict[int, float]:
        """Probability of every pitch that may follow, none of them 0.

        Raises
        ------
        ParameterError
            If `context` has no notes.
        """
        events = melody_events(melody_of_song(context))
        alphabet = self._alphabet(events)
        row = self._table(events, alphabet)[-1]
        return dict(zip(alphabet.tolist(), row.tolist(), strict=True))

    def hear(self, song: Song | Melody) -> Expectation:
        """Expectation of every pitch of a song; the profile stays as it was.

        The pitches that may come are the same throughout: all from the song's lowest to its
        highest note, and `ProfileOptions.reach` beyond. Before the first note next to
        nothing is known.

        Raises
        ------
        ParameterError
            If the song is neither a Song nor a Melody, or is empty.
        """
        melody = melody_of_song(song)
        events = melody_events(melody)
        alphabet = self._alphabet(events)
        table = self._table(events, alphabet)
        symbols = np.searchsorted(alphabet, events.pitch)
        information_content, entropy = measure(table[:-1], symbols)
        name = name_of(song)
        return Expectation(
            target="pitch",
            information_content=information_content,
            entropy=entropy,
            alphabet=alphabet,
            labels=value_labels("pitch", alphabet, melody),
            symbols=symbols,
            distribution=table[:-1],
            next_distribution=table[-1],
            columns=event_columns(melody, events),
            idyom_columns=IDYOM_COLUMNS,
            settings={
                "listener": self.name,
                "model": "profile",
                "viewpoints": [*self.memories, "cpitch"],
            },
            identity={"melody.name": name} if name else {},
        )

    def tonics(self, song: Song | Melody) -> FloatArray:
        """How likely each tonic is before each note and after the last, shape ``(T + 1, 12)``.

        From the degrees that the notes so far would have; at first all are alike.
        """
        events = melody_events(melody_of_song(song))
        return self._tonics(events, _one_target(self._alphabet(events)))

    def _alphabet(self, events: MelodyEvents) -> npt.NDArray[np.int64]:
        reach = self.options.reach
        low = max(0, int(events.pitch.min()) - reach)
        return np.arange(low, min(127, int(events.pitch.max()) + reach) + 1)

    def _table(self, events: MelodyEvents, alphabet: npt.NDArray[np.int64]) -> FloatArray:
        """Distribution before every note and after the last, shape ``(T + 1, A)``.

        A weighted geometric mean, and the floor.
        """
        alphabets = _one_target(alphabet)
        tonics = self._tonics(events, alphabets)
        n_heard = np.arange(len(events) + 1)[:, None]
        trust = n_heard / (n_heard + self.options.half_trust)
        votes = trust * np.log(_short_term(events, alphabets))
        for expert in EXPERTS:
            votes += np.log(self._expected(expert, events, alphabets, tonics))
        votes /= len(EXPERTS) + trust
        votes -= votes.max(axis=1, keepdims=True)
        pooled = np.exp(votes)
        pooled /= pooled.sum(axis=1, keepdims=True)
        floor = self.options.floor
        return np.asarray((1 - floor) * pooled + floor / len(alphabet))

    def _expected(
        self, expert: Expert, events: MelodyEvents, alphabets: Alphabets, tonics: FloatArray
    ) -> FloatArray:
        if not expert.needs_key:
            return _run(self.memories[expert.viewpoint].copy(), events, alphabets)
        mean = np.zeros((len(events) + 1, len(alphabets.pitch)))
        for tonic, rows in enumerate(self._in_every_key(expert, events, alphabets)):
            mean += tonics[:, tonic, None] * rows
        return mean

    def _tonics(self, events: MelodyEvents, alphabets: Alphabets) -> FloatArray:
        came = events.pitch - alphabets.pitch[0]
        places = np.arange(len(events))
        chances = [rows[places, came] for rows in self._in_every_key(DEGREES, events, alphabets)]
        return key_posterior(np.array(chances).T)

    def _in_every_key(
        self, expert: Expert, events: MelodyEvents, alphabets: Alphabets
    ) -> Iterator[FloatArray]:
        memory = self.memories[expert.viewpoint].copy()
        for tonic in range(TONICS):
            yield _run(memory, replace(events, tonic=np.full(len(events), tonic)), alphabets)


def key_posterior(chances: FloatArray) -> FloatArray:
    """How likely each key is after 0, 1, ... notes, all being alike at first.

    Parameters
    ----------
    chances
        Probability of each note in each key, shape ``(T, K)``, all above 0.

    Returns
    -------
    numpy.ndarray
        Shape ``(T + 1, K)``; rows sum to 1.
    """
    heard = np.zeros((len(chances) + 1, chances.shape[1]))
    np.cumsum(np.log(chances), axis=0, out=heard[1:])
    likely = np.exp(heard - heard.max(axis=1, keepdims=True))
    return np.asarray(likely / likely.sum(axis=1, keepdims=True))


def _one_target(alphabet: npt.NDArray[np.int64]) -> Alphabets:
    nothing = np.empty(0, dtype=np.int64)
    return Alphabets(onset=nothing, pitch=alphabet, duration=nothing)


def _short_term(events: MelodyEvents, alphabets: Alphabets) -> FloatArray:
    (viewpoint,) = parse_viewpoints("cpitch")
    projection = Lens(viewpoint, "pitch").project_on(events, alphabets)
    return PPM(STM_DEFAULTS).run(projection, learn=True)[0]


def _run(memory: LongTermMemory, events: MelodyEvents, alphabets: Alphabets) -> FloatArray:
    """What a memory expects before every note and after the last; flat where it is silent.

    The memory is left in the middle of nothing, and its lens knows some symbols more.
    """
    ppm = PPM(LTM_DEFAULTS, trie=memory.trie)
    ppm.start()
    rows, defined = ppm.run(memory.lens.project_on(events, alphabets), learn=False)
    rows[~defined] = 1 / len(alphabets.pitch)
    return rows
