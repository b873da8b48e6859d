"""Some hundred views of pages: the server holds as many files and threads as before."""

from tests.web.soaking import soak


def test_a_soak(file, tmp_path):
    before, after = soak(300, file, tmp_path)[4:10:5]
    assert after.files <= before.files + 2
    assert after.threads <= before.threads + 1
    assert after.megabytes < before.megabytes + 20
