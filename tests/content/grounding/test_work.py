"""Comparing takes work that grows with the text and with the claims, and not with one times the other."""

import sys
from collections.abc import Collection, Sequence
from itertools import product

import pytest

from bot.content.grounding.article import article
from bot.content.grounding.checks import check
from bot.content.grounding.likeness import Weights
from bot.content.model import Person
from tests.content.grounding.island import SOURCE, snippet

NAMES = [f"{one}{two}{three}".capitalize() for one, two, three in product(("ba", "do", "gi", "ku"), repeat=3)]
PLACES = [f"{name}{end}" for end in ("ro", "ten", "mar", "lund", "wick") for name in NAMES]
FEW, MANY = 60, 300
AT_MOST = 1.2
"""How much more work a claim may be among five times as many, in five times as much text."""


def calls(size: int) -> int:
    """How many calls it takes to compare so many claims with an article of so many paragraphs and people."""
    people = [Person.model_validate({"id": name.lower(), "name": f"Mina {name}"}) for name in PLACES[:size]]
    paragraphs = [f"The boat to {name} was lost, said Mina {name} in the hall of {name}." for name in PLACES[:size]]
    claims = [
        snippet(name.lower(), at, f"Mina {name} has lost the boat to {name} Elm.")
        for at, name in enumerate(PLACES[:size])
    ]
    count = 0

    def seen(*_: object) -> None:
        nonlocal count
        count += 1

    sys.setprofile(seen)
    try:
        text = article(paragraphs, people, SOURCE)
        for at, claim in enumerate(claims):
            check(claim, text, [(at + 7) % size])
    finally:
        sys.setprofile(None)
    return count


def test_a_claim_is_no_more_work_in_a_longer_text() -> None:
    assert calls(MANY) / MANY < AT_MOST * calls(FEW) / FEW


def test_comparing_all_with_all_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def best(self: Weights, claim: Sequence[str], least: float, without: Collection[int]) -> int | None:
        return max(
            enumerate(self.paragraphs), key=lambda one: sum(self.of(stem) for stem in claim if stem in one[1].stems)
        )[0]

    monkeypatch.setattr(Weights, "best", best)
    assert calls(MANY) / MANY > AT_MOST * calls(FEW) / FEW
