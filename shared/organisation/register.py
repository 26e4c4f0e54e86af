"""The organisation as one file states it (名录): the parts, before they are joined."""

import json
from datetime import date
from hashlib import sha256

from pydantic import Field

from shared.organisation.flows import ReviewFlow, UsualFlow
from shared.organisation.offices import DirectReportingPoint, DirectScope, League, Office, Site, Written
from shared.organisation.readiness import ReadinessRules
from shared.organisation.routing import Condition, RoutingRule


class Register(Written):
    """One version of the organisation. ``version`` grows with each publication; in force from ``effective_from``.

    ``direct_scopes`` says which reports each scope of a direct-reporting point covers.
    """

    name: str = Field(min_length=1, max_length=60)
    version: int = Field(ge=1)
    effective_from: date
    sites: tuple[Site, ...] = Field(min_length=1)
    leagues: tuple[League, ...] = ()
    offices: tuple[Office, ...] = Field(min_length=1)
    direct_scopes: dict[DirectScope, Condition] = Field(default_factory=dict)
    direct_points: tuple[DirectReportingPoint, ...] = ()
    routing: tuple[RoutingRule, ...] = Field(min_length=1)
    flows: tuple[ReviewFlow, ...] = Field(min_length=1)
    usual_flows: tuple[UsualFlow, ...] = Field(min_length=1)
    readiness_rules: ReadinessRules

    def digest(self) -> str:
        """Return the SHA-256 of the content in hexadecimal: the same for the same content however it is laid out."""
        content = self.model_dump(mode="json")
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return sha256(canonical.encode()).hexdigest()
