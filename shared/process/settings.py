"""Settings of one site, read once from its file and frozen. ``provision`` writes the file; see docs."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

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


class SiteSettings(_Frozen):
    """All that differs between sites and machines."""

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


def load_settings(path: Path) -> SiteSettings:
    """Return the settings in a JSON file. Raises pydantic's ValidationError naming the field that does not fit."""
    return SiteSettings.model_validate_json(path.read_bytes())
