"""corrections: revisions of messages, and what they do to what was posted"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if on_sqlite:  # it changes a constraint by making the table anew, and what hangs on the old one goes with it
        op.execute("CREATE TEMPORARY TABLE kept_attempts AS SELECT * FROM attempts")
        op.execute("CREATE TEMPORARY TABLE kept_messages AS SELECT id, message_id FROM deliveries")
    _messages()
    _deliveries()
    if on_sqlite:
        op.execute("INSERT INTO attempts SELECT * FROM kept_attempts")
        op.execute(
            "UPDATE deliveries SET message_id ="
            " (SELECT kept_messages.message_id FROM kept_messages WHERE kept_messages.id = deliveries.id)"
        )
        op.execute("DROP TABLE kept_attempts")
        op.execute("DROP TABLE kept_messages")


def _messages() -> None:
    with op.batch_alter_table("messages") as table:
        table.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("0")))
        table.add_column(sa.Column("outline", sa.Text(), nullable=False, server_default=sa.text("''")))
        table.drop_constraint("uq_messages_occurrence_id_platform_audience", type_="unique")
        table.create_unique_constraint("uq_messages_revision", ["occurrence_id", "platform", "audience", "revision"])


def _deliveries() -> None:
    with op.batch_alter_table("deliveries") as table:
        table.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default=sa.text("0")))
        table.add_column(sa.Column("kind", sa.String(length=16), nullable=False, server_default=sa.text("'post'")))
        table.drop_constraint("uq_deliveries_occurrence_id_platform_account_channel_part", type_="unique")
        table.create_unique_constraint(
            "uq_deliveries_revision", ["occurrence_id", "platform", "account", "channel", "part", "revision"]
        )
