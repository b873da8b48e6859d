"""Feeds: what each format lists, what is mended, and what is refused before anything is parsed."""

import datetime
import gzip
import time
import tracemalloc

import pytest

from dragoman.errors import InputError
from dragoman.read.feeds import read_feed
from dragoman.read.items import address_of, clean, day_of, plain, title_of

URL = "https://paper.example/feeds/news.xml"
DAY = datetime.date(2013, 6, 17)
SPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"'
)
ITEM = "<item><title>One</title><link>/one</link><guid>7</guid><pubDate>Mon, 17 Jun 2013 23:30:00 EST</pubDate></item>"
SECRET = "root:x:0:0"


def rss(*items, head="<title>The Paper</title><language>en-gb</language>"):
    return f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {SPACES}><channel>{head}{"".join(items)}</channel></rss>'


def read(document, **options):
    return read_feed(document if isinstance(document, bytes) else document.encode(), URL, **options)


def only(document, **options):
    (item,) = read(document, **options).items
    return item


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>The Paper</title>
<entry><id>urn:7</id><title type="html">One &amp;amp; &lt;b&gt;two&lt;/b&gt;</title><link rel="self" href="/self"/>
<link rel="enclosure" href="/sound"/><link href="/one"/><published>2013-06-17T23:30:00-05:00</published><updated>2013-06-19</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A <i>b</i>.</p><p>C.</p></div></content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>The Paper</title></channel>
<item rdf:about="https://paper.example/one"><title>One</title><dc:date>2013-06-17T01:00:00+09:00</dc:date></item></rdf:RDF>"""
JSON = """{"version": "https://jsonfeed.org/version/1.1", "title": "The Paper", "language": "en", "items":
[{"id": 7, "url": "/one", "title": "One", "content_html": "<p>A.<p>B.", "date_published": "2013-06-17T23:30:00Z", "date_modified": "2013-06-18"},
 {"id": "8", "content_text": "A.\\n\\nB.", "more": [1]}, "no item", null, {"id": "9"}]}"""


class TestFormats:
    def test_rss(self):
        feed = read(rss(ITEM))
        assert (feed.title, feed.language, feed.notes) == ("The Paper", "en-gb", ())
        item = only(rss(ITEM))
        assert (item.name, item.url, item.title, item.published) == ("7", "https://paper.example/one", "One", DAY)
        assert item.changed == "Mon, 17 Jun 2013 23:30:00 EST"

    def test_atom(self):
        item = only(ATOM)
        assert (item.name, item.url, item.title) == ("urn:7", "https://paper.example/one", "One & two")
        assert (item.published, item.changed, item.text) == (DAY, "2013-06-19", "A b.\n\nC.")

    def test_rdf(self):
        item = only(RDF)
        assert (item.name, item.url, item.title, item.published) == (
            "https://paper.example/one", "https://paper.example/one", "One", DAY,
        )  # fmt: skip

    def test_json(self):
        feed = read(JSON)
        one, two = feed.items
        assert (one.name, one.url, one.published, one.changed, one.text) == (
            "7", "https://paper.example/one", DAY, "2013-06-18", "A.\n\nB.",
        )  # fmt: skip
        assert (two.name, two.url, two.text) == ("8", "", "A.\n\nB.")
        assert feed.notes == ("1 of its items have no address of a page and no text, and are left out",)

    def test_a_full_text_is_preferred_to_a_summary(self):
        parts = "<description>Short.</description><content:encoded>&lt;p&gt;All of it.&lt;/p&gt;</content:encoded>"
        assert only(rss(f"<item><guid>1</guid>{parts}</item>")).text == "All of it."

    def test_other_vocabularies_do_not_stand_in_for_its_own(self):
        item = f"<item><media:title>Picture</media:title><atom:link rel='self' href='/self'/>{ITEM[6:]}"
        assert (only(rss(item)).title, only(rss(item)).url) == ("One", "https://paper.example/one")

    @pytest.mark.parametrize(
        ("guid", "url"),
        [
            ("<guid>https://paper.example/a</guid>", "https://paper.example/a"),
            ("<guid isPermaLink='false'>https://paper.example/a</guid>", ""),
            ("<guid>7</guid>", ""),
        ],
    )
    def test_a_guid_can_be_the_address(self, guid, url):
        assert only(rss(f"<item><description>Words.</description>{guid}</item>")).url == url

    def test_xml_base(self):
        entry = ATOM.replace("<feed ", '<feed xml:base="https://paper.example/deep/" ').replace('"/one"', '"one"')
        assert only(entry).url == "https://paper.example/deep/one"
        entry = ATOM.replace("<feed ", '<feed xml:base="file:///etc/" ').replace('"/one"', '"passwd"')
        assert only(entry).url == "https://paper.example/feeds/passwd"


def wide(document, encoding, mark=True):
    return document.replace('encoding="utf-8"', f'encoding="{encoding}"').encode(encoding if mark else f"{encoding}-le")


CAFE = rss(ITEM.replace("One", "Café “one”"))
ENCODINGS = {
    "utf-8": (CAFE.encode(), None),
    "utf-8 with a mark": (CAFE.encode("utf-8-sig"), None),
    "utf-16": (wide(CAFE, "utf-16"), None),
    "utf-16 without a mark": (wide(CAFE, "utf-16", mark=False), None),
    "utf-32": (wide(CAFE, "utf-32"), None),
    "declared": (CAFE.replace('"utf-8"', '"windows-1252"').encode("cp1252"), None),
    "told by the server": (CAFE.encode("cp1252"), "windows-1252"),
    "told wrongly by the server": (CAFE.encode(), "iso-8859-1"),
    "declared wrongly": (CAFE.encode("cp1252"), None),
    "declared as a codec that is none": (CAFE.replace('"utf-8"', '"zlib_codec"').encode("cp1252"), None),
}


@pytest.mark.parametrize("name", ENCODINGS)
def test_encodings(name):
    document, charset = ENCODINGS[name]
    feed = read(document, charset=charset)
    assert feed.items[0].title == "Café “one”"
    assert bool(feed.notes) == (("wrongly" in name and "server" not in name) or "none" in name)


# What a broken feed is, and the titles that are read all the same.
BROKEN = {
    "entities of HTML": (rss(ITEM.replace("One", "Caf&eacute;&nbsp;one")), ["Café one"]),
    "bare ampersands": (rss(ITEM.replace("One", "Q&A & more")), ["Q&A & more"]),
    "control characters": (rss(ITEM.replace("One", "O\x0bn\x00e\x1f")), ["One"]),
    "an unknown entity": (rss(ITEM.replace("One", "&one;")), ["&one;"]),
    "cut in an item": (rss(ITEM, ITEM.replace("One", "Two"))[:-70], ["One"]),
    "cut after an item": (
        rss(ITEM, ITEM.replace("One", "Two"), "<item><title>Three")[: -len("</channel></rss>")],
        ["One", "Two"],
    ),
    "more after its end": (rss(ITEM) + "<p>more", ["One"]),
    "tags that do not match": (rss(ITEM.replace("</title>", "</titel>"), ITEM), ["One", "One"]),
    "white space before it": ("\n  " + rss(ITEM), ["One"]),
    "comments before it": (rss(ITEM).replace("<rss", "<!-- <!DOCTYPE rss> --><?style a?><rss"), ["One"]),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_mended_and_told(name):
    document, titles = BROKEN[name]
    feed = read(document)
    assert [item.title for item in feed.items][: len(titles)] == titles
    assert any("not well-formed" in note for note in feed.notes) == ("before it" not in name)


LOLS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
# Attacks and what is no feed, with the kind of refusal and a word of it.
REFUSED = {
    "billion laughs": (f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LOLS}]>{rss(ITEM)[38:]}', "dtd", "DTD"),
    "quadratic blowup": (f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]><rss>{"&a;" * 50_000}</rss>', "dtd", "DTD"),
    "a file as entity": ('<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss>&a;</rss>', "dtd", "DTD"),
    "an address as entity": ('<!DOCTYPE rss [<!ENTITY a SYSTEM "http://127.0.0.1/">]><rss>&a;</rss>', "dtd", "DTD"),
    "parameter entities": ('<!DOCTYPE rss [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]><rss/>', "dtd", "DTD"),
    "an external DTD": ('<!DOCTYPE rss SYSTEM "http://127.0.0.1/rss.dtd"><rss/>', "dtd", "DTD"),
    "an old DTD that is harmless": ('<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://x.example/"><rss/>', "dtd", "DTD"),
    "a DTD behind comments": (f"<?xml version='1.0'?>{'<!-- a -->' * 50}<?a b?>\n<!DOCTYPE rss []><rss/>", "dtd", "DTD"),
    "a DTD in UTF-16": ('<?xml version="1.0"?><!DOCTYPE rss []><rss/>'.encode("utf-16"), "dtd", "DTD"),
    "a DTD in UTF-16 without a mark": ('<!DOCTYPE rss []><rss/>'.encode("utf-16-be"), "dtd", "DTD"),
    "a DTD in UTF-7": ('<?xml version="1.0" encoding="utf-7"?>+ADwAIQ-DOCTYPE rss+AD4-<rss/>', "feed", "broken"),
    "deep nesting": (rss(f"<item><title>{'<a>' * 100_000}{'</a>' * 100_000}</title></item>"), "feed", "depth"),
    "deep nesting in JSON": ('{"version": ' + "[" * 100_000, "feed", "JSON"),
    "a page": ("<!doctype html><html><body>News", "feed", "web page"),
    "a page that names a feed": (
        '<html><link rel="alternate" type="application/rss+xml" href="/news.rss"><body>', "feed", "'https://paper.example/news.rss'",
    ),
    "XHTML": ('<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html/>', "feed", "web page"),
    "nothing": ("", "feed", "empty"),
    "white space": (" \n", "feed", "empty"),
    "words": ("Not found", "feed", "'Not found'"),
    "a list of feeds": ("<opml><body/></opml>", "feed", "list of feeds"),
    "other XML": ("<urlset><url/></urlset>", "feed", "<urlset>"),
    "other JSON": ('{"items": []}', "feed", "no JSON feed"),
    "a JSON list": ("[]", "feed", "begins with"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "binary", "PNG"),
    "an archive": (gzip.compress(rss(ITEM).encode()), "binary", "gzip"),
    "nothing but a beginning": ("<rss><channel><item><title>One", "feed", "no item of it"),
    "open comments": ("<!-- " * 100_000, "feed", "broken"),
    "open instructions": ("<?a " * 100_000, "feed", "broken"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name):
    document, kind, tells = REFUSED[name]
    begun = time.process_time()
    with pytest.raises(InputError) as caught:
        read(document)
    assert time.process_time() - begun < 2
    assert (caught.value.kind, tells in caught.value.message) == (kind, True), caught.value.message


# What leads elsewhere, and never does so.
XI = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
ELSEWHERE = {
    "XInclude": f"<item><title><xi:include {XI} href='file:///etc/passwd' parse='text'/></title><guid>1</guid><description>A</description></item>",
    "XInclude as an item": f"<xi:include {XI} href='file:///etc/passwd' parse='text'/>{ITEM}",
    "a stylesheet": f"<?xml-stylesheet href='file:///etc/passwd'?>{ITEM}",
    "a schema": f"<item xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:schemaLocation='x file:///etc/passwd'>{ITEM[6:]}",
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_nothing_else_is_opened(name):
    feed = read(rss(ELSEWHERE[name]))
    assert len(feed.items) == 1
    assert SECRET not in str(feed)


@pytest.mark.parametrize(
    "link",
    [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://x.example/",
        "http://",
        "http://[::1",
        "x" * 3_000,
    ],
)
def test_only_addresses_of_pages_are_taken(link):
    feed = read(rss(f"<item><title>One</title><link>{link}</link></item>", ITEM))
    assert [item.url for item in feed.items] == ["https://paper.example/one"]
    assert "left out" in feed.notes[0]


def test_a_hundred_thousand_items():
    """Only so many are read, and what was read is let go of at once."""
    document = rss(*[ITEM.replace("<guid>7", f"<guid>{number}") for number in range(100_000)]).encode()
    tracemalloc.start()
    feed = read_feed(document, URL, most=50)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [item.name for item in feed.items] == [str(number) for number in range(50)]
    assert feed.notes == ("more than 50 items; only the first 50 are read",)
    assert peak < 6 * len(document)


def test_long_values_are_cut():
    item = only(rss(f"<item><title>{'a ' * 9_000}</title><link>/one</link><guid>{'b' * 9_000}</guid></item>"))
    assert (len(item.title), len(item.name)) == (999, 1_000) or (len(item.title), len(item.name)) == (1_000, 1_000)


DATES = [
    ("Mon, 17 Jun 2013 23:30:00 GMT", DAY),
    ("Mon, 17 Jun 2013 23:30:00 -1100", DAY),
    ("17 Jun 2013", DAY),
    ("Mon, 17 June 2013 at 9:30 AM", DAY),
    ("Monday, 17 Jun 13 09:30:00 GMT", DAY),
    ("2013-06-17", DAY),
    ("2013-06-17T23:30:00.123+09:00", DAY),
    ("  2013-06-17\n", DAY),
    ("Thu, 01 Jan 1970 00:00:00 GMT", datetime.date(1970, 1, 1)),
    ("Mon, 31 Feb 2013 00:00:00 GMT", None),
    ("0001-01-01T00:00:00Z", None),
    ("yesterday", None),
    ("", None),
    ("9" * 10_000, None),
]


@pytest.mark.parametrize(("written", "day"), DATES, ids=[written[:30] for written, _ in DATES])
def test_days(written, day):
    assert day_of(written) == day


def test_dates_that_cannot_be_read_are_told():
    feed = read(rss(ITEM.replace("Mon, 17 Jun 2013 23:30:00 EST", "soon")))
    assert (feed.items[0].published, feed.notes) == (None, ("1 of its items have a date that cannot be read",))


MARKUP = [
    ("Plain words", "Plain words"),
    ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\n\nthree"),
    ("A &amp; B &#8220;c&#8221; &eacute;", "A & B “c” é"),
    ("<script>alert(1)</script>Words<style>p {}</style>", "Words"),
    ("<ul><li>One<li>Two</ul>tail", "One\n\nTwo\n\ntail"),
    ("<!-- a -->b<?php c ?>", "b"),
    ("<", "<"),
    ("<b", ""),
    ("   ", ""),
    ("<p></p>", ""),
]


@pytest.mark.parametrize(("markup", "text"), MARKUP, ids=[markup[:20] for markup, _ in MARKUP])
def test_plain(markup, text):
    assert plain(markup) == text


@pytest.mark.parametrize(
    "markup", ["<p>" * 200_000, "<script>" * 100_000, "<a href='" * 100_000, "&amp;" * 200_000, "<!--" * 200_000]
)
def test_hostile_markup_takes_little_time(markup):
    begun = time.process_time()
    plain(markup)
    title_of(markup)
    assert time.process_time() - begun < 2


def test_half_characters_do_not_come_through():
    assert clean("a\ud800b\x00c\ufffe") == "a?bc"
    feed = read(
        '{"version": "https://jsonfeed.org/version/1", "items": [{"id": "\\ud800", "content_text": "a\\ud800b\\u0000"}]}'
    )
    assert feed.items[0].text.encode() == b"a?b"


def test_addresses_with_white_space_are_joined():
    assert address_of(URL, " /a\n b ") == "https://paper.example/ab"
