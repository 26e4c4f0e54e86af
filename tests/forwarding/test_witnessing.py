"""Neighbours countersign the seal heads they are shown, and keep as evidence what denies an earlier statement."""

from collections.abc import Mapping
from pathlib import Path

import asyncpg
import pytest

from deploy.evidence import from_database, public_keys
from deploy.provision.keys import exchange_public_keys, make_pair
from deploy.provision.site import Servers
from deploy.provision.site import database_dsn as owner_dsn
from deploy.verifying import believed, verify_log
from services.forwarding import app as forwarding
from services.forwarding.frames import HeartbeatFrame
from services.forwarding.keys import Keys
from services.forwarding.signatures import Signer, signer_of
from services.forwarding.statements import Stated, Statement, contradiction, merged, sign
from services.forwarding.witnessing import Witnessing, carried
from shared.contracts.vocabulary import Lane, Service
from shared.organisation.organisation import Organisation
from shared.process.heads import Head
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock
from tests.conftest import ORGANISATION_FILE, OpenStore
from tests.facts import state
from tests.probe import eventually
from tests.towns import LINJIANG, QINGSHAN, city_of, recorder

SIGNED = """
SELECT count(*) FROM forwarding.head_statement AS s JOIN forwarding.witness AS w USING (digest)
 WHERE s.site = 'qingshan' AND w.by_site = 'linjiang' AND s.statement LIKE '%"service":"review"%"position":3%'
"""


async def test_a_county_s_log_is_witnessed_by_the_city_and_verified_with_public_keys(
    servers: Servers, organisation: Organisation, tmp_path: Path, clock: ManualClock
) -> None:
    builds = {Service.FORWARDING: forwarding.build, Service.REVIEW: recorder(Service.REVIEW, {})}
    clocks = {site.id: clock for site in organisation.sites}
    async with city_of(servers, organisation, ORGANISATION_FILE, tmp_path, builds, clocks) as city:
        await state(city.running[QINGSHAN].hosted[Service.REVIEW].store, 3)
        settings = city.settings[QINGSHAN]
        dsn = owner_dsn(servers.admin_dsn, settings.database.name)
        owner = await asyncpg.connect(dsn)
        await eventually(lambda: owner.fetchval(SIGNED), seconds=30, what="the city signs and its signature comes home")
        await owner.close()
        evidence = from_database(QINGSHAN, lambda _: dsn)
        signed, refused = believed(
            public_keys(settings.keys / "peers"), evidence.statements, evidence.witnesses, QINGSHAN
        )
        reports = {log.service: verify_log(QINGSHAN, log, signed) for log in evidence.logs}

    report = reports[Service.REVIEW]
    assert (refused, report.findings) == ([], ())
    assert (report.sealed, report.witnessed, report.tail, report.witnesses) == (3, 3, 0, (LINJIANG,))


def head(batch: int, word: str = "a", *, epoch: int = 1, service: Service = Service.REVIEW) -> Head:
    return Head(site=QINGSHAN, service=service, epoch=epoch, batch=batch, position=batch * 10, head=word * 64)


def stating(clock: ManualClock, *heads: Head) -> Statement:
    return Statement(site=QINGSHAN, stated_at=clock.now(), heads=heads)


@pytest.mark.parametrize(
    ("after", "denies"),
    [
        ((head(5),), None),
        ((head(6, "b"),), None),
        ((head(2, "c", epoch=2),), None),
        ((head(5), head(1, service=Service.INTAKE)), None),
        ((head(5, "b"),), "batch 5 of epoch 1 has another head"),
        ((head(4),), "went back from batch 5 to 4"),
        ((head(1, service=Service.INTAKE),), "not mentioned any more"),
    ],
)
def test_a_later_statement_denies_an_earlier_one_where_a_seal_is_gone_or_changed(
    clock: ManualClock, after: tuple[Head, ...], denies: str | None
) -> None:
    found = contradiction(stating(clock, head(5)), stating(clock, *after))

    assert (found is None) == (denies is None)
    assert denies is None or denies in (found or "")


def test_a_service_that_does_not_answer_keeps_its_head() -> None:
    known = (head(3, service=Service.INTAKE), head(5))

    assert merged(known, [head(6, "b")]) == (head(3, service=Service.INTAKE), head(6, "b"))


class City:
    """The city's forwarding with the keys of the county, and the county's signer."""

    def __init__(self, store: Store, folders: Mapping[str, Path]) -> None:
        self.store = store
        self.keys = Keys(store, folders[LINJIANG])
        self.county = signer_of(QINGSHAN, (folders[QINGSHAN] / "site.pem").read_bytes())
        self.witnessing = Witnessing(store, self.keys, ())

    async def hear(self, *heads: Head, signer: Signer | None = None, forged: bool = False) -> None:
        """Hear a heartbeat of the county that carries a statement."""
        at = self.store.machine.now()
        text = Statement(site=QINGSHAN, stated_at=at, heads=heads).model_dump_json()
        witness = sign(signer or self.county, text, at)
        if forged:
            witness = witness.model_copy(update={"signature": sign(self.keys.signer, text, at).signature})
        frame = HeartbeatFrame(
            source=QINGSHAN,
            destination=LINJIANG,
            epoch=1,
            lane=Lane.ROUTINE,
            sent_at=at,
            beat=1,
            echo=0,
            business_now=at,
            stated=Stated(text=text, witness=witness),
        )
        async with self.store.unit() as unit:
            await self.witnessing.hear(unit, frame)

    async def signers(self, word: str) -> list[str]:
        """Return who signed the statement whose head begins with a word."""
        async with self.store.reading() as connection:
            rows = await connection.fetch(
                "SELECT by_site FROM witness JOIN head_statement USING (digest) WHERE statement LIKE $1 ORDER BY 1",
                f"%{word * 64}%",
            )
        return [row["by_site"] for row in rows]


@pytest.fixture
async def city(open_store: OpenStore, tmp_path: Path) -> City:
    folders = {site: tmp_path / site for site in (LINJIANG, QINGSHAN)}
    for folder in folders.values():
        folder.mkdir()
        make_pair(folder, "site")
    exchange_public_keys(folders)
    made = City(await open_store(Service.FORWARDING, site=LINJIANG), folders)
    await made.keys.start()
    return made


async def test_what_denies_a_witnessed_head_is_kept_with_its_maker_s_signature_and_not_countersigned(
    city: City,
) -> None:
    await city.hear(head(5, "a"))
    await city.hear(head(5, "b"))
    await city.hear(head(6, "c"))

    assert await city.signers("a") == [LINJIANG, QINGSHAN]
    assert await city.signers("b") == [QINGSHAN]
    assert await city.signers("c") == [LINJIANG, QINGSHAN]


@pytest.mark.parametrize("forged", [True, False], ids=["forged signature", "another site's signature"])
async def test_a_statement_that_its_site_did_not_sign_is_not_kept(city: City, forged: bool) -> None:
    await city.hear(head(5, "a"), signer=None if forged else city.keys.signer, forged=forged)

    assert await city.signers("a") == []


async def test_a_heartbeat_carries_our_signature_under_the_neighbour_s_newest_statement(city: City) -> None:
    await city.hear(head(5, "a"))
    async with city.store.reading() as connection:
        stated, witnessed = await carried(connection, LINJIANG, QINGSHAN)

    assert stated is None
    assert witnessed is not None
    assert witnessed.by_site == LINJIANG


async def test_a_service_cannot_change_what_was_witnessed(city: City) -> None:
    await city.hear(head(5, "a"))
    async with city.store.reading() as connection:
        for statement in ("UPDATE witness SET signature = ''", "DELETE FROM head_statement", "TRUNCATE witness"):
            with pytest.raises(asyncpg.exceptions.InsufficientPrivilegeError):
                await connection.execute(statement)
