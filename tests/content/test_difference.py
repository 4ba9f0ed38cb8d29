"""Two texts beside each other: which lines differ, and which words of them."""

import pytest

from bot.content.difference import WIDEST, DiffLine, difference


def words(before: str, after: str) -> list[list[str]]:
    """The words that differ, of each line that is gone or new."""
    lines = difference(before, after)
    assert lines is not None
    assert all("".join(piece for piece, _ in one.words) in ("", one.text) for one in lines)
    return [[piece for piece, differs in one.words if differs] for one in lines if one.kind in ("gone", "new")]


@pytest.mark.parametrize(
    ("before", "after", "differing"),
    [
        ("  text: The pier opens in June.", "  text: The pier opens in July.", [[" June."], [" July."]]),
        ("  text: The pier opens.", "  text: The pier opens in July.", [[" opens."], [" opens in July."]]),
        ("a b c\nd e f", "a b x\nd y f", [[" c"], [" e"], [" x"], [" y"]]),
        ("a b c", "a b x\n# and more", [[" c"], [" x"], []]),
        ("    claimed_by: quist", "    status: reported", [[], []]),
        ("", "a line", [[], []]),
    ],
)
def test_the_words_that_differ_are_marked_in_versions_of_one_line(
    before: str, after: str, differing: list[list[str]]
) -> None:
    assert words(before, after) == differing


def test_a_line_of_enormous_length_is_not_compared_by_words() -> None:
    line = "a pier" + " and a pier" * (WIDEST // 12)
    assert words(f"{line} old", f"{line} new") == [[" old"], [" new"]]
    assert words(f"{line}{line}old", f"{line}{line}new") == [[], []]


def test_lines_far_from_a_difference_are_left_out() -> None:
    same = "\n".join(f"line {number}" for number in range(20))
    assert difference(f"{same}\nold", f"{same}\nnew") == (
        DiffLine("gap"),
        *(DiffLine("same", f"line {number}", number + 1, number + 1) for number in (17, 18, 19)),
        DiffLine("gone", "old", old=21),
        DiffLine("new", "new", new=21),
    )
