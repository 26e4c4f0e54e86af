"""Golden examples: one message per event, invented. ``python -m shared.contracts.exampling`` makes the missing ones.

An example that was shipped is never edited: sites that run other versions send exactly such bytes, for ever.
"""

import json
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime, BaseModel

from shared.contracts.envelope import Envelope, write
from shared.contracts.event import Event
from shared.contracts.identifiers import EventId, OfficeId, SiteId
from shared.contracts.reports import ReportVersion, content_hash
from shared.contracts.routes import ROUTES, Route
from shared.contracts.vocabulary import (
    Basis,
    CarrierKind,
    LeaderRank,
    Leg,
    Level,
    Nature,
    ReportType,
    Severity,
    Side,
    SignalSource,
    Urgency,
    VerdictType,
)

FOLDER = Path(__file__).with_name("examples")
_MORNING = datetime(2025, 2, 17, 1, 20, tzinfo=UTC)  # 09:20 in Shanghai
_TIMES = {"occurred_at": -40, "known_at": -20, "at": -5, "written_at": 6, "submitted_at": 10, "signed_at": 25}
_TIMES |= {"queued_at": 26, "received_at": 28, "recorded_at": 2, "due_at": 40, "late_from": 41, "basis_time": -20}
_WORDS: dict[str, Any] = {
    "title": "关于石桥镇清水河段水位超警戒的情况报告",
    "body": "2月17日8时40分，石桥镇清水河水位升至21.36米，超警戒0.36米。镇政府已转移沿河群众43户126人，暂无人员伤亡。",
    "gist": "清水河石桥站水位超警戒0.36米，已转移群众126人，暂无人员伤亡。",
    "place": "临江市青山县石桥镇双河村",
    "kind": "洪涝灾害",
    "how": "县水文站电话告知镇值班室",
    "evidence": "值班电话记录 2025-02-17 第4号",
    "figure": "126人",
    "source": "镇应急办转移安置登记表",
    "page": "第2页",
    "checked_by": "周敏",
    "number": "SQ-2025-0217-003",
    "issue_number": "2025年第31期",
    "publication": "MEIRI_YAOQING",
    "origin_office": "qingshan-shiqiao",
    "from_office": "qingshan-shiqiao",
    "to_office": "qingshan-gov-duty",
    "by_office": "qingshan-shiqiao",
    "unit": "qingshan-shiqiao",
    "units": ["qingshan-shiqiao", "qingshan-gov-info"],
    "office": "qingshan-gov-duty",
    "recipient": "qingshan-gov-duty",
    "owed_to": "qingshan-gov-duty",
    "territory": "qingshan-shiqiao",
    "assessor": "linjiang-gov-info",
    "issuer": "linjiang-gov-duty",
    "lead": "qingshan-gov-info",
    "co": ["qingshan-shuili"],
    "co_signed": ["qingshan-shuili"],
    "concerns": ["qingshan-gov-duty", "linjiang-gov-duty"],
    "caller": "陈建国",
    "callee": "刘芳",
    "acknowledgement": "刘芳 09:12 已记录",
    "person": "chen-jianguo",
    "person_name": "陈建国",
    "authors": ["chen-jianguo"],
    "author_mark": "作者甲7f3a",
    "agency": "shuiwen",
    "agency_event_id": "SW-20250217-0091",
    "scope": "沿河3个村、43户",
    "trend": "上游来水减小，预计12时后回落",
    "measures": "转移群众，加固堤防，24小时值守",
    "needs": "请求增派冲锋舟2艘",
    "verified": "转移人数已核实",
    "text": "请水利、应急部门密切监测，确保群众安全。",
    "reason": "符合规定要求",
    "outcome": "险情解除，群众已于2月18日全部返家。",
    "lessons": "沿河监测点应增设自动报警。",
    "leader": "王副市长",
    "stage": "FIRST",
    "matter": "incident:6f1c0f0e-3d3b-5a53-9d8e-0f5b3c3e1a11",
    "rule_id": "CITY_DEFAULT/WRITTEN",
    "rule_code": "ADOPTED_BRIEF",
    "limit_code": "FAST",
    "arithmetic": "获知 09:00，限 60 分钟（含）至 10:00；接收 10:06，迟 6 分钟",
    "action": "SIGNED",
    "role": "签发人",
    "appointment": "appt-shiqiao-principal",
    "appointment_id": "appt-shiqiao-reporter",
    "delegated_by": "appt-shiqiao-principal",
    "signed_for_by": "赵强",
    "replied_by": "赵强",
    "refused_by": "孙丽",
    "finalised_by": "孙丽",
    "closed_by": "孙丽",
    "site": "qingshan",
    "peer": "linjiang",
    "lane": "urgent",
    "key_id": "qingshan-2025-1",
    "algorithm": "ed25519",
    "signature": "bWFkZSB1cCBmb3IgdGhpcyBleGFtcGxl",
    "commission_task": "YG-2025-012",
    "dead": 0,
    "missing": 0,
    "severely_injured": 0,
    "injured": 0,
    "evacuated": 126,
    "percent": 80,
    "version": 1,
    "direct_loss_yuan": 180_000,
    "share": "0.6",
    "points": "3",
    "minutes_late": 6,
}
_CHOSEN: dict[type[Enum], Enum] = {
    Urgency: Urgency.EXTRA_URGENT,
    Nature: Nature.EARLY_SIGN,
    ReportType: ReportType.URGENT,
    VerdictType: VerdictType.LATE,
    Severity: Severity.IV,
    Side: Side.GOVERNMENT,
    Leg: Leg.WRITTEN,
    Basis: Basis.KNOWN,
    CarrierKind: CarrierKind.BRIEF,
    LeaderRank: LeaderRank.CITY_DEPUTY,
    Level: Level.CITY,
    SignalSource: SignalSource.SENSOR,
}


def example(route: Route) -> bytes:
    """Return the message of one event, every field filled in."""
    event = _model(route.event)
    assert isinstance(event, Event)
    envelope = Envelope(
        id=EventId(UUID("01950f3a-7c00-7000-8000-" + uuid5(NAMESPACE_URL, route.event.name).hex[:12])),
        type=route.event.name,
        source=f"/sites/qingshan/{route.sender}",
        subject=event.subject,
        time=_MORNING + timedelta(minutes=30),
        site=SiteId("qingshan"),
        service=route.sender,
        office=OfficeId("qingshan-gov-duty"),
        epoch=1,
        correlationid="01950f3a-7b00-7000-8000-000000000001",
        causationid="01950f3a-7b00-7000-8000-000000000002",
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )
    return json.dumps(json.loads(write(envelope, event)), ensure_ascii=False, indent=2).encode() + b"\n"


def make_missing(folder: Path = FOLDER) -> list[Path]:
    """Write the examples that do not exist yet and return their files; those that exist are left as they are."""
    folder.mkdir(exist_ok=True)
    made = []
    for route in ROUTES:
        file = folder / f"{route.event.name}.json"
        if not file.exists():
            file.write_bytes(example(route))
            made.append(file)
    return made


def _model(model: type[BaseModel]) -> BaseModel:
    values = {name: _value(name, field.annotation) for name, field in model.model_fields.items()}
    if model is ReportVersion:
        values["content_hash"] = content_hash(values["title"], values["body"], values["facts"], values["citations"])
    return model.model_validate(values)


def _value(name: str, annotation: Any) -> Any:
    """Return an invented value that fits a field: by its name where the field's own words matter, else by its type."""
    while get_origin(annotation) is Annotated or hasattr(annotation, "__supertype__"):
        annotation = annotation.__supertype__ if hasattr(annotation, "__supertype__") else get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        return _value(name, next(each for each in get_args(annotation) if each is not NoneType))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return _model(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _CHOSEN.get(annotation) or next(iter(annotation))
    if get_origin(annotation) is tuple:
        words = _WORDS.get(name)
        return words if isinstance(words, list) else (_value(name, get_args(annotation)[0]),)
    if name in _WORDS:
        return _WORDS[name]
    simple: dict[Any, Any] = {
        UUID: uuid5(NAMESPACE_URL, name),
        AwareDatetime: _MORNING + timedelta(minutes=_TIMES.get(name, 30)),
        bool: True,
        int: 1,
        Decimal: Decimal(1),
        str: uuid5(NAMESPACE_URL, name).hex * 2,
    }
    return simple[annotation]


if __name__ == "__main__":
    sys.stdout.writelines(f"{file}\n" for file in make_missing())
