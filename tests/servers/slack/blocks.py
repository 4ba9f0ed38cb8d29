"""What Slack accepts as the blocks of a message, a modal or a Home tab: docs.slack.dev/reference/block-kit/blocks."""

from collections.abc import Callable
from typing import Any, Literal

from tests.servers.slack.checks import JSON, Checks
from tests.servers.slack.elements import ACCESSORIES, ACTIONS, INPUT_ELEMENTS, element, image
from tests.servers.slack.rich import rich_text

Surface = Literal["message", "modal", "home"]
MARKDOWN = 12_000
MOST = {"message": 50, "modal": 100, "home": 100}


def check_blocks(checks: Checks, blocks: Any, surface: Surface, at: str = "/blocks", *, least: int = 0) -> None:
    found = checks.items(blocks, at, MOST[surface], least)
    for number, block in enumerate(found):
        check_block(checks, block, f"{at}/{number}", surface)
    named = [(block.get("block_id"), f"{at}/{n}") for n, block in enumerate(found) if isinstance(block, dict)]
    checks.unique([(str(one), where) for one, where in named if one], "block_id")
    if checks.markdown > MARKDOWN:
        checks.fail(at, f"markdown text of all blocks must be less than {MARKDOWN + 1} characters")


def check_block(checks: Checks, block: Any, at: str, surface: Surface) -> None:
    kind = block.get("type") if isinstance(block, dict) else None
    if not isinstance(kind, str) or kind not in BLOCKS or surface not in BLOCKS[kind].surfaces:
        checks.fail(at, f"unsupported type: {kind}")
        return
    rule = BLOCKS[kind]
    if checks.thing(block, at, rule.needed, ("block_id", *rule.allowed)):
        checks.string(block, "block_id", at, 255)
        rule.look(checks, block, at)


def section(checks: Checks, block: JSON, at: str) -> None:
    if "text" not in block and "fields" not in block:
        checks.fail(at, "missing required field: text")
    checks.text(block, "text", at, 3000, plain=False)
    if "fields" in block:
        for number, field in enumerate(checks.items(block["fields"], f"{at}/fields", 10)):
            checks.text_object(field, f"{at}/fields/{number}", 2000, plain=False)
    if "accessory" in block:
        element(checks, block["accessory"], f"{at}/accessory", ACCESSORIES)


def header(checks: Checks, block: JSON, at: str) -> None:
    checks.text(block, "text", at, 150)


def divider(checks: Checks, block: JSON, at: str) -> None:
    return


def context(checks: Checks, block: JSON, at: str) -> None:
    for number, part in enumerate(checks.items(block["elements"], f"{at}/elements", 10)):
        where = f"{at}/elements/{number}"
        if isinstance(part, dict) and part.get("type") == "image":
            image(checks, part, where)
        else:
            checks.text_object(part, where, 3000, plain=False)


def actions(checks: Checks, block: JSON, at: str) -> None:
    found = checks.items(block["elements"], f"{at}/elements", 25)
    for number, part in enumerate(found):
        element(checks, part, f"{at}/elements/{number}", ACTIONS)
    named = [(p.get("action_id"), f"{at}/elements/{n}") for n, p in enumerate(found) if isinstance(p, dict)]
    checks.unique([(str(one), where) for one, where in named if one], "action_id")


def picture(checks: Checks, block: JSON, at: str) -> None:
    image(checks, {name: part for name, part in block.items() if name not in ("block_id", "title")}, at)
    checks.text(block, "title", at, 2000)


def given(checks: Checks, block: JSON, at: str) -> None:
    checks.text(block, "label", at, 2000)
    checks.text(block, "hint", at, 2000)
    checks.flag(block, at, "optional", "dispatch_action")
    element(checks, block["element"], f"{at}/element", INPUT_ELEMENTS)


def markdown(checks: Checks, block: JSON, at: str) -> None:
    checks.string(block, "text", at, MARKDOWN)
    checks.markdown += len(str(block["text"]))


def table(checks: Checks, block: JSON, at: str) -> None:
    for number, row in enumerate(checks.items(block["rows"], f"{at}/rows", 100)):
        where = f"{at}/rows/{number}"
        for column, cell in enumerate(checks.items(row, where, 20)):
            spot = f"{where}/{column}"
            if isinstance(cell, dict) and cell.get("type") == "rich_text":
                rich_text(checks, cell, spot)
            elif not isinstance(cell, dict) or cell.get("type") not in ("raw_text", "raw_number"):
                checks.fail(spot, "must be a raw_text or rich_text cell")


class Rule:
    """How one kind of block is looked at, and where it may stand."""

    def __init__(
        self,
        look: Callable[[Checks, JSON, str], None],
        needed: tuple[str, ...] = (),
        allowed: tuple[str, ...] = (),
        surfaces: tuple[Surface, ...] = ("message", "modal", "home"),
    ) -> None:
        self.look = look
        self.needed = needed
        self.allowed = allowed
        self.surfaces = surfaces


BLOCKS: dict[str, Rule] = {
    "actions": Rule(actions, ("elements",)),
    "context": Rule(context, ("elements",)),
    "divider": Rule(divider),
    "header": Rule(header, ("text",)),
    "image": Rule(picture, ("alt_text",), ("title", "image_url", "slack_file")),
    "input": Rule(given, ("label", "element"), ("hint", "optional", "dispatch_action")),
    "markdown": Rule(markdown, ("text",), (), ("message",)),
    "rich_text": Rule(rich_text, ("elements",)),
    "section": Rule(section, (), ("text", "fields", "accessory", "expand")),
    "table": Rule(table, ("rows",), ("column_settings",), ("message",)),
}


def check_view(checks: Checks, view: Any) -> None:
    """A view as views.open, .publish and .update take it: docs.slack.dev/reference/views."""
    if not checks.thing(view, "/view", ("type", "blocks"), VIEW_ALLOWED):
        return
    if view["type"] not in ("modal", "home"):
        checks.fail("/view/type", f"unsupported type: {view['type']}")
        return
    check_blocks(checks, view["blocks"], view["type"], "/view/blocks")
    checks.string(view, "private_metadata", "/view", 3000, least=0)
    checks.string(view, "callback_id", "/view", 255, least=0)
    checks.string(view, "external_id", "/view", 255, least=0)
    if view["type"] != "modal":
        return
    if view.get("title") is None:
        checks.fail("/view", "missing required field: title")
    for name in ("title", "submit", "close"):
        checks.text(view, name, "/view", 24)
    kinds = [block.get("type") for block in view["blocks"] if isinstance(block, dict)] if view["blocks"] else []
    if "input" in kinds and view.get("submit") is None:
        checks.fail("/view", "missing required field: submit")


VIEW_ALLOWED = (
    "title",
    "submit",
    "close",
    "private_metadata",
    "callback_id",
    "external_id",
    "clear_on_close",
    "notify_on_close",
    "submit_disabled",
)


def dressed(blocks: list[Any], name: Callable[[], str]) -> list[JSON]:
    """Accepted blocks as Slack keeps them: each with a block_id, elements with an action_id, texts spelled out."""
    kept: list[JSON] = []
    for block in blocks:
        one = _spelled(block)
        one.setdefault("block_id", name())
        for part in [*(one.get("elements") or ()), one.get("accessory"), one.get("element")]:
            if isinstance(part, dict) and part.get("type") in (*ACTIONS, *INPUT_ELEMENTS):
                part.setdefault("action_id", name())
        kept.append(one)
    return kept


def _spelled(part: Any) -> Any:
    if isinstance(part, list):
        return [_spelled(one) for one in part]
    if not isinstance(part, dict):
        return part
    found = {key: _spelled(value) for key, value in part.items()}
    if found.get("type") == "plain_text":
        found.setdefault("emoji", True)
    if found.get("type") == "mrkdwn":
        found.setdefault("verbatim", False)
    return found
