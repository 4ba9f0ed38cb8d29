"""Slack's rules that need no connection: names, response URLs, pauses, what comes in, what a refusal means."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.base import Frozen
from bot.platforms.slack.home import home_view
from bot.platforms.slack.inbound import read_looked, read_opened, read_pressed, read_submitted, read_typed
from bot.platforms.slack.modal import About, read_about, report_modal, told_modal
from bot.platforms.slack.names import DOOR, RESERVED, read_command, slack_name
from bot.platforms.slack.pauses import Pauses
from bot.platforms.slack.refusals import TOKEN, SaidNo, refused_token, sentence
from bot.platforms.slack.response_urls import ResponseUrls
from bot.platforms.slack.room import read_room
from bot.platforms.slack.said import line
from tests.drawings.test_slack import limits_hold
from tests.servers.slack.blocks import check_view
from tests.servers.slack.checks import Checks
from tests.wires.answers import COMMANDS

API = "https://slack.com/api/"
URL = "https://hooks.slack.com/commands/T1/2/3"

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)
names = ("user", "team", "channel", "container", "actions", "selected_option", "view", "state", "values", "event", "id")
bodies = st.dictionaries(st.sampled_from(names), json)


# --- names


def test_slacks_own_commands_are_left_to_it() -> None:
    assert {"search", "status", "remind", "invite", "me", "who"} <= RESERVED
    assert slack_name("search", "") is None
    assert slack_name("search", "nk-") == "nk-search"
    assert slack_name("impact", "") == "impact"
    assert DOOR not in RESERVED


@pytest.mark.parametrize("prefix", ["", "nk-", "brief"])
def test_every_command_is_reached_by_its_name_and_through_the_door(prefix: str) -> None:
    for command in COMMANDS:
        typed = slack_name(command.name, prefix)
        if typed is not None:
            assert read_command(f"/{typed}", " lankov ", prefix) == (command.name, "lankov")
        assert read_command(f"/{prefix}{DOOR}", f"{command.name} lankov", prefix) == (command.name, "lankov")
    assert read_command(f"/{prefix}{DOOR}", "  ", prefix) == ("help", "")


# --- response URLs


def test_a_response_url_is_used_five_times_and_for_half_an_hour() -> None:
    now = [100.0]
    urls = ResponseUrls(API, lambda: now[0])
    urls.heard(URL)
    assert [urls.doubt(URL) for _ in range(6)] == [None] * 5 + ["it was used 5 times"]
    urls.heard(other := f"{URL}4")
    now[0] += 30 * 60
    assert urls.doubt(other) is None
    now[0] += 1
    assert urls.doubt(other) == "it is older than 30 minutes"
    urls.heard(f"{URL}5")  # what is old is forgotten, and stays unused
    assert urls.doubt(URL) == "it is older than 30 minutes"


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.slack.com.evil.example/x",
        "https://hooks.slack.com@evil.example/x",
        "https://evil.example/?hooks.slack.com",
        "http://hooks.slack.com/commands/1",
        "https://hooks.slack.com:444/x",
        "https://127.0.0.1/x",
        "file:///etc/passwd",
        "https://[bad",
        "",
    ],
)
def test_a_response_url_that_leads_elsewhere_is_not_used(url: str) -> None:
    urls = ResponseUrls(API, lambda: 0.0)
    urls.heard(url)
    assert urls.doubt(url) in ("it does not lead to Slack", "it is no address")


def test_on_loopback_the_same_host_and_port_is_slack() -> None:
    urls = ResponseUrls("http://127.0.0.1:8800/api/", lambda: 0.0)
    for url in ("http://127.0.0.1:8800/commands/1", "http://127.0.0.1:8801/commands/1"):
        urls.heard(url)
    assert urls.doubt("http://127.0.0.1:8800/commands/1") is None
    assert urls.doubt("http://127.0.0.1:8801/commands/1") == "it does not lead to Slack"


@pytest.mark.parametrize("api", ["https://proxy.example/api/", "https://slack-gov.com/api/", "http://127.0.0.1:8/api/"])
def test_slacks_own_response_urls_are_used_whatever_leads_to_the_web_api(api: str) -> None:
    urls = ResponseUrls(api, lambda: 0.0)
    root = api.removesuffix("/api/")
    for url in (
        "https://hooks.slack.com/1",
        "https://hooks.slack-gov.com/1",
        f"{root}/1",
        root.replace("//", "//hooks."),
    ):
        urls.heard(url)
        assert urls.doubt(url) is None
    for url in ("http://hooks.slack.com/1", "https://hooks.slack.com:444/1", "https://hooks.slack.com.evil.example/1"):
        urls.heard(url)
        assert urls.doubt(url) == "it does not lead to Slack"


def test_response_urls_take_no_more_than_their_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platforms.slack.response_urls.MOST", 100)
    urls = ResponseUrls(API, lambda: 0.0)
    for number in range(1000):
        urls.heard(f"{URL}{number}")
    assert len(urls._known) <= 100
    assert urls.doubt(f"{URL}999") is None


# --- pauses


def test_pauses_grow_to_their_limit_and_end_with_a_connection_that_holds() -> None:
    pauses = Pauses(1.0, 30.0, 10.0, lambda low, high: 1.0)
    assert [pauses.after(0.0) for _ in range(8)] == [0, 1, 2, 4, 8, 16, 30, 30]
    assert [pauses.after(60.0), pauses.after(0.0)] == [0, 1]


def test_a_connection_that_always_breaks_is_not_dialled_in_a_tight_loop() -> None:
    pauses = Pauses(1.0, 30.0, 10.0, lambda low, high: 1.0)
    assert [pauses.after(9.9) for _ in range(11)] == [0, 1, 1, 1, 1, 2, 4, 8, 16, 30, 30]
    assert [pauses.after(10.0), pauses.after(9.9)] == [0, 1]


def test_a_few_breaks_after_a_long_outage_are_mended_soon() -> None:
    pauses = Pauses(1.0, 30.0, 10.0, lambda low, high: 1.0)
    assert [pauses.after(0.0) for _ in range(8)][-1] == 30
    assert [pauses.after(2.0) for _ in range(5)] == [1, 1, 1, 1, 1]


@given(st.lists(st.floats(0, 100), max_size=30))
def test_a_pause_is_never_longer_than_promised(lived: list[float]) -> None:
    pauses = Pauses(1.0, 30.0, 10.0)
    assert all(0 <= pauses.after(seconds) <= 30 for seconds in lived)


# --- what comes in


@given(bodies)
def test_whatever_comes_in_is_read_without_a_fault(body: dict[str, Any]) -> None:
    read_typed(body, "nk-")
    read_pressed(body)
    read_looked(body)
    read_submitted(body, "words")
    read_opened(body)


def test_somebody_of_another_workspace_is_told_apart() -> None:
    body = {"team": {"id": "T1"}, "user": {"id": "U1", "name": "x", "team_id": "T2"}, "channel": {"id": "C1"}}
    assert read_pressed(body).sender.teams == {"T1", "T2"}


def test_another_tab_of_the_home_is_left_alone() -> None:
    assert read_opened({"event": {"tab": "messages", "user": "U1"}}) is None


@given(st.text(max_size=40))
def test_a_modal_that_is_not_ours_is_told_apart(text: str) -> None:
    assert read_about(text) is None


def test_what_a_modal_is_about_comes_back() -> None:
    about = About("r1|impact|0|0000|", "C1", "https://x.slack.com/archives/C1/p1")
    assert read_about(report_modal(about)["private_metadata"]) == about


@pytest.mark.parametrize(
    "view", [report_modal(About("r1|x|0|0000|" + "한" * 50, "C1", "h" * 200)), told_modal("Told.", "w" * 500)]
)
def test_a_modal_is_one_that_slack_takes(view: dict[str, Any]) -> None:
    checks = Checks(lambda _: False)
    check_view(checks, view)
    assert checks.problems == []


def test_a_home_has_room_for_a_hundred_blocks() -> None:
    page = Frozen({"text": "x", "blocks": [line("x")["blocks"][0]] * 48}, ())
    assert len(home_view([page, page], "D0000001")["blocks"]) == 97
    assert len(home_view([page, page, page], "D0000001")["blocks"]) == 97
    checks = Checks(lambda _: False)
    check_view(checks, home_view([page, page], "D0000001"))
    assert checks.problems == []


@given(st.text(min_size=1, max_size=4000))
def test_a_line_stays_inside_slacks_limits(text: str) -> None:
    body = line(text.strip() or "x")
    limits_hold(Frozen(body, ()))


# --- channels and refusals


@pytest.mark.parametrize(
    ("told", "shared", "restricted"),
    [
        ({}, False, False),
        ({"is_ext_shared": True}, True, False),
        ({"is_pending_ext_shared": True}, True, False),
        ({"is_shared": True}, True, False),
        ({"is_org_shared": True}, True, False),
        ({"is_read_only": True}, False, True),
        ({"is_thread_only": True}, False, True),
        ({"properties": {"posting_restricted_to": {"type": ["admin"], "user": ["U1"]}}}, False, True),
        ({"properties": {"canvas": {}}}, False, False),
    ],
)
def test_a_channel_says_who_reads_and_writes_there(told: dict[str, Any], shared: bool, restricted: bool) -> None:
    room = read_room(told | {"id": "C1", "is_member": True})
    assert (room.shared, room.restricted, room.member) == (shared, restricted, True)


CODES = (
    *("channel_not_found", "not_in_channel", "is_archived", "restricted_action", "invalid_blocks", "msg_too_long"),
    *("missing_scope", "restricted_action_read_only_channel", "edit_window_closed", "cant_update_message"),
    *("message_not_found", "something_new", *sorted(TOKEN)),
)


@pytest.mark.parametrize("code", CODES)
def test_every_refusal_is_one_plain_sentence_or_two(code: str) -> None:
    text = sentence(SaidNo(code, "chat:write" if code == "missing_scope" else ""), "C1", "briefing")
    assert re.fullmatch(r"[A-Z][^!\n]+\.", text), text
    assert "C1" in text or "SLACK_BOT_TOKEN" in text or "chat:write" in text


@pytest.mark.parametrize("variable", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"])
@pytest.mark.parametrize("code", [*sorted(TOKEN), "missing_scope"])
def test_a_refused_token_is_named_with_its_mend(variable: str, code: str) -> None:
    assert refused_token(variable, code, "connections:write").startswith(
        (variable, f"Slack does not take {variable} ({code}).")
    )
