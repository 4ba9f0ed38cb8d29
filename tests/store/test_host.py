"""One SQLite file belongs to one machine."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import StartError
from bot.store.host import HELD, HOST, kind_of, refuse_network, take_host
from bot.store.memory import open_store

MOUNTS = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /srv rw shared:2 - xfs /dev/sdb1 rw
31 30 0:41 / /srv/share rw,relatime shared:3 - nfs4 server:/export rw
32 30 0:42 / /srv/with\\040blank rw - fuse.sshfs me@there:/ rw
"""
NOW = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/var/state.db", "ext4"),
        ("/srv/state.db", "xfs"),
        ("/srv/share/bot/state.db", "nfs4"),
        ("/srv/shared/state.db", "xfs"),
        ("/srv/with blank/state.db", "fuse.sshfs"),
    ],
)
def test_the_file_system_of_a_path_is_that_of_the_nearest_mount(path: str, kind: str) -> None:
    assert kind_of(Path(path), MOUNTS) == kind


def test_a_network_file_system_is_refused_with_a_way_out() -> None:
    with pytest.raises(StartError, match=r"network file system \(nfs4\).*disk of this machine"):
        refuse_network(Path("/srv/share/state.db"), MOUNTS)
    refuse_network(Path("/srv/state.db"), MOUNTS)
    refuse_network(Path("/srv/state.db"), "")


async def test_a_second_machine_that_goes_on_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        await store.lease(HOST, "there", NOW, HELD)

        async def sleep(_: float) -> None:
            await store.lease(HOST, "there", NOW + timedelta(seconds=10), HELD)

        monkeypatch.setattr(asyncio, "sleep", sleep)
        with pytest.raises(StartError, match="Another machine uses this database"):
            await take_host(store, lambda: NOW + timedelta(seconds=5), told.append, "here")
    assert "waiting" in told[0]


async def test_a_machine_that_is_gone_is_waited_for_and_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, waited = NOW, 0.0

    async def sleep(seconds: float) -> None:
        nonlocal now, waited
        now, waited = now + timedelta(seconds=seconds), waited + seconds

    monkeypatch.setattr(asyncio, "sleep", sleep)
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        await store.lease(HOST, "gone", NOW, HELD)
        await take_host(store, lambda: now, lambda _: None, "here")
        assert (await store.leased(HOST) or ("",))[0] == "here"
    assert waited < HELD.total_seconds() + 1


async def test_the_same_machine_comes_again_at_once(tmp_path: Path) -> None:
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        for _ in range(2):
            await take_host(store, lambda: NOW, pytest.fail)
