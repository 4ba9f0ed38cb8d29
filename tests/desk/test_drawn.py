"""Drawings of the platforms' JSON: what a reader sees is what will be sent."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.desk import discord_drawn, slack_drawn
from bot.platforms.desk.lines import Line, Run
from bot.platforms.discord import render as discord
from bot.platforms.discord.markdown import escape
from bot.platforms.literal import ZERO_WIDTH, clean
from bot.platforms.slack import render as slack
from tests.desk.small import IMPACT

URL = "https://a.example/x"


@pytest.mark.parametrize(
    ("markdown", "runs"),
    [
        ("plain", (Run("plain"),)),
        ("**bold** rest", (Run("bold", bold=True), Run(" rest"))),
        ("*so* and _so_", (Run("so", italic=True), Run(" and "), Run("so", italic=True))),
        ("***both***", (Run("both", bold=True, italic=True),)),
        ("__under__", (Run("under", under=True),)),
        ("~~gone~~", (Run("gone", struck=True),)),
        ("`a*b*`", (Run("a*b*", code=True),)),
        (r"\*\*not bold\*\*", (Run("**not bold**"),)),
        (r"\[1\] ¶8", (Run("[1] ¶8"),)),
        (f"[DW]({URL}) (a.example)", (Run("DW", href=URL), Run(" (a.example)"))),
        (f"[**DW**]({URL})", (Run("DW", bold=True, href=URL),)),
        (f"see {URL}.", (Run("see "), Run(URL, href=URL), Run("."))),
        ("[x](javascript:alert)", (Run("[x](javascript:alert)"),)),
        ("2 * 3 * 4", (Run("2 * 3 * 4"),)),
        ("snake_case_name", (Run("snake_case_name"),)),
        ("<@123>", (Run("<@123>", live="pings somebody"),)),
        ("a @everyone", (Run("a "), Run("@everyone", live="pings somebody"))),
        ("<t:1700000000:R>", (Run("<t:1700000000:R>", live="is a date"),)),
        ("</brief:12>", (Run("</brief:12>", live="is a command"),)),
        (r"\<@123>", (Run("<@123>"),)),
    ],
)
def test_discords_markdown_is_read_as_discord_reads_it(markdown: str, runs: tuple[Run, ...]) -> None:
    assert discord_drawn.inline(markdown) == runs


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("-# quiet", "quiet"),
        ("## Heading", "heading"),
        ("- item", "item"),
        ("1. item", "item"),
        ("> quote", "quote"),
        ("", "gap"),
        (r"\- no item", "text"),
        (r"1\. no item", "text"),
        ("#no heading", "text"),
        ("• our own bullet", "text"),
    ],
)
def test_discords_lines_have_their_kinds(line: str, kind: str) -> None:
    assert [found.kind for found in discord_drawn.lines(f"before\n{line}")] == ["text", kind]


@given(st.text() | st.text(alphabet="*_~`[]()<>\\#-+.1:@/ht ps:|everyon ab&!", max_size=60))
def test_what_we_escape_is_drawn_as_the_same_text(text: str) -> None:
    drawn = discord_drawn.lines(escape(text))
    runs = [run for line in drawn for run in line.runs]
    assert all(line.kind in ("text", "gap") for line in drawn)
    assert all(run == Run(run.text) for run in runs)
    shown = "".join(run.text for run in runs).replace(ZERO_WIDTH, "").replace("］", "]")
    assert shown == clean(text).replace(ZERO_WIDTH, "").replace("］", "]")


def test_an_answer_is_drawn_with_its_embed_and_buttons() -> None:
    drawn = discord_drawn.draw(discord.render(IMPACT).body)
    (embed,) = drawn.embeds
    assert embed.title == (Run("Impact · The new harbour bridge"),)
    assert Line("quiet", (Run("Forecast · Mara Quist · [1] ¶8"),)) in embed.lines
    assert embed.footer == "As of 11 November 2024 · TLP:GREEN"
    assert [button.label for row in drawn.rows for button in row] == ["Sources", "Timeline"]


def test_all_that_an_embed_may_hold_is_drawn() -> None:
    body = {
        "content": "above",
        "embeds": [
            {
                "color": 0x1F5FAE,
                "fields": [{"name": "**Name**", "value": "one\ntwo"}],
                "image": {"url": "attachment://b.png"},
            }
        ],
        "attachments": [{"id": 0, "filename": "a.png"}, {"id": 1, "filename": "b.png"}],
    }
    drawn = discord_drawn.draw(body)
    assert drawn.lines == (Line("text", (Run("above"),)),)
    (embed,) = drawn.embeds
    assert (embed.color, embed.image) == ("#1f5fae", 1)
    assert embed.fields == (((Run("Name", bold=True),), (Line("text", (Run("one"),)), Line("text", (Run("two"),)))),)


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    section = {"type": "rich_text_section", "elements": list(elements)}
    return {"blocks": [{"type": "rich_text", "elements": [section]}]}


@pytest.mark.parametrize(
    ("element", "runs"),
    [
        ({"type": "text", "text": "*not bold* <!channel>"}, (Run("*not bold* <!channel>"),)),
        (
            {"type": "text", "text": "b", "style": {"bold": True, "strike": True}},
            (Run("b", bold=True, struck=True),),
        ),
        ({"type": "link", "url": URL, "text": "DW"}, (Run("DW", href=URL),)),
        ({"type": "link", "url": URL}, (Run(URL, href=URL),)),
        ({"type": "broadcast", "range": "channel"}, (Run("channel", live="pings everybody"),)),
        ({"type": "user", "user_id": "U1"}, (Run("U1", live="pings somebody"),)),
        ({"type": "emoji", "name": "wave"}, (Run("wave", live="is an emoji"),)),
    ],
)
def test_slacks_elements_are_literal_or_alarming(element: dict[str, Any], runs: tuple[Run, ...]) -> None:
    (part,) = slack_drawn.draw(rich(element))
    assert part.lines == (Line("text", runs),)


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        (
            "*bold* _so_ ~gone~",
            (Run("bold", bold=True), Run(" "), Run("so", italic=True), Run(" "), Run("gone", struck=True)),
        ),
        ("a &amp; b &lt;c&gt;", (Run("a & b <c>"),)),
        (f"<{URL}|DW>", (Run("DW", href=URL),)),
        ("<!channel>", (Run("!channel", live="pings everybody"),)),
        ("<@U1>", (Run("@U1", live="pings somebody"),)),
        ("2*3*4", (Run("2*3*4"),)),
        ("`a*b*`", (Run("a*b*", code=True),)),
    ],
)
def test_slacks_own_markup_is_read_where_it_counts(text: str, runs: tuple[Run, ...]) -> None:
    body = {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]}
    assert slack_drawn.draw(body)[0].lines == (Line("text", runs),)
    assert slack_drawn.draw({"text": text})[0].lines == (Line("text", runs),)


def test_plain_text_is_never_markup_in_slack() -> None:
    block = {"type": "context", "elements": [{"type": "plain_text", "text": "*a*\n<!channel>"}]}
    (part,) = slack_drawn.draw({"blocks": [block]})
    assert part.lines == (Line("text", (Run("*a*"),)), Line("text", (Run("<!channel>"),)))


def test_every_kind_of_slacks_blocks_is_drawn() -> None:
    item = {"type": "rich_text_section", "elements": [{"type": "text", "text": "one\ntwo"}]}
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Title"}},
        {"type": "divider"},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_list", "style": "ordered", "elements": [item]}],
        },
        {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": item["elements"]}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": item["elements"]}]},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*a*"}]},
        {"type": "video", "title": "unknown"},
    ]
    parts = slack_drawn.draw({"blocks": blocks})
    assert [part.kind for part in parts] == ["header", "divider", "rich", "rich", "rich", "rich", "context"]
    assert [line.bullet for line in parts[2].lines] == ["1.", ""]
    assert [line.kind for line in parts[3].lines] == ["quote", "quote"]
    assert "video, not drawn" in parts[6].lines[0].runs[0].text


def test_an_answer_is_drawn_with_slacks_blocks_and_buttons() -> None:
    parts = slack_drawn.draw(slack.render(IMPACT).body)
    assert parts[0].lines == (Line("text", (Run("Impact"),)),)
    assert [button.label for button in parts[-1].buttons] == ["Sources", "Timeline"]
    assert all(button.press for button in parts[-1].buttons)
