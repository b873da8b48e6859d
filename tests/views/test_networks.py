"""Who has to do with whom: the strongest ties, by days, class, type and number."""

import pytest

from dragoman.errors import InputError
from dragoman.export.network import gexf_of
from dragoman.rules import Rules
from dragoman.store import open_store
from dragoman.views.names import Names
from dragoman.views.networks import Asked, Edge, graph_of, network_of, types_of
from tests.views.told import DAY, fill

NOWHERE = (None, None)


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.fixture(scope="module")
def names(rules):
    return Names(rules)


@pytest.fixture(scope="module")
def store(rules):
    with open_store("sqlite://") as store:
        fill(store, rules.ontology)
        yield store


def edges(network):
    return {(edge.actor, edge.recipient): (edge.events, edge.conflict) for edge in network.edges}


def test_by_default_a_year_up_to_the_last_report(store, rules, names):
    network = network_of(store, NOWHERE, Asked(), rules.ontology, names)
    assert (network.first, network.last) == (DAY("2012-06-03"), DAY("2013-06-01"))
    assert edges(network) == {
        ("PRK", "JPN"): (2, 2),
        ("USA", "PRK"): (1, 0),
        ("USA", "IGOUNO"): (1, 0),
        ("IGOUNO", "PRK"): (1, 1),
        ("CHN", "PRK"): (1, 0),
    }
    assert network.ties == 5
    assert network.edges[0] == Edge(actor="PRK", recipient="JPN", events=2, reports=2, conflict=2)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(quad="material_conflict"), {("IGOUNO", "PRK")}),
        (Asked(type="CONSULT"), {("USA", "PRK"), ("USA", "IGOUNO")}),
        (Asked(type="AID", quad="material_cooperation"), {("CHN", "PRK")}),
        (Asked(type="AID", quad="verbal_conflict"), set()),
        (Asked(least=2), {("PRK", "JPN")}),
        (Asked(most=1), {("PRK", "JPN")}),
    ],
)
def test_ties_that_are_wanted(store, rules, names, asked, found):
    network = network_of(store, NOWHERE, asked, rules.ontology, names)
    assert set(edges(network)) == found
    assert {node.code for node in network.nodes} == {code for pair in found for code in pair}


def test_days_asked_for_bar_others(store, rules, names):
    network = network_of(store, (None, DAY("2011-06-01")), Asked(), rules.ontology, names)
    assert edges(network) == {("PRK", "JPN"): (1, 1)}


def test_nodes_add_up_their_ties(store, rules, names):
    network = network_of(store, NOWHERE, Asked(), rules.ontology, names)
    nodes = {node.code: (node.name, node.events) for node in network.nodes}
    assert nodes["PRK"] == ("North Korea", 5)
    assert nodes["JPN"] == ("Japan", 2)
    assert network.nodes[0].code == "PRK"


@pytest.mark.parametrize("type_", ["NONSENSE", "accuse", "' OR 1=1"])
def test_no_such_type(rules, type_):
    with pytest.raises(InputError, match="there is no type"):
        types_of("", type_, rules.ontology)


def test_as_gexf(store, rules, names):
    network = network_of(store, NOWHERE, Asked(least=2), rules.ontology, names)
    text = gexf_of(graph_of(network))
    assert '<node id="PRK" label="North Korea">' in text
    assert '<edge id="0" source="PRK" target="JPN" weight="2" start="2012-06-03" end="2013-06-01">' in text
    assert '<attvalue for="conflict" value="2" />' in text


def test_an_empty_store_has_no_network(rules, names):
    with open_store("sqlite://") as store:
        network = network_of(store, NOWHERE, Asked(), rules.ontology, names)
    assert (network.first, network.last, network.ties, network.nodes, network.edges) == (None, None, 0, (), ())
