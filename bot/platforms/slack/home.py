"""The App Home: what there is, and what can be asked."""

from collections.abc import Sequence
from typing import Any

from bot.platforms.base import Frozen
from bot.platforms.slack import limits

_DIVIDER = {"type": "divider"}


def home_view(pages: Sequence[Frozen], direct: str) -> dict[str, Any]:
    """The Home tab with some answers under one another; one that no longer fits as a whole is left out.

    It remembers the id of its owner's direct message with the bot: what is pressed in it is asked there.
    """
    blocks: list[Any] = []
    for page in pages:
        more = [*([_DIVIDER] if blocks else []), *page.body["blocks"]]
        if len(blocks) + len(more) <= limits.HOME_BLOCKS:
            blocks += more
    return {"type": "home", "blocks": blocks, "private_metadata": direct}
