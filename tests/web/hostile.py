"""Reports whose every free text is script or markup, and the same reports with plain words in their place."""

import datetime
import re

from dragoman.records import (
    ArticleHead,
    CoderInfo,
    Coding,
    Commitment,
    Correction,
    Entity,
    Event,
    Quote,
    Ruling,
    Span,
    Speaker,
    Warning,
)
from dragoman.store import ledgers, recoding
from dragoman.store.saving import save

PAYLOADS = [
    "<script>alert(1)</script>",
    "</script><script>alert(2)</script>",
    "<ScRiPt/x>alert(3)</sCrIpT >",
    "<img src=x onerror=alert(4)>",
    '"><img src=x onerror=alert(5)>',
    "'><svg onload=alert(6)>",
    "<svg><script>alert(7)</script></svg>",
    "<svg/onload=alert&lpar;8&rpar;>",
    "<body onload=alert(9)>",
    '<iframe src="javascript:alert(10)"></iframe>',
    "<iframe srcdoc='<script>alert(11)</script>'></iframe>",
    '<object data="javascript:alert(12)"></object>',
    '<embed src="//evil.example/x">',
    '<base href="//evil.example/">',
    '<link rel=stylesheet href="//evil.example/x.css">',
    '<meta http-equiv="refresh" content="0;url=//evil.example/">',
    "<style>*{background:url(//evil.example/x)}</style>",
    '<form action="//evil.example/"><button>Go</button></form>',
    "<input autofocus onfocus=alert(19)>",
    "<details open ontoggle=alert(20)>",
    '<a href="javascript:alert(21)">here</a>',
    '<math><mi xlink:href="javascript:alert(22)">x</mi></math>',
    "<template><img src=x onerror=alert(23)></template>",
    '<noscript><p title="</noscript><img src=x onerror=alert(24)>">',
    '<!--<img src="--><img src=x onerror=alert(25)>">',
    "<![CDATA[<script>alert(26)</script>]]>",
    "]]><script>alert(27)</script>",
    "</textarea><script>alert(28)</script>",
    "</title></main></table><script>alert(29)</script>",
    '" onmouseover="alert(30)" autofocus onfocus="alert(30)" x="',
    "' autofocus onfocus='alert(31)",
    "` onclick=alert(32) `",
    "javascript:alert(33)//",
    "JaVaScRiPt&colon;alert(34)",
    "data:text/html,<script>alert(35)</script>",
    'https://evil.example/"><script>alert(36)</script>',
    "{{ 7*191 }}{% for x in (1,) %}{{ x.__class__ }}{% endfor %}${7*191}#{7*191}",
    "&lt;script&gt;alert(38)&lt;/script&gt;",
    "\u202egnp\u2066<b>\u2069\u2028<script\0>alert(39)</script>\ufeff",
    '<div hx-get="/add" hx-trigger="load" hx-on:load="alert(40)">=cmd|x</div>',
    "=HYPERLINK(\"//evil.example\",\"x\")",
    "vb\tscript:msgbox(42)",
    "java\nscript:alert(43)",
    "https://evil.example/javascript:alert(44)",
]  # fmt: skip
FIRST = datetime.date(2013, 1, 1)
# To whom each report's promise is made: promises to one party would be taken for the same one, made again.
ADDRESSEES = [
    "ARG", "AUS", "AUT", "BEL", "BRA", "CAN", "CHE", "CHL", "CHN", "COL", "CUB", "DEU", "DNK", "EGY", "ESP", "FIN",
    "FRA", "GBR", "GRC", "HUN", "IDN", "IND", "IRL", "IRN", "IRQ", "ISR", "ITA", "KEN", "KOR", "MEX", "MYS", "NLD",
    "NOR", "NZL", "PAK", "PER", "PHL", "POL", "PRT", "ROU", "RUS", "SWE", "THA", "TUR", "UKR", "USA", "VNM", "ZAF",
]  # fmt: skip
# Days between two reports, so that no two of them tell of one event.
APART = 20


def plain(number):
    """Words that are no markup, for the same place; a link where the payload is one."""
    stem = "https://harbour.example/" if PAYLOADS[number].startswith("https://") else "Sample "
    return stem + "".join(chr(97 + int(digit)) * 3 for digit in f"{number:02}")


def fill(store, rules, words):
    """A report for each payload, and what a person says of it; `words` gives what stands in all the places."""
    for number in range(len(PAYLOADS)):
        coding, text = told(number, words(number))
        save(store, coding, rules.ontology, words=text)
    ledgers.refresh(store, rules)
    accounts = {account.content.replace("\0", "\ufffd"): account.id for account, _ in ledgers.accounts(store, rules)}
    for number in range(len(PAYLOADS)):
        coding, _ = told(number, words(number))
        event, said = coding.events[0], words(number).replace("\0", "\ufffd")
        person = {"reason": f"{said} for a reason", "by": f"{said} of the desk", "day": day_of(number)}
        ruling = Ruling(account=accounts[f"{said} will be done"], standing="kept", **person)
        ledgers.rule(store, rules, ruling)
        start, end = event.trigger.start, event.trigger.end
        correction = Correction(article=coding.article.id, start=start, end=end, status="ongoing", **person)
        recoding.correct(store, correction, rules.ontology)


def day_of(number):
    return FIRST + datetime.timedelta(days=APART * number)


def told(number, words):
    """A coding and its text: one sentence with an event, one with words that bind."""
    named = re.sub(r"[\0\n\t]", "", f"{words} {number}")  # ids stand in addresses, which have no such characters
    # As the store has it, and without a break that would begin a paragraph.
    shown = words.replace("\0", "\ufffd").replace("\n", " ")
    parts = [shown, " condemned ", "Japan", ". ", shown, " said ", shown, " will be done."]
    text, starts = "".join(parts), [sum(map(len, parts[:n])) for n in range(len(parts) + 1)]

    def span(first, last):
        return {"text": text[starts[first] : starts[last]], "start": starts[first], "end": starts[last]}

    actor = Entity(**span(0, 1), code="PRK", country="PRK", sector="", name=words, wikidata=words)
    recipient = Entity(**span(2, 3), code="JPN", country="JPN", sector="", name=words)
    speaker = Speaker(**span(4, 5), name=words, code="PRKGOV")
    trigger = Span(text="condemned", start=starts[1] + 1, end=starts[2] - 1)
    event = Event(
        id=named, type="ACCUSE", actor=(actor,), recipient=(recipient,), status="occurred",
        reported_by=speaker, confidence=0.9, trigger=trigger, sentence=Span(**span(0, 3)), rule=words,
    )  # fmt: skip
    quote = Quote(
        **span(6, 8), spans=((starts[6], starts[8]),), kind="direct", cue=Span(text="said", start=starts[5] + 1, end=starts[6] - 1),
        speaker=speaker, via=Speaker(**span(0, 1), name=words, code="PRKMED"),
    )  # fmt: skip
    promise = Commitment(
        by="PRK",
        to=(ADDRESSEES[number],),
        kind="promise",
        content=f"{words} will be done",
        condition=words,
        evidence=(Span(**span(4, 8)),),
    )
    head = ArticleHead(
        id=named, title=words, url=words, publisher=words, published=day_of(number),
        published_from="caller", language=words,
    )  # fmt: skip
    return Coding(
        article=head, coder=CoderInfo(version=words, rules=words, model=words), events=(event,), quotes=(quote,),
        commitments=(promise,), warnings=(Warning(kind="date", message=words),),
    ), text  # fmt: skip
