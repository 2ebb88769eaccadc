"""Stories of strangers, odd stories and long ones: told as text, whole, and of a bearable size."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from tests.operations.small_listener import small_listener
from tests.operations.story.tales import EXAMPLE, Life, lived, long_life
from tests.operations.story.told_pages import Page

from clinamen.ledger import DRAFT, Activity, Agent, Content
from clinamen.operations.edit import EditedChord
from clinamen.operations.story._tell_ears import Ears
from clinamen.operations.story._tell_markdown import _escaped
from clinamen.operations.story.telling import Chapters, Telling, TellRequest, tell
from clinamen.texts import LANGUAGES

EVIL = (
    '</p><script>alert(1)</script><img src=x onerror=alert(2)> "q" \' & &lt; {name} {0} %s '
    "[a](javascript:alert(3)) ![b](http://e.example/x) `c` *d* _e_ # f | g ~~h~~ $i$ @j "
    "http://k.example www.l.example <m@n.example> \u202egnp.exe\x1b[31m"
)
TAGS = {"h1", "h2", "p", "em", "strong", "blockquote", "ul", "li", "code"}


def told(life: Life, show: str = "all", **request: str) -> Telling:
    return tell(Chapters(life.path), TellRequest(show, **request), listener=small_listener())


def evil_life() -> Life:
    data = EXAMPLE.read_bytes().replace(b"Harbour Light", b"&lt;/title>&lt;script>alert(0)//", 1)
    life = Life(Agent("person", EVIL.replace("\x1b", "")), data=data)
    chords = tuple(EditedChord(480 * 2 * k, EVIL[:200]) for k in range(3))
    life.commit(replace(life.draft, chords=chords).to_json())
    life.propose((3, 1))
    for line in (EVIL, "- not a list\n1. nor this\n# nor a head\n> nor this\n---\n===\n    code"):
        life.note(line)
    life.name(EVIL[:150])
    life.export()
    return life


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_strangers_wrote_is_text_on_the_page(language: str) -> None:
    source = told(evil_life(), language=language, beside='"><script>x.story').page
    page = Page(source)
    (script,), (style,) = page.all("script"), page.all("style")
    policy = next(
        each["content"]
        for each in page.all("meta")
        if each.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    for element, kind in ((script, "script"), (style, "style")):
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert not {each.tag for each in page.elements} & {"img", "a", "iframe", "link", "base", "form"}
    for element in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in element.attributes)
    assert "alert(1)" in page.all("body")[0].text
    assert "\u202e" not in source
    assert "\x1b" not in source


def test_what_strangers_wrote_is_text_in_markdown() -> None:
    page = told(evil_life(), form="md").page
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(page)
    tags = {each.tag for each in Page(rendered).elements}
    assert tags <= TAGS
    assert "<script>" not in rendered
    text = Page(f"<div>{rendered}</div>").all("div")[0].text
    assert "[a](javascript:alert(3)) ![b](http://e.example/x) `c` *d* _e_ # f | g ~~h~~" in text
    assert "- not a list" in text
    for bare in ("http://", "www.", " @j", "m@n"):
        assert bare not in page


def test_marks_are_escaped_wherever_they_count() -> None:
    for text in ("1. a", "12) a", "- a", "+ a", "= a", "# a", "> a", "*a*", "a_b_", "<b>", "&amp;"):
        rendered = MarkdownIt("commonmark", {"html": True}).render(_escaped(text))
        page = Page(rendered)
        assert [each.tag for each in page.elements] == ["p"]
        assert page.all("p")[0].text.strip() == text


def test_a_story_of_one_entry() -> None:
    life = Life()
    telling = told(life)
    page = Page(telling.page)
    assert telling.is_sound
    assert len(page.all("figure")) == 1
    assert page.facts("counted")[0].text == "Entries in the story of this song: 1. Told here: 1."
    assert page.facts("again")[0].text == "The same as draft 1."  # The song as it is now.
    assert page.facts("turning") == []


def test_a_story_that_was_emptied_is_told_as_what_it_is() -> None:
    life = Life()
    life.store._database.rows("DELETE FROM entry")
    telling = told(life)
    assert not telling.is_sound
    assert "has 0 entries" in telling.page
    assert Page(telling.page).all("figure") == []


def test_a_story_that_was_changed_is_known() -> None:
    life = lived()
    assert told(life).is_sound
    changed = "CAST(replace(CAST(payload AS TEXT), 'tide', 'wind') AS BLOB)"
    life.store._database.rows(f"UPDATE entry SET payload = {changed}")
    assert not told(life).is_sound
    assert not told(life, "5").is_sound


def test_drafts_that_cannot_be_read_are_told_without_figures() -> None:
    life = Life()
    hostile = [
        b'{"notes":[[0,1e999,60]]}',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"notes":[[0,480,60],[0,480,60]]}',
        b'{"notes":[]}',
        b'{"notes":[[0,480,999]]}',
    ]
    contents = [Content(DRAFT, each) for each in hostile]
    contents.append(Content("file x.mid", b"MThd"))
    activity = Activity("swerve", {"request": {}}, used=(life.song.revision.draft,))
    life.store.story.append(life.song.id, activity, contents)
    for form in ("html", "md"):
        telling = told(life, form=form)
        assert telling.is_sound
    assert len(Page(told(life).page).facts("unheard")) == len(contents)


def test_odd_entries_are_told_as_what_they_are() -> None:
    life = Life()
    for activity in (
        Activity("name"),
        Activity("reject", used=(life.song.revision.draft,)),
        Activity("note", {"text": ["no", "text"]}),
        Activity("keep", {"of": "elsewhere"}),
        Activity("dance", {"with": None}),
        Activity("seal", {"file": "a\nb"}),
    ):
        life.store.story.append(life.song.id, activity)
    for language in LANGUAGES:
        assert len(Page(told(life, language=language).page).all("h2")) == 9


def test_times_that_are_none_are_not_told() -> None:
    life = lived()
    path = life.path
    path.__dict__["steps"] = tuple(replace(step, at="soon") for step in path.steps)
    telling = tell(Chapters(path), TellRequest("all"), listener=small_listener())
    page = Page(telling.page)
    assert page.all("time") == []
    assert page.facts("wait") == page.facts("later") == page.facts("sittings") == []


def test_two_thousand_entries_make_no_endless_page() -> None:
    life = long_life(500)
    assert life.store.story.head(life.song.id).seq > 1_900
    telling = told(life)
    assert len(telling.page.encode()) < 3_000_000
    page = Page(telling.page)
    assert "more notes than one page can hold" in telling.page
    assert len(page.all("blockquote")) == 500
    # The song as it is now has its picture, however many came before it.
    assert page.all("figure")[-1]["data-draft"] == life.song.revision.draft


def test_no_more_is_heard_than_there_is_room_for() -> None:
    life = lived()
    ears = Ears(life.path, small_listener(), most=82)
    digests = list(dict.fromkeys(step.head for step in life.path.steps if step.head))
    heard = [ears.heard(digest) is not None for digest in digests]
    assert heard == [True, True] + [False] * (len(digests) - 2)
    assert ears.was_too_much


def test_headings_of_a_page_have_their_order() -> None:
    levels = [int(each) for each in re.findall(r"<h(\d)", told(lived()).page)]
    assert levels[0] == 1
    assert set(levels[1:]) == {2}
