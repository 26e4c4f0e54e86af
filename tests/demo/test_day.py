"""The day of the demo says what it promises, and its steps fit the organisation and the checks of intake."""

import pytest

from deploy.demo.beats import touched, waves
from deploy.demo.lines import Telling
from deploy.demo.script import DAY, story_of
from deploy.demo.writing import Day, load_day
from deploy.play import story as verbs
from deploy.play.cast import ROLES_BY_KIND, SEATS
from deploy.play.moments import moment
from deploy.play.story import Story, load_story
from services.intake.rules import shipped_rules
from services.intake.writing.check import Writing, check
from shared.contracts.vocabulary import Level, Nature, Role, Urgency
from shared.organisation.organisation import Organisation


@pytest.fixture(scope="module")
def day() -> Day:
    return load_day()


@pytest.fixture(scope="module")
def story() -> Story:
    return load_story(DAY)


def submits(story: Story) -> list[verbs.Submit]:
    return [step for step in story.steps if isinstance(step, verbs.Submit)]


def test_the_story_is_made_of_what_was_written(day: Day, organisation: Organisation) -> None:
    assert DAY.read_text(encoding="utf-8") == story_of(day, organisation)


def test_forty_reports_and_more_come_from_townships_and_departments_of_all_sites(
    story: Story, organisation: Organisation
) -> None:
    first = [step for step in submits(story) if not step.again]
    offices = [organisation.office((step.who or "").split()[0]) for step in first]
    assert len(first) >= 40
    for site in ("linjiang", "qingshan", "pinghu"):
        assert sum(office.site == site for office in offices) >= 5, site
    for site in ("qingshan", "pinghu"):
        assert {office.level for office in offices if office.site == site} == {Level.TOWNSHIP, Level.COUNTY}


def test_good_news_and_problems_early_signs_and_suggestions_are_among_them(story: Story) -> None:
    first = [step for step in submits(story) if not step.again]
    natures = {nature: sum(step.nature is nature for step in first) for nature in Nature}
    assert min(natures[Nature.GOOD_NEWS], natures[Nature.PROBLEM], natures[Nature.EARLY_SIGN]) >= 5
    assert any(step.type == "SUGGESTION" for step in first)
    assert sum(step.urgency is not Urgency.ROUTINE for step in first) >= 4


def test_no_text_occurs_twice(story: Story) -> None:
    bodies = [step.body for step in submits(story)]
    assert len(set(bodies)) == len(bodies)
    titles = [step.title for step in submits(story) if not step.again]
    assert len(set(titles)) == len(titles)


def test_every_text_passes_the_checks_with_all_figures_sourced(story: Story) -> None:
    for step in submits(story):
        now = moment(step.at, story.begins)
        writing = Writing(
            step.title,
            step.body,
            step.type,
            step.nature,
            step.urgency,
            facts=step.facts,
            citations=step.citations,
            incident_kind=step.incident_kind,
            expected_at=moment(step.expected_at, now) if step.expected_at else None,
        )
        found = check(writing, shipped_rules(), now)
        assert (found.problems, found.marks, found.unverified) == ((), (), ()), step.report


def test_whoever_acts_is_in_the_cast(story: Story, organisation: Organisation) -> None:
    for step in story.steps:
        if step.who is not None:
            office, role, *seat = step.who.split()
            assert Role(role) in ROLES_BY_KIND[organisation.office(office).kind], step
            assert int(seat[0] if seat else 1) <= SEATS.get(Role(role), 1), step


def test_one_report_is_late_by_a_few_minutes_and_judged(day: Day, story: Story) -> None:
    expected = [step for step in story.steps if isinstance(step, verbs.ExpectVerdict)]
    assert [(step.type, 1 <= step.minutes_late <= 6) for step in expected] == [("LATE", True)]
    assert sum(isinstance(step, verbs.Finalise) for step in story.steps) == 1
    assert sum(each.finalised is not None for each in day.urgent) == 1


def test_one_report_is_returned_twice_and_comes_again_each_time(story: Story) -> None:
    returned = [step.report for step in story.steps if isinstance(step, verbs.Return)]
    assert len(returned) == 2
    assert len(set(returned)) == 1
    assert [step.report for step in submits(story) if step.again] == returned


def test_an_agency_states_an_incident_that_no_office_reports(day: Day) -> None:
    stated = day.agency.event
    assert not [each for each in day.urgent if (each.office, each.kind) == (stated["territory"], stated["kind"])]


def test_a_ticket_goes_to_another_site_and_to_its_end(story: Story, organisation: Organisation) -> None:
    (given,) = (step for step in story.steps if isinstance(step, verbs.Instruct))
    assert given.lead is not None
    assert organisation.site_of(given.lead) != organisation.site_of((given.who or "").split()[0])
    acts = [step.do for step in story.steps if isinstance(step, verbs.OnTicket)]
    assert acts == ["sign_for", "reply", "close"]


def test_county_and_city_both_adopt(story: Story) -> None:
    publications = {step.publication.split("-")[0] for step in story.steps if isinstance(step, verbs.Adopt)}
    assert publications == {"linjiang", "qingshan", "pinghu"}


def test_a_wave_never_touches_one_thing_twice_and_keeps_the_order(story: Story) -> None:
    for at in {step.at for step in story.steps}:
        together = [step for step in story.steps if step.at == at]
        arranged = waves(together)
        assert sorted(id(step) for wave in arranged for step in wave) == sorted(map(id, together))
        for wave in arranged:
            changed = [name for step in wave for name in touched(step)[0]]
            assert len(set(changed)) == len(changed)


def test_what_touches_the_same_report_waits_for_the_wave_before() -> None:
    first = verbs.OnCase(at="09:00", who="a INFO_SECTION", do="pass", report="one")
    second = verbs.OnCase(at="09:00", who="a DEPUTY_SIGNER", do="sign", report="one")
    other = verbs.OnCase(at="09:00", who="a INFO_SECTION", do="pass", report="two")
    look = verbs.ExpectTickets(at="09:00", who="a SUPERVISION", do="expect_tickets", number=0)
    assert waves([first, second, other, look]) == [[first, other], [second], [look]]


def test_a_signature_is_told_with_the_office_it_goes_to(story: Story, organisation: Organisation) -> None:
    telling = Telling(organisation)
    lines = [telling.line(step, moment(step.at, story.begins), "认定：迟 3 分") for step in story.steps]
    signed = next(line for line in lines if line is not None and line.act == "签发上报")
    assert signed.target.startswith(("青山县", "平湖县", "市府办"))
    assert all(line.about for line in lines if line is not None)
