"""config.yaml: every mistake comes with a mend that helps."""

from pathlib import Path

import pytest

from bot.content.problems import errors
from bot.settings import SECTIONS_MOST, parse_config

SECTIONS = "sections: {impact: {title: Impact, about: What may change}}\n"


def told(text: str) -> list[tuple[str, str | None]]:
    """Every error, with its mend."""
    return [(one.message, one.mend) for one in errors(parse_config(SECTIONS + text, Path("config.yaml"))[1])]


@pytest.mark.parametrize(
    ("text", "message", "mend"),
    [
        ('channels: {a: {at: "slack:general"}}', '"slack:general" is no place', "Channel ID"),
        ('channels: {a: {at: "discord:#general"}}', '"discord:#general" is no place', "Copy Channel ID"),
        ('channels: {a: {at: "discord/123456789012345678"}}', "is no place", 'write "discord:123456789012345678"'),
        ('channels: {a: {at: "desk:News Room"}}', "is no place", "desk:newsroom"),
        ("channels: {a: {at: general}}", "is no place", "discord:CHANNEL_ID"),
        ('channels: {a: {at: "desk:x"}, b: {at: "desk:x"}}', '"desk:x" is the channel "a" already', "keep one"),
        ('channels: {a: {at: "slack:D0000001", audience: "TLP:RED"}}', "a direct message sees TLP:CLEAR only", "CLEAR"),
        ('admins: {discord: {roles: ["admin"]}}', '"admin" is no id', "developer mode"),
        ('admins: {discord: {users: ["@ada"]}}', '"@ada" is no id', "developer mode"),
        ('admins: {slack: {users: ["@ada"]}}', '"@ada" is no id of a person', "member ID"),
        ("discord: {guilds: [my server]}", '"my server" is no id', "developer mode"),
        ('slack: {prefix: "/NK-"}', "cannot stand before a command", 'write "nk-"'),
        ('slack: {prefix: "far-too-long-a-prefix"}', "at most 12", 'write "far-too-long"'),
    ],
)
def test_a_mistake_comes_with_a_mend(text: str, message: str, mend: str) -> None:
    ((said, fix),) = told(text)
    assert message in said
    assert mend in (fix or "")


def test_no_more_sections_than_discord_shows_commands() -> None:
    def config(amount: int) -> str:
        return "".join(f"  s{number}: {{title: S, about: S}}\n" for number in range(amount))

    path = Path("config.yaml")
    assert errors(parse_config("sections:\n" + config(SECTIONS_MOST), path)[1]) == ()
    (one,) = errors(parse_config("sections:\n" + config(SECTIONS_MOST + 2), path)[1])
    assert one.message.startswith(f"at most {SECTIONS_MOST} sections")


@pytest.mark.parametrize(
    ("text", "line", "column", "opens", "written"),
    [
        ("a: [", 1, 4, "[", "a: []"),
        ("a: [\n", 1, 4, "[", "a: []"),
        ("a: [b,\n\n# and no more\n", 1, 4, "[", "a: [b,]"),
        ("a:\n  - [\n  - b\n", 2, 5, "[", "- []"),
        ("sections:\n  impact: {title: Impact, about: {", 2, 34, "{", None),
        ("a: {b: ", 1, 4, "{", None),
        ("a: {b: [", 1, 8, "[", "a: {b: []"),
        ("a: [b, }\nc: d\n", 1, 4, "[", "a: [b, ]"),
        ("a: [b}\n", 1, 4, "[", "a: [b]"),
    ],
)
def test_a_bracket_that_is_not_closed_is_told_where_it_opens(
    text: str, line: int, column: int, opens: str, written: str | None
) -> None:
    (one,) = parse_config(text, Path("config.yaml"))[1]
    assert (one.message, one.mark.line, one.mark.column) == (
        f'the "{opens}" that opens here is not closed',
        line,
        column,
    )
    assert one.mend == f'add "{"]" if opens == "[" else "}"}"'
    assert written is None or one.example == written


def test_a_bracket_that_opens_nothing_is_no_open_one() -> None:
    (one,) = parse_config("a: [b]\nc: ]\n", Path("config.yaml"))[1]
    assert one.message == 'a text cannot begin with "]"'


def test_an_empty_config_is_not_told_to_begin_as_a_briefing() -> None:
    (one,) = parse_config("# nothing yet\n", Path("config.yaml"))[1]
    assert (one.message, one.mend) == ("the file is empty", 'begin with "sections: …"')
