"""Parts: each fits its platform, holds whole claims and no word of the others, and is cut the same when it is late."""

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.base import Ask, Asker, Place
from bot.digests.compose import Composed, depends, late
from bot.digests.freezing import Part, Render, freeze
from bot.message import Block, Claim, Entry, Heading, Message, Paragraph, Quiet, plain
from bot.platforms.base import Frozen
from bot.platforms.buttons import Press, read_button
from bot.platforms.desk import kept
from bot.platforms.discord.render import render as on_discord
from bot.platforms.discord.witness import bears, witnessed
from bot.platforms.drawings import RENDER
from bot.platforms.slack.render import render as on_slack
from bot.reporting import about, taken
from tests.content.editions import BERLIN, JAPANESE, SHIPPED, edition, shipped
from tests.digests.days import SINCE_MONDAY, TUESDAY, a_morning_later, composed
from tests.drawings.messages import claim
from tests.drawings.strategies import claims, entries, texts
from tests.drawings.test_discord import limits_hold as inside_discords_limits
from tests.drawings.test_slack import limits_hold as inside_slacks_limits
from tests.sizes import examples

GOLDEN = Path(__file__).parent / "golden"
EVERYWHERE: dict[str, Render] = {**RENDER, "desk": kept.render}


def whole(**settings: Any) -> Composed:
    view = edition((shipped(SHIPPED), shipped(JAPANESE))).seen_by("TLP:GREEN", TUESDAY)
    return composed(view, now=TUESDAY + timedelta(hours=1), offers=("report",), **settings)


def made(blocks: Sequence[Block], **fields: Any) -> Composed:
    """A message of such blocks as if it had been composed; the n-th claim depends on `story/n`."""
    message = Message("Morning briefing", "Tuesday, 17 November", tuple(blocks), **fields)
    count = sum(isinstance(block, Claim | Entry) for block in blocks)
    items = tuple((f"story/{number}",) for number in range(1, count + 1))
    return Composed("morning", message, late(message, TUESDAY, BERLIN, TUESDAY), items, ("story/",))


def drawn(found: Composed, render: Render) -> tuple[tuple[Part, ...], list[Message], list[Message]]:
    """The parts, and the messages they were drawn of: on time, and late."""
    seen: dict[int, Message] = {}
    kept_alive: list[Frozen] = []

    def watched(message: Message, page: int) -> Frozen:
        kept_alive.append(render(message, page))
        seen[id(kept_alive[-1].body)] = message
        return kept_alive[-1]

    parts = freeze(found, watched)
    return parts, [seen[id(part.body)] for part in parts], [seen[id(part.late_body)] for part in parts]


def own(message: Message) -> list[Block]:
    """The blocks of a part without a heading that is repeated."""
    return [b for b in message.blocks if not (isinstance(b, Heading) and b.text.endswith("(continued)"))]


def items(message: Message) -> list[Block]:
    return [block for block in message.blocks if isinstance(block, Claim | Entry)]


def assert_parts(found: Composed, render: Render) -> tuple[Part, ...]:
    """What holds of any parts on any platform."""
    parts, told, delayed = drawn(found, render)
    assert [block for one in told for block in own(one)] == [*own(found.message)]
    assert [items(one) for one in delayed] == [items(one) for one in told]
    at = 0
    for number, (part, one) in enumerate(zip(parts, told, strict=True)):
        frozen = render(one, 0)
        assert (frozen.more, frozen.last) == (False, len(items(one)))
        assert not render(delayed[number], 0).more, "what is late shows all of it too"
        assert part.keys == depends(found, at + 1, at + len(items(one)))
        assert (part.late_body == part.body) == (number > 0)
        at += len(items(one))
    assert at == len(found.items)
    return parts


@pytest.mark.parametrize("platform", EVERYWHERE)
@pytest.mark.parametrize("show", ["headline", "all", "rotate", "new"])
def test_the_parts_together_are_the_message_and_each_knows_what_it_depends_on(platform: str, show: str) -> None:
    parts = assert_parts(whole(show=show, count=30), EVERYWHERE[platform])
    assert len(parts) > (show in ("all", "rotate"))


heavy = st.builds(Claim, st.text("wx ", min_size=1).map(lambda text: text * 60), st.just(("Reported", "Somebody")))
passages = st.lists(
    st.tuples(
        st.none() | texts.map(Heading),
        st.none() | texts,
        st.lists(heavy | claims | entries, min_size=1, max_size=9),
        st.none() | texts,
    ),
    min_size=1,
    max_size=4,
)


def laid_out(found: Sequence[tuple[Heading | None, str | None, list[Block], str | None]]) -> list[Block]:
    blocks: list[Block] = []
    for heading, lead, told, closing in found:
        blocks += [heading] if heading else []
        blocks += [Paragraph(plain(lead))] if lead else []
        blocks += [*told, *([Quiet(closing)] if closing else [])]
    return blocks


@examples(15)
@given(passages, texts, st.lists(texts, max_size=2).map(tuple))
def test_whatever_is_told_fits_every_platform_in_whole_claims(found: Any, title: str, closing: tuple[str, ...]) -> None:
    told = made(laid_out(found), closing=closing, offers=("report",))
    told = replace(told, message=replace(told.message, title=f"T{title}"), late=replace(told.late, title=f"T{title}"))
    for render in EVERYWHERE.values():
        assert_parts(told, render)
    for name, inside in (("discord", inside_discords_limits), ("slack", inside_slacks_limits)):
        _, on_time, delayed = drawn(told, RENDER[name])
        for message in (*on_time, *delayed):
            inside(RENDER[name](message, 0))


def pages(message: Message, render: Render) -> int:
    count = 1
    while render(message, count - 1).more:
        count += 1
    return count


@pytest.mark.parametrize(("platform", "least"), [("discord", 300), ("slack", 700)])
def test_a_delay_moves_no_claim_where_its_line_takes_the_last_room(platform: str, least: int) -> None:
    """And no part is left half empty for it."""
    render, moved = RENDER[platform], 0
    for size in range(least, least + 120):
        told = made([claim(f"Claim {number} " + "x" * size, "Reported", para="¶1") for number in range(19)])
        moved += render(told.message, 0).last != render(told.late, 0).last
        widest = replace(told.late, title=f"{told.late.title} (999/999)")
        assert len(assert_parts(told, render)) == pages(widest, render)
    assert moved


def test_a_claim_that_fits_a_part_only_where_it_is_not_late_is_told_in_both() -> None:
    shortened = 0
    for size in range(3800, 4000):
        told = made([claim("x" * size, "Reported", para="¶1"), claim("A short one.", "Reported", para="¶2")])
        parts = assert_parts(told, on_discord)
        shortened += "…" in json.dumps(parts[0].late_body, ensure_ascii=False)
    assert 0 < shortened < 200


def test_parts_are_numbered_where_there_are_several() -> None:
    parts = freeze(whole(show="all"), on_discord)
    titles = [part.body["embeds"][0]["title"] for part in parts]
    count = len(parts)
    assert count > 3
    assert titles == [f"Morning briefing ({n}/{count}) · Tuesday, 17 November" for n in range(1, count + 1)]
    assert [part.late_body["embeds"][0]["title"] for part in parts] == titles
    (one,) = freeze(whole(show="rotate", count=1), on_discord)
    assert one.body["embeds"][0]["title"] == "Morning briefing · Tuesday, 17 November"


@pytest.mark.parametrize("letter", ["W", "*", "😀", "<a", "@everyone"])
def test_the_number_is_never_cut_off_a_long_title(letter: str) -> None:
    told = whole(show="all", title=(letter * 200)[:200])
    discord, slack = freeze(told, on_discord), freeze(told, on_slack)
    for number, part in enumerate(discord, 1):
        assert f"({number}/{len(discord)}) · Tuesday, 17 November" in part.body["embeds"][0]["title"]
    for number, part in enumerate(slack, 1):
        assert part.body["blocks"][0]["text"]["text"].endswith(f"({number}/{len(slack)})")


def test_only_the_first_part_says_that_it_is_late() -> None:
    for name, render in EVERYWHERE.items():
        first, *rest = freeze(whole(show="all"), render)
        assert "Delayed from 08:00." in json.dumps(first.late_body), name
        assert "Delayed" not in json.dumps([first.body, *(part.body for part in rest)])
        assert [part.late_body for part in rest] == [part.body for part in rest]


def test_a_heading_is_repeated_where_its_claims_go_on() -> None:
    _, told, _ = drawn(whole(show="all"), on_discord)
    title = "North Korean troops in Russia and what they may bring home"
    assert told[0].blocks[0] == Heading(title)
    assert told[1].blocks[0] == Heading(f"{title} (continued)")
    assert all(isinstance(one.blocks[0], Heading) for one in told)
    assert not any(isinstance(one.blocks[-1], Heading) for one in told)


def test_no_part_holds_a_word_of_another() -> None:
    told = made([claim(f"Claim number {number}.", "Reported", para="¶1") for number in range(35)])
    for render in EVERYWHERE.values():
        for part in freeze(told, render):
            body = json.dumps(part.body)
            shown = {f"story/{number + 1}" for number in range(35) if f"Claim number {number}." in body}
            assert {"story/", *shown} == set(part.keys)


def test_nothing_new_is_one_part_that_depends_on_nothing() -> None:
    view = edition((shipped(SHIPPED),)).seen_by("TLP:CLEAR", TUESDAY)
    for render in EVERYWHERE.values():
        (part,) = freeze(composed(view, SINCE_MONDAY, now=TUESDAY + timedelta(hours=1)), render)
        assert part.keys == ()
        assert "Nothing new since Monday, 16 November, 08:00." in json.dumps(dict(part.body), ensure_ascii=False)


# --- what may be pressed under it ---


def discords_buttons(part: Part) -> dict[str, str]:
    return {one["label"]: one["custom_id"] for row in part.body["components"] for one in row["components"]}


def slacks_buttons(part: Part) -> dict[str, str]:
    actions = [block for block in part.body["blocks"] if block["type"] == "actions"]
    return {one["text"]["text"]: one["value"] for block in actions for one in block["elements"]}


def test_every_part_may_be_reported_and_none_leads_back_or_on() -> None:
    for part in freeze(whole(show="all"), on_discord):
        assert set(discords_buttons(part)) == {"Sources", "Report a problem"}
        assert bears(witnessed(part.body, "k" * 22), "k" * 22)
    for part in freeze(whole(show="all"), on_slack):
        assert set(slacks_buttons(part)) == {"Sources", "Report a problem"}
    (silent,) = freeze(
        replace(whole(show="rotate"), message=replace(whole(show="rotate").message, offers=())), on_slack
    )
    assert set(slacks_buttons(silent)) == {"Sources"}


def test_a_report_from_slack_says_that_it_is_about_a_post() -> None:
    told = whole(show="rotate")
    (part,) = freeze(told, on_slack)
    press = read_button(slacks_buttons(part)["Report a problem"])
    assert press == Press("post", "morning", 0, told.message.stamp, "report")
    ask = Ask(Place("slack", "C1"), Asker("U1"), press.command, press.text, press.page, press.stamp)
    assert about(taken(ask, "Wrong.", "", "TLP:GREEN", TUESDAY)) == "something the bot posted"


# --- as it was reviewed ---


@pytest.mark.parametrize("platform", RENDER)
def test_what_changed_is_drawn_as_reviewed(platform: str) -> None:
    view = a_morning_later().seen_by("TLP:CLEAR", TUESDAY)
    told = composed(view, SINCE_MONDAY, now=TUESDAY + timedelta(hours=1), offers=("report",))
    parts = [
        {"keys": part.keys, "body": part.late_body}
        for part in freeze(
            replace(told, message=replace(told.message, stamp="0000"), late=replace(told.late, stamp="0000")),
            RENDER[platform],
        )
    ]
    text = json.dumps(parts, ensure_ascii=False, indent=1).replace("\u200b", "\\u200b") + "\n"
    file = GOLDEN / f"new-late.{platform}.json"
    if os.environ.get("RENEW_GOLDEN"):
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
