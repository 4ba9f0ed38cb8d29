"""What is said of tokens from their looks alone, and that no part of one is ever said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.tokens import token_faults

CANARY = "c4nary"
BOT = "xoxb-" + f"test-{CANARY}-1"
USER = "xoxp-" + f"test-{CANARY}-1"
APP = "xapp-" + f"test-{CANARY}-1"
EXPIRING = "xoxe." + BOT
SIGNING = "0123456789abcdef" * 2
DISCORD = ".".join(("MTA0" + "x" * 20, "GabcdE", f"{CANARY}_" + "y" * 31))
WEBHOOK = "https://hooks.slack.com/" + f"services/T0/B0/{CANARY}"
DISCORD_WEBHOOK = "https://discord.com/api/" + f"webhooks/1/{CANARY}"
GOOD = {"DISCORD_TOKEN": DISCORD, "SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_SIGNING_SECRET": SIGNING}

CASES = [
    ("DISCORD_TOKEN", f"Bot {DISCORD}", 'DISCORD_TOKEN begins with "Bot ": take that word away.'),
    ("DISCORD_TOKEN", f"bot {DISCORD}", 'DISCORD_TOKEN begins with "Bot ": take that word away.'),
    ("DISCORD_TOKEN", f'"{DISCORD}"', "DISCORD_TOKEN stands in quotation marks: take them away."),
    ("DISCORD_TOKEN", f"“{DISCORD}”", "DISCORD_TOKEN stands in quotation marks: take them away."),
    ("DISCORD_TOKEN", f"{DISCORD}\n", "DISCORD_TOKEN begins or ends with a blank or a line break: take it away."),
    ("DISCORD_TOKEN", DISCORD[:30] + " " + DISCORD[30:], "DISCORD_TOKEN has a blank or a line break in it: "),
    ("DISCORD_TOKEN", DISCORD[:30] + "\u200b" + DISCORD[30:], "DISCORD_TOKEN has characters in it that no token has"),
    ("DISCORD_TOKEN", "1" * 18, "DISCORD_TOKEN holds an id (of an application, a server or a user)."),
    ("DISCORD_TOKEN", "x" * 16 + "Y-" * 8, "DISCORD_TOKEN holds a client secret."),
    ("DISCORD_TOKEN", "ab" * 32, "DISCORD_TOKEN holds a public key."),
    ("DISCORD_TOKEN", DISCORD_WEBHOOK, "DISCORD_TOKEN holds a webhook's address."),
    ("DISCORD_TOKEN", BOT, "DISCORD_TOKEN holds a Slack bot token. It belongs in SLACK_BOT_TOKEN."),
    ("SLACK_BOT_TOKEN", APP, "SLACK_BOT_TOKEN holds a Slack app-level token. It belongs in SLACK_APP_TOKEN."),
    ("SLACK_BOT_TOKEN", USER, "SLACK_BOT_TOKEN holds a Slack user token. Set SLACK_BOT_TOKEN to the bot token (xoxb-)"),
    ("SLACK_BOT_TOKEN", EXPIRING, "SLACK_BOT_TOKEN holds a Slack token that expires, since token rotation is on."),
    ("SLACK_BOT_TOKEN", f"Bearer {BOT}", 'SLACK_BOT_TOKEN begins with "Bearer ": take that word away.'),
    ("SLACK_BOT_TOKEN", SIGNING, "SLACK_BOT_TOKEN holds a signing secret or a client secret."),
    ("SLACK_BOT_TOKEN", WEBHOOK, "SLACK_BOT_TOKEN holds a webhook's address."),
    ("SLACK_BOT_TOKEN", DISCORD, "SLACK_BOT_TOKEN holds a Discord bot token. It belongs in DISCORD_TOKEN."),
    ("SLACK_BOT_TOKEN", CANARY, "SLACK_BOT_TOKEN does not look like a Slack bot token: set it to "),
    ("SLACK_APP_TOKEN", BOT, "SLACK_APP_TOKEN holds a Slack bot token. It belongs in SLACK_BOT_TOKEN."),
    ("SLACK_SIGNING_SECRET", SIGNING[:-1], "SLACK_SIGNING_SECRET is not 32 hex digits: set it to "),
    ("SLACK_SIGNING_SECRET", "A1" * 12, "SLACK_SIGNING_SECRET holds a verification token."),
    ("SLACK_SIGNING_SECRET", BOT, "SLACK_SIGNING_SECRET holds a Slack bot token. It belongs in SLACK_BOT_TOKEN."),
    ("DISCORD_API_URL", f"http://{CANARY}.example/api", "DISCORD_API_URL is neither an https address nor one of this"),
    ("DISCORD_API_URL", f"ftp://{CANARY}", "DISCORD_API_URL is neither an https address nor one of this machine"),
    ("SLACK_API_URL", "http://[", "SLACK_API_URL is neither an https address nor one of this machine"),
    ("SLACK_API_URL", f"http://localhost.{CANARY}.example/", "SLACK_API_URL is neither an https address nor one"),
]


def mode_of(name: str) -> str:
    return "http" if name == "SLACK_SIGNING_SECRET" else "socket"


@pytest.mark.parametrize(("name", "value", "sentence"), CASES)
def test_a_token_in_the_wrong_place_is_named_and_not_shown(name: str, value: str, sentence: str) -> None:
    faults = token_faults(GOOD | {name: value}, mode_of(name))
    platform = "discord" if name.startswith("DISCORD") else "slack"
    assert list(faults) == [platform]
    [told] = faults[platform]
    assert told.startswith(sentence)
    assert CANARY not in told


@pytest.mark.parametrize("mode", ["socket", "http"])
def test_sound_tokens_have_no_fault(mode: str) -> None:
    assert token_faults(GOOD, mode) == {}
    assert token_faults({name.lower(): value for name, value in GOOD.items()}, mode) == {}
    roots = {"DISCORD_API_URL": "http://127.0.0.1:1/api/v10", "SLACK_API_URL": "https://slack-gov.com/api/"}
    assert token_faults(GOOD | roots, mode) == {}


def test_a_platform_without_any_token_has_no_fault() -> None:
    assert token_faults({}, "socket") == {}
    assert token_faults({"DISCORD_TOKEN": None, "SLACK_BOT_TOKEN": ""}, "http") == {}
    assert token_faults({"SLACK_API_URL": "https://slack.com/api/"}, "socket") == {}


@pytest.mark.parametrize(
    ("values", "mode", "missing"),
    [
        ({"SLACK_BOT_TOKEN": BOT}, "socket", "SLACK_APP_TOKEN is not set. Socket Mode needs it."),
        ({"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP}, "http", "SLACK_SIGNING_SECRET is not set. HTTP mode needs"),
        ({"SLACK_APP_TOKEN": APP}, "socket", "SLACK_BOT_TOKEN is not set. Set it to the bot token (xoxb-)"),
        ({"SLACK_SIGNING_SECRET": SIGNING}, "http", "SLACK_BOT_TOKEN is not set. Set it to the bot token (xoxb-)"),
    ],
)
def test_what_the_mode_needs_and_is_not_set_is_named(values: dict[str, str], mode: str, missing: str) -> None:
    [told] = token_faults(values, mode)["slack"]
    assert told.startswith(missing)


def test_two_tokens_that_changed_places_are_both_named() -> None:
    told = token_faults({"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": BOT}, "socket")["slack"]
    assert [one.split(". ")[1] for one in told] == ["It belongs in SLACK_APP_TOKEN", "It belongs in SLACK_BOT_TOKEN"]


@given(st.text(min_size=12), st.sampled_from(sorted(GOOD)))
def test_no_sentence_holds_any_part_of_a_value(value: str, name: str) -> None:
    odd = f"{value}\u2603{value}"  # so that no sentence of ours can hold it by chance
    for sentences in token_faults({name: odd}, mode_of(name)).values():
        assert not any("\u2603" in sentence for sentence in sentences)
