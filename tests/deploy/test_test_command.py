"""``shangda test``: which runs of pytest it makes."""

from deploy.cli.test import USUAL, runs


def test_the_usual_set_is_spread_and_a_part_runs_in_one_process() -> None:
    (usual,) = runs([], everything=False)
    assert usual[:2] == USUAL
    assert "--numprocesses" in usual
    assert runs(["tests/review", "-k", "hold"], everything=False) == ((*USUAL, "tests/review", "-k", "hold"),)


def test_the_slow_set_runs_behind_the_usual_one_and_alone() -> None:
    (usual,) = runs([], everything=False)
    assert runs([], everything=True) == (usual, ("-m", "slow"))
    assert runs(["tests/chaos"], everything=True) == (("tests/chaos",),)
