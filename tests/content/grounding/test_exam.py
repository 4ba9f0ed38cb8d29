"""The exam on grounding: how much of what is wrong is found, by kind, and how often what is right has an error."""

import os
from pathlib import Path

import pytest

from tests.exam.grounding_exam import (
    FIRST,
    FOUND_AT_LEAST,
    LATER,
    RIGHT,
    WRONG_ERRORS_AT_MOST,
    Count,
    mark,
    papers,
    questions,
)

SAMPLE = 4
"""Of the questions on a wrong paragraph every fourth is asked; `python -m benchmarks grounding` asks them all."""


@pytest.fixture(scope="module")
def marks() -> dict[tuple[str, str], Count]:
    """All counts; the real article is one of the first where TEXTS names the folder that holds it."""
    texts = Path(os.environ["TEXTS"]) if os.environ.get("TEXTS") else None
    return mark(question for paper in papers(texts) for question in questions(paper, SAMPLE))


@pytest.mark.parametrize(
    ("group", "kind"), [(group, kind) for group in (FIRST, LATER) for kind in FOUND_AT_LEAST[group]]
)
def test_planted_mistakes_are_found(marks: dict[tuple[str, str], Count], group: str, kind: str) -> None:
    count = marks[group, kind]
    assert count.asked > 0
    assert count.found / count.asked >= FOUND_AT_LEAST[group][kind], count


@pytest.mark.parametrize("group", [FIRST, LATER])
@pytest.mark.parametrize("kind", RIGHT)
def test_what_is_right_has_hardly_an_error(marks: dict[tuple[str, str], Count], group: str, kind: str) -> None:
    count = marks[group, kind]
    assert count.asked > 100
    assert count.errors / count.asked <= WRONG_ERRORS_AT_MOST, count
