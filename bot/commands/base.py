"""What a command is, what an ask is, and what comes back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.content import resolve
from bot.content.receipt import Checked
from bot.content.view import View
from bot.message import Message

LONGEST = resolve.LONGEST
"""Characters of the free text of a command, on every platform."""


@dataclass(frozen=True, slots=True)
class HouseFacts:
    """What `/status` tells beyond the view; `broken` are ids of briefings served from an older version.

    `loaded_at` is when the shelf was last read, `read_at` when each briefing was, by its id: who sees some of them
    is not told when the others were edited. `checked` says of each claim, by its briefing and its id, how it stands to
    the text it was read in. `platforms` says how each is, and is filled for admins only,
    as are `replicas`, the processes that share the database where there are several; `for_admins` says so.
    `dead` are links of sources that lead nowhere, and since when. `serves` is False for a question without a server,
    which knows nothing of a bot that may run beside it.
    """

    version: str
    started_at: datetime
    loaded_at: datetime
    broken: frozenset[str] = frozenset()
    read_at: Mapping[str, datetime] = field(default_factory=dict)
    checked: Mapping[str, Mapping[str, Checked]] = field(default_factory=dict)
    platforms: tuple[tuple[str, str], ...] = ()
    replicas: tuple[str, ...] = ()
    dead: Mapping[str, datetime] = field(default_factory=dict)
    for_admins: bool = False
    serves: bool = True


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a command is typed at a place: with what before its name, and where that name is taken, behind which door.

    `/impact` anywhere, `/nk-impact` with a prefix, `/brief search` where `/search` is the platform's own.
    """

    prefix: str = ""
    taken: frozenset[str] = frozenset()
    door: str = "brief"

    def __call__(self, name: str, text: str = "") -> str:
        typed = f"{self.prefix}{name}"
        line = f"{self.prefix}{self.door} {name}" if typed in self.taken else typed
        return f"/{line} {text}".rstrip()


@dataclass(frozen=True, slots=True)
class Question:
    """What a reading command is asked: the text behind its name, the instant, the reader's language.

    `locale` is a language tag (`de`, `en-GB`); it decides how numbers are written. `follows` are the briefings
    the channel follows, empty for all. `typed` says how commands are typed there.
    """

    text: str
    now: datetime
    facts: HouseFacts
    locale: str = "en"
    follows: frozenset[str] = frozenset()
    typed: Spelling = Spelling()


Answering = Callable[[View, Question], Message]


@dataclass(frozen=True, slots=True)
class Command:
    """A name, a description, and the reply; `about` says what the optional text may be, `example` is one."""

    name: str
    description: str
    reply: Answering
    about: str = "A person, a briefing, a claim's id, or words to look for"
    example: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Platform, account and channel id: `desk:newsroom`, `discord:123`, `slack:C012`."""

    platform: str
    channel: str
    account: str = ""

    def __str__(self) -> str:
        return f"{self.platform}:{self.channel}"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: an id and a name as the platform tells them, roles, and whether they run the place.

    `manages` is Discord's Manage Server, or being an admin of the Slack workspace.
    """

    id: str
    name: str = ""
    roles: frozenset[str] = frozenset()
    manages: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Somebody asks `/command text` at a place, wanting page `page` (from 0).

    `stamp` is what a button remembered of the view; where it differs from today's, the first page is shown.
    `inbound_id` is the platform's own id of this one question. `direct` places have one reader. In `strange`
    ones people of another house may read along (a foreign guild, a channel shared with another company), and
    all they may see is TLP:CLEAR.
    """

    place: Place
    person: Asker
    command: str
    text: str = ""
    page: int = 0
    stamp: str | None = None
    locale: str = "en"
    inbound_id: str = ""
    direct: bool = False
    strange: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say, and which page of it."""

    message: Message
    page: int = 0


Answer = Callable[[Ask], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A command or a text offered while somebody types: what is filled in, and what it means."""

    value: str
    meaning: str
