"""Counting paragraphs: the same number for the same paragraph, whoever counts and however the text was saved."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.content.numbering import Numbered, Skipped, is_credit, is_subheading, numbered

ARTICLE = """ date 2026-11-02 The harbour of Aosagi is to be dredged, and not everybody there is glad of it.

The town council voted for the plan on Monday.
It had been put off three times.

"It will be two metres deeper by next spring," said Ada Okoye, the harbour master.

"And then the ferries can come in at low tide."

Mud on the move

Where the mud is to go is not yet known, the council's own paper says.

'Nobody asked us'

“We were not asked.”

What the divers fear most of all is the noise, and what it does

Divers fear for the urchins.

Edited by: Bo Lindqvist
"""


def test_the_standfirst_is_0_and_subheadings_and_credits_are_not_counted() -> None:
    found = numbered(ARTICLE)
    assert found.published == "2026-11-02"
    assert [" ".join(text.split()[:4]) for text in found.paragraphs] == [
        "The harbour of Aosagi",
        "The town council voted",
        '"It will be two',
        '"And then the ferries',
        "Where the mud is",
        "“We were not asked.”",
        "What the divers fear",
        "Divers fear for the",
    ]
    assert found.paragraphs[1].endswith("on Monday. It had been put off three times.")
    assert found.skipped == (
        Skipped("Mud on the move", "subheading", 4),
        Skipped("'Nobody asked us'", "subheading", 5),
        Skipped("Edited by: Bo Lindqvist", "credit", 8),
    )


@pytest.mark.parametrize(
    "saved",
    [
        ARTICLE.replace("\n", "\r\n"),
        ARTICLE.replace("\n", "\r"),
        "\ufeff" + ARTICLE,
        ARTICLE.replace("\n\n", "\n \t\u00a0\n\n\n"),
        ARTICLE.replace(" ", "  \u00a0"),
        ARTICLE.replace("dredged", "dred\u00adged").replace("council", "coun\u200bcil"),
        ARTICLE.replace("\n\n", "\u2029\u2029"),
        ARTICLE.strip(),
        f"\n\n{ARTICLE}\n\n",
    ],
)
def test_how_a_text_was_saved_does_not_matter(saved: str) -> None:
    assert numbered(saved) == numbered(ARTICLE)


def test_letters_that_are_put_together_are_the_same_letters() -> None:
    assert numbered(unicodedata.normalize("NFD", "Café in Århus.")) == numbered("Café in Århus.")


def test_a_date_alone_says_that_there_is_no_standfirst() -> None:
    assert numbered("date 2026-11-02\n\nThe first.\n\nThe second.") == Numbered(
        ("", "The first.", "The second."), "2026-11-02"
    )
    assert numbered("date unknown\n\nThe first.").paragraphs == ("", "The first.")


def test_the_first_block_is_the_standfirst_however_short() -> None:
    assert numbered("Mud, and more mud\n\nThe first.").paragraphs == ("Mud, and more mud", "The first.")
    assert numbered("One.\n\ndate 2026-11-02 is when it began, they say.").paragraphs[1].startswith("date 2026")
    assert numbered("").paragraphs == numbered(" \n\n ").paragraphs == ()


def test_what_a_web_page_marks_as_a_heading_is_one_however_it_ends() -> None:
    found = numbered(
        "A standfirst.\n\n## What now?\n\nA paragraph.\n### Where the lines have no blank line between.\nNext."
    )
    assert found.paragraphs == ("A standfirst.", "A paragraph.", "Next.")
    assert [one.text for one in found.skipped] == ["What now?", "Where the lines have no blank line between."]
    assert numbered("Standfirst.\n\n#2 is closed.").paragraphs[1] == "#2 is closed."


@pytest.mark.parametrize(
    ("block", "so"),
    [
        ("Mud on the move", True),
        ("one two three four five six seven eight nine ten eleven twelve", True),
        ("one two three four five six seven eight nine ten eleven twelve thirteen", False),
        ("It is over.", False),
        ("“It is over.”", False),
        ('"Is it over?"', False),
        ("(It is over.)", False),
        ("'Over …'", False),
        ("It is over …", False),
        ("It is over…’", False),
        ("»Es ist vorbei.«", False),
        ("终于结束了。", False),
        ("「終わった。」", False),
        ("Wer zahlt", True),
    ],
)
def test_a_subheading_is_short_and_closes_no_sentence(block: str, so: bool) -> None:
    assert is_subheading(block) is so


@pytest.mark.parametrize(
    ("block", "so"),
    [
        ("Edited by: Bo Lindqvist", True),
        ("Edited by Bo Lindqvist and Ada de Vries.", True),
        ("Reporting by Bo Lindqvist in Aosagi; Editing by A. O'Hara and Jean-Luc Piché", True),
        ("(Reporting by Bo Lindqvist)", True),
        ("Additional reporting by Bo Lindqvist.", True),
        ("Edited by the ministry, the report says nothing of mud.", False),
        ("The report was edited by Bo Lindqvist.", False),
    ],
)
def test_a_credit_holds_nothing_but_names(block: str, so: bool) -> None:
    assert is_credit(block) is so


@given(st.lists(st.text("aB .!?\"'”\n\t\r\u2028é1", max_size=60), max_size=8).map("\n\n".join))
def test_counting_loses_no_word_and_counts_the_same_again(text: str) -> None:
    found = numbered(text)
    kept = " ".join([*found.paragraphs, *(one.text for one in found.skipped)]).split()
    assert sorted(kept) == sorted(text.split())
    assert numbered("\n\n".join(found.paragraphs)).paragraphs == found.paragraphs
