"""What a store holds in a few numbers: only reports that stand count."""

import datetime

from dragoman.resolve.happenings import distinct
from dragoman.store.counts import published_span
from dragoman.store.ledgers import last_day
from dragoman.store.saving import save
from dragoman.store.totals import totals
from tests.store.made import coded, event

DAY = datetime.date.fromisoformat


def held(store):
    with store.reading() as connection:
        return totals(connection), published_span(connection)


def test_an_empty_store_holds_nothing(store):
    assert held(store) == ((0, 0), (None, None))


def test_what_no_report_dates_is_counted_without_days(store, rules):
    save(store, coded("one", published=None), rules.ontology)
    assert held(store) == ((1, 1), (None, None))


def test_an_event_of_several_reports_is_counted_once(store, few, rules):
    for coding in few:
        save(store, coding, rules.ontology)
    days = [coding.article.published for coding in few]
    events = len(distinct(few))
    assert events < sum(len(coding.events) for coding in few)
    assert held(store) == ((len(few), events), (min(days), max(days)))


def test_a_corrected_report_counts_once_and_with_its_new_day(store, rules):
    save(store, coded("one", published=DAY("2013-03-08")), rules.ontology, words="Its first text.")
    other = coded("one", event("one-2", sentence="North Korea condemned Mongolia."), published=DAY("2013-03-09"))
    save(store, other, rules.ontology, words="Its second text.")
    assert held(store) == ((1, 1), (DAY("2013-03-09"), DAY("2013-03-09")))
    assert last_day(store) == DAY("2013-03-09")
