"""Addresses come from the table, publishing is the relay's, and time is handed over: the source itself is searched."""

import pytest

from tests.contracts.sources import business_now, clock_reads, guilty, literal_addresses, machine_now, published

CODE = ("shared", "services")


def test_no_routing_key_queue_or_exchange_is_spelt_out() -> None:
    assert (
        guilty(literal_addresses, CODE, ".py", except_=("shared/contracts/addresses.py", "shared/broker/names.py"))
        == []
    )


def test_only_the_publisher_publishes() -> None:
    assert guilty(published, CODE, ".py", except_=("shared/broker/publisher.py",)) == []


def test_only_the_clock_reads_the_clock() -> None:
    assert guilty(clock_reads, CODE, ".py", except_=("shared/timekeeping/clocks.py",)) == []


def test_no_statement_takes_the_database_s_word_for_the_time() -> None:
    assert guilty(business_now, CODE, ".sql") == []


def test_the_database_s_running_clock_is_for_the_store_s_own_tables() -> None:
    assert guilty(machine_now, CODE, ".sql", except_=("shared/store/",)) == []


@pytest.mark.parametrize(
    "text",
    [
        'queue = "review.urgent"',
        'key = "routine.report.signed.v1"',
        'key = "urgent.carried.report.adopted.v1"',
        'await channel.get_exchange("shangda.events")',
        'name = "link.to.linjiang.urgent"',
    ],
)
def test_a_spelt_out_address_is_noticed(text: str) -> None:
    assert literal_addresses(text)


@pytest.mark.parametrize(
    "text", ['"""A key such as urgent.report.signed.v1 in a sentence."""', 'action = "review.sign"']
)
def test_a_sentence_and_an_action_are_no_addresses(text: str) -> None:
    assert literal_addresses(text) == []


@pytest.mark.parametrize("text", ["await broker.publish(event)", "channel.basic_publish(body)"])
def test_publishing_is_noticed(text: str) -> None:
    assert published(text)


@pytest.mark.parametrize(
    "text", ["datetime.now(UTC)", "datetime.datetime.now()", "datetime.utcnow()", "time.time()", "date.today()"]
)
def test_reading_the_clock_is_noticed(text: str) -> None:
    assert clock_reads(text)
    assert clock_reads("clock.now()") == []


@pytest.mark.parametrize("text", ["SELECT now()", "WHERE due_at <= CURRENT_TIMESTAMP", "DEFAULT current_date"])
def test_an_sql_now_is_noticed(text: str) -> None:
    assert business_now(text)
    assert business_now("-- not now()\nSELECT known_at") == []


def test_the_running_clock_is_noticed() -> None:
    assert machine_now("SELECT clock_timestamp()")
