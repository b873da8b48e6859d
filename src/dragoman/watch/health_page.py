"""How a watch goes, as a page: plain HTML without scripts, every value escaped."""

import datetime
from collections.abc import Iterable, Sequence
from html import escape

from dragoman.watch.notes import Note
from dragoman.watch.progress import FeedHealth, Health
from dragoman.watch.telling import many, span

HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Dragoman</title>
<link rel="stylesheet" href="/dragoman.css">
</head>
<body>
<header class="top"><p class="brand">Dragoman <span class="motto">do the deeds match the words?</span></p></header>
<main>
"""
FOOT = """</main>
<footer class="bottom"><p>The same for programs: <a href="/health.json">/health.json</a>. Times are UTC.</p></footer>
</body>
</html>
"""
# What is shown of feeds: failing ones first.
ORDER = {"failing": 0, "not yet asked": 1, "well": 2}


def page_of(health: Health) -> str:
    """The page."""
    parts = [
        HEAD.format(title=escape(_title(health))),
        f"<h1>{escape(_title(health))}</h1>\n",
        f'<p class="lead">{escape(_lead(health))}</p>\n',
        _figures(health),
        _feeds(health),
        _troubles(health),
        FOOT,
    ]
    return "".join(parts)


def _title(health: Health) -> str:
    failing = sum(feed.state == "failing" for feed in health.feeds)
    if not health.well:
        return "The watch is stopping" if health.state in {"stopping", "stopped"} else "The watch does not answer"
    return f"Watching {many(len(health.feeds), 'feed')}" + (f", {failing:,} failing" if failing else "")


def _lead(health: Health) -> str:
    now = health.now
    words = f"Since {_time(health.since)}, {span(now - health.since)} ago; last sign of life {_ago(health.beat, now)}."
    if health.hand:
        words += f" In hand: {health.hand}."
    if health.ledger is not None:
        words += f" Stories and ledger were brought up to date {_ago(health.ledger, now)}."
    if health.coder_lost:
        words += f" The coder was lost and started again {many(health.coder_lost, 'time')}."
    return f"{words} The store is {health.store}."


def _figures(health: Health) -> str:
    """Reports and events side by side, as one alone says little."""
    counts = health.counts
    rows = [
        ("new reports", counts.get("new", 0)),
        ("corrected reports", counts.get("corrected", 0)),
        ("events, as these reports tell them", health.events),
        ("stored before", counts.get("same", 0)),
        ("left out: other languages, forgotten", counts.get("skipped", 0) + counts.get("forgotten", 0)),
        ("could not be read", counts.get("failed", 0)),
        ("waiting to be read", health.waiting),
        ("briefings that went out", health.briefings),
    ]
    cells = "".join(
        f'<li class="card"><span class="total">{number:,}</span> {escape(name)}</li>' for name, number in rows
    )
    return f'<h2 id="figures">Since it began</h2>\n<ul class="cards" aria-labelledby="figures">{cells}</ul>\n'


def _feeds(health: Health) -> str:
    feeds = sorted(health.feeds, key=lambda feed: (ORDER[feed.state], feed.publisher or feed.url))
    head = ("Feed", "State", "Answered", "Asked next", "Waiting", "Read", "Left out", "Failed")
    return "<h2>Feeds</h2>\n" + _table(
        "Every feed that is followed, failing ones first; reports are counted over the last 90 days",
        head,
        [_feed_row(feed, health.now) for feed in feeds],
    )


def _feed_row(feed: FeedHealth, now: int) -> str:
    state = feed.state + (f", {many(feed.failures, 'time')}" if feed.failures else "")
    told = f"<br><small>{escape(feed.told)}</small>" if feed.told else ""
    name = f"{escape(feed.publisher)}<br><small>{escape(feed.url)}</small>" if feed.publisher else escape(feed.url)
    numbers = "".join(
        f'<td class="figure">{number:,}</td>' for number in (feed.waiting, feed.done, feed.skipped, feed.failed)
    )
    looked = "not yet" if feed.looked is None else _ago(feed.looked, now)
    following = "now" if feed.next <= now else f"in {span(feed.next - now)}"
    cells = (
        f'<td class="words">{escape(state)}{told}</td><td>{escape(looked)}</td><td>{escape(following)}</td>{numbers}'
    )
    return f'<tr><th scope="row">{name}</th>{cells}</tr>'


def _troubles(health: Health) -> str:
    if not health.troubles:
        return "<h2>Troubles</h2>\n<p>None.</p>\n"
    rows = [_trouble_row(note, health.now) for note in health.troubles]
    return "<h2>Troubles</h2>\n" + _table("What went wrong, the latest first", ("When", "What"), rows)


def _trouble_row(note: Note, now: int) -> str:
    url = f"<br><small>{escape(note.url)}</small>" if note.url and note.url not in note.message else ""
    when = f'<td class="day">{escape(_time(note.at))}<small>{escape(_ago(note.at, now))}</small></td>'
    return f"<tr>{when}<td>{escape(note.message)}{url}</td></tr>"


def _table(caption: str, head: Sequence[str], rows: Iterable[str]) -> str:
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "\n".join(rows)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table>'
        f"<caption>{escape(caption)}</caption>"
        f"<thead><tr>{columns}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>\n"
    )


def _time(at: int) -> str:
    return datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%d %H:%M")


def _ago(at: int, now: int) -> str:
    return "just now" if now - at < 10 else f"{span(now - at)} ago"
