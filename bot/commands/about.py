"""`/help` and `/status`: what can be asked here, and how the bot is."""

from collections import Counter
from collections.abc import Mapping

from bot.commands.base import Command, HouseFacts, Question, Spelling
from bot.commands.nothing import claims, listed
from bot.commands.numbers import count
from bot.content.dates import written
from bot.content.receipt import LOOKED_AT, Checked
from bot.content.suggest import closest
from bot.content.view import View
from bot.message import Action, Facts, Message, Paragraph, bold, plain


def help_reply(commands: Mapping[str, Command], view: View, question: Question) -> Message:
    """Every command with its description, or one of them in full."""
    name = question.text.strip().lstrip("/").lower()
    if name in commands:
        command = commands[name]
        example = _example(command, view, question.typed)
        known = (("Does", command.description), ("Text", command.about), ("Example", example))
        line = question.typed(name)
        return Message(line, blocks=(Facts(known),), actions=(Action(line, name),))
    first = (Paragraph(plain(f"There is no /{name}.")),) if name else ()
    pairs = tuple((question.typed(command.name), command.description) for command in commands.values())
    closing: tuple[str, ...] = (
        "Every claim names who says it and where it was read.",
        "After a command, name a person, a briefing or a claim, or type words to look for.",
    )
    if question.typed.taken:
        door = question.typed(question.typed.door)
        closing = (*closing, f"{door} stands for all of them: {door} impact asks the same.")
    return Message("Help", blocks=(*first, Facts(pairs)), closing=closing)


def unknown_reply(commands: Mapping[str, Command], name: str, text: str, typed: Spelling) -> Message:
    """A command that does not exist: did you mean."""
    near = closest(name, commands)
    if near is None:
        return Message(
            "Help",
            blocks=(Paragraph(plain(f"There is no /{name}. Ask {typed('help')} for what there is.")),),
            actions=(Action("Help", "help"),),
        )
    spans = (
        *plain(f"There is no /{name}. Did you mean "),
        bold(typed(near)),
        *plain(f"? {commands[near].description}."),
    )
    label = typed(near, text)
    return Message("Help", blocks=(Paragraph(spans),), actions=(Action(label[:70], near, text),))


def status_reply(view: View, question: Question) -> Message:
    """What is served here, since when, and whether anything of it is older than its file."""
    facts = question.facts
    sources = sum(len(briefing.sources) for briefing in view.briefings)
    older = sorted(facts.broken & set(view.by_id))
    visible = [facts.read_at[name] for name in view.by_id if name in facts.read_at]
    read = max(visible, default=facts.started_at if facts.read_at else facts.loaded_at).astimezone(view.zone)
    pairs = [
        (
            "Serving",
            f"{count(len(view.briefings), 'briefing')}, {claims(len(view.snippets))}, {count(sources, 'source')}",
        ),
        ("Read", f"{written(read.date())}, {read:%H:%M %Z}"),
        ("Audience", view.audience),
        ("Running", f"{_length(question)}, version {facts.version}") if facts.serves else ("Version", facts.version),
        *facts.platforms,
        *((f"Replica {number}", told) for number, told in enumerate(facts.replicas, 1)),
    ]
    if checked := _checked(view, question):
        pairs.insert(1, ("Checked against text", checked))
    if older:
        pairs.insert(
            1,
            ("Older version", f"{', '.join(older)}: the file has an error, the last good version is served"),
        )
    overdue = [s for s in view.snippets if s.item.review_by and question.now >= s.item.review_by.ends(view.zone)]
    if overdue:
        pairs.append(("Review overdue", listed([seen.item.id for seen in overdue])))
    if facts.for_admins and (dead := _dead(view, facts)):
        pairs.append(("Dead links", listed(dead)))
    return Message("Status", blocks=(Facts(tuple(pairs)),))


def _dead(view: View, facts: HouseFacts) -> list[str]:
    """The sources in this view whose link leads nowhere, since when, and whether there is a copy."""
    found = []
    for source in (source for briefing in view.briefings for source in briefing.sources.values()):
        if since := facts.dead.get(source.url or ""):
            copy = ", a copy is archived" if source.archived_url else ""
            found.append(f"{source.id} (since {written(since.astimezone(view.zone).date())}{copy})")
    return found


def _checked(view: View, question: Question) -> str:
    """How many of the claims that are seen here were compared with the texts they were read in."""
    known = question.facts.checked
    found = [known.get(seen.briefing.id, {}).get(seen.item.id) for seen in view.snippets]
    of_each = Counter(one for one in found if one)
    if not of_each:
        return ""
    stand = of_each.pop(Checked.CHECKED, 0) + of_each[Checked.DOUBTED]
    one = {Checked.DOUBTED: "with a doubt"}
    several = {**one, Checked.FAILS: "do not stand in their texts"}
    rest = [
        f"{amount} {(one if amount == 1 else several).get(kind, kind.value)}"
        for kind in Checked
        if (amount := of_each[kind])
    ]
    return "; ".join((f"{stand} of {claims(sum(map(bool, found)))}: {LOOKED_AT}", *rest))


def _example(command: Command, view: View, typed: Spelling) -> str:
    speaker = next((seen.speaker.id for seen in view.snippets if seen.speaker.kind == "person"), "")
    return typed(command.name, command.example or speaker)


def _length(question: Question) -> str:
    minutes = int((question.now - question.facts.started_at).total_seconds() // 60)
    days, hours = minutes // 1440, minutes // 60
    if days:
        return count(days, "day")
    return count(hours, "hour") if hours else count(minutes, "minute") if minutes else "less than a minute"
