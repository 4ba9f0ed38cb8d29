"""The log of a running bot: one sentence a line, and no secret in any of them."""

import json
import logging
import re
import sys
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO
from urllib.parse import quote, quote_plus

from bot.environment import LogFormat

log = logging.getLogger(__name__)

FORM = "%(asctime)s %(levelname)s %(message)s"

CHATTY = (
    "aiohttp",
    "alembic",
    "apscheduler",
    "asyncio",
    "discord",
    "slack_bolt",
    "slack_sdk",
    "sqlalchemy",
    "watchfiles",
)
"""Libraries that tell every step; only their warnings are for the operator."""

SHORTEST = 8
"""Characters of the shortest secret that is hidden: anything shorter stands in ordinary words too."""

UNWRITTEN = "a line of the log could not be written: %s"
LEFT_OUT = "[left out: as JSON it would have shown a secret]"

UNDECODED = "surrogateescape"
"""How the environment keeps bytes that are no text."""


def set_up(secrets: Iterable[tuple[str, str]], form: LogFormat = "text") -> None:
    """Let the process log to standard error; `secrets` are names and values, which are hidden."""
    handler = Handler()
    handler.setFormatter(AsJson(secrets) if form == "json" else Redacting(secrets))
    # By force: a handler that a library has put up would write the secrets.
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    sys.excepthook = _uncaught


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What ends the process goes the same way as every other line."""
    log.critical("the bot stopped because of an error that nobody foresaw", exc_info=(kind, error, trace))


class Redacting(logging.Formatter):
    """Writes `[NAME]` for the value of each secret, wherever in the finished text it stands, tracebacks included."""

    def __init__(self, secrets: Iterable[tuple[str, str]], form: str = FORM) -> None:
        super().__init__(form)
        self._names = {
            writing: f"[{name}]" for name, value in secrets if len(value) >= SHORTEST for writing in _writings(value)
        }
        # The longest first: one secret may begin with another, and a writing with a shorter one.
        longest_first = sorted(self._names, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def format(self, record: logging.LogRecord) -> str:
        return self.hidden(super().format(record))

    def hidden(self, text: str) -> str:
        """The text with each secret in it replaced by its name."""
        return self._any.sub(lambda found: self._names[found[0]], text)

    def shows(self, text: str) -> bool:
        """Whether a secret stands in it."""
        return bool(self._any.search(text))


class AsJson(Redacting):
    """Writes one JSON object a line, in ASCII: `time` in UTC, `level`, `logger`, `message`, and a `traceback`, if any.

    Each text in it is redacted before it is written as JSON, so that a name takes the place of a whole secret, and the
    line is looked through once more: the escapes of an ordinary text may come to a secret.
    """

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        told = {
            "time": at.replace("+00:00", "Z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps({name: self._safe(text) for name, text in told.items()})

    def _safe(self, text: str) -> str:
        safe = self.hidden(text)
        return LEFT_OUT if self.shows(json.dumps(safe)) else safe


class Handler(logging.StreamHandler[TextIO]):
    """Writes to standard error, and tells of a line that cannot be written without what it holds."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (its name in the library)
        # The library would print the arguments as they are.
        kind = sys.exc_info()[0]
        where = f"{record.pathname}:{record.lineno}: {kind.__name__ if kind else 'unknown'}"
        told = logging.LogRecord(__name__, logging.ERROR, __file__, 0, UNWRITTEN, (where,), None)
        with suppress(OSError, ValueError):
            self.stream.write(f"{self.format(told)}\n")


def _writings(value: str) -> Iterator[str]:
    """A secret as it may stand in a text: as it is, and escaped for an address, for JSON, Python or in base64."""
    found = {value, repr(value)[1:-1], json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    for way in (quote, quote_plus):
        for safe in ("", "/", "/:"):
            written = way(value, safe=safe, errors=UNDECODED)
            found |= {written, re.sub("%..", lambda escape: escape[0].lower(), written)}
    yield from (
        writing for writing in (*found, *_in_base64(value.encode(errors=UNDECODED))) if len(writing) >= SHORTEST
    )


def _in_base64(value: bytes) -> Iterator[str]:
    """All of it, and the digits that are the same whatever stands before and behind it, as in `Basic` credentials."""
    for encode in (b64encode, urlsafe_b64encode):
        yield encode(value).decode()
        for before in range(3):
            digits = encode(bytes(before) + value).decode()
            yield digits[-(-before * 8 // 6) : (before + len(value)) * 8 // 6]
