"""Bringing one service's schema up to date: yoyo applies plain SQL files, forward only, each once."""

import logging
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from yoyo import get_backend, read_migrations

from shared.contracts.vocabulary import Service

ROOT = Path(__file__).resolve().parents[2]
SHARED = (ROOT / "shared/store/migrations", ROOT / "shared/access/migrations")


def migration_folders(service: Service) -> tuple[Path, ...]:
    """Return the folders whose files make up a service's schema, in order."""
    own = ROOT / "services" / service / "migrations"
    if service is Service.PUBLICATION:
        own = ROOT / "services/review/publication/migrations"
    return (*SHARED, own)


def migrate(admin_dsn: str, service: Service) -> list[str]:
    """Apply what is missing in a service's schema; return the ids of the migrations applied.

    ``admin_dsn``: postgresql:// of a role that owns the schema. A failing file is rolled back whole and its error
    is raised; files applied before it stay applied.
    """
    logging.getLogger("yoyo").setLevel(logging.WARNING)
    backend = get_backend(_yoyo_dsn(admin_dsn, service))
    try:
        migrations = read_migrations(*(str(folder) for folder in migration_folders(service) if folder.is_dir()))
        with backend.lock():
            missing = backend.to_apply(migrations)
            backend.apply_migrations(missing)
        return [migration.id for migration in missing]
    finally:
        backend.connection.close()


def _yoyo_dsn(admin_dsn: str, service: Service) -> str:
    parts = urlsplit(admin_dsn)
    options = quote(f"-c search_path={service}")
    query = f"{parts.query}&options={options}" if parts.query else f"options={options}"
    return urlunsplit(("postgresql+psycopg", parts.netloc, parts.path, query, ""))
