"""`verify`: a briefing beside the text it was made from, what does not stand there, and the receipt that is left."""

import json
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date
from pathlib import Path

import pytest

from bot import __version__
from bot.content import saving
from bot.content.saving import locked
from bot.verifying import verify_file
from tests.cli.shell import CONFIG, quickly, told

ARTICLE = """\
 date 2026-11-02 The harbour is filling with mud, and the town wants to dig.

Ada Okoye, the harbour master, says that 40 boats have run aground since March.

"We expect to be two metres deeper by spring," Okoye said. "It will not be cheap."

What it costs

The council has set aside £3 million, The Gazette has learned.

Edited by: Nobody
"""

BRIEFING = """\
format: 1
briefing:
  id: harbour
  title: The harbour
defaults: {source: gazette}
sources:
  - id: gazette
    publisher: The Gazette
    title: Mud
    url: "https://gazette.example/mud"
    published: 2026-11-02
    paragraphs: 3
people:
  - {id: okoye, name: Ada Okoye}
  - {id: gazette-itself, name: The Gazette, kind: outlet}
snippets:
  - id: aground
    section: impact
    text: Okoye counts 40 boats aground since March.
    claimed_by: okoye
    para: 1
    status: reported
  - id: deeper
    section: impact
    text: Okoye expects the harbour to gain two metres "by spring".
    claimed_by: okoye
    para: 2
    status: forecast
    quotes: [by spring]
  - id: money
    section: impact
    text: The town has put £3 million by, The Gazette writes.
    claimed_by: gazette-itself
    para: 3
    status: reported
  - id: ours
    section: impact
    text: Everything here was read in one article.
    claimed_by: editor
    status: note
"""

ONE_LINE = (
    "  - {id: short, section: impact, text: Okoye says 40 boats have run onto mud., claimed_by: okoye, para: 1, "
    "status: reported}\n"
)


@pytest.fixture
def at(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "briefings").mkdir()
    (tmp_path / "briefings" / "harbour.yaml").write_text(BRIEFING, encoding="utf-8")
    (tmp_path / "mud.txt").write_text(ARTICLE, encoding="utf-8")
    return tmp_path


def edit(at: Path, old: str, new: str) -> None:
    path = at / "briefings" / "harbour.yaml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def receipt(at: Path) -> dict[str, dict[str, dict[str, object]]]:
    found: dict[str, dict[str, dict[str, object]]] = json.loads((at / "briefings" / "harbour.receipt.json").read_text())
    return found


@pytest.mark.parametrize("named", ["harbour", "briefings/harbour.yaml"])
def test_what_stands_in_its_text_gets_a_receipt(at: Path, named: str) -> None:
    done = quickly(at, "verify", named, "--text", "mud.txt")
    assert done.code == 0, done.out
    assert "Of 3 claims 3 stand, 0 stand with a doubt, 0 do not stand." in done.out
    assert "1 is the editors' own" in done.out
    assert "Receipt: briefings/harbour.receipt.json\n" in done.out
    assert receipt(at)["claims"].keys() == {"aground", "deeper", "money"}
    assert receipt(at)["texts"]["gazette"]["paragraphs"] == 3


def test_no_word_of_the_text_stands_in_the_receipt(at: Path) -> None:
    edit(at, "40 boats", "50 boats")
    quickly(at, "verify", "harbour", "--text", "mud.txt")
    kept = (at / "briefings" / "harbour.receipt.json").read_text()
    kept = re.sub(r'"[a-z-]+":', "", kept)  # ids and keys are the editor's and ours
    words = {word.strip('.,"').lower() for word in ARTICLE.split() if len(word) > 4}
    assert [word for word in words if word in kept.lower()] == []


def test_what_does_not_stand_there_is_told_at_its_line(at: Path) -> None:
    edit(at, "40 boats", "50 boats")
    done = quickly(at, "verify", "harbour", "--text", "mud.txt")
    assert done.code == 1
    assert "harbour.yaml:19:11: error:" in done.out
    assert "“50” does not stand in ¶1" in done.out
    assert "text: Okoye counts 50 boats" in done.out
    assert receipt(at)["claims"]["aground"] == receipt(at)["claims"]["aground"] | {"stands": False, "found": ["number"]}
    checked = quickly(at, "check")
    assert '"aground" did not stand in its text when it was checked (number)' in checked.out
    assert "= put it right, and compare it with its text: briefing-bot verify harbour\n" in checked.out


def test_findings_are_for_machines_too(at: Path) -> None:
    edit(at, "40 boats", "50 boats")
    found = json.loads(quickly(at, "verify", "harbour", "--text", "mud.txt", "--format", "json").out)
    assert [(one["rule"], one["line"], one["severity"]) for one in found] == [("text-number", 19, "error")]


def test_check_says_what_changed_since(at: Path) -> None:
    assert "checked against text" not in quickly(at, "check").out
    quickly(at, "verify", "harbour", "--text", "mud.txt")
    assert "4 claims, 3 checked against text: figures, names, quotes." in quickly(at, "check").out
    edit(at, "40 boats", "41 boats")
    done = quickly(at, "check")
    assert done.code == 0
    assert 'warning: "aground" changed since it was checked against its text' in done.out
    assert "4 claims, 2 checked against text" in done.out
    edit(at, "41 boats", "40 boats")
    assert "changed since" not in quickly(at, "check").out


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    para: 1\n", "    para: 2\n"),
        ("claimed_by: okoye\n    para: 1", "claimed_by: gazette-itself\n    para: 1"),
        ("para: 1\n    status: reported", "para: 1\n    status: assessed"),
        ("name: Ada Okoye", "name: Ada Okoyo"),
        ("quotes: [by spring]", "quotes: []"),
        ("title: Mud", "title: Mud on the move"),
        ("title: The harbour", "title: The harbour of Sarn"),
        ("publisher: The Gazette", "publisher: The Post"),
        ("published: 2026-11-02", "published: 2026-10-02"),
    ],
)
def test_every_key_that_was_compared_counts(at: Path, old: str, new: str) -> None:
    quickly(at, "verify", "harbour", "--text", "mud.txt")
    edit(at, old, new)
    assert "changed since it was checked" in quickly(at, "check").out


def test_what_was_not_compared_does_not_count(at: Path) -> None:
    quickly(at, "verify", "harbour", "--text", "mud.txt")
    edit(at, "    para: 1\n", "    para: 1\n    tags: [boats]\n    confidence: low\n    review_by: 2099-01-01\n")
    edit(at, "people:\n", "people:\n  - {id: bell, name: Tom Bell}\n")
    edit(at, "    title: Mud\n", "    title: Mud\n    author: Somebody\n")
    assert "changed since" not in quickly(at, "check").out


def test_status_counts_what_was_checked(at: Path) -> None:
    assert (
        "Checked against text: 0 of 3 claims: figures, names, quotes; 3 not checked"
        in quickly(at, "ask", "/status").out
    )
    quickly(at, "verify", "harbour", "--text", "mud.txt")
    assert "Checked against text: 3 of 3 claims" in quickly(at, "ask", "/status").out
    edit(at, "40 boats", "41 boats")
    assert "2 of 3 claims: figures, names, quotes; 1 changed since the check" in quickly(at, "ask", "/status").out


def test_status_without_a_server_says_nothing_of_how_long_a_bot_runs(at: Path) -> None:
    told = quickly(at, "ask", "/status").out
    assert "Running" not in told
    assert f"Version: {__version__}" in told


def test_a_torn_receipt_is_told_and_counts_as_none(at: Path) -> None:
    quickly(at, "verify", "harbour", "--text", "mud.txt")
    path = at / "briefings" / "harbour.receipt.json"
    path.write_text(path.read_text()[:200])
    done = quickly(at, "check")
    assert done.code == 0
    assert "harbour.receipt.json is not a receipt that this bot wrote" in done.out
    assert quickly(at, "verify", "harbour", "--text", "mud.txt").code == 0
    assert "3 checked against text" in quickly(at, "check").out


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"stands": true', '"stands": "yes"', "is not a receipt that this bot wrote"),
        ('"stands": true', '"found": ["@everyone <b>"], "stands": true', "is not a receipt that this bot wrote"),
        ('"gazette": {', '"herald": {', "is not checked"),
    ],
)
def test_a_receipt_that_was_written_by_hand_counts_for_nothing(at: Path, old: str, new: str, says: str) -> None:
    quickly(at, "verify", "harbour", "--text", "mud.txt")
    path = at / "briefings" / "harbour.receipt.json"
    path.write_text(path.read_text().replace(old, new))
    done = quickly(at, "check")
    assert says in done.out
    assert "checked against text: figures" not in done.out


def test_a_claim_in_one_line_is_told_at_its_line_too(at: Path) -> None:
    edit(at, "snippets:\n", "snippets:\n" + ONE_LINE)
    quickly(at, "verify", "harbour", "--text", "mud.txt")
    edit(at, "40 boats have", "41 boats have")
    assert 'harbour.yaml:17:10: warning: "short" changed since it was checked' in quickly(at, "check").out


def test_what_was_compared_with_another_text_is_not_kept(at: Path) -> None:
    edit(at, "people:\n", "  - {id: post, publisher: Post, title: Dig, url: 'https://post.example'}\npeople:\n")
    edit(at, "    para: 3\n", "    cite: [{source: gazette, para: 3}, {source: post, para: 1}]\n")
    (at / "post.txt").write_text("date 2026-11-03 A dig.\n\nThe Gazette says the town saved £3 million.\n")
    quickly(at, "verify", "harbour", "--text", "gazette=mud.txt", "--text", "post=post.txt")
    assert "money" in receipt(at)["claims"]
    quickly(at, "verify", "harbour", "--text", "post=post.txt")
    assert "money" in receipt(at)["claims"]
    (at / "post.txt").write_text("date 2026-11-03 A dig.\n\nThe town saved nothing.\n")
    quickly(at, "verify", "harbour", "--text", "post=post.txt")
    assert "money" not in receipt(at)["claims"]


def a_large_one(at: Path) -> None:
    at.write_bytes(bytes(2_000_001))


def one_of_latin_1(at: Path) -> None:
    at.write_bytes(b'{"format": 1, "texts": {"m\xfcll": {}}, "claims": {}}')


def a_link_that_leads_out(at: Path) -> None:
    at.symlink_to("/etc/passwd")


@pytest.mark.parametrize(
    ("put", "says"),
    [
        (a_large_one, "has 2,000,001 bytes; a file has at most 2,000,000"),
        (one_of_latin_1, "is not a receipt that this bot wrote"),
        (Path.mkdir, "is a folder, not a file"),
        (os.mkfifo, "is a pipe, not a file"),
        (a_link_that_leads_out, "is a link to a file outside the briefings folder, which is not followed"),
    ],
)
def test_what_lies_in_the_place_of_a_receipt_is_told_with_a_mend(
    at: Path, put: Callable[[Path], None], says: str
) -> None:
    put(at / "briefings" / "harbour.receipt.json")
    done = quickly(at, "check")
    assert done.code == 0
    assert f"briefings/harbour.yaml:1:1: warning: harbour.receipt.json {says}\n" in done.out
    assert "= delete it, and check the briefing against its text again\n" in done.out


def test_a_pipe_in_the_place_of_the_receipt_holds_nobody_up(at: Path) -> None:
    os.mkfifo(at / "briefings" / "harbour.receipt.json")
    assert told(at, "verify", "harbour", "--text", "mud.txt").code == 0
    assert receipt(at)["claims"].keys() == {"aground", "deeper", "money"}


def test_of_two_sources_one_is_compared_and_the_other_kept(at: Path) -> None:
    edit(
        at,
        "people:\n",
        "  - {id: post, publisher: Post, title: Dig, url: 'https://post.example', published: 2026-11-03}\npeople:\n",
    )
    edit(at, "    para: 3\n", "    cite: [{source: post, para: 1}]\n")
    quickly(at, "verify", "harbour", "--text", "mud.txt")
    assert receipt(at)["claims"].keys() == {"aground", "deeper"}
    (at / "post.txt").write_text("date 2026-11-03 A dig.\n\nThe Gazette says the town saved £3 million.\n")
    done = quickly(at, "verify", "harbour", "--text", "post=post.txt")
    assert "2 were read in sources whose text was not given" in done.out
    assert receipt(at)["claims"].keys() == {"aground", "deeper", "money"}
    assert receipt(at)["texts"].keys() == {"gazette", "post"}
    unknown = quickly(at, "verify", "harbour", "--text", "pots=post.txt")
    assert unknown.code == 2
    assert 'no source "pots"; did you mean "post"?' in unknown.err


def test_two_who_verify_at_once_lose_nothing_of_each_other(at: Path) -> None:
    edit(at, "    para: 3\n", "    cite: [{source: post, para: 1}]\n")
    source = "  - {id: post, publisher: Post, title: Dig, url: 'https://post.example', published: 2026-11-03}\n"
    edit(at, "people:\n", source + "people:\n")
    (at / "post.txt").write_text("date 2026-11-03 A dig.\n\nThe Gazette says the town saved £3 million.\n")
    quickly(at, "verify", "harbour", "--text", "mud.txt")
    path = at / "briefings" / "harbour.receipt.json"
    first = path.read_bytes()
    path.unlink()
    with ThreadPoolExecutor() as pool:
        with locked(path.parent):
            file, text = at / "briefings" / "harbour.yaml", f"post={at / 'post.txt'}"
            second = pool.submit(verify_file, file, [text], date(2026, 11, 30))
            wait([second], 0.5)
            path.write_bytes(first)
        assert second.result().unwritten == ""
    assert receipt(at)["claims"].keys() == {"aground", "deeper", "money"}


def test_a_folder_in_which_another_writes_for_long_is_named(at: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "PATIENCE", 0.05)
    with locked(at / "briefings"):
        done = quickly(at, "verify", "harbour", "--text", "mud.txt")
    assert (done.code, "another process is writing in this folder" in done.err) == (2, True)


def test_what_another_accepts_in_the_same_moment_is_kept(at: Path) -> None:
    edit(at, "40 boats", "50 boats")
    edit(at, "£3 million", "£4 million")
    path = at / "briefings" / "harbour.receipt.json"
    accepting(at, "money=so says the council")
    first = path.read_bytes()
    path.unlink()
    with ThreadPoolExecutor() as pool:
        with locked(path.parent):
            file, text = at / "briefings" / "harbour.yaml", str(at / "mud.txt")
            accept = ["aground=the caption says 50"]
            second = pool.submit(verify_file, file, [text], date(2026, 11, 30), Path("texts"), accept)
            wait([second], 0.5)
            path.write_bytes(first)
        assert second.result().unwritten == ""
    kept = receipt(at)["claims"]
    assert ["accepted" in kept[one] for one in ("aground", "money")] == [True, True]


def test_of_two_files_that_differ_in_their_ending_each_has_its_own_receipt(at: Path) -> None:
    other = (at / "briefings" / "harbour.yaml").read_text(encoding="utf-8").replace("id: harbour", "id: port", 1)
    (at / "briefings" / "harbour.yml").write_text(other, encoding="utf-8")
    quickly(at, "verify", "harbour", "--text", "mud.txt")
    assert "8 claims, 3 checked against text" in quickly(at, "check").out
    quickly(at, "verify", "port", "--text", "mud.txt")
    assert "8 claims, 6 checked against text" in quickly(at, "check").out


def test_reasons_that_are_lost_with_a_spoilt_receipt_are_told(at: Path) -> None:
    edit(at, "40 boats", "50 boats")
    accepting(at, "aground=the caption says 50")
    path = at / "briefings" / "harbour.receipt.json"
    path.write_text("<<<<<<< HEAD\n" + path.read_text())
    code, said = accepting(at)
    assert code == 1
    assert "The receipt before is not a receipt that this bot wrote: what was accepted in it has to be" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("harbor", "--text", "mud.txt"), 'There is no briefing "harbor"; did you mean "harbour"?'),
        (("harbour", "--text", "none.txt"), "none.txt cannot be read: No such file or directory"),
        (("harbour", "--text", "briefings"), "briefings cannot be read: Is a directory"),
        (("harbour", "--text", "bytes.txt"), "bytes.txt is not text in UTF-8"),
        (("harbour", "--text", "wide.txt"), "wide.txt is no plain text: it holds NUL bytes; save it as a plain text"),
        (("harbour", "--text", "torn.txt"), "torn.txt is no plain text: it holds NUL bytes"),
        (
            ("harbour", "--text", "mud.txt", "--text", "other.txt"),
            'mud.txt and other.txt are both given as the text of "gazette"; give one text for each source.',
        ),
        (("harbour", "--text", "gazette=mud.txt", "--text", "mud.txt"), "mud.txt and mud.txt are both given"),
        (("harbour", "--text", "empty.txt"), "There is no text in empty.txt"),
        (("none.yaml", "--text", "mud.txt"), "none.yaml"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(at: Path, words: tuple[str, ...], said: str) -> None:
    (at / "bytes.txt").write_bytes(b"\xff\xfe\x00mud")
    (at / "empty.txt").write_text("\n\n")
    (at / "wide.txt").write_bytes("Mud moves, and boats run aground.".encode("utf-16-le"))
    (at / "torn.txt").write_bytes(ARTICLE.encode() + b"\0" * 512)  # as a file is whose end a crash left unwritten
    (at / "other.txt").write_text(ARTICLE)
    done = quickly(at, "verify", *words)
    assert done.code in (1, 2)
    assert said in done.err + done.out
    assert "Traceback" not in done.err + done.out
    assert not (at / "briefings" / "harbour.receipt.json").exists()


def test_with_errors_in_the_briefing_nothing_is_compared(at: Path) -> None:
    edit(at, "status: note", "status: notes")
    for named in ("briefings/harbour.yaml", "harbour"):
        done = quickly(at, "verify", named, "--text", "mud.txt")
        assert (done.code, done.err) == (1, "")
        assert "Nothing was compared: mend these errors first." in done.out
    assert not (at / "briefings" / "harbour.receipt.json").exists()


def test_another_text_than_was_counted_is_told(at: Path) -> None:
    quickly(at, "verify", "harbour", "--text", "mud.txt")
    receipt = (at / "briefings" / "harbour.receipt.json").read_text()
    (at / "noise.txt").write_text("Noise is loud.\n\nMuch of it.")
    done = quickly(at, "verify", "harbour", "--text", "noise.txt")
    assert done.code == 1
    assert "the text ends with ¶1, and the source says 3" in done.out
    assert "does not stand" not in done.out
    assert (at / "briefings" / "harbour.receipt.json").read_text() == receipt, "one wrong file undoes no check"


def test_without_a_text_the_one_that_draft_left_is_taken(at: Path) -> None:
    done = quickly(at, "verify", "harbour")
    assert done.code == 2
    assert "with --text FILE: texts/gazette.txt is not there" in done.err
    (at / "texts").mkdir()
    (at / "mud.txt").rename(at / "texts" / "gazette.txt")
    done = quickly(at, "verify", "harbour")
    assert (done.code, done.err) == (0, "")
    assert (at / "briefings" / "harbour.receipt.json").exists()


def test_a_receipt_that_cannot_be_written_is_named(at: Path) -> None:
    (at / "briefings" / "harbour.receipt.json").mkdir()
    done = quickly(at, "verify", "briefings/harbour.yaml", "--text", "mud.txt")
    assert done.code == 2
    assert "harbour.receipt.json cannot be written: Is a directory" in done.err
    assert "Of 3 claims 3 stand" in done.out
    assert "Receipt:" not in done.out
    edit(at, "40 boats", "41 boats")
    for form in ("text", "json"):
        done = quickly(at, "verify", "briefings/harbour.yaml", "--text", "mud.txt", "--format", form)
        assert (done.code, "41" in done.out) == (2, True), "what was found is told first"
    assert [path.name for path in (at / "briefings").iterdir() if path.name.startswith(".")] == []


def test_it_runs_as_a_process(at: Path) -> None:
    assert told(at, "verify", "harbour", "--text", "mud.txt").code == 0


def test_claims_that_cite_far_too_much_are_refused_with_what_to_do(at: Path) -> None:
    claims = "".join(ONE_LINE.replace("id: short", f"id: c{at}").replace("para: 1", "para: 1-3") for at in range(400))
    edit(at, "snippets:\n", "snippets:\n" + claims)
    (at / "mud.txt").write_text(ARTICLE.replace("£3 million", "£3 million " * 2_500))
    done = quickly(at, "verify", "harbour", "--text", "mud.txt")
    assert done.code == 2
    assert "10,000,000 are compared at most; cite only where a claim was read" in done.err + done.out
    assert not (at / "briefings" / "harbour.receipt.json").exists()


def test_a_claim_that_stands_with_a_doubt_does_not_look_like_one_that_stands(at: Path) -> None:
    edit(at, "status: forecast", "status: reported")
    assert "2 stand, 1 stands with a doubt" in quickly(at, "verify", "harbour", "--text", "mud.txt").out
    checked = quickly(at, "check")
    assert checked.code == 0
    assert "4 claims, 3 checked against text: figures, names, quotes, 1 of them with a doubt." in checked.out
    assert "3 of 3 claims: figures, names, quotes; 1 with a doubt" in quickly(at, "ask", "/status").out


def accepting(at: Path, *why: str, briefing: str = "harbour") -> tuple[int, str]:
    done = quickly(at, "verify", briefing, "--text", "mud.txt", *(word for one in why for word in ("--accept", one)))
    return done.code, done.out + done.err


def test_an_error_that_is_mistaken_is_accepted_with_a_reason_and_stands_with_a_doubt(at: Path) -> None:
    edit(at, "40 boats", "50 boats")
    assert "Where an error is mistaken, say so with --accept ID=WHY" in accepting(at)[1]
    code, said = accepting(at, "aground= the caption of the map says = 50 ")
    assert (code, "error" in said.split("\n\n")[0]) == (0, False)
    assert "harbour.yaml:19:11: warning: “50” does not stand in ¶1" in said
    assert "= accepted: the caption of the map says = 50\n" in said
    assert "2 stand, 1 stands with a doubt, 0 do not stand" in said
    assert "1 has errors that were accepted, and count as doubts." in said
    kept = {"rules": ["number"], "why": "the caption of the map says = 50"}
    assert receipt(at)["claims"]["aground"]["accepted"] == kept
    assert "3 checked against text: figures, names, quotes, 1 of them with a doubt." in quickly(at, "check").out
    assert accepting(at) == (code, said), "it is accepted from then on"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("briefings/harbour.yaml", "50 boats", "51 boats"),
        ("briefings/harbour.yaml", "name: Ada Okoye", "name: Ada Mary Okoye"),
        ("mud.txt", "since March", "since May"),
    ],
)
def test_it_is_accepted_only_as_long_as_claim_and_text_are_what_they_were(
    at: Path, file: str, old: str, new: str
) -> None:
    edit(at, "40 boats", "50 boats")
    accepting(at, "aground=the caption says 50")
    path = at / file
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    code, said = accepting(at)
    assert (code, "1 does not stand" in said) == (1, True)
    assert "accepted" not in receipt(at)["claims"]["aground"]


def test_who_accepted_one_error_has_not_accepted_another(at: Path) -> None:
    edit(at, "40 boats", "50 boats")
    accepting(at, "aground=the caption says 50")
    path = at / "briefings" / "harbour.receipt.json"
    path.write_text(path.read_text().replace('"rules": ["number"]', '"rules": ["name"]'))
    assert accepting(at)[0] == 1


def test_who_accepted_one_of_two_errors_of_a_rule_has_not_accepted_the_other(at: Path) -> None:
    edit(at, "40 boats aground since March", "50 boats aground for 70 weeks")
    accepting(at, "aground=the caption says so")
    path = at / "briefings" / "harbour.receipt.json"
    text = path.read_text()
    assert text.count('["number", "number"]') == 1
    assert accepting(at)[0] == 0
    path.write_text(text.replace('["number", "number"]', '["number"]', 1))
    assert accepting(at)[0] == 1


def test_what_was_accepted_stays_while_another_source_is_compared(at: Path) -> None:
    edit(at, "40 boats", "50 boats")
    edit(at, "people:\n", "  - {id: post, publisher: Post, title: Dig, url: 'https://post.example'}\npeople:\n")
    edit(at, "    para: 3\n", "    cite: [{source: post, para: 1}]\n")
    (at / "post.txt").write_text("date 2026-11-03 A dig.\n\nThe Gazette says the town saved £3 million.\n")
    accepting(at, "aground=the caption says 50")
    assert quickly(at, "verify", "harbour", "--text", "post=post.txt").code == 0
    assert receipt(at)["claims"]["aground"]["accepted"] == {"rules": ["number"], "why": "the caption says 50"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("aground", "--accept aground=WHY gives no reason; give both"),
        ("aground= ", "--accept aground=WHY gives no reason"),
        ("", "--accept ID=WHY gives no claim; give both"),
        ("agrund=x", 'There is no claim "agrund" to accept; did you mean "aground"?'),
        ("ours=x", 'There is no claim "ours" to accept'),
        ("deeper=x", '"deeper" has no error, so there is nothing to accept'),
        ("aground=" + "x" * 401, "The reason to accept aground has 401 characters; it has at most 400"),
    ],
)
def test_what_cannot_be_accepted_is_one_sentence_and_leaves_no_receipt(at: Path, given: str, said: str) -> None:
    edit(at, "40 boats", "50 boats")
    code, told = accepting(at, given)
    assert (code, said in told) == (2, True), told
    assert not (at / "briefings" / "harbour.receipt.json").exists()


def test_a_reason_moves_no_cursor(at: Path) -> None:
    edit(at, "40 boats", "50 boats")
    assert "\x1b" not in accepting(at, "aground=so says \x1b[31mthe caption")[1]
