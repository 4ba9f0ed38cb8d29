"""Buttons: what they remember comes back exactly, and everything else is nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.message import Action
from bot.platforms.buttons import Press, button_id, read_button
from bot.platforms.discord.render import render as on_discord
from bot.platforms.literal import units
from tests.drawings.messages import IMPACT, LONG
from tests.drawings.strategies import words

commands = st.from_regex(r"[a-z0-9-]{1,32}", fullmatch=True)
stamps = st.from_regex(r"[0-9a-f]{4}", fullmatch=True)


@given(commands, words | st.text(max_size=60), st.integers(-1, 10_001), stamps)
def test_what_a_button_remembers_comes_back(command: str, text: str, page: int, stamp: str) -> None:
    written = button_id(Action("Label", command, text, page), stamp)
    if written is not None:
        assert units(written) <= 100
        assert read_button(written) == Press(command, text, page, stamp)


@given(
    commands,
    st.text(st.characters(categories=["L", "N", "P", "Zs"], max_codepoint=0xFFFF), max_size=50),
    stamps,
)
def test_every_ordinary_question_fits(command: str, text: str, stamp: str) -> None:
    assert button_id(Action("Label", command, text, 9999), stamp) is not None


@given(words | st.text() | st.builds("b1|{}|{}|{}|{}".format, words, words, words, words))
def test_nothing_that_is_pressed_raises_and_what_is_read_is_what_we_write(text: str) -> None:
    press = read_button(text)
    if press is not None:
        assert button_id(Action("Label", press.command, press.text, press.page), press.stamp) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "b1",
        "b2|impact|0|3fa9|",
        "b1|impact|0|3fa9",
        "b1|Impact|0|3fa9|",
        "b1|im pact|0|3fa9|",
        "b1||0|3fa9|",
        "b1|" + "a" * 33 + "|0|3fa9|",
        "b1|impact|-1|3fa9|",
        "b1|impact|01|3fa9|",
        "b1|impact|10000|3fa9|",
        "b1|impact|٣|3fa9|",
        "b1|impact|0|3FA9|",
        "b1|impact|0|3fa|",
        "b1|impact|0|3fa9|" + "x" * 51,
        "b1|impact|0|3fa9|" + "😀" * 50,
        "b1|impact|0|3fa9|a\nb",
        "b1|impact|0|3fa9|a\n",
        "b1|impact|0|3fa9|\x85",
        "b1|impact|0|3fa9|\ud800",
        " b1|impact|0|3fa9|",
    ],
)
def test_what_we_do_not_write_is_nothing(text: str) -> None:
    assert read_button(text) is None


def test_a_bar_belongs_to_the_question() -> None:
    assert read_button("b1|search|2|3fa9|a|b") == Press("search", "a|b", 2, "3fa9")


def labels(body: object) -> list[str]:
    assert isinstance(body, dict)
    return [button["label"] for row in body["components"] for button in row["components"]]


def test_back_and_next_stand_before_the_others_where_there_is_more() -> None:
    others = [action.label for action in LONG.actions]
    assert labels(on_discord(LONG, 0).body) == ["Next", *others]
    assert labels(on_discord(LONG, 1).body) == ["Back", "Next", *others]
    assert labels(on_discord(LONG, 3).body) == ["Back", *others]
    assert labels(on_discord(IMPACT).body) == others
