"""Quotations and reported statements: what is said, by whom, with which cue, and who carried it."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from dragoman.find import syntax
from dragoman.find.attributions import Attribution, Pieces, find_attributions
from dragoman.find.carriers import Carriers
from dragoman.find.cues import cues_of
from dragoman.find.quotations import Quotation, find_quotations
from dragoman.records import Document, Entity, Quote, QuoteKind, Sentence, Span, Speaker
from dragoman.resolve.entities import Parties
from dragoman.rules import Rules

# Words between marks that nobody is said to have said: shorter ones are names, titles and irony.
SHORTEST = 4
# Share of a reported clause that must stand between marks for it to be direct speech.
DIRECT = 0.8
MEDIA = "JRN"


def find_quotes(document: Document, parties: Parties, rules: Rules) -> tuple[Quote, ...]:
    """All that a report says somebody said, wrote, thinks or intends, in the order of the text."""
    if not document.sentences:
        return ()
    cues = cues_of(rules)
    carriers = Carriers(cues, parties)
    text = document.article.text
    marked = find_quotations(text, document.sentences[0].start, document.sentences[-1].end)
    found: list[Quote] = []
    bare: list[Attribution] = []
    for sentence in document.sentences:
        for attribution in find_attributions(sentence, cues, carriers):
            if _is_quoted(sentence.tokens[attribution.cue[0]].start, marked):
                continue
            if attribution.frame == "object" and not _holds_marks(attribution.content, marked):
                continue  # "blamed the army" is an act, not words
            if attribution.content:
                found.append(_quote(text, attribution, attribution.content, marked, parties))
            else:
                bare.append(attribution)
    kept = _carried(_outermost(found))
    kept.extend(_spoken(text, marked, kept, bare, document.sentences, parties))
    return tuple(_in_order(kept, rules))


def _is_quoted(place: int, marked: Sequence[Quotation]) -> bool:
    """Whether a cue is itself somebody's words ("We warn them," he said)."""
    return any(start <= place < end for quotation in marked for start, end in quotation.pieces)


def _holds_marks(content: Pieces, marked: Sequence[Quotation]) -> bool:
    return any(q.start < content[-1][1] and content[0][0] < q.end for q in marked)


def _in_order(quotes: Iterable[Quote], rules: Rules) -> Iterator[Quote]:
    """Quotes in the order of the text; "he" and "the statement" without a name go on with whoever spoke before."""
    before: Speaker | None = None
    for quote in sorted(quotes, key=lambda quote: (quote.start, quote.end)):
        speaker = quote.speaker
        if speaker and before and not speaker.code and _refers_back(speaker, rules):
            speaker = msgspec.structs.replace(speaker, name=before.name, code=before.code)
            quote = msgspec.structs.replace(quote, speaker=speaker)
        before = speaker if speaker and (speaker.code or not _refers_back(speaker, rules)) else before
        yield quote


def _refers_back(speaker: Speaker, rules: Rules) -> bool:
    word = speaker.text.lower()
    return rules.lexicon.pronouns.get(word) == "person" or word in rules.lexicon.classes.get("document", ())


def _quote(
    text: str, attribution: Attribution, content: Pieces, marked: Sequence[Quotation], parties: Parties
) -> Quote:
    """The quote of one attribution: direct, where nearly all of it stands between marks, then without them."""
    start, end = content[0][0], content[-1][1]
    inside = [q for q in marked if q.start < end and start < q.end]
    covered = sum(min(end, q.end) - max(start, q.start) for q in inside)
    length = sum(last - first for first, last in content)
    kind: QuoteKind = attribution.kind
    if inside and kind == "indirect":
        kind = "direct" if covered >= DIRECT * length else "mixed"
    pieces = tuple(piece for q in inside for piece in q.pieces) if kind == "direct" else content
    return _made(text, attribution, pieces, kind, parties)


def _made(text: str, attribution: Attribution, pieces: Pieces, kind: QuoteKind, parties: Parties) -> Quote:
    sentence = attribution.sentence
    first, last = (sentence.tokens[i] for i in attribution.cue)
    start, end = pieces[0][0], pieces[-1][1]
    return Quote(
        text=text[start:end],
        start=start,
        end=end,
        spans=pieces,
        kind=kind,
        cue=Span(text=text[first.start : last.end], start=first.start, end=last.end),
        speaker=_speaker(sentence, attribution.source, parties),
        via=_speaker(sentence, attribution.via, parties),
    )


def _speaker(sentence: Sentence, i: int | None, parties: Parties) -> Speaker | None:
    """Who speaks at a token: the words there, the fullest name known, the code; None where nobody is named."""
    if i is None:
        return None
    words = parties.phrase(sentence, i)
    meant = _antecedent(sentence, i)
    entity: Entity | None = next(iter(parties.at(sentence, meant)), None) or _author(sentence, meant, parties)
    pronoun = sentence.tokens[meant].pos == "PRON"
    if entity and (pronoun or parties.names_person(sentence, meant)):
        name = entity.name
    else:
        name = words.text if pronoun else parties.described(sentence, meant)
    return Speaker(text=words.text, start=words.start, end=words.end, name=name, code=entity.code if entity else "")


def _antecedent(sentence: Sentence, i: int) -> int:
    """ "The minister, who said": the noun that a relative pronoun stands for."""
    clause = sentence.tokens[sentence.tokens[i].head]
    return clause.head if sentence.tokens[i].tag in {"WP", "WDT"} and clause.relation == "relcl" else i


def _author(sentence: Sentence, i: int, parties: Parties) -> Entity | None:
    """Whose "statement" or "letter" it is that speaks."""
    if not parties.is_of_class(sentence, i, "document"):
        return None
    owners = (entity for o in syntax.owners(sentence, i) for entity in parties.at(sentence, o))
    return next(iter((*parties.modifying(sentence, i), *owners)), None)


def _outermost(quotes: Sequence[Quote]) -> list[Quote]:
    """Each stretch of text once: of quotes with the same span the one with a speaker."""
    best: dict[tuple[int, int], Quote] = {}
    for quote in quotes:
        key = (quote.start, quote.end)
        if key not in best or (best[key].speaker is None and quote.speaker is not None):
            best[key] = quote
    return list(best.values())


def _carried(quotes: Sequence[Quote]) -> list[Quote]:
    """ "Xinhua reported that the minister said ...": the minister speaks, Xinhua carries it; that is one quote."""
    carriers = {id(quote): quote for quote in quotes if quote.speaker and quote.speaker.code.endswith(MEDIA)}
    kept: list[Quote] = []
    dropped: set[int] = set()
    for quote in quotes:
        around = [c for c in carriers.values() if c is not quote and c.start <= quote.start and quote.end <= c.end]
        if around and quote.via is None and quote.speaker and id(quote) not in carriers:
            dropped.update(map(id, around))
            quote = msgspec.structs.replace(quote, via=around[0].speaker)
        kept.append(quote)
    return [quote for quote in kept if id(quote) not in dropped]


def _spoken(
    text: str,
    marked: Sequence[Quotation],
    kept: Sequence[Quote],
    bare: Sequence[Attribution],
    sentences: Sequence[Sentence],
    parties: Parties,
) -> Iterator[Quote]:
    """Quotations that no clause announces: by the cue in their sentence, or by whoever spoke just before."""
    before: Quote | None = None
    taken = sorted(kept, key=lambda quote: quote.start)
    for quotation in marked:
        holding = [q for q in taken if q.start < quotation.end and quotation.start < q.end]
        if holding:
            before = holding[-1]
            continue
        if len(text[quotation.start : quotation.end].split()) < SHORTEST:
            continue
        near = [a for a in bare if _beside(a, quotation)]
        if near:
            before = _made(text, near[0], quotation.pieces, "direct", parties)
            yield before
        elif (told := _told_around(quotation, sentences, parties)) is not None:
            before = _made(text, told, quotation.pieces, "direct", parties)
            yield before
        elif before is not None and before.speaker:
            before = _continued(text, quotation, before)
            yield before


def _told_around(quotation: Quotation, sentences: Sequence[Sentence], parties: Parties) -> Attribution | None:
    """ "The president defended his decision, “...”": whoever the sentence around the marks is about speaks them."""
    for sentence in sentences:
        leads = sentence.tokens[-1].text in {":", ","} and 0 <= quotation.open - sentence.end <= len("\n\n")
        if sentence.start < quotation.open < sentence.end or leads:
            before = [t.i for t in sentence.tokens if t.end <= quotation.open and syntax.is_verb(t)]
            for v in sorted(before, key=lambda v: len(list(syntax.ancestors(sentence, v)))):
                if speaking := [s for s in syntax.kids(sentence, v, "nsubj") if parties.names_person(sentence, s)]:
                    return Attribution(sentence, (v, v), speaking[0], (), "direct", "around")
            return None
    return None


def _beside(attribution: Attribution, quotation: Quotation) -> bool:
    """Whether a cue without a clause stands in a sentence that the quotation touches."""
    sentence = attribution.sentence
    return sentence.start <= quotation.close and quotation.open <= sentence.end


def _continued(text: str, quotation: Quotation, before: Quote) -> Quote:
    """A bare quotation after another goes on in the same mouth."""
    return Quote(
        text=text[quotation.start : quotation.end],
        start=quotation.start,
        end=quotation.end,
        spans=quotation.pieces,
        kind="direct",
        speaker=before.speaker,
        via=before.via,
    )
