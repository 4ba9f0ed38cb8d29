"""Any edition, any command: every page is one that Slack's library builds, and that both servers accept."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given
from simcord.components import validate_components, validate_embeds
from slack_sdk.models.blocks import Block

from bot.platforms.base import Frozen
from bot.platforms.discord.render import render as on_discord
from bot.platforms.slack.render import render as on_slack
from tests.commands.asking import NAMES, ask
from tests.content.editions import NOW, Raw, briefings, edition, made, texts
from tests.servers.discord.forms import check_message
from tests.servers.slack.blocks import check_blocks
from tests.servers.slack.checks import Checks
from tests.servers.slack.pings import pings, unfurls
from tests.sizes import examples

MOST_JSON = 13_200
"""Where Slack was seen to refuse blocks; see tests/servers/slack/settings.py."""


def pages(render: Any, message: Any) -> Iterator[dict[str, Any]]:
    """Each page as the JSON that goes over the wire."""
    page, more = 0, True
    while more:
        frozen: Frozen = render(message, page)
        yield json.loads(json.dumps(frozen.body))
        page, more = page + 1, frozen.more


def discord_takes(body: dict[str, Any]) -> None:
    """Length limits are the server's, structure is simcord's."""
    files = len(body.get("attachments", ()))
    check_message(body, files)
    validate_embeds(body["embeds"])
    validate_components(body["components"])
    assert body["allowed_mentions"] == {"parse": []}
    assert not body.get("content")


def slack_takes(body: dict[str, Any]) -> None:
    """Slack's own library builds each block, and the server finds nothing to refuse, to ping or to unfold."""
    for block in Block.parse_all(body["blocks"]):
        block.validate_json()
    checks = Checks()
    check_blocks(checks, body["blocks"], "message")
    assert checks.problems == []
    assert len(json.dumps(body["blocks"])) <= MOST_JSON
    assert pings(body) == []
    assert unfurls(body) == []


@examples(25)
@given(briefings(), texts(50))
def test_every_page_of_every_answer_is_one_that_platforms_take(raw: Raw, text: str) -> None:
    view = edition(made(raw)).seen_by("TLP:RED", NOW)
    for name in NAMES:
        message = replace(ask(view, name, text), offers=("share", "report"), pick="A person, or words to look for")
        for body in pages(on_discord, message):
            discord_takes(body)
        for body in pages(on_slack, message):
            slack_takes(body)
