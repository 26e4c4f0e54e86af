"""What the owner of a site's database may do to a log of fifteen facts (see test_verifying), and where it shows."""

from dataclasses import dataclass

from deploy.verifying import Break

COPY = "INSERT INTO review.event_log (event_id, type, subject, mode, carried, occurred_at, recorded_by, body) "
LIKE = "SELECT gen_random_uuid(), type, subject, mode, carried, occurred_at, {by}, body FROM review.event_log LIMIT 1"
FACT = "(SELECT event_id FROM review.sealed_fact WHERE position = {})"


@dataclass(frozen=True)
class Crime:
    """Statements of the database's owner, and where they must be found out."""

    statements: str
    kind: Break
    position: int


CRIMES = {
    "altered body": Crime(
        f"UPDATE review.event_log SET body = convert_to(replace(convert_from(body, 'UTF8'), '补充', '删去'), 'UTF8')"
        f" WHERE event_id = {FACT.format(7)}",
        Break.FACT_ALTERED,
        7,
    ),
    "altered body and leaf": Crime(
        f"UPDATE review.event_log SET body = 'x' WHERE event_id = {FACT.format(7)};"
        "UPDATE review.sealed_fact AS s SET leaf = sha256('\\x00'::bytea || l.salt || uuid_send(l.event_id)"
        " || sha256(l.body)) FROM review.event_log AS l WHERE l.event_id = s.event_id AND s.position = 7",
        Break.BATCH_ALTERED,
        6,
    ),
    "removed row": Crime(f"DELETE FROM review.event_log WHERE event_id = {FACT.format(4)}", Break.FACT_MISSING, 4),
    "removed row and position": Crime(
        f"DELETE FROM review.event_log WHERE event_id = {FACT.format(4)};"
        "DELETE FROM review.sealed_fact WHERE position = 4",
        Break.FACT_MISSING,
        4,
    ),
    "removed row, later ones moved up": Crime(
        f"DELETE FROM review.event_log WHERE event_id = {FACT.format(13)};"
        "DELETE FROM review.sealed_fact WHERE position = 13;"
        "UPDATE review.sealed_fact SET position = 13 WHERE position = 14",
        Break.FACT_MISSING,
        14,
    ),
    "swapped rows": Crime(
        "UPDATE review.sealed_fact SET position = position + 100 WHERE position IN (2, 3);"
        "UPDATE review.sealed_fact SET position = 105 - position WHERE position > 100",
        Break.BATCH_ALTERED,
        1,
    ),
    "swapped bodies": Crime(
        f"UPDATE review.event_log AS l SET body = o.body FROM review.event_log AS o"
        f" WHERE (l.event_id, o.event_id) IN (({FACT.format(2)}, {FACT.format(3)}), ({FACT.format(3)},"
        f" {FACT.format(2)}))",
        Break.FACT_ALTERED,
        2,
    ),
    "added row, backdated": Crime(COPY + LIKE.format(by="recorded_by"), Break.FACT_ADDED, 15),
    "added row with a position": Crime(
        COPY + LIKE.format(by="pg_current_xact_id()") + ";"
        "INSERT INTO review.sealed_fact SELECT 15, event_id, 3, sha256('x') FROM review.event_log"
        " WHERE recorded_by = (SELECT max(recorded_by) FROM review.event_log)",
        Break.FACT_ADDED,
        15,
    ),
    "altered column": Crime(
        f"UPDATE review.event_log SET subject = 'other' WHERE event_id = {FACT.format(9)}", Break.COLUMNS_ALTERED, 9
    ),
    "changed root": Crime("UPDATE review.seal SET root = sha256('x') WHERE batch = 2", Break.SEAL_ALTERED, 6),
    "changed head": Crime("UPDATE review.seal SET head = sha256('x') WHERE batch = 1", Break.SEAL_ALTERED, 1),
    "removed seal": Crime("DELETE FROM review.seal WHERE batch = 1", Break.SEAL_MISSING, 6),
    "removed end": Crime(
        "DELETE FROM review.event_log WHERE event_id IN (SELECT event_id FROM review.sealed_fact WHERE position > 5);"
        "DELETE FROM review.sealed_fact WHERE position > 5; DELETE FROM review.seal WHERE batch > 1",
        Break.SEAL_MISSING,
        6,
    ),
    "forged signature": Crime(
        "UPDATE forwarding.witness SET at = at + interval '1 hour' WHERE by_site = 'linjiang'",
        Break.WITNESS_NOT_BELIEVED,
        0,
    ),
    "altered statement": Crime(
        "UPDATE forwarding.head_statement SET statement = replace(statement, '\"position\":10', '\"position\":9')",
        Break.WITNESS_NOT_BELIEVED,
        0,
    ),
}
