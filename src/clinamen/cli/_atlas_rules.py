"""`clinamen atlas rules`: songs beyond the rules of one, on a terminal, as JSON, and as files."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.text import Text

from clinamen.cli._arguments import Known
from clinamen.cli._keep import keep
from clinamen.cli._patience import Patience
from clinamen.cli._render import print_table, say
from clinamen.errors import UnsupportedError
from clinamen.operations._rules_words import kind_words, rule_words
from clinamen.operations._worth_words import worth_words
from clinamen.operations.atlas._mine import made_before
from clinamen.operations.rules import RulesRequest, RulesResult, search_rules
from clinamen.operations.rules_export import rules_record
from clinamen.operations.song_files import SongFiles, written_words
from clinamen.operations.story.recording import in_all_languages, plain_request
from clinamen.operations.text import a_count, clean, percent

if TYPE_CHECKING:
    from clinamen.operations.rules import RuleFind

__all__ = ["RulesOptions", "rules_file"]


@dataclass(frozen=True)
class RulesOptions:
    """What the user asked for beside the search itself."""

    json: bool
    out: str | None
    force: bool
    listener: str | None
    facts: Known


def rules_file(file: str, request: RulesRequest, options: RulesOptions) -> int:
    """Show the rules of a song and what lies beyond them, and write it where that is asked for."""
    files = None
    if options.out is not None:
        files = SongFiles.parse(options.out, file, overwrite=options.force)
        files.check(request.n)
    result = _searched(file, request, options)
    if options.json:
        sys.stdout.write(json.dumps(rules_record(result, file=file), allow_nan=False) + "\n")
    else:
        _show(result)
    if files is not None and result.finds:
        told = sys.stderr if options.json else sys.stdout
        paths = files.write([find.song for find in result.finds])
        for line in written_words(paths, len(result.finds)):
            told.write(f"{line}\n")
        reasons = [in_all_languages(find.reason) for find in result.finds]
        settings = {"request": plain_request(request), "reasons": reasons}
        keep("rules", paths, file, settings, reading=options.facts, listener=options.listener)
    return 0


def _searched(file: str, request: RulesRequest, options: RulesOptions) -> RulesResult:
    from clinamen.io.files import read_song
    from clinamen.operations.listeners import QUICK_LISTENER, load_listener

    song = read_song(file, **options.facts)
    if len(song.melody.notes) < 2:
        raise UnsupportedError("there is no melody that could break a rule", source=file)
    quick = load_listener(QUICK_LISTENER if options.listener is None else options.listener)
    patience = Patience()

    def tell(kinds: str, n_heard: int, n_breaks: int) -> None:
        patience.tell(f"beyond {kinds}: {a_count(n_heard, 'tune')} tried")

    with patience.waiting("reading the rules"):
        mine, stop = made_before(quick), patience.is_over
        return search_rules(song, request, quick=quick, mine=mine, watch=tell, stop=stop)


def _show(result: RulesResult) -> None:
    song = result.song
    title = clean(song.title) or clean(song.source) or "Untitled"
    say(Text(f"{title}: the rules it follows", style="bold"))
    for notice in song.notices:
        say(f"Note: {clean(notice)}")
    rows = [
        ([Text(str(kind_words(each.rule.kind))), Text(str(rule_words(each, song)))], False)
        for each in result.rules.followed
    ]
    print_table((("rule", "left"), ("as it is", "left")), rows)
    say("")
    tried = a_count(result.n_breaks, "way")
    say(Text(f"Beyond them ({tried} tried, {a_count(result.n_evaluations, 'tune')})", style="bold"))
    for find in result.finds:
        _show_find(find)
    if not result.finds:
        say("No song was found that breaks one of these rules and keeps the others.")
    if result.n_without:
        say(f"Along {a_count(result.n_without, 'way')} none was found that keeps the other rules.")
    if result.was_stopped:
        say("It was ended early.")


def _show_find(find: RuleFind) -> None:
    broken = " + ".join(str(kind_words(kind)) for kind in find.kinds)
    say(Text(f"{find.rank:>2}. {broken}", style="bold"))
    say(f"    {clean(find.reason)}")
    if find.n_chords_left_out:
        left_out = a_count(find.n_chords_left_out, "chord")
        say(f"    {left_out} with notes outside the scale left out.")
    kept = f"{percent(find.kept)} of the song told by the new rule is left"
    say(Text(f"    {worth_words(find.worth)}; {kept}", style="dim"))
