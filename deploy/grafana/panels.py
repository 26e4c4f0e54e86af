"""A dashboard as a list of panels, and the JSON that Grafana makes of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

DATASOURCE = {"type": "prometheus", "uid": "prometheus"}
WIDTH, HEIGHT = 12, 8
HERE = 'site=~"$site"'
"""What every query selects: the sites chosen at the top of the dashboard."""


class Kind(StrEnum):
    """How a panel draws."""

    LINES = "timeseries"
    NUMBER = "stat"
    TABLE = "table"
    STATES = "state-timeline"
    HEAT = "heatmap"


@dataclass(frozen=True, slots=True)
class Query:
    """One PromQL expression and the legend of its series."""

    expression: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. ``about``: what it shows and when to worry, for the little i. ``unit``: one of Grafana's."""

    title: str
    about: str
    queries: tuple[Query, ...]
    kind: Kind = Kind.LINES
    unit: str = "short"
    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One dashboard; ``uid`` is its file's name and its address."""

    uid: str
    title: str
    panels: tuple[Panel, ...]


def as_json(board: Dashboard) -> dict[str, Any]:
    """Return the dashboard as Grafana's provisioning reads it."""
    panels: list[dict[str, Any]] = []
    across = down = 0
    for number, panel in enumerate(board.panels, 1):
        if across + panel.width > 2 * WIDTH:
            across, down = 0, down + HEIGHT
        panels.append(_panel(number, panel) | {"gridPos": {"x": across, "y": down, "w": panel.width, "h": HEIGHT}})
        across += panel.width
    return {
        "uid": board.uid,
        "title": board.title,
        "tags": ["shangda"],
        "timezone": "Asia/Shanghai",
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [_SITE]},
        "links": [{"title": "上达", "type": "dashboards", "tags": ["shangda"], "asDropdown": True, "keepTime": True}],
        "panels": panels,
    }


_SITE = {
    "name": "site",
    "label": "站点",
    "type": "query",
    "datasource": DATASOURCE,
    "query": {"query": 'label_values(up{job="shangda"}, site)', "refId": "site"},
    "refresh": 2,
    "multi": True,
    "includeAll": True,
    "allValue": ".+",
    "current": {"text": ["All"], "value": ["$__all"]},
}


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    table = panel.kind is Kind.TABLE
    drawn: dict[str, Any] = {
        "id": number,
        "type": panel.kind.value,
        "title": panel.title,
        "description": panel.about,
        "datasource": DATASOURCE,
        "targets": [_target(place, query, panel.kind) for place, query in enumerate(panel.queries)],
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
    }
    if table:
        # Two queries about the same rows become one table: the labels are columns, the values stand beside them.
        drawn["transformations"] = [
            {"id": "merge", "options": {}},
            {"id": "organize", "options": {"excludeByName": {"Time": True, "job": True, "instance": True}}},
        ]
        drawn["fieldConfig"]["overrides"] = [
            {
                "matcher": {"id": "byName", "options": f"Value #{_letter(place)}"},
                "properties": [{"id": "displayName", "value": query.legend}]
                + ([{"id": "unit", "value": "s"}] if "_seconds" in query.expression else []),
            }
            for place, query in enumerate(panel.queries)
        ]
    return drawn


def _target(place: int, query: Query, kind: Kind) -> dict[str, Any]:
    at_once = kind in (Kind.TABLE, Kind.NUMBER)
    target: dict[str, Any] = {
        "refId": _letter(place),
        "datasource": DATASOURCE,
        "expr": query.expression,
        "instant": at_once,
        "range": not at_once,
    }
    if kind is Kind.TABLE:
        target["format"] = "table"
    elif kind is Kind.HEAT:
        target["format"] = "heatmap"
    if query.legend and kind is not Kind.TABLE:
        target["legendFormat"] = query.legend
    return target


def _letter(place: int) -> str:
    return chr(ord("A") + place)
