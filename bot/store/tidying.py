"""What the ledger lets go of with age: steps and texts first, whole slots a year later."""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, or_, select

from bot.store.database import Opened, unbroken
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

    @unbroken
    async def tidy(self, now: datetime) -> None:
        """Let go of what is old."""
        for statement, age in ((_steps, KEEP_STEPS), (_texts, KEEP_STEPS), (_slots, KEEP_SLOTS), (_posts, KEEP_SLOTS)):
            async with self._writing() as connection:
                await connection.execute(statement, {"before": now - age})
