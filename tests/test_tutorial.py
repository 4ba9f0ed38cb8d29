"""Whoever follows the tutorial to the letter, in an empty folder, gets what it shows, and has a digest posted."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from tests.cli.shell import quickly, running
from tests.cli.test_start import link_in
from tests.tutorial import FIRST_TERMINAL, PAGE, Command, Edit, Terminal, differs, steps

ROOT = PAGE.parents[1]
CLAIMS = "/briefings?open=night-ferry.yaml"
TEXT = PAGE.read_text(encoding="utf-8")


class FirstTerminal:
    """The bot as it runs while somebody works in the second terminal, and its desk in a browser."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._browser: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        self.desk = ""

    def run(self, at: Path) -> str:
        """Start it at a port of its own; its first lines as they are at the usual one."""
        with (at / "config.yaml").open("a", encoding="utf-8") as config:
            config.write("\ndesk: {port: 0}\n")
        self._stack.close()
        _, lines = self._stack.enter_context(running(at))
        self.desk = link_in(lines).partition("/enter")[0]
        self._browser.open(link_in(lines), timeout=60).read()
        return "\n".join(lines).replace(self.desk, "http://127.0.0.1:8787")

    def shows(self, path: str, words: str) -> bool:
        """Whether a page of the desk has these words within some seconds."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            page = self._browser.open(f"{self.desk}{path}", timeout=60).read().decode()
            if words in re.sub(r"<[^>]*>", "", page):
                return True
            time.sleep(0.2)
        return False


@pytest.fixture
def first() -> Iterator[FirstTerminal]:
    with ExitStack() as stack:
        yield FirstTerminal(stack)


def test_the_tutorial_leads_from_nothing_to_a_posted_digest(tmp_path: Path, first: FirstTerminal) -> None:
    project = tmp_path / "briefing-bot"
    shutil.copytree(ROOT / "briefings", project / "briefings")
    shutil.copy(ROOT / "config.yaml", project)
    here = Terminal(project)
    for step in steps(TEXT):
        match step:
            case Edit():
                step.done_in(here.at)
                if "80 people" in step.new:
                    assert first.shows(CLAIMS, "changed since the check")
            case Command(lines, shown) if lines.strip() in FIRST_TERMINAL:
                said = first.run(here.at)
                assert shown is None or not differs(shown, said), said
            case Command(lines, shown):
                if "digest send" in lines:
                    assert first.shows("/digests", "Night ferry"), "what was saved is taken in"
                if "/cite" in lines:
                    assert first.shows(CLAIMS, "draft"), "who edits sees it"
                    for asked in ("/ferry", "/sources", "/people", "/briefing", "/search ferry", "/timeline"):
                        assert not re.search("ferry starts|Fonseca|Courier|Marrow", quickly(here.at, "ask", asked).out)
                said = here.type(lines)
                assert not differs(shown or "", said), f"{lines}\n{said}"
    for words in ("A night ferry again", "Fonseca names a number for the first year: about 12,000 people."):
        assert first.shows("/wall", words)
    assert first.shows(CLAIMS, "checked against text")


# --- and it finds a page that is not true ---


def test_an_output_that_is_another_one_is_found() -> None:
    assert not differs("Desk: http://x/enter?token=…\nStop.\n", "Desk: http://x/enter?token=abc\nStop.\n")
    assert differs("3 claims", "4 claims")
    assert differs("one line …", "one line\nand another")
    assert differs("", "a warning")


def test_an_edit_of_what_is_not_there_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1\nb: 2\nab: 1\n")
    Edit("a.yaml", "b: 2\n", "b: 3\n").done_in(tmp_path)
    Edit("a.yaml", "", "c: 4\n").done_in(tmp_path)
    assert (tmp_path / "a.yaml").read_text() == "a: 1\nb: 3\nab: 1\n\nc: 4\n"
    with pytest.raises(AssertionError, match="has not once"):
        Edit("a.yaml", "b: 2\n", "b: 3\n").done_in(tmp_path)


@pytest.mark.parametrize(
    "page",
    [
        "```yml old a.yaml\na: 1\n```\n\n```sh\nbriefing-bot check\n```\n",
        "```yml new\na: 1\n```\n",
        "```text\nNo problem.\n```\n",
        "```python\nprint()\n```\n",
    ],
    ids=["no new lines", "no old lines", "an output of nothing", "a block of another kind"],
)
def test_a_step_that_nobody_could_follow_is_found(page: str) -> None:
    with pytest.raises(AssertionError):
        steps(page)
