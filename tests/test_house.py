"""The rules of the house hold, and each rule finds a breach that is planted for it."""

import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from playwright.async_api import Browser, Error

from tests.house import (
    LONGEST,
    ROOMS,
    files_too_long,
    libraries_out_of_their_room,
    lint_imports,
    missing_from_wheel,
    modules_without_a_docstring,
    more_than_versions_and_hashes,
    other_locks,
    unlocked,
)

ROOT = Path(__file__).parent.parent


# --- the house keeps them ---


def test_libraries_stay_in_their_rooms() -> None:
    assert libraries_out_of_their_room(ROOT) == []


def test_every_module_says_what_it_is_for() -> None:
    assert modules_without_a_docstring(ROOT) == []


def test_every_file_fits_in_a_readers_head() -> None:
    assert files_too_long(ROOT) == []


def test_lock_files_carry_versions_and_hashes_only() -> None:
    assert more_than_versions_and_hashes(ROOT) == []


def test_there_are_no_other_locks() -> None:
    assert other_locks(ROOT) == []


def test_locks_hold_what_the_project_asks_for() -> None:
    assert unlocked(ROOT) == []


def test_imports_go_down_only() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_wheel_carries_what_init_copies(tmp_path: Path) -> None:
    wheel = Path(next(iter(WheelBuilder(str(ROOT)).build(directory=str(tmp_path)))))
    assert missing_from_wheel(wheel, ROOT) == []


@pytest.mark.asyncio(loop_scope="session")
async def test_the_browser_of_the_tests_reaches_this_machine_only(browser: Browser) -> None:
    page = await browser.new_page()
    # An address of this machine that the rule does not name: were it broken, nothing would leave either.
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        await page.goto("http://127.0.0.2:8787/")
    await page.close()


# --- and each finds a planted breach ---


def plant(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("path", "line", "library"),
    [
        ("bot/app.py", "from aiohttp import web", "aiohttp.web"),
        ("bot/app.py", "import aiohttp\nrun = aiohttp.web.run_app", "aiohttp.web"),
        ("bot/content/draft.py", "from aiohttp.web import Request", "aiohttp.web"),
        ("bot/platforms/discord/render.py", "import discord", "discord"),
        ("bot/platforms/slack/wire/__init__.py", "from discord.ext import tasks", "discord"),
        ("bot/cli.py", "def doctor():\n    import slack_sdk.errors", "slack_sdk"),
        ("bot/platforms/desk/wire.py", "from slack_bolt.async_app import AsyncApp", "slack_bolt"),
    ],
)
def test_a_library_out_of_its_room_is_found(tmp_path: Path, path: str, line: str, library: str) -> None:
    plant(tmp_path, {path: line})
    assert libraries_out_of_their_room(tmp_path) == [f"{path} uses {library}, which belongs in {ROOMS[library]}"]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("bot/platforms/web.py", "from aiohttp import web"),
        ("bot/content/draft.py", "import aiohttp\nsession = aiohttp.ClientSession"),
        ("bot/platforms/discord/wire/posts.py", "import discord.ext.tasks"),
        ("bot/platforms/slack/wire/socket.py", "from slack_sdk.errors import SlackApiError"),
        ("bot/app.py", "from bot.platforms.discord import wire\nfrom .platforms import discord"),
    ],
)
def test_a_library_in_its_room_is_left_alone(tmp_path: Path, path: str, line: str) -> None:
    assert libraries_out_of_their_room(plant(tmp_path, {path: line})) == []


def test_a_module_without_a_docstring_is_found(tmp_path: Path) -> None:
    plant(tmp_path, {"bot/a.py": '"""Says it."""', "bot/b/c.py": "# says it\nx = 1", "bot/d.py": '"""  """'})
    assert modules_without_a_docstring(tmp_path) == ["bot/b/c.py", "bot/d.py"]


def test_a_file_too_long_is_found(tmp_path: Path) -> None:
    plant(tmp_path, {"bot/fits.py": "\n" * LONGEST, "bot/desk/long.css": "\n" * (LONGEST + 1)})
    assert files_too_long(tmp_path) == ["bot/desk/long.css"]


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://index.example/simple",
        "--find-links wheels",
        "rich @ https://files.example/rich-15.0.0-py3-none-any.whl",
        "rich==15.0.0 # via index.example",
        "-e ../neighbour",
        "rich>=15 \\",
    ],
)
def test_a_lock_that_names_a_host_or_no_version_is_found(tmp_path: Path, line: str) -> None:
    good = f"rich==15.0.0 ; python_full_version >= '3.11' \\\n    --hash=sha256:{'a' * 64}\n"
    plant(tmp_path, {"requirements.lock": good, "requirements-dev.lock": f"{good}{line}\n"})
    assert more_than_versions_and_hashes(tmp_path) == [f"requirements-dev.lock:3: {line}"]


def test_another_lock_is_found(tmp_path: Path) -> None:
    assert other_locks(plant(tmp_path, {"uv.lock": "", "requirements.lock": ""})) == ["uv.lock"]


def test_a_lock_left_behind_by_its_project_is_found(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {
            "pyproject.toml": """
                build-system.requires = ["hatchling>=1.27"]
                project.dependencies = ["rich>=15", "Discord.py>=2.7"]
                project.optional-dependencies.dev = ["pytest>=9"]
            """,
            "requirements.lock": "rich==14.0 \\\ndiscord-py==2.7.1 \\\nhatchling==1.33 \\\n",
            "requirements-dev.lock": "rich==15.0 \\\ndiscord-py==2.7.1 \\\nhatchling==1.33 \\\n",
        },
    )
    assert unlocked(tmp_path) == [
        "requirements.lock lacks rich>=15: make lock",
        "requirements-dev.lock lacks pytest>=9: make lock",
        "rich differs between the locks: make lock",
    ]


def test_a_wheel_without_the_starter_is_found(tmp_path: Path) -> None:
    plant(tmp_path, {"briefings/first.yaml": "", "briefings/second.yaml": ""})
    with zipfile.ZipFile(tmp_path / "bot.whl", "w") as archive:
        archive.writestr("bot/starter/briefings/first.yaml", "")
        archive.writestr("bot/starter/config.yaml", "")
    assert missing_from_wheel(tmp_path / "bot.whl", tmp_path) == [
        "briefings/second.yaml",
        "docs/briefing.schema.json",
        "docs/config.schema.json",
    ]


def house_of_empty_rooms(root: Path) -> Path:
    """The contracts of this project over a bot/ in which every module they name is there and empty."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    layers = next(one["layers"] for one in tomllib.loads(text)["tool"]["importlinter"]["contracts"] if "layers" in one)
    rooms = {f"bot/{name}/__init__.py": "" for name in re.findall(r"\w+", " ".join(layers))}
    wires = {
        f"bot/platforms/{name}/{file}": ""
        for name in ("discord", "slack")
        for file in ("__init__.py", "wire/__init__.py", "wire/posts.py", "render.py")
    }
    return plant(root, {"pyproject.toml": text, "bot/__init__.py": "", **rooms, **wires})


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("bot/errors/__init__.py", "import bot.message"),
        ("bot/content/__init__.py", "from bot import settings"),
        ("bot/store/__init__.py", "import bot.commands"),
        ("bot/commands/__init__.py", "from bot.platforms import discord"),
        ("bot/platforms/slack/render.py", "import bot.app"),
        ("bot/platforms/discord/render.py", "import discord"),
        ("bot/platforms/slack/wire/posts.py", "import discord"),
        ("bot/app/__init__.py", "from slack_sdk import errors"),
        ("bot/platforms/slack/render.py", "import slack_bolt.async_app"),
        ("bot/cli/__init__.py", "from sqlalchemy.ext import asyncio"),
        ("bot/verifying/__init__.py", "import discord"),
        ("bot/nobody_named_it.py", ""),
    ],
)
def test_an_import_that_goes_up_is_found(tmp_path: Path, path: str, line: str) -> None:
    result = lint_imports(plant(house_of_empty_rooms(tmp_path), {path: line}))
    assert result.returncode == 1, result.stdout + result.stderr
    assert "1 broken" in result.stdout


def test_the_wires_may_use_their_libraries(tmp_path: Path) -> None:
    plant(
        house_of_empty_rooms(tmp_path),
        {
            "bot/platforms/discord/wire/posts.py": "import discord\nfrom discord.ext import tasks",
            "bot/platforms/slack/wire/__init__.py": "import slack_bolt.async_app\nimport slack_sdk.errors",
            "bot/store/__init__.py": "import sqlalchemy",
            "bot/app/__init__.py": "import bot.platforms.discord.wire, bot.store, bot.errors",
        },
    )
    result = lint_imports(tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
