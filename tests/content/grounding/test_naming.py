"""What a name that the paragraph does not have comes to: an error, a doubt, or nothing where every reader knows it."""

import pytest

from bot.content.grounding.article import Article, article
from bot.content.grounding.checks import check
from bot.content.model import Source
from tests.content.grounding.island import PEOPLE, snippet

SOURCE = Source.model_validate(
    {"id": "courier", "publisher": "Fell Courier", "title": "What Skarn owes", "published": "2024-05-02"}
)
PARAGRAPHS = (
    "Skarn has no money for a boat, and the Fishing League asks New Tide who pays.",
    "The League won four seats, and New Tide won two.",
    "The League, New Tide and the harbour office met in Cape Ellen on Oct. 3, said Mina Dorrit, who led the talks.",
    "The island owes 3 percent of its gross domestic product, said Mina Dorrit on Nov. 4.",
    "The party wants a loan from Norway, said Mina Dorrit, and the office of fisheries and harbours agrees.",
    "It will ask the mainland, said Mina Dorrit, and the OFH helps in Little Elm.",
    "The boat needs paint from Rotterdam, said Mina Dorrit.",
    "The League asked New Tide for help, said Mina Dorrit.",
    "The League and New Tide fell out with the yard of Brannock, said Mina Dorrit.",
    "The office of Elm Hill gave the League a boat, said Mina Dorrit.",
)


def island() -> Article:
    return article(PARAGRAPHS, PEOPLE, SOURCE)


def told(para: int, text: str) -> set[str]:
    """What the rules for names say, by how bad it is."""
    claim = snippet("mina", para, text)
    return {one.severity for one in check(claim, island(), [para]) if one.rule == "name"}


@pytest.mark.parametrize(
    ("para", "text"),
    [
        (3, "Skarn owes 3 percent, says Mina Dorrit."),  # what the article is about stands in its title
        (4, "Skarn's League wants a loan from Norway, says Mina Dorrit."),  # all over the article
        (3, "In debt stand 3 percent of the island's GDP, says Mina Dorrit."),
        (4, "The OFH agrees, says Mina Dorrit."),
        (5, "The Office of Fisheries and Harbours helps, says Mina Dorrit."),
        (6, "The boat, said Governor Dorrit, needs paint."),
        (6, "The boat of New Tide's people needs paint, says Mina Dorrit."),
    ],
)
def test_what_a_reader_of_the_article_knows_is_left_alone(para: int, text: str) -> None:
    assert told(para, text) == set()


@pytest.mark.parametrize(
    ("para", "text"),
    [
        (6, "A loan of Norway pays for paint, says Mina Dorrit."),  # it stands elsewhere in the article
        (6, "Paint was fetched from the Netherlands, says Mina Dorrit."),  # no other country is named there
        (6, "The boat of the Mainland needs paint, says Mina Dorrit."),  # the article has the plain word
        (6, "The boat needs paint from the north, says Mina Dorrit."),  # no other side is named there
        (6, "The boat fetches paint from Skarn, says Mina Dorrit."),  # a town stands in the place of the island
    ],
)
def test_what_may_be_meant_there_is_a_doubt(para: int, text: str) -> None:
    assert told(para, text) == {"warning"}


@pytest.mark.parametrize(
    ("para", "text"),
    [
        (4, "The party wants a loan from Sweden, says Mina Dorrit."),  # another country stands there
        (6, "The boat needs paint from Antwerp, says Mina Dorrit."),  # nowhere in the article
        (5, "The office helps in Cape Ellen, says Mina Dorrit."),  # another one stands in its place
        (3, "The island owes 3 percent of its GNI, says Mina Dorrit."),
        (9, "The office of Little Elm gave a boat, says Mina Dorrit."),  # it is of Elm Hill
    ],
)
def test_another_name_than_the_one_of_the_source_is_an_error(para: int, text: str) -> None:
    assert "error" in told(para, text)


def test_a_name_is_offered_only_where_it_may_be_meant() -> None:
    def messages(text: str) -> list[str]:
        return [one.message for one in check(snippet("mina", 6, text), island(), [6]) if one.rule == "name"]

    assert messages("The boat needs paint from Antwerp.") == ["“Antwerp” does not stand in ¶6; “Rotterdam” does"]
    assert messages("A loan of Norway pays for paint.") == ["“Norway” does not stand in ¶6"]


def test_a_month_written_short_is_no_name_that_a_claim_should_have() -> None:
    messages = [one.message for one in check(snippet("mina", 3, "Gotland owes 3 percent."), island(), [3])]
    assert not [one for one in messages if "Nov" in one]
