"""What is known of links is kept as it is, on both kinds of databases, and forgotten when nobody looks any more."""

from datetime import UTC, datetime, timedelta

from bot.content.links import Looked
from bot.store.memory import Store

NOW = datetime(2026, 12, 3, 9, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=60)
MUD = Looked("https://gazette.example/mud", NOW, "gone", "status 404", NOW - timedelta(days=2), NOW)
NOISE = Looked("https://radio.example/noise?a=ü", NOW, "ok", "")


async def test_a_link_is_what_it_was_at_the_last_look(store: Store) -> None:
    assert await store.links() == {}
    await store.keep_link(MUD, BEFORE)
    await store.keep_link(NOISE, BEFORE)
    assert await store.links() == {MUD.url: MUD, NOISE.url: NOISE}
    there = Looked(MUD.url, NOW + timedelta(days=1), "ok", "")
    await store.keep_link(there, BEFORE)
    assert (await store.links())[MUD.url] == there


async def test_a_link_that_nobody_has_looked_at_for_long_is_forgotten(store: Store) -> None:
    await store.keep_link(MUD, BEFORE)
    await store.keep_link(NOISE, NOW)
    assert set(await store.links()) == {MUD.url, NOISE.url}
    await store.keep_link(NOISE, NOW + timedelta(seconds=1))
    assert await store.links() == {}
