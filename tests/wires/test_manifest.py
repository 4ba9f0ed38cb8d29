"""The manifest of the Slack app: what Slack would refuse is not in it, and what is left out is told."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.commands.base import Command
from bot.commands.registry import commands
from bot.content.model import Section
from bot.errors import SettingsError
from bot.message import Message
from bot.platforms.slack.manifest import as_text, left_out, manifest
from bot.platforms.slack.names import RESERVED

URL = "https://bot.example"
KNOWN = tuple(commands({"impact": Section(title="Impact", about="What it may change")}).values())

_ADDRESS = {"type": "string", "pattern": "^https://", "maxLength": 3000}
_YES_NO = {"type": "boolean"}


def _object(required: str, **properties: Any) -> dict[str, Any]:
    """An object that holds these keys and no others; `required` are names with blanks between them."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required.split(),
        "properties": properties,
    }


def _text(least: int, most: int, **more: Any) -> dict[str, Any]:
    return {"type": "string", "minLength": least, "maxLength": most, **more}


# The part of a manifest that we write, with Slack's limits: docs.slack.dev/reference/app-manifest.
RULES = _object(
    "display_information features oauth_config settings",
    display_information=_object("name", name=_text(1, 35), description=_text(1, 140)),
    features=_object(
        "app_home bot_user slash_commands",
        app_home=_object(
            "", home_tab_enabled=_YES_NO, messages_tab_enabled=_YES_NO, messages_tab_read_only_enabled=_YES_NO
        ),
        bot_user=_object("display_name", display_name=_text(1, 80), always_online=_YES_NO),
        slash_commands={
            "type": "array",
            "minItems": 1,
            "maxItems": 50,
            "items": _object(
                "command description",
                command=_text(2, 32, pattern="^/[a-z0-9_-]+$"),
                url=_ADDRESS,
                description=_text(1, 2000),
                usage_hint=_text(1, 1000),
                should_escape=_YES_NO,
            ),
        },
    ),
    oauth_config=_object(
        "scopes", scopes=_object("bot", bot={"type": "array", "items": _text(1, 50), "uniqueItems": True})
    ),
    settings=_object(
        "event_subscriptions interactivity",
        event_subscriptions=_object(
            "bot_events", request_url=_ADDRESS, bot_events={"type": "array", "items": _text(1, 50)}
        ),
        interactivity=_object(
            "is_enabled", is_enabled=_YES_NO, request_url=_ADDRESS, message_menu_options_url=_ADDRESS
        ),
        org_deploy_enabled=_YES_NO,
        socket_mode_enabled=_YES_NO,
        token_rotation_enabled=_YES_NO,
    ),
)


def many(amount: int) -> tuple[Command, ...]:
    def nothing(*_: object) -> Message:
        raise AssertionError("nobody asked")

    return tuple(Command(f"section-{number}", "About " + "x" * 100, nothing) for number in range(amount))


def typed(written: dict[str, Any]) -> list[str]:
    return [one["command"] for one in written["features"]["slash_commands"]]


def test_the_rules_refuse_what_slack_refuses() -> None:
    Draft202012Validator.check_schema(RULES)
    good = manifest(KNOWN, name="Briefing", mode="http", url=URL)
    rules = Draft202012Validator(RULES)
    assert rules.is_valid(good)
    for spoil in (
        {"display_information": {"name": ""}},
        {"features": good["features"] | {"slash_commands": []}},
        {"features": good["features"] | {"slash_commands": good["features"]["slash_commands"] * 10}},
        {"features": good["features"] | {"slash_commands": [{"command": "impact", "description": "x"}]}},
        {"settings": good["settings"] | {"socket_mode": True}},
    ):
        assert not rules.is_valid(good | spoil)


@pytest.mark.parametrize("mode", ["socket", "http"])
@pytest.mark.parametrize("prefix", ["", "nk-", "a-prefix-of-"])
@pytest.mark.parametrize("extra", [0, 60])
def test_slack_takes_the_manifest(mode: str, prefix: str, extra: int) -> None:
    known = (*KNOWN, *many(extra))
    written = manifest(known, name="Briefing", mode=mode, prefix=prefix, url=URL if mode == "http" else None)
    Draft202012Validator(RULES).validate(written)
    names = typed(written)
    assert len(names) == len(set(names))
    assert names[0] == f"/{prefix}brief"
    assert f"/{prefix}impact" in names
    assert not {name[1:] for name in names} & RESERVED
    assert json.loads(as_text(written)) == written


def test_socket_mode_names_no_address() -> None:
    written = manifest(KNOWN, name="Briefing", mode="socket", url=URL)
    assert written["settings"]["socket_mode_enabled"] is True
    assert "http" not in as_text(written)


def test_http_mode_names_one_address_everywhere() -> None:
    written = manifest(KNOWN, name="Briefing", mode="http", url=URL)
    asked = f"{URL}/slack/events"
    assert written["settings"]["socket_mode_enabled"] is False
    assert written["settings"]["event_subscriptions"]["request_url"] == asked
    assert written["settings"]["interactivity"] == {
        "is_enabled": True,
        "request_url": asked,
        "message_menu_options_url": asked,
    }
    assert {one["url"] for one in written["features"]["slash_commands"]} == {asked}


@pytest.mark.parametrize("url", [None, "", "http://bot.example"])
def test_http_mode_without_an_address_that_slack_can_reach_is_refused(url: str | None) -> None:
    with pytest.raises(SettingsError, match=r"web: \{url: https://bot\.example\}"):
        manifest(KNOWN, name="Briefing", mode="http", url=url)


def test_the_least_rights_are_asked_for() -> None:
    written = manifest(KNOWN, name="Briefing", mode="socket")
    assert written["oauth_config"]["scopes"] == {
        "bot": [
            "commands",
            "chat:write",
            "channels:history",
            "groups:history",
            "im:history",
            "channels:read",
            "groups:read",
            "im:read",
            "users:read",
        ]
    }
    assert written["settings"]["event_subscriptions"] == {
        "bot_events": [
            "app_home_opened", "app_uninstalled", "channel_left", "channel_shared", "group_left",
            "member_joined_channel", "tokens_revoked",
        ]
    }  # fmt: skip
    assert written["settings"]["token_rotation_enabled"] is False
    assert written["settings"]["org_deploy_enabled"] is False
    assert written["features"]["app_home"]["messages_tab_enabled"] is True


def test_names_that_slack_keeps_are_left_out_and_how_to_reach_them_is_told() -> None:
    written = manifest(KNOWN, name="Briefing", mode="socket")
    assert not {"/search", "/status"} & set(typed(written))
    [told] = left_out(KNOWN)
    assert told == "Slack keeps /search, /status for itself: ask as /brief search, /brief status."


def test_with_a_prefix_no_name_is_kept_from_us() -> None:
    names = typed(manifest(KNOWN, name="Briefing", mode="socket", prefix="nk-"))
    assert {"/nk-search", "/nk-status", "/nk-brief"} <= set(names)
    assert left_out(KNOWN, "nk-") == ()


def test_above_fifty_commands_the_rest_is_told() -> None:
    known = (*KNOWN, *many(60))
    names = typed(manifest(known, name="Briefing", mode="socket"))
    assert len(names) == 50
    reserved, rest = left_out(known)
    assert reserved.startswith("Slack keeps /search, /status")
    assert rest.startswith("An app has at most 50 commands on Slack, which leaves out /section-")
    absent = [command.name for command in known if f"/{command.name}" not in names]
    assert all(f"/brief {name}" in reserved + rest for name in absent)


def test_a_name_too_long_for_slack_is_left_out_and_told() -> None:
    [long] = many(1)
    long = Command("a-section-with-quite-a-long-name", long.description, long.reply)
    known = (*KNOWN, long)
    assert f"/{long.name}" not in typed(manifest(known, name="Briefing", mode="socket", prefix="nk-"))
    [told] = left_out(known, "nk-")
    assert f"/nk-brief {long.name}" in told
    assert "32 characters" in told


def test_a_long_name_of_the_app_is_clipped() -> None:
    written = manifest(KNOWN, name="N" * 80, mode="socket")
    assert written["display_information"]["name"] == "N" * 34 + "…"
