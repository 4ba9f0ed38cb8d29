"""`export`: briefings as one audience may see them, from the files as they are, without a server."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.content.edition import Edition
from bot.content.model import LABELS, rank
from bot.content.seen import SeenBriefing
from bot.content.state import ShelfState
from bot.content.suggest import did_you_mean
from bot.content.view import View
from bot.environment import Secrets
from bot.errors import StartError
from bot.exports.data import data
from bot.exports.document import document
from bot.opening import Forgetful, open_shelf, recall, settings_at_start
from bot.settings import Config, Settings
from bot.whole import new_file


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written, how far it may travel, and what is wrong with the files in `folder` it was made from."""

    text: str
    label: str
    briefings: int
    folder: Path
    state: ShelfState


def _as_json(view: View, briefings: Sequence[SeenBriefing], now: datetime) -> str:
    told: Any = data(view, briefings, now)
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


FORMATS: dict[str, Callable[[View, Sequence[SeenBriefing], datetime], str]] = {
    "markdown": document,
    "json": _as_json,
}


def export(
    path: Path, secrets: Secrets, names: Sequence[str], form: str, channel: str | None, now: datetime
) -> Exported:
    """These briefings, or all that the channel follows, as it may see them at `now`; without a channel, as anybody.

    Raises StartError where the channel or a briefing is not there, and where there is nothing to export.
    """
    edition, settings, state = asyncio.run(_opened(path, secrets))
    audience, follows = _place(settings.config, channel, path.name)
    view = edition.seen_by(audience, now)
    for name in names:
        _known(name, view, state)
    found = _wanted(view, names or follows)
    label = max((one.head.sharing for one in found), key=rank)
    return Exported(FORMATS[form](view, found, now), label, len(found), settings.folder, state)


async def _opened(path: Path, secrets: Secrets) -> tuple[Edition, Settings, ShelfState]:
    remembered = await recall(path, secrets)
    settings, problems = settings_at_start(path, remembered.kept)
    shelf = await open_shelf(path, settings, Forgetful(), remembered, problems)
    return shelf.views.edition, settings, shelf.state


def _place(config: Config, channel: str | None, file: str) -> tuple[str, tuple[str, ...]]:
    if channel is None:
        return LABELS[0], ()
    if channel not in config.channels:
        known = ", ".join(config.channels) or "none"
        raise StartError(f'There is no channel "{channel}" in {file}; there are {known}.')
    return config.channels[channel].audience, config.channels[channel].briefings


def _known(name: str, view: View, state: ShelfState) -> None:
    """Raises StartError for a briefing that is not there; one that is not visible is told of in the same way."""
    if name in view.by_id:
        return
    left_out = [one.file for one in state.files if one.briefing is None]
    its_own = [file for file in left_out if file in (f"{name}.yaml", f"{name}.yml")]
    meant = did_you_mean(name, view.by_id)
    if meant and not its_own:
        raise StartError(f'There is no briefing "{name}" here: {meant}')
    if broken := its_own or left_out:
        are = f"{' and '.join(broken)} {'is' if len(broken) == 1 else 'are'}"
        raise StartError(f'There is no briefing "{name}" here; {are} broken: `briefing-bot check` says why.')
    raise StartError(f'There is no briefing "{name}" here.')


def _wanted(view: View, names: Sequence[str]) -> list[SeenBriefing]:
    wanted = dict.fromkeys(names or view.by_id)
    found = [view.by_id[name] for name in wanted if name in view.by_id]
    if not found:
        raise StartError("There is no briefing here to export.")
    return found


def write(exported: Exported, to: Path) -> None:
    """Put it into a new file; what is not for everybody is readable by its owner alone.

    Raises StartError where the bot, or somebody, would take it for a briefing.
    """
    if to.suffix.lower() in (".yaml", ".yml") or to.resolve().is_relative_to(exported.folder.resolve()):
        mend = "Name a file outside of the briefings folder that ends in .md or .json"
        raise StartError(f"An export is no briefing, so it is not written to {to}. {mend}")
    mode = 0o666 if exported.label == LABELS[0] else 0o600
    with new_file(to.absolute(), "export", mode) as part:
        try:
            part.write_text(exported.text, encoding="utf-8")
        except OSError as error:
            raise StartError(f"{to} cannot be written: {error.strerror}") from error
