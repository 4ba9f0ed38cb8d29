"""The names of commands on Slack: which it keeps for itself, and what stands before ours."""

DOOR = "brief"
"""The command that leads to every other: `/brief search kursk`."""

RESERVED = frozenset(
    (
        "active", "apps", "archive", "away", "call", "close", "collapse", "dm", "dnd", "expand", "feed", "feedback",
        "huddle", "invite", "join", "kick", "leave", "me", "msg", "mute", "open", "part", "prefs", "pro", "remind",
        "remove", "rename", "search", "shortcuts", "shrug", "star", "status", "topic", "unarchive", "unmute", "who",
    )
)  # fmt: skip
"""What Slack's own commands are called: slack.com/help/articles/201259356 (Slash commands in Slack)."""


def slack_name(name: str, prefix: str) -> str | None:
    """What is typed behind the slash for a command, or None where Slack keeps that name for itself."""
    typed = f"{prefix}{name}"
    return None if typed in RESERVED else typed


def read_command(command: str, text: str, prefix: str) -> tuple[str, str]:
    """Name and text of what was typed: `/brief search kursk` is `/search kursk`, and `/brief` alone is `/help`."""
    name = _bare(command, prefix)
    if name != DOOR:
        return name, text.strip()
    first, _, rest = " ".join(text.split()).partition(" ")
    return _bare(first, prefix) or "help", rest


def _bare(typed: str, prefix: str) -> str:
    """The command's own name; the prefix is only looked for behind a slash, as a name may begin like it."""
    if not typed.startswith("/"):
        return typed.lower()
    return typed[1:].lower().removeprefix(prefix)
