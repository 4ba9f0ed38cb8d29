"""What Discord's clients would bring to life in a text, and what a reader would see.

Written from their documented behaviour (message formatting reference, help article on text formatting) and
kept apart from our escaper on purpose: it looks for anything alive, and is rather too keen than too lax.
"""

import re

_LINE = re.compile(r"(?P<heading>#{1,3} +)|(?P<subtext>-# +)|(?P<list>(?:[-*]|\d+\.) +)|(?P<quote>>(?:>>)? +)")
_SPOT = re.compile(
    r"(?P<literal>\\[^0-9A-Za-z\s])"
    r"|(?P<code>(?P<ticks>`{1,3})(?P<code_text>.+?)(?P=ticks))"
    r"|(?P<link>\[(?P<label>(?:\[[^\]]*\]|[^\[\]]|\](?=[^\[]*\]))*)\]\(\s*<?(?P<target>[^\s)>]*)>?\s*\))"
    r"|(?P<tag><(?:@[!&]?\d+|#\d+|t:-?\d+(?::\w)?|/[^:>]+:\d+|a?:\w+:\d+|id:\w+|[a-z]+:[^ >]+)>)"
    r"|(?P<address>\w+://\S+)"
    r"|(?P<everyone>@(?:everyone|here))"
    r"|(?P<emoji>:[\w+~-]+:)"
    r"|(?P<strong>\*\*(?P<strong_text>(?:\\.|[^\\])+?)\*\*(?!\*))"
    r"|(?P<under>__(?P<under_text>(?:\\.|[^\\])+?)__(?!_))"
    r"|(?P<strike>~~(?P<strike_text>(?:\\.|[^\\])+?)~~)"
    r"|(?P<spoiler>\|\|(?P<spoiler_text>.+?)\|\|)"
    r"|(?P<italic>\*(?P<italic_text>(?=\S)(?:\*\*|\\.|[^\\*])+?)\*(?!\*)|_(?P<italic_text2>(?:\\.|[^\\_])+?)_\b)"
)
_INNER = ("label", "strong_text", "under_text", "strike_text", "spoiler_text", "italic_text", "italic_text2")

Alive = tuple[str, str]
"""What kind of thing it is, and what it shows; of a link, where it leads."""


def look(text: str) -> tuple[list[Alive], str]:
    """Everything alive in `text`, and the text as a reader sees it, without characters of no width."""
    alive: list[Alive] = []
    seen = []
    for line in text.split("\n"):
        start = _LINE.match(line)
        if start:
            alive.append((str(start.lastgroup), line[start.end() :]))
        found, shown = _look_within(line[start.end() if start else 0 :])
        alive += found
        seen.append(shown)
    return alive, "\n".join(seen).replace("\u200b", "")


def _look_within(text: str) -> tuple[list[Alive], str]:
    alive: list[Alive] = []
    seen, at = "", 0
    for found in _SPOT.finditer(text):
        seen += text[at : found.start()]
        at = found.end()
        groups = found.groupdict()
        kind = next(name for name in groups if groups[name] is not None)
        if kind == "literal":
            seen += found[0][1]
            continue
        inner = next((groups[name] for name in _INNER if groups[name] is not None), None)
        if inner is None:
            alive.append((kind, found[0]))
            seen += groups["code_text"] or found[0]
            continue
        below, shown = _look_within(inner)
        alive += [(kind, groups["target"] if kind == "link" else shown), *below]
        seen += shown
    return alive, seen + text[at:]
