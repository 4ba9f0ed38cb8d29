"""Worlds that stories share."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from tests.product.chats import Chat
from tests.product.running import Product
from tests.product.worlds import MODES, World, world


@dataclass
class Live:
    """A world, and the bot running in it."""

    world: World
    product: Product

    @property
    def chat(self) -> Chat:
        return self.world.chat


@pytest_asyncio.fixture(scope="session", loop_scope="session", params=MODES)
async def live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Live]:
    """The bot on one of its three ways to people, in a Python of its own: its memory is measured."""
    async with world(request.param, tmp_path_factory.mktemp("world")) as one, one.bot(whole=True) as product:
        yield Live(one, product)
