"""Whether a bot is at work on a database; and keeping all away while something is done that none may see half."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.errors import StartError
from bot.store.delivery_tables import leases, replicas
from bot.store.host import HOST, machine
from bot.store.leases import PAST
from bot.store.migrate import Kind

_held = (
    select(leases.c.name, leases.c.owner, leases.c.until, replicas.c.host)
    .outerjoin(replicas, replicas.c.id == leases.c.owner)
    .order_by(leases.c.name)
    .with_for_update(of=leases)
)
_give_up = update(leases).values(until=PAST)
_nobody = delete(replicas)


def take_all(connection: Connection, database: Kind, now: datetime, is_dead: Callable[[str], bool]) -> None:
    """Take every lease to the end of the transaction, and leave all of them free; StartError where a bot holds one.

    Who asks for one meanwhile waits, and finds what was done. `is_dead` tells of an owner that is surely gone.
    """
    for name, owner, until, host in connection.execute(_held).all():
        if until <= now or (owner == machine() if name == HOST else is_dead(owner)):
            continue
        where = host or ("another machine" if name == HOST else "a machine that did not say its name")
        raise StartError(
            f"a bot on {where} uses {database}. Stop it there first; one that died lets go within half a minute"
        )
    connection.execute(_give_up)
    connection.execute(_nobody)
