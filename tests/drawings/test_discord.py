"""Discord's drawing: inside every limit, and nothing in a text comes alive."""

import json
import re
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given

from bot.message import Block, Claim, Entry, Facts, Heading, Message, Paragraph, Span, Style
from bot.platforms.base import Frozen
from bot.platforms.discord.markdown import GUARDS, escape, escaper, link, spans
from bot.platforms.discord.render import draw, render
from bot.platforms.literal import clean, units, web_link
from tests.drawings.discord_eyes import look
from tests.drawings.messages import IMPACT, TIMELINE, claim, many
from tests.drawings.strategies import messages, pictures, texts
from tests.sizes import examples


def seen(text: str) -> str:
    """`text` as it is meant to be seen; a bracket that closes nothing is drawn as a wide one."""
    head, bracket, tail = clean(text).replace("\u200b", "").partition("[")
    return head.replace("]", "］") + bracket + tail


@given(texts)
def test_a_text_is_shown_as_it_is_written_and_nothing_in_it_comes_alive(text: str) -> None:
    assert look(escape(text)) == ([], seen(text))


SAMPLES = {
    "address": "see https://evil.example/a",
    "emoji": "a :smile: b",
    "everyone": "@everyone and @here",
    "tag": "<@1> <t:0> </cmd:1> <#7>",
    "line start": "# big",
    "markup": "**b** ||c|| [a](javascript:x) `d`",
}


@pytest.mark.parametrize("guard", GUARDS)
def test_every_guard_is_needed_and_its_absence_is_noticed(guard: str) -> None:
    # A tag is guarded twice; alone, each of the two guards is enough, so both go.
    without = {name: GUARDS[name] for name in GUARDS if name not in {guard, *(["markup"] * (guard == "tag"))}}
    assert look(escape(SAMPLES[guard]))[0] == []
    assert look(escaper(without)(SAMPLES[guard]))[0] != []


def test_a_bracket_that_closes_nothing_does_not_reach_back_into_a_link() -> None:
    before = link("DW", "https://dw.example/a")
    text = "see](https://evil.example)"
    assert look(f"{before} · {escape(text)}")[0] == [("link", "https://dw.example/a")]
    assert look(f"{before} · see\\](https://evil.example)")[0] != [("link", "https://dw.example/a")]


def test_a_text_that_is_not_escaped_is_noticed_wherever_it_stands() -> None:
    for sample in SAMPLES.values():
        assert look(f"• {sample}\n{sample}")[0] != []


def limits_hold(frozen: Frozen) -> None:
    """Discord's limits, written down once more, from their documentation."""
    body: dict[str, Any] = json.loads(json.dumps(frozen.body))
    embeds = body["embeds"]
    assert 1 <= len(embeds) <= 10
    pieces = [embed.get(key, "") for embed in embeds for key in ("title", "description")]
    pieces += [embed["footer"]["text"] for embed in embeds if "footer" in embed]
    assert sum(units(piece) for piece in pieces) <= 6000
    for embed in embeds:
        assert units(embed.get("title", "")) <= 256
        assert units(embed.get("description", "")) <= 4096
        assert "title" in embed or "image" in embed
        assert len(embed.get("fields", ())) <= 25
        assert "footer" not in embed or 1 <= units(embed["footer"]["text"]) <= 2048
    assert len(body["components"]) <= 5
    buttons = [button for row in body["components"] for button in row["components"]]
    assert all(1 <= len(row["components"]) <= 5 for row in body["components"])
    assert all(1 <= units(button["label"]) <= 80 and units(button["custom_id"]) <= 100 for button in buttons)
    assert len({button["custom_id"] for button in buttons}) == len(buttons)
    assert body["allowed_mentions"] == {"parse": []}
    assert len(body.get("attachments", ())) == len(frozen.pictures) <= 10
    assert all(units(file["description"]) <= 1024 for file in body.get("attachments", ()))


def ours(message: Message) -> Counter[str]:
    """How many stretches of each style we mean to draw at most, for all of a message."""
    found: Counter[str] = Counter()
    for block in message.blocks:
        found["strong"] += isinstance(block, Claim | Entry | Heading)
        found["strike"] += isinstance(block, Claim) and block.struck
        if isinstance(block, Facts):
            found["strong"] += len(block.pairs)
        if isinstance(block, Paragraph):
            found["strong"] += len(block.spans)
            found["italic"] += len(block.spans)
    found["strong"] += 1  # a heading may be repeated
    return found


@examples(40)
@given(messages)
def test_any_message_stays_inside_the_limits_and_only_our_own_marks_are_alive(message: Message) -> None:
    page, more = 0, True
    while more and page < 4:
        frozen = render(message, page)
        limits_hold(frozen)
        assert frozen.page == page
        alive, _ = look(frozen.body["embeds"][0]["description"])
        kinds = Counter(kind for kind, _ in alive)
        assert set(kinds) <= {"strong", "strike", "italic", "subtext", "link"}
        assert all(kinds[kind] <= most for kind, most in ours(message).items())
        for kind, target in alive:
            assert kind != "link" or urlsplit(target).scheme in ("http", "https")
        assert look(frozen.body["embeds"][0]["title"])[0] == []
        page, more = page + 1, frozen.more


@examples(40)
@given(messages)
def test_every_link_is_one_that_an_editor_wrote(message: Message) -> None:
    urls = [block.url for block in message.blocks if isinstance(block, Entry)]
    urls += [c.reference.url for block in message.blocks for c in getattr(block, "cites", ())]
    meant = {link.url for link in map(web_link, urls) if link}
    alive, _ = look(render(message).body["embeds"][0]["description"])
    assert {target for kind, target in alive if kind == "link"} <= meant


@pytest.mark.parametrize(
    "parts",
    [
        (("https:", "plain"), ("//evil.example", "plain")),
        (("@", "plain"), ("everyone", "plain")),
        (("@", "plain"), ("", "bold"), ("here", "plain")),
        ((":sm", "plain"), (" ", "bold"), ("ile:", "plain")),
        (("a", "bold"), ("b", "italic"), ("c", "bold")),
    ],
)
def test_two_halves_of_something_live_do_not_meet(parts: tuple[tuple[str, Style], ...]) -> None:
    alive, shown = look(spans(tuple(Span(text, style) for text, style in parts)))
    assert {kind for kind, _ in alive} <= {"strong", "italic"}
    assert shown == re.sub(" +", " ", "".join(text for text, _ in parts))


def test_a_claim_is_never_without_its_attribution() -> None:
    for block in IMPACT.blocks:
        assert isinstance(block, Claim)
        drawn = draw(block, lambda _: 1)
        assert drawn.startswith(f"• {block.text}\n-# {block.attribution[0]}")
        assert drawn.endswith(f"\\[1\\] {block.cites[0].paragraphs}")


@pytest.mark.parametrize("text", ["*" * 9000, "<@" * 4000, "한" * 9000, "😀" * 9000, "a" * 90_000])
def test_a_block_that_is_too_big_for_any_page_is_shortened(text: str) -> None:
    blocks: tuple[Block, ...] = (claim(text, text, text, para=text, caveat=text, lead=text),)
    frozen = render(Message(text, text, blocks, (text,) * 9, (text,) * 9, notices=(text,) * 9))
    limits_hold(frozen)
    assert "…" in frozen.body["embeds"][0]["description"]


@pytest.mark.parametrize("embed", [{"description": "한" * 4097}, {"title": "t" * 257}])
def test_a_drawing_over_a_limit_is_noticed(embed: dict[str, Any]) -> None:
    body = render(IMPACT).body
    with pytest.raises(AssertionError):
        limits_hold(Frozen({**body, "embeds": [{**body["embeds"][0], **embed}]}, ()))


def test_a_picture_is_named_for_the_wire_with_the_sentence_a_blind_reader_gets() -> None:
    frozen = render(TIMELINE)
    assert frozen.body["embeds"][0]["image"] == {"url": "attachment://timeline.png"}
    assert frozen.body["attachments"][0]["filename"] == "timeline.png"
    assert frozen.body["attachments"][0]["description"].startswith("Timeline of seven entries")
    assert len(frozen.pictures) == 1


@examples(40)
@given(pictures)
def test_a_dozen_pictures_are_more_than_one_message_holds(picture: Block) -> None:
    frozen = render(Message("Pictures", None, (picture,) * 12))
    limits_hold(frozen)
    assert frozen.more


def test_it_says_how_much_of_the_limits_is_used() -> None:
    frozen = render(Message("Long", None, many(36)))
    used = sum(units(part) for part in (frozen.body["embeds"][0]["title"], frozen.body["embeds"][0]["description"]))
    assert [str(measure) for measure in frozen.measures] == [
        f"{used:,} of 6,000 characters",
        "1 of 10 embeds",
    ]
