"""What Slack does with an acknowledgement, and with a use of a response URL."""

from typing import Any

from tests.servers.slack.asks import ACCEPTS, Ask, Asks, in_channel, texts
from tests.servers.slack.checks import JSON, Checks
from tests.servers.slack.content import content, pieces, view
from tests.servers.slack.elements import choices
from tests.servers.slack.modals import close, close_all, push, rewrite
from tests.servers.slack.world import Kept, Refusal

SAYING = ("text", "blocks", "attachments", "markdown_text")


class Answers:
    """Takes what the app answers, and keeps what the person sees of it."""

    def __init__(self, asks: Asks) -> None:
        self.asks = asks
        self.world = asks.world

    def ack(self, ask: Ask, body: Any, by: str) -> None:
        """One acknowledgement, through a socket or as the answer to an HTTP request."""
        after = self.world.clock.now() - ask.made
        in_time = after <= self.world.settings.ack_within if ask.kind != "events_api" else True
        again = bool(ask.acks)
        ask.acks.append({"body": body, "after": after, "in_time": in_time, "connection": by})
        self.world.log.write("ack", envelope=ask.id, by=by, body=body, after=after, in_time=in_time, again=again)
        said = body if isinstance(body, dict) else {"text": body} if body else {}
        if again or not in_time or ask.error or ask.kind not in ACCEPTS:
            ask.ignored += [said] if said else []
        else:
            self._apply(ask, said)
        ask.done = True
        self.world.bell.ring()

    def _apply(self, ask: Ask, said: JSON) -> None:
        try:
            if ask.kind == "slash_commands":
                self._message(ask, said)
            elif ask.kind == "block_suggestion":
                ask.options = offered(said)
            else:
                self._submission(ask, said)
        except Refusal as refusal:
            ask.error = refusal.error
            ask.refusals = texts(refusal)

    def _message(self, ask: Ask, said: JSON) -> None:
        if not any(said.get(name) for name in SAYING):
            return
        for one in pieces(content(self.world, said)):
            self.asks.post(ask, one, "ack", in_channel=in_channel(said))
            ask.acked_messages += 1

    def _submission(self, ask: Ask, said: JSON) -> None:
        """docs.slack.dev/surfaces/modals: what `response_action` may ask for."""
        assert ask.view is not None
        kept = self.world.views[ask.view]
        match said.get("response_action"):
            case None:
                close(self.world, kept)
            case "clear":
                close_all(self.world, kept)
            case "errors":
                ask.view_errors = _errors(kept, said.get("errors"))
            case "update":
                rewrite(self.world, kept, view(self.world, said.get("view")))
            case "push":
                made = push(self.world, view(self.world, said.get("view")), ask.user, kept)
                ask.views.append(made["id"])
            case _:
                raise Refusal("invalid_response_action")

    # ------------------------------------------------------------------ response URLs

    def use(self, path: str, args: JSON) -> tuple[int, str]:
        """Use a response URL: the HTTP status, and the error or ""."""
        ask = self.asks.by_url(path)
        if ask is None:
            self.world.log.write("response_url", envelope=None, number=0, status=404, error="no_service", body=args)
            return 404, "no_service"
        status, error = self._used(ask, args)
        after = self.world.clock.now() - ask.made
        ask.uses.append({"status": status, "error": error, "body": args, "after": after})
        number = len(ask.uses)
        self.world.log.write(
            "response_url", envelope=ask.id, number=number, status=status, error=error, body=args, after=after
        )
        self.world.bell.ring()
        return status, error

    def _used(self, ask: Ask, args: JSON) -> tuple[int, str]:
        settings = self.world.settings
        if self.world.clock.now() - ask.made > settings.response_age:
            return 404, "expired_url"
        if sum(use["status"] == 200 for use in ask.uses) >= settings.response_uses:
            return 404, "used_url"
        try:
            self._respond(ask, args)
        except Refusal as refusal:
            ask.refusals += texts(refusal)
            return 400, refusal.error
        return 200, ""

    def _respond(self, ask: Ask, args: JSON) -> None:
        original = _original(ask)
        if args.get("delete_original") is True:
            if original is None:
                raise Refusal("message_not_found")
            self.world.drop(original)
            return
        if self.world.rooms[ask.channel].archived:
            raise Refusal("is_archived")
        body = content(self.world, args)
        if args.get("thread_ts"):
            body["thread_ts"] = args["thread_ts"]
        if args.get("replace_original") is True and original is not None:
            self.world.rewrite(original, body)
            if original not in ask.messages:
                ask.messages.append(original)
            return
        for one in pieces(body):
            self.asks.post(ask, one, "response_url", in_channel=in_channel(args))


def _original(ask: Ask) -> Kept | None:
    """The message with the button; for a command, the last that came of it."""
    if ask.original is not None:
        return None if ask.original.deleted else ask.original
    left = [kept for kept in ask.messages if not kept.deleted]
    return left[-1] if left else None


def _errors(kept: JSON, errors: Any) -> JSON:
    """Errors under the inputs they name by block_id."""
    known = {block["block_id"] for block in kept["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= known:
        raise Refusal("invalid_errors")
    return dict(errors)


def offered(said: JSON) -> list[JSON]:
    """The options of an answer to block_suggestion, all groups together."""
    checks = Checks()
    if "options" not in said and "option_groups" not in said:
        raise Refusal("invalid_options")
    # An empty list is a fair answer here: nothing was found.
    if said.get("options") != [] and said.get("option_groups") != []:
        choices(checks, said, "")
    if checks.problems:
        raise Refusal("invalid_options", checks.problems)
    if "options" in said:
        return list(said["options"])
    return [option for group in said["option_groups"] for option in group["options"]]
