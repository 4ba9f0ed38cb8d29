"""Links of sources in the store: what was found at each look, a status and never a page."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.content.links import Looked
from bot.store.database import Opened, reads, writes
from bot.store.link_tables import links

_FIELDS = ("url", "looked_at", "result", "said", "gone_since", "gone_at")
_new = insert(links)
_put = _new.on_conflict_do_update(
    index_elements=[links.c.url], set_={name: _new.excluded[name] for name in _FIELDS if name != "url"}
)
_known = select(*(links.c[name] for name in _FIELDS))
_forget = delete(links).where(links.c.looked_at < bindparam("before"))


class Links(Opened):
    """What is known of links; all methods may raise StoreError."""

    @reads
    def links(self, connection: Connection) -> Mapping[str, Looked]:
        """Every link that was looked at, by its address."""
        return {row.url: Looked(*row) for row in connection.execute(_known)}

    @writes
    def keep_link(self, connection: Connection, one: Looked, forget_before: datetime) -> None:
        """Write down a look, and let go of links that nobody has looked at since."""
        connection.execute(_put, asdict(one))
        connection.execute(_forget, {"before": forget_before})
