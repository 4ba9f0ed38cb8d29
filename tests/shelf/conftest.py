"""A home for each test."""

from pathlib import Path

import pytest

from tests.shelf.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home without a briefing."""
    return Home(tmp_path / "home")
