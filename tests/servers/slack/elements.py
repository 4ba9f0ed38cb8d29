"""What Slack accepts as buttons, selects and inputs: docs.slack.dev/reference/block-kit/block-elements."""

from typing import Any
from urllib.parse import urlsplit

from tests.servers.slack.checks import JSON, Checks

OPTIONS = 100
PICKERS = ("users_select", "conversations_select", "channels_select")
SELECTS = ("static_select", "external_select", *PICKERS)
MULTI = tuple(f"multi_{name}" for name in SELECTS)
DATES = ("datepicker", "timepicker", "datetimepicker")
BOXES = ("checkboxes", "radio_buttons")
INPUTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input", "file_input")
ACTIONS = ("button", "overflow", *SELECTS, *MULTI, *DATES, *BOXES)
ACCESSORIES = (*ACTIONS, "image")
INPUT_ELEMENTS = (*INPUTS, *SELECTS, *MULTI, *DATES, *BOXES)

COMMON = ("action_id", "confirm", "focus_on_load", "placeholder")
SELECTING = (*COMMON, "options", "option_groups", "initial_option", "initial_options", "max_selected_items")
ALLOWED: dict[str, tuple[str, ...]] = {
    "button": ("action_id", "confirm", "url", "value", "style", "accessibility_label"),
    "overflow": ("action_id", "confirm"),
    "datepicker": (*COMMON, "initial_date"),
    "timepicker": (*COMMON, "initial_time", "timezone"),
    "datetimepicker": (*COMMON, "initial_date_time"),
    "checkboxes": (*COMMON, "initial_options"),
    "radio_buttons": (*COMMON, "initial_option"),
    "plain_text_input": (
        *COMMON,
        "initial_value",
        "multiline",
        "min_length",
        "max_length",
        "dispatch_action_config",
    ),
    "email_text_input": (*COMMON, "initial_value", "dispatch_action_config"),
    "url_text_input": (*COMMON, "initial_value", "dispatch_action_config"),
    "number_input": (*COMMON, "initial_value", "min_value", "max_value", "dispatch_action_config"),
    "file_input": ("action_id", "filetypes", "max_files"),
    "static_select": SELECTING,
    "multi_static_select": SELECTING,
    "external_select": (*COMMON, "initial_option", "min_query_length"),
    "multi_external_select": (*COMMON, "initial_options", "min_query_length", "max_selected_items"),
}
PICKER_ALLOWED = (
    *COMMON,
    *(f"initial_{name}{many}" for name in ("user", "conversation", "channel") for many in ("", "s")),
    "default_to_current_conversation",
    "response_url_enabled",
    "filter",
    "max_selected_items",
)
NEEDED: dict[str, tuple[str, ...]] = {
    "button": ("text",),
    "overflow": ("options",),
    "checkboxes": ("options",),
    "radio_buttons": ("options",),
    "number_input": ("is_decimal_allowed",),
}


def element(checks: Checks, part: Any, at: str, kinds: tuple[str, ...]) -> None:
    """One element, where these kinds may stand."""
    kind = part.get("type") if isinstance(part, dict) else None
    if kind not in kinds:
        checks.fail(at, f"unsupported type: {kind}")
        return
    if kind == "image":
        image(checks, part, at)
        return
    if not checks.thing(part, at, NEEDED.get(kind, ()), ALLOWED.get(kind, PICKER_ALLOWED)):
        return
    checks.string(part, "action_id", at, 255)
    checks.text(part, "placeholder", at, 150)
    if part.get("confirm") is not None:
        confirm(checks, part["confirm"], f"{at}/confirm")
    if kind == "button":
        button(checks, part, at)
    elif kind in ("overflow", *BOXES):
        options(checks, part["options"], f"{at}/options", 5 if kind == "overflow" else 10)
    elif kind.endswith("static_select"):
        static_select(checks, part, at)
    elif kind == "plain_text_input":
        checks.string(part, "initial_value", at, 3000, least=0)
        _between(checks, part, at)


def button(checks: Checks, part: JSON, at: str) -> None:
    checks.text(part, "text", at, 75)
    checks.string(part, "value", at, 2000, least=0)
    checks.string(part, "url", at, 3000)
    checks.string(part, "accessibility_label", at, 75)
    checks.one_of(part, "style", at, ("primary", "danger"))


def confirm(checks: Checks, part: Any, at: str) -> None:
    if checks.thing(part, at, ("title", "text", "confirm", "deny"), ("style",)):
        checks.text(part, "title", at, 100)
        checks.text(part, "text", at, 300, plain=False)
        checks.text(part, "confirm", at, 30)
        checks.text(part, "deny", at, 30)
        checks.one_of(part, "style", at, ("primary", "danger"))


def static_select(checks: Checks, part: JSON, at: str) -> None:
    if ("options" in part) == ("option_groups" in part):
        checks.fail(at, "must provide either options or option_groups")
        return
    found = choices(checks, part, at)
    initial = part.get("initial_option")
    if initial is not None and (initial.get("value") if isinstance(initial, dict) else None) not in found:
        checks.fail(f"{at}/initial_option", "must be one of the options")


def choices(checks: Checks, part: JSON, at: str) -> list[str]:
    """The values of options or option_groups."""
    if "options" in part:
        return options(checks, part["options"], f"{at}/options", OPTIONS)
    found: list[str] = []
    for number, group in enumerate(checks.items(part.get("option_groups"), f"{at}/option_groups", OPTIONS)):
        where = f"{at}/option_groups/{number}"
        if checks.thing(group, where, ("label", "options")):
            checks.text(group, "label", where, 75)
            found += options(checks, group["options"], f"{where}/options", OPTIONS)
    return found


def options(checks: Checks, part: Any, at: str, most: int, least: int = 1) -> list[str]:
    found: list[str] = []
    for number, option in enumerate(checks.items(part, at, most, least)):
        where = f"{at}/{number}"
        if checks.thing(option, where, ("text", "value"), ("description", "url")):
            checks.text(option, "text", where, 75, plain=False)
            checks.string(option, "value", where, 150)
            checks.text(option, "description", where, 75, plain=False)
            found.append(str(option["value"]))
    return found


def image(checks: Checks, part: JSON, at: str, extra: tuple[str, ...] = ()) -> None:
    if not checks.thing(part, at, ("alt_text",), ("image_url", "slack_file", *extra)):
        return
    checks.string(part, "alt_text", at, 2000)
    checks.string(part, "image_url", at, 3000)
    if ("image_url" in part) == ("slack_file" in part):
        checks.fail(at, "must provide either image_url or slack_file")
    elif "slack_file" in part and not checks.usable(part["slack_file"]):
        checks.fail(f"{at}/slack_file", "invalid slack file")
    elif "image_url" in part and not reachable(part["image_url"]):
        checks.fail(f"{at}/image_url", "downloading image failed")


def reachable(url: Any) -> bool:
    """Whether Slack could fetch it: it is out on the internet, so nothing on this machine is."""
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.hostname not in (None, "localhost", "127.0.0.1", "::1")


def _between(checks: Checks, part: JSON, at: str) -> None:
    for name in ("min_length", "max_length"):
        number = part.get(name)
        if number is not None and (not isinstance(number, int) or not 0 <= number <= 3000):
            checks.fail(f"{at}/{name}", "must be between 0 and 3000")
