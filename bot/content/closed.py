"""The closed lists: every word that may stand where only a few may, and what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema

LABELS = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
"""TLP 2.0, least to most restricted (https://www.first.org/tlp/)."""


def rank(label: str) -> int:
    """How restricted a label is; a text may go where the ceiling's rank is at least its own."""
    return LABELS.index(label)


@dataclass(frozen=True, slots=True)
class Meanings:
    """What each word of a list means, for an editor's program to show; a word without one is a KeyError."""

    of: Mapping[str, str]

    def __hash__(self) -> int:
        return hash(tuple(self.of.items()))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found = handler.resolve_ref_schema(handler(core))
        words = found["enum"] if "enum" in found else [found["const"]]
        return {"type": "string", "enum": words, "enumDescriptions": [self.of[word] for word in words]}


class Status(StrEnum):
    """What kind of statement a claim is."""

    REPORTED = "reported"
    ASSESSED = "assessed"
    FORECAST = "forecast"
    BACKGROUND = "background"
    UNCONFIRMED = "unconfirmed"
    DISPUTED = "disputed"
    NOTE = "note"


class Likelihood(StrEnum):
    """The seven words of ICD 203 (2015), set only where the speaker used an equal."""

    ALMOST_NO_CHANCE = "almost-no-chance"
    VERY_UNLIKELY = "very-unlikely"
    UNLIKELY = "unlikely"
    ROUGHLY_EVEN = "roughly-even-chance"
    LIKELY = "likely"
    VERY_LIKELY = "very-likely"
    ALMOST_CERTAIN = "almost-certain"


class Qualifier(StrEnum):
    """How a number is meant."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at-least"
    MORE_THAN = "more-than"
    AT_MOST = "at-most"
    LESS_THAN = "less-than"
    RANGE = "range"


Label = Annotated[
    Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"],
    Meanings(
        {
            "TLP:CLEAR": "for everybody",
            "TLP:GREEN": "for a community, not for the public",
            "TLP:AMBER": "for an organization and its clients, who need to know",
            "TLP:AMBER+STRICT": "for one organization alone",
            "TLP:RED": "for the people it is told to, and nobody else",
        }
    ),
]
AnyStatus = Annotated[
    Status,
    Meanings(
        {
            "reported": "somebody says that it happened, or that it is so",
            "assessed": "a judgement on what is or was",
            "forecast": "a judgement on what will be",
            "background": "what is commonly known, told so that the rest is understood",
            "unconfirmed": "the source passes it on without standing for it",
            "disputed": "others deny it, as far as the source tells",
            "note": "the editors' own remark, which needs no paragraph",
        }
    ),
]
AnyLikelihood = Annotated[
    Likelihood,
    Meanings(
        {
            "almost-no-chance": "1 to 5 %, remote",
            "very-unlikely": "5 to 20 %, highly improbable",
            "unlikely": "20 to 45 %, improbable",
            "roughly-even-chance": "45 to 55 %, roughly even odds",
            "likely": "55 to 80 %, probable",
            "very-likely": "80 to 95 %, highly probable",
            "almost-certain": "95 to 99 %, nearly certain",
        }
    ),
]
AnyQualifier = Annotated[
    Qualifier,
    Meanings(
        {
            "exact": "this number",
            "about": "around this number",
            "at-least": "this number or more",
            "more-than": "more than this number",
            "at-most": "this number or less",
            "less-than": "less than this number",
            "range": 'from "low" to "high"',
        }
    ),
]
Confidence = Annotated[
    Literal["low", "moderate", "high"],
    Meanings(
        {
            "low": "nobody is named, or it is speculative, or the source itself says that it cannot be checked",
            "moderate": "a named expert or an intelligence service, in one source",
            "high": "the source states it directly, and nothing speaks against it",
        }
    ),
]
SourceKind = Annotated[
    Literal["article", "webpage", "report", "broadcast", "interview", "post", "press-release", "dataset"],
    Meanings(
        {
            "article": "a piece in a newspaper or a magazine, or on its site",
            "webpage": "any other page on the web",
            "report": "a study, a paper, a document of an authority",
            "broadcast": "radio, television, a podcast, a video",
            "interview": "questions and answers, published as such",
            "post": "on a social network or in a channel",
            "press-release": "what somebody published about themselves",
            "dataset": "tables and numbers",
        }
    ),
]
Reliability = Annotated[
    Literal["A", "B", "C", "D", "E", "F"],
    Meanings(
        {
            "A": "completely reliable",
            "B": "usually reliable",
            "C": "fairly reliable",
            "D": "not usually reliable",
            "E": "unreliable",
            "F": "cannot be judged",
        }
    ),
]
Numbering = Annotated[
    Literal["body"],
    Meanings({"body": "0 is the standfirst, 1 the first paragraph; subheadings and credits are not counted"}),
]
SourceState = Annotated[
    Literal["active", "corrected", "superseded", "withdrawn"],
    Meanings(
        {
            "active": "it stands as it was read",
            "corrected": "its publisher corrected it since",
            "superseded": 'its publisher has a newer version: name it in "superseded_by"',
            "withdrawn": "its publisher took it back",
        }
    ),
]
SnippetState = Annotated[
    Literal["active", "draft", "corrected", "withdrawn"],
    Meanings(
        {
            "active": "it is shown",
            "draft": "nobody sees it yet",
            "corrected": 'it was put right: say what in "correction"',
            "withdrawn": "it is no claim any more; /cite and /changes say that it was one",
        }
    ),
]
PersonKind = Annotated[
    Literal["person", "group", "outlet", "organization"],
    Meanings(
        {
            "person": "one human being",
            "group": "several who are not named one by one, such as analysts",
            "outlet": "a publication that speaks for itself",
            "organization": "an authority, a company, a party, a ministry",
        }
    ),
]
CaveatBy = Annotated[
    Literal["source", "editor"],
    Meanings({"source": "the publication makes this reservation itself", "editor": "it is the editors' own"}),
]
EntryKind = Annotated[
    Literal["event", "forecast", "publication"],
    Meanings(
        {
            "event": "something that happened",
            "forecast": "something that somebody expects",
            "publication": "something that was published",
        }
    ),
]
