"""An empty store offers the chronicle with one button, and then shows it."""

import time

from lxml import html


def test_one_button_fills_an_empty_store(empty_working):
    page = html.fromstring(empty_working.get("/").content)
    (form,) = page.xpath("//form[@action='/add/chronicle']")
    token = form.xpath(".//input[@name='token']/@value")[0]
    begun = empty_working.post("/add/chronicle", data={"token": token})
    assert begun.status_code == 303
    address = begun.headers["location"] + ".json"
    deadline = time.monotonic() + 240
    while (job := empty_working.get(address).json())["state"] not in {"done", "failed"}:
        assert time.monotonic() < deadline, job
        time.sleep(0.5)
    assert job["state"] == "done"
    assert "North Korea" in empty_working.get("/").text
    assert "/add/chronicle" not in empty_working.get("/").text
