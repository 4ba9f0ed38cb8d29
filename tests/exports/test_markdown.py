"""No text of an editor becomes markup, a link or a ping: read back by a CommonMark parser, it is the text again."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.exports.markdown import GUARDS, address, escape, escaper
from bot.platforms.literal import clean
from tests.content.editions import texts
from tests.exports.reading import bare, read
from tests.sizes import examples

ANYTHING = texts(600) | st.text(max_size=80) | st.text("\\`*_[]()<>#+-.!|~&:@$ =0a/\n\t'\"", max_size=30)

PLACES = ("{}\n", "# {}\n", "- {}\n", "- before\n  - {}\n", "- **{}**: after\n", "before\n\n{}\n\nafter\n")
"""Where a text stands in a document."""


@examples(300)
@given(ANYTHING, st.sampled_from(PLACES))
def test_a_text_is_read_as_that_text_and_nothing_else(text: str, place: str) -> None:
    if not bare(clean(text)).strip():
        return
    found = read(place.format(escape(text)))
    said = bare(clean(text))
    assert said in [bare(line).removesuffix(": after") for line in found.lines]
    assert found.links == []
    assert found.live == set()
    assert found.kinds <= {"paragraph", "heading", "bullet_list", "list_item", "strong"}


SAMPLES = {
    "address": "see https://evil.example/x",
    "bare address": "see www.evil.example",
    "mention": "ask @everyone",
    "issue": "see #12",
    "emoji": "well :smile: done",
    "entity": "&lt;b&gt; &#64;",
    "line start": "1. no list",
    "heading's end": "written in C #",
    "markup": "*no* [link](https://x.example) <b>",
}


def harmless(escape: Callable[[str], str], text: str) -> bool:
    """Whether a text is read as itself wherever it stands, and changes nothing around it."""
    for place in PLACES[:3]:
        found, usual = read(place.format(escape(text))), read(place.format("word"))
        if ([bare(line) for line in found.lines], found.kinds) != ([text], usual.kinds) or found.live or found.links:
            return False
    return True


@pytest.mark.parametrize("guard", GUARDS)
def test_without_a_guard_something_would_come_alive_or_be_lost(guard: str) -> None:
    """Each guard is broken once: its sample is then read as something else."""
    assert harmless(escape, SAMPLES[guard])
    assert not harmless(escaper({name: rule for name, rule in GUARDS.items() if name != guard}), SAMPLES[guard])


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://news.example/a_(b)", "<https://news.example/a_%28b%29>"),
        ("https://news.example/a?b=c&d=[e]#f", "<https://news.example/a?b=c&d=%5Be%5D#f>"),
        ("javascript:alert(1)", None),
        ("https://user@evil.example/", None),
        ("https://evil.example/><b>", "<https://evil.example/%3E%3Cb%3E>"),
        (None, None),
    ],
)
def test_only_web_addresses_become_links(url: str | None, shown: str | None) -> None:
    assert address(url) == shown
    if shown:
        assert len(read(f"- {shown}\n").links) == 1
