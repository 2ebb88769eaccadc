"""How well a listener of ours agrees with people.

Three kinds of lines, in the format of `clinamen.io.jsonl` with one more key each:

- `ratings`: how well each of several tones continued the melody. Score: the explained variance
  (R squared of a straight line) of the mean rating by our information content, over all
  tones of a data set, and its mean over contexts, each context with a line of its own.
- `ic_bits`: bits of every note as measured with people (null where none was). Score: explained
  variance by our bits, over all notes of a data set, and its mean over melodies.
- `dist_over_pc`: how often each pitch class was sung next. Score: our cross-entropy in bits
  a response, beside the entropy of the responses themselves, which no model can go below.

Nothing is fitted on what is scored: the two numbers of a straight line are all that the
explained variance allows for. But the recipe of the listener profile was chosen among about
60 with the ratings of Cuddy & Lunney 1995 and Schellenberg 1996 in view, so its figures on
these two sets are not out of sample (docs/decisions/0008).
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from _common import machine, print_machine
from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import KeyChange, Melody
from clinamen.errors import ClinamenError, FormatError
from clinamen.io.jsonl import melody_of, read_rows

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden" / "ratings" / "continuations.jsonl"
SHARED = ROOT.parent / "shared" / "data" / "human" / "melodic_ratings.jsonl"

PUBLISHED = {"cuddy_lunney1995": 0.715, "schellenberg1996": 0.832}
"""Best explained variance in the literature so far."""

NO_VARIATION = 1e-9
"""Differences below are rounding."""

FloatArray = npt.NDArray[np.float64]
Distribution = Mapping[int, float]


class Expecting(Protocol):
    """A listener as this benchmark sees it."""

    def next_pitch(self, context: Melody) -> Distribution:
        """Probability of every pitch that may follow."""

    def bits_of_notes(self, melody: Melody) -> FloatArray:
        """Information content of every note, shape ``(T,)``."""


class ClassicListener:
    """The shipped listener, its long-term memory only."""

    name = "shipped listener, classic model, ltm"

    def __init__(self) -> None:
        import clinamen

        self._listener: Listener = clinamen.load_listener()

    def next_pitch(self, context: Melody) -> Distribution:
        heard = self._listener.hear(_with_key(context), model="ltm")
        alphabet = (int(pitch) for pitch in heard.alphabet)
        return dict(zip(alphabet, heard.next_distribution.tolist(), strict=True))

    def bits_of_notes(self, melody: Melody) -> FloatArray:
        heard = self._listener.hear(_with_key(melody), model="both")
        return np.asarray(heard.information_content)


class ProfileListener:
    """The shipped listener profile; looks at pitches only, and at no key that is given."""

    name = "shipped listener profile"

    def __init__(self) -> None:
        from clinamen.operations.listeners import load_profile

        self._profile = load_profile()

    def next_pitch(self, context: Melody) -> Distribution:
        return self._profile.next_pitch(context)

    def bits_of_notes(self, melody: Melody) -> FloatArray:
        return np.asarray(self._profile.hear(melody).information_content)


def _with_key(melody: Melody) -> Melody:
    """With an estimated key where none is given; too few notes allow none."""
    from clinamen.domains.music.key import estimate_key

    if melody.keys or len(melody.notes) < 3:
        return melody
    key = KeyChange(Fraction(0), estimate_key(melody))
    return melody.replace(keys=(key,), key_source="estimated")


def continuation_bits(listener: Expecting, context: Melody, pitches: Sequence[int]) -> FloatArray:
    """Information content of each tone that was offered as a continuation.

    Given that one of them comes: listeners compared these tones and no others, so that what
    a model expects elsewhere, for want of an alphabet of its own, plays no part.
    """
    expected = listener.next_pitch(context)
    floor = min(expected.values())
    chances = np.array([expected.get(pitch, floor) for pitch in pitches])
    return np.asarray(-np.log2(chances / chances.sum()))


@dataclass(frozen=True)
class Compared:
    """What people and the listener said about one context."""

    data_set: str
    kind: str
    people: FloatArray
    listener: FloatArray


def compare(path: str, listener: Expecting) -> Iterator[Compared]:
    """Every line of a file."""
    for place, row in read_rows(path):
        melody = melody_of(row, source=path, place=place)
        assert melody is not None
        data_set = str(row.get("id", Path(path).stem)).split("/")[0]
        try:
            kind, people, ours = _compare_row(row, melody, listener)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = f"not as expected: {type(error).__name__}: {error}"
            raise FormatError(message, source=path, place=place) from None
        yield Compared(data_set, kind, people, ours)


def _compare_row(
    row: Mapping[str, Any], melody: Melody, listener: Expecting
) -> tuple[str, FloatArray, FloatArray]:
    if "ratings" in row:
        ratings = np.array([mean_rating(each) for each in row["ratings"]])
        pitches = [int(each["midi"]) for each in row["ratings"]]
        return "ratings", ratings, continuation_bits(listener, melody, pitches)
    if "ic_bits" in row:
        return "ic_bits", *_bits_of_people(row["ic_bits"], listener.bits_of_notes(melody))
    if "dist_over_pc" in row:
        sung = responses(row["dist_over_pc"])
        return "dist_over_pc", sung, pitch_classes(listener.next_pitch(melody))
    raise KeyError("none of ratings, ic_bits, dist_over_pc")


def mean_rating(rating: Mapping[str, float]) -> float:
    """`mean`, or the mean over the groups of listeners that are there."""
    if "mean" in rating:
        return float(rating["mean"])
    groups = [rating[name] for name in ("trained", "untrained") if name in rating]
    if not groups:
        raise KeyError("a rating needs mean, trained or untrained")
    return sum(groups) / len(groups)


def _bits_of_people(
    given: Sequence[float | None], ours: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Both at the notes that were measured; a shorter list leaves out the first notes."""
    if len(given) > len(ours):
        raise ValueError(f"{len(given)} values for {len(ours)} notes")
    theirs = np.array([np.nan if bits is None else bits for bits in given], dtype=np.float64)
    measured = np.isfinite(theirs)
    return theirs[measured], ours[len(ours) - len(theirs) :][measured]


def responses(given: Mapping[str, float] | Sequence[float]) -> FloatArray:
    """Share of each pitch class among what was sung, shape ``(12,)``."""
    shares = np.zeros(12)
    pairs = given.items() if isinstance(given, Mapping) else enumerate(given)
    for pitch_class, share in pairs:
        shares[int(pitch_class) % 12] += share
    return shares / shares.sum()


def pitch_classes(expected: Distribution) -> FloatArray:
    """A distribution with its octaves folded, shape ``(12,)``."""
    folded = np.zeros(12)
    for pitch, chance in expected.items():
        folded[pitch % 12] += chance
    return folded / folded.sum()


def explained_variance(people: FloatArray, bits: FloatArray) -> float:
    """R squared of a straight line."""
    return correlation(people, bits) ** 2


def correlation(people: FloatArray, bits: FloatArray) -> float:
    """Pearson's; 0 where one of the two does not vary."""
    if len(people) < 2 or np.ptp(people) < NO_VARIATION or np.ptp(bits) < NO_VARIATION:
        return 0.0
    return float(np.corrcoef(people, bits)[0, 1])


def cross_entropy(sung: FloatArray, expected: FloatArray) -> float:
    """Bits a response."""
    some = sung > 0
    return float(-(sung[some] * np.log2(expected[some])).sum())


def score(found: Sequence[Compared]) -> dict[str, Any]:
    """Figures of one data set, all of one kind."""
    about = {"set": found[0].data_set, "kind": found[0].kind, "n_contexts": len(found)}
    if found[0].kind == "dist_over_pc":
        return about | {
            "bits_per_response": _mean(cross_entropy(c.people, c.listener) for c in found),
            "entropy_of_responses": _mean(cross_entropy(c.people, c.people) for c in found),
        }
    people = np.concatenate([each.people for each in found])
    bits = np.concatenate([each.listener for each in found])
    return about | {
        "n_values": len(people),
        "r_squared": explained_variance(people, bits),
        "correlation": correlation(people, bits),
        "r_squared_mean_over_contexts": _mean(
            explained_variance(each.people, each.listener) for each in found
        ),
        "published_best": PUBLISHED.get(found[0].data_set),
    }


def _mean(values: Iterator[float]) -> float:
    return float(np.mean(list(values)))


def measure(path: str, listener: Expecting) -> list[dict[str, Any]]:
    """Figures of every data set in a file, in the order of the file."""
    by_set: dict[tuple[str, str], list[Compared]] = defaultdict(list)
    for each in compare(path, listener):
        by_set[each.data_set, each.kind].append(each)
    return [score(found) for found in by_set.values()]


def print_rows(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    print(f"\n{name}")
    for row in rows:
        about = f"  {row['set']}, {row['n_contexts']} contexts:"
        if row["kind"] == "dist_over_pc":
            print(
                f"{about} {row['bits_per_response']:.3f} bits a response "
                f"(the responses themselves: {row['entropy_of_responses']:.3f})"
            )
            continue
        best = row["published_best"]
        print(
            f"{about} explained variance {row['r_squared']:.3f} (r = {row['correlation']:.3f}), "
            f"mean over contexts {row['r_squared_mean_over_contexts']:.3f}"
            + (f"; published best {best}" if best else "")
        )


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")
    parser.add_argument("--set", metavar="FILE.jsonl", help="ratings; see above")
    return parser.parse_args()


def default_set() -> str:
    for path in (SHARED, GOLDEN):
        if path.exists():
            return str(path)
    raise SystemExit("no ratings found: give a file with --set")


def main() -> None:
    wanted = options()
    path = wanted.set or default_set()
    listeners: dict[str, Callable[[], Expecting]] = {
        "profile": ProfileListener,
        "classic": ClassicListener,
    }
    results: dict[str, Any] = {}
    if not wanted.json:
        print_machine()
    try:
        for name, make in listeners.items():
            listener = make()
            results[name] = measure(path, listener)
            if not wanted.json:
                print_rows(f"{name}: {getattr(listener, 'name', name)}", results[name])
    except ClinamenError as error:
        raise SystemExit(str(error)) from None
    if wanted.json:
        print(json.dumps({"file": Path(path).name, **results, "machine": machine()}))


if __name__ == "__main__":
    main()
