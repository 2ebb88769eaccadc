"""Peak memory of ten folds over the chorales, in a fresh process (this one).

What is held after the imports, after the melodies were read, and at the end.
"""

from __future__ import annotations

import json

from _common import arguments, melodies, print_machine
from clinamen.bench._machine import machine, peak_rss_mib

FOLDS, VIEWPOINTS, TARGET_MIB = 10, "cpint*cpintfref", 200


def main() -> None:
    options = arguments("Peak memory of ten folds.")
    start = peak_rss_mib()

    from clinamen.domains.music.evaluation import cross_validate
    from clinamen.domains.music.events import melody_events
    from clinamen.engine.resampling import interleaved_folds

    imports = peak_rss_mib()
    name, songs = melodies(options.set)
    given = [melody_events(song) for song in songs]
    reading = peak_rss_mib()
    found = cross_validate(given, VIEWPOINTS, folds=interleaved_folds(len(given), FOLDS))
    end = peak_rss_mib()
    if options.json:
        facts = {"set": name, "n_melodies": len(given), "n_events": found.n_notes}
        memory = {"imports_mib": imports, "reading_mib": reading, "peak_rss_mib": end}
        print(json.dumps(facts | memory | {"machine": machine()}))
        return
    print_machine()
    print(f"{name}: {len(given)} melodies, {found.n_notes} notes; {VIEWPOINTS}, BOTH+, ten folds")
    print(f"Python and NumPy                {start:6.0f} MiB")
    print(f"the imports (mostly Numba)      {imports:6.0f} MiB   {imports / end:4.0%} of the peak")
    print(f"melodies read                   {reading:6.0f} MiB")
    print(f"peak after {FOLDS} folds             {end:6.0f} MiB   (target {TARGET_MIB})")


if __name__ == "__main__":
    main()
