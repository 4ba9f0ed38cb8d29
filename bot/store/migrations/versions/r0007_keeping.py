"""keeping: since when the bot is not in a place any more, and old slots that go quickly"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("places", sa.Column("left_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_deliveries_message_id", "deliveries", ["message_id"], unique=False)
