"""Databases for the tests of the store: every promise that is not a file's own is tried on both kinds."""

from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path

import pytest

from bot.store.memory import Store, open_store
from tests.postgres import Cluster

SQLITE = "sqlite:///state.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Gives the URL of a new and empty database at each call."""
    if request.param == "sqlite":
        numbers = count()
        return lambda: f"sqlite:///{tmp_path}/{next(numbers)}.db"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.make


@pytest.fixture
def url(fresh: Callable[[], str]) -> str:
    return fresh()


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    async with await open_store(url) as opened:
        yield opened


@pytest.fixture
async def in_a_file(tmp_path: Path) -> AsyncIterator[Store]:
    """A store that is a file for certain, `state.db` in the test's folder."""
    async with await open_store(SQLITE, tmp_path) as opened:
        yield opened
