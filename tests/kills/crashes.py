"""Deaths at a chosen point, and scenarios that show what each protection is for."""

from dataclasses import dataclass, field

from tests.kills.digests import Book
from tests.kills.ground import GHOST, PACE, POST
from tests.kills.harness import Exam
from tests.kills.oracle import Verdict
from tests.servers.faults import Fault

WITHIN = 25.0
"""Seconds in which a point has to be passed."""

AT_THE_CALL = ("plan before commit", "plan after commit")
"""What is sent by hand is written down by the one who asks."""

LOOKS = ("before the look", "after the look")


def book(number: int, platform: str) -> Book:
    """A digest of three parts in each of two channels."""
    return Book(number, 23, (f"{platform}-1", f"{platform}-2"), corrected=True)


async def crashed(exam: Exam, digest: str, point: str) -> Verdict:
    """Let the bot die at this point with this digest on its way; then let it live, and judge."""
    if point.partition(":")[0] in LOOKS:
        await _dies(exam, digest, "after the answer")
        life = await exam.begin({"CRASH": point}, may_die=True)
        assert await life.dies(WITHIN), f"{point!r} was not passed: {life.said}"
    elif point in AT_THE_CALL:
        life = await exam.begin()
        called = await exam.send(digest, {"CRASH": point})
        assert called.killed, f"{point!r} was not passed: {called}"
        assert await life.kill()
    else:
        await _dies(exam, digest, point)
    return await exam.judged(await exam.begin())


async def corrected(exam: Exam, book: Book, point: str) -> Verdict:
    """Let posted marks in two parts change, and the bot die at this point as it puts them right; then judge."""
    life = await exam.begin()
    assert (await exam.send(book.name)).code == 0
    assert await exam.until(lambda: exam.kept > 0 and not exam.missing(), WITHIN), "it was not posted"
    assert await life.kill()
    for mark in (3, 15):
        exam.edit(book, mark)
    life = await exam.begin({"CRASH": point}, may_die=True)
    assert await life.dies(WITHIN), f"{point!r} was not passed: {life.said}"
    return await exam.judged(await exam.begin())


async def crashed_alone(exam: Exam, digest: str, point: str) -> Verdict:
    """Where no bot runs, the one who asks does the work, and dies at this point; then the bot lives, and is judged."""
    assert await (await exam.begin()).kill()
    called = await exam.send(digest, {"CRASH": point})
    assert called.killed, f"{point!r} was not passed: {called}"
    return await exam.judged(await exam.begin())


async def _dies(exam: Exam, digest: str, point: str) -> None:
    life = await exam.begin({"CRASH": point})
    called = await exam.send(digest)
    assert called.code == 0, called.said
    assert await life.dies(WITHIN), f"{point!r} was not passed: {life.said}"


@dataclass(frozen=True)
class Scenario:
    """What shows that a protection is missing: faults of Slack, or a crash."""

    told: str
    shows: str
    faults: tuple[Fault, ...] = ()
    crash: str | None = None
    ghost: int = GHOST
    pace: float = PACE
    books: tuple[Book, ...] = field(default=(Book(1, 12, ("slack-1", "slack-2")), Book(2, 4, ("slack-3", "discord-1"))))


SCENARIOS = {
    "no look-up": Scenario(
        "Slack keeps three posts and cuts the connection", "doubled", (Fault(POST["slack"], "reset after", times=3),)
    ),
    "no wait": Scenario(
        "Slack carries two posts out after the bot gave up on them",
        "doubled",
        (Fault(POST["slack"], "slow before", seconds=4.0, times=2),),
        ghost=6,  # time enough for one who does not wait to look too early, on a busy machine too
        pace=0.0,  # or Slack would refuse the late one, less than a second after the other
    ),
    "sdk retries": Scenario(
        "Slack keeps three posts and cuts the connection", "doubled", (Fault(POST["slack"], "reset after", times=3),)
    ),
    "mark before send": Scenario("the bot dies before it writes", "lost", crash="before the write"),
}


async def shown(exam: Exam, scenario: Scenario, mutant: str | None) -> Verdict:
    """Play a scenario to its end."""
    broken = {"MUTANT": mutant} if mutant else {}
    await exam.ground.servers.slack.set(per_channel=scenario.pace)
    life = await exam.begin({**broken, **({"CRASH": scenario.crash} if scenario.crash else {})})
    for fault in scenario.faults:
        await exam.ground.servers.fault("slack", fault)
    for one in scenario.books:
        called = await exam.send(one.name, broken)
        assert called.code == 0, called.said
    if scenario.crash:
        assert await life.dies(WITHIN), f"{scenario.crash!r} was not passed: {life.said}"
        life = await exam.begin(broken)
    else:
        await exam.until(lambda: exam.kept >= len(scenario.books), WITHIN)
    return await exam.judged(life)
