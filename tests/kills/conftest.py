"""Two chat servers for all the exams that one worker holds; each exam has channels and a home of its own there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.kills.ground import Servers

LONG = ("test_every_digest_arrives_once_however_often_the_bot_is_killed", "test_a_slot_that_falls_due")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests that take a minute far from one another: neighbours would wait in one worker's queue."""
    at = [index for index, item in enumerate(items) if item.path.parent == Path(__file__).parent]
    own = [items[index] for index in at]
    long = [item for item in own if item.name.startswith(LONG)]
    order = [item for item in own if item not in long]
    for number, item in enumerate(long):
        order.insert(number * len(own) // len(long), item)
    for index, item in zip(at, order, strict=True):
        items[index] = item


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """A Discord and a Slack that are never killed."""
    async with Servers.start(tmp_path_factory.mktemp("servers")) as found:
        yield found
