"""Pages: whole blocks, headings with what they stand over, references numbered for each page."""

from collections.abc import Sequence
from typing import overload

import pytest
from hypothesis import given

from bot.message import Block, Claim, Entry, Heading, Message, Paragraph, Reference, plain
from bot.platforms.discord.render import render as on_discord
from bot.platforms.pages import Page, cut, shown, whole
from bot.platforms.slack.render import render as on_slack
from tests.drawings.messages import DW, IMPACT, LONG, claim, many
from tests.drawings.strategies import messages
from tests.sizes import examples


def weigh(part: Block | Reference) -> tuple[int]:
    return (1,)


def pages(message: Message, budget: int = 1000) -> list[Page]:
    found = [cut(message, 0, weigh, (budget,))]
    while found[-1].more:
        found.append(cut(message, len(found), weigh, (budget,)))
    return found


class Lazy(Sequence[Block]):
    """Thousands of claims that are made only when they are read."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.read: set[int] = set()

    def __len__(self) -> int:
        return self.size

    @overload
    def __getitem__(self, at: int) -> Block: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Block]: ...
    def __getitem__(self, at: int | slice) -> Block | Sequence[Block]:
        if isinstance(at, slice):
            raise TypeError("a page reads one block after another")
        self.read.add(at)
        return claim(f"Claim {at}.", "Reported", para="¶1")


class Known(Lazy):
    """The same, and it knows how many there are."""

    @property
    def entries(self) -> int:
        return self.size


@examples(40)
@given(messages)
def test_the_pages_together_are_the_message(message: Message) -> None:
    drawn = [block for page in pages(message, 30) for block in page.blocks]
    again = [block for block in drawn if not (isinstance(block, Heading) and block.text.endswith("(continued)"))]
    assert again == [b for b in message.blocks if not (isinstance(b, Heading) and b.text.endswith("(continued)"))]


@examples(40)
@given(messages)
def test_each_reference_is_listed_once_in_the_order_the_page_cites_it(message: Message) -> None:
    for page in pages(message, 30):
        cited = [c.reference.key for b in page.blocks if isinstance(b, Claim | Entry) for c in b.cites]
        assert [reference.key for reference in page.references] == list(dict.fromkeys(cited))
        assert list(page.numbers.values()) == list(range(1, len(page.references) + 1))


@examples(40)
@given(messages)
def test_no_page_holds_more_than_ten_claims_and_none_passes_its_budget(message: Message) -> None:
    for page in pages(message, 30):
        assert sum(isinstance(block, Claim | Entry) for block in page.blocks) <= 10
        assert len(page.blocks) + len(page.references) <= 30


def test_a_heading_stays_with_what_it_stands_over() -> None:
    for budget in range(4, 40):
        for page in pages(Message("Long", None, many(36)), budget):
            assert not isinstance(page.blocks[-1], Heading)


def test_a_heading_is_repeated_where_its_group_goes_on() -> None:
    first, second, *_ = pages(LONG)
    assert first.blocks[0] == Heading("Group 1")
    assert second.blocks[0] == Heading("Group 2 (continued)")


@pytest.mark.parametrize(("number", "expected"), [(-3, 0), (0, 0), (3, 3), (4, 3), (9999, 3)])
def test_a_page_out_of_range_is_the_last_one(number: int, expected: int) -> None:
    page = cut(LONG, number, weigh, (1000,))
    assert (page.number, page.more) == (expected, expected < 3)


def test_what_is_left_out_is_said() -> None:
    assert [shown(page) for page in pages(LONG)] == [
        "Claims 1–10 of 36",
        "Claims 11–20 of 36",
        "Claims 21–30 of 36",
        "Claims 31–36 of 36",
    ]
    assert [shown(page) for page in pages(IMPACT)] == [None]
    entries = Message("People", None, tuple(Entry(f"Person {at}") for at in range(11)))
    assert [shown(page) for page in pages(entries)] == ["Entries 1–10 of 11", "Entry 11 of 11"]
    running = Message("Help", None, tuple(Paragraph(plain(f"Word {at}")) for at in range(5)))
    assert [shown(page) for page in pages(running, 3)] == ["Page 1. More on the next.", "Page 2."]


def test_the_first_page_of_thousands_reads_only_the_first_blocks() -> None:
    for render in (on_discord, on_slack):
        blocks = Lazy(5000)
        frozen = render(Message("Search", None, blocks))
        assert frozen.more
        assert max(blocks.read) <= 10


def test_a_lazy_sequence_that_knows_its_number_is_counted_without_being_read() -> None:
    blocks = Known(5000)
    assert shown(cut(Message("Search", None, blocks), 1, weigh, (1000,))) == "Claims 11–20 of 5,000"
    assert max(blocks.read) <= 20
    unknown = cut(Message("Search", None, Lazy(5000)), 1, weigh, (1000,))
    assert shown(unknown) == "Claims 11–20; more on the next page"


def test_without_pages_everything_is_there() -> None:
    page = whole(LONG)
    assert page.blocks == tuple(LONG.blocks)
    assert (page.first, page.last, page.total, page.more) == (1, 36, 36, False)
    assert page.references[1] == DW
    assert shown(page) is None
