"""What people decided: the list, the cases, and taking one back."""

import csv
import io
import json

import pytest

from tests.views.reported import FIRST
from tests.web.reported import browsing, read, send, words

PLACE = f"{FIRST.index('condemned')}-{FIRST.index('condemned') + 9}"
GIVEN = {"report": "1", "at": PLACE, "kind": "THREATEN", "status": "alleged", "actor": "PRK", "recipient": ""}
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def client(tmp_path, rules):
    """A browser on reports of which one was corrected, and a commitment ruled on."""
    with browsing(tmp_path / "store.db", rules) as found:
        fields = GIVEN | {"reason": f"{HOSTILE} so it is", "by": HOSTILE}
        assert send(found, f"/events/a-1/wrong?report=1&at={PLACE}", fields).status_code == 303
        (one,) = found.get("/ledger.json").json()["commitments"]
        ruling = {"standing": "broken", "day": "2013-05-02", "reason": HOSTILE, "by": "an inspector"}
        assert send(found, f"/ledger/{one['id']}/rule", ruling).status_code == 303
        yield found


def test_the_list(client):
    page = read(client.get("/corrections"))
    assert not page.xpath("//main//script")
    first, second = page.xpath("//table/tbody/tr")
    told = [" ".join(row.text_content().split()) for row in (first, second)]
    assert "type THREATEN, mode none, status alleged, recipient nobody" in told[0]
    assert f"{HOSTILE} so it is" in told[0]
    assert "an inspector" in told[1]
    assert "broken" in told[1]
    assert first.xpath(".//a/@href") == [f"/articles/1?at={PLACE}#at", "/corrections/1/withdraw"]
    assert second.xpath(".//a/@href")[1].endswith("/rule")


def test_files(client):
    first, second = csv.DictReader(io.StringIO(client.get("/corrections.csv").text))
    assert (first["about"], first["report"], second["about"], second["said"]) == ("event", "a", "commitment", "broken")
    assert client.get("/corrections.atom").text.count("<entry>") == 2
    assert len(client.get("/corrections.json").json()["found"]) == 2


def test_cases(client):
    (line,) = client.get("/corrections.jsonl").text.splitlines()
    case = json.loads(line)
    assert case["sentence"][case["trigger"]["start"] : case["trigger"]["end"]] == "condemned"
    assert (case["read"]["type"], case["right"]["type"], case["right"]["recipient"]) == ("ACCUSE", "THREATEN", [])
    assert case["reason"] == f"{HOSTILE} so it is"


def test_taking_back(client):
    page = read(client.get("/corrections/1/withdraw"))
    assert not page.xpath("//main//script")
    answer = send(client, "/corrections/1/withdraw", {"reason": "", "by": "another"})
    assert answer.status_code == 422
    assert "Say why" in answer.text
    answer = send(client, "/corrections/1/withdraw", {"reason": "it is as it was", "by": "another"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/corrections")
    assert "taken back by another" in words(read(client.get("/corrections")))
    assert client.get("/articles/1.json").json()["coding"]["events"][0]["type"] == "ACCUSE"
    assert client.get("/corrections.jsonl").text == ""
    assert client.get("/corrections/1/withdraw").status_code == 404


def test_a_forged_withdrawal(client):
    for fields in ({"reason": "x"}, {"reason": "x", "token": "0" * 64}):
        assert client.post("/corrections/1/withdraw", data=fields).status_code == 403
    assert client.get("/articles/1.json").json()["coding"]["events"][0]["type"] == "THREATEN"


@pytest.mark.parametrize("number", ["0", "99", "x", "99999999999999999999"])
def test_a_correction_that_is_not_there(client, number):
    assert client.get(f"/corrections/{number}/withdraw").status_code in {404, 422}


def test_nobody_corrected_anything(tmp_path, rules):
    with browsing(tmp_path / "store.db", rules) as client:
        assert "Nobody has corrected anything yet" in words(read(client.get("/corrections")))
        assert client.get("/corrections.jsonl").text == ""
        assert client.get("/corrections?after=x").status_code == 422
