"""Two chat servers for all the exams that one worker holds; each exam has channels and a home of its own there."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.kills.ground import Servers


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """A Discord and a Slack that are never killed."""
    async with Servers.start(tmp_path_factory.mktemp("servers")) as found:
        yield found
