"""Slack's drawing: inside every limit and budget, and made of literal words only."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from slack_sdk.models.blocks import Block as SlackBlock

from bot.message import Action, Claim, Message
from bot.platforms.base import Frozen
from bot.platforms.desk.discord_drawn import Button
from bot.platforms.desk.slack_drawn import draw as drawn
from bot.platforms.literal import ZERO_WIDTH, units
from bot.platforms.slack.picker import picker, read_pick
from bot.platforms.slack.render import _fallback, draw, render
from tests.drawings.messages import IMPACT, PICKED, claim, many
from tests.drawings.strategies import messages, texts
from tests.sizes import examples

KINDS = {
    "header",
    "context",
    "rich_text",
    "rich_text_section",
    "text",
    "link",
    "plain_text",
    "actions",
    "button",
    "external_select",
}
"""Every `type` there may be: no user, usergroup, channel, broadcast, team, emoji, date, color or mrkdwn."""


def parts(node: object) -> Iterator[dict[str, Any]]:
    """Every object within the blocks."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from parts(value)
    if isinstance(node, list):
        for value in node:
            yield from parts(value)


def alive(body: dict[str, Any]) -> list[str]:
    """What Slack would make something of, beyond words, style and http(s) links."""
    found = []
    for part in parts(body["blocks"]):
        kind = part.get("type")
        if kind is not None and kind not in KINDS:
            found.append(f"{kind} element")
        if kind == "plain_text" and part["emoji"] is not False:
            found.append("emoji")
        if kind == "link" and urlsplit(part["url"]).scheme not in ("http", "https"):
            found.append(part["url"])
    text = re.sub("&(?:amp|lt|gt);", "", body["text"])
    found += re.findall(r"[<>&]|\w+://", text)
    for key, safe in (("parse", "none"), ("link_names", False), ("mrkdwn", False)):
        if body[key] != safe:
            found.append(key)
    found += [key for key in ("unfurl_links", "unfurl_media") if body[key]]
    return found


def limits_hold(frozen: Frozen) -> None:
    """Slack's limits, written down once more, and what its own library refuses."""
    body: dict[str, Any] = json.loads(json.dumps(frozen.body))
    blocks = body["blocks"]
    for block in SlackBlock.parse_all(blocks):
        block.validate_json()
    assert 1 <= len(blocks) <= 50
    assert len(json.dumps(blocks)) <= 11_000
    words = [part["text"] for part in parts(blocks) if isinstance(part.get("text"), str)]
    assert all(words)
    assert all(units(text) <= 3000 for text in words if text)
    assert sum(units(text) for text in words) <= 8000
    assert 1 <= units(body["text"]) <= 4000
    for part in parts(blocks):
        match part.get("type"):
            case "header":
                assert units(part["text"]["text"]) <= 150
            case "button":
                assert units(part["text"]["text"]) <= 75
                assert part["action_id"] == part["value"]
                assert units(part["action_id"]) <= 100
            case "external_select":
                assert units(part["placeholder"]["text"]) <= 150
                assert read_pick(part["action_id"])
                assert part["min_query_length"] == 0
            case "link":
                assert len(part["url"]) <= 3000
            case "actions":
                ids = [button["action_id"] for button in part["elements"]]
                assert 1 <= len(set(ids)) == len(ids) <= 25


@examples(40)
@given(messages)
def test_any_message_stays_inside_the_limits_and_nothing_in_it_comes_alive(message: Message) -> None:
    page, more = 0, True
    while more and page < 4:
        frozen = render(message, page)
        limits_hold(frozen)
        assert alive(dict(frozen.body)) == []
        assert frozen.page == page
        page, more = page + 1, frozen.more


@given(texts)
def test_the_fallback_holds_no_entity_and_no_address(text: str) -> None:
    body = {**render(IMPACT).body, "text": _fallback(text)}
    assert alive(body) == []


@pytest.mark.parametrize("text", ["<!channel>", "AT&T", "https://evil.example", "&lt;!here>"])
def test_a_fallback_that_is_not_escaped_is_noticed(text: str) -> None:
    assert alive({**render(IMPACT).body, "text": text}) != []


@pytest.mark.parametrize(
    "element",
    [
        {"type": "broadcast", "range": "channel"},
        {"type": "user", "user_id": "U1"},
        {"type": "link", "url": "javascript:x"},
        {"type": "mrkdwn", "text": "*b*"},
        {"type": "plain_text", "text": ":smile:", "emoji": True},
    ],
)
def test_a_live_element_is_noticed(element: dict[str, Any]) -> None:
    assert alive({**render(IMPACT).body, "blocks": [{"type": "rich_text", "elements": [element]}]}) != []


@pytest.mark.parametrize("text", ["*" * 9000, "<&" * 4000, "한" * 9000, "😀" * 9000, "a" * 90_000])
def test_a_block_that_is_too_big_for_any_page_is_shortened(text: str) -> None:
    blocks = (claim(text, text, text, para=text, caveat=text, lead=text),)
    frozen = render(Message(text, text, blocks, (text,) * 9, (text,) * 9, notices=(text,) * 9))
    limits_hold(frozen)
    assert "…" in json.dumps(frozen.body["blocks"], ensure_ascii=False)


@pytest.mark.parametrize("text", ["a" * 8001, "한" * 1900])
def test_a_drawing_over_the_budget_is_noticed(text: str) -> None:
    block = {"type": "context", "elements": [{"type": "plain_text", "text": text[:2900], "emoji": False}]}
    blocks = [block] * (len(text) // 2900 + 1)
    with pytest.raises(AssertionError):
        limits_hold(Frozen({**render(IMPACT).body, "blocks": blocks}, ()))


def test_a_claim_is_never_without_its_attribution() -> None:
    for block in IMPACT.blocks:
        assert isinstance(block, Claim)
        body, quiet = draw(block, lambda _: 1)
        assert body["elements"][0]["elements"][1]["text"] == block.text
        assert quiet["elements"][0]["text"].startswith(f"{block.attribution[0]} · {block.attribution[1]}")
        assert quiet["elements"][0]["text"].endswith(f"[1] {block.cites[0].paragraphs}")


def test_a_screen_reader_gets_the_whole_page_as_text() -> None:
    text = render(IMPACT).body["text"].replace(ZERO_WIDTH, "")
    assert all(block.text in text for block in IMPACT.blocks if isinstance(block, Claim))
    assert "[1] DW, 11 November 2024 (link missing)" in text


def test_it_says_how_much_of_the_budget_is_used() -> None:
    frozen = render(Message("Long", None, many(36)))
    size = len(json.dumps(frozen.body["blocks"]))
    assert str(frozen.measures[2]) == f"{size:,} of 11,000 characters of JSON"
    assert str(frozen.measures[0]) == f"{len(frozen.body['blocks'])} of 50 blocks"


def test_a_picker_stands_last_and_asks_for_the_text_of_the_same_command() -> None:
    *_, buttons, picking = render(PICKED).body["blocks"]
    assert [element["type"] for element in picking["elements"]] == ["external_select"]
    assert read_pick(picking["elements"][0]["action_id"]) == "impact"
    assert {element["type"] for element in buttons["elements"]} == {"button"}
    assert PICKED.pick not in render(PICKED).body["text"]


@pytest.mark.parametrize("pick", ["한" * 400, "<!channel>", "a"])
def test_a_picker_keeps_the_budget_of_a_full_page(pick: str) -> None:
    limits_hold(render(replace(PICKED, blocks=many(40), pick=pick)))


def test_there_is_no_picker_where_nothing_could_be_asked() -> None:
    assert picker(replace(PICKED, pick=None)) is None
    assert picker(replace(PICKED, pick=" ")) is None
    assert picker(replace(PICKED, origin=None)) is None
    assert picker(replace(PICKED, origin=Action("", "not a command"))) is None


@pytest.mark.parametrize(
    "action_id", ["", "f1|", "f2|impact", "f1|Impact", "f1|impact|0", "f1|" + "a" * 33, "b1|x|0|0000|"]
)
def test_an_id_that_no_picker_has_is_none_of_ours(action_id: str) -> None:
    assert read_pick(action_id) is None


def test_the_desk_draws_a_picker_with_its_placeholder() -> None:
    *_, part = drawn(render(PICKED).body)
    assert part.kind == "actions"
    assert part.buttons == (Button(f"{PICKED.pick} ▾", "f1|impact"),)
