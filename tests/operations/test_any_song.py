"""Whatever can be written can be heard, told, shown and exported."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.io.songs import songs
from tests.operations.test_report import Page

from clinamen.domains.music.listener import Listener
from clinamen.domains.music.notes import Song
from clinamen.operations.export import json_record
from clinamen.operations.hear import TARGETS, describe_hearing
from clinamen.operations.report import html_report

LISTENER = Listener()


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(songs(), st.sampled_from(TARGETS))
def test_any_song(song: Song, target: str) -> None:
    if not song.melody.notes:
        return
    result = describe_hearing(song, LISTENER.hear(song, model="stm", target=target))
    Page(html_report(result))
    json.dumps(json_record(result, file="x"), allow_nan=False)
    for remark in result.remarks:
        assert remark.sentence.endswith(".")
        words = {note.lyric.strip("-") for note in song.melody.notes if note.lyric}
        told = remark.sentence
        for word in words - {""}:  # the song may sing "nan"
            told = told.replace(word, "la")
        for slip in ("  ", "..", " .", "-0.0", "None", "nan", "instead ;"):
            assert slip not in told
