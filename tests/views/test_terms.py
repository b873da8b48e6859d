"""Terms of office: whose they are, and who leads when several hold office at once."""

import datetime
from itertools import pairwise

import pytest

from dragoman.rules import Rules
from dragoman.views.terms import bands_of, bands_within, load_leading, terms_of

DAY = datetime.date.fromisoformat
BANDS = [
    # party, first and last day, who leads on which first day
    ("PRK", "2010-01-01", "2013-06-30", {"Kim Jong-il": "2010-01-01", "Kim Jong-un": "2011-12-17"}),
    ("USA", "2009-01-01", "2013-06-30", {"George W. Bush": "2009-01-01", "Barack Obama": "2009-01-20"}),
    # who acts for a president that was removed
    ("KOR", "2017-01-01", "2017-12-31", {"Park Geun-hye": "2017-01-01", "Hwang Kyo-ahn": "2017-03-11", "Moon Jae-in": "2017-05-10"}),
    # the general secretary, also before he was president
    ("CHN", "2012-10-01", "2013-06-30", {"Hu Jintao": "2012-10-01", "Xi Jinping": "2012-11-15"}),
    # the head of government, not the king
    ("GBR", "2016-07-01", "2016-12-31", {"David Cameron": "2016-07-01", "Theresa May": "2016-07-13"}),
    ("DEU", "2013-01-01", "2013-12-31", {"Angela Merkel": "2013-01-01"}),
    # where the lead passed from one office to the other, with the same person: one band
    ("TUR", "2014-01-01", "2015-12-31", {"Recep Tayyip Erdogan": "2014-01-01"}),
    ("PAK", "1999-10-01", "2008-12-31", {"Nawaz Sharif": "1999-10-01", "Pervez Musharraf": "1999-10-13", "Yousaf Raza Gillani": "2008-08-19"}),
    # a body's, not those of its agencies
    ("IGOUNO", "2006-01-01", "2007-12-31", {"Kofi Annan": "2006-01-01", "Ban Ki-moon": "2007-01-01"}),
    ("IGOEUR", "2014-01-01", "2014-12-31", {"Jose Manuel Barroso": "2014-01-01", "Jean-Claude Juncker": "2014-11-01"}),
    ("NGO", "2013-01-01", "2013-12-31", {}),
    ("QQQ", "2013-01-01", "2013-12-31", {}),
]  # fmt: skip


@pytest.fixture(scope="module")
def rules():
    return Rules.load()


@pytest.mark.parametrize(("party", "first", "last", "leaders"), BANDS, ids=[row[0] for row in BANDS])
def test_who_led(party, first, last, leaders, rules):
    days = DAY(first), DAY(last)
    bands = bands_of(terms_of(party, days, rules), *days)
    assert {band.name: str(band.first) for band in bands} == leaders
    assert all(band.party == party for band in bands)
    if bands:
        assert bands[-1].last == days[1]
    assert all(before.last < after.first for before, after in pairwise(bands))


def test_bands_never_overlap_and_stay_within_the_days(rules):
    days = DAY("1991-01-01"), DAY("2025-06-30")
    codes = {name.country for names in rules.lexicon.surnames.values() for name in names} - {"IGO"}
    for party in sorted(codes):
        bands = bands_of(terms_of(party, days, rules), *days)
        assert all(days[0] <= band.first <= band.last <= days[1] for band in bands), party
        assert all(before.last < after.first for before, after in pairwise(bands)), party


def test_terms_are_of_heads_alone_and_of_those_days(rules):
    found = terms_of("PRK", (DAY("2012-01-01"), DAY("2012-12-31")), rules)
    assert [(term.name, term.rank) for term in found] == [
        ("Kim Yong-nam", "state"),
        ("Choe Yong-rim", "government"),
        ("Kim Jong-un", "state"),
    ]
    assert [found[-1].last, found[-1].office] == [None, "supreme leader"]
    earlier = terms_of("PRK", (None, DAY("1990-01-01")), rules)
    assert [term.name for term in earlier] == ["Kim Il-sung", "Yon Hyong-muk"]


def test_a_time_with_an_open_end_has_no_bands(rules):
    terms = terms_of("PRK", (None, None), rules)
    assert bands_within(terms, (None, DAY("2013-01-01"))) == ()
    assert bands_within(terms, (DAY("2012-01-01"), DAY("2013-01-01")))


def test_every_office_and_state_of_the_file_is_one_of_the_lexicon(rules):
    """A misspelt title would leave a leader out in silence."""
    leading = load_leading()
    terms = [name for names in rules.lexicon.surnames.values() for name in names]
    offices, countries = {name.office for name in terms}, {name.country for name in terms}
    assert {*leading.state, *leading.government} <= offices
    assert leading.parliamentary.always | set(leading.parliamentary.at_times) <= countries
    for party, titles in leading.bodies.items():
        assert set(titles) <= {name.office for name in terms if name.code.startswith(party)}
    for spans in leading.parliamentary.at_times.values():
        assert all(first == "" or last == "" or first < last for first, last in spans)
