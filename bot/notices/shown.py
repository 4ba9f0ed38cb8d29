"""What the admins were told, as the desk lists it."""

from collections.abc import Mapping, Sequence

from bot.commands.base import Place
from bot.notices.telling import sentence
from bot.notices.things import read
from bot.platforms.base import Platform
from bot.platforms.desk.house import NoticeShown, NoticesShown
from bot.settings import Config
from bot.store.notice_rows import NoticeRow, NoticeState

SAYS: Mapping[NoticeState, str] = {
    "pending": "not posted yet",
    "sending": "on its way",
    "unknown": "it may have arrived: it is looked for",
    "sent": "posted",
    "gone": "not there any more",
    "refused": "not told any further",
    "dropped": "over before it could be posted",
    "kept": "on the desk alone",
}


def notices_shown(
    rows: Sequence[NoticeRow], trouble: str, config: Config, platforms: Mapping[str, Platform]
) -> NoticesShown:
    """The newest first, each with its channel by name and a link where there is one."""
    names = {one.at: name for name, one in config.channels.items()}
    told = tuple(_shown(row, names.get(row.place, row.place), platforms.get(row.platform)) for row in rows)
    return NoticesShown(told, trouble)


def _shown(row: NoticeRow, where: str, platform: Platform | None) -> NoticeShown:
    state = ": ".join(filter(None, (SAYS[row.state], row.why)))
    link = platform.link(Place(row.platform, row.channel), row.external_id) if platform and row.external_id else ""
    return NoticeShown(row.changed_at, sentence(read(row.notice)), where, state, link)
