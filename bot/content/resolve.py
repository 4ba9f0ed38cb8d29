"""What a few typed words mean: a briefing, a person, a section, a snippet, or words to look for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.content.model import EDITOR, Person, Snippet
from bot.content.search import folded
from bot.content.seen import Seen, SeenBriefing
from bot.content.view import View

LONGEST = 50
"""Characters of a typed text, on every platform; one that is as long may be an id or a title that was cut."""


@dataclass(frozen=True, slots=True)
class Anything:
    """Nothing was typed."""


@dataclass(frozen=True, slots=True)
class OneBriefing:
    """A briefing, by id or title."""

    briefing: SeenBriefing


@dataclass(frozen=True, slots=True)
class OnePerson:
    """Everybody the words name, as (briefing, person id); often one, under one name."""

    names: tuple[str, ...]
    ids: frozenset[tuple[str, str]]

    @property
    def name(self) -> str:
        """`Andrei Lankov`, or `Kim Jong Un and Kim Yo Jong` where the words fit both."""
        *others, last = self.names
        return f"{', '.join(others)} and {last}" if others else last


@dataclass(frozen=True, slots=True)
class OneSection:
    """A section, by its key or title."""

    section: str


@dataclass(frozen=True, slots=True)
class SomeSnippets:
    """A snippet by its id, or all snippets of that id over several briefings."""

    found: tuple[Seen[Snippet], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Nothing known by that name: words to look for."""

    text: str


Meaning = Anything | OneBriefing | OnePerson | OneSection | SomeSnippets | Words


def resolve(text: str, view: View) -> Meaning:
    """Find what `text` names in the view; a name beats words, and an exact name beats part of one."""
    typed = _typed(text)
    if not typed:
        return Anything()
    wanted = folded(typed)
    for briefing in view.briefings:
        if _is(wanted, briefing.head.id) or _is(wanted, folded(briefing.head.title)):
            return OneBriefing(briefing)
    if snippets := _snippets(wanted, view):
        return SomeSnippets(snippets)
    if people := _people(wanted, view):
        return people
    for key, section in view.sections.items():
        if wanted in (key, folded(section.title)):
            return OneSection(key)
    return Words(typed)


def _typed(text: str) -> str:
    return " ".join(text.split()).strip("\"'")


def _is(wanted: str, known: str) -> bool:
    return wanted == known or (_cut(wanted) and known.startswith(wanted))


def _cut(wanted: str) -> bool:
    return len(wanted) >= LONGEST - 1  # a blank at the end goes as well


def _snippets(wanted: str, view: View) -> tuple[Seen[Snippet], ...]:
    if snippets := view.by_snippet_id.get(wanted):
        return snippets
    if (seen := view.snippet(wanted)) is not None:
        return (seen,)
    if not _cut(wanted):
        return ()
    everything = (seen for snippets in view.by_snippet_id.values() for seen in snippets)
    return tuple(seen for seen in everything if seen.item.id.startswith(wanted) or seen.key.startswith(wanted))


def _people(wanted: str, view: View) -> OnePerson | None:
    """A full name, an alias or an id first; then a single word of a name, such as the surname."""
    if wanted == EDITOR:
        return OnePerson(("The editors",), frozenset((b.head.id, EDITOR) for b in view.briefings))
    for exact in (True, False):
        found = [
            (briefing, person)
            for briefing in view.briefings
            for person in briefing.people.values()
            if wanted in _names(person, exact)
        ]
        if found:
            names = dict.fromkeys(person.name for _, person in found)
            return OnePerson(tuple(names), frozenset((b.head.id, person.id) for b, person in found))
    return None


def _names(person: Person, exact: bool) -> frozenset[str]:
    return _called(person.id, (person.name, *person.aka), exact)


@lru_cache(maxsize=50_000)
def _called(person: str, names: tuple[str, ...], exact: bool) -> frozenset[str]:
    if exact:
        return frozenset((person, *map(folded, names)))
    return frozenset(word for name in names for word in folded(name).split() if len(word) > 2)


def narrow(found: Iterable[Seen[Snippet]], meaning: Meaning, view: View) -> Iterator[Seen[Snippet]]:
    """Those of `found` that the meaning is about."""
    match meaning:
        case Anything():
            yield from found
        case OneBriefing(briefing):
            yield from (seen for seen in found if seen.briefing.id == briefing.head.id)
        case OnePerson(names, ids):
            claims = tuple(found)
            own = [seen for seen in claims if _concerns(seen, ids)]
            for name in () if own else names:
                own += narrow(claims, Words(name), view)
            yield from {seen.key: seen for seen in own}.values()
        case OneSection(section):
            yield from (seen for seen in found if seen.item.section == section)
        case SomeSnippets(snippets):
            keys = {seen.key for seen in snippets}
            yield from (seen for seen in found if seen.key in keys)
        case Words(text):
            inside = {seen.key: seen for seen in found}
            hits = (seen for seen in view.index.all(text) if isinstance(seen.item, Snippet))
            yield from (inside[seen.key] for seen in hits if seen.key in inside)


def _concerns(seen: Seen[Snippet], ids: frozenset[tuple[str, str]]) -> bool:
    briefing = seen.briefing.id
    return (briefing, seen.item.claimed_by) in ids or any((briefing, name) in ids for name in seen.item.people)
