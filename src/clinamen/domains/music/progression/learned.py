"""What a listener has learnt about chords: two learned mixtures, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from clinamen.domains.music.events import IntArray
from clinamen.domains.music.notes import Song
from clinamen.domains.music.progression.columns import ChordColumns
from clinamen.domains.music.progression.detail import (
    DetailExperts,
    DetailView,
    KindTable,
    kind_table,
)
from clinamen.domains.music.progression.events import (
    HarmonyEvents,
    chord_changes,
    harmony_events,
)
from clinamen.domains.music.progression.experts import (
    CHORD_KNOWABLE,
    ChordExpert,
    ChordExperts,
)
from clinamen.domains.music.progression.naming import chord_labels, kind_labels
from clinamen.engine.expectation import Expectation
from clinamen.engine.measures import measure
from clinamen.engine.mixture import ExpertView, Mixture, MixtureOptions
from clinamen.engine.why import Why, explain
from clinamen.errors import ParameterError

__all__ = ["CHORD_OPTIONS", "ChordTables", "LearnedChords", "harmony_expectation", "learn_chords"]

CHORD_OPTIONS = MixtureOptions(smoothing=0.02, n_passes=3)
"""How weights are learned where nothing else is asked for."""

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ChordTables:
    """What was expected of every chord of a progression.

    Parameters
    ----------
    chord, detail
        How the progression looks to the experts.
    chords
        Probability of each root and quality, and of no chord, shape ``(T, N_CHORDS)``.
    kinds
        Probability of each kind given root and quality, shape ``(T, A)``; 0 for those of
        another quality.
    """

    chord: ExpertView
    detail: DetailView
    chords: FloatArray
    kinds: FloatArray

    @property
    def chord_bits(self) -> FloatArray:
        """Information content of root and quality, shape ``(T,)``."""
        return measure(self.chords, self.chord.came)[0]

    @property
    def detail_bits(self) -> FloatArray:
        """Information content of the rest, root and quality being known, shape ``(T,)``."""
        return np.asarray(measure(self.kinds, self.detail.view.came)[0] + self.detail.extra_bits)

    @property
    def bits(self) -> FloatArray:
        """Information content of the whole chord, shape ``(T,)``."""
        return np.asarray(self.chord_bits + self.detail_bits)


@dataclass
class LearnedChords:
    """Experts on chords, with their counts and weights.

    Parameters
    ----------
    chord_lens, detail_lens
        How progressions look to the experts on root and quality, and on the rest.
    chords, details
        Their counts and weights.
    table
        Kinds that are predicted by name.
    """

    chord_lens: ChordExperts
    detail_lens: DetailExperts
    chords: Mixture
    details: Mixture
    table: KindTable

    @classmethod
    def new(
        cls,
        table: KindTable,
        known: frozenset[str] = CHORD_KNOWABLE,
        *,
        options: MixtureOptions = CHORD_OPTIONS,
        experts: Sequence[ChordExpert] | None = None,
    ) -> LearnedChords:
        """Nothing learnt yet.

        Parameters
        ----------
        experts
            On both parts; by default those of the project.
        """
        if experts is None:
            chord_lens, detail_lens = ChordExperts(known=known), DetailExperts(known=known)
        else:
            chord_lens = ChordExperts([e for e in experts if not e.is_on_detail], known)
            detail_lens = DetailExperts([e for e in experts if e.is_on_detail], known)
        chords, details = chord_lens.mixture(options), detail_lens.mixture(options)
        return cls(chord_lens, detail_lens, chords, details, table)

    @property
    def known(self) -> frozenset[str]:
        """What is known besides earlier chords."""
        return self.chord_lens.known

    def count(self, songs: Sequence[HarmonyEvents]) -> None:
        """Add progressions to the counts; weights and table stay."""
        for events in songs:
            self.chords.count([self.chord_lens.view(events)])
            self.details.count([self.detail_lens.view(events, self.table).view])

    def tables(self, events: HarmonyEvents) -> ChordTables:
        """What was expected of every chord."""
        columns = ChordColumns(events)
        chord = self.chord_lens.view(columns)
        detail = self.detail_lens.view(columns, self.table)
        kinds = detail.among_open(self.details.predict(detail.view))
        return ChordTables(chord, detail, self.chords.predict(chord), kinds)

    def hear(self, song: Song, listener: str = "") -> Expectation:
        """What was expected of every chord of a song, and after the last.

        The target is ``harmony``, the sum of its parts: ``chord``, root and quality, and
        ``detail``, the other tones and the bass once these are known. The entropy is also the
        sum, that of the detail being after the root and quality that came. `Expectation.why`
        has reasons for each part.

        Raises
        ------
        ParameterError
            If the song has no chords.
        """
        tables = self.tables(harmony_events(song))
        after = self.chord_lens.view(harmony_events(song, following=True), following=True)
        last = np.array([len(after.came) - 1])
        following = self.chords.predict_rows(after, last, np.zeros_like(last))[0]
        settings = {
            "listener": listener,
            "model": "mixture",
            "experts": len(self.chord_lens.experts) + len(self.detail_lens.experts),
            "known": sorted(self.known),
        }
        heard = harmony_expectation(song, tables, following, settings)

        def why_chord(event: int) -> Why:
            row = tables.chords[event]
            return explain(self.chords, tables.chord, event, row, self.chord_lens.experts)

        def why_detail(event: int) -> Why:
            row = tables.kinds[event]
            return explain(self.details, tables.detail.view, event, row, self.detail_lens.experts)

        reasons = {"chord": why_chord, "detail": why_detail}
        parts = {name: replace(heard.parts[name], explain=reasons[name]) for name in reasons}
        return replace(heard, parts=parts)


def harmony_expectation(
    song: Song, tables: ChordTables, following: FloatArray, settings: Mapping[str, Any]
) -> Expectation:
    """Expectation of the chords of a song, from what was expected of its parts.

    Parameters
    ----------
    following
        What is expected after the last chord, shape ``(N_CHORDS,)``.
    """
    columns = _columns(song)
    keys = song.melody.keys
    quality, detail = tables.detail.quality, tables.detail.detail
    chord = _part("chord", tables.chords, tables.chord.came, tables.chord_bits,
                  chord_labels(keys[0].key if keys else None))  # fmt: skip
    kinds = _part("detail", tables.kinds, tables.detail.view.came, tables.detail_bits,
                  kind_labels(quality, detail))  # fmt: skip
    chord = replace(chord, next_distribution=following)
    parts = {
        each.target: replace(each, columns=columns, settings=settings) for each in (chord, kinds)
    }
    return Expectation(
        target="harmony",
        information_content=tables.bits,
        entropy=chord.entropy + kinds.entropy,
        alphabet=np.empty(0, dtype=np.int64),
        labels=(),
        symbols=np.empty(0, dtype=np.int64),
        distribution=np.empty((len(tables.bits), 0)),
        columns=columns,
        parts=parts,
        settings=settings,
    )


def _part(
    target: str, rows: FloatArray, came: IntArray, bits: FloatArray, labels: tuple[str, ...]
) -> Expectation:
    return Expectation(
        target=target,
        information_content=bits,
        entropy=measure(rows, came)[1],
        alphabet=np.arange(len(labels)),
        labels=labels,
        symbols=came,
        distribution=rows,
    )


def _columns(song: Song) -> dict[str, Sequence[Any]]:
    """Facts about every chord; bars and beats as for notes (see `event_columns`)."""
    spans = chord_changes(song)
    events = harmony_events(song)
    return {
        "chord": list(range(1, len(spans) + 1)),
        "onset_quarters": [float(span.onset_quarters) for span in spans],
        "duration_quarters": [float(span.duration_quarters) for span in spans],
        "bar": (events.bar + 1).tolist(),
        "beat": np.round(1.0 + events.place / events.beat_length, 6).tolist(),
        "symbol": [str(span.chord) for span in spans],
    }


def learn_chords(
    songs: Sequence[HarmonyEvents],
    known: frozenset[str] = CHORD_KNOWABLE,
    *,
    labels: Sequence[Hashable] | None = None,
    options: MixtureOptions = CHORD_OPTIONS,
    experts: Sequence[ChordExpert] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LearnedChords:
    """Count progressions and learn weights, each with its own counts taken out.

    Parameters
    ----------
    labels
        One a song: those of one label (versions of a song) are left out together.
    progress
        Is told how many songs are done, and of how many, over all passes and both parts.

    Raises
    ------
    ParameterError
        If there are no songs.
    """
    if not songs:
        raise ParameterError("there is nothing to learn from: no songs with chords")
    learned = LearnedChords.new(kind_table(songs, labels), known, options=options, experts=experts)
    chord_views = [learned.chord_lens.view(events) for events in songs]
    detail_views = [learned.detail_lens.view(events, learned.table).view for events in songs]
    total = 2 * options.n_passes * len(songs)
    for place, (mixture, views) in enumerate(
        ((learned.chords, chord_views), (learned.details, detail_views))
    ):
        before = place * options.n_passes * len(songs)

        def report(done: int, _total: int, before: int = before) -> None:
            if progress is not None:
                progress(before + done, total)

        mixture.count(views)
        mixture.learn_weights(views, groups=labels, progress=report)
    return learned
