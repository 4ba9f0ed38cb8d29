"""How a claim, a figure and a source become blocks: never without who says it and where it was read."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, overload

from bot.commands.base import LONGEST
from bot.commands.numbers import capital, count, number
from bot.content.model import EDITOR, Cited, Figure, Head, Likelihood, Person, Qualifier, Snippet, Source
from bot.content.seen import Basis, Group, Row, Seen
from bot.message import Action, Block, Cite, Claim, Heading, Reference

_QUALIFIED = {
    Qualifier.EXACT: "",
    Qualifier.ABOUT: "about ",
    Qualifier.AT_LEAST: "at least ",
    Qualifier.MORE_THAN: "more than ",
    Qualifier.AT_MOST: "at most ",
    Qualifier.LESS_THAN: "less than ",
    Qualifier.RANGE: "",
}

LIKELIHOODS = {likelihood: likelihood.value.replace("-", " ") for likelihood in Likelihood}


class Drawn(Sequence[Block]):
    """Rows as blocks, each drawn only when it is looked at; `entries` counts the claims and entries among them."""

    def __init__(self, rows: Sequence[Any], draw: Callable[[Any], Block], entries: int) -> None:
        self.rows = rows
        self.draw = draw
        self.entries = entries

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> Block: ...
    @overload
    def __getitem__(self, at: slice) -> list[Block]: ...
    def __getitem__(self, at: int | slice) -> Block | list[Block]:
        if isinstance(at, slice):
            return [self.draw(row) for row in self.rows[at]]
        return self.draw(self.rows[at])


def told(group: Group) -> Drawn:
    """A group of claims, each briefing's title before its claims where there are several."""
    return Drawn(group.rows, _row, len(group.claims))


def _row(row: Row) -> Block:
    return Heading(row.title) if isinstance(row, Head) else claim(row)


def claim(seen: Seen[Snippet], *, name_briefing: bool = False, when: str = "") -> Claim:
    """A claim as every answer shows it; `when` says when it was corrected, if not in the editors' own words."""
    snippet = seen.item
    status = capital(snippet.status.value)
    if snippet.likelihood:
        status += f" ({LIKELIHOODS[snippet.likelihood]})"
    parts = [status, speaker(seen.speaker)]
    if snippet.horizon:
        parts.append(f"horizon: {snippet.horizon.text}")
    if snippet.as_of:
        parts.append(f"as of {snippet.as_of}")
    if name_briefing:
        parts.append(seen.briefing.title)
    extra = [*_corrected(snippet, when), *_source_states(seen)]
    return Claim(snippet.text, tuple(parts), cites(seen), caveat(snippet), extra=tuple(extra))


def withdrawn(seen: Seen[Snippet], *, when: str = "") -> Claim:
    """A claim that was withdrawn: struck, or without its words where these were to be erased; `when` as in `claim`."""
    correction = seen.item.correction
    note = f"Withdrawn {when or correction.at}: {correction.note}" if correction else f"Withdrawn {when}".rstrip()
    if correction and correction.erase:
        return Claim("The text was erased.", ("Withdrawn", speaker(seen.speaker)), cites(seen), extra=(note,))
    told = claim(seen)
    extra = (note, *_source_states(seen))
    return Claim(told.text, ("Withdrawn", *told.attribution[1:]), told.cites, told.caveat, extra=extra, struck=True)


def figure(seen: Seen[Figure], locale: str, *, name_briefing: bool = False) -> Claim:
    """A figure: its qualifier in words before the number, or the speaker's own words for it."""
    item = seen.item
    parts = [capital(item.status.value), speaker(seen.speaker)]
    if item.as_of:
        parts.append(f"as of {item.as_of}")
    if name_briefing:
        parts.append(seen.briefing.title)
    extra = tuple(_source_states(seen))
    return Claim(item.label, tuple(parts), cites(seen), caveat(item), lead=amount(item, locale), extra=extra)


def amount(item: Figure, locale: str) -> str:
    """`More than 10,000 troops`; a derived number is never written, only its words."""
    if item.text:
        return capital(item.text)
    unit = f" {item.unit}" if item.unit else ""
    if item.low is not None and item.high is not None:
        return f"{number(item.low, locale)} to {number(item.high, locale)}{unit}"
    if item.value is None:
        return item.label
    return capital(f"{_QUALIFIED[item.qualifier]}{number(item.value, locale)}{unit}")


def speaker(person: Person) -> str:
    """A name; for a group also the first words of what is known of it: `Analysts (unnamed)`."""
    if person.kind != "group" or not person.role or person.id == EDITOR:
        return person.name
    known = person.role.split(";")[0].strip()
    return f"{person.name} ({known[:1].lower()}{known[1:]})" if len(known) <= 60 else person.name


def caveat(item: Cited) -> str | None:
    """The caveat, and whose it is where the file says so."""
    if item.caveat is None:
        return None
    return f"Editors' caveat: {item.caveat}" if item.caveat_by == "editor" else f"Caveat: {item.caveat}"


def cites(seen: Seen[Snippet] | Seen[Figure]) -> tuple[Cite, ...]:
    """Where it was read."""
    return tuple(Cite(reference(seen.briefing, read.source), paragraphs(read.paragraphs)) for read in seen.read_in)


def reference(briefing: Head, source: Source) -> Reference:
    """A publication as a footnote: outlet, date, link, and the editors' view of the outlet."""
    named = f"{source.publisher}, {source.published or 'undated'}"
    title = f": {source.title}" if source.title else ""
    missing = "" if source.url else " (link missing)"
    note = f"outlet rated {source.reliability} by the editors" if source.reliability else None
    return Reference(f"{briefing.id}/{source.id}", f"{named}{title}{missing}", source.url, note)


def paragraphs(numbers: tuple[int, ...]) -> str:
    """`¶7, ¶8`; three and more in a row as `¶3–5`."""
    spans: list[list[int]] = []
    for one in sorted(numbers):
        if spans and one == spans[-1][-1] + 1:
            spans[-1].append(one)
        else:
            spans.append([one])
    parts = [[f"¶{span[0]}–{span[-1]}"] if len(span) > 2 else [f"¶{one}" for one in span] for span in spans]
    return ", ".join(part for group in parts for part in group)


def rests_on(found: Basis) -> tuple[str, ...]:
    """`All four claims rest on one person and one publication.`, only where it is so."""
    if found.claims < 2 or not (found.speaker or found.publication):
        return ()
    kinds = {
        "person": "one person",
        "group": "one group",
        "outlet": "one outlet",
        "organization": "one organization",
    }
    parts = [kinds[found.speaker.kind]] if found.speaker else []
    if found.publication:
        parts.append("one publication")
    every = "Both claims" if found.claims == 2 else f"All {count(found.claims, 'claim')}"
    return (f"{every} rest on {' and '.join(parts)}.",)


def is_rests_on(line: str) -> bool:
    """Whether `rests_on` says this."""
    return line.startswith(("Both claims rest on one ", "All ")) and " claims rest on one " in line


def as_of(found: Basis) -> tuple[str, ...]:
    """The footer's first part: the date of the newest source."""
    return (f"As of {found.newest}",) if found.newest else ()


def sources_action(briefing: Head | None) -> Action:
    """The button that leads from claims to their sources; a longer id is understood by its beginning."""
    return Action("Sources", "sources", briefing.id[:LONGEST] if briefing else "")


def _corrected(snippet: Snippet, when: str) -> Iterable[str]:
    if snippet.correction and snippet.state == "corrected":
        yield f"Corrected {when or snippet.correction.at}: {snippet.correction.note}"


def _source_states(seen: Seen[Snippet] | Seen[Figure]) -> Iterable[str]:
    for read in seen.read_in:
        if read.source.state == "superseded":
            yield f"{read.source.publisher} has since published a newer version of this source."
        elif read.source.state != "active":
            yield f"{read.source.publisher} has {read.source.state} this source."
