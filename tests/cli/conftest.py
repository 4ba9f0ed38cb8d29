"""A folder with a config.yaml and one good briefing, and a folder elsewhere."""

from pathlib import Path

import pytest

from tests.cli.shell import CONFIG, HARBOUR


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "briefings").mkdir()
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "briefings" / "harbour.yaml").write_text(HARBOUR)
    return tmp_path


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")
