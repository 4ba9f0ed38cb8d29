"""Takes texts that a correction erases out of the history, and so out of every backup that is made later."""

import json

from sqlalchemy import Connection, bindparam, select, update

from bot.content.memory import Version
from bot.store.tables import versions

_of_snippet = select(versions.c.id, versions.c.body).where(
    versions.c.briefing == bindparam("named"),
    versions.c.snippet == bindparam("part"),
    versions.c.seen_at <= bindparam("until"),
    versions.c.body != "",
)
_rewrite = update(versions).where(versions.c.id == bindparam("which")).values(body=bindparam("without"))


def erase(connection: Connection, version: Version) -> None:
    """Empty the texts that this version erases, within somebody's transaction: its own as well, if it is withdrawn."""
    if '"erase": true' not in version.body:
        return
    body = json.loads(version.body)
    if not (body.get("correction") or {}).get("erase"):
        return  # it speaks of it
    stays = "" if body.get("state") == "withdrawn" else body.get("text", "")
    words = {"named": version.briefing, "part": version.snippet, "until": version.seen_at}
    for row in connection.execute(_of_snippet, words).all():
        known = json.loads(row.body)
        if known.get("text", "") not in ("", stays):
            text = json.dumps({**known, "text": ""}, ensure_ascii=False, sort_keys=True)
            connection.execute(_rewrite, {"which": row.id, "without": text})
