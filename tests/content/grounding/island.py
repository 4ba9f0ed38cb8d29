"""A small invented article and its people, and claims about it."""

from typing import Any

from bot.content.grounding.article import Article, article
from bot.content.model import Figure, Person, Snippet, Source

PARAGRAPHS = (
    "The ferry between Skarn and the mainland may stop next winter, and the island argues over who should pay.",
    "The boat carried 10,000 passengers in 2023, among them 212 schoolchildren, and runs 12 crossings a week in the "
    "months of summer, the Coast Council said.",
    "“We cannot live without a boat,” said Mina Dorrit, who teaches in the village of Little Elm by the Great Water. "
    "She told the Courier that fuel had cost 12 crowns for three years.",
    "Ives Brannock, who owns the yard, said that repairs will probably take six weeks. “The hull is as thin as paper,” "
    "he said.",
    "Two boats were lost in the storm of October, against seven in the flood, the records of the island show.",
    "According to Aldo Dorrit, her brother, the council rejected Norway's offer of a loan and thanked Denmark. The old "
    "pier in the east of the island is closed.",
    "Fares rose from 8 crowns to 10 crowns after the council had refused to pay more. Sheep and wool still leave by "
    "the morning boat.",
    "“The winter was hard,” Ives Brannock said.",
    "“And nobody came to help us,” he added. “Not one of them.”",
    "Denmark sent engineers, who worked on the engine and the rudder, and Norway paid them. One of them spoke against "
    "Denmark in the council hall.",
    "The northern harbour has been dredged between ten and fifteen centimetres deeper, according to Mina Dorrit.",
)
SOURCE = Source.model_validate(
    {"id": "courier", "publisher": "Fell Courier", "title": "An island without a boat", "published": "2024-05-02"}
)
PEOPLE = tuple(
    map(
        Person.model_validate,
        (
            {"id": "mina", "name": "Mina Dorrit", "role": "Teacher"},
            {"id": "aldo", "name": "Aldo Dorrit"},
            {"id": "ives", "name": "Ives Brannock"},
            {"id": "council", "name": "Coast Council", "kind": "organization"},
            {"id": "islanders", "name": "Families of the island", "kind": "group"},
            {"id": "courier", "name": "Fell Courier", "kind": "outlet"},
            {"id": "gazette", "name": "Port Gazette", "kind": "outlet"},
            {"id": "petra", "name": "Petra Lund"},
        ),
    )
)


def island() -> Article:
    return article(PARAGRAPHS, PEOPLE, SOURCE, "The ferry of Skarn")


def snippet(speaker: str, para: int, text: str, **keys: Any) -> Snippet:
    """A claim of the island's ferry; a report unless said otherwise."""
    row = {"id": "one", "section": "ferry", "claimed_by": speaker, "status": "reported", "source": "courier"}
    return Snippet.model_validate({**row, "para": str(para), "text": text, **keys})


def figure(speaker: str, para: int, label: str, **keys: Any) -> Figure:
    row = {"id": "one", "claimed_by": speaker, "status": "reported", "source": "courier"}
    return Figure.model_validate({**row, "para": str(para), "label": label, **keys})
