"""Opening a database: whose file it is, and what is said when it cannot be used."""

import asyncio
import contextlib
import os
import shutil
import socket
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.pool import QueuePool

import bot
from bot.content.memory import Remembered
from bot.errors import StartError, StoreError
from bot.store.memory import open_store
from bot.store.sqlite import SqliteFile


def test_importing_the_folder_costs_nothing() -> None:
    heavy = "{'sqlalchemy', 'alembic'} & set(sys.modules)"
    said = _run(f"import sys, bot.store; print({heavy})")
    assert said.stdout == "set()\n"


def test_a_usual_start_does_without_alembic(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from bot.store.memory import open_store\n"
        "async def main():\n"
        "    async with await open_store('sqlite:///state.db', Path(sys.argv[1])):\n"
        "        print('alembic' in sys.modules)\n"
        "asyncio.run(main())\n"
    )
    said = [_run(script, tmp_path).stdout for _ in range(2)]
    assert said == ["True\n", "False\n"]


async def test_a_new_database_and_its_companions_are_the_owners_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        async with await open_store("sqlite:///state.db", tmp_path) as store:
            await store.recall()
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in _files_in(tmp_path)}
    finally:
        os.umask(before)
    assert modes == {"state.db": 0o600, "state.db-wal": 0o600, "state.db-shm": 0o600}


async def test_what_is_kept_survives_a_power_cut(tmp_path: Path) -> None:
    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    async with await open_store("sqlite:///state.db", tmp_path) as store:
        found = await store.read(pragmas)
    assert found == ["wal", 2, 1]


@pytest.mark.parametrize("name", ["a b", "ümläut", "100%20", "what?", "hash#", "semi;colon&x=y"])
async def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    async with await open_store("sqlite:///state.db", folder) as store:
        assert await store.recall() == Remembered()
    async with await open_store(f"sqlite:///{quote(str(folder / 'other.db'))}") as store:
        assert await store.recall() == Remembered()
    assert [file.name for file in _files_in(folder)] == ["other.db", "state.db"]


async def test_two_bots_started_at_once_make_one_database(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys\n"
        "from bot.store.memory import open_store\n"
        "async def main():\n"
        "    async with await open_store(sys.argv[1]) as store:\n"
        "        print(await store.recall())\n"
        "asyncio.run(main())\n"
    )
    url = f"sqlite:///{quote(str(tmp_path / 'state.db'))}"
    bots = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-W", "error", "-c", script, url, env=_env(), stdout=-1, stderr=-1
        )
        for _ in range(3)
    ]
    said = [await each.communicate() for each in bots]
    assert said == [(f"{Remembered()}\n".encode(), b"")] * 3


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql+asyncpg://bot:hunter2@db/bot", 'asks for "postgresql+asyncpg"'),
        ("mysql://bot:hunter2@db/bot", 'asks for "mysql"'),
        ("sqlite+pysqlcipher://:hunter2@/state.db", 'asks for "sqlite+pysqlcipher"'),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite://hunter2/state.db", "names no file"),
        ("sqlite:///state.db?key=hunter2", "takes no options"),
        ("hunter2", "is not a database URL"),
        ("postgresql://bot:hunter2@db:port/bot", "is not a database URL"),
        ("", "is not a database URL"),
    ],
)
async def test_a_wrong_url_stops_the_start_without_repeating_it(tmp_path: Path, url: str, sentence: str) -> None:
    with pytest.raises(StartError) as caught:
        await open_store(url, tmp_path)
    assert sentence in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert _files_in(tmp_path) == []


async def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    noise = bytes(range(256)) * 64
    file.write_bytes(noise)

    with pytest.raises(StoreError, match=r"cannot use .*state\.db: it is not a database"):
        await open_store("sqlite:///state.db", tmp_path)

    assert file.read_bytes() == noise
    assert _files_in(tmp_path) == [file]


async def test_a_database_of_another_program_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    before = file.read_bytes()

    with pytest.raises(StoreError, match="a database of another program"):
        await open_store("sqlite:///state.db", tmp_path)

    assert file.read_bytes() == before


async def test_a_damaged_database_says_so(tmp_path: Path) -> None:
    await _make(tmp_path)
    file = tmp_path / "state.db"
    good = file.read_bytes()
    file.write_bytes(good[:100] + b"\xff" * (len(good) - 100))

    with pytest.raises(StoreError, match="it is damaged; restore a copy"):
        await open_store("sqlite:///state.db", tmp_path)


async def test_a_folder_in_its_place_says_so(tmp_path: Path) -> None:
    (tmp_path / "state.db").mkdir()
    with pytest.raises(StoreError, match="it is a folder, not a file"):
        await open_store("sqlite:///state.db", tmp_path)


async def test_a_pipe_or_socket_in_its_place_does_not_hang_the_start(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.db")
    with socket.socket(socket.AF_UNIX) as listening:
        with contextlib.chdir(tmp_path):  # the path of a socket has to be short
            listening.bind("socket.db")
        for name in ("pipe.db", "socket.db"):
            with pytest.raises(StoreError, match="it is not a regular file"):
                await open_store(f"sqlite:///{name}", tmp_path)


async def test_a_missing_folder_says_which(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"the folder .*nowhere does not exist"):
        await open_store("sqlite:///nowhere/state.db", tmp_path)


async def test_a_file_where_a_folder_should_be_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"the folder .*file does not exist"):
        await open_store("sqlite:///file/state.db", tmp_path)


async def test_a_link_to_nothing_is_not_followed_into_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "state.db").symlink_to(tmp_path / "gone.db")
    with pytest.raises(StoreError, match="No such file"):
        await open_store("sqlite:///state.db", tmp_path)


# Root may write everywhere, so these run as somebody else, who must be able to reach the folder.
AS_NOBODY = """
import asyncio, os, sys
import encodings.unicode_escape, alembic.command, alembic.config, sqlalchemy.dialects.sqlite
from pathlib import Path
from bot.errors import StoreError
from bot.store.memory import open_store
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
async def main():
    try:
        async with await open_store("sqlite:///state.db", Path(sys.argv[1])) as store:
            print(await store.recall())
    except StoreError as error:
        print(error)
asyncio.run(main())
"""


@pytest.fixture
def reachable() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize(
    ("file_mode", "folder_mode", "sentence"),
    [
        (0o444, 0o755, "it is read-only; the bot must be able to write to the file and its folder"),
        (0o200, 0o755, "no permission to read it"),
        (0o666, 0o555, "it is read-only; the bot must be able to write to the file and its folder"),
        (None, 0o555, "no permission to write in"),
    ],
    ids=["read-only-file", "unreadable-file", "read-only-folder", "new-in-read-only-folder"],
)
def test_a_file_of_somebody_else_says_what_is_missing(
    reachable: Path, file_mode: int | None, folder_mode: int, sentence: str
) -> None:
    if file_mode is not None:
        asyncio.run(_make(reachable))
        (reachable / "state.db").chmod(file_mode)
    reachable.chmod(folder_mode)

    said = _run(AS_NOBODY, reachable)

    assert said.stderr == ""
    assert said.stdout.startswith(f"cannot use {reachable / 'state.db'}: ")
    assert sentence in said.stdout


def _env() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(bot.__file__).parents[1])}


def _files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def _run(script: str, *folders: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", script, *map(str, folders)]
    return subprocess.run(command, env=_env(), capture_output=True, text=True, timeout=60, check=False)


async def _make(folder: Path) -> None:
    async with await open_store("sqlite:///state.db", folder):
        pass


async def test_who_is_cancelled_while_it_opens_leaves_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Engine] = []

    connect = SqliteFile.connect

    def kept(file: SqliteFile, patience: timedelta) -> Engine:
        made.append(connect(file, patience))
        return made[-1]

    monkeypatch.setattr(SqliteFile, "connect", kept)
    task = asyncio.create_task(open_store("sqlite:///state.db", tmp_path))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    pool = made[0].pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedin() == pool.checkedout() == 0


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = await open_store("sqlite:///state.db", tmp_path)
    await store.close()
    with pytest.raises(StoreError, match="it is closed"):
        await store.recall()
    with pytest.raises(StoreError, match="it is closed"):
        await store.note("name", "value")
