"""Pictures of the desk's pages: which are shown, and the newest of them as they were drawn."""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence

from bot.message import Picture
from bot.platforms.painting import painted
from bot.platforms.picture import Theme

DRAWN = 16
"""Drawn pictures kept in memory."""

SHOWN = 64
"""Posts and previews whose pictures can still be asked for."""


class Pictures:
    """Draws each picture once, as long as it is asked for."""

    def __init__(self) -> None:
        self._drawn: OrderedDict[tuple[Picture, Theme], bytes] = OrderedDict()
        self._shown: OrderedDict[str, tuple[Picture, ...]] = OrderedDict()

    def show(self, pictures: Sequence[Picture]) -> str:
        """Remember what a page is about to show, and return the name that asks for it."""
        if not pictures:
            return ""
        name = hashlib.sha256(repr(pictures).encode(errors="backslashreplace")).hexdigest()[:32]
        self._shown[name] = tuple(pictures)
        self._shown.move_to_end(name)
        while len(self._shown) > SHOWN:
            self._shown.popitem(last=False)
        return f"of={name}"

    def shown(self, name: str) -> tuple[Picture, ...]:
        """What a page showed under that name."""
        return self._shown.get(name, ())

    async def png(self, picture: Picture, theme: Theme) -> bytes:
        key = (picture, theme)
        if key not in self._drawn:
            self._drawn[key] = await painted(picture, theme)
            while len(self._drawn) > DRAWN:
                self._drawn.popitem(last=False)
        return self._drawn[key]
