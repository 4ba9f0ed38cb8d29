"""What the ledger lets go of with age: steps and texts first, whole slots a year later."""

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, Delete, bindparam, delete, exists, or_, select

from bot.store.database import Opened
from bot.store.delivery_tables import attempts, deliveries, messages, occurrences, pins

KEEP_STEPS = timedelta(days=90)
"""How long what was tried, and the texts that were sent, are kept."""

KEEP_SLOTS = timedelta(days=365)
"""How long it is kept that a slot was due, and what became of it; and what stands on the wall."""

# What is still under way, or waits for somebody, is kept whatever its age.
_open = exists().where(
    deliveries.c.occurrence_id == occurrences.c.id, or_(deliveries.c.live, deliveries.c.state == "held")
)
_old = select(occurrences.c.id).where(occurrences.c.due_at < bindparam("before"), ~_open)
_steps = delete(attempts).where(attempts.c.at < bindparam("before"))
_texts = delete(messages).where(messages.c.occurrence_id.in_(_old))
_slots = delete(occurrences).where(occurrences.c.id.in_(_old))
_posts = delete(pins).where(pins.c.at < bindparam("before"))


class Tidying(Opened):
    """Deletes by age; may raise StoreError."""

    async def tidy(self, now: datetime) -> None:
        """Let go of what is old, kind by kind: others write in between."""
        for statement, age in ((_steps, KEEP_STEPS), (_texts, KEEP_STEPS), (_slots, KEEP_SLOTS), (_posts, KEEP_SLOTS)):
            await self.write(partial(_delete, statement, now - age))


def _delete(statement: Delete, before: datetime, connection: Connection) -> None:
    connection.execute(statement, {"before": before})
