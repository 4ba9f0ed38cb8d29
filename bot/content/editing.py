"""What is told of a text while it is edited: what is wrong in it, what it changes, and which command tells it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.content.changes import changes
from bot.content.model import Briefing, Section
from bot.content.parse import Parsed
from bot.content.problems import Problem, errors, in_order
from bot.content.read import decode
from bot.content.readers import parse_safely
from bot.content.receipt import UNREAD, Checked
from bot.content.standing import Standing, settle

_KEY = re.compile(r"([a-z_]+)\s*:")
_COMMANDS = {"sources": "sources", "people": "people", "figures": "figures", "timeline": "timeline"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A text as the shelf would take it: with its problems beside other files, and what readers would notice.

    `checked` says how each claim stands to its text, by the receipt that lies beside the file.
    """

    parsed: Parsed
    problems: tuple[Problem, ...]
    changes: str
    checked: Mapping[str, Checked] = field(default_factory=dict)

    @property
    def briefing(self) -> Briefing | None:
        """What would be served of it, unless it has errors."""
        return None if errors(self.problems) else self.parsed.briefing


def judge(
    text: str, name: str, standings: Mapping[str, Standing], sections: Mapping[str, Section], now: datetime
) -> Judged:
    """Judge a text as if it stood in the file of that name, by the rules of the shelf and beside all other files."""
    told = decode(text.encode(), name)
    parsed = Parsed(name, "", None, (told,), {}) if isinstance(told, Problem) else parse_safely(told, name, sections)
    known = standings.get(name)
    beside = known.parsed if known else parsed
    unread = [one for one in beside.problems if one.rule == UNREAD]
    parsed = replace(parsed, receipt=beside.receipt, problems=in_order([*parsed.problems, *unread]))
    state = settle(standings, [parsed], (), now)[name].state
    problems = state.problems
    if errors(problems) or parsed.briefing is None:
        kept = "its last good version stays" if known and known.served else "nothing of it is served"
        return Judged(parsed, problems, f"It has errors: while it has, {kept}.")
    if known and known.served and known.served.text == told:
        return Judged(parsed, problems, "It is served as it stands here.", state.checked)
    old = known.served.briefing if known and known.served else None
    return Judged(parsed, problems, f"For readers: {changes(old, parsed.briefing)}.", state.checked)


def command_at(text: str, line: int, lines: Mapping[str, int]) -> tuple[str, str]:
    """The command that tells what stands in a line (`snippets` for a section's), and the snippet there, if any."""
    above = text.split("\n")[: max(line, 1)]
    key = next((found[1] for one in reversed(above) if (found := _KEY.match(one))), "")
    if key != "snippets":
        return _COMMANDS.get(key, "briefing"), ""
    before = [name for name, at in lines.items() if at <= line]
    return key, max(before, key=lambda name: lines[name], default=next(iter(lines), ""))
