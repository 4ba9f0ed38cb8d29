"""The test's side of the Slack server: be the people of a workspace, break things, read what was kept.

```python
async with SlackServer.start(tmp_path) as slack:
    room = await slack.channel("newsroom")
    ada = await slack.user("ada")
    ...  # start the app: AsyncWebClient(token=slack.bot_token, base_url=slack.api), slack.app_token
    await slack.connected()
    outcome = await slack.command(ada, room, "/impact", "lankov")
    assert outcome.in_time and outcome.answers == 1 and outcome.response_type == "ephemeral"
    after = await slack.press(outcome, action_id_of(outcome, "Next"), ada)
```
"""

import asyncio
import json
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import aiohttp

from tests.nursery import PIPE, ROOT, Process, start
from tests.servers.faults import Fault
from tests.servers.log import Record, read
from tests.servers.slack.outcome import JSON, Connection, Outcome, Posted, Told, View, action_id_of, elements, words

__all__ = [
    "Connection",
    "Outcome",
    "Posted",
    "SlackServer",
    "Told",
    "View",
    "Wrong",
    "action_id_of",
    "elements",
    "words",
]


class Wrong(Exception):
    """A test asked for what cannot be on Slack: a button that is not there, a message that was deleted."""


@dataclass
class SlackServer:
    """A running server and its levers."""

    port: int
    api: str
    control: str
    bot_token: str
    app_token: str
    signing_secret: str
    team_id: str
    app_id: str
    bot_id: str
    bot_user_id: str
    log_path: Path
    process: Process
    _http: aiohttp.ClientSession

    @classmethod
    @asynccontextmanager
    async def start(cls, tmp_path: Path, *, port: int = 0) -> AsyncIterator[Self]:
        """A server of the test's own, gone at the end; the test fails when the server itself broke."""
        log, errors = tmp_path / "slack.jsonl", tmp_path / "slack.err"
        words = ("--log", str(log), "--port", str(port))
        with errors.open("wb") as err:
            process = await start("tests.servers.slack", *words, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=err)
        try:
            assert process.stdout is not None
            line = await asyncio.wait_for(process.stdout.readline(), 30)
            assert line, errors.read_text()
            told = json.loads(line)
            async with aiohttp.ClientSession() as http:
                facts = await _post(http, f"{told['control']}/facts", {})
                yield cls(**told, **facts, log_path=log, process=process, _http=http)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
        broken = read(log, "broken")
        assert not broken, broken

    def log(self, kind: str | None = None) -> list[Record]:
        """What the server wrote down so far; the kinds of records are listed in tests/servers/slack/world.py."""
        return read(self.log_path, kind)

    # ------------------------------------------------------------------ channels and people

    async def channel(
        self,
        name: str,
        *,
        member: bool = True,
        private: bool = False,
        archived: bool = False,
        shared: bool = False,
        read_only: bool = False,
    ) -> str:
        """A channel's id. `member`: the bot is in it; `shared`: is_ext_shared; `read_only`: restricted_action."""
        facts = {"member": member, "private": private, "archived": archived, "shared": shared, "read_only": read_only}
        return str(await self._do("channel", name=name, **facts))

    async def user(self, name: str, *, admin: bool = False, owner: bool = False, locale: str = "en-US") -> str:
        """A person's id. `admin` and `owner` are those of the workspace."""
        return str(await self._do("user", name=name, admin=admin, owner=owner, locale=locale))

    async def join(self, channel: str, user: str) -> None:
        """Put somebody, or the bot (`slack.bot_user_id`), into a channel."""
        await self._do("join", channel=channel, user=user)

    async def leave(self, channel: str, user: str) -> None:
        await self._do("leave", channel=channel, user=user)

    async def dm(self, user: str) -> str:
        """The id of the direct messages between this person and the bot."""
        return str(await self._do("dm", user=user))

    async def archive(self, channel: str) -> None:
        await self._do("archive", channel=channel)

    async def share(self, channel: str, *, shared: bool = True) -> None:
        """Share a channel with another organization from now on, or stop."""
        await self._do("share", channel=channel, shared=shared)

    async def read_only(self, channel: str, *, on: bool = True) -> None:
        await self._do("read_only", channel=channel, on=on)

    async def delete_channel(self, channel: str) -> None:
        """From now on `channel_not_found`."""
        await self._do("delete_channel", channel=channel)

    async def scopes(self, scopes: Collection[str]) -> None:
        """Replace the bot token's scopes. All that docs name for the methods here are granted at the start."""
        await self._do("scopes", scopes=sorted(scopes))

    async def revoke(
        self, error: Literal["token_revoked", "account_inactive", "invalid_auth"] = "token_revoked"
    ) -> None:
        """Every call with the bot token fails so from now on."""
        await self._do("revoke", error=error)

    async def say(self, channel: str, user: str, text: str, *, thread_ts: str | None = None) -> str:
        """A person's own message in a channel: its ts. The app hears nothing of it; see `tell`."""
        return str(await self._do("say", channel=channel, user=user, text=text, thread_ts=thread_ts))

    async def delete(self, message: Posted) -> None:
        """Somebody deletes a message of the bot."""
        await self._do("delete", channel=message.channel, ts=message.ts)

    # ------------------------------------------------------------------ asking, pressing, picking, filling in

    async def command(self, user: str, channel: str, command: str, text: str = "") -> Outcome:
        """Use a slash command. Like all below, waits for the first ack or for 3 seconds to pass.

        What comes later through the response URL or views is awaited with `outcome(…, answers=1)`.
        """
        return await self.outcome(await self.command_nowait(user, channel, command, text))

    async def command_nowait(self, user: str, channel: str, command: str, text: str = "") -> str:
        """As `command`, without waiting: the envelope_id."""
        return str(await self._do("command", user=user, channel=channel, command=command, text=text))

    async def press(self, where: Outcome | Posted | View, action: str | int, user: str) -> Outcome:
        """Press a button, by its action_id or its number among all elements of the message as it stands now."""
        return await self.outcome(await self.press_nowait(where, action, user))

    async def press_nowait(self, where: Outcome | Posted | View, action: str | int, user: str) -> str:
        return str(await self._do("act", **_where(where), action=action, user=user, value=None))

    async def pick(self, where: Outcome | Posted | View, action: str | int, value: str, user: str) -> Outcome:
        """Choose the option with this value in a select. An external select is asked for its options first."""
        return await self.outcome(await self.pick_nowait(where, action, value, user))

    async def pick_nowait(self, where: Outcome | Posted | View, action: str | int, value: str, user: str) -> str:
        return str(await self._do("act", **_where(where), action=action, user=user, value=value))

    async def options(
        self,
        action_id: str,
        block_id: str,
        value: str,
        user: str,
        channel: str,
        *,
        where: Outcome | Posted | View | None = None,
    ) -> list[JSON]:
        """What an external select offers while `value` stands in it. Raises Wrong where nobody answered in 3 s."""
        held = {"channel": channel, **(_where(where) if where is not None else {})}
        asked = await self._do("options", action_id=action_id, block_id=block_id, value=value, user=user, **held)
        outcome = await self.outcome(str(asked))
        if outcome.error:
            raise Wrong(outcome.error)
        return list(outcome.options)

    async def submit(self, view: View | Outcome, values: Mapping[str, Any], user: str) -> Outcome:
        """Fill in a modal: a text, an option's value, or a list of those, by action_id or by block_id."""
        return await self.outcome(await self.submit_nowait(view, values, user))

    async def submit_nowait(self, view: View | Outcome, values: Mapping[str, Any], user: str) -> str:
        return str(await self._do("submit", view=_view(view).id, values=dict(values), user=user))

    async def dismiss(self, view: View | Outcome, user: str) -> Outcome:
        """Close a modal; the app hears of it where the view asked for that (`notify_on_close`)."""
        return await self.outcome(str(await self._do("dismiss", view=_view(view).id, user=user)))

    async def home(self, user: str, *, within: float = 4.0) -> View:
        """Open the App Home: `app_home_opened`, then the view the app published for this person since."""
        asked = await self._do("home", user=user)
        found = await self._do("published", user=user, **asked, timeout=within)
        if found is None:
            raise TimeoutError("no view was published")
        return View.read(found)

    async def tell(self, kind: str, **fields: Any) -> Outcome:
        """Send the app an Events API event such as "app_mention", "message" or "member_left_channel"."""
        return await self.outcome(await self.tell_nowait(kind, **fields))

    async def tell_nowait(self, kind: str, **fields: Any) -> str:
        return str(await self._do("tell", kind=kind, fields=fields))

    async def outcome(self, asked: str | Outcome, *, answers: int = 0, acks: int = 0, within: float = 4.0) -> Outcome:
        """What became of it, as it stands now.

        Waits until it is acknowledged or failed, and there are that many answers and acks; what is there after
        `within` seconds is returned all the same.
        """
        envelope = asked if isinstance(asked, str) else asked.envelope_id
        found = await self._do("outcome", asked=envelope, answers=answers, acks=acks, timeout=within)
        return Outcome.read(found)

    # ------------------------------------------------------------------ what was kept

    async def messages(self, channel: str, *, at_least: int = 0, within: float = 4.0) -> list[Posted]:
        """All messages in a channel, oldest first, replies in threads too; deleted and ephemeral ones left out.

        Waits up to `within` seconds until there are `at_least` that many.
        """
        found = await self._do("messages", channel=channel, at_least=at_least, timeout=within)
        return [Posted.read(one) for one in found]

    async def ephemerals(self, channel: str, user: str) -> list[Posted]:
        """What only this person sees there, oldest first."""
        return [Posted.read(one) for one in await self._do("ephemerals", channel=channel, user=user)]

    async def file(self, file_id: str) -> bytes:
        """The bytes of an uploaded file."""
        return bytes.fromhex(await self._do("file", file=file_id))

    async def respond(self, outcome: Outcome, body: JSON) -> int:
        """Use a response URL as the app would: the HTTP status."""
        async with self._http.post(outcome.response_url, json=body) as reply:
            return reply.status

    # ------------------------------------------------------------------ Socket Mode

    async def connected(self, count: int = 1, *, ever: int = 0, within: float = 15.0) -> None:
        """Wait until that many connections are open; one that a fault below has struck does not count.

        `ever` waits until there were that many in all, so that a reconnect can be awaited.
        """
        if not await self._do("connected", count=count, ever=ever, timeout=within):
            raise TimeoutError("no app is connected")

    async def connections(self) -> list[Connection]:
        """Every connection there was, oldest first."""
        return [Connection(**one) for one in await self._do("connections")]

    async def disconnect(self, reason: Literal["warning", "refresh_requested", "link_disabled"]) -> None:
        """Send `disconnect` on every open connection; but for a warning, Slack then closes it."""
        await self._do("disconnect", reason=reason)

    async def silence(self) -> None:
        """Keep today's connections open, but say nothing on them any more, not even a pong. New ones work."""
        await self._do("silence")

    async def reset(self) -> None:
        """Cut the TCP connections of all sockets."""
        await self._do("reset")

    async def close(self, code: int = 1000) -> None:
        """Close all sockets in order."""
        await self._do("close", code=code)

    async def refuse(self, seconds: float, error: str = "internal_error") -> None:
        """Answer apps.connections.open with an error for a while."""
        await self._do("refuse", seconds=seconds, error=error)

    # ------------------------------------------------------------------ HTTP mode

    async def http_target(self, url: str | None) -> None:
        """Send everything to this address, signed, from now on; None goes back to Socket Mode."""
        await self._do("http_target", url=url)

    async def signed(
        self, body: str, *, content_type: str = "application/x-www-form-urlencoded", headers: JSON | None = None
    ) -> Told:
        """Any body, correctly signed, to the HTTP address."""
        return await self._raw("signed", body=body, content_type=content_type, headers=headers or {})

    async def url_verification(self) -> Told:
        """The challenge that Slack sends when an address is entered; the answer's body holds it."""
        return await self._raw("url_verification")

    async def ssl_check(self) -> Told:
        return await self._raw("ssl_check")

    async def wrong_signature(self, command: str = "/impact") -> Told:
        """A slash command signed with another secret."""
        return await self._raw("wrong_signature", command=command)

    async def unsigned(self, command: str = "/impact") -> Told:
        return await self._raw("unsigned", command=command)

    async def stale(self, command: str = "/impact", *, age: float = 600.0) -> Told:
        """A slash command correctly signed `age` seconds ago."""
        return await self._raw("stale", command=command, age=age)

    async def replay(self) -> Told:
        """The last correctly signed request once more, byte for byte."""
        return await self._raw("replay")

    async def huge(self, size: int = 10_000_000, *, sign: bool = True) -> Told:
        """A body of `size` bytes."""
        return await self._raw("huge", size=size, sign=sign)

    # ------------------------------------------------------------------ the whole server

    async def gone(self, seconds: float) -> None:
        """Cut every connection and accept none for a while, then come back with all that was kept."""
        await self._do("gone", seconds=seconds)

    async def fault(self, fault: Fault) -> None:
        """Plan a fault. `where`: a method such as "chat.postMessage", or "response_url" or "upload"."""
        await self._do("fault", fault=fault.as_json())

    async def mend(self) -> None:
        """Forget the faults that are still planned."""
        await self._do("mend")

    async def advance(self, seconds: float) -> None:
        """Move Slack's clock on: 3-second limits, response URLs, triggers, retries, rate limits, new ts.

        Signatures keep the time of this machine; `set(skew=…)` shifts those as well.
        """
        await self._do("advance", seconds=seconds)

    async def set(self, **settings: Any) -> None:
        """Change settings; see `Settings` in tests/servers/slack/settings.py (skew, rates, history_lag …)."""
        await self._do("set", **settings)

    async def _raw(self, verb: str, **words: Any) -> Told:
        return Told(**await self._do(verb, **words))

    async def _do(self, verb: str, **words: Any) -> Any:
        return await _post(self._http, f"{self.control}/{verb}", words)


async def _post(http: aiohttp.ClientSession, url: str, words: JSON) -> Any:
    limit = aiohttp.ClientTimeout(total=float(words.get("timeout") or 0) + 30)
    async with http.post(url, json=words, timeout=limit) as reply:
        told = await reply.json()
    if reply.status == 422:
        raise Wrong(told["wrong"])
    assert reply.status == 200, told
    return told["told"]


def _where(where: Outcome | Posted | View) -> JSON:
    """Where something is pressed: a message, or a view."""
    if isinstance(where, View):
        return {"view": where.id}
    message = where.message if isinstance(where, Outcome) else where
    if message is not None:
        return {"channel": message.channel, "ts": message.ts}
    if isinstance(where, Outcome) and where.views:
        return {"view": where.views[-1].id}
    raise Wrong("there is nothing to press in")


def _view(view: View | Outcome) -> View:
    if isinstance(view, View):
        return view
    found = view.views[-1] if view.views else view.view
    if found is None:
        raise Wrong("no view was opened")
    return found
