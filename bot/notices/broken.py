"""Files with errors, and files that went together: what is to be told of them now. All of it is pure."""

from collections.abc import Mapping, Sequence
from datetime import date, tzinfo

from bot.commands.numbers import count
from bot.content.counting import how_many
from bot.content.dates import written
from bot.content.model import rank
from bot.content.problems import Problem, errors
from bot.content.rules import CONFIG
from bot.content.state import FileState, ShelfState
from bot.notices.things import UNKNOWN, Files, Item, Notice, highest

SHOWN = 5
"""Errors that are told of one file."""

NAME = "config.yaml"

FEW = 5
"""Files with errors that have a message each; more have one together."""


def files_of(state: ShelfState) -> Files:
    """The label of each file as far as it is known, and of the name and the id of each."""
    labels = {one.file: label_of(one) for one in state.files}
    ids = {one.briefing.briefing.id: label_of(one) for one in state.files if one.briefing}
    return Files(labels, {**labels, **ids})


def label_of(file: FileState) -> str:
    """The label of what is told of a file: that of its last good version, or a higher one that it would have now."""
    served = file.briefing.briefing.sharing if file.briefing else UNKNOWN
    return max(served, file.says, key=rank)


def broken_items(state: ShelfState, zone: tzinfo, days: Mapping[str, date], today: date) -> dict[str, Item]:
    """What is told of each file that has errors, config.yaml among them.

    `days` say when it was told first that a file has errors: a version of that day is named by its time alone.
    """
    found = {one.file: _broken(one, zone, days.get(one.file, today)) for one in state.files if one.broken}
    if wrong := errors(state.config_problems):
        told = f"was not loaded: {_errors(wrong)}. The last good one is used."
        lines = _lines(wrong)
        label = highest(map(label_of, state.files))  # it may name any of them
        found[CONFIG] = Item(CONFIG, label, NAME, told, lines, hidden=told)
    return found


def _broken(file: FileState, zone: tzinfo, day: date) -> Item:
    wrong = errors(file.problems)
    told = f"was not loaded: {_errors(wrong)}. {_serving(file, zone, day)}"
    return Item(file.file, label_of(file), file.file, told, _lines(wrong))


def _errors(wrong: Sequence[Problem]) -> str:
    return how_many(len(wrong), "error")


def _serving(file: FileState, zone: tzinfo, day: date) -> str:
    if file.briefing is None or file.loaded_at is None:
        return "There is no earlier version, so nothing of it is served."
    local = file.loaded_at.astimezone(zone)
    when = f"{local:%H:%M}" if local.date() == day else f"{written(local.date())}, {local:%H:%M}"
    claims = len(file.briefing.snippets)
    return f"Still serving the version of {when} ({how_many(claims, 'claim')})."


def _lines(wrong: Sequence[Problem]) -> tuple[tuple[str, str], ...]:
    """Place, message and mend of the first errors, and how many more there are."""
    shown = [(f"{one.mark.line}:{one.mark.column}", _sentence(one)) for one in wrong[:SHOWN]]
    rest = len(wrong) - len(shown)
    return (*shown, *([("", f"and {count(rest, 'more error', 'more errors')}")] if rest else ()))


def _sentence(problem: Problem) -> str:
    return f"{problem.message}; {problem.mend}" if problem.mend else problem.message


def ended(item: Item, state: ShelfState) -> Item:
    """What is told of a file that has no errors any more: that it is mended or gone, and what was wrong.

    It is named as it may be now. What was wrong stays where it may be read under the label of now as well: a file
    that was never without errors had the highest.
    """
    file = next((one for one in state.files if one.file == item.file), None)
    amount = _amount(item)
    if item.file == CONFIG:
        told = f"is mended, and in use. It had {amount}."
        return Item(CONFIG, item.label, NAME, told, item.lines, hidden=told)
    if file is None or file.briefing is None:
        return Item(item.file, item.label, item.file, f"had {amount}, and is gone.", gone=True)
    claims, label = len(file.briefing.snippets), label_of(file)
    told = f"is mended, and served ({how_many(claims, 'claim')}). It had {amount}."
    return Item(item.file, label, item.file, told, item.lines if rank(item.label) <= rank(label) else ())


def brief(item: Item) -> Item:
    """The same in one line, for a message that tells of many files."""
    place = " · ".join(filter(None, item.lines[0])) if item.lines else ""
    return Item(item.file, item.label, item.lead, _amount(item), (("", place),) if place else (), item.hidden)


def _amount(item: Item) -> str:
    """How many errors it is told to have, in a message of its own or in one of many."""
    return item.text.partition(": ")[2].partition(".")[0] or item.text


def vanished(state: ShelfState, files: Files, before: Notice | None) -> Notice | None:
    """What is told of files that went together, and of what became of them; None where there is nothing to tell."""
    if state.vanished:
        return Notice("vanished", tuple(_gone(name, files) for name in state.vanished))
    if before is None:
        return None
    here = {one.file for one in state.files}
    return Notice("vanished", tuple(_back(one, there=one.file in here) for one in before.items), over=True)


def _gone(name: str, files: Files) -> Item:
    return Item(name, files.labels.get(name, UNKNOWN), name, "is gone from the folder, and still served")


def _back(item: Item, *, there: bool) -> Item:
    told = "is there again" if there else "was let go of, and is no longer served"
    return Item(item.file, item.label, item.lead, told)
