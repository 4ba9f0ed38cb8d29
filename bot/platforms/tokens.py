"""What tokens look like: which one stands in another's place, and what is missing, without asking anybody."""

import re
from collections.abc import Iterator, Mapping

from bot.environment import takes_tokens

_KINDS = (
    (r"https?://\S+", "an address"),
    (r"xapp-.*", "a Slack app-level token"),
    (r"xoxe\.xox[bp]-.*", "a Slack token that expires, since token rotation is on"),
    (r"xoxe-.*", "a Slack refresh or configuration token"),
    (r"xoxb-.*", "a Slack bot token"),
    (r"xoxp-.*", "a Slack user token"),
    (r"xox[a-z]-.*", "a Slack token of another kind"),
    (r"xwfp-.*", "a Slack workflow token"),
    (r"\d{15,20}", "an id (of an application, a server or a user)"),
    (r"[0-9a-f]{64}", "a public key"),
    (r"[A-Za-z0-9_-]{20,28}\.[A-Za-z0-9_-]{5,8}\.[A-Za-z0-9_-]{27,50}", "a Discord bot token"),
    (r"[0-9a-fA-F]{32}", "a signing secret or a client secret"),
    (r"[A-Za-z0-9]{24}", "a verification token"),
    (r"[A-Za-z0-9_-]{32}", "a client secret"),
)
"""How the kinds of secrets look; the first that fits is it."""

_WEBHOOK = re.compile(r"https?://(hooks\.slack\.com/|([a-z]+\.)?discord(app)?\.com/api/(v\d+/)?webhooks/)\S*")

_WHERE = {
    "DISCORD_TOKEN": "the bot token from the developer portal: Bot, Reset Token",
    "SLACK_BOT_TOKEN": "the bot token (xoxb-) from OAuth & Permissions",
    "SLACK_APP_TOKEN": "an app-level token (xapp-) with connections:write from Basic Information",
    "SLACK_SIGNING_SECRET": "the signing secret from Basic Information",
}
_WANTED = {
    "DISCORD_TOKEN": "a Discord bot token",
    "SLACK_BOT_TOKEN": "a Slack bot token",
    "SLACK_APP_TOKEN": "a Slack app-level token",
    "SLACK_SIGNING_SECRET": "a signing secret or a client secret",
}
_HOME = {kind: name for name, kind in _WANTED.items() if name != "SLACK_SIGNING_SECRET"}


def token_faults(secrets: Mapping[str, str | None], slack_mode: str) -> dict[str, tuple[str, ...]]:
    """What is wrong with the tokens of each platform, as sentences; a platform that is not here has no fault.

    `secrets` are values by the names of their variables, in either case. A platform of which nothing is set
    has no fault: it is off. No part of a value is in a sentence.
    """
    values = {name.upper(): value for name, value in secrets.items() if value}
    found = {"discord": tuple(_discord(values)), "slack": tuple(_slack(values, slack_mode))}
    return {platform: faults for platform, faults in found.items() if faults}


def _discord(values: Mapping[str, str]) -> Iterator[str]:
    if "DISCORD_TOKEN" in values:
        yield from _faults("DISCORD_TOKEN", values["DISCORD_TOKEN"])
    yield from _root(values, "DISCORD_API_URL")


def _slack(values: Mapping[str, str], mode: str) -> Iterator[str]:
    names = ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN" if mode == "socket" else "SLACK_SIGNING_SECRET")
    if not any(name in values for name in _WANTED if name != "DISCORD_TOKEN"):
        return
    why = {"SLACK_APP_TOKEN": " Socket Mode needs it.", "SLACK_SIGNING_SECRET": " HTTP mode needs it."}
    for name in names:
        if name in values:
            yield from _faults(name, values[name])
        else:
            yield f"{name} is not set.{why.get(name, '')} Set it to {_WHERE[name]}."
    yield from _root(values, "SLACK_API_URL")


def _faults(name: str, value: str) -> Iterator[str]:
    bare = value.strip().strip("\"'“”‘’`").strip()
    lead = re.match(r"(?i)(bot|bearer)\s+", bare)
    if value != value.strip():
        yield f"{name} begins or ends with a blank or a line break: take it away."
    if bare != value.strip():
        yield f"{name} stands in quotation marks: take them away."
    if lead:
        yield f'{name} begins with "{lead[1].capitalize()} ": take that word away.'
        bare = bare[lead.end() :]
    if re.search(r"\s", bare):
        yield f"{name} has a blank or a line break in it: set it to {_WHERE[name]}."
    elif not bare.isprintable() or not bare.isascii():
        yield f"{name} has characters in it that no token has: copy it again."
    elif (kind := _kind(bare)) != _WANTED[name] and (kind or name != "DISCORD_TOKEN"):  # Discord tells no form
        yield _mixed_up(name, kind)


def _mixed_up(name: str, kind: str | None) -> str:
    if kind is None:
        unlike = "is not 32 hex digits" if name == "SLACK_SIGNING_SECRET" else f"does not look like {_WANTED[name]}"
        return f"{name} {unlike}: set it to {_WHERE[name]}."
    home = f" It belongs in {_HOME[kind]}." if kind in _HOME else ""
    return f"{name} holds {kind}.{home} Set {name} to {_WHERE[name]}."


def _kind(value: str) -> str | None:
    if _WEBHOOK.fullmatch(value):
        return "a webhook's address"
    return next((kind for form, kind in _KINDS if re.fullmatch(form, value)), None)


def _root(values: Mapping[str, str], name: str) -> Iterator[str]:
    """Tokens go to an API's root, so only over https, or to this machine."""
    if name in values and not takes_tokens(values[name]):
        yield f"{name} is neither an https address nor one of this machine: tokens are not sent there."
