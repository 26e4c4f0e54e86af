"""Which steps a report takes at an office, and who may take them."""

import pytest

from shared.contracts.identifiers import OfficeId
from shared.contracts.vocabulary import Role, Stage, Urgency
from shared.organisation.failures import UnknownFlow
from shared.organisation.loader import read
from shared.organisation.organisation import Organisation


def steps(organisation: Organisation, office: str, urgency: Urgency) -> list[tuple[Stage, set[Role]]]:
    return [(step.stage, set(step.roles)) for step in organisation.flow_for(OfficeId(office), urgency).steps]


@pytest.mark.parametrize(
    "office", ["qingshan-shiqiao", "qingshan-gov-info", "linjiang-jiaotong", "linjiang-party-info"]
)
@pytest.mark.parametrize("urgency", Urgency)
def test_the_section_checks_then_the_deputy_or_principal_signs_rv_02(
    linjiang: Organisation, office: str, urgency: Urgency
) -> None:
    assert steps(linjiang, office, urgency) == [
        (Stage.SECTION_REVIEW, {Role.INFO_SECTION}),
        (Stage.SIGN_OFF, {Role.DEPUTY_SIGNER, Role.PRINCIPAL}),
    ]


def test_at_a_duty_desk_the_officer_checks_and_the_lead_signs(linjiang: Organisation) -> None:
    assert steps(linjiang, "qingshan-gov-duty", Urgency.URGENT) == [
        (Stage.SECTION_REVIEW, {Role.DUTY_OFFICER}),
        (Stage.SIGN_OFF, {Role.DUTY_LEAD}),
    ]


def test_an_office_may_name_another_flow_and_a_shorter_one_for_urgent_items(linjiang: Organisation) -> None:
    gongan = OfficeId("pinghu-gongan")
    assert linjiang.flow_for(gongan, Urgency.ROUTINE).name == "principal-signs"
    assert linjiang.flow_for(gongan, Urgency.URGENT).name == "two-step"


def test_an_office_that_names_one_flow_uses_it_for_urgent_items_too(text: str) -> None:
    organisation = read(text.replace("    urgent_flow: two-step\n", ""), "a.yaml")
    assert organisation.flow_for(OfficeId("pinghu-gongan"), Urgency.EXTRA_URGENT).name == "principal-signs"


def test_an_unknown_flow_is_refused_with_those_that_exist(linjiang: Organisation) -> None:
    with pytest.raises(UnknownFlow, match="use one of two-step, duty-desk, principal-signs"):
        linjiang.flow("one-step")
