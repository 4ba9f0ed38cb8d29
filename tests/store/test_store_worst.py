"""All or nothing: cancelled, killed, or out of disk in the middle of keeping."""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent, indent

import pytest
from sqlalchemy import Connection, event

import bot
from bot.content.memory import Kept, Remembered, Version
from bot.errors import StoreError
from bot.store.memory import Store, open_store

NOON = datetime(2024, 11, 11, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)

FILE = Kept("east/dprk.yaml", "format: 1\n", "a" * 64, NOON)
FIRST = Version("dprk", "troops", NOON, "d1", "TLP:CLEAR", '{"text":"Ten thousand."}')
SECOND = Version("dprk", "troops", LATER, "d2", "TLP:GREEN", '{"text":"Eleven thousand."}')


@pytest.mark.parametrize("after", [0.0, 0.001, 0.003, 0.01, 0.03])
async def test_a_cancelled_keep_is_whole_or_not_at_all(store: Store, after: float) -> None:
    await store.keep([FILE], [FIRST])
    newer = replace(FILE, text="format: 1\n# newer\n")
    many = [replace(SECOND, snippet=f"s{number:04}") for number in range(2000)]

    task = asyncio.create_task(store.keep([newer], many))
    await asyncio.sleep(after)
    task.cancel()
    await asyncio.wait([task])

    found = await store.recall()
    assert found in (Remembered((FILE,), (FIRST,)), Remembered((newer,), (FIRST, *many)))
    await store.keep([newer], [SECOND])


async def test_a_keep_cancelled_twice_is_whole_and_leaves_no_lock(store: Store) -> None:
    many = [replace(SECOND, snippet=f"s{number:04}") for number in range(2000)]
    task = asyncio.create_task(store.keep([FILE], many))
    for _ in range(2):
        await asyncio.sleep(0.002)
        task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task

    assert len((await store.recall()).versions) == len(many)
    await store.keep([], [FIRST])


KILLED_AT = {
    "between-the-file-and-its-versions": """
        @event.listens_for(Engine, "after_cursor_execute")
        def die(connection, cursor, statement, *rest):
            if statement.startswith("INSERT INTO kept"):
                os.kill(os.getpid(), signal.SIGKILL)
    """,
    "before-the-commit": """
        @event.listens_for(Engine, "commit")
        def die(connection):
            os.kill(os.getpid(), signal.SIGKILL)
    """,
}


@pytest.mark.parametrize("moment", KILLED_AT)
async def test_a_bot_killed_while_it_keeps_leaves_the_old_state(url: str, moment: str) -> None:
    async with await open_store(url) as store:
        await store.keep([FILE], [FIRST])

    killed = _run(
        f"""
async def main():
    store = await open_store(sys.argv[1])
{indent(dedent(KILLED_AT[moment]), "    ")}
    await store.keep([Kept("east/dprk.yaml", "x" * 500_000, "b" * 64, LATER)],
        [Version("dprk", f"s{{number}}", LATER, "d", "TLP:CLEAR", "y" * 1000) for number in range(5000)])
""",
        url,
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    async with await open_store(url) as store:
        assert await store.recall() == Remembered((FILE,), (FIRST,))
        await store.keep([], [SECOND])


async def test_a_bot_killed_at_any_time_leaves_files_and_versions_that_agree(url: str) -> None:
    said = _kill_after(8, FOREVER, url)

    async with await open_store(url) as store:
        found = await store.recall()

    rounds = int(found.kept[0].text)
    assert rounds >= said[-1], "what was kept is kept"
    assert len(found.versions) == rounds * 50
    assert {version.digest for version in found.versions} == {str(n) for n in range(1, rounds + 1)}


FOREVER = """
async def main():
    store = await open_store(sys.argv[1])
    for n in range(1, 1_000_000):
        at = LATER + timedelta(seconds=n)
        await store.keep([Kept("a.yaml", str(n), "b" * 64, at)],
            [Version("dprk", f"s{s}", at, str(n), "TLP:CLEAR", "y" * 1000) for s in range(50)])
        print(n, flush=True)
"""


async def test_a_full_disk_says_so_and_loses_nothing(in_a_file: Store) -> None:
    store = in_a_file
    await store.keep([FILE], [FIRST])

    def fill(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count=1")  # SQLite takes the present size at least

    event.listen(store._engine, "begin", fill)
    with pytest.raises(StoreError, match=r"cannot use .*state\.db: the disk is full; nothing was changed"):
        await store.keep([replace(FILE, text="x" * 500_000)], [SECOND])
    event.remove(store._engine, "begin", fill)

    assert await store.recall() == Remembered((FILE,), (FIRST,))


async def test_a_disk_quota_says_so_and_loses_nothing(tmp_path: Path) -> None:
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        await store.keep([FILE], [FIRST])

    limited = _run(
        """
async def main():
    async with await open_store("sqlite:///state.db", Path(sys.argv[1])) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
        try:
            await store.keep([Kept("big.yaml", "x" * 500_000, "b" * 64, LATER)], [])
        except StoreError as error:
            print(error)
        print(len((await store.recall()).kept))
""",
        tmp_path,
    )

    assert limited.stderr == ""
    said, files = limited.stdout.splitlines()
    assert "the disk fails to read or write; nothing was changed" in said
    assert files == "1"
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        assert await store.recall() == Remembered((FILE,), (FIRST,))


def _script(body: str) -> str:
    return f"""
import asyncio, os, resource, signal, sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlalchemy import Engine, event
from bot.content.memory import Kept, Version
from bot.errors import StoreError
from bot.store.memory import open_store
LATER = datetime(2024, 11, 11, 13, tzinfo=UTC)
{body}
asyncio.run(main())
"""


def _kill_after(lines: int, body: str, where: object) -> list[int]:
    command = [sys.executable, "-W", "error", "-c", _script(body), str(where)]
    with subprocess.Popen(command, env=_env(), stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        said = [int(child.stdout.readline()) for _ in range(lines)]
        child.kill()
        return said + [int(line) for line in child.stdout.read().split()]


def _run(body: str, where: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", _script(body), str(where)]
    return subprocess.run(command, env=_env(), capture_output=True, text=True, timeout=60, check=False)


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(bot.__file__).parents[1])}
