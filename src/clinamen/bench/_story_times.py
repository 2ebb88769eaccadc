"""How long a story takes to be written, read and verified, and how large it is."""

from __future__ import annotations

import random
import sqlite3
import statistics
import time
import wave
from collections.abc import Callable
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from clinamen.bench._story_song import log_bytes
from clinamen.ledger import Activity, Agent, ProjectStore

__all__ = ["seal_seconds", "story_times"]

N_APPENDED = 300
_BY = (Agent("person", "A maker"), Agent("program", "clinamen", "1.0"))
_SECONDS, _RATE = 180, 44_100


def story_times(folder: Path, n_entries: int) -> dict[str, float]:
    """Seconds, milliseconds and bytes, in a file on disk with ``synchronous = FULL``."""
    path = folder / "times.db"
    store = ProjectStore(path, by=_BY)
    song = store.create("A song", "song.abc", b"X:1", options="{}", document="a")

    def fill() -> None:
        with store.together():
            for number in range(n_entries - 1):
                store.story.append(song.id, _note(number))

    found = {"fill_seconds": _seconds(fill)}
    store.close()
    found["bytes_per_entry"] = path.stat().st_size / n_entries
    with closing(ProjectStore(path, by=_BY)) as store:
        found["read_seconds"] = _best(lambda: store.story.entries(song.id))
        found["verify_seconds"] = _best(lambda: store.story.verify(song.id))
        times = [_append_ms(store, song.id, number) for number in range(N_APPENDED)]
        data = log_bytes(store.story.log(song.id))
    found["file_bytes_per_entry"] = len(data) / (n_entries + N_APPENDED)
    bare = _bare_inserts(folder / "bare.db")
    return found | {
        "append_ms_median": statistics.median(times),
        "append_ms_p95": _percentile_95(times),
        "insert_ms_median": statistics.median(bare),
        "insert_ms_p95": _percentile_95(bare),
        "append_over_insert": statistics.median(times) / statistics.median(bare),
    }


def _append_ms(store: ProjectStore, project: str, number: int) -> float:
    return 1000 * _seconds(lambda: store.story.append(project, _note(number)))


def _note(number: int) -> Activity:
    return Activity("note", {"text": f"the {number}th thought about the second verse"})


def _bare_inserts(path: Path) -> list[float]:
    """The same disk, the same promise, and nothing but a row: what can be had at best."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE bare (data BLOB)")
        return [
            1000 * _seconds(lambda: database.execute("INSERT INTO bare VALUES (zeroblob(400))"))
            for _ in range(N_APPENDED)
        ]


def _percentile_95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _best(work: Callable[[], object]) -> float:
    """Of three."""
    return min(_seconds(work) for _ in range(3))


def seal_seconds(folder: Path, chance: random.Random) -> float | None:
    """Sealing three minutes of stereo sound; None without the extra ``seal``."""
    if find_spec("c2pa") is None:
        return None
    from clinamen.operations.seal import SealAction, SealFacts, SealRequest, seal

    path = folder / "song.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(2)
        sound.setsampwidth(2)
        sound.setframerate(_RATE)
        sound.writeframes(chance.randbytes(4 * _SECONDS * _RATE))
    facts = SealFacts(actions=(SealAction(kind="created", source="digitalCreation"),))
    request = SealRequest(file=str(path), facts=facts, folder=folder, force=True)
    seal(request)  # The key is made, the library loaded.
    return statistics.median(_seconds(lambda: seal(request)) for _ in range(5))
