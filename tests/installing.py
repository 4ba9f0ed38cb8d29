"""A Python that has the bot as a wheel, and all libraries of this one, but knows nothing of the checkout."""

import re
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.markers import Marker

ROOT = Path(__file__).parents[1]

FROM_THE_WHEEL = """
import importlib, pkgutil, sys, bot
for one in pkgutil.walk_packages(bot.__path__, "bot."):
    if not one.name.startswith(("bot.__main__", "bot.store.migrations")):
        importlib.import_module(one.name)
print("\\n".join({str(one.__file__) for name, one in sys.modules.items() if name.split(".")[0] == "bot"}))
"""


def python_at(folder: Path) -> Path:
    """Make a Python in this folder that sees the libraries of this one: a line of a .pth leads to no further .pth."""
    venv.create(folder, with_pip=False, symlinks=True)
    made = folder / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    libraries = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    (made / "libraries.pth").write_text("\n".join(libraries) + "\n", encoding="utf-8")
    return folder / "bin" / "python"


def install(python: Path, what: str, at: Path, options: Iterable[str] = ("--no-deps",)) -> None:
    """`pip install` of a wheel or a folder, without a network."""
    pip = (sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index")
    done = subprocess.run(
        [*pip, "--disable-pip-version-check", "--no-warn-script-location", *options, what],
        cwd=at,
        env={"PATH": "/usr/bin:/bin", "HOME": str(at), "PIP_CONFIG_FILE": "/dev/null"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def imported(python: Path, at: Path) -> list[Path]:
    """Where every module of the bot comes from, as that Python finds it in this folder."""
    done = subprocess.run(
        [python, "-c", FROM_THE_WHEEL],
        cwd=at,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [Path(line) for line in done.stdout.splitlines()]


def not_as_locked(lock: Path) -> list[str]:
    """What a lock file names for this machine, and is not installed here in that version."""
    wrong = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        found = re.match(r"([a-z0-9-]+)==(\S+)(?: ; ([^\\]+))? \\$", line)
        if found and (found[3] is None or Marker(found[3]).evaluate()):
            try:
                here = version(found[1])
            except PackageNotFoundError:
                here = "not installed"
            if here != found[2]:
                wrong.append(f"{found[1]}: {found[2]} is locked, {here} is here")
    return wrong
