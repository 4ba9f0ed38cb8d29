"""Why Slack says no, as a sentence for the operator or the reader that names the mend."""

from bot.errors import BriefingBotError

TOKEN = frozenset(
    ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type")
)
"""The token itself is refused: no call will succeed until the operator sets another."""

ACCESS = TOKEN | {"missing_scope"}
"""The bot itself may not: nobody but the operator can mend it."""

CLOSED = frozenset(
    ("channel_not_found", "not_in_channel", "is_archived", "channel_is_archived", "restricted_action",
     "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
     "restricted_action_non_threadable_channel", "restricted_action_thread_locked", "messages_tab_disabled")
)  # fmt: skip
"""One channel is gone, or closed to the bot: docs.slack.dev/reference/methods/chat.postMessage."""

UNSURE = frozenset(("fatal_error", "internal_error", "service_unavailable", "request_timeout"))
"""docs.slack.dev/reference/methods/chat.postMessage: some aspect of the operation may have succeeded."""

BUSY = frozenset(("ratelimited", "rate_limited", "message_limit_exceeded", "team_added_to_org", "accesslimited"))
"""Nothing was done, and the same call may work later."""

_BODY = frozenset(
    (
        "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text",
        "metadata_too_large", "invalid_metadata_format", "invalid_arguments", "too_many_attachments",
    )
)  # fmt: skip
_PLAIN = {
    "is_archived": "Slack channel {} is archived. Unarchive it, or name another in config.yaml.",
    "message_not_found": "The message is no longer in Slack channel {}.",
    "messages_tab_disabled": "The app has no Messages tab for {}: turn it on in the app's settings, under App Home.",
}
_FIXED = frozenset(("edit_window_closed", "cant_update_message", "cant_delete_message"))


class SaidNo(BriefingBotError):
    """Slack did nothing, and said why: `code` is its word for it, `needed` a missing scope."""

    def __init__(self, code: str, needed: str = "", method: str = "") -> None:
        super().__init__(f"{method} was refused: {code}" if method else code)
        self.code = code
        self.needed = needed
        self.method = method


def sentence(no: SaidNo, channel: str, bot: str) -> str:
    """What it means in a channel, and what to do; `bot` is our name there."""
    code = no.code
    if code in TOKEN:
        return refused_token("SLACK_BOT_TOKEN", code)
    if code == "missing_scope":
        lacks = f"the scope {no.needed}" if no.needed else "a scope"
        return f"The Slack app lacks {lacks}. Add it under OAuth & Permissions, and install the app again."
    if code == "channel_not_found":
        return f"Slack channel {channel} is not there, or is private and the bot is not in it: /invite @{bot}."
    if code == "not_in_channel":
        return f"The bot is not in Slack channel {channel}. Invite it first: /invite @{bot}."
    if code == "messages_tab_disabled":
        return (
            "The Slack app has no Messages tab for direct messages. Turn it on in the app's settings, under App Home."
        )
    if code.startswith("restricted_action"):
        return f"Only some people may post in Slack channel {channel}. Allow the bot in the channel's settings."
    if code in _BODY:
        return f"Slack does not take this message for channel {channel} ({code}). Please report this fault of the bot."
    if code in _FIXED:
        return f"Slack no longer lets the bot change this message in channel {channel} ({code})."
    if code in _PLAIN:
        return _PLAIN[code].format(channel)
    return f"Slack refused this in channel {channel} ({code})."


def refused_token(variable: str, code: str, needed: str = "") -> str:
    """What to do about a token that Slack does not take."""
    if code == "missing_scope":
        lacks = f" {needed}" if needed else ""
        return f"{variable} lacks the scope{lacks}. Make a new one with it under Basic Information."
    if code == "not_allowed_token_type":
        kind = "an app-level token (xapp-)" if variable == "SLACK_APP_TOKEN" else "a bot token (xoxb-)"
        return f"{variable} is a token of another kind. Set {kind}."
    where = "Basic Information" if variable == "SLACK_APP_TOKEN" else "OAuth & Permissions"
    return f"Slack does not take {variable} ({code}). Copy the token anew from {where}, and restart the bot."
