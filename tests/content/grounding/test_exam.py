"""The exam on grounding: how much of what is wrong is found, by kind, and how often what is right has an error."""

import os
from pathlib import Path

from tests.exam.grounding_exam import FOUND_AT_LEAST, RIGHT, WRONG_ERRORS_AT_MOST, mark, papers, questions

SAMPLE = 8
"""Of the questions on a wrong paragraph every eighth is asked; `python -m benchmarks grounding` asks them all."""


def test_planted_mistakes_are_found_and_what_is_right_has_hardly_an_error() -> None:
    """One test for all kinds: the exam takes seconds, and every worker that had one of its kinds would sit it anew."""
    # The real article is one of the first where TEXTS names the folder that holds it.
    texts = Path(os.environ["TEXTS"]) if os.environ.get("TEXTS") else None
    counts = mark(question for paper in papers(texts) for question in questions(paper, SAMPLE))
    missed = [
        (group, kind, counts[group, kind])
        for group, bounds in FOUND_AT_LEAST.items()
        for kind, least in bounds.items()
        if counts[group, kind].found < least * counts[group, kind].asked
    ]
    assert missed == []
    for group in FOUND_AT_LEAST:
        right = {kind: counts[group, kind] for kind in RIGHT}
        assert {kind: count for kind, count in right.items() if count.errors > count.asked * WRONG_ERRORS_AT_MOST} == {}
        assert min(count.asked for count in right.values()) > 100
