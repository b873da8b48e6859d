"""Requests made up from the OpenAPI document, many of them of what the store holds, and what each answer does wrong."""

import collections
import contextlib
import itertools

import schemathesis  # requests that fit a document and such that do not, and checks of the answers against it
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import positive_data_acceptance

# The document cannot say that 2013-02-31 is no day and that "Atlantis" is no party: such is refused with reason.
NOT_ASKED = (positive_data_acceptance,)
HERE = "http://localhost"
PARTIES = ("one", "other", "name", "by", "to", "about", "party", "actor", "recipient")


class Made:
    """How many requests were made, with which statuses by operation, and the faults of their answers."""

    def __init__(self):
        self.statuses = collections.defaultdict(collections.Counter)
        self.faults = collections.Counter()

    @property
    def asked(self):
        return sum(counted.total() for counted in self.statuses.values())

    def note(self, case, answer):
        self.statuses[case.operation.label][answer.status_code] += 1
        try:
            case.validate_response(answer, excluded_checks=NOT_ASKED)
        except BaseExceptionGroup as group:
            for error in group.exceptions:
                self.faults[case.operation.label, answer.status_code, str(error)[:300]] += 1


def known_values(client):
    """What the store holds, by the parameter that asks for it; ids by what they are ids of."""
    events, ledger = client.get("/search.json").json(), client.get("/ledger.json").json()
    statements = client.get("/statements.json").json()["shown"]
    reports = [one["article"] for one in client.get("/articles.json").json()["found"]]
    codes = [one["party"] for one in client.get("/parties.json").json()["parties"]]
    days = sorted({one["first"] for one in events["events"]})
    lists = [one for one in client.get("/briefings.json").json()["lists"] if one["latest"]]
    return {
        "key": list(range(1, len(reports) + 1)),
        "/events/{id}": [one["id"] for one in events["events"]],
        "/ledger/{id}": [one["id"] for one in ledger["commitments"]],
        "/articles": [one["id"] for one in reports],
        "around": [one["id"] for one in events["events"]],
        "code": codes,
        **dict.fromkeys(PARTIES, codes[::2]),
        "other": codes[1::2],
        "publisher": sorted({one["publisher"] for one in reports if one["publisher"]}),
        "speaker": sorted({one["speaker"] for one in statements if one["speaker"]}),
        "words": ["missile", "nuclear test", '"North Korea"', "said", ""],
        "from": days[: len(days) // 2],
        "until": days[len(days) // 2 :],
        "on": days,
        "slug": [one["slug"] for one in lists],
        "number": [one["latest"]["number"] for one in lists],
    }


def make_up(app, known, fitting, unfitting):
    """Make so many requests of each operation that fit the document, and so many that do not."""
    schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers={"host": "localhost"})
    schema.validate()
    made = Made()
    with asgi.get_client(app) as client:
        for found in schema.get_all_operations():
            operation = found.ok()
            _ask(operation, client, made, fitting, GenerationMode.POSITIVE, known)
            # An operation without parameters has nothing that could fail to fit.
            if unfitting and operation.definition.raw.get("parameters"):
                _ask(operation, client, made, unfitting, GenerationMode.NEGATIVE, {})
    return made


def _ask(operation, client, made, many, mode, known):
    """Some requests, always the same. Where it is told what is known, every other one asks for that."""
    stem = operation.path.rpartition(".")[0] or operation.path
    mine = known | {"id": known.get(stem, [])}
    values = {
        place: {name: some.sampled_from(mine[name]) for name in names_of(operation, place) if mine.get(name)}
        for place in ("path", "query")
    }
    turns = itertools.cycle((True, False))

    @settings(max_examples=many, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(
        case=operation.as_strategy(generation_mode=mode),
        path=some.fixed_dictionaries(values["path"]),
        query=some.fixed_dictionaries({}, optional=values["query"]),
    )
    def ask(case, path, query):
        is_known = bool(known) and next(turns)
        if path and (is_known or values["query"]):
            case.path_parameters = path
        if is_known:
            case.query = query
        made.note(case, case.call(session=client, base_url=HERE, allow_redirects=False))

    # Whatever is asked of a page that takes any text fits.
    with contextlib.suppress(Unsatisfiable):
        ask()


def names_of(operation, place):
    """The parameters of an operation in its path or its query."""
    return [one["name"] for one in operation.definition.raw.get("parameters", []) if one["in"] == place]
