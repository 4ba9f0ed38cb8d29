"""`/digest`: what was asked, who may ask it, and what is said. All of it is pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bot.commands.base import Spelling, Suggestion
from bot.commands.rights import Rights
from bot.content.suggest import closest
from bot.message import Action, Entry, Message, Paragraph, bold, plain

TITLE = "Digests"
VERBS = {
    "list": "What digests come here, and what became of the last",
    "next": "When they are due next",
    "why": "Why one did, or did not, arrive",
    "history": "What became of its last slots",
    "preview": "What it would say if it were posted now",
    "now": "Post it now, after a look",
    "subscribe": "Have one come here, at a time of your own",
    "unsubscribe": "Let one come here no more",
    "pause": "Let one rest until you resume it",
    "resume": "Let one that rests come again",
    "retract": "Delete what was posted of a slot, after a look",
}
ADMINS = frozenset(("preview", "now", "retract"))
"""What only admins may ask: it shows, or posts, what is not due yet, or takes back what was posted."""

NAMED = frozenset(("why", "history", "preview", "now", "retract"))
"""What is asked of one digest."""

ORDERS = frozenset(("subscribe", "unsubscribe", "pause", "resume"))
"""What changes what comes to a place: for those who run it."""

Verb = Literal[
    "list", "next", "why", "history", "preview", "now", "retract", "subscribe", "unsubscribe", "pause", "resume"
]
NONE = "No digest comes here."

_CONFIRMED = re.compile(r"(?P<once>[0-9a-f]{8})-(?P<stamp>[0-9a-f]{4})")
_CHOSEN = re.compile(r"!([0-9a-f]{1,8})")


@dataclass(frozen=True, slots=True)
class Known:
    """A digest as it may be told of: its slots in words, and the channels that may be named.

    `schedule` is its name in the ledger; `by` says who ordered it, where somebody did so in the channel itself.
    """

    name: str
    title: str
    rhythm: str
    channels: tuple[str, ...]
    coming: tuple[str, ...]
    last: str
    schedule: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: a verb, one digest where it needs one, and the rest of the words."""

    verb: Verb
    digest: str = ""
    rest: str = ""

    @property
    def confirmed(self) -> tuple[str, str] | None:
        """The id of the question that was confirmed, and the stamp of what was looked at."""
        found = _CONFIRMED.fullmatch(self.rest)
        return (found["once"], found["stamp"]) if found else None

    @property
    def chosen(self) -> int | None:
        """The number of the slot whose retraction was confirmed."""
        found = _CHOSEN.fullmatch(self.rest)
        return int(found[1], 16) if found else None


def read(text: str, known: Sequence[Known], may: Rights, typed: Spelling) -> Asked | Message:
    """What is asked, or what to say instead. What is not `known` at that place is answered as what does not exist."""
    verb, _, rest = text.strip().partition(" ")
    verb = verb.lower() or "list"
    if verb not in VERBS:
        return _unknown_verb(verb, typed)
    if verb in ADMINS and may != "admin":
        return said(f"Only admins may ask {typed('digest', verb)}. They stand under admins in config.yaml.")
    if verb in ORDERS:
        return Asked(verb, rest=rest.strip())  # type: ignore[arg-type]  # one of the words of Verb
    if verb not in NAMED:
        return Asked(verb)  # type: ignore[arg-type]  # the same
    name, _, rest = rest.strip().partition(" ")
    names = {one.name for one in known}
    if not name and len(names) == 1:
        name = known[0].name
    if name not in names:
        return _unknown_digest(verb, name, known, typed)
    return Asked(verb, name, rest.strip())  # type: ignore[arg-type]  # the same


def is_private(text: str) -> bool:
    """Whether that is for those who run the place, so that there is nothing in it to share."""
    return text.strip().partition(" ")[0].lower() in ADMINS | ORDERS


def list_message(known: Sequence[Known], typed: Spelling, orders: Sequence[Action] = ()) -> Message:
    """Each digest with when it is due, where it goes, and what became of its last slot; then what may be ordered."""
    if not known:
        return replace(said(NONE), actions=tuple(orders))
    blocks = tuple(Entry(one.title, one.rhythm, quiet=tuple(filter(None, (_goes(one), one.last)))) for one in known)
    names = list(dict.fromkeys(one.name for one in known))
    actions = tuple(Action(typed("digest", f"why {name}")[:70], "digest", f"why {name}") for name in names[:3])
    return Message(TITLE, blocks=blocks, actions=(*actions, *orders))


def _goes(one: Known) -> str:
    if one.by:
        return f"{one.name}, subscribed here by {one.by}"
    return f"{one.name}, to {', '.join(one.channels) or 'who subscribes'}"


def next_message(known: Sequence[Known]) -> Message:
    """The next slots of each digest."""
    if not known:
        return said(NONE)
    blocks = tuple(Entry(one.title, "; ".join(one.coming) or "never", quiet=(one.rhythm,)) for one in known)
    return Message(TITLE, about="next", blocks=blocks)


def lines_message(about: str, lines: Sequence[str]) -> Message:
    """Lines, each on its own: the stages of a slot, or what became of several."""
    return Message(TITLE, about=about, blocks=tuple(Entry("", line) for line in lines))


def confirm_message(title: str, channels: Sequence[str], name: str, once: str, stamp: str) -> Message:
    """The question before a digest is posted by hand; its button is good once."""
    where = ", ".join(channels)
    button = Action(f"Post to {where}"[:70], "digest", f"now {name} {once}-{stamp[:4]}")
    words = Paragraph((*plain("This posts "), bold(title), *plain(f" to {where}, now.")))
    look = Action("Preview", "digest", f"preview {name}")
    return Message(TITLE, about="post now", blocks=(words,), actions=(button, look))


def retract_message(title: str, name: str, slot: str, number: int, channels: Sequence[str]) -> Message:
    """The question before a slot is taken back; `number` is the slot's, and has to fit a button beside any name."""
    where = ", ".join(channels) or "nowhere"
    words = Paragraph((*plain("This deletes "), bold(f"{title}, {slot}"), *plain(f", where it was posted: {where}.")))
    button = Action(f"Delete it in {where}"[:70], "digest", f"retract {name} !{number:x}")
    why = Action("Why", "digest", f"why {name}")
    return Message(TITLE, about="retract", blocks=(words,), actions=(button, why))


def said(sentence: str) -> Message:
    return Message(TITLE, blocks=(Paragraph(plain(sentence)),))


def offers(typed: str, names: Mapping[str, str], may: Rights, most: int) -> list[Suggestion]:
    """Texts that lead somewhere and begin with what was typed; `names` are the digests' own, with their titles."""
    texts = [Suggestion(verb, VERBS[verb]) for verb in VERBS if verb not in NAMED | ORDERS]
    verbs = [verb for verb in VERBS if verb in NAMED and (may == "admin" or verb not in ADMINS)]
    texts += [Suggestion(f"{verb} {name}", f"{names[name]}: {VERBS[verb].lower()}") for name in names for verb in verbs]
    return [one for one in texts if one.value.startswith(typed.strip().lower())][:most]


def _unknown_verb(verb: str, typed: Spelling) -> Message:
    near = closest(verb, VERBS)
    meant = f" Did you mean {typed('digest', near)}?" if near else ""
    ask = ", ".join(VERBS)
    actions = (Action(typed("digest", near), "digest", near),) if near and near not in NAMED | ORDERS else ()
    text = f"There is no {typed('digest', verb[:20])}.{meant} There are: {ask}."
    return Message(TITLE, blocks=(Paragraph(plain(text)),), actions=actions)


def _unknown_digest(verb: str, name: str, known: Sequence[Known], typed: Spelling) -> Message:
    if not known:
        return said(NONE)
    names = list(dict.fromkeys(one.name for one in known))
    actions = tuple(Action(typed("digest", f"{verb} {one}")[:70], "digest", f"{verb} {one}") for one in names[:5])
    first = f'There is no digest "{name[:32]}" here. ' if name else ""
    return Message(TITLE, blocks=(Paragraph(plain(f"{first}Name one: {', '.join(names)}.")),), actions=actions)
