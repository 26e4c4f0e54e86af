"""Whoever changes, removes, adds or reorders what was sealed is found out, with the place, by public keys alone."""

from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner

from deploy.bundles import read_bundle, write_bundle
from deploy.cli.app import app
from deploy.evidence import Evidence, from_database, public_keys
from deploy.provision.keys import make_pair
from deploy.provision.site import Servers, database_dsn
from deploy.verifying import Break, Finding, LogReport, believed, verify_log
from services.forwarding.signatures import Signer, signer_of
from services.forwarding.statements import Statement, digest_of, sign
from shared.contracts.identifiers import SiteId
from shared.contracts.vocabulary import Service
from shared.process.heads import newest_head
from shared.process.settings import DatabaseSettings
from shared.store import merkle
from shared.store.sealing import Sealer
from shared.store.store import Store
from shared.timekeeping.clocks import ManualClock
from tests.conftest import OpenStore
from tests.deploy.crimes import CRIMES, Crime
from tests.facts import state

QINGSHAN, LINJIANG = SiteId("qingshan"), SiteId("linjiang")


@dataclass
class Site:
    """A site with ten facts in two batches (a third closes the first look) that a neighbour witnessed, then four sealed
    ones and one unsealed that nobody witnessed."""

    store: Store
    admin: asyncpg.Connection
    dsn: str
    keys: Path
    signers: dict[SiteId, Signer]
    clock: ManualClock

    async def witness(self, *sites: SiteId) -> None:
        """Have the newest head stated here and signed by these sites."""
        head = await newest_head(self.store)
        assert head is not None
        at = self.clock.now()
        text = Statement(site=QINGSHAN, stated_at=at, heads=(head,)).model_dump_json()
        digest = bytes.fromhex(digest_of(text))
        await self.admin.execute(
            "INSERT INTO forwarding.head_statement VALUES ($1, $2, $3, $4)", digest, QINGSHAN, at, text
        )
        for site in sites:
            signed = sign(self.signers[site], text, at)
            await self.admin.execute(
                "INSERT INTO forwarding.witness VALUES ($1, $2, $3, $4, $5, $6)",
                *(digest, site, at, signed.key_id, signed.algorithm, signed.signature),
            )

    async def seal(self) -> None:
        sealer = Sealer(self.store, batch=5)
        while await sealer.seal():
            pass

    def evidence(self) -> Evidence:
        return from_database(QINGSHAN, lambda _: self.dsn)

    def verify(self, evidence: Evidence | None = None) -> tuple[LogReport, list[Finding]]:
        """Return the report on review's log and every finding of the site."""
        copy = evidence or self.evidence()
        signed, found = believed(public_keys(self.keys), copy.statements, copy.witnesses, copy.site)
        reports = {log.service: verify_log(copy.site, log, signed) for log in copy.logs}
        return reports[Service.REVIEW], [*found, *(each for one in reports.values() for each in one.findings)]


@pytest.fixture
async def site(
    open_store: OpenStore,
    admin: asyncpg.Connection,
    servers: Servers,
    database: DatabaseSettings,
    tmp_path: Path,
    clock: ManualClock,
) -> Site:
    signers = {}
    (tmp_path / "peers").mkdir()
    for name in (QINGSHAN, LINJIANG):
        (tmp_path / name).mkdir()
        public = make_pair(tmp_path / name, "site")
        (tmp_path / "peers" / f"{name}.pub.pem").write_bytes(public)
        signers[name] = signer_of(name, (tmp_path / name / "site.pem").read_bytes())
    store = await open_store(Service.REVIEW)
    dsn = database_dsn(servers.admin_dsn, database.name)
    made = Site(store, admin, dsn, tmp_path / "peers", signers, clock)
    await state(store, 10)
    await made.seal()
    await made.witness(QINGSHAN, LINJIANG)
    await state(store, 4)
    await made.seal()
    await state(store, 1)
    return made


def test_a_clean_log_holds_and_its_unwitnessed_tail_is_counted(site: Site) -> None:
    report, found = site.verify()

    assert found == []
    assert (report.sealed, report.witnessed, report.unsealed, report.tail) == (14, 10, 1, 5)
    assert report.witnesses == (LINJIANG,)


@pytest.mark.parametrize("crime", CRIMES.values(), ids=CRIMES)
async def test_what_an_owner_does_to_the_log_is_found(site: Site, crime: Crime, tmp_path: Path) -> None:
    await site.admin.execute(crime.statements)
    write_bundle(site.evidence(), tmp_path / "bundle.gz")

    found, offline = site.verify()[1], site.verify(read_bundle(tmp_path / "bundle.gz"))[1]

    assert found
    assert (found[0].kind, found[0].position) == (crime.kind, crime.position), found
    # A bundle holds no bodies with which columns could be compared.
    assert offline == [each for each in found if each.kind is not Break.COLUMNS_ALTERED]


async def test_the_facts_beside_the_place_are_named(site: Site) -> None:
    ids = [
        row["event_id"] for row in await site.admin.fetch("SELECT event_id FROM review.sealed_fact ORDER BY position")
    ]
    await site.admin.execute("UPDATE review.event_log SET body = 'x' WHERE event_id = $1", ids[6])

    (found,) = site.verify()[1]

    assert (found.service, found.batch) == (Service.REVIEW, 2)
    assert (found.before, found.after) == (f"6: {ids[5]}", f"8: {ids[7]}")
    assert str(ids[6]) in found.detail


async def reseal(site: Site, *, only: int | None = None) -> None:
    """Make leaves, roots and heads anew, of all batches or of one, as an owner can who has changed the log."""
    facts = await site.admin.fetch(
        "SELECT s.position, s.batch, s.event_id, l.salt, sha256(l.body) AS digest"
        "  FROM review.sealed_fact AS s JOIN review.event_log AS l USING (event_id) ORDER BY s.position"
    )
    head = merkle.BEGINNING
    for seal in await site.admin.fetch("SELECT * FROM review.seal ORDER BY batch"):
        leaves = {
            fact["position"]: merkle.leaf(fact["salt"], fact["event_id"], fact["digest"])
            for fact in facts
            if fact["batch"] == seal["batch"]
        }
        made = merkle.close(
            QINGSHAN,
            Service.REVIEW,
            seal["epoch"],
            seal["batch"],
            seal["first_position"],
            seal["last_position"],
            root=merkle.root(leaves.values()),
            previous=head,
        )
        for position, leaf in leaves.items():
            await site.admin.execute("UPDATE review.sealed_fact SET leaf = $2 WHERE position = $1", position, leaf)
        await site.admin.execute(
            "UPDATE review.seal SET root = $2, previous = $3, head = $4 WHERE batch = $1",
            *(made.batch, made.root, made.previous, made.head),
        )
        head = made.head
        if seal["batch"] == only:
            return


async def forget_witnesses(site: Site) -> None:
    await site.admin.execute("DELETE FROM forwarding.witness; DELETE FROM forwarding.head_statement")


async def change_and_reseal(site: Site, position: int) -> None:
    await site.admin.execute(
        "UPDATE review.event_log SET body = convert_to(replace(convert_from(body, 'UTF8'), '补充', '删去'), 'UTF8')"
        " WHERE event_id = (SELECT event_id FROM review.sealed_fact WHERE position = $1)",
        position,
    )
    await reseal(site)


async def test_one_batch_sealed_anew_breaks_the_chain_to_the_next(site: Site) -> None:
    await site.admin.execute(
        "UPDATE review.event_log SET salt = sha256('x') WHERE event_id = (SELECT event_id FROM review.sealed_fact"
        " WHERE position = 2)"
    )
    await reseal(site, only=1)

    found = site.verify()[1][0]

    assert (found.kind, found.batch, found.position) == (Break.CHAIN_BROKEN, 2, 6)


async def test_a_log_that_was_sealed_anew_denies_its_witness(site: Site) -> None:
    await change_and_reseal(site, 7)

    report, found = site.verify()

    assert [(each.kind, each.batch, each.position) for each in found] == [(Break.WITNESS_CONTRADICTS, 3, 11)]
    assert report.witnessed == 0


async def test_an_owner_who_also_removes_the_witnesses_is_convicted_by_the_other_site(
    site: Site, tmp_path: Path
) -> None:
    write_bundle(site.evidence(), tmp_path / "linjiang.gz")  # what the other site keeps of us
    await change_and_reseal(site, 7)
    await forget_witnesses(site)
    alone, found_alone = site.verify()
    theirs, ours = read_bundle(tmp_path / "linjiang.gz"), site.evidence()

    _, found = site.verify(
        Evidence(ours.site, theirs.statements + ours.statements, theirs.witnesses + ours.witnesses, ours.logs)
    )

    assert (found_alone, alone.tail) == ([], 15), "without witnesses all of it is unwitnessed tail, and says so"
    assert found[0].kind is Break.WITNESS_CONTRADICTS


async def test_what_nobody_witnessed_can_be_sealed_anew_unseen_and_is_named_as_tail(site: Site) -> None:
    await change_and_reseal(site, 12)

    report, found = site.verify()

    assert found == []
    assert report.tail == 5


async def test_a_signature_of_the_site_itself_is_no_witness(site: Site) -> None:
    await site.admin.execute("DELETE FROM forwarding.witness WHERE by_site = 'linjiang'")

    report, found = site.verify()

    assert (found, report.witnessed, report.witnesses) == ([], 0, ())


async def test_witnessed_facts_that_a_restore_lost_are_named_with_its_reason(site: Site) -> None:
    await site.admin.execute(CRIMES["removed end"].statements)
    await site.admin.execute("INSERT INTO review.database_epoch (epoch, reason) VALUES (2, 'backup of Monday')")
    await site.seal()

    found = site.verify()[1][0]

    assert (found.kind, found.batch) == (Break.SEAL_MISSING, 3)
    assert "backup of Monday" in found.detail


async def test_the_command_names_the_first_discontinuity_and_works_offline(site: Site, tmp_path: Path) -> None:
    where = ["--dsn", site.dsn, "--site", QINGSHAN, "--keys", str(site.keys)]
    bundle = str(tmp_path / "bundle.gz")
    run = CliRunner().invoke

    whole = run(app, ["verify", *where])
    await site.admin.execute(CRIMES["altered body"].statements)
    broken = run(app, ["verify", *where])
    exported = run(app, ["verify", *where, "--export", bundle])
    offline = run(app, ["verify", bundle, "--keys", str(site.keys)])
    keyless = run(app, ["verify", bundle])
    (tmp_path / "torn.gz").write_bytes((tmp_path / "bundle.gz").read_bytes()[:-40])
    torn = run(app, ["verify", str(tmp_path / "torn.gz"), "--keys", str(site.keys)])

    assert (whole.exit_code, broken.exit_code, exported.exit_code, offline.exit_code) == (0, 1, 0, 1), broken.output
    assert (keyless.exit_code, torn.exit_code) == (2, 2)
    assert "unwitnessed tail 未见证 5 (of these unsealed 1)" in whole.output
    for output in (broken.output, offline.output):
        assert "FACT_ALTERED  review position 7, batch 2" in output
