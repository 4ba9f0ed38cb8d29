"""The content of a message as a method, an ack or a response URL takes it: accepted, or refused as Slack would."""

import json
from collections.abc import Mapping
from typing import Any

from tests.servers.slack.blocks import check_blocks, check_view, dressed
from tests.servers.slack.checks import JSON, Checks
from tests.servers.slack.world import FLAGS, Refusal, World

LONGEST = 40_000
"""docs.slack.dev/reference/methods/chat.postMessage, "Truncating content"; refused here so that nobody gets there."""

SPLIT = 4_000
"""Longer text without blocks comes out as several messages: github.com/slackapi/bolt-python/issues/764."""

ATTACHMENTS = 100


def part(args: Mapping[str, Any], name: str, error: str) -> Any:
    """A list or an object that came as itself or as a string of JSON; None where it is absent or null."""
    value = args.get(name)
    if not isinstance(value, str):
        return value
    if not value:
        return None
    try:
        return json.loads(value)
    except ValueError:
        raise Refusal(error) from None


def content(world: World, args: Mapping[str, Any], *, longest: int = LONGEST) -> JSON:
    """Text, blocks, attachments and metadata, checked, with the flags they were sent with. Raises Refusal."""
    body: JSON = {name: args[name] for name in FLAGS if args.get(name) is not None}
    text = args.get("text")
    blocks = part(args, "blocks", "invalid_blocks_format")
    attachments = part(args, "attachments", "invalid_attachments")
    markdown = args.get("markdown_text")
    if text is not None and not isinstance(text, str):
        raise Refusal("invalid_arguments", ["must provide a string [json-pointer:/text]"])
    if markdown:
        if text or blocks:
            raise Refusal("markdown_text_conflict")
        blocks = [{"type": "markdown", "text": markdown}]
    if not (text or "").strip() and not blocks and not attachments:
        raise Refusal("no_text")
    if len(text or "") > longest:
        raise Refusal("msg_too_long")
    body["text"] = text or ""
    if blocks is not None:
        body["blocks"] = accepted(world, blocks)
    if attachments:
        body["attachments"] = attached(world, attachments)
    if args.get("metadata") is not None:
        body["metadata"] = metadata(world, args)
    return body


def accepted(world: World, blocks: Any) -> list[JSON]:
    """Blocks as Slack keeps them."""
    if not isinstance(blocks, list):
        raise Refusal("invalid_blocks_format")
    checks = Checks(world.usable)
    check_blocks(checks, blocks, "message")
    if checks.problems:
        raise Refusal("invalid_blocks", checks.problems)
    if len(json.dumps(blocks)) > world.settings.blocks_json:
        raise Refusal("msg_blocks_too_long")
    return dressed(blocks, world.name)


def attached(world: World, attachments: Any) -> list[JSON]:
    if not isinstance(attachments, list):
        raise Refusal("invalid_attachments")
    if len(attachments) > ATTACHMENTS:
        raise Refusal("too_many_attachments")
    for one in attachments:
        if not isinstance(one, dict):
            raise Refusal("invalid_attachments")
        if "blocks" in one:
            accepted(world, one["blocks"])
    return list(attachments)


def metadata(world: World, args: Mapping[str, Any]) -> JSON:
    found = part(args, "metadata", "invalid_metadata_format")
    if not isinstance(found, dict):
        raise Refusal("invalid_metadata_format")
    kind, held = found.get("event_type"), found.get("event_payload")
    if not isinstance(kind, str) or not kind or not isinstance(held, dict):
        raise Refusal("invalid_metadata_format")
    if len(json.dumps(found)) > world.settings.metadata_json:
        raise Refusal("metadata_too_large")
    return {"event_type": kind, "event_payload": held}


def pieces(body: JSON) -> list[JSON]:
    """The messages Slack makes of it: one, but for long text that has no blocks."""
    text = body["text"]
    if len(text) <= SPLIT or body.get("blocks") or body.get("attachments"):
        return [body]
    return [{**body, "text": text[at : at + SPLIT]} for at in range(0, len(text), SPLIT)]


def view(world: World, part: Any) -> JSON:
    """A view as Slack keeps it, without its id."""
    checks = Checks(world.usable)
    check_view(checks, part)
    if checks.problems:
        raise Refusal("invalid_arguments", checks.problems)
    kept = {"private_metadata": "", "callback_id": "", "external_id": "", "clear_on_close": False, **part}
    kept.setdefault("notify_on_close", False)
    kept["blocks"] = dressed(part["blocks"], world.name)
    return kept
