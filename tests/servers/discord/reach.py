"""How the test's side reaches the server's levers."""

from dataclasses import dataclass
from typing import Any

import aiohttp

JSON = dict[str, Any]
Id = str


class Wrong(Exception):
    """A test asked for what cannot be on Discord: a command nobody offered, a button that is not there."""


@dataclass
class Reach:
    """Where the levers are."""

    control: str
    _http: aiohttp.ClientSession

    async def _do(self, verb: str, **words: Any) -> Any:
        limit = aiohttp.ClientTimeout(total=float(words.get("within") or 0) + 10)
        async with self._http.post(f"{self.control}/{verb}", json=words, timeout=limit) as reply:
            told = await reply.json()
        if reply.status == 422:
            raise Wrong(told["wrong"])
        assert reply.status == 200, told
        return told["told"]
