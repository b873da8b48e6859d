"""What a store holds, whatever numbers its rows have: two stores are equal where these are."""

import msgspec
from sqlalchemy import text

from dragoman.export.lines import encode
from dragoman.store import ledgers, reading

ROWS = {
    "articles": "SELECT article.id, article.version, later.id, later.version, article.title, article.url, article.publisher,"
    " article.published, article.published_from, article.text, article.found, coder.version, coder.rules, coder.model"
    " FROM article JOIN coder ON coder.key = article.coder LEFT JOIN article AS later ON later.key = article.corrected_by",
    "tellings": "SELECT article.id, article.version, telling.id, event.id, telling.sentence, telling.found"
    " FROM telling JOIN article ON article.key = telling.article LEFT JOIN event ON event.key = telling.event",
    "events": "SELECT event.id, type, mode, status, first, last, date_from, actor, recipient, actor_name, recipient_name,"
    " score, confidence, reports, publishers, article.id, word, sentence"
    " FROM event JOIN article ON article.key = event.told_in",
    "dyads": "SELECT dyad.actor, dyad.recipient, dyad.first, event.id FROM dyad JOIN event ON event.key = dyad.event",
    "blocks": "SELECT name, block.first, block.last, article.id, telling.id FROM block"
    " JOIN telling ON telling.key = block.telling JOIN article ON article.key = telling.article",
    "counts": "SELECT actor, recipient, day, type, status, events, reports, score FROM dyad_day",
    "statements": "SELECT article.id, begins, ends, kind, speaker, speaker_code, speaker_party, via, via_code, day, cue, statement.words"
    " FROM statement JOIN article ON article.key = statement.article",
    "about": "SELECT article.id, begins, ends, statement.words, about.party, about.day, about.speaker_party FROM about"
    " JOIN statement ON statement.key = about.statement JOIN article ON article.key = statement.article",
    "volume": "SELECT day, publisher, reports FROM report_day",
    "bound": "SELECT party, other, CASE WHEN jointly THEN 1 ELSE 0 END, article.id FROM bound JOIN article ON article.key = bound.article",
    "corrections": "SELECT article, version, begins, ends, held, withdrawn FROM correction",
    "overruled": "SELECT article.id, place, overruled.id, overruled.found FROM overruled"
    " JOIN article ON article.key = overruled.article",
    "imported": "SELECT source, id, digest, actor, recipient, day, type, held FROM imported",
}


def contents(store):
    """The rows of every table but their numbers, in order; and which tellings are linked to each other."""
    with store.reading() as connection:
        found = {
            name: sorted(repr(tuple(row)) for row in connection.execute(text(query))) for name, query in ROWS.items()
        }
        linked = {}
        query = "SELECT component, article.id, telling.id FROM telling JOIN article ON article.key = telling.article"
        for component, *place in connection.execute(text(f"{query} WHERE component IS NOT NULL")):
            linked.setdefault(component, []).append(tuple(place))
    found["linked"] = sorted(repr(sorted(places)) for places in linked.values())
    return found


def events_in(store):
    """The distinct events, encoded, by their ids."""
    with store.reading() as connection:
        return encoded(reading.events(connection))


def codings_in(store, ontology):
    """The lines of all codings, sorted."""
    with store.reading() as connection:
        return sorted(encode(coding, ontology) for coding in reading.codings(connection))


def accounts_in(store, rules):
    """The ledger, encoded, by ids."""
    return encoded(account for account, _ in ledgers.accounts(store, rules))


def encoded(records):
    return {record.id: msgspec.json.encode(record) for record in records}
