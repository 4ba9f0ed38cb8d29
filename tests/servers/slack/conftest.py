"""A Slack server for each test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.servers.slack.control import SlackServer


@pytest.fixture
async def slack(tmp_path: Path) -> AsyncIterator[SlackServer]:
    async with SlackServer.start(tmp_path) as server:
        yield server
