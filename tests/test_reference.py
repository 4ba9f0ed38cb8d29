"""docs/reference.md is what the model says.

Renew it with `RENEW_GOLDEN=1 python -m pytest tests/test_reference.py`, and read the difference as an editor would.
"""

import os
from pathlib import Path

import pytest

from tests.reference import KINDS, reference

PAGE = Path(__file__).parents[1] / "docs" / "reference.md"


def test_the_reference_is_what_the_model_says() -> None:
    if os.environ.get("RENEW_GOLDEN"):
        PAGE.write_text(reference(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == reference()


def test_no_kind_of_value_is_explained_that_no_key_has() -> None:
    text = reference()
    assert [kind for kind in KINDS if f"| {kind} | {KINDS[kind]} |" not in text] == []


def test_a_kind_of_value_that_nobody_explained_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(KINDS, "a date")
    with pytest.raises(KeyError, match="a date"):
        reference()
