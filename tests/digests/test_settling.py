"""A slot becomes one delivery for each part at each place, or a row that says why not."""

from datetime import UTC, datetime

from bot.digests.compose import Composed
from bot.digests.settling import Target, settle
from bot.message import Cite, Claim, Message, Paragraph, Reference, plain
from bot.platforms.desk import kept
from bot.platforms.drawings import RENDER

DUE = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
RENDERS = {**RENDER, "desk": kept.render}
GREEN, CLEAR = Target("slack", "C1", "TLP:GREEN"), Target("discord", "2", "TLP:CLEAR")


def composed(words: str, claims: int = 1, *, empty: bool = False) -> Composed:
    source = Reference("a/dw", "DW, 11 November 2024")
    blocks = tuple(Claim(f"{words} {at}.", ("Reported",), (Cite(source, "¶1"),)) for at in range(claims))
    message = Message("Morning", blocks=blocks or (Paragraph(plain("Nothing new.")),))
    items = tuple((f"a/{words}-{at}#0",) for at in range(claims))
    return Composed("morning", message, message, items, ("a/",), empty)


def test_each_audience_of_each_platform_gets_its_own_text_and_key() -> None:
    told = {("slack", "TLP:GREEN"): composed("secret"), ("discord", "TLP:CLEAR"): composed("open")}
    found = settle("morning", "s", [GREEN, CLEAR], told, RENDERS, post_empty=False)
    assert found.state == "frozen"
    bodies = {(one.platform, one.audience): one.parts[0].body for one in found.drafts}
    assert "secret 0" in bodies["slack", "TLP:GREEN"]
    assert "secret" not in bodies["discord", "TLP:CLEAR"]
    assert [one.state for one in found.addressed] == ["pending", "pending"]
    assert len({one.key for one in found.addressed}) == 2
    assert all(len(one.key) == 22 for one in found.addressed)


def test_a_part_is_a_delivery_and_names_only_what_is_in_it() -> None:
    target = Target("desk", "newsroom", "TLP:CLEAR")
    found = settle("morning", "s", [target], {("desk", "TLP:CLEAR"): composed("tide", 23)}, RENDERS, post_empty=False)
    assert [(one.part, one.parts) for one in found.addressed] == [(0, 3), (1, 3), (2, 3)]
    keys = [part.keys for draft in found.drafts for part in draft.parts]
    assert [len(one) - 1 for one in keys] == [10, 10, 3]
    assert sorted(key for one in keys for key in one if key != "a/") == sorted(f"a/tide-{at}#0" for at in range(23))


def test_the_same_slot_has_the_same_keys_and_another_has_others() -> None:
    told = {("discord", "TLP:CLEAR"): composed("open")}
    keys = [
        settle("morning", slot, [CLEAR], told, RENDERS, post_empty=False).addressed[0].key for slot in ("s", "s", "t")
    ]
    assert keys[0] == keys[1] != keys[2]


def test_nothing_new_is_a_reason_and_where_only_some_have_news_the_others_are_skipped() -> None:
    nothing, news = composed("", 0, empty=True), composed("news")
    told = {("slack", "TLP:GREEN"): news, ("discord", "TLP:CLEAR"): nothing}
    assert settle("m", "s", [CLEAR], {("discord", "TLP:CLEAR"): nothing}, RENDERS, post_empty=False).state == "empty"
    found = settle("m", "s", [GREEN, CLEAR], told, RENDERS, post_empty=False)
    assert [(one.platform, one.state, one.why) for one in found.addressed] == [
        ("slack", "pending", ""),
        ("discord", "skipped", "nothing new"),
    ]
    assert {one.platform for one in found.drafts} == {"slack"}
    assert settle("m", "s", [CLEAR], told, RENDERS, post_empty=True).addressed[0].state == "pending"


def test_a_closed_place_is_written_down_as_failed_with_the_reason() -> None:
    closed = Target("slack", "C1", "TLP:GREEN", "the place is suspended: archived")
    told = {("slack", "TLP:GREEN"): composed("news")}
    (one,) = settle("m", "s", [closed], told, RENDERS, post_empty=False).addressed
    assert (one.state, one.why) == ("failed", "the place is suspended: archived")
