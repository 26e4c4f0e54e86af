"""Which days are worked."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.organisation.sources import SourceInvalid
from shared.timekeeping.workcalendar import DayKind, WorkCalendar, YearUnknown, parse_calendar

KNOWN_DAYS = st.dates(date(2005, 1, 1), date(2026, 6, 1))

FUTURE = """\
years:
  - year: 2031
    source: an invented notice
    verified: false
    rest:
      - {first: 2031-01-01, last: 2031-01-03}
    workdays: [2031-01-05]
"""


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2025, 9, 28), DayKind.ADJUSTED_WORKDAY),
        (date(2025, 10, 1), DayKind.HOLIDAY),
        (date(2025, 10, 8), DayKind.HOLIDAY),
        (date(2025, 10, 9), DayKind.WORKDAY),
        (date(2025, 10, 11), DayKind.ADJUSTED_WORKDAY),
        (date(2025, 10, 12), DayKind.REST),
        (date(2025, 3, 12), DayKind.WORKDAY),
        (date(2025, 1, 28), DayKind.HOLIDAY),
    ],
)
def test_the_days_of_2025(calendar: WorkCalendar, day: date, kind: DayKind) -> None:
    assert calendar.kind(day) is kind
    assert calendar.is_workday(day) == (kind in (DayKind.WORKDAY, DayKind.ADJUSTED_WORKDAY))


def test_nobody_has_verified_the_days_of_2025(calendar: WorkCalendar) -> None:
    assert calendar.source(2025) == ("from general knowledge, for the stories of 2025", False)
    assert calendar.source(2024) == ("chinesecalendar", True)


def test_a_year_that_nobody_knows_is_refused_with_the_remedy(calendar: WorkCalendar) -> None:
    with pytest.raises(YearUnknown) as caught:
        calendar.is_workday(date(2031, 1, 2))
    assert caught.value.year == 2031
    assert str(caught.value) == (
        "no working days known for 2031: add the year to calendar-overrides.yaml or update chinesecalendar"
    )
    with pytest.raises(YearUnknown):
        calendar.source(2031)
    with pytest.raises(YearUnknown):
        parse_calendar(FUTURE, "a.yaml").add_workdays(date(2031, 12, 31), 1)


def test_data_makes_a_year_known_before_the_library_does() -> None:
    calendar = parse_calendar(FUTURE, "a.yaml")
    days = [date(2031, 1, day) for day in range(1, 7)]
    assert [calendar.is_workday(day) for day in days] == [False, False, False, False, True, True]
    assert calendar.add_workdays(date(2031, 1, 1), 2) == date(2031, 1, 6)


def test_data_wins_over_the_library() -> None:
    text = "years: [{year: 2025, source: a typhoon, verified: true, rest: [{first: 2025-03-12, last: 2025-03-12}]}]"
    calendar = parse_calendar(text, "a.yaml")
    assert not calendar.is_workday(date(2025, 3, 12))
    assert calendar.next_workday(date(2025, 3, 11)) == date(2025, 3, 13)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("verified", "verifed", "a.yaml:4: years[1].verifed: false: no such key; did you mean 'verified'?"),
        (
            "last: 2031-01-03",
            "last: 2030-12-31",
            "a.yaml:6: years[1].rest[1]: (several values): the last day lies before the first; exchange the two",
        ),
        (
            "[2031-01-05]",
            "[2031-01-03]",
            "a.yaml:2: years[1]: (several values): 2031-01-03 stands under rest and under workdays; keep one",
        ),
        (
            "[2031-01-05]",
            "[2032-01-05]",
            "a.yaml:2: years[1]: (several values): 2032-01-05 is not of the year 2031; move it to its own year",
        ),
    ],
)
def test_a_mistake_in_the_data_is_named_with_its_line(old: str, new: str, said: str) -> None:
    with pytest.raises(SourceInvalid) as caught:
        parse_calendar(FUTURE.replace(old, new), "a.yaml")
    assert said in [str(problem) for problem in caught.value.problems]


def test_working_days_cannot_be_counted_backwards(calendar: WorkCalendar) -> None:
    with pytest.raises(ValueError, match="cannot go back by 2 working days"):
        calendar.add_workdays(date(2025, 3, 12), -2)


@given(day=KNOWN_DAYS, count=st.integers(0, 60))
def test_so_many_working_days_lie_between(calendar: WorkCalendar, day: date, count: int) -> None:
    last = calendar.add_workdays(day, count)
    after = [day + timedelta(days=past) for past in range(1, (last - day).days + 1)]
    assert sum(calendar.is_workday(each) for each in after) == count
    assert count == 0 or calendar.is_workday(last)


@given(day=KNOWN_DAYS)
def test_the_next_working_day_is_the_nearest(calendar: WorkCalendar, day: date) -> None:
    following = calendar.next_workday(day)
    between = [day + timedelta(days=past) for past in range(1, (following - day).days)]
    assert calendar.is_workday(following)
    assert not any(calendar.is_workday(each) for each in between)
