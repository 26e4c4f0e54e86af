"""A signed report goes from a township over the county's link to the city, and its receipt comes home."""

from pathlib import Path

from deploy.provision.site import Servers
from services.forwarding import app as forwarding
from shared.contracts.reports import ReportArrived, SubmissionAcknowledged
from shared.contracts.vocabulary import Service
from shared.organisation.organisation import Organisation
from shared.timekeeping.clocks import ManualClock
from tests.building import signed
from tests.conftest import ORGANISATION_FILE
from tests.towns import LINJIANG, QINGSHAN, city_of, recorder


async def test_a_county_report_arrives_at_the_city_and_its_receipt_returns(
    servers: Servers, organisation: Organisation, tmp_path: Path, clock: ManualClock
) -> None:
    ears: dict = {}
    builds = {
        Service.FORWARDING: forwarding.build,
        Service.REVIEW: recorder(Service.REVIEW, ears),
        Service.INTAKE: recorder(Service.INTAKE, ears),
    }
    clocks = {site.id: clock for site in organisation.sites}
    async with city_of(servers, organisation, ORGANISATION_FILE, tmp_path, builds, clocks) as city:
        report = signed(office="qingshan-gov-info")
        async with city.running[QINGSHAN].hosted[Service.REVIEW].store.unit() as unit:
            unit.announce(report)

        arrived = (await ears[LINJIANG, Service.REVIEW].until(ReportArrived))[0]
        receipt = (await ears[QINGSHAN, Service.INTAKE].until(SubmissionAcknowledged))[0]

    assert isinstance(arrived, ReportArrived)
    assert isinstance(receipt, SubmissionAcknowledged)
    assert (arrived.from_office, arrived.to_office) == ("qingshan-gov-info", "linjiang-gov-info")
    assert arrived.received_at == clock.now()
    assert receipt.submission_id == arrived.submission_id
    assert receipt.received_at == arrived.received_at
    assert [hop.action for hop in arrived.custody] == ["SIGNED", "RECEIVED"]
