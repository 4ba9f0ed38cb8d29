"""Questions over 10,000 snippets against the same over the shipped briefing, drawn for Slack."""

import asyncio
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, p99, ratio
from benchmarks.houses import ROOT, many, opened
from bot.commands.base import Command, HouseFacts, Question
from bot.commands.registry import commands, reply
from bot.content.view import View
from bot.platforms.slack.render import render

QUESTIONS = 1000
ROUNDS = 3
BOUND = 3.0
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
FACTS = HouseFacts("bench", NOW, NOW)

_NOT_ASKED = 0.5
"""Words that stand in more than this part of all snippets, such as `the`, are no words to look for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A view, the commands over it, and words that people may look for in it."""

    view: View
    known: dict[str, Command]
    words: list[str]


def measure() -> Iterator[Figure]:
    with many() as config, TemporaryDirectory(prefix="briefing-bench-") as name:
        home = Path(name)
        shutil.copytree(ROOT / "briefings", home / "briefings")
        shutil.copy(ROOT / "config.yaml", home)
        large, small = asyncio.run(_asked(config)), asyncio.run(_asked(home / "config.yaml"))
        yield from _compared("/impact", large, small, search=False)
        yield from _compared("/search WORD", large, small, search=True)


async def _asked(config: Path) -> Asked:
    async with opened(config) as house:
        view = house.shelf.views.at("TLP:RED", NOW)
        return Asked(view, commands(house.shelf.rules.sections), _words(view))


def _words(view: View) -> list[str]:
    """As many frequent words as middling and rare ones, by the number of snippets that hold them."""
    counted = Counter(word for seen in view.snippets for word in set(re.findall(r"[a-z]{3,}", seen.item.text.lower())))
    asked = [word for word, count in counted.most_common() if count <= len(view.snippets) * _NOT_ASKED]
    third = len(asked) // 3
    random = Random(7)
    levels = (asked[: min(third, 100)], asked[third : 2 * third], asked[2 * third :])
    return [random.choice(levels[number % 3]) for number in range(QUESTIONS)]


def _compared(name: str, large: Asked, small: Asked, *, search: bool) -> Iterator[Figure]:
    many_ms, few_ms = [], []
    for _ in range(ROUNDS):
        over_many, over_few = [], []
        for number in range(QUESTIONS):
            over_many.append(_answered(large, number, search=search))
            over_few.append(_answered(small, number, search=search))
        many_ms.append(p99(over_many))
        few_ms.append(p99(over_few))
    yield ratio(f"{name} over 10,000 snippets, p99, over the shipped briefing's", many_ms, few_ms, BOUND)
    yield Figure("the same in milliseconds of processor time", tuple(many_ms), "ms")


def _answered(asked: Asked, number: int, *, search: bool) -> float:
    """Processor time and not the clock's: what else the machine does would hide the difference."""
    text = asked.words[number] if search else ""
    started = time.thread_time()
    message = reply(asked.known, asked.view, "search" if search else "impact", Question(text, NOW, FACTS))
    frozen = render(message)
    taken = (time.thread_time() - started) * 1000
    assert len(frozen.body["blocks"]) > 2
    return taken
