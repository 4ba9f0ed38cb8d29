"""What an edit changed, from one good version of a briefing to the next."""

from dataclasses import dataclass

from bot.content.model import Briefing


@dataclass(frozen=True, slots=True)
class Changes:
    """Snippet ids by what happened to them."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def __str__(self) -> str:
        """`+1, 2 changed, 1 withdrawn`, or `no claim changed`."""
        parts = [f"+{len(self.new)}"] if self.new else []
        for name in ("changed", "withdrawn", "gone"):
            if ids := getattr(self, name):
                parts.append(f"{len(ids)} {name}")
        return ", ".join(parts) or "no claim changed"


def changes(old: Briefing | None, new: Briefing) -> Changes:
    """Compare two versions of one briefing, snippet by snippet."""
    before = {snippet.id: snippet for snippet in old.snippets} if old else {}
    after = {snippet.id: snippet for snippet in new.snippets}
    edited = [name for name, snippet in after.items() if name in before and before[name] != snippet]
    withdrawn = [name for name in edited if after[name].state == "withdrawn" != before[name].state]
    return Changes(
        new=tuple(name for name in after if name not in before),
        changed=tuple(name for name in edited if name not in withdrawn),
        withdrawn=tuple(withdrawn),
        gone=tuple(name for name in before if name not in after),
    )
