"""Making a site's database: one schema and one role per service, with just the rights that the service needs."""

from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg

from shared.contracts.vocabulary import Service

# Facts and operators' acts are evidence: a service may add to them and read them, never change or remove them.
INSERT_ONLY = ("event_log", "held_act", "database_epoch", "sealed_fact", "seal")
# A service's own migration says the same of a table of its own: COMMENT ON TABLE … IS 'insert only'.
_SAID_INSERT_ONLY = """
SELECT c.relname
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
 WHERE n.nspname = $1
   AND c.relkind IN ('r', 'p')
   AND obj_description(c.oid, 'pg_class') = 'insert only'
"""


@dataclass(frozen=True, slots=True)
class RoleLogin:
    """One service's role on the database server."""

    user: str
    password: str


async def create_database(admin_dsn: str, name: str) -> bool:
    """Create the database unless it exists; return True when it was created."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        if await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
            return False
        await connection.execute(f"CREATE DATABASE {_quoted(name)}")
        return True
    finally:
        await connection.close()


async def create_roles(admin_dsn: str, logins: Mapping[Service, RoleLogin]) -> None:
    """Create each service's role, or give an existing one the password in ``logins``."""
    connection = await asyncpg.connect(admin_dsn)
    try:
        for login in logins.values():
            known = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", login.user)
            verb = "ALTER" if known else "CREATE"
            await connection.execute(
                f"{verb} ROLE {_quoted(login.user)} LOGIN NOINHERIT PASSWORD {_literal(login.password)}"
            )
    finally:
        await connection.close()


async def create_schemas(database_dsn: str, services: Mapping[Service, RoleLogin]) -> None:
    """Create each service's schema, which only its role may use. ``database_dsn`` is an owner's."""
    connection = await asyncpg.connect(database_dsn)
    try:
        await connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        for service, login in services.items():
            await connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(service)}")
            await connection.execute(f"GRANT USAGE ON SCHEMA {_quoted(service)} TO {_quoted(login.user)}")
    finally:
        await connection.close()


async def grant_rights(database_dsn: str, services: Mapping[Service, RoleLogin]) -> None:
    """Give each role its rights on the tables of its schema; run after every migration."""
    connection = await asyncpg.connect(database_dsn)
    try:
        for service, login in services.items():
            async with connection.transaction():  # at no instant may a service change evidence
                await _grant(connection, service, login)
    finally:
        await connection.close()


async def _grant(connection: asyncpg.Connection, service: Service, login: RoleLogin) -> None:
    schema, role = _quoted(service), _quoted(login.user)
    await connection.execute(
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {role};"
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {role};"
        f"REVOKE ALL ON TABLE {schema}._yoyo_log, {schema}._yoyo_migration, {schema}._yoyo_version,"
        f" {schema}.yoyo_lock FROM {role}"
    )
    said = [row["relname"] for row in await connection.fetch(_SAID_INSERT_ONLY, str(service))]
    for table in (*INSERT_ONLY, *said):
        await connection.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON TABLE {schema}.{_quoted(table)} FROM {role}")


def _quoted(name: str) -> str:
    """Return an SQL identifier; DDL takes no parameters."""
    return '"' + str(name).replace('"', '""') + '"'


def _literal(text: str) -> str:
    """Return an SQL string; DDL takes no parameters."""
    return "'" + text.replace("'", "''") + "'"
