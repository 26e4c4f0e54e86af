"""A report's way as the origin's pages show it: 石桥镇 ✓签发 10:05 — 县 ✓接收 10:06 …"""

from collections.abc import Iterable, Mapping

from services.intake.way.milestones import Milestone, in_order
from services.intake.way.model import KIND_ZH, MilestoneKind, OfficeOnWay, Return, Step
from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Level, ReturnReason, Stage
from shared.organisation.failures import UnknownOffice
from shared.organisation.organisation import Organisation

_LEVEL_ZH: Mapping[str, str] = {"COUNTY": "县", "CITY": "市", "PROVINCE": "省", "STATE": "国家"}


def show_way(milestones: Iterable[Milestone], organisation: Organisation) -> tuple[OfficeOnWay, ...]:
    """Return the offices on the way in the order in which each first did something, with what each did."""
    by_office: dict[OfficeId, list[Milestone]] = {}
    for milestone in in_order(milestones):
        by_office.setdefault(milestone.office, []).append(milestone)
    return tuple(_office(office, steps, organisation) for office, steps in by_office.items())


def show_returns(milestones: Iterable[Milestone], organisation: Organisation) -> tuple[Return, ...]:
    """Return the returns among the milestones, the first one first."""
    return tuple(
        Return(
            office=each.office,
            name=office_name(each.office, organisation),
            to_office=OfficeId(str(each.detail["to_office"])),
            stage=Stage(str(each.detail["stage"])),
            reason=ReturnReason(str(each.detail["reason"])),
            text=str(each.detail["text"]),
            version=int(each.detail["version"]),
            returned_at=each.at,
        )
        for each in in_order(milestones)
        if each.kind is MilestoneKind.RETURNED
    )


def office_name(office: OfficeId, organisation: Organisation) -> str:
    """Return the short name of an office; its id while the organisation here does not know it yet."""
    try:
        return organisation.office(office).called
    except UnknownOffice:
        return office


def _office(office: OfficeId, steps: Iterable[Milestone], organisation: Organisation) -> OfficeOnWay:
    return OfficeOnWay(
        office=office,
        name=office_name(office, organisation),
        level=_level(office, organisation),
        steps=tuple(Step(kind=each.kind, word=KIND_ZH[each.kind], at=each.at, text=_text(each)) for each in steps),
    )


def _level(office: OfficeId, organisation: Organisation) -> Level | None:
    try:
        return organisation.office(office).level
    except UnknownOffice:
        return None


def _text(milestone: Milestone) -> str:
    detail = milestone.detail
    match milestone.kind:
        case MilestoneKind.ADOPTED:
            return f"{_titled(str(detail['publication']))}{detail['issue']}"
        case MilestoneKind.FORWARDED:
            return f"报{_LEVEL_ZH.get(str(detail['to_level']), '')}"
        case MilestoneKind.INSTRUCTED:
            return f"{detail['leader']}：{detail['text']}"
        case MilestoneKind.RETURNED:
            return str(detail["text"])
        case _:
            return ""


def _titled(publication: str) -> str:
    return publication if publication.startswith("《") else f"《{publication}》"
