"""Two chat servers for all the faults that one worker tries; each test has channels and a home of its own there."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.faults.ground import Servers


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """A Discord and a Slack that keep their logs."""
    async with Servers.start(tmp_path_factory.mktemp("servers")) as found:
        yield found
