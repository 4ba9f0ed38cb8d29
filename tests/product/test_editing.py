"""Editing on the desk of the real bot: what was saved is served, and is there when the bot is killed."""

import json
from pathlib import Path

from tests.product.home import furnish
from tests.product.running import started

FILE = "dprk-troops-in-russia.yaml"
TITLE, OTHER = "title: North Korean troops in Russia", "title: Soldiers far from home"


async def test_what_was_saved_on_the_desk_is_served_and_undone_after_a_kill(tmp_path: Path) -> None:
    path = furnish(tmp_path / "home", secret=False) / "briefings" / FILE
    before = path.read_bytes()
    async with started(path.parents[1], {}) as bot:
        opened = json.loads(await bot.page(f"/briefings/text?file={FILE}"))
        text = opened["text"].replace(TITLE, OTHER, 1)
        assert text != opened["text"]
        form = {"file": FILE, "stamp": opened["stamp"], "text": text}
        status, told = await bot.submit("/briefings/save", form)
        assert status == 200, told
        assert path.read_text(encoding="utf-8") == text
        await bot.tells("/briefing dprk-troops-in-russia", "Soldiers far from home")
        form["stamp"] = json.loads(told)["stamp"]
        await bot.kill()
    async with started(path.parents[1], {}) as bot:
        await bot.tells("/briefing dprk-troops-in-russia", "Soldiers far from home")
        status, told = await bot.submit("/briefings/undo", form)
        assert status == 200, told
        assert path.read_bytes() == before
        await bot.tells("/briefing dprk-troops-in-russia", "North Korean troops in Russia")
