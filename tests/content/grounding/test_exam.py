"""The exam on grounding: how much of what is wrong is found, by kind, and how often what is right has an error."""

import os
from pathlib import Path

import pytest

from tests.exam.grounding_exam import FOUND_AT_LEAST, RIGHT, WRONG_ERRORS_AT_MOST, Count, mark, papers, questions

SAMPLE = 4
"""Of the questions on a wrong paragraph every fourth is asked; `python -m benchmarks grounding` asks them all."""


@pytest.fixture(scope="module")
def marks() -> dict[str, Count]:
    """All counts over all articles; the real article is one of them where TEXTS names the folder that holds it."""
    texts = Path(os.environ["TEXTS"]) if os.environ.get("TEXTS") else None
    counts = mark(question for paper in papers(texts) for question in questions(paper, SAMPLE))
    return {kind: count for (name, kind), count in counts.items() if not name}


@pytest.mark.parametrize("kind", FOUND_AT_LEAST)
def test_planted_mistakes_are_found(marks: dict[str, Count], kind: str) -> None:
    count = marks[kind]
    assert count.asked > 0
    assert count.found / count.asked >= FOUND_AT_LEAST[kind], count


@pytest.mark.parametrize("kind", RIGHT)
def test_what_is_right_has_hardly_an_error(marks: dict[str, Count], kind: str) -> None:
    count = marks[kind]
    assert count.asked > 100
    assert count.errors / count.asked <= WRONG_ERRORS_AT_MOST, count
