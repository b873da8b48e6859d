"""Mails as people read them: HTML that needs nothing but itself, plain text that says the same, links that work."""

import datetime
import re

import lxml.html
import msgspec
import pytest

from dragoman.brief.briefings import Act, Briefing, Count, Counts, Group, LedgerNews, Said, Step, Turn
from dragoman.brief.rendering import LEAVE, YOURS, Footer, for_reader, render, render_confirm, render_known
from dragoman.errors import InputError
from dragoman.rules import DATA
from tests.web.test_colours import contrast

BASE = "https://record.example"
FOOTER = Footer(
    name="The Record", postal="Desk of Records, 1 Harbour Street, 12345 Exampleton, in a country of that name",
    leave=f"{BASE}/briefings/leave/token", yours=f"{BASE}/briefings/yours/token",
    archive=f"{BASE}/briefings/lists/koreas/3",
)  # fmt: skip
DAY = datetime.date(2013, 3, 8)
ACT = Act(
    id="one", first=DAY, last=DAY, type="SANCTION", mode="discontinue", side="conflict", status="occurred", actor="PRK",
    recipient="KOR", headline="North Korea cut exchanges with South Korea", remark="", sentence="The North severed the line.",
    link="/events/one", at="/articles/3?at=5-31#at", reports=2, publishers=("The Wire", "The Gazette"),
    according="a committee in Pyongyang", is_late=False,
)  # fmt: skip
TURN = Turn(
    id="kept", kind="threat", by=("PRKGOV",), to=("KORGOV",), content="cut the line at Panmunjom", condition="if the drill went on",
    made=datetime.date(2013, 3, 1), due=None, day=DAY, standing="kept", became="carried out", before="pending",
    says="North Korea carried out a threat against South Korea", basis="deed", source="The Wire",
    sentence="On Friday the telephone was not answered.", link="/ledger/kept", at="/articles/3?at=40-80#at", reports=3,
)  # fmt: skip
BRIEFING = Briefing(
    list="koreas", title="The two Koreas", first=datetime.date(2013, 3, 4), last=datetime.date(2013, 3, 10),
    subject="North Korea cut exchanges with South Korea – The two Koreas", headline="North Korea cut exchanges with South Korea",
    lead="/events/one", summary=("2 distinct events in 3 reports.", "In the ledger: 1 threat carried out."),
    counts=Counts(all=Count(events=2, reports=3)), more="/search?party=PRK&from=2013-03-04&until=2013-03-10",
    happened=(
        Group(
            title="North Korea and South Korea", link="/dyads/PRK/KOR", count=Count(events=5, reports=4),
            acts=(ACT, msgspec.structs.replace(ACT, id="two", link="/events/two", side="cooperation", headline="South Korea gave aid to North Korea", sentence="Seoul sent rice.", at="/articles/4?at=0-16#at", reports=1, publishers=(), according="", is_late=True)),
        ),
    ),
    others=(msgspec.structs.replace(ACT, id="three", link="/events/three", status="planned", remark="still to come", sentence="They are to meet in June."),),
    ledger=LedgerNews(
        outcomes=(
            TURN,
            msgspec.structs.replace(TURN, id="met", link="/ledger/met", kind="demand", standing="broken", became="acted against", says="South Korea acted against a demand of North Korea", content="stop the drill", condition=""),
            msgspec.structs.replace(TURN, id="due", link="/ledger/due", kind="promise", standing="no evidence", became="due without evidence", says="A promise of North Korea fell due", content="let people in", basis=None, sentence="", at="", due=(DAY, DAY)),
        ),
        made=(msgspec.structs.replace(TURN, id="new", link="/ledger/new", kind="offer", standing="pending", became="", before=None, says="South Korea made an offer to North Korea", content="talk of rice", sentence="Seoul offered to talk of rice.", due=(DAY, DAY)),),
        due=(msgspec.structs.replace(TURN, id="soon", link="/ledger/soon", standing="pending", became="", says="North Korea threatened Japan", content="close the sea", due=(DAY, DAY)),),
        left_out=4,
    ),
    said=(Said(speaker="Barack Obama", office="president", party="the United States", via="KCNA", kind="direct", cue="said", words="the line has to be open", published=DAY, publisher="The Wire", link="/articles/3?at=90-113#at"),),
    chart=(
        Step(first=datetime.date(2013, 2, 25), last=datetime.date(2013, 3, 3), cooperation=Count(), conflict=Count(events=12, reports=7), deeds=(0, 4)),
        Step(first=datetime.date(2013, 3, 4), last=datetime.date(2013, 3, 10), cooperation=Count(events=3, reports=2), conflict=Count(events=2, reports=1), deeds=(1, 2)),
    ),
    chart_words="In the week before, there was more of it.",
)  # fmt: skip
MAILS = {
    "briefing": render(BRIEFING, base=BASE, footer=FOOTER),
    "copy": render(BRIEFING, base=BASE, footer=Footer(name="The Record")),
    "confirm": render_confirm(("The two Koreas", "The Gulf"), address=f"{BASE}/briefings/confirm/t", sender="The Record", postal=FOOTER.postal, hours=48, base=BASE),
    "known": render_known(("The two Koreas",), address=f"{BASE}/briefings/yours/t", sender="The Record", base=BASE),
}  # fmt: skip


def tree(mail):
    return lxml.html.document_fromstring(mail.html)


def words_of(mail):
    """The visible words of the HTML in one line."""
    page = tree(mail)
    for hidden in page.xpath("//style | //title | //*[@class='preview']"):
        hidden.drop_tree()
    return " ".join(page.text_content().split())


def plain(text):
    return " ".join(text.split())


@pytest.mark.parametrize("name", MAILS)
def test_nothing_is_asked_of_any_host(name):
    page = tree(MAILS[name])
    assert (
        page.xpath("//img | //link | //script | //iframe | //object | //embed | //form | //input | //video | //svg")
        == []
    )
    assert page.xpath("//@src | //@background | //@srcset | //@ping | //@*[starts-with(name(), 'on')]") == []
    assert "url(" not in MAILS[name].html
    assert "@import" not in MAILS[name].html
    assert "@font-face" not in MAILS[name].html


@pytest.mark.parametrize("name", MAILS)
def test_every_link_is_whole(name):
    links = tree(MAILS[name]).xpath("//a/@href")
    assert links
    assert [link for link in links if not link.startswith(BASE + "/")] == []


@pytest.mark.parametrize("name", MAILS)
def test_styles_are_in_the_elements_and_dark_ones_beside_them(name):
    page = tree(MAILS[name])
    assert len(page.xpath("//*[@style]")) > 10
    (style,) = page.xpath("//style/text()")
    assert re.findall(r"@media ?\(([^)]*)\)", style) == ["max-width: 480px", "prefers-color-scheme: dark"]
    assert "!important" in style
    assert page.xpath("//meta[@name='color-scheme']/@content") == ["light dark"]


@pytest.mark.parametrize("name", MAILS)
def test_the_mail_is_small_enough_not_to_be_cut(name):
    # Gmail cuts at 102,400 bytes.
    assert len(MAILS[name].html.encode()) < 60_000


SAID = [
    "The two Koreas", BRIEFING.headline, *BRIEFING.summary, BRIEFING.chart_words, "3 reports", "2 reports", "1 report",
    ACT.sentence, "The Wire and The Gazette", "according to a committee in Pyongyang", "publisher not named", "told only now",
    "South Korea gave aid to North Korea", "North Korea and South Korea", "2 of 5 events in 4 reports", "still to come", "They are to meet in June.",
    TURN.says, TURN.content, "if the drill went on", TURN.sentence, "carried out", "stop the drill", "acted against",
    "let people in", "due without evidence", "o report tells what became of it", "talk of rice", "Seoul offered to talk of rice.",
    "close the sea", "4 more changes in the ledger", "Barack Obama, president, for the United States, as carried by KCNA, said", "… the line has to be open",
    FOOTER.postal, "Deeds against words", "New in the ledger", "Falls due soon", "What happened", "Planned, alleged or denied", "Who said what",
    "8 March 2013", "4 – 10 March 2013", "25 Feb – 3 Mar", "This mail has no pictures and tells nobody that you have opened it.",
]  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_html_and_text_say_the_same(said):
    assert said in words_of(MAILS["briefing"])
    assert said.lower() in plain(MAILS["briefing"].text).lower()


def test_each_line_links_to_its_sentence_in_both():
    mail = MAILS["briefing"]
    wanted = [
        *(f"/articles/{place}#at" for place in ("3?at=5-31", "4?at=0-16", "3?at=40-80", "3?at=90-113")),
        *(f"/ledger/{id}" for id in ("kept", "met", "due", "new", "soon")), "/events/one", "/dyads/PRK/KOR", BRIEFING.more,
    ]  # fmt: skip
    links = tree(mail).xpath("//a/@href")
    for link in wanted:
        assert BASE + link in links
        assert BASE + link in mail.text.split()
    for id in ("one", "two", "three"):
        assert f"{BASE}/events/{id}" in links


def test_two_turns_that_one_deed_decided_are_told_with_it_once():
    assert words_of(MAILS["briefing"]).count(TURN.sentence) == 2  # and once more where it falls due
    assert plain(MAILS["briefing"].text).count(TURN.sentence) == 2


def test_the_chart_has_its_numbers_in_words():
    rows = tree(MAILS["briefing"]).xpath("//table[@class='chart']/tbody/tr | //table[@class='chart']/tr")
    assert [" ".join(row.text_content().split()) for row in rows] == [
        "+ Cooperation − Conflict", "– 25 Feb – 3 Mar 12 in 7", "3 in 2 4–10 Mar 2 in 1",
    ]  # fmt: skip
    assert rows[1].xpath(".//*[contains(@class, '-conflict')]/@width") == ["21%", "41%"]
    assert rows[2].xpath(".//*[contains(@class, '-cooperation')]/@width") == ["10%", "5%"]
    assert "25 Feb – 3 Mar cooperation 0 events in 0 reports, conflict 12 events in 7 reports" in plain(
        MAILS["briefing"].text
    )


def test_counts_are_never_alone():
    """No number of events without that of reports."""
    for words in (words_of(MAILS["briefing"]), plain(MAILS["briefing"].text)):
        for found in re.finditer(r"\d+ (?:distinct )?events?\b(?! in \d+ reports?)", words):
            pytest.fail(words[max(0, found.start() - 40) : found.end() + 40])


def test_the_text_is_in_lines_that_any_program_shows():
    lines = MAILS["briefing"].text.split("\n")
    wide = [line for line in lines if len(line) > 90 and "://" not in line and FOOTER.postal not in line]
    assert wide == []
    assert "-- " in lines
    assert "\n\n\n" not in MAILS["briefing"].text


def test_threats_that_are_carried_out_are_no_good_news():
    page = tree(MAILS["briefing"])
    marks = {one.text_content(): one.get("class") for one in page.xpath("//*[starts-with(@class, 'mark')]")}
    assert marks == {"carried out": "mark bad", "acted against": "mark bad", "due without evidence": "mark kind"}


# The links of one reader


def test_a_copy_for_everybody_has_no_link_of_anybody():
    copy = MAILS["copy"]
    for words in (copy.html, copy.text):
        assert "leave" not in words
        assert "yours" not in words
        assert "You get it because" not in words


def test_each_reader_gets_the_links_that_are_his():
    sheet = render(BRIEFING, base=BASE, footer=msgspec.structs.replace(FOOTER, leave=LEAVE, yours=YOURS))
    one, other = (for_reader(sheet, leave=f"{BASE}/l/{n}?a=1&b=2", yours=f"{BASE}/y/{n}") for n in (1, 2))
    for mail, mine, others in ((one, 1, 2), (other, 2, 1)):
        links = tree(mail).xpath("//a/@href")
        assert f"{BASE}/l/{mine}?a=1&b=2" in links
        assert f"{BASE}/y/{mine}" in links
        assert f"{BASE}/l/{mine}?a=1&b=2" in mail.text.split()
        assert f"/l/{others}" not in mail.html + mail.text
        assert "\ue000" not in mail.html + mail.text


def test_words_of_a_report_cannot_stand_for_a_link():
    said = msgspec.structs.replace(BRIEFING, headline=f"{LEAVE} {YOURS}", title=LEAVE)
    sheet = render(said, base=BASE, footer=msgspec.structs.replace(FOOTER, leave=LEAVE, yours=YOURS))
    mail = for_reader(sheet, leave=f"{BASE}/l/1", yours=f"{BASE}/y/1")
    assert mail.html.count(f"{BASE}/l/1") == mail.html.count(f"{BASE}/y/1") == 1
    assert mail.text.count(f"{BASE}/l/1") == mail.text.count(f"{BASE}/y/1") == 1


def test_what_a_platform_fills_in_stays_as_it_is():
    footer = msgspec.structs.replace(FOOTER, leave="*|UNSUB|*", yours="*|UPDATE_PROFILE|*")
    mail = render(BRIEFING, base=BASE, footer=footer)
    assert {"*|UNSUB|*", "*|UPDATE_PROFILE|*"} <= set(tree(mail).xpath("//a/@href"))
    assert "\n*|UNSUB|*\n" in mail.text
    assert FOOTER.postal in mail.text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "leave", "file:///etc/passwd"]
)
@pytest.mark.parametrize("name", ["leave", "yours", "archive"])
def test_a_footer_links_to_pages_alone(name, address):
    with pytest.raises(InputError, match=name):
        render(BRIEFING, base=BASE, footer=msgspec.structs.replace(FOOTER, **{name: address}))


# The other mails


def test_a_confirmation_asks_and_a_second_sign_up_is_told():
    for name, address in (("confirm", "/briefings/confirm/t"), ("known", "/briefings/yours/t")):
        mail = MAILS[name]
        assert tree(mail).xpath("//a/@href") == [BASE + address]
        assert BASE + address in mail.text.split()
        assert "The two Koreas" in mail.subject
        assert "The two Koreas" in words_of(mail)
        assert "The two Koreas" in mail.text
    assert "within 48 hours" in words_of(MAILS["confirm"])
    assert "within 48 hours" in plain(MAILS["confirm"].text)
    assert FOOTER.postal in words_of(MAILS["confirm"])
    assert FOOTER.postal in plain(MAILS["confirm"].text)


# Letters and colours

SHEET = {"light": "#fcfbf8", "dark": "#14171a"}


def colours():
    """The colours of letters and of bars, by theme."""
    text = (DATA / "brief" / "mail.css").read_text(encoding="utf-8")
    light, dark = text.split("@media (prefers-color-scheme: dark)")
    for theme, rules in (("light", light), ("dark", dark)):
        for selector, body in re.findall(r"([^{}/]+)\{([^{}]*)\}", rules):
            for name, colour in re.findall(r"(?<![\w-])(color|background): (#[0-9a-f]{6})", body):
                if ".preview" not in selector:
                    yield theme, selector.strip(), name, colour


@pytest.mark.parametrize(("theme", "selector", "name", "colour"), list(colours()))
def test_colours_are_seen(theme, selector, name, colour):
    if name == "background" and "-" not in selector:
        return  # of the page, the sheet, the button
    if ".button" in selector:
        return
    if selector.startswith("body"):
        assert contrast(colour, SHEET[theme]) >= 7
    else:
        assert contrast(colour, SHEET[theme]) >= (3 if name == "background" else 4.5)
