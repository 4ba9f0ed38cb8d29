"""Answers asks from the shelf, and takes what readers do with an answer; the bot as its platforms see it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta, tzinfo
from functools import partial
from typing import TYPE_CHECKING

from bot import __version__
from bot.commands.base import Ask, Asker, HouseFacts, Place, Question, Reply, Spelling, Suggestion
from bot.commands.pace import Pace
from bot.commands.recent import Recent
from bot.commands.registry import commands, complete, reply, suggest, told_as
from bot.commands.rights import Rights, rights
from bot.content.counting import how_many
from bot.content.links import DeadLink
from bot.content.model import LABELS
from bot.content.shelf import Shelf
from bot.content.state import ShelfState
from bot.content.view import View
from bot.digests.commands import is_private
from bot.errors import BriefingBotError, Refused, StoreError
from bot.house import DigestChat, ceiling, channels_of, facts_for_admins, facts_of, told_of, troubles
from bot.message import Message
from bot.opening import clock, needs_restart
from bot.platforms.base import Health, Moved, Platform, key_of, unheard
from bot.platforms.desk.digests_shown import Digests
from bot.platforms.desk.edits_shown import Editing
from bot.platforms.desk.house import Channel, HouseState, NoticesShown, PlatformState, ReplicaShown, ReportShown
from bot.platforms.literal import clean, visible
from bot.platforms.slack.names import DOOR, RESERVED
from bot.reporting import Acts, for_admins, post_to_admins, shown, snippets_about, taken, with_offers
from bot.settings import Settings
from bot.tally import Tally

if TYPE_CHECKING:
    from bot.store.acts import Report

log = logging.getLogger(__name__)

CHATS = frozenset(("discord", "slack"))
REPORTS, REPORTS_WITHIN, REPORTS_SHOWN = 3, timedelta(hours=1), 50
STALE = "The briefings changed since this answer was given; this is its first page."


class Front:
    """Answers from memory. `acts` remembers what was done; without it nothing is shared or reported."""

    def __init__(self, shelf: Shelf[Settings], started: Settings, acts: Acts | None = None) -> None:
        self._shelf = shelf
        self._started = started
        self._acts = acts
        self._started_at, self.serves = clock(), True
        self._told: tuple[ShelfState, HouseFacts] | None = None
        self._pace = Pace()
        self._recent = Recent()
        self.typed = {"slack": Spelling(started.config.slack.prefix, RESERVED, DOOR)}
        self._store_trouble: str | None = None
        self.digests: Digests  # set before the desk opens
        self.editing: Editing  # likewise
        self.digest_chat: DigestChat | None = None
        self.platforms: Mapping[str, Platform] = {}
        self.absent: Mapping[str, Health] = {}  # why a platform is not among them
        self.silent: Callable[[str], str] = lambda _: ""
        """Why no digest is sent to a platform; empty where all is well."""
        self.replicas: Callable[[], tuple[ReplicaShown, ...]] = tuple
        self.database: Callable[[], str] = str
        """Why the database is of no use, as what asks it all the time knows; empty where it answers."""
        self.stopped: Callable[[], str] = str  # why the process is not alive; empty where it is
        self.moved: Moved = unheard
        self.told: Callable[[], Awaitable[NoticesShown]] | None = None
        self.dead_links: Callable[[], tuple[DeadLink, ...]] = tuple
        self.fallen: dict[str, Health] = {}  # how a platform is that cannot tell of itself
        self.tally = Tally()

    async def answer(self, ask: Ask) -> Reply:
        """Answer at once from memory; what has a text may search, and does so in a thread."""
        with self.tally.counting(ask, self._shelf.rules.sections):
            self._paced(ask)
            message = await self._message(ask)
        if ask.stamp is not None and ask.stamp != message.stamp and ask.page:
            return Reply(replace(message, notices=(STALE, *message.notices)))
        return Reply(message, ask.page)

    async def suggest(self, ask: Ask, most: int) -> Sequence[Suggestion]:
        if ask.command == "digest" and self.digest_chat:
            may = rights(self._shelf.rules.config.admins, ask)
            return await self.digest_chat.suggest(ask, may, self._audience(ask), most)
        view = await self.view(self._audience(ask))
        return await asyncio.to_thread(suggest, ask.command, view, ask.text, most)

    async def share(self, ask: Ask) -> Reply:
        """The answer as everybody at the place may read it, for the first press of this id."""
        self._paced(ask)
        if ask.direct:
            raise Refused("There is no channel here to share it with.")
        message = await self._message(ask, "reader")  # what admins are told beyond that is not for everybody
        if ask.stamp != message.stamp:
            raise Refused("The briefings changed since this answer was given. Ask again, and share what you see then.")
        await self._once(ask, "This was shared already.")
        name = clean(ask.person.name)
        by = f"Shared by {name if visible(name) else ask.person.id}"
        offers = tuple(offer for offer in message.offers if offer != "share")
        return Reply(replace(message, notices=(by, *message.notices), offers=offers, pick=None), ask.page)

    async def report(self, ask: Ask, words: str, link: str = "") -> str:
        """Keep a report, and post it in the admin channel; at most three an hour from one person."""
        self._paced(ask)
        words = clean(words)[:500].rstrip()
        if not visible(words):
            raise Refused("A report needs a few words: say what is wrong.")
        if self._shelf.rules.config.admins.channel is None or self._acts is None:
            raise Refused("Nobody is named here who would read a report.")
        # Who reports may quote all that is ever seen there, whatever is seen there at this moment.
        label = self._audience(replace(ask, strange=False))
        view = await self.view(self._audience(ask))
        if ask.stamp is not None and ask.stamp != view.stamp:
            label = ""  # that answer may have held what is not seen there any more
        report = taken(ask, words, link, label, clock())
        try:
            done = await self._acts.report(report, ask.inbound_id, REPORTS, REPORTS_WITHIN)
        except StoreError as error:
            self._failed(error)
            raise Refused("The database does not answer, so your report was not taken. Try again later.") from error
        self._store_trouble = None
        if done == "again":
            raise Refused("This report was taken already.")
        if done == "too many":
            raise Refused(f"{REPORTS} reports an hour are taken from one person. Try again later.")
        snippets = await asyncio.to_thread(snippets_about, ask, view, self._shelf.state.files)
        await self._tell_admins(report, snippets, key_of("report", ask.place.platform, ask.inbound_id))
        return "Thank you. The admins have your report."

    async def _tell_admins(self, report: "Report", snippets: Sequence[str], key: str) -> None:
        try:
            await self.tell_admins(partial(for_admins, report, snippets), key)
        except BriefingBotError as error:
            log.warning("a report waits on the desk: it was not posted in the admin channel: %s", error)
        except Exception:  # it is kept, and the one who reports has done their part
            log.exception("a report waits on the desk: it was not posted in the admin channel")

    async def tell_admins(self, message: Callable[[str], Message], key: str) -> None:
        """Post in the admin channel, where it is on a chat platform; `message` is given what may be seen there."""
        await post_to_admins(self._shelf.rules.config, self.platforms, message, key)

    async def _once(self, ask: Ask, already: str) -> None:
        """Write down that this is done now; Refused where it was done before."""
        if self._acts is None:
            raise Refused("Nothing can be kept here, so nothing is done.")
        try:
            first = await self._acts.first(ask.place.platform, ask.inbound_id, clock())
        except StoreError as error:
            self._failed(error)
            raise Refused("The database does not answer, so nothing was done. Try again later.") from error
        self._store_trouble = None
        if not first:
            raise Refused(already)

    async def complete(self, place: Place, typed: str) -> Sequence[Suggestion]:
        """Whole lines for the desk, as they are typed."""
        view = await self.view(self._audience(Ask(place, Asker(""), "")))
        return await asyncio.to_thread(complete, commands(self._shelf.rules.sections), view, typed)

    @property
    def zone(self) -> tzinfo:
        return self._shelf.rules.zone

    def channels(self) -> Sequence[Channel]:
        return channels_of(self._shelf.rules.config)

    def guarded(self, platform: str, channel_id: str) -> bool:
        """Whether a place may see more than TLP:CLEAR, so that it matters who reads along."""
        return ceiling(self._shelf.rules.config, f"{platform}:{channel_id}") != LABELS[0]

    def shelf(self) -> ShelfState:
        state = self._shelf.state
        restart = needs_restart(self._started, self._shelf.rules)
        return replace(state, notices=(*state.notices, restart)) if restart else state

    def state(self) -> HouseState:
        shelf = self._shelf.state
        forgets = next((notice for notice in shelf.notices if "not remembered" in notice), None)
        store = self._store_trouble or self.database() or forgets or "ok"
        found = (replace(self._shown("desk", Health("on")), name="desk"), *self._chats())
        dead = self.stopped()
        wrong = troubles(dead, store, found, self.platforms, shelf)
        return HouseState(__version__, self._started_at, found, store, self.replicas(), wrong, dead, self.dead_links())

    def store_answers(self) -> None:
        """What failed for a reader is over."""
        self._store_trouble = None

    def _failed(self, error: StoreError) -> None:
        """The reader hears that it failed; why is for the log and the desk."""
        self._store_trouble = str(error)
        log.error("what a reader did was not taken: %s", error)

    def standings(self) -> dict[str, Health]:
        """How each chat platform is, by name; also those that are off."""
        told = {name: platform.standing for name, platform in self.platforms.items()}
        return {**self.absent, **told, **self.fallen}

    def _chats(self) -> list[PlatformState]:
        return [self._shown(name, standing) for name, standing in sorted(self.standings().items())]

    def _shown(self, name: str, health: Health) -> PlatformState:
        return told_of(name, health, self.silent(name), clock(), self.zone)

    async def reports(self) -> Sequence[ReportShown]:
        if self._acts is None:
            return ()
        try:
            found = await self._acts.reports(REPORTS_SHOWN)
        except StoreError as error:
            self._store_trouble = str(error)
            return ()
        names = {channel.at: name for name, channel in self._shelf.rules.config.channels.items()}
        return [shown(one, names.get(one.place)) for one in found]

    async def notices(self) -> NoticesShown:
        return await self.told() if self.told else NoticesShown()

    async def changed(self, revision: int) -> int:
        return await self._shelf.changed(revision)

    async def reload(self) -> None:
        await self._shelf.reload()

    async def _message(self, ask: Ask, as_if: Rights | None = None) -> Message:
        view = await self.view(self._audience(ask))
        if ask.command == "digest" and self.digest_chat:
            return await self._digest(self.digest_chat, ask, as_if, view)
        may = as_if or rights(self._shelf.rules.config.admins, ask)
        message = await self._read(ask, may, view)
        if ask.command == "cite" and self.digest_chat:
            return await self.digest_chat.beside(message, ask, may, view)
        return message

    async def _read(self, ask: Ask, may: Rights, view: View) -> Message:
        """The answer of a reading command."""
        settings, at, now = self._shelf.rules, str(ask.place), clock()
        channel = next((one for one in settings.config.channels.values() if one.at == at), None)
        follows = frozenset(channel.briefings if channel else ())
        typed = self.typed.get(ask.place.platform, Spelling())
        told_of = (self._shelf.state.revision, settings.config.admins.channel, self.dead_links())
        asked = (ask.command, ask.text, ask.locale, follows, may, ask.direct, typed, told_of)
        if may != "admin" and (made := self._recent.get(view, asked, now)):
            return made
        facts = self._facts(may)
        question = Question(ask.text, now, facts, ask.locale, follows, typed)
        known = commands(settings.sections)
        if ask.text:
            message = await asyncio.to_thread(reply, known, view, ask.command, question)
        else:
            message = reply(known, view, ask.command, question)
        message = with_offers(message, ask, settings)
        if may != "admin":  # they are told how the platforms are at this moment
            self._recent.keep(view, asked, message, now)
        return message

    async def _digest(self, chat: DigestChat, ask: Ask, as_if: Rights | None, view: View) -> Message:
        may = as_if or rights(self._shelf.rules.config.admins, ask)
        typed = self.typed.get(ask.place.platform, Spelling())
        try:
            message = await chat.answer(ask, may, self._audience(ask), typed)
        except StoreError as error:
            self._failed(error)
            raise Refused("The database does not answer, so nothing is known of digests. Try again later.") from error
        message = told_as(message, view, "digest", ask.text)
        return message if is_private(ask.text) else with_offers(message, ask, self._shelf.rules)

    def _audience(self, ask: Ask) -> str:
        """The ceiling of a place: TLP:CLEAR unless config.yaml says more; always for one alone or among strangers."""
        return LABELS[0] if ask.strange or ask.direct else ceiling(self._shelf.rules.config, str(ask.place))

    async def view(self, audience: str) -> View:
        """What an audience sees now."""
        views, now = self._shelf.views, clock()
        ready = views.ready(audience, now)
        return ready if ready is not None else await asyncio.to_thread(views.at, audience, now)

    def _paced(self, ask: Ask) -> None:
        if ask.place.platform not in CHATS or not ask.person.id:
            return  # the desk is behind a secret; what is made for nobody in particular was not asked for
        wait = self._pace.allow(f"{ask.place.platform}:{ask.person.id}", clock())
        if wait is not None:
            seconds = max(1, round(wait.total_seconds()))
            raise Refused(f"That was much at once. Ask again in {how_many(seconds, 'second')}.")

    def _facts(self, may: Rights) -> HouseFacts:
        """What `/status` tells, made once for each state of the shelf; how the platforms are is for admins."""
        state = self._shelf.state
        if self._told is None or self._told[0] is not state:
            self._told = state, facts_of(state, self._started_at, self._shelf.loaded_at)
        facts = replace(self._told[1], dead={one.url: one.since for one in self.dead_links()}, serves=self.serves)
        if may != "admin":
            return facts
        return facts_for_admins(facts, self._chats(), self.replicas())
