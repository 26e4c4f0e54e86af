"""Settings of one site, read once and frozen: its file, which ``provision`` writes, and over it the environment.

``SHANGDA_SITE__PREFETCH=500`` takes the place of ``prefetch`` in the file, ``SHANGDA_SITE__BROKER__HOST`` that of the
host in ``broker``: what differs between containers, or was set by hand, survives a new run of ``provision``.
"""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import from_json
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Login(_Frozen):
    """One account on the broker or the database."""

    user: str
    password: str = Field(repr=False)


class BrokerSettings(_Frozen):
    """Where the site's RabbitMQ is. ``logins`` holds one account per service."""

    host: str
    port: int = Field(ge=1, le=65_535)
    vhost: str
    management_url: str
    logins: dict[Service, Login]
    link_declarer: Login = Field(description="may declare shovels in this vhost; used by forwarding alone")


class DatabaseSettings(_Frozen):
    """Where the site's PostgreSQL is. ``logins`` holds one role per service."""

    host: str
    port: int = Field(ge=1, le=65_535)
    name: str
    logins: dict[Service, Login]


class UpperLink(_Frozen):
    """How this site reaches the broker of the site above: the lower site opens both directions."""

    site: SiteId
    amqp_url: str = Field(repr=False, description="amqp(s)://user:password@host:port/vhost, without options")


class SiteSettings(BaseSettings):
    """All that differs between sites and machines."""

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", env_prefix="SHANGDA_SITE__", env_nested_delimiter="__"
    )

    site: SiteId
    organisation_file: Path
    http_host: str = "127.0.0.1"
    http_port: int = Field(ge=1, le=65_535, description="serves every API of this process, /healthz, /readyz, /metrics")
    portal_url: str = Field(description="address people type; also the base of the links in messages")
    service_urls: dict[Service, str] = Field(
        default_factory=dict, description="where a service answers when it is not in this process"
    )
    broker: BrokerSettings
    database: DatabaseSettings
    upper: UpperLink | None = None
    keys: Path = Field(description="folder with this site's private keys and its peers' public keys")
    prefetch: int = Field(default=200, ge=1, le=2_000, description="messages in hand per lane and service")
    heartbeat_seconds: float = Field(default=5.0, gt=0, description="between heartbeats on a link and lane")
    silent_seconds: float = Field(default=35.0, gt=0, description="without a heartbeat before a link counts as down")
    otlp_endpoint: str | None = Field(default=None, description="where traces go; None keeps them in the process")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what the file says; nothing else is looked at."""
        return env_settings, init_settings


def load_settings(path: Path) -> SiteSettings:
    """Return the settings in a JSON file, with what the environment says instead.

    Raises pydantic's ValidationError naming the field that does not fit, ValueError when the file is no JSON object.
    """
    written = from_json(path.read_bytes())
    if not isinstance(written, dict):
        raise ValueError(f"{path}: a JSON {type(written).__name__}, not an object")
    return SiteSettings(**written)
