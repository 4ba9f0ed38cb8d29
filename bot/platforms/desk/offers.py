"""What the desk offers to somebody who has not typed anything yet."""

from collections.abc import Sequence

from bot.commands.base import Place, Suggestion
from bot.platforms.desk.house import House
from bot.settings import BUILT_IN

ALWAYS = {
    "sources": "Where the claims were read",
    "timeline": "What happens when",
    "people": "Who makes the claims",
    "help": "What can be asked",
}
"""Commands that are always worth asking."""

QUESTIONS = 4


async def worth_asking(house: House, place: Place) -> Sequence[Suggestion]:
    """Four questions for somebody who knows nothing of the bot: a section first, a search last."""
    offered = await house.complete(place, "/")
    sections = [one for one in offered if one.value.removeprefix("/") not in BUILT_IN]
    sections.sort(key=lambda one: one.value != "/impact")
    always = [Suggestion(f"/{name}", meaning) for name, meaning in ALWAYS.items()]
    words = list(await house.complete(place, "/search "))
    return [*sections[:1], *always[:2], *words[:1], *always[2:]][:QUESTIONS]
