"""A small app on unmodified slack-bolt, in Socket Mode and over HTTP, for the tests of the server itself."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack.control import Outcome, SlackServer

JSON = dict[str, Any]
Receive = Callable[[web.Request], Awaitable[web.Response]]


def plain(text: str) -> JSON:
    return {"type": "plain_text", "text": text}


def section(text: str) -> JSON:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(text: str, action_id: str) -> JSON:
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": action_id}


FINDER = {"type": "external_select", "action_id": "find", "placeholder": plain("Find"), "min_query_length": 2}
CHOICES = [{"text": plain(name), "value": name} for name in ("one", "two")]
CHOOSER = {"type": "static_select", "action_id": "choose", "options": CHOICES}
ANSWER = [section("*Impact*"), {"type": "actions", "elements": [button("Next", "next"), FINDER, CHOOSER]}]
MODAL: JSON = {
    "type": "modal",
    "callback_id": "report",
    "title": plain("Report"),
    "submit": plain("Send"),
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": plain("Why"),
            "element": {"type": "plain_text_input", "action_id": "why", "max_length": 20},
        }
    ],
}


def made(slack: SlackServer) -> AsyncApp:
    """An app that answers as apps do."""
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api)
    app = AsyncApp(client=client, signing_secret=slack.signing_secret, process_before_response=True)

    for part in (commands, buttons, modals, happenings):
        part(app)
    return app


def commands(app: AsyncApp) -> None:
    @app.command("/impact")
    async def impact(ack: AsyncAck, command: JSON) -> None:
        if command["text"] == "slow":
            await asyncio.sleep(0.5)
        kind = "in_channel" if command["text"] == "share" else "ephemeral"
        await ack(text=f"You asked: {command['text']}", blocks=ANSWER, response_type=kind)

    @app.command("/quiet")
    async def quiet(ack: AsyncAck, respond: AsyncRespond, command: JSON) -> None:
        await ack()
        for number in range(int(command["text"])):
            await respond(text=f"answer {number + 1}")

    @app.command("/broken")
    async def broken(ack: AsyncAck) -> None:
        await ack(text="x", blocks=[{"type": "header", "text": plain("x" * 151)}])

    @app.command("/report")
    async def report(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)


def buttons(app: AsyncApp) -> None:
    @app.action("next")
    async def following(ack: AsyncAck, respond: AsyncRespond, body: JSON) -> None:
        await ack()
        await respond(text=f"page 2, message told: {'message' in body}", replace_original=True)

    @app.action("choose")
    async def chosen(ack: AsyncAck, respond: AsyncRespond, action: JSON) -> None:
        await ack("nobody sees this")
        await respond(text=f"chose {action['selected_option']['value']}")

    @app.action("find")
    async def found(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond(delete_original=True)

    @app.options("find")
    async def offer(ack: AsyncAck, options: JSON) -> None:
        many = 101 if options["value"] == "everything" else 2
        await ack(options=[{"text": plain(f"{options['value']} {n}"), "value": str(n)} for n in range(many)])


def modals(app: AsyncApp) -> None:
    @app.view("report")
    async def reported(ack: AsyncAck, view: JSON) -> None:
        why = view["state"]["values"]["why"]["why"]["value"]
        match why:
            case "short":
                await ack(response_action="errors", errors={"why": "Please say more."})
            case "more":
                await ack(response_action="push", view=MODAL)
            case "other":
                await ack(response_action="update", view={**MODAL, "title": plain("Once more")})
            case _:
                await ack()

    @app.view_closed("report")
    async def gone(ack: AsyncAck) -> None:
        await ack()


def happenings(app: AsyncApp) -> None:
    @app.event("app_home_opened")
    async def home(event: JSON, client: AsyncWebClient) -> None:
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section("Your briefings")]})

    @app.event("app_mention")
    async def mention(event: JSON, client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel=event["channel"], text="You called")


@asynccontextmanager
async def on_sockets(slack: SlackServer, *, ping: float = 0.5) -> AsyncIterator[AsyncApp]:
    """The app in Socket Mode; its own pings are frequent so that it notices silence soon."""
    app = made(slack)
    sockets = AsyncSocketModeHandler(app, slack.app_token, ping_interval=ping)
    await sockets.connect_async()  # type: ignore[no-untyped-call]
    await slack.connected()
    try:
        yield app
    finally:
        await sockets.close_async()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def on_http(slack: SlackServer, instead: Receive | None = None) -> AsyncIterator[AsyncApp]:
    """The app, or `instead` of it a function, behind a small web server."""
    app = made(slack)

    async def receive(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    server = web.Application()
    server.router.add_post("/slack/events", instead or receive)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await slack.http_target(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
    try:
        yield app
    finally:
        await runner.cleanup()


async def newsroom(slack: SlackServer) -> tuple[str, str]:
    """A channel and somebody in it."""
    room, ada = await slack.channel("newsroom"), await slack.user("ada")
    await slack.join(room, ada)
    return room, ada


async def answered(slack: SlackServer, room: str, ada: str) -> Outcome:
    """Somebody asks what the app is quick to answer."""
    return await slack.command(ada, room, "/impact", "lankov")


def client(slack: SlackServer, token: str | None = None, **more: Any) -> AsyncWebClient:
    """slack_sdk's client, by default with the bot's token."""
    return AsyncWebClient(token=slack.bot_token if token is None else token, base_url=slack.api, **more)


async def refusal(of: AsyncWebClient, method: str, **args: Any) -> JSON:
    """What Slack answers to a call that has to fail."""
    with pytest.raises(SlackApiError) as caught:
        await of.api_call(method, json=args)
    found = caught.value.response.data
    assert isinstance(found, dict)
    return found


async def error(of: AsyncWebClient, method: str, **args: Any) -> str:
    """The name of what Slack refuses it with."""
    return str((await refusal(of, method, **args))["error"])
