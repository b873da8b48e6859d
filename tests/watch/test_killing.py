"""A watch killed with -9 at random points, and another one after it: nothing lost, nothing doubled, everything sound."""

from tests.watch.killing import prove

POINTS = 8


def test_a_killed_watch_loses_and_doubles_nothing(tmp_path):
    proof = prove(POINTS, tmp_path)
    assert (proof.kills, proof.unsound) == (POINTS, [])
    assert proof.inside > 0
