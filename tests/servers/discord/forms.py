"""Discord's limits on what is sent, where simcord does not check them: lengths in UTF-16 units, commands, choices."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from simcord.backend.errors import BackendError
from simcord.components import walk_components

JSON = Mapping[str, Any]

NAME = re.compile(r"[-_'\w]{1,32}")
COMMANDS, OPTIONS, CHOICES, COMMAND_TEXT = 100, 25, 25, 8000
FILES, NONCE = 10, 25
SUB, GROUP = 1, 2


class Form:
    """The complaints about one body, each under the path of its field, as in Discord's `errors`."""

    def __init__(self) -> None:
        self.errors: dict[str, Any] = {}

    def wrong(self, path: Iterable[object], code: str, message: str) -> None:
        at = self.errors
        for step in path:
            at = at.setdefault(str(step), {})
        at.setdefault("_errors", []).append({"code": code, "message": message})

    def text(self, value: object, path: Sequence[object], most: int, *, least: int = 0) -> None:
        """A text within its limits; None is left to whoever requires it."""
        if value is None and not least:
            return
        if not isinstance(value, str):
            self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
        elif not least <= units(value) <= most:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def most(self, values: object, path: Sequence[object], most: int) -> list[Any]:
        """A list within its limit, or an empty one where it is none."""
        if values is None:
            return []
        if not isinstance(values, list):
            self.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if len(values) > most:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between 0 and {most} in length.")
        return values

    def close(self) -> None:
        """Raises what Discord answers where anything was wrong."""
        if self.errors:
            raise BackendError(400, 50035, "Invalid Form Body", errors=self.errors)


def units(text: str) -> int:
    """UTF-16 units, the strictest way to count; Discord's own is not documented."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_message(body: JSON, files: int) -> None:
    """Lengths of a message; kinds and structure are simcord's to check."""
    form = Form()
    form.text(body.get("content"), ("content",), 2000)
    nonce = body.get("nonce")
    form.text(str(nonce) if isinstance(nonce, int) else nonce, ("nonce",), NONCE)
    total = 0
    for index, embed in _objects(form.most(body.get("embeds"), ("embeds",), 10)):
        for path, text, most in _embed_texts(embed):
            form.text(text, ("embeds", index, *path), most)
            total += units(text) if isinstance(text, str) else 0
        for number, part in _objects(embed.get("fields")):
            for key in ("name", "value"):
                if not str(part.get(key) or "").strip():
                    form.wrong(("embeds", index, "fields", number, key), "BASE_TYPE_REQUIRED", "This field is required")
    if total > 6000:
        form.wrong(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")
    for part in walk_components(body.get("components") or []):
        form.text(part.get("custom_id"), ("components", "custom_id"), 100)
        form.text(part.get("label"), ("components", "label"), 80)
    if files > FILES:
        form.wrong(("files",), "BASE_TYPE_BAD_LENGTH", f"Must be between 0 and {FILES} in length.")
    for index, one in _objects(form.most(body.get("attachments"), ("attachments",), FILES)):
        form.text(one.get("description"), ("attachments", index, "description"), 1024)
    form.close()


def _objects(values: object) -> Iterator[tuple[int, JSON]]:
    """Those of a list's items that are objects; simcord complains about the others."""
    if isinstance(values, list):
        yield from ((index, value) for index, value in enumerate(values) if isinstance(value, dict))


def _embed_texts(embed: JSON) -> Iterator[tuple[tuple[object, ...], object, int]]:
    yield ("title",), embed.get("title"), 256
    yield ("description",), embed.get("description"), 4096
    yield ("footer", "text"), (embed.get("footer") or {}).get("text"), 2048
    yield ("author", "name"), (embed.get("author") or {}).get("name"), 256
    for index, field in _objects(embed.get("fields")):
        yield ("fields", index, "name"), field.get("name"), 256
        yield ("fields", index, "value"), field.get("value"), 1024


def check_choices(data: JSON) -> None:
    """What may be offered while somebody types."""
    form = Form()
    for index, choice in enumerate(form.most(data.get("choices"), ("data", "choices"), CHOICES)):
        form.text(choice.get("name"), ("data", "choices", index, "name"), 100, least=1)
        if isinstance(choice.get("value"), str):
            form.text(choice["value"], ("data", "choices", index, "value"), 100, least=1)
        elif not isinstance(choice.get("value"), int | float):
            form.wrong(("data", "choices", index, "value"), "BASE_TYPE_REQUIRED", "This field is required")
    form.close()


def check_commands(body: object) -> None:
    """A bulk overwrite of application commands."""
    form = Form()
    commands = form.most(body, (), COMMANDS)
    seen: set[tuple[str, int]] = set()
    for index, command in enumerate(commands):
        _check_named(form, command, (index,), slash=command.get("type", 1) == 1)
        key = (str(command.get("name")), int(command.get("type", 1)))
        if key in seen:
            form.wrong(
                (index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
            )
        seen.add(key)
        if sum(map(units, _words(command))) > COMMAND_TEXT:
            form.wrong((index,), "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({COMMAND_TEXT})")
    form.close()


def _check_named(form: Form, part: JSON, path: tuple[object, ...], *, slash: bool = True) -> None:
    """A command or an option: its name, its description, its options and their choices."""
    name = part.get("name")
    if slash and not (isinstance(name, str) and NAME.fullmatch(name) and name == name.lower()):
        form.wrong((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    if slash:
        form.text(part.get("description"), (*path, "description"), 100, least=1)
    optional, names = False, set()
    for index, option in enumerate(form.most(part.get("options"), (*path, "options"), OPTIONS)):
        at = (*path, "options", index)
        _check_named(form, option, at)
        if option.get("required") and optional:
            form.wrong((*at, "required"), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options go first")
        optional = optional or not (option.get("required") or option.get("type") in {SUB, GROUP})
        if option.get("name") in names:
            form.wrong((*at, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option names must be unique")
        names.add(option.get("name"))
        choices = form.most(option.get("choices"), (*at, "choices"), CHOICES)
        if choices and option.get("autocomplete"):
            form.wrong((*at, "autocomplete"), "BASE_TYPE_CHOICES", "autocomplete may not be used with choices")
        for number, choice in enumerate(choices):
            form.text(choice.get("name"), (*at, "choices", number, "name"), 100, least=1)


def _words(part: JSON) -> Iterator[str]:
    """The texts that count towards a command's size."""
    yield from (str(part.get(key) or "") for key in ("name", "description"))
    for option in part.get("options") or ():
        yield from _words(option)
    for choice in part.get("choices") or ():
        yield from (str(choice.get("name")), str(choice.get("value")))
