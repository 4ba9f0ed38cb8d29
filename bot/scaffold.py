"""`init`: a first briefing and a config.yaml in a folder of one's own."""

import os
import shlex
import shutil
from pathlib import Path

from bot.errors import StartError

FILES = ("config.yaml", "briefings", "docs/briefing.schema.json", "docs/config.schema.json")


def copy_starter(folder: Path) -> list[str]:
    """Copy what ships with the bot and say what to do next; raises StartError rather than overwrite anything."""
    starter = _starter()
    found = [name for name in FILES if os.path.lexists(folder / name)]
    if found:
        raise StartError(f"{folder / found[0]} is already there; nothing was written. Choose an empty folder.")
    try:
        for name in FILES:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if (starter / name).is_dir():
                shutil.copytree(starter / name, target, ignore=shutil.ignore_patterns(".*"))
            else:
                shutil.copyfile(starter / name, target)
    except OSError as error:
        raise StartError(f"{folder} cannot be written to: {error.strerror}.") from error
    into = "" if folder == Path() else f"cd {shlex.quote(str(folder))} && "
    return [*(f"Wrote {folder / name}" for name in FILES), f"Next: {into}briefing-bot run"]


def _starter() -> Path:
    """In an installed wheel beside this module; in a checkout the files themselves."""
    packaged = Path(__file__).parent / "starter"
    return packaged if packaged.is_dir() else Path(__file__).parents[1]
