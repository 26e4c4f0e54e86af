"""Events that came before an earlier one of their sender and subject: kept here, acknowledged to the broker."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shared.contracts.delivery import take
from shared.contracts.envelope import Delivery, Unreadable
from shared.contracts.vocabulary import Service
from shared.store.statements import load_statements
from shared.store.unit import Connection

SQL = load_statements(__package__)
Subject = tuple[str, str]
Waiting = Delivery | None


async def read_stash(
    connection: Connection, subjects: Sequence[Subject], reader: Service
) -> dict[Subject, dict[int, Waiting]]:
    """Return what waits for each (sender, subject), keyed by number; None where an operator discarded the event.

    The subjects' progress must be locked.
    """
    rows = await connection.fetch(
        SQL["read_stash"], [subject[0] for subject in subjects], [subject[1] for subject in subjects]
    )
    waiting: dict[Subject, dict[int, Waiting]] = {}
    for row in rows:
        numbers = waiting.setdefault((row["sender"], row["subject"]), {})
        if row["discarded"]:
            numbers[row["number"]] = None
            continue
        delivery = take(row["body"], json.loads(row["headers"]), row["queue"], reader)
        # What was stashed could be read then; a version that reads less than its predecessor must not start.
        if isinstance(delivery, Unreadable):
            raise RuntimeError(f"stashed event {row['event_id']} can no longer be read: {delivery.detail}")
        numbers[row["number"]] = replace(delivery, heard_at=row["heard_at"])
    return waiting


async def add_to_stash(connection: Connection, deliveries: Sequence[Delivery], now: datetime) -> None:
    """Keep events that came too early. ``now``: business time, when those were heard that are new."""
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
        [delivery.heard_at or now for delivery in deliveries],
    )


async def drop_from_stash(connection: Connection, deliveries: Sequence[Delivery]) -> int:
    """Take out of the stash what has been applied or held; return how many were there."""
    if not deliveries:
        return 0
    return len(await connection.fetch(SQL["drop_from_stash"], [delivery.envelope.id for delivery in deliveries]))
