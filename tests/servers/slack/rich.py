"""What Slack accepts in a rich_text block: docs.slack.dev/reference/block-kit/blocks/rich-text-block."""

from typing import Any

from tests.servers.slack.checks import JSON, Checks

TEXT = 3000
"""No number is documented for one text element; the longest other text is this."""

LINE = frozenset({"rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"})
STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
INLINE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "text": (("text",), ("style",)),
    "link": (("url",), ("text", "unsafe", "style")),
    "user": (("user_id",), ("style",)),
    "usergroup": (("usergroup_id",), ("style",)),
    "channel": (("channel_id",), ("style",)),
    "broadcast": (("range",), ("style",)),
    "emoji": (("name",), ("unicode", "skin_tone", "style")),
    "date": (("timestamp", "format"), ("url", "fallback", "style")),
    "color": (("value",), ("style",)),
}


def rich_text(checks: Checks, block: JSON, at: str) -> None:
    for number, part in enumerate(checks.items(block.get("elements"), f"{at}/elements", 200)):
        line(checks, part, f"{at}/elements/{number}")


def line(checks: Checks, part: Any, at: str) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind not in LINE:
        checks.fail(at, f"unsupported type: {kind}")
        return
    allowed = {"rich_text_list": ("style", "indent", "offset", "border"), "rich_text_section": ()}
    if not checks.thing(part, at, ("elements",), allowed.get(kind, ("border",))):
        return
    if kind == "rich_text_list" and part.get("style") not in ("bullet", "ordered"):
        checks.fail(f"{at}/style", "must be a valid enum value")
    for number, one in enumerate(checks.items(part["elements"], f"{at}/elements", 1000)):
        where = f"{at}/elements/{number}"
        if kind == "rich_text_list":
            item(checks, one, where)
        else:
            inline(checks, one, where)


def item(checks: Checks, part: Any, at: str) -> None:
    if not isinstance(part, dict) or part.get("type") != "rich_text_section":
        checks.fail(at, "must be a rich_text_section")
        return
    line(checks, part, at)


def inline(checks: Checks, part: Any, at: str) -> None:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind not in INLINE:
        checks.fail(at, f"unsupported type: {kind}")
        return
    needed, allowed = INLINE[kind]
    if not checks.thing(part, at, needed, allowed):
        return
    checks.string(part, "text", at, TEXT)
    checks.string(part, "url", at, 3000)
    if kind == "link" and "://" not in part["url"] and not part["url"].startswith("mailto:"):
        checks.fail(f"{at}/url", "must be a valid URL")
    if kind == "broadcast":
        checks.one_of(part, "range", at, ("here", "channel", "everyone"))
    style = part.get("style")
    if style is not None and checks.thing(style, f"{at}/style", (), STYLES):
        checks.flag(style, f"{at}/style", *STYLES)
