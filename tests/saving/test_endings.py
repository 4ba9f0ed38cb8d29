"""The mark and the line endings of a file stay as they were, whatever is edited in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.endings import BOM, bytes_of, text_of

LINES = st.lists(st.tuples(st.text("ab: é", max_size=3), st.sampled_from(["\n", "\r\n", "\r"])), max_size=8)


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (b"a\nb\n", "a\nc\n", b"a\nc\n"),
        (b"a\r\nb\r\n", "a\nc\n", b"a\r\nc\r\n"),
        (b"a\r\nb\r\n", "a\nb\nc\n", b"a\r\nb\r\nc\r\n"),
        (b"a\r\nb\r\n", "", b""),
        (b"a\r\nb\nc\r\nd\r\n", "a\nb\nnew\nc\nd\n", b"a\r\nb\nnew\r\nc\r\nd\r\n"),
        (b"a\rb\nc\n", "a\n\nb\nc\n", b"a\n\nb\nc\n"),
        (b"a\r\nb", "a\nb\n", b"a\r\nb\r\n"),
        (b"a\rb\r", "a\nx\nb\n", b"a\rx\rb\r"),
        (BOM + b"a\r\n", "a\nb\n", BOM + b"a\r\nb\r\n"),
        (BOM, "a\n", BOM + b"a\n"),
        (b"", "a\r\nb\r", b"a\nb\n"),
    ],
)
def test_what_was_not_edited_keeps_its_ending(before: bytes, text: str, after: bytes) -> None:
    assert bytes_of(text, before) == after


@given(LINES, st.booleans())
def test_a_text_that_is_saved_as_it_was_opened_changes_no_byte(lines: list[tuple[str, str]], marked: bool) -> None:
    before = (BOM if marked else b"") + "".join(map("".join, lines)).encode()
    assert bytes_of(text_of(before), before) == before


@given(LINES, st.text("ab\n é", max_size=12))
def test_nothing_of_the_text_is_lost_or_added(lines: list[tuple[str, str]], text: str) -> None:
    before = "".join(map("".join, lines)).encode()
    assert text_of(bytes_of(text, before)) == text
