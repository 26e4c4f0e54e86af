"""Why an editor's act was not done."""

from services.review.publication.decisions import Refused


class UseRefused(Exception):
    """The rules do not let the report be used so. Answered with 404, 409 or 422; nothing is changed."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(str(refused))
        self.refused = refused
