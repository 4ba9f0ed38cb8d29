"""Editing briefings over the desk's address: real files, a real shelf, and all that may come between."""

import asyncio
import html
import json
import os
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from bot.content.beginning import slug, template
from bot.content.model import Section
from bot.content.parse import parse
from bot.content.problems import errors
from bot.content.receipt import Checked
from bot.verifying import verify_file
from bot.whole import TEMP
from tests.desk.conftest import Visitor
from tests.desk.newsroom import HARBOUR, NAME, Newsroom, newsroom
from tests.desk.reading import words
from tests.saving.test_saving import filled, mounted

SCRIPT = {"X-Desk-Part": "edit", "Accept": "application/json"}
CLASH = "This file changed on the disk"
WRONG = HARBOUR.replace("confidence: low", "confidance: low")


@pytest_asyncio.fixture(loop_scope="session")
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    async with newsroom(tmp_path) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def editor(room: Newsroom) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield await Visitor(room.desk, http).come_in()


async def asked(editor: Visitor, what: str, status: int = 200, **form: str) -> dict[str, Any]:
    """What a script is told."""
    response, text = await editor.post(f"/briefings/{what}", {"file": NAME, **form}, SCRIPT)
    assert response.status == status, text
    told: dict[str, Any] = json.loads(text)
    return told


async def stands(editor: Visitor, file: str = NAME) -> dict[str, Any]:
    _, text = await editor.get(f"/briefings/text?file={file}")
    told: dict[str, Any] = json.loads(text)
    return told


def written(page: str, name: str = "text") -> str:
    """What a text field of a page holds, as a browser reads it."""
    found = re.search(rf'<textarea id="{name}"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found
    return html.unescape(found[1])


async def test_a_briefing_is_opened_as_it_stands_and_nothing_in_it_is_markup(room: Newsroom, editor: Visitor) -> None:
    text = "\n# </textarea><script>alert(1)</script> &amp; \u202e \x85\n" + HARBOUR
    room.file.write_text(text, encoding="utf-8")
    response, page = await editor.get(f"/briefings/edit?file={NAME}")
    assert response.status == 200
    assert written(page) == text
    assert "<script>alert" not in page
    assert "U+202E" in page


async def test_every_file_and_every_problem_lead_to_the_editor(room: Newsroom, editor: Visitor) -> None:
    room.edit("confidence: low", "confidance: low")
    async with asyncio.timeout(20):
        while not room.shelf.state.files[0].broken:
            await room.shelf.changed(room.shelf.state.revision)
    _, page = await editor.get("/briefings")
    assert f'href="/briefings/edit?file={NAME}"' in page
    assert f'href="/briefings/edit?file={NAME}&amp;line=37"' in page
    _, page = await editor.get(f"/briefings/edit?file={NAME}&line=37")
    assert written(page) == WRONG
    assert 'line 37 error unknown key "confidance" did you mean "confidence"?' in words(page)
    assert "Save with errors" in page


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("latin.yaml", "é".encode("latin-1"), "byte 0xE9 is not UTF-8"),
        ("large.yaml", b"#" * 2_000_001, "a file has at most 2,000,000"),
        ("pipe.yaml", None, "is a pipe, not a file"),
        ("nothing.yaml", b"", "nothing.yaml is not there"),
        ("../config.yaml", b"", "not the name of a file"),
    ],
)
async def test_what_cannot_be_edited_says_why(
    room: Newsroom, editor: Visitor, name: str, data: bytes | None, said: str
) -> None:
    if data is None:
        os.mkfifo(room.folder / name)
    elif data:
        (room.folder / name).write_bytes(data)
    response, page = await editor.get(f"/briefings/edit?file={name}")
    assert response.status == 404
    assert said in words(page)
    assert "<textarea" not in page


async def test_a_saved_briefing_is_served_with_its_comments_endings_and_mark_as_they_were(
    room: Newsroom, editor: Visitor
) -> None:
    room.file.write_bytes(b"\xef\xbb\xbf" + HARBOUR.replace("\n", "\r\n").encode())
    opened = await stands(editor)
    assert opened["text"] == HARBOUR
    text = opened["text"].replace("is finished.", "stands.", 1)
    told = await asked(editor, "save", stamp=opened["stamp"], text=text)
    assert told["state"] == "saved"
    assert room.file.read_bytes() == b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    await room.told("the first pier stands")


async def test_a_form_without_a_script_saves_too(room: Newsroom, editor: Visitor) -> None:
    opened = await stands(editor)
    text = HARBOUR.replace("is finished.", "stands.", 1)
    form = {"file": NAME, "stamp": opened["stamp"], "text": text.replace("\n", "\r\n")}
    response, _ = await editor.post("/briefings/save", form)
    assert (response.status, response.headers["Location"]) == (303, f"/briefings/edit?file={NAME}")
    assert room.text() == text
    _, page = await editor.get(f"/briefings/edit?file={NAME}")
    assert "Saved." in words(page)
    form["stamp"] = (await stands(editor))["stamp"]
    typed = {**form, "text": text + "# typed\r\n"}
    response, page = await editor.post("/briefings/undo", typed)
    assert (response.status, written(page), room.text()) == (409, text + "# typed\n", text)
    assert "There is work here that is not saved." in words(page)
    response, _ = await editor.post("/briefings/undo", form)
    assert response.status == 303
    assert room.text() == HARBOUR


async def test_that_the_file_changed_is_said_only_where_it_did(room: Newsroom, editor: Visitor) -> None:
    stamp = (await stands(editor))["stamp"]
    form = {"file": NAME, "stamp": stamp, "text": HARBOUR}
    _, opened = await editor.get(f"/briefings/edit?file={NAME}")
    _, faulty = await editor.post("/briefings/save", {**form, "text": WRONG})
    _, nothing = await editor.post("/briefings/undo", form)
    room.file.unlink()
    _, gone = await editor.post("/briefings/save", {**form, "text": WRONG, "errors": "1"})
    assert [CLASH in page for page in (opened, faulty, nothing, gone)] == [False] * 3 + [True]
    assert "It is not in the folder any more." in words(gone)
    assert "What stands on the disk now" not in gone
    assert "Save mine as a new file" in gone


async def test_errors_are_saved_knowingly_only_and_the_last_good_version_stays(room: Newsroom, editor: Visitor) -> None:
    stamp = (await stands(editor))["stamp"]
    told = await asked(editor, "save", 422, stamp=stamp, text=WRONG)
    assert told["says"] == "Nothing was saved: the text has 1 error. Mend it, or save with the error."
    assert room.text() == HARBOUR
    response, page = await editor.post("/briefings/save", {"file": NAME, "stamp": stamp, "text": WRONG})
    assert (response.status, written(page)) == (422, WRONG)
    assert re.search(r'<button id="anyway" name="errors" value="1">', page)
    told = await asked(editor, "save", stamp=stamp, text=WRONG, errors="1")
    assert (told["state"], room.text()) == ("saved", WRONG)
    async with asyncio.timeout(20):
        while not room.shelf.state.files[0].broken:
            await room.shelf.changed(room.shelf.state.revision)
    assert room.shelf.state.files[0].briefing is not None


async def test_a_text_that_could_not_be_opened_again_is_not_saved_and_stays_in_the_editor(
    room: Newsroom, editor: Visitor
) -> None:
    stamp = (await stands(editor))["stamp"]
    text = HARBOUR.replace("format: 1", "format: 1\n# \0")
    told = await asked(editor, "save", 409, stamp=stamp, text=text, errors="1")
    assert told["says"].startswith("Line 3, column 3 has the character U+0000 (NUL)")
    response, page = await editor.post("/briefings/save", {"file": NAME, "stamp": stamp, "text": text, "errors": "1"})
    assert (response.status, written(page), room.text()) == (409, text, HARBOUR)
    assert "Line 3, column 3 has the character U+0000 (NUL)" in words(page)


async def test_who_comes_second_is_shown_both_texts_and_overwrites_knowingly_only(
    room: Newsroom, editor: Visitor
) -> None:
    stamp = (await stands(editor))["stamp"]
    room.edit("is finished.", "was built.")
    theirs, mine = room.text(), HARBOUR.replace("is finished.", "stands.", 1)
    told = await asked(editor, "save", 409, stamp=stamp, text=mine)
    assert (told["state"], told["text"], room.text()) == ("clash", theirs, theirs)
    response, page = await editor.post("/briefings/save", {"file": NAME, "stamp": stamp, "text": mine})
    assert response.status == 409
    assert (written(page), written(page, "theirs")) == (mine, theirs)
    assert f'name="over" value="{told["stamp"]}"' in page
    assert written(told["clash"], "theirs") == theirs
    assert CLASH in page
    room.edit("was built.", "was built again.")
    again = await asked(editor, "save", 409, stamp=stamp, over=told["stamp"], text=mine)
    assert room.text() == again["text"] != theirs
    await asked(editor, "save", stamp=stamp, over=again["stamp"], text=mine)
    assert room.text() == mine
    await asked(editor, "undo", stamp=(await stands(editor))["stamp"])
    assert room.text() == again["text"]


async def test_of_two_who_save_at_once_one_is_told_and_nothing_is_lost(room: Newsroom, editor: Visitor) -> None:
    stamp = (await stands(editor))["stamp"]
    texts = [HARBOUR.replace("is finished.", f"has {number} arches.", 1) for number in range(6)]
    sent = [editor.post("/briefings/save", {"file": NAME, "stamp": stamp, "text": one}, SCRIPT) for one in texts]
    found = [response.status for response, _ in await asyncio.gather(*sent)]
    assert sorted(found) == [200, *[409] * 5]
    assert room.text() == texts[found.index(200)]


async def test_a_deleted_file_is_made_again_knowingly(room: Newsroom, editor: Visitor) -> None:
    stamp = (await stands(editor))["stamp"]
    room.file.unlink()
    told = await asked(editor, "save", 409, stamp=stamp, text=HARBOUR)
    assert (told["there"], told["stamp"]) == (False, "")
    assert "not in the folder any more" in told["says"]
    await asked(editor, "save", stamp=stamp, over="", text=HARBOUR)
    assert room.text() == HARBOUR


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_five_megabytes_are_refused_with_a_sentence(room: Newsroom, editor: Visitor) -> None:
    stamp = (await stands(editor))["stamp"]
    told = await asked(editor, "save", 413, stamp=stamp, text="a" * 5_000_000)
    assert told["says"] == "The text has 5,000,000 bytes; a briefing has at most 2,000,000."
    response, text = await editor.post("/briefings/save", {"file": NAME, "text": "\n" * 5_000_000}, SCRIPT)
    assert (response.status, text) == (413, "A briefing has at most 2,000,000 bytes.\n")
    response, page = await editor.post("/briefings/save", {"file": NAME, "stamp": stamp, "text": "a" * 2_100_000})
    assert "2,100,000 bytes" in words(page)
    assert written(page) == "a" * 2_100_000
    assert room.text() == HARBOUR
    largest = HARBOUR + "# é\n" * ((2_000_000 - len(HARBOUR)) // 5)
    await asked(editor, "save", stamp=stamp, text=largest)
    assert room.text() == largest


async def test_a_text_that_arrives_damaged_is_refused(room: Newsroom, editor: Visitor) -> None:
    headers = {"Origin": room.desk.address, "Content-Type": "application/x-www-form-urlencoded"}
    data = f"csrf={editor.csrf}&file={NAME}&stamp=x&text=%E9"
    async with editor.http.post(f"{room.desk.address}/briefings/save", data=data, headers=headers) as response:
        assert (response.status, await response.text()) == (400, "That form cannot be read.\n")


async def test_a_full_disk_is_one_sentence_and_the_text_stays_on_the_page(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m") as disk:
        async with newsroom(disk) as room, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            editor = await Visitor(room.desk, http).come_in()
            stamp, mine = (await stands(editor))["stamp"], HARBOUR + "# more\n" * 4000
            filled(disk / "filler")
            told = await asked(editor, "save", 409, stamp=stamp, text=mine)
            assert told["says"] == "The disk is full, so nothing was saved. Make room, and save again."
            _, page = await editor.post("/briefings/save", {"file": NAME, "stamp": stamp, "text": mine})
            assert (written(page), room.text()) == (mine, HARBOUR)
            assert "The disk is full" in words(page)
            assert not list(room.folder.glob(f"{TEMP}*"))
            (disk / "filler").unlink()
            await asked(editor, "save", stamp=stamp, text=mine)
            assert room.text() == mine


async def test_the_last_save_is_undone_also_after_a_restart(tmp_path: Path) -> None:
    async def one(room: Newsroom, http: aiohttp.ClientSession, what: str, text: str) -> dict[str, Any]:
        editor = await Visitor(room.desk, http).come_in()
        opened = await stands(editor)
        return await asked(editor, what, stamp=opened["stamp"], text=text)

    mine = HARBOUR.replace("is finished.", "stands.", 1)
    for what, sent, left in (("save", mine, mine), ("undo", mine, HARBOUR), ("undo", HARBOUR, mine)):
        async with newsroom(tmp_path) as room, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            told = await one(room, http, what, sent)
            assert (told["text"], told["undo"], room.text()) == (left, True, left)
    async with newsroom(tmp_path) as room, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        room.edit("stands.", "was built.")
        editor = await Visitor(room.desk, http).come_in()
        opened = await stands(editor)
        assert not opened["undo"]
        told = await asked(editor, "undo", 409, stamp=opened["stamp"])
        assert "nothing to undo" in told["says"]


# --- while it is typed ---


async def test_a_text_is_judged_as_the_shelf_would_beside_the_other_files(room: Newsroom, editor: Visitor) -> None:
    told = await asked(editor, "check", text=WRONG, line="1")
    assert (told["counts"], told["marks"]) == ("1 error, 0 warnings", [[37, "error"]])
    assert 'did you mean "confidence"?' in words(told["problems"])
    assert told["changes"] == "It has errors: while it has, its last good version stays."
    told = await asked(editor, "check", text=HARBOUR.replace("confidence: low", "see: north, south"), line="1")
    assert "write a list, in [ ] see: [north, south]" in words(told["problems"])
    told = await asked(editor, "check", file="other.yaml", text=HARBOUR, line="1")
    assert 'the briefing id "harbour" is taken by harbour.yaml' in words(told["problems"])
    withdrawn = HARBOUR.replace("    confidence: low", "    state: withdrawn").replace("a third", "half")
    told = await asked(editor, "check", text=withdrawn, line="1")
    assert told["changes"] == "For readers: 1 changed, 1 withdrawn."
    assert room.text() == HARBOUR


async def test_it_is_told_how_the_claims_that_are_typed_stand_to_their_text(room: Newsroom, editor: Visitor) -> None:
    told = await asked(editor, "check", text=HARBOUR, line="1")
    assert words(told["claims"]) == "Claims not checked: 2"
    await room.verified()
    told = await asked(editor, "check", text=HARBOUR, line="1")
    doubted = "checked against text, with a doubt: 1"  # seven words in a row
    assert words(told["claims"]) == f"Claims checked against text: 1 · {doubted}"
    typed = HARBOUR.replace("a third of", "half of").replace("para: 3\n", "para: 3\n    tags: [piers]\n")
    told = await asked(editor, "check", text=typed, line="1")
    assert words(told["claims"]) == f"Claims {doubted} · changed since the check: 1", "a tag is not compared"
    assert (told["counts"], told["marks"]) == ("0 errors, 1 warning", [[25, "warning"]])
    assert words(told["problems"]).startswith(
        'line 25 warning "fewer-ferries" changed since it was checked against its text compare it with its text:'
    )
    assert (await asked(editor, "check", text=WRONG, line="1"))["claims"] == "", "nobody knows before it is mended"
    assert words(
        (await asked(editor, "check", file="other.yaml", text=HARBOUR.replace("id: harbour", "id: other")))["claims"]
    ) == ("Claims not checked: 2"), "another file has another receipt"
    room.edit("a third of", "40% of")
    await room.told("40%")
    verify_file(room.file, [str(room.folder.parent / "gazette.txt")], date(2024, 11, 12))
    async with asyncio.timeout(20):
        while Checked.FAILS not in room.shelf.state.files[0].checked.values():
            await room.shelf.changed(room.shelf.state.revision)
    told = await asked(editor, "check", text=room.text(), line="1")
    assert told["counts"] == "0 errors, 1 warning"
    said = '"fewer-ferries" did not stand in its text when it was checked (number)'
    assert f"line 25 warning {said}" in words(told["problems"])
    _, page = await editor.get(f"/briefings?open={NAME}")
    assert re.search(r"served, read [^·]*, 1 warning · 2 claims", words(page)), "as `check` counts"
    assert f"warning {NAME}:25:9 {said}" in words(page)
    assert '<p class="states">does not stand in its text</p>' in page


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        (1, "The new harbour bridge"),
        (6, "The new harbour bridge"),
        (14, "Sources"),
        (21, "People"),
        (27, "Impact"),
        (33, "Works"),
        (41, "Timeline"),
    ],
)
async def test_what_stands_at_the_caret_is_drawn_as_readers_would_get_it(
    editor: Visitor, line: int, heading: str
) -> None:
    told = await asked(editor, "check", text=HARBOUR.replace("is finished.", "stands."), line=str(line))
    drawn = words(told["drawing"])
    assert drawn.startswith(f"{heading} · for those who may see TLP:GREEN")
    assert drawn.count("as Discord") == drawn.count("as Slack") == 1
    assert told["current"] is True
    if heading == "Works":
        assert drawn.count("the first pier stands.") == 2


async def test_with_errors_the_last_good_drawing_is_told_as_such(editor: Visitor) -> None:
    told = await asked(editor, "check", text=WRONG, line="33")
    assert told["current"] is False
    assert "Mara Quist says that the first pier is finished." in words(told["drawing"])
    told = await asked(editor, "check", file="new.yaml", text=WRONG, line="33")
    assert (told["current"], told["drawing"]) == (False, "")


async def test_a_claim_that_readers_do_not_see_says_so(editor: Visitor) -> None:
    told = await asked(editor, "check", text=HARBOUR.replace("confidence: low", "state: draft"), line="33")
    drawn = words(told["drawing"])
    assert "Readers do not see first-pier yet: draft." in drawn
    assert drawn.count("pier is finished") == 2, "as they will get it"
    alone = HARBOUR.replace("    para:", "    state: draft\n    para:")
    told = await asked(editor, "check", text=alone, line="6")
    assert "Readers do not see it yet: all its claims are drafts." in words(told["drawing"])
    assert words(told["drawing"]).startswith("The new harbour bridge")
    assert "Impact" in words(told["drawing"]), "the sections that it will have"
    hidden = HARBOUR.replace("confidence: low", "publish_at: 2099-01-01")
    told = await asked(editor, "check", text=hidden, line="33")
    assert "Readers do not see first-pier there: embargo until 1 January 2099" in words(told["drawing"])
    assert "pier is finished" not in words(told["drawing"])
    told = await asked(editor, "check", text=HARBOUR.replace("confidence: low", "state: draft"), line="25")
    assert "pier is finished" not in words(told["drawing"]), "beside what is no draft it is not there"


@pytest.mark.parametrize(
    ("states", "said"),
    [
        ("ddd", "Readers see none of these 3 claims yet: all are drafts."),
        ("dad", "Readers do not see first-pier yet, nor 1 other claim of these: drafts."),
        ("daa", "Readers do not see first-pier yet: draft."),
    ],
)
async def test_the_drafts_that_are_drawn_beside_a_draft_are_told_of_too(
    editor: Visitor, states: str, said: str
) -> None:
    begin = HARBOUR.index("  - id: first-pier")
    claim = HARBOUR[begin : HARBOUR.index("\ntimeline:")]
    state = {"d": "state: draft", "a": "state: active"}
    names = ("first-pier", "second-pier", "third-pier")
    claims = [
        claim.replace("first-pier", name).replace("confidence: low", state[one])
        for name, one in zip(names, states, strict=True)
    ]
    told = await asked(editor, "check", text=HARBOUR.replace(claim, "".join(claims)), line="33")
    assert told["counts"] == "No problems."
    assert said in words(told["drawing"])
    assert words(told["drawing"]).count("pier is finished") == 6


async def test_a_claim_far_down_is_drawn_on_its_own_page(editor: Visitor) -> None:
    more = "".join(
        f"""  - id: lamp-{number}
    section: works
    text: Mara Quist says that lamp number {number} stands.
    claimed_by: quist
    status: reported
    para: 3
"""
        for number in range(30)
    )
    text = HARBOUR.replace("\ntimeline:", f"{more}\ntimeline:")
    told = await asked(editor, "check", text=text, line=str(38 + 6 * 27))
    assert words(told["drawing"]).count("lamp number 27 stands.") == 2


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_a_large_text_holds_nobody_else_up(room: Newsroom, editor: Visitor) -> None:
    claims = [
        f"""  - id: lamp-{number}
    section: works
    text: Mara Quist says that lamp number {number} stands.
    claimed_by: quist
    status: reported
    para: 3
"""
        for number in range(2500)
    ]
    text = HARBOUR.replace("\ntimeline:", f"{''.join(claims)}\ntimeline:")
    large = [asyncio.create_task(asked(editor, "check", text=text, line="1")) for _ in range(3)]
    await asyncio.sleep(0.3)
    for _ in range(5):
        response, _ = await editor.get("/health")
        assert response.status == 200
    assert not all(one.done() for one in large), "these were answered first"
    assert {told["counts"] for told in await asyncio.gather(*large)} == {"No problems."}


async def test_the_difference_is_told_in_words(editor: Visitor) -> None:
    text = HARBOUR.replace("is finished.", "stands.", 1)
    _, page = await editor.post("/briefings/difference", {"file": NAME, "text": text}, SCRIPT)
    told = words(page)
    assert "From the disk to your text: 1 line new, 1 line gone." in told
    assert "gone: text: Mara Quist says that the first pier is finished." in told
    assert "new: text: Mara Quist says that the first pier stands." in told
    assert "lines that are the same are left out" in told
    _, page = await editor.post("/briefings/difference", {"file": NAME, "text": HARBOUR}, SCRIPT)
    assert "the text is as it stands on the disk" in words(page)
    other = "\n".join(f"# {number}" for number in range(5000))
    _, page = await editor.post("/briefings/difference", {"file": NAME, "text": other}, SCRIPT)
    assert "Too much differs" in words(page)


# --- a new briefing ---


async def test_a_new_briefing_is_begun_and_readers_are_told_nothing(room: Newsroom, editor: Visitor) -> None:
    response, _ = await editor.post("/briefings/new", {"title": 'Über "Hafen": 2024 #1', "name": ""})
    assert (response.status, response.headers["Location"]) == (303, "/briefings/edit?file=uber-hafen-2024-1.yaml")
    async with asyncio.timeout(20):
        while len(room.shelf.state.files) < 2:
            await room.shelf.changed(room.shelf.state.revision)
    file = next(file for file in room.shelf.state.files if file.file != NAME)
    assert file.problems == ()
    assert file.briefing is not None
    assert file.briefing.briefing.title == 'Über "Hafen": 2024 #1'
    assert "Hafen" not in await editor.ask("/briefing", channel="newsroom")


@pytest.mark.parametrize("title", ["null", "No", "2026 11 02"])
async def test_a_title_that_yaml_takes_for_something_else_makes_an_id(
    room: Newsroom, editor: Visitor, title: str
) -> None:
    name = slug(title)
    response, page = await editor.post("/briefings/new", {"title": title, "name": ""})
    assert (response.status, response.headers.get("Location")) == (303, f"/briefings/edit?file={name}.yaml"), words(
        page
    )
    sections = {"no": Section(title="No", about="Doubts")}
    text = template(name, title, sections)
    parsed = parse(re.sub(r"(?m)^# (?=(sources|people|snippets):|  )", "", text), f"{name}.yaml", sections)
    assert parsed.briefing is not None, parsed.problems
    assert (parsed.briefing.briefing.id, parsed.briefing.briefing.title) == (name, title)


async def test_what_the_notes_of_a_new_briefing_say_is_right(room: Newsroom) -> None:
    text = template("harbour", "The harbour", room.shelf.rules.sections)
    filled_in = re.sub(r"(?m)^# (?=(sources|people|snippets):|  )", "", text)
    assert filled_in.count("\n# ") < text.count("\n# ") - 15
    parsed = parse(filled_in, "harbour.yaml", room.shelf.rules.sections)
    assert errors(parsed.problems) == ()
    assert parsed.briefing is not None
    assert [one.state for one in parsed.briefing.snippets] == ["draft"]


@pytest.mark.parametrize(
    ("title", "name", "said"),
    [
        ("Harbour", "", "There is a file harbour already"),
        ("Anything", "harbour", "There is a file harbour already"),
        ("Other", "yml", "There is a file yml already"),
        ("港の橋", "", "Add an id in Latin letters"),
        ("  ", "", "A briefing needs a title"),
        ("Anything", "../up", "not the name of a file"),
        ("Anything", ".hidden", "not the name of a file"),
        ("Anything", "a/b", "Choose another title or id"),
        ("Anything", "Big", "Choose another title or id"),
        ("x" * 500, "long", "Choose another title or id"),
        ("a\u202eb", "turned", "Choose another title or id"),
    ],
)
async def test_a_new_briefing_that_cannot_be_says_why(
    room: Newsroom, editor: Visitor, title: str, name: str, said: str
) -> None:
    (room.folder / "yml.yml").write_text(HARBOUR.replace("id: harbour", "id: yml"), encoding="utf-8")
    before = sorted(room.folder.parent.rglob("*"))
    response, page = await editor.post("/briefings/new", {"title": title, "name": name})
    assert response.status == 409
    assert said in words(page)
    assert sorted(room.folder.parent.rglob("*")) == before


async def test_a_form_that_lost_its_text_empties_no_file(room: Newsroom, editor: Visitor) -> None:
    stamp = (await stands(editor))["stamp"]
    told = await asked(editor, "save", 409, stamp=stamp, errors="1")
    assert told["says"] == "Nothing was saved: no text came with it."
    assert room.text() == HARBOUR


async def test_what_was_saved_before_is_not_told_beside_what_is_refused_now(room: Newsroom, editor: Visitor) -> None:
    form = {"file": NAME, "stamp": (await stands(editor))["stamp"], "text": HARBOUR + "# mine\n"}
    response, _ = await editor.post("/briefings/save", form)  # and nobody looks where it leads
    assert response.status == 303
    _, page = await editor.post("/briefings/save", {**form, "text": HARBOUR + "# another\n"})
    assert CLASH in page
    assert "Saved." not in words(page)


async def test_a_receipt_that_cannot_be_read_is_told_in_the_editor_too(room: Newsroom, editor: Visitor) -> None:
    room.file.with_name("harbour.receipt.json").write_text("<<<<<<< HEAD\n{}", encoding="utf-8")
    async with asyncio.timeout(20):
        while not room.shelf.state.files[0].problems:
            await room.shelf.changed(room.shelf.state.revision)
    told = await asked(editor, "check", text=HARBOUR + "# mine\n")
    assert "is not a receipt that this bot wrote" in told["problems"]
