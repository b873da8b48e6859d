"""Mailing lists in a store that holds the chronicle, and an issue of one of them."""

import datetime
import shutil

from dragoman.brief.composing import next_briefing
from dragoman.store import ledgers, open_store
from dragoman.store.issues import add_issue
from dragoman.store.mailings import MailingList, Question, add_list
from dragoman.views.names import Names

NOW = 1_780_000_000
KOREAS = MailingList(
    slug="koreas",
    title="The two Koreas, week by week",
    description="For those who follow both.",
    question=Question(parties=("PRK", "KOR")),
    schedule="weekly",
    made=NOW,
)
OTHERS = (
    MailingList(slug="promises", title="Promises and threats", question=Question(what=("commitments",)), made=NOW),
    MailingList(slug="staff", title="For the desk alone", visibility="private", schedule="change", made=NOW),
    MailingList(slug="old", title="What was", visibility="archived", made=NOW),
)


def put_lists(file, rules):
    """Put the lists into a store file, and an issue that knows the ledger, which stays as it is."""
    told = file.with_name("told.db")
    shutil.copyfile(file, told)
    with open_store(told) as store:
        found = briefing(store, rules)
    with open_store(file) as store:
        add_lists(store, found)


def briefing(store, rules):
    """An issue about the two Koreas; it brings the ledger up to date."""
    ledgers.refresh(store, rules)
    return next_briefing(store, rules, Names(rules), KOREAS, datetime.date(2013, 3, 31))


def add_lists(store, found):
    """Add the lists, and that issue."""
    with store.writing() as connection:
        for one in (KOREAS, *OTHERS):
            add_list(connection, one)
        add_issue(connection, KOREAS.slug, found, NOW)
