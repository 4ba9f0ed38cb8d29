"""One question on the desk and its answer, drawn as every platform will draw it."""

import re
from dataclasses import dataclass

from bot.commands.base import LONGEST, Asker, Place, Reply
from bot.commands.registry import read_line
from bot.message import Picture
from bot.platforms.desk import kept, sheets

PERSON = Asker("")
"""Nobody in particular: whoever is at the desk has shown its secret, and asks as fast as they like."""
DIRECT = Place("desk", "dm")

_COMMAND = re.compile(r"[a-z0-9-]{1,32}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Turn:
    """A question, where it was asked, and the reply; `refusal` is said where there is none."""

    number: int
    asked: str
    channel: str
    reply: Reply | None = None
    refusal: str | None = None

    @property
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures on the page that is shown."""
        return sheets.pictures(kept.page_of(self.reply.message, self.reply.page)) if self.reply else ()

    @property
    def pictured(self) -> str:
        """The part of a picture's address that says whose it is."""
        return f"turn={self.number}"


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody typed, understood; `refusal` says why it cannot be asked."""

    command: str = ""
    text: str = ""
    refusal: str | None = None


def read_typed(typed: str) -> Typed:
    """`/impact lankov` asks a command; words without a slash are looked for."""
    words = " ".join(typed.split())
    if not words:
        return Typed(refusal="Type a question first, for example /help.")
    name, text = read_line(words)
    return read_parts(name or "help", text)


def read_parts(command: str, text: str) -> Typed:
    """A command and its text, from a form that anybody may have filled in."""
    if not _COMMAND.fullmatch(command):
        return Typed(refusal=f'"/{command[:40]}" is not a command. See /help.')
    if len(text) > LONGEST:
        return Typed(refusal=f"At most {LONGEST} characters may follow a command, as in chat; these are {len(text)}.")
    return Typed(command, text)


def read_language(header: str) -> str:
    """The first language of an Accept-Language header."""
    first = header.partition(",")[0].partition(";")[0].strip()
    return first if _LANGUAGE.fullmatch(first) else "en"


def asked(command: str, text: str) -> str:
    """A question as somebody would type it."""
    return f"/{command} {text}".rstrip()
