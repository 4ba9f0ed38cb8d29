"""`/digest subscribe` and its like: what was meant, who may do it, and what is said. All of it is pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.commands.base import LONGEST, Ask, Spelling, Suggestion
from bot.commands.numbers import capital
from bot.commands.rights import Rights, may_order
from bot.content.suggest import closest
from bot.digest_settings import Digest
from bot.digests.asked_times import Times, Unclear, read_times, zones_like
from bot.digests.commands import TITLE, said
from bot.digests.rota import Scheduled
from bot.digests.schedule import next_slot, rhythm, when_of
from bot.digests.words import slot_said
from bot.message import Action, Message, Paragraph, bold, plain
from bot.platforms.literal import clip
from bot.settings import Config

BUTTONS = 4
"""Digests for which buttons are shown at once."""

LABEL = 70
"""Characters of a button's label."""

SENTENCE = 200
"""Characters that are told of what was typed, where it was not understood."""

USUAL = ("UTC", "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Seoul", "Asia/Tokyo")
"""Zones that are offered before anything of one is typed."""


@dataclass(frozen=True, slots=True)
class Here:
    """What may be ordered at a place, each by the name of the digest in config.yaml; `zone` is config.yaml's own.

    `offered` are digests that may tell its audience something, `ordered` the subscriptions there are, `own` the digests
    that config.yaml has come there.
    """

    offered: Mapping[str, Digest]
    ordered: Mapping[str, Scheduled]
    own: Mapping[str, Scheduled]
    zone: str

    @property
    def free(self) -> list[str]:
        """What may be subscribed to and is not."""
        return [name for name in self.offered if name not in self.ordered and name not in self.own]


def refusal(ask: Ask, may: Rights, config: Config) -> Message | None:
    """Why somebody may order nothing at that place; None where they may."""
    platform = ask.place.platform
    if may_order(may, ask):
        return None
    if platform not in ("discord", "slack"):
        return said("A digest is ordered in the channel it is to come to, on Discord or Slack.")
    if ask.strange:
        unsure = ", or the bot cannot tell because nobody invited it" if platform == "slack" else ""
        return said(f"People of another house may read along here{unsure}. So no digest can be ordered here.")
    if ask.direct:
        return said("There is no direct message here that a digest could come to. Ask in a channel.")
    if platform == "slack":
        who, alone = "Admins of this workspace", "On the bot's Home tab, everybody may for themselves."
    else:
        who, alone = "Who may manage this server", "In a direct message with the bot, everybody may for themselves."
        if config.discord.guilds:  # commands are offered in these alone
            alone = ""
    return said(f"{who} may do that, and the admins in config.yaml. {alone}".rstrip())


def wanted(text: str, here: Here, typed: Spelling) -> tuple[str, Times] | Message:
    """Which digest is to come, and when: with all that was not said filled in. Or what to say instead."""
    name, _, rest = text.partition(" ")
    name, unnamed = name.lower(), name.lower() in ("", "at", "on", "in") or name[:1].isdigit()
    if unnamed and len(here.free) == 1:
        name, rest = here.free[0], text
    if name in here.own:
        return _by_itself(here.own[name], here.zone)
    if name not in here.offered:
        return _unknown("subscribe", "" if unnamed else name, list(here.offered), typed)
    digest = here.offered[name]
    try:
        times = read_times(rest)
    except Unclear as unclear:
        return _unclear(str(unclear), name, typed)
    if times.on and not times.at and not digest.at:
        return _unclear(f"{digest.title} goes by a cron, so say a time with the days.", name, typed)
    return name, Times(times.at or digest.at or "", times.on, times.zone or digest.timezone or here.zone)


def chosen(verb: str, text: str, here: Here, typed: Spelling) -> Scheduled | Message:
    """The subscription that such as `pause morning` is about; or what to say instead."""
    name = text.partition(" ")[0].lower()
    if not name and len(here.ordered) == 1:
        name = next(iter(here.ordered))
    if name in here.ordered:
        return here.ordered[name]
    if name in here.own:
        return _by_itself(here.own[name], here.zone)
    if not here.ordered:
        return said("Nothing is subscribed to here.")
    return _unknown(verb, name, list(here.ordered), typed)


def comes(one: Scheduled, audience: str, zone: str, now: datetime, told: str = "") -> Message:
    """That a digest comes here, when, and when it does so next; `told` is a sentence that goes before."""
    lead = Paragraph(
        (*plain(told and f"{told} "), bold(one.digest.title), *plain(f" comes here: {rhythm(one.digest, zone)}."))
    )
    rest = (_next(one, zone, now), f"It tells what {audience} may see.")
    return _told(one, (lead, Paragraph(plain(" ".join(rest)))))


def rests(one: Scheduled) -> Message:
    """That a digest rests."""
    words = " rests here now. Nothing that falls due meanwhile is caught up when you resume it."
    return _told(one, (Paragraph((bold(one.digest.title), *plain(words))),))


def ended(one: Scheduled) -> Message:
    """That a digest comes here no more."""
    words = Paragraph((bold(one.digest.title), *plain(" comes here no more.")))
    return Message(TITLE, blocks=(words,), actions=(_subscribe(one.of, one.digest.title),))


def orders(here: Here) -> tuple[Action, ...]:
    """A button for all that may be ordered."""
    found = [action for one in list(here.ordered.values())[:BUTTONS] for action in _changes(one)]
    return (*found, *(_subscribe(name, here.offered[name].title) for name in here.free[:BUTTONS]))


def order_offers(typed: str, here: Here, most: int) -> list[Suggestion]:
    """Texts that order something and go on from what was typed: digests, and behind their names times and zones."""
    begun = typed.lstrip().lower()
    verb, _, rest = begun.partition(" ")
    name, named, times = rest.partition(" ")
    if verb == "subscribe" and named and name in here.offered:
        found = _times_offered(name, times, here)
    else:
        found = [one for one in _orders_offered(here) if one.value.startswith(begun)]
    return [one for one in found if len(one.value) <= LONGEST][:most]


def _orders_offered(here: Here) -> list[Suggestion]:
    found = [Suggestion(f"subscribe {one}", f"{here.offered[one].title}: have it come here") for one in here.free]
    for name, one in here.ordered.items():
        turn = "resume" if _is_paused(one) else "pause"
        meanings = {turn: f"{turn} it here", "subscribe": "change its time here", "unsubscribe": "end it here"}
        found += [Suggestion(f"{verb} {name}", f"{one.digest.title}: {what}") for verb, what in meanings.items()]
    return found


def _times_offered(name: str, times: str, here: Here) -> list[Suggestion]:
    """The digest's own time while none was typed, and zones that begin like the last word."""
    digest = here.offered[name]
    *before, last = times.split(" ")
    found = []
    if not any(map(str.isdigit, times)):
        at = digest.at or "08:00"
        found = [Suggestion(f"subscribe {name} at {at}", f"{digest.title}, at {at}")]
    if last[:1].isdigit():
        before, last = [*before, last], ""
    usual = dict.fromkeys((digest.timezone or here.zone, *USUAL))
    zones = zones_like("" if last in ("at", "on", "in") else last, usual)
    stem = " ".join(("subscribe", name, *before))
    return found + [Suggestion(f"{stem} {zone}", f"{digest.title}, by the clock of {zone}") for zone in zones]


def _is_paused(one: Scheduled) -> bool:
    return one.subscription is not None and one.subscription.state == "paused"


def _changes(one: Scheduled) -> tuple[Action, Action]:
    verb, title = "resume" if _is_paused(one) else "pause", one.digest.title
    return (
        Action(clip(f"{capital(verb)} {title}", LABEL), "digest", f"{verb} {one.of}"),
        Action(clip(f"Unsubscribe {title}", LABEL), "digest", f"unsubscribe {one.of}"),
    )


def _subscribe(name: str, title: str) -> Action:
    return Action(clip(f"Subscribe to {title}", LABEL), "digest", f"subscribe {name}")


def _told(one: Scheduled, blocks: tuple[Paragraph, ...]) -> Message:
    return Message(TITLE, blocks=blocks, actions=_changes(one))


def _next(one: Scheduled, zone: str, now: datetime) -> str:
    if one.rests:
        return f"It rests for now: {one.rests}."
    when = when_of(one.digest, zone)
    slot = next_slot(when, now)
    return f"It is next due on {slot_said(slot.name, slot.at, ZoneInfo(when.zone))}." if slot else "It is never due."


def _by_itself(one: Scheduled, zone: str) -> Message:
    """That config.yaml has it come here, which nobody changes in a chat."""
    told = (
        f" comes here already: {rhythm(one.digest, zone)}. config.yaml says so, and nobody can change that in a chat."
    )
    return Message(TITLE, blocks=(Paragraph((bold(one.digest.title), *plain(told))),))


def _unclear(sentence: str, name: str, typed: Spelling) -> Message:
    return said(f"{clip(sentence, SENTENCE)} For example: {typed('digest', f'subscribe {name} at 07:30 Asia/Seoul')}.")


def _unknown(verb: str, name: str, names: Sequence[str], typed: Spelling) -> Message:
    if not names:
        return said("There is no digest that could come here.")
    near = closest(name, names) if name else None
    first = f'There is no digest "{clip(name, 32)}" here. ' if name else ""
    meant = f"Did you mean {near}? " if near else ""
    actions = [
        Action(clip(typed("digest", f"{verb} {one}"), LABEL), "digest", f"{verb} {one}") for one in names[:BUTTONS]
    ]
    return replace(said(f"{first}{meant}Name one: {', '.join(names)}."), actions=tuple(actions))
