"""Posts: made with two witnesses, found again by them, changed and taken back."""

from collections.abc import AsyncIterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.commands.base import Place
from bot.errors import Gone, Later, NoAccess, NoPlace, PostError, Refused
from bot.platforms.base import Absent, Found, Frozen, Health, Unknown
from bot.platforms.slack.refusals import ACCESS, CLOSED, TOKEN, SaidNo, sentence
from bot.platforms.slack.room import Room, read_room
from bot.platforms.slack.wire.api import Api
from bot.platforms.slack.wire.identity import Identity, Introduction

EVENT = "briefing_post"
MARK = "k:"
"""Before the key in the first block's id; the second witness stands in the message's metadata."""

BEFORE = timedelta(minutes=5)
"""How far the clocks may differ: so much earlier the search begins."""

PAGE = 200


class Posts:
    """What the bot says in channels."""

    def __init__(self, api: Api, me: Introduction) -> None:
        self._api = api
        self._me = me

    async def post(self, place: Place, post: Frozen, key: str, under: str | None = None) -> str:
        blocks = _marked(post, f"{MARK}{key}")
        metadata = {"event_type": EVENT, "event_payload": {"key": key}}
        body = {**post.body, "blocks": blocks, "channel": place.channel, "metadata": metadata, "thread_ts": under}
        try:
            told = await self._api.write("chat.postMessage", **body)
        except SaidNo as no:
            raise self._refusal(no, place) from None
        ts = told.get("ts")
        if not isinstance(ts, str):
            raise PostError("chat.postMessage did not say what it posted")
        return ts

    async def find(self, place: Place, key: str, since: datetime, under: str | None = None) -> Found | Absent | Unknown:
        oldest = f"{(since - BEFORE).timestamp():.6f}"
        try:
            me = await self._me.made()
            async for message in self._posted(place.channel, oldest, under):
                if _is_ours(message, me) and key == _key(message):
                    return Found(str(message["ts"]))
        except SaidNo as no:
            return Unknown(self._sentence(no, place), lasting=no.code not in TOKEN)
        except (Later, PostError) as error:
            return Unknown(f"The history of Slack channel {place.channel} could not be read: {error}.")
        return Absent()

    async def _posted(self, channel: str, oldest: str, under: str | None) -> AsyncIterator[Mapping[str, Any]]:
        """Every message since then, or every reply to one; PostError where Slack does not show them all."""
        method = "conversations.replies" if under else "conversations.history"  # which has no replies
        cursor: str | None = None
        while True:
            told = await self._api.read(
                method,
                channel=channel,
                ts=under,
                oldest=oldest,
                include_all_metadata=True,
                limit=PAGE,
                cursor=cursor,
            )
            messages = told.get("messages")
            if not isinstance(messages, list):
                raise PostError(f"{method} did not say what is there")
            for message in messages:
                yield message
            cursor = (told.get("response_metadata") or {}).get("next_cursor")
            if cursor:
                continue
            if told.get("has_more") or told.get("is_limited"):
                raise PostError(f"{method} does not show all of it")
            return

    async def edit(self, place: Place, message_id: str, post: Frozen) -> None:
        """Put `post` where the message was; Slack keeps the metadata, and the mark is put on anew."""
        mark = await self._mark(place, message_id)
        body = {name: post.body[name] for name in ("text", "parse", "link_names") if name in post.body}
        try:
            await self._api.write(
                "chat.update", channel=place.channel, ts=message_id, blocks=_marked(post, mark), **body
            )
        except SaidNo as no:
            raise self._refusal(no, place) from None

    async def delete(self, place: Place, message_id: str) -> None:
        try:
            await self._api.write("chat.delete", channel=place.channel, ts=message_id)
        except SaidNo as no:
            if no.code != "message_not_found":
                raise self._refusal(no, place) from None

    async def health(self, place: Place) -> Health:
        try:
            await self._me.made()
            told = await self._api.read("conversations.info", channel=place.channel)
            room = read_room(told.get("channel") or {})
            if no := self._doubt(room):
                return Health("trouble", self._sentence(no, place))
            await self._api.read("conversations.history", channel=place.channel, limit=1)
        except SaidNo as no:
            return Health("trouble", self._sentence(no, place))
        except (Later, PostError) as error:
            return Health("trouble", f"Slack channel {place.channel} could not be looked at: {error}.")
        return Health("on", f"posts in #{room.name}, and reads there what it posted")

    def _doubt(self, room: Room) -> SaidNo | None:
        """What Slack would say to a post there."""
        if room.archived:
            return SaidNo("is_archived")
        if not room.member:
            return SaidNo("not_in_channel")
        if room.restricted:
            return SaidNo("restricted_action")
        if self._api.scopes is not None and "chat:write" not in self._api.scopes:
            return SaidNo("missing_scope", "chat:write")
        return None

    async def _mark(self, place: Place, message_id: str) -> str | None:
        """The mark on a message, as far as it can be read."""
        only = {"ts": message_id, "oldest": message_id, "latest": message_id, "inclusive": True}
        try:  # for a reply the thread's first message may stand before it
            told = await self._api.read("conversations.replies", channel=place.channel, **only)
        except (SaidNo, Later, PostError):
            return None
        found = [message for message in told.get("messages", ()) if message.get("ts") == message_id]
        block_id = found[0]["blocks"][0].get("block_id", "") if found and found[0].get("blocks") else ""
        return block_id if block_id.startswith(MARK) else None

    def _refusal(self, no: SaidNo, place: Place) -> Refused:
        if no.code == "message_not_found":
            return Gone(self._sentence(no, place))
        kind = NoAccess if no.code in ACCESS else NoPlace if no.code in CLOSED else Refused
        return kind(self._sentence(no, place))

    def _sentence(self, no: SaidNo, place: Place) -> str:
        return sentence(no, place.channel, self._me.name)


def _marked(post: Frozen, mark: str | None) -> list[dict[str, Any]]:
    first, *rest = [dict(block) for block in post.body["blocks"]]
    return [{**first, "block_id": mark} if mark else first, *rest]


def _is_ours(message: Mapping[str, Any], me: Identity) -> bool:
    return message.get("user") == me.user or (bool(me.bot) and message.get("bot_id") == me.bot)


def _key(message: Mapping[str, Any]) -> str | None:
    """The key a message carries, by either witness."""
    metadata = message.get("metadata") or {}
    held = metadata.get("event_payload") or {}
    if metadata.get("event_type") == EVENT and isinstance(held.get("key"), str):
        return str(held["key"])
    blocks = message.get("blocks") or [{}]
    mark = str(blocks[0].get("block_id") or "")
    return mark.removeprefix(MARK) if mark.startswith(MARK) else None
