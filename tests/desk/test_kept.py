"""A message kept by the desk comes back as it was, and nothing else comes back at all."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from bot.message import Message
from bot.platforms.desk import kept
from tests.desk.small import IMPACT, MANY, TIMELINE
from tests.drawings.strategies import messages
from tests.sizes import examples


@examples(40)
@given(messages)
def test_every_message_comes_back_as_it_was(message: Message) -> None:
    known = json.loads(json.dumps(kept.as_json(message)))
    assert kept.read_message(known) == message
    assert kept.read_message(kept.as_json(message)) == message


@examples(40)
@given(messages)
def test_every_page_is_kept_with_the_whole_message(message: Message) -> None:
    page, seen = 0, 0
    while True:
        post = kept.render(message, page)
        assert kept.read_body(json.dumps(dict(post.body))) == (message, post.page)
        assert (post.page, post.last - post.first < 10) == (page, True)
        assert post.first in (0, seen + 1)
        if not post.more:
            break
        page, seen = page + 1, max(seen, post.last)


def test_a_post_holds_ten_claims_and_the_rest_comes_on_further_pages() -> None:
    posts = [kept.render(MANY, number) for number in range(4)]
    assert [(post.page, post.first, post.last, post.more) for post in posts] == [
        (0, 1, 10, True),
        (1, 11, 20, True),
        (2, 21, 25, False),
        (2, 21, 25, False),
    ]


def known(message: Message = IMPACT) -> Any:
    return json.loads(json.dumps(kept.as_json(message)))


def changed(path: tuple[str | int, ...], value: object, message: Message = IMPACT) -> Any:
    told = at = known(message)
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return told


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        "x",
        changed(("title",), None),
        changed(("title",), 1),
        changed(("more",), "a key that we do not write"),
        changed(("blocks",), "Claim"),
        changed(("blocks", 0), []),
        changed(("blocks", 0, "block"), "script"),
        changed(("blocks", 0, "block"), ["claim"]),
        changed(("blocks", 0, "block"), "heading"),
        changed(("blocks", 0, "struck"), 1),
        changed(("blocks", 0, "struck"), None),
        changed(("blocks", 0, "cites", 0, "reference"), None),
        changed(("blocks", 0, "attribution"), "Forecast"),
        changed(("blocks", 0, "attribution"), [1]),
        changed(("actions", 0, "page"), True),
        changed(("actions", 0, "page"), 1.0),
        changed(("offers",), ["delete"]),
        changed(("offers",), [["share"]]),
        changed(("origin",), "impact"),
        changed(("blocks", 2, "marks", 0, "open"), "no", TIMELINE),
        {name: value for name, value in known().items() if name != "stamp"},
    ],
)
def test_what_was_not_written_by_us_is_not_read(told: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (no sentence is promised)
        kept.read_message(told)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        {},
        {"message": known()},
        {"message": known(), "page": -1},
        {"message": known(), "page": True},
        {"message": known(), "page": 0, "more": 1},
        {"message": {}, "page": 0},
    ],
)
def test_a_body_that_is_no_post_is_not_read(body: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (no sentence is promised)
        kept.read_body(body)


def test_a_list_of_facts_keeps_its_pairs() -> None:
    from bot.message import Facts

    message = replace(IMPACT, blocks=(Facts((("a", "b"), ("c", "d"))),))
    assert kept.read_message(known(message)) == message
    for pairs in ([["a"]], [["a", "b", "c"]], [["a", 1]], ["ab"]):
        with pytest.raises(ValueError):  # noqa: PT011 (no sentence is promised)
            kept.read_message(changed(("blocks", 0, "pairs"), pairs, message))
