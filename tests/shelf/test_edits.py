"""An edit shows in the next answer within two seconds, however it is saved."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shelf.home import CONFIG, USUAL, Home, briefing, running, save, until

OLD = briefing("harbour", "calm", "quiet")
NEW = briefing("harbour", "stormy", "quiet")


def as_vim(path: Path, text: str) -> None:
    """The old file becomes the backup, and a new one is written under its name (backupcopy=no)."""
    swap = path.with_name(f".{path.name}.swp")
    swap.write_bytes(b"b0VIM 9.0")
    probe = path.with_name("4913")
    probe.touch()
    probe.unlink()
    path.rename(path.with_name(f"{path.name}~"))
    path.write_text(text, encoding="utf-8")
    path.with_name(f"{path.name}~").unlink()
    swap.unlink()


def as_vim_in_place(path: Path, text: str) -> None:
    """The backup is a copy, and the file is emptied and written again (backupcopy=yes)."""
    backup = path.with_name(f"{path.name}~")
    backup.write_bytes(path.read_bytes())
    path.write_text(text, encoding="utf-8")
    backup.unlink()


def as_mv(path: Path, text: str) -> None:
    """A finished file from elsewhere takes the name."""
    elsewhere = path.parents[1] / "finished"
    elsewhere.write_text(text, encoding="utf-8")
    elsewhere.replace(path)


def git(folder: Path, *words: str) -> None:
    told = ("-c", "user.name=Mina", "-c", "user.email=mina@example.org", "-c", "commit.gpgsign=false")
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *told, *words], cwd=folder, check=True, capture_output=True, env=environment)


@pytest.mark.parametrize("save", [as_vim, as_vim_in_place, as_mv])
@pytest.mark.parametrize("new", [NEW, briefing("harbour", "calm", "stormy"), briefing("harbour", "stormy")])
async def test_an_edit_shows(home: Home, save: Callable[[Path, str], None], new: str) -> None:
    home.write(harbour=OLD)
    async with running(home, USUAL) as bot:
        assert "calm" in await bot.ask()
        save(home.folder / "harbour.yaml", new)
        print(f"{save.__name__}: {await bot.tells('stormy'):.2f} s")
        assert bot.problems("harbour.yaml") == []


async def test_a_checkout_of_another_commit_shows(home: Home) -> None:
    git(home.folder, "init", "--initial-branch", "main")
    home.write(harbour=OLD, ridge=briefing("ridge", "icy"))
    git(home.folder, "add", ".")
    git(home.folder, "commit", "--message", "calm")
    git(home.folder, "checkout", "-b", "storm")
    home.write(harbour=NEW, coast=briefing("coast", "foggy"))
    (home.folder / "ridge.yaml").rename(home.folder / "pass.yaml")
    git(home.folder, "add", "--all", ".")
    git(home.folder, "commit", "--message", "stormy")
    git(home.folder, "checkout", "main")
    async with running(home, USUAL) as bot:
        git(home.folder, "checkout", "storm")
        print(f"checkout: {await bot.tells('stormy', 'icy', 'foggy'):.2f} s")
        git(home.folder, "checkout", "main")
        print(f"and back: {await bot.tells('calm', 'icy'):.2f} s")
        await bot.hides("stormy")
        await until(lambda: [file.file for file in bot.shelf.state.files] == ["harbour.yaml", "ridge.yaml"], cap=10)


def swap_data(folder: Path, name: str, files: dict[str, str]) -> None:
    """Publish files as Kubernetes does: a folder with a date, and one hidden link that is swapped."""
    (folder / name).mkdir()
    for file, text in files.items():
        (folder / name / file).write_text(text, encoding="utf-8")
    (folder / "..data_tmp").symlink_to(name)
    before = (folder / "..data").readlink() if (folder / "..data").is_symlink() else None
    (folder / "..data_tmp").rename(folder / "..data")
    for file in files:
        if not (folder / file).is_symlink():
            (folder / file).unlink(missing_ok=True)
            (folder / file).symlink_to(f"..data/{file}")
    if before:
        shutil.rmtree(folder / before)


async def test_a_config_map_shows(home: Home) -> None:
    swap_data(home.folder, "..2026_1", {"harbour.yaml": OLD})
    swap_data(home.path, "..2026_1", {"config.yaml": CONFIG})
    async with running(home, USUAL) as bot:
        swap_data(home.folder, "..2026_2", {"harbour.yaml": NEW})
        print(f"briefings: {await bot.tells('stormy'):.2f} s")
        swap_data(home.path, "..2026_2", {"config.yaml": CONFIG.replace("Impact", "Wirkung")})
        print(f"config.yaml: {await bot.tells('Wirkung'):.2f} s")


async def test_a_new_file_in_a_new_folder_shows(home: Home) -> None:
    home.write(harbour=OLD)
    async with running(home, USUAL) as bot:
        (home.folder / "north" / "far").mkdir(parents=True)
        (home.folder / "north" / "far" / "coast.yaml").write_text(briefing("coast", "foggy"), encoding="utf-8")
        print(f"{await bot.tells('foggy'):.2f} s")
        (home.folder / "north" / "far" / "coast.yaml").write_text(briefing("coast", "sunny"), encoding="utf-8")
        print(f"{await bot.tells('sunny'):.2f} s")


async def test_a_folder_that_is_made_again_is_watched_again(home: Home) -> None:
    home.write(harbour=OLD)
    async with running(home, USUAL) as bot:
        (home.folder / "harbour.yaml").unlink()
        home.folder.rmdir()
        await bot.noticed("cannot be read")
        assert "calm" in await bot.ask()
        home.folder.mkdir()
        home.write(harbour=NEW)
        await bot.tells("stormy")
        assert bot.shelf.state.notices == ()
        await bot.rests(2)
        as_vim_in_place(home.folder / "harbour.yaml", OLD)
        print(f"{await bot.tells('calm'):.2f} s")


async def test_a_link_to_the_folder_may_lead_elsewhere(home: Home) -> None:
    home.write(harbour=OLD)
    releases = home.path / "releases"
    releases.mkdir()
    home.folder.rename(releases / "1")
    home.folder.symlink_to("releases/1")
    (releases / "2").mkdir()
    (releases / "2" / "harbour.yaml").write_text(NEW, encoding="utf-8")
    async with running(home, USUAL) as bot:
        await bot.rests(2)
        (home.path / "next").symlink_to("releases/2")
        (home.path / "next").rename(home.folder)
        print(f"another folder: {await bot.tells('stormy'):.2f} s")
        await bot.rests(2)
        as_vim_in_place(releases / "2" / "harbour.yaml", OLD)
        print(f"an edit in it: {await bot.tells('calm'):.2f} s")


async def test_a_section_and_the_first_claim_of_it_may_be_saved_in_one_breath(home: Home) -> None:
    home.write(harbour=briefing("harbour", "calm"))
    async with running(home, USUAL) as bot:
        home.write(coast=briefing("coast", "foggy").replace("section: impact", "section: tide"))
        save(home.config, f"{CONFIG}  tide: {{title: Tide, about: When it comes}}\n")
        await bot.tells("foggy", line="tide")
        assert bot.problems("coast.yaml") == []
