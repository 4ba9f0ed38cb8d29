"""What an /impact costs over each wire, against a bare handler of the same library that sends the same."""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.figures import Figure, p99, ratio
from benchmarks.gateway import Discord
from benchmarks.running import BOT, SECRET, Running, free_port, home, running, tokens
from benchmarks.signed import Answered, Asker
from benchmarks.workspace import Slack

ROUNDS = 9
ASKED = 2000
TURNS = 8
WARM = 500
PROCESSOR = 1.25
LATE = 1.5
HTTP = "slack: {{mode: http}}\nweb: {{port: {port}}}"


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """A process, and how it is asked so many questions: milliseconds that each one waited."""

    process: Running
    many: Callable[[int], Awaitable[list[float]]]


@dataclass(frozen=True, slots=True)
class Run:
    """One round: microseconds of processor time for each answer, and milliseconds waited."""

    processor: float
    usual: float
    late: float


async def slack() -> list[Figure]:
    """The bot and the bare handler are each a process; questions are signed before the clock starts."""
    ours, theirs = free_port(), free_port()
    async with Slack().listening() as api:
        environ = {**tokens(), "SLACK_API_URL": api.api}
        del environ["DISCORD_TOKEN"]
        with home(HTTP.format(port=ours)) as folder, home("") as beside:
            async with running(folder, BOT, environ) as bot:
                ask = Asker(ours, SECRET, api.hooks)
                answer = await bot.until(_first(ask))
                (beside / "answer.json").write_bytes(answer.body)
                words = ("-m", "benchmarks.bare_slack", str(theirs), "answer.json")
                async with running(beside, words, environ) as bare:
                    other = Asker(theirs, SECRET, api.hooks)
                    same = await bare.until(_first(other))
                    assert json.loads(same.body) == json.loads(answer.body)
                    return _figures(
                        "Slack, /impact over signed HTTP",
                        await _paired(
                            Side(bot, lambda count: ask.many(count, answer.body)),
                            Side(bare, lambda count: other.many(count, same.body)),
                        ),
                    )


async def discord() -> list[Figure]:
    """Interactions come over the gateway and are answered over REST; both sides' ends are in this process."""
    environ = tokens()
    async with Discord().listening() as api, Discord().listening() as beside:
        with home("") as folder, home("") as bare_folder:
            async with running(folder, BOT, {**_only_discord(environ), "DISCORD_API_URL": api.api}) as bot:
                await bot.until(api.ready.wait())
                await bot.until(api.offered.wait())
                answer = await bot.until(api.once())
                (bare_folder / "answer.json").write_text(json.dumps(answer), encoding="utf-8")
                words = ("-m", "benchmarks.bare_discord", "answer.json")
                async with running(bare_folder, words, {**environ, "DISCORD_API_URL": beside.api}) as bare:
                    await bare.until(beside.ready.wait())
                    same = await bare.until(beside.once())
                    assert _seen(same) == _seen(answer)
                    return _figures(
                        "Discord, /impact from gateway to REST",
                        await _paired(
                            Side(bot, lambda count: api.many(count, answer)),
                            Side(bare, lambda count: beside.many(count, same)),
                        ),
                        late=None,
                    )


def _only_discord(environ: dict[str, str]) -> dict[str, str]:
    return {"DISCORD_TOKEN": environ["DISCORD_TOKEN"]}


async def _first(ask: Asker) -> Answered:
    """The first whole answer, as soon as the process listens and is ready."""
    while True:
        with suppress(ConnectionError):
            answer = await ask.once()
            if answer.status == 200 and len(json.loads(answer.body)["blocks"]) > 1:
                return answer
        await asyncio.sleep(0.1)


def _seen(callback: dict[str, Any]) -> list[Any]:
    """What a person sees of a callback: the library fills in what nobody set."""
    data = callback["data"]
    embeds = [[one.get(name) for name in ("title", "description", "footer", "url")] for one in data["embeds"]]
    parts = [part for row in data["components"] for part in row["components"]]
    return [data["flags"], embeds, [[part[name] for name in ("type", "style", "label", "custom_id")] for part in parts]]


async def _paired(ours: Side, bare: Side) -> list[tuple[Run, Run]]:
    """Rounds in which both sides are asked by turns: what else the machine does strikes both."""
    await ours.many(WARM)
    await bare.many(WARM)
    return [await _round(ours, bare) for _ in range(ROUNDS)]


async def _round(ours: Side, bare: Side) -> tuple[Run, Run]:
    waits: dict[Side, list[float]] = {ours: [], bare: []}
    before = {side: side.process.processor() for side in waits}
    gc.collect()
    gc.disable()  # a pause of this process would be taken for one of the process that it asks
    try:
        for number in range(TURNS):
            for side in (ours, bare) if number % 2 else (bare, ours):
                waits[side] += await side.many(ASKED // TURNS)
    finally:
        gc.enable()
    spent = {side: (side.process.processor() - before[side]) / ASKED * 1e6 for side in waits}
    runs = {side: Run(spent[side], median(waited), p99(waited)) for side, waited in waits.items()}
    return runs[ours], runs[bare]


def _figures(name: str, pairs: list[tuple[Run, Run]], late: float | None = LATE) -> list[Figure]:
    ours, bare = zip(*pairs, strict=True)
    return list(_told(name, ours, bare, late))


def _told(name: str, ours: tuple[Run, ...], bare: tuple[Run, ...], late: float | None) -> Iterator[Figure]:
    costs, bare_costs = [run.processor for run in ours], [run.processor for run in bare]
    yield ratio(f"{name}: processor time over bare", costs, bare_costs, PROCESSOR)
    yield ratio("the same, waited for at p99", [run.late for run in ours], [run.late for run in bare], late)
    yield ratio("the same, waited for at the median", [run.usual for run in ours], [run.usual for run in bare])
    yield Figure("processor time of an answer", tuple(costs), "us")
    yield Figure("the bare handler's", tuple(bare_costs), "us")
    yield Figure("waited for an answer at p99, eight at once", tuple(run.late for run in ours), "ms")
