"""Collects what Slack has against a piece of JSON, each with its pointer, as Slack words it."""

from collections.abc import Callable, Collection
from typing import Any

JSON = dict[str, Any]


class Checks:
    """The problems found so far. `usable` says whether a file can be shown (`slack_file`) yet."""

    def __init__(self, usable: Callable[[JSON], bool] = lambda _: True) -> None:
        self.problems: list[str] = []
        self.usable = usable
        self.markdown = 0

    def fail(self, at: str, why: str) -> None:
        self.problems.append(f"{why} [json-pointer:{at}]")

    def thing(self, part: Any, at: str, needed: Collection[str] = (), allowed: Collection[str] = ()) -> bool:
        """Whether it is an object that has what it needs and nothing unknown."""
        if not isinstance(part, dict):
            self.fail(at, "must provide an object")
            return False
        lacking = [name for name in needed if part.get(name) is None]
        for name in lacking:
            self.fail(at, f"missing required field: {name}")
        for name in part:
            if name not in needed and name not in allowed and name != "type":
                self.fail(at, f"invalid additional property: {name}")
        return not lacking

    def items(self, part: Any, at: str, most: int, least: int = 1) -> list[Any]:
        """The items of a list that is neither too short nor too long."""
        if not isinstance(part, list):
            self.fail(at, "must provide an array")
            return []
        if len(part) > most:
            self.fail(at, f"no more than {most} items allowed")
        if len(part) < least:
            self.fail(at, f"no fewer than {least} items allowed")
        return part

    def string(self, part: JSON, name: str, at: str, most: int, least: int = 1) -> None:
        """A string where there is one; whether it has to be there is for `thing` to say."""
        text = part.get(name)
        if text is None:
            return
        where = f"{at}/{name}"
        if not isinstance(text, str):
            self.fail(where, "must provide a string")
        elif len(text) > most:
            self.fail(where, f"must be less than {most + 1} characters")
        elif len(text) < least:
            self.fail(where, f"must be more than {least - 1} characters")

    def one_of(self, part: JSON, name: str, at: str, values: Collection[Any]) -> None:
        if part.get(name) is not None and part[name] not in values:
            self.fail(f"{at}/{name}", "must be a valid enum value")

    def flag(self, part: JSON, at: str, *names: str) -> None:
        for name in names:
            if name in part and not isinstance(part[name], bool):
                self.fail(f"{at}/{name}", "must be a boolean")

    def text(self, part: JSON, name: str, at: str, most: int, *, plain: bool = True) -> None:
        """A text object, docs.slack.dev/reference/block-kit/composition-objects/text-object."""
        text, where = part.get(name), f"{at}/{name}"
        if text is not None:
            self.text_object(text, where, most, plain=plain)

    def text_object(self, text: Any, at: str, most: int, *, plain: bool) -> None:
        kind = text.get("type") if isinstance(text, dict) else None
        kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
        if kind not in kinds:
            self.fail(at, f"must be a {' or '.join(kinds)} object")
            return
        if self.thing(text, at, ("text",), ("emoji",) if kind == "plain_text" else ("verbatim",)):
            self.string(text, "text", at, most)
            self.flag(text, at, "emoji", "verbatim")

    def unique(self, ids: list[tuple[str, str]], what: str) -> None:
        """No two of these (id, pointer) are the same."""
        seen: set[str] = set()
        for one, at in ids:
            if one in seen:
                self.fail(f"{at}/{what}", f"`{what}` must be unique: {one}")
            seen.add(one)
