"""A clock on the wall that a test sets while bots read it."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.faults.ground import QUICK, Bot, Ground
from tests.faults.stories import Digest, mark

SCHEDULE = "minutely"
_BERLIN = ZoneInfo("Europe/Berlin")
_POSTED = re.compile(rf"digest {SCHEDULE} of (\S+) is in (\S+) as ")


def every_minute(rooms: Sequence[str]) -> Digest:
    """What tells of gulls each minute."""
    return Digest(rooms, ["gulls"], "* * * * *")


def once_each(ground: Ground, rooms: Sequence[str], *bots: Bot) -> Counter[str]:
    """How often each slot of the schedule was posted: once in each channel, as the bots and as the servers say."""
    said = [found for bot in bots for found in _POSTED.findall(bot.said)]
    twice = [one for one, times in Counter(said).items() if times > 1]
    assert not twice, twice
    counts = {room: sum(mark("gulls", 1) in text for text in ground.kept(room)) for room in rooms}
    posted = Counter(slot for slot, _ in said)
    assert counts == dict.fromkeys(rooms, len(posted)), (counts, posted)
    return posted


class Clock:
    """The clock of a bot, which is `ahead` of the true one by so many seconds."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.set(0.0)

    def set(self, ahead: float) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(str(ahead), encoding="ascii")
        fresh.replace(self._path)
        self.ahead = ahead

    def set_before_a_minute(self, step: float) -> str:
        """Set it so many seconds ahead, and a little more, so that a minute turns in a second: that minute."""
        now = datetime.now(_BERLIN) + timedelta(seconds=step)
        self.set(step + 59.0 - now.second)
        turned = now.replace(second=0) + timedelta(minutes=1)
        return f"{turned:%Y-%m-%dT%H:%M}"

    @property
    def extra(self) -> dict[str, str]:
        return {"CLOCK": str(self._path), **QUICK}
