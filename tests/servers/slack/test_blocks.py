"""Slack's limits: each is met exactly by one block and broken by the next."""

from typing import Any

import pytest

from tests.servers.slack.blocks import check_blocks, check_view
from tests.servers.slack.checks import Checks
from tests.servers.slack.pings import pings, unfurls

JSON = dict[str, Any]


def plain(length: int) -> JSON:
    return {"type": "plain_text", "text": "x" * length}


def button(**more: Any) -> JSON:
    return {"type": "button", "text": plain(4), "action_id": "go", **more}


def actions(*elements: JSON) -> JSON:
    return {"type": "actions", "elements": list(elements)}


def rich(*elements: JSON) -> JSON:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def section(length: int) -> JSON:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def option(value: str = "a") -> JSON:
    return {"text": plain(4), "value": value}


def select(**more: Any) -> JSON:
    return {"type": "static_select", "action_id": "pick", **more}


def problems(*blocks: Any) -> list[str]:
    checks = Checks(usable=lambda file: file == {"id": "F1"})
    check_blocks(checks, list(blocks), "message")
    return checks.problems


@pytest.mark.parametrize(
    "block",
    [
        {"type": "header", "text": plain(150)},
        section(3000),
        {"type": "section", "fields": [plain(2000)] * 10},
        {"type": "section", "text": plain(1), "accessory": button()},
        {"type": "divider", "block_id": "x" * 255},
        {"type": "context", "elements": [plain(3000)] * 10},
        {"type": "markdown", "text": "x" * 12_000},
        {"type": "image", "alt_text": "A map", "image_url": "https://example.org/map.png", "title": plain(20)},
        {"type": "image", "alt_text": "A map", "slack_file": {"id": "F1"}},
        {"type": "input", "label": plain(10), "element": {"type": "plain_text_input", "action_id": "why"}},
        actions(*(button(action_id=str(n)) for n in range(25))),
        actions(button(text=plain(75), value="x" * 2000, style="danger")),
        actions(button(action_id="x" * 255)),
        actions(select(options=[option("x" * 150)] * 100, placeholder=plain(150))),
        actions(select(option_groups=[{"label": plain(75), "options": [option()]}])),
        actions({"type": "external_select", "action_id": "find", "min_query_length": 1}),
        rich({"type": "text", "text": "bold", "style": {"bold": True}}, {"type": "link", "url": "https://a.org/"}),
        {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}]}]},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]},
    ],
)  # fmt: skip
def test_what_slack_accepts(block: JSON) -> None:
    assert problems(block) == []


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ({"type": "poem"}, "unsupported type: poem [json-pointer:/blocks/0]"),
        ({"type": "header", "text": plain(151)}, "must be less than 151 characters [json-pointer:/blocks/0/text/text]"),
        ({"type": "header", "text": plain(0)}, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
        (
            {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
            "must be a plain_text object [json-pointer:/blocks/0/text]",
        ),
        (section(3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        (section(0), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ({"type": "section"}, "missing required field: text [json-pointer:/blocks/0]"),
        (
            {"type": "section", "text": plain(1), "colour": "red"},
            "invalid additional property: colour [json-pointer:/blocks/0]",
        ),
        ({"type": "context", "elements": []}, "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
        (
            {"type": "context", "elements": [plain(1)] * 11},
            "no more than 10 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            {"type": "divider", "block_id": "x" * 256},
            "must be less than 256 characters [json-pointer:/blocks/0/block_id]",
        ),
        (
            actions(*(button(action_id=str(n)) for n in range(26))),
            "no more than 25 items allowed [json-pointer:/blocks/0/elements]",
        ),
        (
            actions(button(text=plain(76))),
            "must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]",
        ),
        (
            actions(button(value="x" * 2001)),
            "must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]",
        ),
        (
            actions(button(action_id="x" * 256)),
            "must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]",
        ),
        (actions(button(style="loud")), "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]"),
        (
            actions(button(), button()),
            "`action_id` must be unique: go [json-pointer:/blocks/0/elements/1/action_id]",
        ),
        (
            actions(select(options=[option()] * 101)),
            "no more than 100 items allowed [json-pointer:/blocks/0/elements/0/options]",
        ),
        (
            actions(select(options=[option("x" * 151)])),
            "must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]",
        ),
        (
            actions(select(options=[option()], initial_option=option("b"))),
            "must be one of the options [json-pointer:/blocks/0/elements/0/initial_option]",
        ),
        (
            actions(select()),
            "must provide either options or option_groups [json-pointer:/blocks/0/elements/0]",
        ),
        (actions({"type": "image"}), "unsupported type: image [json-pointer:/blocks/0/elements/0]"),
        (rich(), "no fewer than 1 items allowed [json-pointer:/blocks/0/elements/0/elements]"),
        (
            rich({"type": "text", "text": ""}),
            "must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]",
        ),
        (
            rich({"type": "shout", "text": "x"}),
            "unsupported type: shout [json-pointer:/blocks/0/elements/0/elements/0]",
        ),
        (
            rich({"type": "text", "text": "x", "style": {"loud": True}}),
            "invalid additional property: loud [json-pointer:/blocks/0/elements/0/elements/0/style]",
        ),
        (
            rich({"type": "link", "url": "example"}),
            "must be a valid URL [json-pointer:/blocks/0/elements/0/elements/0/url]",
        ),
        (
            {"type": "rich_text", "elements": [{"type": "text", "text": "x"}]},
            "unsupported type: text [json-pointer:/blocks/0/elements/0]",
        ),
        (
            {"type": "image", "alt_text": "A map", "image_url": "http://127.0.0.1:8787/map.png"},
            "downloading image failed [json-pointer:/blocks/0/image_url]",
        ),
        (
            {"type": "image", "alt_text": "A map", "slack_file": {"id": "F2"}},
            "invalid slack file [json-pointer:/blocks/0/slack_file]",
        ),
        ("text", "unsupported type: None [json-pointer:/blocks/0]"),
    ],
)
def test_what_slack_refuses(block: Any, problem: str) -> None:
    assert problem in problems(block)


def test_what_slack_counts_over_a_message() -> None:
    divider = {"type": "divider"}
    assert problems(*[divider] * 50) == []
    assert problems(*[divider] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    twice = {"type": "divider", "block_id": "d:1"}
    assert problems(twice, twice) == ["`block_id` must be unique: d:1 [json-pointer:/blocks/1/block_id]"]
    half = {"type": "markdown", "text": "x" * 6001}
    assert "markdown text of all blocks" in problems(half, half)[0]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({}, None),
        ({"title": plain(25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"title": None}, "missing required field: title [json-pointer:/view]"),
        ({"submit": plain(25)}, "must be less than 25 characters [json-pointer:/view/submit/text]"),
        ({"submit": None}, "missing required field: submit [json-pointer:/view]"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        ({"callback_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/callback_id]"),
        ({"type": "poster"}, "unsupported type: poster [json-pointer:/view/type]"),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "unsupported type: markdown [json-pointer:/view/blocks/0]"),
        ({"blocks": [{"type": "divider"}] * 101}, "no more than 100 items allowed [json-pointer:/view/blocks]"),
    ],
)
def test_what_slack_makes_of_a_modal(changed: JSON, problem: str | None) -> None:
    given = {"type": "input", "label": plain(3), "element": {"type": "plain_text_input", "action_id": "why"}}
    view = {"type": "modal", "title": plain(24), "submit": plain(24), "blocks": [given]} | changed
    checks = Checks()
    check_view(checks, view)
    assert checks.problems == [] if problem is None else problem in checks.problems


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ({"text": "nothing here @channel #news"}, []),
        ({"text": "&lt;!channel&gt;"}, []),
        ({"text": "<!channel> <!here|here>"}, ["broadcast", "broadcast"]),
        ({"text": "<@U1> <!subteam^S1> <#C1>"}, ["user", "usergroup", "channel"]),
        ({"text": "@channel @ada #news", "link_names": True}, ["broadcast", "user", "channel"]),
        ({"text": "@here", "parse": "full"}, ["broadcast"]),
        ({"text": "<!date^1^{date}|soon>"}, []),
        ({"blocks": [section(1) | {"text": {"type": "mrkdwn", "text": "<!everyone>"}}]}, ["broadcast"]),
        ({"blocks": [section(1) | {"text": {"type": "plain_text", "text": "<!everyone>"}}]}, []),
        ({"blocks": [{"type": "context", "elements": [{"type": "mrkdwn", "text": "<@U1>"}]}]}, ["user"]),
        ({"blocks": [{"type": "markdown", "text": "<!channel>"}]}, ["broadcast"]),
        ({"blocks": [rich({"type": "text", "text": "<!channel>"})]}, []),
        ({"blocks": [rich({"type": "broadcast", "range": "here"})]}, ["broadcast"]),
        ({"blocks": [rich({"type": "user", "user_id": "U1"}, {"type": "usergroup", "usergroup_id": "S1"})]},
         ["user", "usergroup"]),
        ({"attachments": [{"fallback": "<!channel>", "text": "x"}]}, ["broadcast"]),
    ],
)  # fmt: skip
def test_whom_a_message_would_notify(body: JSON, kinds: list[str]) -> None:
    assert [ping["kind"] for ping in pings(body)] == kinds


def test_which_addresses_slack_would_show() -> None:
    link = rich({"type": "link", "url": "https://b.org/"}, {"type": "text", "text": "https://dead.org/"})
    body = {"text": "see https://a.org/x and <https://a.org/y|y>", "blocks": [link]}
    assert unfurls(body) == ["https://a.org/x", "https://a.org/y", "https://b.org/"]
    assert unfurls({**body, "unfurl_links": False}) == unfurls(body), "media are a switch of their own"
    assert unfurls({**body, "unfurl_links": False, "unfurl_media": False}) == []
