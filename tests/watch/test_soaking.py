"""Some hundred reports and as many views of the health page: a watch holds as many files and threads as before."""

from tests.watch.soaking import soak


def test_a_soak(tmp_path):
    before, after = soak(200, tmp_path)[1:10:8]
    assert after.files <= before.files + 2
    assert after.threads <= before.threads + 1
    assert after.megabytes < before.megabytes + 20
