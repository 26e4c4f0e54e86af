"""What review and publication hear and say is what the chain's table gives them."""

import pytest

from services.review import contract as review
from services.review.handlers import ReviewHandlers
from services.review.publication import contract as publication
from services.review.publication.handlers import PublicationHandlers
from shared.contracts.routes import read_by, sent
from shared.organisation.organisation import Organisation


@pytest.mark.parametrize("contract", [review, publication])
def test_contract_is_table(contract: object) -> None:
    service, reads, sends = contract.SERVICE, contract.READS, contract.SENDS  # type: ignore[attr-defined]
    assert {route.event for route in read_by(service)} == set(reads)
    assert {route.event for route in sent(service)} == set(sends)


def test_everything_read_has_a_handler(organisation: Organisation) -> None:
    assert set(ReviewHandlers(organisation).table()) == set(review.READS)
    assert set(PublicationHandlers(organisation).table()) == set(publication.READS)
