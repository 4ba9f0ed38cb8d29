"""The file of a new briefing: all that an article says of itself and of its speakers, and places for the claims.

No text of the article is in it, but its title. Whatever comes from the article is quoted and stays in one line.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.content.beginning import as_written
from bot.content.model import EDITOR, Section, Status
from bot.content.numbering import Numbered
from bot.drafting.article import Article, one_line, slug
from bot.drafting.names import first_and_last
from bot.drafting.speakers import Speaker, Voice, cast_of, voices

MOST_WORDS = 4
"""Words of a speaker's name at most: more would be a piece of the text."""

PARAGRAPHS = 300
"""Paragraphs for which there is a place; who takes claims from more of them copies one."""

MOST_PARAGRAPHS = 9999
"""The format knows no more."""

NOBODY = "Publisher unknown"


@dataclass(frozen=True, slots=True)
class Names:
    """The ids that a draft gives: its own, its source's, its outlet's, and each speaker's."""

    briefing: str
    source: str
    outlet: str
    people: Mapping[str, str]


def publisher(article: Article) -> str:
    return article.publisher or NOBODY


def source_id(article: Article, accessed: date) -> str:
    """An id such as `gazette-2026-11-02`; the day it was read stands in for one that is not known."""
    outlet = slug((article.publisher or "").removeprefix("The "), 40) or "source"
    return f"{outlet}-{article.published or accessed.isoformat()}"


def briefing_id(article: Article, source: str) -> str:
    """An id made of the title, or of the source where the title has no Latin letters."""
    return slug(article.title) or source


def stub(
    article: Article, counted: Numbered, ids: tuple[str, str], sections: Mapping[str, Section], accessed: date
) -> str:
    """The YAML of a new briefing; `ids` are its own and its source's."""
    found = voices(counted.paragraphs[:PARAGRAPHS])
    speakers = [speaker for speaker in cast_of(found) if len(speaker.name.split()) <= MOST_WORDS]
    names = _names(ids, publisher(article), speakers)
    lines = [
        *_head(article, names, accessed),
        *_source(article, counted, names, accessed),
        *_people(article, speakers, names),
        *_snippets(counted, found, names, sections),
    ]
    return "\n".join(lines) + "\n"


def _names(ids: tuple[str, str], outlet: str, speakers: Sequence[Speaker]) -> Names:
    taken = {*ids, EDITOR, "one-article", *(f"p{number}" for number in range(PARAGRAPHS))}
    outlet_id = _free([slug(outlet.removeprefix("The ")), "outlet"], taken)
    people: dict[str, str] = {}
    for speaker in speakers:
        last = speaker.name if speaker.is_group else first_and_last(speaker.name)[1]
        people[speaker.name] = _free([slug(last), slug(speaker.name), "speaker"], taken)
    return Names(*ids, outlet_id, people)


def _free(wanted: Sequence[str], taken: set[str]) -> str:
    given = [name for name in wanted if name]
    numbered = (f"{given[-1]}-{number}" for number in range(2, len(taken) + 3))
    name = next(name for name in [*given, *numbered] if name not in taken)
    taken.add(name)
    return name


def _quoted(given: str, most: int = 200) -> str:
    """A text as YAML reads it back, in one line: JSON's quotes are YAML's."""
    return json.dumps(one_line(given, most), ensure_ascii=False)


def _head(article: Article, names: Names, accessed: date) -> Iterator[str]:
    yield f"# Drafted on {accessed.isoformat()}. Readers see nothing of it while all its snippets are drafts."
    yield "format: 1"
    yield ""
    yield "briefing:"
    yield f"  id: {as_written(names.briefing)}"
    if article.title:
        yield f"  title: {_quoted(article.title)}  # the article's: write your own"
    else:
        yield "  title: Untitled  # write one"
    yield "  summary:  # one or two sentences of your own"
    yield "  sharing: TLP:CLEAR"
    yield ""
    yield "defaults:"
    yield f"  source: {as_written(names.source)}"
    yield ""


def _source(article: Article, counted: Numbered, names: Names, accessed: date) -> Iterator[str]:
    last = len(counted.paragraphs) - 1
    credit = next((one.text for one in counted.skipped if one.kind == "credit"), "")
    edited_by = credit.lower().startswith("edited by") and credit[len("edited by") :].strip(" :.")
    known = {
        "title": article.title,
        "url": article.url,
        "author": article.author,
        "edited_by": edited_by or None,
        "published": article.published,
        "language": article.language,
    }
    yield "sources:"
    yield f"  - id: {as_written(names.source)}"
    yield f"    publisher: {_quoted(publisher(article))}"
    for key, value in known.items():
        if key == "published":
            yield f"    {key}: {value or ' # not found'}"
        elif value:
            yield f"    {key}: {_quoted(value, len(value) if key == 'url' else 200)}"
        elif key in ("title", "url"):
            yield f"    {key}:  # not found: leave it empty rather than invent one"
    yield f"    accessed: {accessed.isoformat()}"
    yield "    reliability:  # your view of the outlet, A to F"
    yield "    numbering: body"
    yield from [f"    paragraphs: {last}"] if last <= MOST_PARAGRAPHS else []
    yield "    based_on:  # what the article itself rests on, and who was not heard"
    yield ""


def _people(article: Article, speakers: Sequence[Speaker], names: Names) -> Iterator[str]:
    yield "# Who seemed to speak. Delete whom you do not cite, and add who is missing."
    yield "people:"
    yield f"  - id: {as_written(names.outlet)}"
    yield f"    name: {_quoted(publisher(article))}"
    yield "    kind: outlet"
    yield "    role: The outlet's own narration"
    for speaker in speakers:
        yield f"  - id: {as_written(names.people[speaker.name])}"
        yield f"    name: {_quoted(speaker.name)}"
        yield from ["    kind: group"] if speaker.is_group else []
        yield "    role:  # who they are, in your words"
        yield f"    para: {speaker.para}"
    yield ""


def _snippets(
    counted: Numbered, found: Mapping[int, tuple[Voice, ...]], names: Names, sections: Mapping[str, Section]
) -> Iterator[str]:
    section = "caveats" if "caveats" in sections else next(reversed([*sections]), "caveats")
    yield "# One claim, one speaker, one snippet, in your own words."
    yield "# Take away the # of the lines that you fill, and the other lines at the end."
    yield "# Readers see a claim once its line state: draft is gone: take it away when the claim is checked."
    yield f"# section: {' | '.join(map(as_written, sections))}"
    yield f"# status: {' | '.join(Status)}"
    yield "snippets:"
    yield "  - id: one-article"
    yield f"    section: {as_written(section)}"
    yield "    text: Everything here comes from one article."
    yield "    claimed_by: editor"
    yield "    status: note"
    yield "    state: draft  # take this line away to show it"
    for number, text in enumerate(counted.paragraphs[:PARAGRAPHS]):
        if text:
            yield from _place(number, len(text.split()), found.get(number, ()), names)
    if len(counted.paragraphs) > PARAGRAPHS:
        yield f"  # The article goes on to ¶{len(counted.paragraphs) - 1}."


def _place(number: int, words: int, spoken: Sequence[Voice], names: Names) -> Iterator[str]:
    known = [voice for voice in spoken if voice.speaker.name in names.people]
    said = ", ".join(one_line(voice.speaker.name) + ("" if voice.named_here else "?") for voice in known)
    first = next(iter(known), None)
    standfirst = "standfirst" if number == 0 else ""
    about = " · ".join(part for part in (f"¶{number}", standfirst, said, f"{words} words") if part)
    yield ""
    yield f"  # {about}"
    yield f"  # - id: p{number}"
    yield "  #   section:"
    yield "  #   text:"
    yield f"  #   claimed_by: {as_written(names.people[first.speaker.name] if first else names.outlet)}"
    yield f"  #   para: {number if first is None or first.named_here else [first.para, number]}"
    yield "  #   status:"
    yield "  #   state: draft"
