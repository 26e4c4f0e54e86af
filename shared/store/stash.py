"""Events that came before an earlier one of their sender and subject: kept in PostgreSQL, acknowledged to the broker."""

import json
from collections.abc import Sequence

from shared.contracts.delivery import take
from shared.contracts.envelope import Delivery, Unreadable
from shared.contracts.vocabulary import Service
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)


async def read_stash(
    connection: Connection, subjects: Sequence[tuple[str, str]], reader: Service
) -> dict[tuple[str, str], dict[int, Delivery]]:
    """Return what waits for each (sender, subject), keyed by number. The subjects' progress must be locked."""
    rows = await connection.fetch(
        SQL["read_stash"], [subject[0] for subject in subjects], [subject[1] for subject in subjects]
    )
    waiting: dict[tuple[str, str], dict[int, Delivery]] = {}
    for row in rows:
        delivery = take(row["body"], json.loads(row["headers"]), row["queue"], reader)
        # What was stashed could be read then; a version that reads less than its predecessor must not start.
        if isinstance(delivery, Unreadable):
            raise RuntimeError(f"stashed event {row['event_id']} can no longer be read: {delivery.detail}")
        waiting.setdefault((row["sender"], row["subject"]), {})[row["number"]] = delivery
    return waiting


async def add_to_stash(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """Keep events that came too early."""
    if not deliveries:
        return
    await connection.execute(
        SQL["add_to_stash"],
        [str(delivery.sender) for delivery in deliveries],
        [delivery.envelope.subject for delivery in deliveries],
        [delivery.number for delivery in deliveries],
        [delivery.envelope.id for delivery in deliveries],
        [delivery.queue for delivery in deliveries],
        [str(delivery.lane) for delivery in deliveries],
        [json.dumps(delivery.headers) for delivery in deliveries],
        [delivery.raw for delivery in deliveries],
    )


async def drop_from_stash(connection: Connection, deliveries: Sequence[Delivery]) -> None:
    """Take out of the stash what has been applied or held."""
    if deliveries:
        await connection.execute(SQL["drop_from_stash"], [delivery.envelope.id for delivery in deliveries])
