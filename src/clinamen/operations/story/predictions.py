"""Predictions of the maker's, sealed with their date before it is known how they come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from clinamen.errors import (
    AmbiguousError,
    ConflictError,
    FormatError,
    MissingError,
    ParameterError,
)
from clinamen.ledger import Activity, Entry, ProjectStore, ProjectSummary
from clinamen.operations.edit import Draft
from clinamen.operations.text import clean

__all__ = [
    "MAX_TEXT",
    "TITLE",
    "Prediction",
    "due",
    "find_prediction",
    "predict",
    "predictions",
    "predictions_project",
    "record_outcome",
    "reminder",
    "songs",
    "today",
]

TITLE = "Predictions"
"""Title of the project of predictions that are about no song."""

MAX_TEXT = 2_000
"""Longest prediction or note, in characters."""

OUTCOMES = ("yes", "no")

_FILE = "predictions.txt"
_SOURCE = b"Predictions, in the order in which they were made.\n"
_OPTIONS = '{"name": "predictions.txt"}'
_NEXT_DUE, _REMINDED = "predictions due", "predictions reminded"
_SHORT = 8


@dataclass(frozen=True, slots=True)
class Prediction:
    """What somebody said would be, and what came of it.

    Parameters
    ----------
    id
        Hash of the entry that seals it.
    project, title
        The story it stands in: that of a song, or the one of predictions.
    seq
        Number of the entry.
    text
        As it was written.
    made_at
        Time in UTC, ISO 8601, by the clock of the computer.
    until
        The day on which it is known.
    chance
        How sure its maker was that it comes true, 0 to 1; None if that was not said.
    outcome
        Whether it came true; None as long as that is open.
    outcome_at, note
        When the outcome was recorded, and what was said about it.
    """

    id: str
    project: str
    title: str
    seq: int
    text: str
    made_at: str
    until: date
    chance: float | None = None
    outcome: bool | None = None
    outcome_at: str = ""
    note: str = ""

    @property
    def short_id(self) -> str:
        """How the id begins: what people type."""
        return self.id[:_SHORT]

    def is_due(self, day: date) -> bool:
        """Whether its day has come and nobody has said how it came out."""
        return self.outcome is None and self.until <= day


def today() -> date:
    """The day in UTC, as entries have it."""
    return datetime.now(UTC).date()


def predict(
    store: ProjectStore,
    text: str,
    *,
    until: str,
    chance: float | None = None,
    project: str | None = None,
    day: date | None = None,
) -> Prediction:
    """Seal a prediction: from now on it cannot be changed without a trace.

    Parameters
    ----------
    until
        The day on which it is known, as ``2036-01-01``.
    chance
        How likely it is to come true, 0 to 1.
    project
        The song it is about; else it goes to a project of its own.
    day
        Today.

    Raises
    ------
    ParameterError
        If the text is empty or too long, the day is none or not to come, or the chance is none.
    """
    text, last = _checked_text("a prediction", text), _checked_day(until, day or today())
    if chance is not None and not 0 <= chance <= 1:
        raise ParameterError(f"a chance is a number from 0 to 1, not {chance:g}")
    settings: dict[str, object] = {"text": text, "until": last.isoformat()}
    if chance is not None:
        settings["chance"] = chance
    with store.together():
        where = project or predictions_project(store)
        entry, _ = store.story.append(where, Activity("predict", settings))
        made = _prediction(entry, where, store.project(where).title)
        _set_next_due(store, predictions(store))
    return made


def _checked_text(what: str, text: str) -> str:
    text = text.strip()
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ParameterError(f"{what} must be text; this has bytes that are none")
    if not 0 < len(text) <= MAX_TEXT:
        raise ParameterError(f"{what} has 1 to {MAX_TEXT:,} characters, not {len(text):,}")
    return text


def _checked_day(until: str, day: date) -> date:
    try:
        last = date.fromisoformat(until)
    except ValueError:
        raise ParameterError(f"until must be a day, as 2036-01-01, not {until!r}") from None
    if last <= day:
        raise ParameterError(f"until must be a day to come, after {day}, not {last}")
    return last


def predictions_project(store: ProjectStore) -> str:
    """The project of predictions that are about no song, begun now if there is none."""
    found = store.find(_SOURCE, _OPTIONS)
    if found is not None:
        return found
    made = store.create(
        TITLE,
        _FILE,
        _SOURCE,
        options=_OPTIONS,
        document=Draft(()).to_json(),
        activity=Activity("begin", {"file": _FILE}),
    )
    return made.id


def songs(store: ProjectStore) -> tuple[ProjectSummary, ...]:
    """All projects that are songs, as `ProjectStore.projects`."""
    other = store.find(_SOURCE, _OPTIONS)
    return tuple(each for each in store.projects() if each.id != other)


def predictions(store: ProjectStore, project: str | None = None) -> list[Prediction]:
    """All predictions, those that are due first coming first.

    Parameters
    ----------
    project
        Only those of this project.
    """
    found: list[Prediction] = []
    for each in store.projects():
        if project in (None, each.id):
            found += _of_project(store, each.id, each.title)
    return sorted(found, key=lambda each: (each.until, each.made_at))


def _of_project(store: ProjectStore, project: str, title: str) -> Iterator[Prediction]:
    sealed: dict[str, Prediction] = {}
    for entry in store.story.entries(project):
        # Most entries are of other kinds: they need not be read.
        payload = entry.payload or b""
        if b'"predict"' not in payload and b'"outcome"' not in payload:
            continue
        if entry.says["activity"] == "predict":
            sealed[entry.hash] = _prediction(entry, project, title)
        elif entry.says["activity"] == "outcome":
            of = entry.says["settings"].get("of")
            if of in sealed:
                sealed[of] = _come_out(sealed[of], entry)
    yield from sealed.values()


def _prediction(entry: Entry, project: str, title: str) -> Prediction:
    settings = entry.says["settings"]
    try:
        return Prediction(
            id=entry.hash,
            project=project,
            title=title,
            seq=entry.seq,
            text=str(settings["text"]),
            made_at=str(entry.says["at"]),
            until=date.fromisoformat(settings["until"]),
            chance=None if settings.get("chance") is None else float(settings["chance"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FormatError(f"no prediction ({error})", place=f"entry {entry.seq}") from None


def _come_out(made: Prediction, entry: Entry) -> Prediction:
    settings = entry.says["settings"]
    return replace(
        made,
        outcome=settings.get("outcome") == "yes",
        outcome_at=str(entry.says["at"]),
        note=str(settings.get("note", "")),
    )


def find_prediction(store: ProjectStore, wanted: str) -> Prediction:
    """The prediction whose id begins so.

    Raises
    ------
    MissingError, AmbiguousError
        If there is none, or several.
    """
    wanted = wanted.strip().lower()
    found = [each for each in predictions(store) if wanted and each.id.startswith(wanted)]
    if not found:
        raise MissingError(
            f"there is no prediction {clean(wanted)!r} (clinamen story predictions lists them)"
        )
    if len(found) > 1:
        ids = ", ".join(each.id[:16] for each in found)
        raise AmbiguousError(f"several predictions begin with {wanted!r}: {ids}")
    return found[0]


def record_outcome(
    store: ProjectStore, wanted: str, outcome: str, *, note: str = "", corrects: bool = False
) -> Prediction:
    """Say how a prediction came out.

    Parameters
    ----------
    wanted
        How its id begins.
    outcome
        ``yes`` if it came true, ``no`` if not.
    note
        In words.
    corrects
        Whether an outcome that was recorded before no longer counts. It stays in the story.

    Raises
    ------
    ParameterError
        If the outcome is neither word, or the note too long.
    ConflictError
        If there is an outcome and this one does not correct it.
    MissingError, AmbiguousError
        As `find_prediction`.
    """
    if outcome not in OUTCOMES:
        raise ParameterError(f"an outcome is yes or no, not {outcome!r}")
    if note:
        note = _checked_text("a note", note)
    with store.together():
        found = find_prediction(store, wanted)
        if found.outcome is not None and not corrects:
            raise ConflictError(
                f"the outcome of {found.short_id} was recorded on {found.outcome_at[:10]} "
                "(--correct, if that was wrong)"
            )
        # Not its text: who keeps the prediction back must not give it away by its outcome.
        settings: dict[str, object] = {"of": found.id, "entry": found.seq, "outcome": outcome}
        if note:
            settings["note"] = note
        entry, _ = store.story.append(found.project, Activity("outcome", settings))
        _set_next_due(store, predictions(store))
        return _come_out(found, entry)


def due(store: ProjectStore, day: date | None = None) -> list[Prediction]:
    """Predictions whose day has come without an outcome."""
    day = day or today()
    return [each for each in predictions(store) if each.is_due(day)]


def reminder(store: ProjectStore, day: date | None = None) -> str:
    """One line about what is due, once a day; empty where nothing is to be said."""
    day = day or today()
    first = store.setting(_NEXT_DUE)
    if not first or first > day.isoformat() or store.setting(_REMINDED) == day.isoformat():
        return ""
    store.set_setting(_REMINDED, day.isoformat())
    found = due(store, day)
    if not found:
        return ""
    words = "1 prediction is due" if len(found) == 1 else f"{len(found):,} predictions are due"
    return f"{words}: clinamen story predictions --due"


def _set_next_due(store: ProjectStore, known: Sequence[Prediction]) -> None:
    """Remember the first day on which something is due, so that reminding costs nothing."""
    days = [each.until for each in known if each.outcome is None]
    store.set_setting(_NEXT_DUE, min(days).isoformat() if days else "")
