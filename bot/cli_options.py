"""What every verb of the command line takes: the configuration file."""

from pathlib import Path
from typing import Annotated

import typer

from bot.errors import StartError

Config = Annotated[Path, typer.Option("--config", help="The configuration file.", metavar="PATH", readable=False)]
HERE = Path("config.yaml")


def there(config: Path) -> Path:
    """The configuration file, if it is one; StartError else."""
    try:
        folder = config.is_dir()
        found = config.exists()
    except OSError as error:
        raise StartError(f"{config} cannot be read: {error.strerror}.") from error
    if folder:
        raise StartError(f"{config} is a folder. Name the file in it: --config {config / 'config.yaml'}.")
    if not found:
        raise StartError(f"There is no {config}. Run `briefing-bot init` in an empty folder, or name it with --config.")
    return config
