"""Which days are working days: the State Council's notices as a library knows them, corrected and continued by data."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

import chinese_calendar  # type: ignore[import-untyped,unused-ignore]
from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.organisation.sources import read_source, validated

PACKAGED_OVERRIDES = Path(__file__).parent / "data" / "calendar-overrides.yaml"

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class DayKind(StrEnum):
    """What a day is. WORKDAY and ADJUSTED_WORKDAY (a weekend day that is worked, 调休) are worked."""

    WORKDAY = "WORKDAY"
    REST = "REST"
    HOLIDAY = "HOLIDAY"
    ADJUSTED_WORKDAY = "ADJUSTED_WORKDAY"


class YearUnknown(LookupError):
    """No holiday notice is known for a year: neither the library nor the overrides have it.

    A limit that needs it cannot be computed rightly, so it is not computed at all. Add the year to
    calendar-overrides.yaml when the notice is out, or update chinesecalendar.
    """

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(
            f"no working days known for {year}: add the year to calendar-overrides.yaml or update chinesecalendar"
        )


class _Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RestPeriod(_Written):
    """Rest days in a row, both ends included."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> "RestPeriod":
        if self.last < self.first:
            raise ValueError("the last day lies before the first; exchange the two")
        return self

    def days(self) -> Iterator[date]:
        """Yield each day."""
        for past in range((self.last - self.first).days + 1):
            yield self.first + past * _ONE_DAY


class CalendarYear(_Written):
    """What the data says about a year. It wins over the library for the days it names.

    A year that the library does not know follows the weekends on all other days.
    """

    year: int = Field(ge=1949, le=2200)
    source: str = Field(min_length=1)
    verified: bool
    rest: tuple[RestPeriod, ...] = ()
    workdays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _own_days_once(self) -> "CalendarYear":
        resting = {day for period in self.rest for day in period.days()}
        if both := sorted(resting & set(self.workdays)):
            raise ValueError(f"{both[0]} stands under rest and under workdays; keep one")
        if strange := sorted(day for day in resting | set(self.workdays) if day.year != self.year):
            raise ValueError(f"{strange[0]} is not of the year {self.year}; move it to its own year")
        return self


class Overrides(_Written):
    """The content of calendar-overrides.yaml."""

    years: tuple[CalendarYear, ...] = ()

    @model_validator(mode="after")
    def _each_year_once(self) -> "Overrides":
        stated = [each.year for each in self.years]
        if twice := sorted({year for year in stated if stated.count(year) > 1}):
            raise ValueError(f"the year {twice[0]} stands twice; join the two")
        return self


class WorkCalendar:
    """Tells working days from rest days. Everything raises YearUnknown for a year that nobody knows."""

    def __init__(self, overrides: Overrides) -> None:
        self._years: Mapping[int, CalendarYear] = {each.year: each for each in overrides.years}
        self._stated: dict[date, DayKind] = {}
        for each in overrides.years:
            resting = (day for period in each.rest for day in period.days())
            self._stated.update(dict.fromkeys(resting, DayKind.HOLIDAY))
            self._stated.update({day: _worked(day) for day in each.workdays})

    def kind(self, day: date) -> DayKind:
        """Return what a day is: as the overrides say, else as the library says, else by its weekday."""
        if day in self._stated:
            return self._stated[day]
        if (known := _in_library(day)) is not None:
            return known
        if day.year not in self._years:
            raise YearUnknown(day.year)
        return DayKind.REST if day.weekday() >= _SATURDAY else DayKind.WORKDAY

    def knows(self, year: int) -> bool:
        """Tell whether the working days of a year are known, by the library or by the overrides."""
        return year in self._years or _in_library(date(year, 1, 1)) is not None

    def is_workday(self, day: date) -> bool:
        """Tell whether a day is worked."""
        return self.kind(day) in (DayKind.WORKDAY, DayKind.ADJUSTED_WORKDAY)

    def workday_from(self, day: date) -> date:
        """Return the day itself when it is worked, else the next one that is."""
        while not self.is_workday(day):
            day += _ONE_DAY
        return day

    def next_workday(self, day: date) -> date:
        """Return the first working day after a day."""
        return self.workday_from(day + _ONE_DAY)

    def add_workdays(self, day: date, count: int) -> date:
        """Return the working day that is the ``count``-th after a day, which is not counted itself. 0: the day.

        Raises ValueError for a negative count.
        """
        if count < 0:
            raise ValueError(f"cannot go back by {-count} working days: give a count of 0 or more")
        for _ in range(count):
            day = self.next_workday(day)
        return day

    def source(self, year: int) -> tuple[str, bool]:
        """Return where the days of a year come from, and whether someone compared them with the notice."""
        if (stated := self._years.get(year)) is not None:
            return stated.source, stated.verified
        if not self.knows(year):
            raise YearUnknown(year)
        return "chinesecalendar", True


def parse_calendar(text: str, name: str) -> WorkCalendar:
    """Return the calendar that YAML text corrects. Raises SourceInvalid with file, line and remedy per problem."""
    return WorkCalendar(validated(read_source(text, name), Overrides))


def load_calendar(path: Path) -> WorkCalendar:
    """Return the calendar that a YAML file corrects; ``PACKAGED_OVERRIDES`` is the one that ships. Raises as above."""
    return parse_calendar(path.read_text(encoding="utf-8"), path.name)


def _worked(day: date) -> DayKind:
    return DayKind.ADJUSTED_WORKDAY if day.weekday() >= _SATURDAY else DayKind.WORKDAY


def _in_library(day: date) -> DayKind | None:
    try:
        resting, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:
        return None
    if not resting:
        return _worked(day)
    return DayKind.HOLIDAY if holiday else DayKind.REST
