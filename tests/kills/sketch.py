"""A small bot that delivers digests as it should, to examine the exam with: it passes, and its mutants do not.

It knows the three verbs that the exam uses, and both chats without their libraries. It is no model for the real one:
one process, one post at a time in a place, and time by the clock of this machine.
"""

import asyncio
import hashlib
import json
import os
import signal
import sqlite3
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import yaml

from tests.kills.digests import Digest, read_digests
from tests.kills.oracle import GIVEN_UP, UNDER_WAY
from tests.kills.points import mutant, passed
from tests.kills.when import slots

SCHEMA = """
CREATE TABLE IF NOT EXISTS known (since REAL);
CREATE TABLE IF NOT EXISTS slot (digest TEXT, slot TEXT, frozen INT DEFAULT 0, UNIQUE (digest, slot));
CREATE TABLE IF NOT EXISTS post (
  n INTEGER PRIMARY KEY, key TEXT UNIQUE, place TEXT, body TEXT, state TEXT, sent REAL, not_before REAL
);
"""
OPEN = "state IN ('pending', 'retry', 'sending', 'unknown')"


class Doubt(Exception):
    """Nobody knows whether it was done."""


class Ledger:
    """What is written down; every method is a transaction."""

    def __init__(self, home: Path) -> None:
        self.db = sqlite3.connect(home / "sketch.db", isolation_level=None, timeout=10)
        self.db.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {SCHEMA}")

    def plan(self, digest: str, minutes: list[str]) -> None:
        """Write slots down."""
        self.db.execute("BEGIN IMMEDIATE")
        self.db.executemany("INSERT OR IGNORE INTO slot (digest, slot) VALUES (?, ?)", [(digest, m) for m in minutes])
        passed("plan before commit")
        self.db.execute("COMMIT")
        passed("plan after commit")

    def freeze(self, digests: dict[str, Digest]) -> None:
        """Make the posts of slots that have none."""
        for rowid, name, minute in self.db.execute("SELECT rowid, digest, slot FROM slot WHERE frozen = 0").fetchall():
            self.db.execute("BEGIN IMMEDIATE")
            for place, key, body in drawn(digests[name], minute):
                state = "sent" if place.startswith("desk:") else "pending"
                row = (key, place, json.dumps(body), state)
                self.db.execute("INSERT INTO post (key, place, body, state) VALUES (?, ?, ?, ?)", row)
            self.db.execute("UPDATE slot SET frozen = 1 WHERE rowid = ?", (rowid,))
            passed("freeze before commit")
            self.db.execute("COMMIT")
            passed("freeze after commit")

    def next(self, place: str) -> tuple[str, dict[str, Any], str, float, float] | None:
        """The first open post of a place: key, body, state, when it was sent, and when to go on."""
        found = self.db.execute(
            f"SELECT key, body, state, sent, not_before FROM post WHERE place = ? AND {OPEN} ORDER BY n LIMIT 1",
            (place,),
        ).fetchone()
        return None if found is None else (found[0], json.loads(found[1]), found[2], found[3] or 0.0, found[4] or 0.0)

    def claim(self, key: str) -> None:
        """Take a post in order to send it."""
        self.db.execute("BEGIN IMMEDIATE")
        state = "sent" if mutant("mark before send") else "sending"
        self.db.execute("UPDATE post SET state = ?, sent = ? WHERE key = ?", (state, time.time(), key))
        passed("claim before commit")
        self.db.execute("COMMIT")
        passed("claim after commit")

    def put(self, key: str, state: str, not_before: float = 0.0) -> None:
        """Write down what became of it."""
        self.db.execute("UPDATE post SET state = ?, not_before = ? WHERE key = ?", (state, not_before, key))
        if state == "sent":
            passed("record after commit")


def drawn(digest: Digest, minute: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The posts of one slot: place, key and body."""
    claims = sorted(digest.claims)[: digest.at_most]
    found = []
    for place in digest.places:
        for part in range(0, len(claims), 10):
            key = hashlib.blake2b(f"{digest.name}{minute}{place}{part}".encode(), digest_size=11).hexdigest()
            told = "\n".join(f"This is mark {mark} of log {log}." for log, mark in claims[part : part + 10])
            found.append((place, key, {"title": f"{digest.title}, {minute[:10]}", "told": told}))
    return found


class Chats:
    """Discord and Slack."""

    def __init__(self, http: aiohttp.ClientSession, timeout: float) -> None:
        self.http, self.limit = http, aiohttp.ClientTimeout(total=timeout)

    async def post(self, place: str, key: str, body: dict[str, Any]) -> float:
        """Post; the seconds to wait where it was refused for now. Raises Doubt."""
        platform, _, channel = place.partition(":")
        for left in (1, 0) if platform == "slack" and mutant("sdk retries") else (0,):
            try:
                return await self._post(platform, channel, key, body)
            except aiohttp.ClientConnectorError:
                return 0.5
            except (aiohttp.ClientError, OSError) as error:
                if not left:
                    raise Doubt from error
        raise Doubt

    async def _post(self, platform: str, channel: str, key: str, body: dict[str, Any]) -> float:
        if platform == "discord":
            url, token = f"{os.environ['DISCORD_API_URL']}/channels/{channel}/messages", _discord()
            embed = {"title": body["title"], "description": body["told"], "footer": {"text": f"#{key[:8]}"}}
            sent: dict[str, Any] = {"embeds": [embed], "nonce": key, "enforce_nonce": True}
        else:
            url, token = f"{os.environ['SLACK_API_URL']}chat.postMessage", _slack()
            text = {"type": "mrkdwn", "text": f"{body['title']}\n{body['told']}"}
            witness = {"event_type": "briefing_post", "event_payload": {"key": key}}
            blocks = [{"type": "section", "block_id": f"k:{key}", "text": text}]
            sent = {"channel": channel, "text": body["title"], "blocks": blocks, "metadata": witness}
        async with self.http.post(url, json=sent, headers=token, timeout=self.limit) as answer:
            if answer.status == 429:
                return float(answer.headers.get("Retry-After", 1))
            if answer.status != 200 or answer.content_type != "application/json":
                raise Doubt
            if platform == "slack" and not (await answer.json())["ok"]:
                raise Doubt
        passed("after the answer")
        return 0.0

    async def find(self, place: str, key: str, since: float) -> bool:
        """Whether a post with this key is in a channel."""
        passed("before the look")
        platform, _, channel = place.partition(":")
        if platform == "discord":
            url, token, asked = f"{os.environ['DISCORD_API_URL']}/channels/{channel}/messages", _discord(), {}
        else:
            url, token = f"{os.environ['SLACK_API_URL']}conversations.history", _slack()
            asked = {"channel": channel, "oldest": f"{since - 60:.6f}", "limit": "900", "include_all_metadata": "true"}
        async with self.http.get(url, params=asked, headers=token) as answer:
            found = await answer.text()
        passed("after the look")
        return key in found or f'"#{key[:8]}"' in found


class Sketch:
    """The bot."""

    def __init__(self, home: Path, chats: Chats) -> None:
        config = yaml.safe_load((home / "config.yaml").read_text())
        self.ghost = float(config["delivery"]["ghost"].rstrip("s"))
        self.digests = {one.name: one for one in read_digests(home)}
        self.ledger, self.chats, self.began = Ledger(home), chats, time.time()

    async def run(self) -> None:
        """Plan and deliver for ever."""
        db = self.ledger.db
        db.execute("INSERT INTO known SELECT ? WHERE NOT EXISTS (SELECT * FROM known)", (self.began,))
        since = datetime.fromtimestamp(db.execute("SELECT since FROM known").fetchone()[0], UTC)
        places = {place for one in self.digests.values() for place in one.places if not place.startswith("desk:")}
        async with asyncio.TaskGroup() as lanes:
            for place in places:
                lanes.create_task(self._deliver(place))
            print("Stop with Ctrl+C.", flush=True)
            while True:
                for digest in self.digests.values():
                    due = slots(digest.cron, digest.zone, since, datetime.now(UTC))
                    if due:
                        self.ledger.plan(digest.name, [slot.minute for slot in due])
                since = max(since, datetime.now(UTC) - timedelta(minutes=2))
                self.ledger.freeze(self.digests)
                await asyncio.sleep(0.1)

    async def _deliver(self, place: str) -> None:
        while True:
            wait = 0.05
            if found := self.ledger.next(place):
                wait = await self._one(place, *found)
            await asyncio.sleep(wait)

    async def _one(
        self, place: str, key: str, body: dict[str, Any], state: str, sent: float, not_before: float
    ) -> float:
        if state in ("sending", "unknown"):
            left = sent + self.ghost - time.time()
            if left > 0 and not mutant("no wait"):
                return min(left, 0.1)
            if not mutant("no look-up") and await self.chats.find(place, key, sent):
                self.ledger.put(key, "sent")
                return 0.0
        elif not_before > time.time():
            return 0.05
        self.ledger.claim(key)
        passed("before the write")
        try:
            wait = await self.chats.post(place, key, body)
        except (Doubt, TimeoutError):
            self.ledger.put(key, "sent" if mutant("mark before send") else "unknown")
            return 0.05
        self.ledger.put(key, *(("retry", time.time() + wait) if wait else ("sent",)))
        return 0.0


def states(home: Path) -> dict[str, int]:
    counts = dict.fromkeys((*UNDER_WAY, "sent", *GIVEN_UP), 0)
    return counts | dict(Ledger(home).db.execute("SELECT state, count(*) FROM post GROUP BY state"))


def _discord() -> dict[str, str]:
    return {"Authorization": f"Bot {os.environ['DISCORD_TOKEN']}"}


def _slack() -> dict[str, str]:
    return {"Authorization": f"Bearer {os.environ['SLACK_BOT_TOKEN']}"}


async def run(home: Path) -> None:
    timeout = yaml.safe_load((home / "config.yaml").read_text())["delivery"]["timeout"]
    async with aiohttp.ClientSession() as http:
        running = asyncio.create_task(Sketch(home, Chats(http, float(timeout.rstrip("s")))).run())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, running.cancel)
        with suppress(asyncio.CancelledError):
            await running


def main(words: list[str]) -> None:
    home = Path(words[words.index("--config") + 1]).parent
    match words:
        case ["run", *_]:
            asyncio.run(run(home))
        case ["digest", "send", name, *_]:
            Ledger(home).plan(name, [f"now:{os.urandom(8).hex()}"])
            print("It is written down.")
        case ["digest", "list", *_]:
            print(json.dumps({"deliveries": states(home)}))


if __name__ == "__main__":
    main(sys.argv[1:])
