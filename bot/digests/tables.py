"""Digests as tables for a terminal."""

import io
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from bot.platforms.desk.digests_shown import DigestShown
from bot.store.rows import State


def digests_table(shown: Sequence[DigestShown], counts: Mapping[State, int], width: int, *, colour: bool) -> str:
    """Every digest with its rhythm and channels, its next slot and its last, its subscriptions; then what waits."""
    if not shown:
        return "There is no digest in config.yaml: see `digests` in docs/configure.md."
    table = _table("digest", "due", "to", "next", "last")
    for one in shown:
        coming = one.next[0].name.replace("T", " ") if one.next else ("disabled" if not one.enabled else "never")
        table.add_row(one.name, one.rhythm, ", ".join(one.channels), coming, one.last or "nothing yet")
        for order in one.subscriptions:
            table.add_row(f"  {order.schedule}", order.rhythm, order.channel, "", f"subscribed by {order.by}")
    notes = [f"{one.name}: {one.note}" for one in shown if one.note]
    waiting = [
        f"{counts[state]} {state}" for state in ("pending", "sending", "retry", "unknown", "held") if counts[state]
    ]
    lines = [_drawn(table, width, colour), *notes, *([", ".join(waiting)] if waiting else ())]
    return "\n".join(lines)


def next_table(shown: Sequence[DigestShown], width: int, *, colour: bool) -> str:
    """The next slots of all digests and subscriptions, the first due first."""
    own = [(slot, one.zone, one.name, ", ".join(one.channels)) for one in shown for slot in one.next]
    orders = [order for one in shown for order in one.subscriptions]
    ordered = [(slot, order.zone, order.schedule, order.channel) for order in orders for slot in order.next]
    if not own and not ordered:
        return "Nothing is due: no digest is enabled in config.yaml, and no channel has subscribed."
    table = _table("due", "zone", "digest", "to", "")
    for slot, zone, name, channels in sorted(own + ordered, key=lambda found: found[0].at):
        table.add_row(slot.name.replace("T", " "), str(zone), name, channels, slot.note)
    return _drawn(table, width, colour)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _drawn(table: Table, width: int, colour: bool) -> str:
    page = io.StringIO()
    Console(file=page, width=width, force_terminal=colour, no_color=not colour, highlight=False).print(table)
    return "\n".join(line.rstrip() for line in page.getvalue().rstrip().splitlines())
