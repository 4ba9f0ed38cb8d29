"""Whatever stands in an article or a claim, comparing them ends soon, raises nothing and finds the same again."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.content.grounding.article import article
from bot.content.grounding.checks import check
from bot.content.grounding.claim import Finding
from bot.content.grounding.lexicon import in_order
from bot.content.grounding.words import read
from bot.content.model import Figure, Snippet, Source
from tests.content.grounding.island import PEOPLE, figure, snippet
from tests.pace import paces

SOURCE = Source.model_validate({"id": "courier", "publisher": "Fell Courier", "published": "2024"})
SPEAKERS = st.sampled_from([person.id for person in PEOPLE])
WORDS = in_order(
    "a the one two ten twelve half third thirds hundred thousand million dozen 7 10,000 2.5 8th £3m 40% ½ in of out to "
    "and or from between more than at least up about may will probably certainly not no never without if rose fell "
    "said says she he told Dorrit Mina Brannock Skarn North Korean Russia's against Great Elm October Monday week "
    "years decade daily few several couple tens thousands recent second minutes metres boat boats "
    "“ ” ‘ ’ \" ' — – - , . … ? ! ( ) ; : %"
)
PIECES = st.lists(st.sampled_from(WORDS) | st.text(max_size=4) | st.integers().map(str), max_size=60).map(" ".join)
ANYTHING = PIECES | st.text(max_size=300)
CLAIMS = ANYTHING.map(lambda text: text.strip()[:600]).filter(lambda text: text.strip())
NUMBERS = st.decimals(min_value=-(10**9), max_value=10**9, places=3).map(str)


def compared(paragraphs: list[str], item: Snippet | Figure, paras: list[int]) -> tuple[Finding, ...]:
    """Compared with nothing kept from the time before."""
    read.cache_clear()
    return check(item, article(paragraphs, PEOPLE, SOURCE, "The ferry of Skarn"), paras)


PARAS = st.lists(st.integers(-3, 6), max_size=4)


@given(st.lists(ANYTHING, max_size=5), CLAIMS, SPEAKERS, PARAS)
@example(["1,000.5.6 ² ½ ⅟ ① ㏠ 1.2.3,4"], "1,000.5.6 ² ½ ⅟ ① ㏠ 1.2.3,4", "mina", [0])
@example(["ﹰ ͺ ﹱ"], "ﹰ ͺ ﹱ", "mina", [0])
@settings(max_examples=80, deadline=None)
def test_a_snippet_is_compared_with_anything(paragraphs: list[str], text: str, speaker: str, paras: list[int]) -> None:
    item = snippet(speaker, 1, text, quotes=[text[:200]] if text[:200].strip() else [], hedge="perhaps")
    found = compared(paragraphs, item, paras)
    assert compared(paragraphs, item, paras) == found
    assert found or paras or not paragraphs
    assert all(one.message and one.mend for one in found)


@given(st.lists(ANYTHING, max_size=5), NUMBERS, NUMBERS, st.sampled_from(["", "years", "%", "kilos", "½"]), PARAS)
@settings(max_examples=50, deadline=None)
def test_a_figure_is_compared_with_anything(
    paragraphs: list[str], low: str, high: str, unit: str, paras: list[int]
) -> None:
    item = figure("mina", 1, "Depth", low=low, high=high, qualifier="range", **({"unit": unit} if unit else {}))
    found = compared(paragraphs, item, paras)
    assert compared(paragraphs, item, paras) == found


PLAIN = st.lists(st.sampled_from([word for word in WORDS if word[0].isalnum()]), min_size=1, max_size=12).map(" ".join)


@given(PLAIN)
@settings(max_examples=100, deadline=None)
def test_who_is_quoted_word_for_word_is_quoted_rightly(words: str) -> None:
    paragraphs = ["An island without a boat.", f"“{words},” said Petra Lund."]
    found = compared(paragraphs, snippet("petra", 1, f"Petra Lund says: “{words}.”", status="assessed"), [1])
    assert [one.message for one in found if one.severity == "error"] == []


HOSTILE = {
    "ten thousand words": "the boat of Mina Dorrit left Skarn in October " * 1_200,
    "one word ten thousand times": "boat " * 10_000,
    "five thousand digits": "9" * 5_000 + " boats, " + "1," * 5_000 + "1." * 5_000,
    "ten thousand numbers": " ".join(str(number) for number in range(10_000)),
    "ten thousand numerals": "hundred thousand " * 5_000,
    "numerals without end": "two " + "hundred " * 10_000,
    "nested quotes": "“‘" * 5_000 + "boat" + "’”" * 5_000,
    "a quote at each word": "“boat” said Dorrit " * 4_000,
    "speakers without end": "said Mina Dorrit " * 4_000,
    "sentences without end": "She said. " * 5_000,
    "initials without end": "A. " * 10_000,
    "full stops without end": "." * 50_000,
    "commas without end": "boat, " * 10_000,
    "countries without end": "North Korea against South Korea " * 2_500,
    "shares without end": "12 of 48 " * 3_000,
    "one long word": "b" * 50_000,
}
CLAIM = ("Mina Dorrit said 12 of 48 boats “left” North Korea against Skarn, 9 in 10 said she, for a year. " * 7)[:600]
SOON = 250
"""Paces; what compares all with all needs thousands."""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_article_is_read_soon(name: str) -> None:
    def read() -> None:
        text = article([HOSTILE[name]], PEOPLE, SOURCE)
        for claim in (CLAIM, HOSTILE[name][:600]):
            check(snippet("mina", 0, claim, quotes=["not said so"]), text, [0])

    assert paces(read) < SOON
