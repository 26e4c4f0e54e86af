"""Builders for scoring's tests: facts of the worked scenarios, times in Shanghai."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from services.scoring.leagues import Assessment, Assessor, Member
from services.scoring.reading import Earning, Kept
from services.scoring.rulebook import Rulebook
from services.scoring.rulefiles import shipped_rule_sets
from shared.contracts.duties import VerdictFinalised
from shared.contracts.identifiers import (
    AdoptionId,
    EventId,
    IncidentId,
    InstructionId,
    OfficeId,
    ReportId,
    VerdictId,
)
from shared.contracts.outcomes import Contributor, InstructionRecorded, ReportAdopted, ReportForwarded
from shared.contracts.vocabulary import (
    CarrierKind,
    Disposition,
    LeaderRank,
    Leg,
    Level,
    Nature,
    Side,
    Urgency,
    VerdictType,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
NAMES = UUID("00000000-0000-0000-0000-00000000c0de")
CITY, QINGSHAN, PINGHU = OfficeId("linjiang"), OfficeId("qingshan"), OfficeId("pinghu")
SHIQIAO, BAIYUN = OfficeId("qingshan-shiqiao"), OfficeId("pinghu-baiyun")
FIRE, EAST, TRANSPORT = OfficeId("linjiang-xiaofang"), OfficeId("dongcheng"), OfficeId("linjiang-jiaotong")
CITY_INFO, CITY_DUTY, COUNTY_INFO = (
    OfficeId("linjiang-gov-info"),
    OfficeId("linjiang-gov-duty"),
    OfficeId("qingshan-gov-info"),
)
RULEBOOK = Rulebook.of(shipped_rule_sets())


def _assessor(office: OfficeId, leagues: dict[str, tuple[OfficeId, ...]]) -> Assessor:
    members = {unit: Member(unit, str(unit), code) for code, units in leagues.items() for unit in units}
    return Assessor(office, str(office), {code: code for code in leagues}, members)


PARENTS = {QINGSHAN: CITY, PINGHU: CITY, EAST: CITY, SHIQIAO: QINGSHAN, BAIYUN: PINGHU, FIRE: CITY, TRANSPORT: CITY}
UNIT_OF = {CITY_INFO: CITY, CITY_DUTY: CITY, COUNTY_INFO: QINGSHAN, OfficeId("pinghu-gov-duty"): PINGHU}
CITY_LEDGER = _assessor(CITY, {"A": (QINGSHAN, PINGHU, EAST), "B1": (FIRE, TRANSPORT), "C": (BAIYUN,)})
COUNTY_LEDGER = _assessor(QINGSHAN, {"Q-T": (SHIQIAO,)})
AT_THE_CITY = Assessment({CITY: CITY_LEDGER}, PARENTS, UNIT_OF)
AT_QINGSHAN = Assessment({QINGSHAN: COUNTY_LEDGER}, PARENTS, UNIT_OF)


def at(text: str) -> datetime:
    """Return an instant from '02-18 08:00' (2025, Shanghai)."""
    return datetime.fromisoformat(f"2025-{text}").replace(tzinfo=SHANGHAI)


def named(name: str) -> UUID:
    """Return the same id for the same name."""
    return uuid5(NAMES, name)


def report(name: str) -> ReportId:
    """Return a report's id."""
    return ReportId(named(f"report {name}"))


def incident(name: str) -> IncidentId:
    """Return an incident's id."""
    return IncidentId(named(f"incident {name}"))


def kept(*events: Earning) -> tuple[Kept, ...]:
    """Return events as kept facts; ids grow in the order given."""
    return tuple(Kept(EventId(UUID(int=index)), event) for index, event in enumerate(events, start=1))


def adopted(
    when: str,
    carrier: CarrierKind,
    *,
    level: Level = Level.CITY,
    of: str = "spillways",
    units: Sequence[OfficeId] = (SHIQIAO, QINGSHAN),
    nature: Nature = Nature.PROBLEM,
    about: str | None = None,
    joined: Sequence[tuple[OfficeId, str, str]] = (),
    received: str | None = None,
    issue: str = "45",
) -> ReportAdopted:
    """Return an adoption. ``joined``: (unit, report, share) of a joint item, in the order received."""

    def part(unit: OfficeId, name: str, share: str) -> Contributor:
        number = "SQ-2025-0217-003" if name == "spillways" else f"SQ-{name}"
        return Contributor(unit=unit, report_id=report(name), number=number, nature=nature, share=Decimal(share))

    parts = tuple(part(*each) for each in joined)
    return ReportAdopted(
        adoption_id=AdoptionId(named(f"{when}{carrier}{of}")),
        report_id=report(of),
        number="SQ-2025-0217-003",
        title="三座水库溢洪道堵塞",
        nature=nature,
        urgency=Urgency.ROUTINE,
        incident_id=incident(about) if about else None,
        origin_office=units[0],
        units=tuple(units),
        office=CITY_INFO,
        level=level,
        side=Side.GOVERNMENT,
        publication=f"{level}-{carrier}",
        carrier=carrier,
        issue_number=issue,
        contributors=parts or (part(units[-1], of, "1"),),
        received_at=at(received) if received else None,
        adopted_at=at(when),
    )


def forwarded(when: str, carrier: CarrierKind, *, of: str = "spillways") -> ReportForwarded:
    """Return a forwarding to the province."""
    return ReportForwarded(
        report_id=report(of),
        number="SQ-2025-0217-003",
        title="三座水库溢洪道堵塞",
        nature=Nature.PROBLEM,
        origin_office=SHIQIAO,
        units=(SHIQIAO, QINGSHAN),
        office=CITY_INFO,
        to_level=Level.PROVINCE,
        carrier=carrier,
        forwarded_at=at(when),
    )


def instructed(when: str, rank: LeaderRank, *, of: str = "spillways") -> InstructionRecorded:
    """Return a leader's instruction to read."""
    return InstructionRecorded(
        instruction_id=InstructionId(named(f"{when}{rank}")),
        report_id=report(of),
        number="SQ-2025-0217-003",
        title="三座水库溢洪道堵塞",
        nature=Nature.PROBLEM,
        origin_office=SHIQIAO,
        units=(SHIQIAO, QINGSHAN),
        office=CITY_INFO,
        leader="某领导",
        rank=rank,
        text="请水利部门尽快清淤。",
        disposition=Disposition.READ,
        given_at=at(when),
        recorded_at=at(when),
    )


def found(
    when: str,
    minutes: int,
    *,
    unit: OfficeId = PINGHU,
    owed_to: OfficeId = CITY_DUTY,
    kind: VerdictType = VerdictType.LATE,
    leg: Leg = Leg.WRITTEN,
    about: str | None = "crash",
    of: str | None = None,
    scored: bool = True,
) -> VerdictFinalised:
    """Return a finalised verdict."""
    return VerdictFinalised(
        matter=str(incident(about)) if about else str(named("ticket")),
        verdict_id=VerdictId(named(f"{when}{kind}{leg}{minutes}")),
        incident_id=incident(about) if about else None,
        unit=unit,
        owed_to=owed_to,
        type=kind,
        leg=leg,
        minutes_late=minutes,
        arithmetic=f"获知 14:05 + 60 分 = 截止 15:05（含）；迟 {minutes} 分",
        rule_id="WRITTEN-III",
        rule_version=1,
        scored=scored,
        report_id=report(of) if of else None,
        finalised_by="某主任",
        finalised_at=at(when),
    )


def scenario_f1() -> tuple[Earning, ...]:
    """F1: adopted at three levels, instructed at two, in the order it happened."""
    return (
        adopted("02-17 15:30", CarrierKind.FLASH, level=Level.COUNTY),
        adopted("02-18 08:00", CarrierKind.BRIEF),
        adopted("02-18 14:00", CarrierKind.SPECIAL),
        instructed("02-18 17:20", LeaderRank.CITY_DEPUTY),
        instructed("02-19 09:00", LeaderRank.CITY_PRINCIPAL),
        forwarded("02-19 10:00", CarrierKind.SPECIAL),
        adopted("02-20 09:00", CarrierKind.BRIEF, level=Level.PROVINCE),
        instructed("02-21 09:00", LeaderRank.PROVINCE),
    )
