"""A soak of the web app: many page views, after which its server holds no more than before."""

import http.client
import random
import shutil
from pathlib import Path

from dragoman.store import open_store
from tests.web import large
from tests.web.running import running

FORMATS = ("", "", "", ".json", ".csv")
# Different addresses of each page.
ADDRESSES = 50


def soak(views, kept, folder):
    """Ask pages of a copy of a store so often; what the server held after each tenth of that."""
    where = Path(folder, "soak.db")
    shutil.copyfile(kept, where)
    with open_store(where) as store:
        asked = large.questions(large.look_into(store, ADDRESSES), ADDRESSES)
    addresses = [(page, address) for page, some in asked.items() for address in some]
    chance, marks = random.Random(3), []
    with running(where) as server:
        server.settle()
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for number in range(1, views + 1):
            _view(connection, *chance.choice(addresses), chance.choice(FORMATS))
            if number % (views // 10) == 0:
                marks.append(server.held())
    return marks


def _view(connection, page, address, format):
    path, mark, question = address.partition("?")
    if format and page != "overview":
        path += format
    connection.request("GET", f"{path}{mark}{question}", headers={"Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status in {200, 404}, (answer.status, address)
    assert body


def is_flat(marks):
    """Whether nothing had grown by more than a twentieth from the second mark to the last."""
    return all(late <= early * 1.05 for early, late in zip(marks[1], marks[-1], strict=True))
