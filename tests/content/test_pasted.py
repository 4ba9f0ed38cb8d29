"""A token that somebody pasted into a file by mistake is repeated to nobody: no channel, no log, no report."""

import re
from datetime import date
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from bot.content import pasted
from bot.content.parse import parse
from bot.content.pasted import MEND, dotted, without_secrets
from bot.content.problems import Problem
from bot.content.reports import FORMATS
from bot.content.state import FileState, ShelfState
from bot.notices.broken import broken_items
from bot.notices.telling import told
from bot.notices.things import Files, Notice
from bot.platforms.drawings import draw
from bot.settings import parse_config
from tests.cli.shell import HARBOUR

SLACK = "xox" + "b-1234567890-canaryCANARYcanary"
DISCORD = "MTAwMDAwMDAwMDAwMDAwMDAw" + ".GabCdE.canaryCANARYcanary_canary-canary1"
SIGNING = "c0ffee00" + "8badf00d" + "0123456789abcdef"
TOKENS = {
    "Slack": SLACK,
    "Slack, an app's": "xapp-1-A012-" + "canary0123456789",
    "Discord": DISCORD,
    "a signing secret": SIGNING,
    "a webhook": "https://hooks.slack.com/services/T0/B0/" + "canaryCANARYcanary",
    "one of a kind that nobody knows": "q7Rw2LkX" + "canaryA9zT4mVb8Yc3HdPf6JgNs1Qe5U",
    "a database": "postgresql://bot:canary-of-a-password@db.example/briefings",
}
SECTIONS = "sections: {impact: {title: Impact, about: What may change}}\n"
CONFIG = [
    'slack: {token: "…"}',
    'slack: {prefix: "…"}',
    'slack: {mode: "…"}',
    'slack: "…"',
    'slack: "…',
    "slack: {mode: &… a}",
    "slack: {mode: *… }",
    'desk: {port: "…"}',
    'discord: {guilds: ["…"]}',
    'discord: {guilds: "…"}',
    'admins: {channel: "…"}',
    'admins: {slack: {users: ["…"]}}',
    'channels: {a: {at: "slack:…"}}',
    'timezone: "…"',
    'keep: {steps: "…"}',
    '"…": yes',
    'digests: {m: {title: M, at: "…", channels: ["…"]}}',
    'web: {url: "…/x"}',
]
BRIEFING = [
    HARBOUR.replace("para: 4", 'para: "…"'),
    HARBOUR.replace("claimed_by: okoye", 'claimed_by: "…"'),
    HARBOUR.replace("status: forecast", 'status: "…"'),
    HARBOUR.replace("id: deeper", 'id: "…"'),
    HARBOUR + '    "…": x\n',
    HARBOUR + '    see: "…"\n',
]


def problems(token: str) -> list[Problem]:
    """All that is said of the token in every wrong place of both kinds of file."""
    found = [
        one for text in CONFIG for one in parse_config(SECTIONS + text.replace("…", token), Path("config.yaml"))[1]
    ]
    return found + [one for text in BRIEFING for one in parse(text.replace("…", token), "harbour.yaml", None).problems]


def notices(found: list[Problem]) -> str:
    """What the admins' channel is told of each, as every platform draws it."""
    said = []
    for one in found:
        file = FileState("harbour.yaml", None, None, (one,))
        for state in (ShelfState(1, (file,)), ShelfState(1, (), (one,))):
            items = tuple(broken_items(state, ZoneInfo("UTC"), {}, date(2026, 11, 30)).values())
            message = told(Notice("broken", items), "TLP:RED", Files())
            said += [draw(message, "discord", 0, colour=False), draw(message, "slack", 0, colour=False)]
    return "\n".join(said)


def everywhere(found: list[Problem]) -> str:
    return "\n".join([notices(found), *(FORMATS[form](tuple(found)) for form in FORMATS)])


def pieces(token: str) -> set[str]:
    """Runs of a token that give it away, also in small letters."""
    secret = re.split(r"://bot:|/services/T0/B0/", token)[-1].split("@")[0].lower()
    return {secret[at : at + 8] for at in range(0, len(secret) - 8, 3)}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_a_token_in_any_wrong_place_is_repeated_nowhere(token: str) -> None:
    found = problems(token)
    assert len(found) >= 20
    said = everywhere(found).lower()
    assert [piece for piece in pieces(token) if piece in said] == []
    assert MEND in {one.mend for one in found}


@pytest.mark.parametrize("token", TOKENS.values(), ids=TOKENS)
def test_without_the_look_for_secrets_each_of_them_would_be(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pasted, "_SECRET", re.compile(r"(?!)"))
    found = problems(token)
    assert all(piece in everywhere(found).lower() for piece in pieces(token))
    assert any(piece in notices(found).lower() for piece in pieces(token)), "a channel would be told"


def test_the_caret_stands_where_the_secret_does() -> None:
    (one,) = parse_config(SECTIONS + f"slack: {{mode: {SLACK}, prefix: nk-}}", Path("config.yaml"))[1]
    assert one.excerpt is not None
    assert one.excerpt.text == f"slack: {{mode: {'•' * len(SLACK)}, prefix: nk-}}"
    assert (one.excerpt.indent, one.excerpt.width) == (14, len(SLACK))
    assert (one.message, one.mend) == ('"[a secret]" is not a known mode', MEND)


@pytest.mark.parametrize(
    "text",
    [
        "dprk-troops-in-russia-2024-10-and-a-long-id-of-many-words",
        "https://gazette.example/2026/11/mud-on-the-move?id=1234567890123456789012",
        "www.a-rather-long-name-of-a-host.example.org",
        "DPRK-Troops-in-Russia-2024-A-Long-Title-of-2-Parts",
        "HarbourMaster2024OfTheNorthernDistrict",
        "https://gazette.example/2026/11/02/MudOnTheMove-1234567",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "Lieutenant-General-Somebody.Double-Barrelled.Named-After-Many",
        "mailto: ada@harbour.example",
        "08:00 https://127.0.0.1:8787/x, ada@x",
        "text: Nobody knows the secret: the mud stays",
        'set a blank after "password:"',
    ],
)
def test_what_is_no_secret_is_repeated(text: str) -> None:
    assert without_secrets(text) == text
    assert dotted(text, 0) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("desk: {password: hunter22, port: 0}", "desk: {password: ••••••••, port: 0}"),
        ("desk: {'api-key': \"a, hunter22\", port: 0}", "desk: {'api-key': •••••••••••••, port: 0}"),
        ("slack: {prefix: x, bot_token: hunter22}", "slack: {prefix: x, bot_token: ••••••••}"),
        ("SECRET: hunter22, hunter22", "SECRET: ••••••••••••••••••"),
        ("  - client_secret: &hunter22 x", "  - client_secret: •••••••••••"),
        ("password: %hunter22", "password: •••••••••"),
        ('token: "hunter22', "token: •••••••••"),
        ("token:hunter22", "token:••••••••"),
    ],
)
def test_a_value_whose_key_says_that_it_is_secret_is_repeated_nowhere(text: str, shown: str) -> None:
    found = parse_config(f"{SECTIONS}{text}\n", Path("config.yaml"))[1]
    assert "hunter22" not in everywhere(list(found))
    assert dotted(text, 0) == shown
    assert "hunter22" not in without_secrets(f'"x" is not "{text}"')


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a-",
        "a.",
        "aB",
        "a1",
        "://",
        ":",
        "xoxb-",
        "xoxb",
        "://a:",
        "f" * 32,
        "/webhooks/",
        "@",
        "token: x\n",
        "{token: x, ",
    ],
)
def test_no_text_holds_it_up(piece: str) -> None:
    long = piece * (400_000 // len(piece))
    begun = process_time()
    without_secrets(long)
    whole = process_time() - begun
    begun = process_time()
    without_secrets(long[: len(long) // 8])
    assert whole < 24 * (process_time() - begun) + 0.5
