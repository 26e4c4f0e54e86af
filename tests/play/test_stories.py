"""The stories of the reference come out as written, on the real broker and database (F1, F2)."""

import os
from itertools import count
from pathlib import Path

import pytest

from deploy.play.player import prepare
from deploy.play.story import StoryInvalid, load_story
from deploy.provision.site import Servers
from shared.organisation.organisation import Organisation
from tests.conftest import ORGANISATION_FILE

STORIES = sorted((Path(__file__).resolve().parents[2] / "deploy/play/stories").glob("*.yaml"))
_numbers = count(1)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
async def test_story_comes_out_as_told(
    path: Path, servers: Servers, organisation: Organisation, tmp_path: Path
) -> None:
    """F1: adoption, instruction and province points at both levels (AD-01, LI-03, LI-07, AS-07). F2: to the minute."""
    story = load_story(path)
    prefix = f"story-{os.getpid()}-{next(_numbers)}"
    player = await prepare(story, organisation, ORGANISATION_FILE, servers, tmp_path, prefix)
    try:
        await player.open()
        played = await player.play(story)
    finally:
        await player.close()
        await player.city.drop()
    assert played.failures == []
    assert played.steps == len(story.steps)


def test_a_story_that_says_nonsense_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(
        "story: x\nbegins: 2025-01-01 08:00\nsteps:\n"
        '  - {at: "08:00", who: a B, do: sign, report: r}\n'
        '  - {at: "08:01", who: a B, do: sing, report: r}\n',
        encoding="utf-8",
    )
    with pytest.raises(StoryInvalid, match=r"bad\.yaml:5: .*sing"):
        load_story(path)
