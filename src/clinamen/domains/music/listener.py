"""A listener: what somebody has heard, and therefore expects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from clinamen.domains.music._columns import event_columns
from clinamen.domains.music._given import (
    JOINT,
    Viewpoints,
    events_of_song,
    joint_entropy,
    melody_of_song,
    name_of,
    shared_viewpoints,
    some_options,
    some_viewpoints,
    target_named,
)
from clinamen.domains.music._note_expectation import note_expectation
from clinamen.domains.music.events import MelodyEvents
from clinamen.domains.music.harmony import in_a_key
from clinamen.domains.music.learned import MIXTURE, Learned
from clinamen.domains.music.notes import Melody, Song
from clinamen.domains.music.progression.learned import LearnedChords
from clinamen.domains.music.projection import Alphabets, Lens, target_values, widened
from clinamen.domains.music.song_events import chord_columns
from clinamen.domains.music.state import ListeningState
from clinamen.domains.music.viewpoints import AnyViewpoint, parse_viewpoints
from clinamen.engine.counts import LONGEST_CONTEXT, ContextTrie
from clinamen.engine.expectation import Expectation
from clinamen.engine.model import Memory, ModelOptions, ViewpointModel
from clinamen.errors import MissingError, ParameterError

__all__ = ["DEFAULT_VIEWPOINTS", "JOINT", "Listener", "LongTermMemory"]

DEFAULT_VIEWPOINTS: Mapping[str, str] = {
    "pitch": "cpint*cpintfref, cpint*posinbar, cpitch",
    "onset": "bioi*posinbar",
    "duration": "dur*posinbar",
}
"""Viewpoints of a new listener, by target."""

_EMPTY = np.empty(0, dtype=np.int64)


@dataclass
class LongTermMemory:
    """Counts of one viewpoint on one target, with the symbols they are over."""

    lens: Lens
    trie: ContextTrie

    def copy(self) -> LongTermMemory:
        """An independent memory with the same content."""
        lens = replace(self.lens, tables=[table.copy() for table in self.lens.tables])
        return LongTermMemory(lens, self.trie.copy())


@dataclass
class Listener:
    """What somebody has heard, as counts, and how expectation is made of it.

    It can hold two models side by side: the learned mixture, which predicts best and says
    why, and the classic model of viewpoints and PPM, which gives IDyOM's figures. A new
    listener has heard nothing: it can still hear a song with its short-term memory
    (``model="stm"``). `learn` adds melodies to its long-term memory.

    Parameters
    ----------
    name
        For people.
    viewpoints
        By target (``pitch``, ``onset``, ``duration``): the viewpoints used when `hear` is
        not told otherwise, as text (see `parse_viewpoints`).
    options
        How counts become expectation; the memory is chosen in `hear`. With ``idyom=True``
        modal melodies get IDyOM's tonic (see `melody_events`), learnt or heard.
    longest_context
        Longest context kept in long-term memory.
    facts
        Corpus list, rights and settings, as plain values, for the record.
    alphabets
        Values met in what was learnt.
    memories
        Counts of the classic model, by target and viewpoint.
    learned
        The learned mixture, by target (see `clinamen.domains.music.training`).
    with_chords
        Learned mixtures that know the chords of a song besides, by target: they are used
        for songs that have chords, those of `learned` for all others.
    harmony
        The learned mixtures for chords, by what they know besides the chords before:
        ``key timing``, ``key melody timing``.

    Examples
    --------
    >>> import clinamen
    >>> listener = clinamen.Listener()
    >>> heard = listener.hear(clinamen.read("examples/ode_to_joy.musicxml"), model="stm")
    >>> len(heard.information_content) == len(heard.entropy)
    True
    """

    name: str = "new listener"
    viewpoints: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_VIEWPOINTS))
    options: ModelOptions = field(default_factory=ModelOptions)
    longest_context: int = LONGEST_CONTEXT
    facts: Mapping[str, object] = field(default_factory=dict)
    alphabets: Alphabets = field(default_factory=lambda: Alphabets(_EMPTY, _EMPTY, _EMPTY))
    memories: MutableMapping[tuple[str, str], LongTermMemory] = field(default_factory=dict)
    learned: MutableMapping[str, Learned] = field(default_factory=dict)
    with_chords: MutableMapping[str, Learned] = field(default_factory=dict)
    harmony: MutableMapping[str, LearnedChords] = field(default_factory=dict)
    n_melodies: int = 0
    n_notes: int = 0

    def __repr__(self) -> str:
        parts = [f"{target}: {text}" for target, text in self.viewpoints.items()]
        parts += [f"learned mixture: {', '.join(self.learned)}"] if self.learned else []
        parts += [f"with chords: {', '.join(self.with_chords)}"] if self.with_chords else []
        parts += [f"harmony: {', '.join(self.harmony)}"] if self.harmony else []
        heard = f"{self.n_melodies} melodies, {self.n_notes} notes"
        return f"<Listener {self.name!r}: {'; '.join([heard, *parts])}>"

    def learn(self, melodies: Iterable[Melody | Song]) -> None:
        """Add melodies to long-term memory, in order.

        Counts grow; what a learned mixture's experts weigh stays as it was trained. Those
        that know chords learn from songs with chords.

        Raises
        ------
        ParameterError
            If one of them is neither a Song nor a Melody, or is empty.
        """
        idyom = self.options.idyom
        heard = [events_of_song(each, idyom_tonic=idyom) for each in melodies]
        self.alphabets = self.alphabets.union(Alphabets.of(heard))
        for target, text in self.viewpoints.items():
            for viewpoint in parse_viewpoints(text):
                self._learn_viewpoint(target, viewpoint, heard)
        for learned in self.learned.values():
            learned.count(heard)
        for learned in self.with_chords.values():
            learned.count([events for events in heard if events.has_chords])
        self.n_melodies += len(heard)
        self.n_notes += sum(len(events) for events in heard)

    def _learn_viewpoint(
        self, target: str, viewpoint: AnyViewpoint, heard: Sequence[MelodyEvents]
    ) -> None:
        key = (target, viewpoint.name)
        if key not in self.memories:
            self.memories[key] = LongTermMemory(
                Lens(viewpoint, target), ContextTrie(self.longest_context)
            )
        memory = self.memories[key]
        model = ViewpointModel(1, self.options, tries=[memory.trie])
        for events in heard:
            model.learn([memory.lens.sequence(events)])

    def start(self, frame: Melody | Song) -> ListeningState:
        """A melody that is being made, note by note, as this listener expects it.

        Parameters
        ----------
        frame
            Key, metre, pickup and, of a song, chords up to its end; its notes, if any, are
            heard first.

        Raises
        ------
        MissingError
            If the listener has learnt no mixture.

        Examples
        --------
        Two quarters, each expected and then heard:

        >>> import clinamen
        >>> from clinamen.domains.music.events import TICKS_PER_QUARTER as quarter
        >>> from clinamen.domains.music.notes import Melody
        >>> state = clinamen.load_listener().start(Melody(notes=()))
        >>> for onset, pitch in ((0, 60), (quarter, 62)):
        ...     chances = state.predict("pitch", onset_ticks=onset)
        ...     chance = chances[state.alphabet("pitch") == pitch]
        ...     state.observe(onset, quarter, pitch)
        >>> state.notes
        ((0, 10080, 60), (10080, 10080, 62))
        """
        if not self.learned:
            raise MissingError(f"{self.name} has learnt no mixture to expect notes by")
        melody = melody_of_song(frame)
        heard = [events_of_song(melody)] if melody.notes else []
        alphabets = widened(self.alphabets.union(Alphabets.of(heard)))
        chords = chord_columns(frame)
        mixtures = {target: self.best(target, bool(chords)) for target in self.learned}
        return ListeningState(mixtures, alphabets, melody, chords)

    def best(self, target: str, has_chords: bool) -> Learned:
        """The mixture that knows most of what a song tells: its chords, if it has some.

        Raises
        ------
        MissingError
            If the listener has learnt no mixture for the target.
        """
        if target not in self.learned:
            raise MissingError(f"{self.name} has learnt no mixture for {target}")
        if has_chords and target in self.with_chords:
            return self.with_chords[target]
        return self.learned[target]

    def hear(
        self,
        song: Song | Melody,
        *,
        model: Memory | Literal["mixture"] | None = None,
        viewpoints: Viewpoints | None = None,
        target: str | Sequence[str] = "pitch",
        options: ModelOptions | None = None,
    ) -> Expectation:
        """Expectation of every note of a song; the listener stays as it was.

        Parameters
        ----------
        song
            A song or a melody with at least one note.
        model
            ``mixture``, the learned mixture of what was learnt before and of this song, with
            the chords of a song that has some, if the listener learnt with chords; or the
            classic model with the memory named: ``stm`` (this song only), ``ltm`` (what was
            learnt before), ``ltm+`` (and goes on learning), ``both`` or ``both+``. By
            default ``mixture`` if the listener has learnt one, else ``both+``, or ``stm``
            for a listener that has learnt nothing.
        viewpoints
            Of the classic model, such as ``"cpint,cpintfref linked"``, which is then used
            also by default; by default the listener's own.
        target
            ``pitch`` (its onset is known), ``onset`` (as inter-onset interval), ``duration``
            (onset and pitch known), ``joint`` (onset, then pitch), or ``harmony`` (the
            song's chords, their onsets known, and the melody over them). Also under IDyOM's
            names: ``cpitch``, ``bioi``, ``dur``, ``(cpitch bioi)``.
        options
            Replaces the listener's options for the classic model, which is then used also by
            default; `model` still chooses the memory. With
            ``idyom=True`` the song gets IDyOM's tonic; what was learnt before keeps the
            tonic that it was learnt with.

        Raises
        ------
        ParameterError
            If the target or the model is unknown, a viewpoint says nothing about the
            target, or the melody is empty.
        MissingError
            If a viewpoint is unknown, or long-term memory is asked about one that the
            listener has not learnt; or if it has not learnt the target.
        """
        if target_named(target) == "harmony":
            self._check_harmony(model, classic=viewpoints is not None or options is not None)
            return self._hear_harmony(song)
        chosen = some_options(options, self.options)
        memory = self._model(model, target, classic=viewpoints is not None or options is not None)
        melody = melody_of_song(song)
        events = events_of_song(song, idyom_tonic=chosen.idyom and memory != MIXTURE)
        found = target_named(target)
        name = name_of(song)
        identity = {"melody.name": name} if name else {}
        columns = event_columns(melody, events)
        if memory == MIXTURE:
            heard = self._hear_learned(melody, events, found, columns)
        elif found == "joint":
            chosen = replace(chosen, memory=memory)
            heard = self._hear_joint(melody, events, chosen, viewpoints, columns)
        else:
            chosen = replace(chosen, memory=memory)
            heard = self._hear_target(melody, events, chosen, found, viewpoints, columns)
        return replace(heard, identity=identity)

    def _check_harmony(self, model: str | None, *, classic: bool) -> None:
        if classic or model not in (None, MIXTURE):
            raise ParameterError("chords are heard by the learned mixture only")

    def _hear_harmony(self, song: Song | Melody) -> Expectation:
        """By the mixture that knows most of what the song tells."""
        if not isinstance(song, Song) or not song.chords:
            raise ParameterError("to hear harmony, give a Song that has chords")
        song = in_a_key(song)
        name = name_of(song)
        heard = self.harmony_model(song).hear(song, self.name)
        return replace(heard, identity={"melody.name": name} if name else {})

    def harmony_model(self, song: Song) -> LearnedChords:
        """The mixture for chords that knows most of what a song tells: its key, its melody.

        Raises
        ------
        MissingError
            If none does with what the song tells.
        """
        told = {"timing"} | ({"melody"} if song.melody.notes else set())
        told |= {"key"} if song.melody.keys else set()
        fitting = [each for each in self.harmony if set(each.split()) <= told]
        if not fitting:
            raise MissingError(f"{self.name} has learnt nothing about chords")
        return self.harmony[max(fitting, key=lambda each: len(each.split()))]

    def _model(self, model: str | None, target: str | Sequence[str], *, classic: bool) -> Any:
        """The model asked for, or the best that the listener has for a target."""
        found = target_named(target)
        wanted = JOINT if found == "joint" else (found,)
        if model == MIXTURE and classic:
            raise ParameterError("viewpoints and options belong to the classic model, not mixture")
        if model == MIXTURE and not all(each in self.learned for each in wanted):
            learnt = ", ".join(self.learned) or "nothing"
            raise MissingError(f"{self.name} has learnt no mixture for {found}, but for {learnt}")
        if model is not None:
            return model
        if not classic and all(each in self.learned for each in wanted):
            return MIXTURE
        return "both+" if self.memories else "stm"

    def _hear_learned(
        self,
        melody: Melody,
        events: MelodyEvents,
        target: str,
        columns: Mapping[str, Sequence[Any]],
    ) -> Expectation:
        alphabets = widened(self.alphabets.union(Alphabets.of([events])))
        parts = {
            each: self.best(each, events.has_chords).hear(
                melody, events, alphabets.of_target(each), columns, self.name
            )
            for each in (JOINT if target == "joint" else (target,))
        }
        if target != "joint":
            return parts[target]
        return _joint(
            parts, joint_entropy(parts["onset"].entropy, parts["pitch"].entropy, 1.0, 1.0)
        )

    def _hear_joint(
        self,
        melody: Melody,
        events: MelodyEvents,
        options: ModelOptions,
        viewpoints: Viewpoints | None,
        columns: Mapping[str, Sequence[Any]],
    ) -> Expectation:
        shares = shared_viewpoints(viewpoints) if viewpoints else {}
        parts = {
            target: self._hear_target(melody, events, options, target, shares.get(target), columns)
            for target in JOINT
        }
        one, other = (parts[target] for target in JOINT)
        sums = [part.distribution.sum(axis=1) if options.idyom else 1.0 for part in (one, other)]
        names = [name for part in parts.values() for name in part.settings["viewpoints"]]
        heard = _joint(parts, joint_entropy(one.entropy, other.entropy, *sums))
        return replace(heard, settings={**parts["pitch"].settings, "viewpoints": names})

    def _hear_target(
        self,
        melody: Melody,
        events: MelodyEvents,
        options: ModelOptions,
        target: str,
        viewpoints: Viewpoints | None,
        columns: Mapping[str, Sequence[Any]],
    ) -> Expectation:
        alphabets = widened(self.alphabets.union(Alphabets.of([events])))
        alphabet = alphabets.of_target(target)
        memories = self._memories(target, viewpoints, options)
        model = ViewpointModel(len(memories), options, tries=[memory.trie for memory in memories])
        table = model.predict([memory.lens.project_on(events, alphabets) for memory in memories])
        symbols = np.searchsorted(alphabet, target_values(events, target))
        settings = {
            "listener": self.name,
            "model": options.memory,
            "viewpoints": [memory.lens.viewpoint.idyom_name for memory in memories],
        }
        return note_expectation(
            melody, target, alphabet, table, symbols, columns=columns, settings=settings
        )

    def _memories(
        self, target: str, viewpoints: Viewpoints | None, options: ModelOptions
    ) -> list[LongTermMemory]:
        """Copies of the memories asked for; empty ones where only short term is used."""
        if target not in self.viewpoints:
            learnt = " and ".join(self.viewpoints or self.learned) or "nothing"
            raise MissingError(f"{self.name} has learnt {learnt} only (clinamen learn --targets)")
        found = []
        for viewpoint in some_viewpoints(viewpoints or self.viewpoints[target]):
            known = self.memories.get((target, viewpoint.name))
            if known is None and options.uses_long_term:
                raise MissingError(self._not_learnt(target, viewpoint))
            if known is None or not options.uses_long_term:
                known = LongTermMemory(Lens(viewpoint, target), ContextTrie())
            found.append(known.copy())
        return found

    def _not_learnt(self, target: str, viewpoint: AnyViewpoint) -> str:
        if not self.memories:
            return f"{self.name} has learnt nothing yet: use the model stm, or teach it first"
        learnt = [
            memory.lens.viewpoint.idyom_name
            for (about, _), memory in self.memories.items()
            if about == target
        ]
        return (
            f"{self.name} has not learnt the viewpoint {viewpoint.idyom_name} for {target}; "
            f"it knows {', '.join(learnt) or 'none'}; the model stm takes any viewpoint"
        )


def _joint(parts: Mapping[str, Expectation], entropy: npt.NDArray[np.float64]) -> Expectation:
    """The sum of what was expected of onset and pitch."""
    pitch = parts["pitch"]
    return Expectation(
        target="joint",
        information_content=np.sum([p.information_content for p in parts.values()], axis=0),
        entropy=entropy,
        alphabet=_EMPTY,
        labels=(),
        symbols=_EMPTY,
        distribution=np.empty((len(pitch), 0)),
        columns=pitch.columns,
        parts=parts,
        idyom_columns=pitch.idyom_columns,
        settings=pitch.settings,
    )
