"""The values of a briefing: ids, texts, dates, links, paragraphs, and how each is told to an editor.

What the schema says is wider than what a file may hold only where a schema cannot say it.
"""

import re
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from bot.content.dates import PartialDate, read_date
from bot.content.mends_paragraphs import MOST, mend_paragraphs

ID = r"[a-z0-9][a-z0-9-]{0,63}"

_WHEN = r"^\d{4}(-\d{2}(-\d{2}([T ]\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?)?)?$"
LANGUAGE = r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$"


def _date(value: Any) -> Any:
    return read_date(value) if isinstance(value, str) else value


def _paragraphs(value: Any) -> Any:
    """`2`, `[2, 4]` and `3-5` are all paragraphs; what is none of these is left to the type check."""
    items = value if isinstance(value, list) else [value]
    found: list[int] = []
    for item in items:
        span = re.fullmatch(r"(\d{1,4})(?:\s*[-–]\s*(\d{1,4}))?", item) if isinstance(item, str) else None
        if span is None:
            raise ValueError(f'"{item}" is no paragraph', mend_paragraphs(value))
        first, last = int(span[1]), int(span[2] or span[1])
        if last < first:
            raise ValueError(f"{first}-{last} runs backwards", mend_paragraphs(value))
        found.extend(range(first, last + 1))
    if len(found) > MOST:
        raise ValueError(f"more than {MOST} paragraphs for one claim")
    return tuple(dict.fromkeys(found))


def _link(value: str) -> str:
    try:
        parts = urlsplit(value)
        port_is_a_number = parts.port is None or parts.port >= 0
    except ValueError as wrong:
        raise ValueError("is not a web address") from wrong
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_a_number:
        given = re.sub(r"^(?:h\w{2,4}(?::/*|/+)|/+)", "", value)
        example = f"https://{given}" if re.match(r"[\w-]+(\.[\w-]+)+(/\S*)?$", given) else None
        raise ValueError("is not a web address that begins with http:// or https://", "begin it with https://", example)
    if parts.username is not None:
        raise ValueError("names a user; a web address here has none")
    if re.search(r"[\s<>\"\\^`{|}]", value):
        said = "holds a character that must be percent-encoded in a web address"
        raise ValueError(said, 'write "%20" for a blank, and so on', quote(value, safe="%:/?#[]@!$&'()*+,;=~"))
    if not _has_a_host(value, parts.hostname):
        raise ValueError("is not a web address: its host cannot be read", "copy it from the browser once more")
    return value


def _has_a_host(address: str, host: str) -> bool:
    """Whether its host in other letters is one, as the library reads it that fetches: `xn--` alone is none."""
    if host.isascii() and "xn--" not in host:
        return True
    from yarl import URL  # few addresses need it

    try:
        return bool(URL(address).host)
    except ValueError:
        return False


def _unspaced(value: str) -> str:
    return " ".join(value.split())


def told_as(title: str, **schema: Any) -> WithJsonSchema:
    """What editors' programs check and say of a value; `title` is its kind in plain words, as the reference has it."""
    return WithJsonSchema({"title": title, **schema})


def a_text(most: int) -> WithJsonSchema:
    """A name such as 1984 is a text to us, and a number to an editor that reads YAML by itself."""
    title = f"a text, at most {most} characters"
    return told_as(title, type=["string", "number", "boolean"], minLength=1, maxLength=most)


Id = Annotated[
    str,
    StringConstraints(pattern=f"^{ID}$"),
    told_as("an id", type=["string", "integer"], pattern=f"^{ID}$", minimum=0),
]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_unspaced), a_text(200)
]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400), AfterValidator(_unspaced), a_text(400)
]
Prose = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600), AfterValidator(_unspaced), a_text(600)
]
Link = Annotated[
    str,
    StringConstraints(max_length=1000),
    AfterValidator(_link),
    told_as("a web address", type="string", pattern="^https?://", maxLength=1000),
]
Language = Annotated[str, StringConstraints(pattern=LANGUAGE), told_as("a language", type="string", pattern=LANGUAGE)]
Date = Annotated[
    PartialDate,
    BeforeValidator(_date),
    told_as("a date", type=["string", "integer"], pattern=_WHEN, minimum=1, maximum=9999),
]
_SPAN = {"type": ["integer", "string"], "minimum": 0, "pattern": r"^\d{1,4}(\s*[-–]\s*\d{1,4})?$"}
# With "items" beside "type" an editor's program would begin a list where most people write a number.
Paragraphs = Annotated[
    tuple[int, ...],
    BeforeValidator(_paragraphs),
    told_as(
        "a paragraph, a span, or a list of them",
        **_SPAN | {"type": ["integer", "string", "array"], "allOf": [{"items": _SPAN, "maxItems": 200}]},
    ),
]
Number = Annotated[
    Decimal,
    Field(max_digits=18, decimal_places=6, allow_inf_nan=False),
    told_as("a number", type=["number", "string"], pattern=r"^-?\d{1,12}(\.\d{1,6})?$"),
]
Switch = Annotated[
    bool,
    told_as("true or false", type=["boolean", "string"], pattern="^([Tt]rue|[Ff]alse|[Yy]es|[Nn]o|[Oo]n|[Oo]ff)$"),
]
"""An editor's program takes `no` for a text."""
