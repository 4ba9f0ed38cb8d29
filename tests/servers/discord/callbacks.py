"""Answers to interactions: which kinds are allowed, how long, and a record of every attempt."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from simcord.backend import errors
from simcord.backend.errors import BackendError
from simcord.backend.models import Interaction

from tests.servers.discord.forms import Form, check_choices, check_message
from tests.servers.discord.world import JSON, World

MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5

ALLOWED = {
    COMMAND: {MESSAGE, DEFERRED, MODAL},
    COMPONENT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    SUBMIT: {MESSAGE, DEFERRED},
}


def answer_callback(world: World, number: int, body: JSON, files: int, dispatch: Callable[[], Any]) -> Any:
    """Answer an interaction; every attempt is written down with what it got."""
    record = world.backend.interactions.get(number)
    status, code = 200, None
    try:
        if record is not None and not record.responded and not _late(world, record):
            _check(record, body, files)
        return dispatch()
    except BackendError as error:
        status, code = error.status, error.code
        raise
    finally:
        _note(world, number, body, status, code)


def check_interaction_token(world: World, application: int, token: str) -> None:
    """A token lives 15 minutes (401 after), and only once its interaction was answered (404 before)."""
    number = world.backend.interaction_tokens.get(token)
    if number is None:
        return  # an incoming webhook, or nothing: simcord tells
    record = world.backend.interactions[number]
    if _past(world, record.expires_at):
        raise BackendError(401, 50027, "Invalid Webhook Token")
    if not record.responded or application != world.backend.application_id:
        raise errors.unknown_webhook()


def _check(record: Interaction, body: JSON, files: int) -> None:
    kind, data = body.get("type"), body.get("data") or {}
    allowed = ALLOWED[int(record.type)]
    if record.type == SUBMIT and record.source_message_id is not None:
        allowed = allowed | {DEFERRED_UPDATE, UPDATE}
    form = Form()
    if kind not in allowed:
        form.wrong(("type",), "BASE_TYPE_CHOICES", f"Value must be one of {sorted(allowed)}.")
    form.close()
    if kind in {MESSAGE, UPDATE}:
        check_message(data, files)
    if kind == CHOICES:
        check_choices(data)


def _late(world: World, record: Interaction) -> bool:
    return _past(world, record.initial_response_deadline)


def _past(world: World, when: str | None) -> bool:
    return when is not None and world.backend.clock.now() >= datetime.fromisoformat(when)


def _note(world: World, number: int, body: JSON, status: int, code: int | None) -> None:
    asked = world.asked.get(number)
    after = time.monotonic() - asked.made if asked else 0.0
    attempt = {
        "type": int(body.get("type") or 0),
        "data": body.get("data") or {},
        "status": status,
        "code": code,
        "after": round(after, 4),
    }
    if asked is not None:
        asked.callbacks.append(attempt)
    world.log.write("callback", interaction=str(number), **attempt)
    world.changed()
