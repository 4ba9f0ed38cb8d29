"""Two chat servers for all tests of replicas that one worker holds, and a PostgreSQL that a test may kill."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.kills.ground import Servers
from tests.postgres import Cluster


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    """A Discord and a Slack that are never killed."""
    async with Servers.start(tmp_path_factory.mktemp("servers")) as found:
        yield found


@pytest.fixture
def own() -> Iterator[Cluster]:
    """A server that the test may stop."""
    cluster = Cluster()
    try:
        yield cluster.start()
    finally:
        cluster.remove()
