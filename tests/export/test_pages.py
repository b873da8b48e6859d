"""Pages: every span is marked where it stands, nothing is run or fetched, and all ways lead somewhere."""

import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import time

import lxml.html
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import dragoman
from dragoman.errors import InputError, OutputError
from dragoman.export.marks import Mark, paragraphs
from dragoman.export.pages import fragment_of, page_of, show
from dragoman.read import read
from dragoman.records import (
    ArticleHead,
    CoderInfo,
    Coding,
    Commitment,
    Date,
    Entity,
    Event,
    EventDate,
    Quote,
    Span,
    Speaker,
    Warning,
)
from dragoman.rules import DATA
from dragoman.rules.ontology import Ontology

ONTOLOGY = Ontology.load(DATA / "ontology")
TEXT = (
    'Freedonia will free two fishermen on Friday, its envoy said, "if Sylvania pulls back its boats".\n\n'
    "Sylvania condemned the arrest of the fishermen on Monday, and the Freedonian coast guard fired at a boat.\n\n"
    "The arrest was condemned again by the Sylvanian minister.\n\n"
    "Sign up for our newsletter. By signing up you agree to our terms."
)
END = TEXT.index("Sign up")
PAYLOADS = (
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "</title><h1>taken</h1>",
    "<!-- <b>",
    "{{ 7 * 7 }}{% raw %}",
    '" onmouseover="alert(1)" x="',
    "javascript:alert(1)",
    "<iframe src=//evil.example></iframe>",
    "]]><x/>&lt;b&gt;&amp;",
    "\x00\x0b\u202e<b>",
)


def span(words, text=TEXT, nth=0):
    start = [found.start() for found in re.finditer(re.escape(words), text)][nth]
    return {"text": words, "start": start, "end": start + len(words)}


def entity(words, code, name, nth=0):
    return Entity(**span(words, nth=nth), code=code, country=code[:3], sector=code[3:6], name=name)


def sentence(beginning):
    start = TEXT.index(beginning)
    words = TEXT[start : TEXT.index(".\n", start) + 1]
    return Span(text=words, start=start, end=start + len(words))


EVENTS = (
    Event(
        id="1",
        type="CONCEDE",
        context=("legal",),
        actor=(entity("Freedonia", "FRE", "Freedonia"),),
        recipient=(entity("Sylvania", "SYL", "Sylvania"),),
        status="planned",
        date=EventDate(**span("on Friday"), first=datetime.date(1933, 11, 17), last=datetime.date(1933, 11, 17)),
        confidence=0.9,
        trigger=Span(**span("free", nth=0)),
        sentence=sentence("Freedonia will"),
        rule="CONCEDE/free",
    ),
    Event(
        id="2",
        type="ACCUSE",
        mode=("disapprove",),
        actor=(entity("Sylvania", "SYL", "Sylvania", nth=1),),
        recipient=(entity("Freedonian", "FRE", "Freedonia"),),
        status="occurred",
        confidence=0.7,
        trigger=Span(**span("condemned")),
        sentence=sentence("Sylvania condemned"),
        also=(sentence("The arrest was"),),
        rule="ACCUSE/condemn",
    ),
    Event(
        id="3",
        type="ASSAULT",
        mode=("firearms",),
        actor=(entity("the Freedonian coast guard", "FREMIL", "Freedonian coast guard"),),
        status="alleged",
        reported_by=Speaker(**span("its envoy"), name="the envoy", code="FREGOV"),
        confidence=0.6,
        trigger=Span(**span("fired")),
        sentence=sentence("Sylvania condemned"),
        rule="ASSAULT/fire-at",
    ),
)
QUOTED = 'Freedonia will free two fishermen on Friday, its envoy said, "if Sylvania pulls back its boats"'
QUOTE = Quote(
    **span(QUOTED),
    spans=((0, 43), (61, len(QUOTED))),
    kind="mixed",
    cue=Span(**span("said")),
    speaker=Speaker(**span("its envoy"), name="the envoy", code="FREGOV"),
    via=Speaker(**span("its envoy"), name="State Radio", code=""),
)
CODING = Coding(
    article=ArticleHead(
        id="made-1",
        title="Fishermen to go free",
        publisher="The Made-up Mail",
        published=datetime.date(1933, 11, 15),
        published_from="dateline",
        language="en",
    ),
    coder=CoderInfo(version="0", rules="made", model="none"),
    warnings=(Warning(kind="made", message="this report was made up"),),
    events=EVENTS,
    quotes=(QUOTE,),
    dates=(
        Date(
            **span("Friday"),
            type="DATE",
            value="1933-11-17",
            first=datetime.date(1933, 11, 17),
            last=datetime.date(1933, 11, 17),
        ),
        Date(
            **span("Monday"),
            type="DATE",
            value="1933-11-13",
            first=datetime.date(1933, 11, 13),
            last=datetime.date(1933, 11, 13),
        ),
        Date(**span("again"), type="DATE", value="PAST_REF"),
    ),
    commitments=(
        Commitment(
            by="FRE",
            to=("SYL",),
            kind="promise",
            content="free two fishermen",
            condition="Sylvania pulls back its boats",
            due="1933-11-17",
            evidence=(Span(**span("free two fishermen")),),
        ),
    ),
)
EMPTY = Coding(article=ArticleHead(id="empty"), coder=CODING.coder)


def parsed(page):
    return lxml.html.document_fromstring(page)


def stories(tree):
    """The text as the page holds it, coded or not, without the numbers that lead to the records."""
    found = tree.xpath('//div[@class="story"]')
    for story in found:
        for link in story.xpath('.//a[contains(@class, "pill") or @class="place"]'):
            link.drop_tree()
    return found


def marked(tree, kind):
    """The words of all marks of a kind, and what they are told to be."""
    path = f'//div[@class="story"]//mark[contains(concat(" ", @class, " "), " {kind} ")]'
    return [(mark.text_content(), mark.get("title")) for mark in tree.xpath(path)]


def check_anchors(tree):
    """Anchors are there once, and every way within the page leads to one."""
    ids = tree.xpath("//@id")
    targets = {href[1:] for href in tree.xpath("//@href") if href.startswith("#")}
    assert len(ids) == len(set(ids))
    assert targets <= set(ids)


def check_quiet(tree, url=None):
    """Nothing on the page runs, and nothing asks another host for anything; only the report's own address is named."""
    assert not tree.xpath("//script | //iframe | //object | //embed | //img | //form | //base | //*[@style]")
    assert not [value for value in tree.xpath("//@*") if value.attrname.lower().startswith("on")]
    outside = {value for value in tree.xpath("//@href | //@src | //@srcset") if not value.startswith("#")}
    assert outside <= {"data:,", url}
    assert not re.search(r"@import|url\(|https?:", "".join(tree.xpath("//style/text()")))


def check_closed(page):
    """Every element is closed in its turn: the page is well formed as HTML is written, and as XML is."""
    body = re.sub(r"<style>.*?</style>", "", page[page.index("<article") :].partition("</body>")[0], flags=re.DOTALL)
    etree.fromstring(body.replace("<br>", "<br/>"))


def check(page, text, url=None):
    tree = parsed(page)
    check_anchors(tree)
    check_quiet(tree, url)
    check_closed(page)
    told = "".join(story.text_content() for story in stories(tree))
    assert told.split() == text.split()


def test_every_span_is_marked_and_told():
    tree = parsed(page_of(CODING, TEXT, ONTOLOGY, story_end=END))
    stories(tree)
    assert marked(tree, "actor") == [
        ("Freedonia", "actor of event 1, CONCEDE: Freedonia (FRE)"),
        ("Sylvania", "actor of event 2, ACCUSE: Sylvania (SYL)"),
        ("the Freedonian coast guard", "actor of event 3, ASSAULT: Freedonian coast guard (FREMIL)"),
    ]
    assert [words for words, _ in marked(tree, "recipient")] == ["Sylvania", "Freedonian"]
    assert [words for words, _ in marked(tree, "trigger")] == ["free", "condemned", "fired"]
    assert marked(tree, "date") == [
        ("on Friday", "date of event 1, CONCEDE"),
        ("Friday", "date: 1933-11-17"),
        ("Monday", "date: 1933-11-13"),
        ("again", "date: PAST_REF"),
    ]
    assert "".join(words for words, _ in marked(tree, "quote")) == QUOTED[:43] + QUOTED[61:]
    assert [words for words, _ in marked(tree, "sentence")] == [
        EVENTS[0].sentence.text,
        EVENTS[1].sentence.text,
        EVENTS[1].also[0].text,
    ]


def test_page_is_sound():
    check(page_of(CODING, TEXT, ONTOLOGY, story_end=END), TEXT)


@pytest.mark.parametrize("place", ["e-1", "e-2", "e-3", "also-2-1", "q-1", "pledge-1-1", "when-3"])
def test_records_and_text_lead_to_each_other(place):
    tree = parsed(page_of(CODING, TEXT, ONTOLOGY))
    (there,) = tree.xpath(f'//*[@id="{place}"]')
    assert tree.xpath(f'//section[@class="records"]//a[@href="#{place}"]')
    assert place.startswith("when") or tree.xpath(f'//li[@id="{there.get("href")[1:]}"]')


def test_what_a_reader_looks_for_is_there():
    told = " ".join(parsed(page_of(CODING, TEXT, ONTOLOGY)).text_content().split())
    for words in (
        "15 November 1933 (date read from the dateline)",
        "made-1",
        "this report was made up",
        ONTOLOGY.types["CONCEDE"].definition,
        ONTOLOGY.types["ACCUSE"].modes["disapprove"].definition,
        "still to come (planned)",
        "day of publication; the text gives none",
        "ACCUSE/condemn",
        "the envoy FREGOV said, via State Radio partly word for word",
        "If: Sylvania pulls back its boats; due 1933-11-17",
        "conflict in deeds",
    ):
        assert words in told


def test_text_after_the_story_stands_apart():
    tree = parsed(page_of(CODING, TEXT, ONTOLOGY, story_end=END))
    (rest,) = tree.xpath('//aside[@class="rest"]//div[@class="story"]')
    assert rest.text_content().strip() == TEXT[END:]
    assert not parsed(page_of(CODING, TEXT, ONTOLOGY)).xpath("//aside")


def test_coding_of_nothing():
    page = page_of(EMPTY, "Nothing happened.", ONTOLOGY)
    check(page, "Nothing happened.")
    assert "No event was found" in page
    check(page_of(EMPTY, "", ONTOLOGY), "")


def test_coding_of_another_text_is_refused():
    with pytest.raises(InputError, match="another text"):
        page_of(CODING, "x" + TEXT, ONTOLOGY)


def test_a_megabyte():
    sentence = EVENTS[0].sentence
    text = "\n\n".join([sentence.text] * 11_000)
    step = len(sentence.text) + 2
    events = [moved(EVENTS[0], number * step) for number in range(0, 11_000, 20)]
    began = time.monotonic()
    page = page_of(msgspec.structs.replace(EMPTY, events=tuple(events)), text, ONTOLOGY)
    assert len(text) > 1_000_000
    assert time.monotonic() - began < 20
    assert page.count('<li class="card') == len(events)


def moved(event, by):
    """The event as it would stand further on in the text."""
    content = json.loads(msgspec.json.encode(event))

    def move(value):
        if isinstance(value, dict):
            return {k: v + by if k in ("start", "end") else move(v) for k, v in value.items()}
        return [move(each) for each in value] if isinstance(value, list) else value

    return msgspec.convert(move(content), Event)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_in_values_is_text(payload):
    text = f"{payload} hit {payload} today."
    (first, second) = (span(payload, text, nth) for nth in (0, 1))
    actor = Entity(**first, code=payload, country="", sector=payload, name=payload, wikidata=payload)
    event = Event(
        id=payload,
        type="ASSAULT",
        context=(payload,),
        actor=(actor,),
        recipient=(Entity(**second, code=payload, country="", sector="", name=payload),),
        status="occurred",
        date=EventDate(**span("today", text), first=datetime.date(2013, 1, 1), last=datetime.date(2013, 1, 2)),
        reported_by=Speaker(**first, name=payload, code=payload),
        confidence=0.5,
        trigger=Span(**span("hit", text)),
        sentence=Span(text=text, start=0, end=len(text)),
        also=(Span(**first),),
        rule=payload,
    )
    speaker = Speaker(**second, name=payload, code=payload)
    coding = Coding(
        article=ArticleHead(id=payload, title=payload, url=payload, publisher=payload, language=payload),
        coder=CoderInfo(version=payload, rules=payload, model=payload),
        warnings=(Warning(kind=payload, message=payload),),
        events=(event,),
        quotes=(Quote(**first, spans=((0, 3),), kind="direct", cue=Span(**second), speaker=speaker, via=speaker),),
        dates=(Date(**first, type="DATE", value=payload),),
        commitments=(
            Commitment(
                by=payload,
                to=(payload,),
                kind="offer",
                content=payload,
                condition=payload,
                due=payload,
                evidence=(Span(**first),),
            ),
        ),
    )
    for page in (page_of(coding, text, ONTOLOGY), fragment_of(coding, text, ONTOLOGY)):
        tree = parsed(page)
        check_quiet(tree)
        check_anchors(tree)
        check_closed(page)
        shown = re.sub(r"[\x00-\x08\x0b]", "\ufffd", payload)
        assert tree.xpath("//h1")[0].text_content() == shown
        assert shown in tree.xpath('//div[@class="story"]')[0].text_content()


def test_only_web_addresses_become_links():
    for url, linked in (("https://mail.example/1", True), ("javascript:alert(1)", False), ("data:text/html,x", False)):
        article = ArticleHead(id="a", url=url)
        tree = parsed(page_of(Coding(article=article, coder=CODING.coder), "Text.", ONTOLOGY))
        assert (url in tree.xpath("//@href")) is linked
        check_quiet(tree, url if linked else None)


def test_fragments_of_two_reports_fit_on_one_page():
    other = msgspec.structs.replace(CODING, article=ArticleHead(id="made-2"))
    both = "".join(fragment_of(coding, TEXT, ONTOLOGY) for coding in (CODING, other))
    check_anchors(parsed(f"<body>{both}</body>"))


def test_view_shows_in_a_notebook_and_saves(tmp_path):
    view = dragoman.show(CODING, TEXT, story_end=END)
    saved = view.save(tmp_path / "page.html")
    assert saved.read_text(encoding="utf-8") == view.html
    assert view._repr_html_().startswith("<style>")
    with pytest.raises(OutputError, match="cannot be written"):
        view.save(tmp_path / "no" / "page.html")


CHRONICLE = [f"{DATA}/chronicle/reports.jsonl", f"{DATA}/chronicle/pages"]


def test_each_report_of_the_chronicle(coder):
    readings = list(read(CHRONICLE))
    assert len(readings) >= 18
    for reading, coding in zip(readings, coder.pipe(readings), strict=True):
        text = reading.article.text
        check(page_of(coding, text, ONTOLOGY, story_end=reading.story_end), text, coding.article.url)


def test_command(tmp_path):
    command = [sys.executable, "-m", "dragoman", "show", f"{DATA}/chronicle/reports.jsonl", "-o"]
    done = subprocess.run([*command, tmp_path / "page.html"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert "--id chooses another" in done.stderr
    assert (tmp_path / "page.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    done = subprocess.run([*command, "-", "--id", "nobody"], capture_output=True, text=True, check=False)
    assert (done.returncode, "no report with the id 'nobody'" in done.stderr) == (4, True)


spans = st.tuples(st.integers(0, 39), st.integers(1, 12)).map(lambda pair: (pair[0], min(40, sum(pair))))
kinds = st.sampled_from(["sentence", "quote", "date", "actor", "recipient", "trigger"])
marks = st.lists(
    st.builds(lambda s, k: Mark(start=s[0], end=s[1], kind=k, titles=(f"{s}{k}",)), spans, kinds), max_size=8
)


@given(marks, st.text(alphabet="ab .\n", min_size=40, max_size=40), st.integers(0, 40))
def test_law_blocks_hold_the_text_and_marks_their_words(given_marks, text, end):
    found = list(paragraphs(text, given_marks, end))
    assert "".join("".join(step.text for step in block.steps) + block.gap for block in found) == text
    held = {mark.titles: "" for mark in given_marks}
    for block in found:
        open_marks = []
        for step in block.steps:
            if step.does == "open":
                open_marks.append(step.mark)
            elif step.does == "close":
                assert open_marks.pop() is step.mark
            else:
                for titles in {mark.titles for mark in open_marks}:
                    held[titles] += step.text
        assert not open_marks
    for mark in given_marks:
        assert held[mark.titles].split() == text[mark.start : mark.end].split() or "\n" in text[mark.start : mark.end]


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path: apt-get install chromium")
def test_page_opens_without_a_complaint(tmp_path):
    page = show(CODING, TEXT, story_end=END).save(tmp_path / "page.html")
    flags = "--headless --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    flags += " --disable-component-update --disable-sync --enable-logging=stderr --dump-dom"
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [CHROMIUM, *flags.split(), *root, f"--user-data-dir={tmp_path / 'profile'}", page.as_uri()]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert not [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    tree = parsed(done.stdout)
    assert len(tree.xpath('//li[contains(@class, "card ")]')) == len(EVENTS)
    assert tree.xpath("//style")[0].text == parsed(page.read_text(encoding="utf-8")).xpath("//style")[0].text
