"""Who says and who only carries it: "in a statement carried by KCNA", "state media quoted the minister as saying"."""

from collections.abc import Iterator

from dragoman.find.cues import Cues
from dragoman.find.syntax import is_noun, kids, objects, owners, prepositions, subjects
from dragoman.records import Sentence
from dragoman.resolve.entities import Parties

MEDIA = "JRN"


class Carriers:
    """Answers who is the source of what a verb announces, and through whom it came."""

    def __init__(self, cues: Cues, parties: Parties) -> None:
        self._cues = cues
        self._parties = parties

    def is_outlet(self, sentence: Sentence, i: int) -> bool:
        """Whether a token names an agency, a paper, a station or the like, or its reporters."""
        token = sentence.tokens[i]
        if not is_noun(token):
            return False
        if any(entity.sector == MEDIA for entity in self._parties.at(sentence, i)):
            return True
        if token.lemma in {"agency", "service", "network"}:
            before = " ".join(t.text.lower() for t in sentence.tokens[max(0, i - 3) : i]).split()
            return any(self._cues.has("news", word) for word in before)
        return self._cues.is_list("outlet", sentence, i)

    def is_passing_on(self, sentence: Sentence, v: int) -> bool:
        """Whether a verb passes on the words of another: "quoted the minister as saying"."""
        return self._cues.is_list("quoting", sentence, v) or self._cues.is_list("quoting-as-saying", sentence, v)

    def is_carrying(self, sentence: Sentence, v: int) -> bool:
        """Whether a participle only tells through whom its noun came: "a statement read on state television"."""
        token = sentence.tokens[v]
        on = sentence.tokens[token.head]
        is_participle = token.tag == "VBN" and token.relation == "acl" and is_noun(on)
        return is_participle and self._carried_by(sentence, on.i) is not None

    def as_saying(self, sentence: Sentence, q: int) -> int | None:
        """The "saying" of "quoted the minister as saying"."""
        for p in kids(sentence, q, "prep", "mark", "dep", "advmod"):
            if sentence.tokens[p].lemma == "as":
                for v in kids(sentence, p, "pcomp", "pobj", "ccomp"):
                    if sentence.tokens[v].tag == "VBG":
                        return v
        return None

    def source(self, sentence: Sentence, v: int) -> tuple[int | None, int | None, int]:
        """Source and carrier of what a verb announces, and the verb to which the clause belongs."""
        quoting = self._quoting_above(sentence, v)
        if quoting is not None:
            via = subjects(sentence, quoting) or self._doers(sentence, v)
            return _first(objects(sentence, quoting)), _first(via), quoting
        source = _shown_subject(sentence, v)
        cited = self._cited(sentence, v)
        if cited and source is not None and (self.is_outlet(sentence, source) or sentence.tokens[v].lemma == "report"):
            return cited[0], source, v
        return source, self._carrier(sentence, v, source), v

    def _quoting_above(self, sentence: Sentence, v: int) -> int | None:
        head = sentence.tokens[v].head
        above = sentence.tokens[head].head
        if sentence.tokens[head].lemma == "as" and self.is_passing_on(sentence, above):
            return above
        return None

    def _doers(self, sentence: Sentence, v: int) -> list[int]:
        """ "was quoted as saying by the agency": outlets that the parser hangs on the saying."""
        return [o for p, o in prepositions(sentence, v) if p == "by" and self.is_outlet(sentence, o)]

    def _cited(self, sentence: Sentence, v: int) -> list[int]:
        """ "the agency reported, citing an official": who is cited."""
        for k in kids(sentence, v, "advcl", "prep"):
            if self._cues.is_list("quoting", sentence, k) and sentence.tokens[k].tag == "VBG":
                return kids(sentence, k, "dobj", "pobj")
        return []

    def _carrier(self, sentence: Sentence, v: int, source: int | None) -> int | None:
        """Through whom something was said: the carrier of a statement, an outlet that was told, or a station."""
        for k in kids(sentence, v, "advcl"):  # "speaking on state television, the president said"
            if self._cues.is_list("speaking", sentence, k) and (found := self._told(sentence, k)):
                return found
        for n in self._places(sentence, v, source):
            if found := self._carried_by(sentence, n):
                return found
        if source is not None and (found := self._carried_by(sentence, source)):
            return found
        return self._told(sentence, v)

    def _places(self, sentence: Sentence, v: int, source: int | None) -> Iterator[int]:
        """ "in a statement", "in comments", "during an interview": nouns beside a cue or its subject."""
        for at in (v, source):
            if at is not None:
                for _, o in prepositions(sentence, at):
                    yield o
                    for _, inner in prepositions(sentence, o):
                        yield inner

    def _carried_by(self, sentence: Sentence, n: int) -> int | None:
        """Who carries a noun: "comments broadcast on state television", "a report by KCNA", "KCNA's report"."""
        for c in kids(sentence, n, "acl", "relcl"):
            if not self._cues.is_list("carrying", sentence, c):
                continue
            for p, o in prepositions(sentence, c):
                always = p == "by" and self._cues.is_list("always-carrying", sentence, c)
                if always or (p in {"by", "on", "in", "to", "with", "via", "through"} and self._carries(sentence, o)):
                    return o
        if self.is_outlet(sentence, n) and sentence.tokens[n].pos != "PRON":
            return None
        for p, o in prepositions(sentence, n):
            if p in {"with", "to", "on", "by", "from", "for"} and self._carries(sentence, o):
                return o
        return None

    def _told(self, sentence: Sentence, v: int) -> int | None:
        """ "told the newspaper that", "said on state television", "said to Reuters"."""
        listeners = [o for p, o in prepositions(sentence, v) if p in {"on", "to", "via", "through", "with"}]
        if self._cues.is_list("telling", sentence, v):
            listeners += kids(sentence, v, "dobj", "dative")
        for o in listeners:
            if self._carries(sentence, o) and not self._cues.is_list("listener", sentence, o):
                return o
        return None

    def _carries(self, sentence: Sentence, o: int) -> bool:
        """Whether a token names an outlet that is not the speaker's own ("on its website")."""
        own = any(sentence.tokens[k].tag == "PRP$" for k in kids(sentence, o, "poss"))
        return self.is_outlet(sentence, o) and not own

    def named_in_phrase(self, sentence: Sentence, o: int) -> tuple[int, int | None]:
        """Source and carrier after "according to": an official quoted by an agency, a report that quotes a minister."""
        for c in kids(sentence, o, "relcl", "acl"):
            if not self._cues.is_list("quoting", sentence, c) and not self._cues.is_list("carrying", sentence, c):
                continue
            if self._cues.is_list("quoting", sentence, c) and sentence.tokens[c].tag != "VBN":
                quoted = kids(sentence, c, "dobj")
                if quoted:
                    return quoted[0], (_first(owners(sentence, o)) if self._is_report(sentence, o) else o) or o
        via = self._carried_by(sentence, o) if not self.is_outlet(sentence, o) else None
        if via is not None and self._is_report(sentence, o) and via in owners(sentence, o):
            return via, None
        return o, via

    def _is_report(self, sentence: Sentence, n: int) -> bool:
        return self._cues.is_list("report", sentence, n)


def _shown_subject(sentence: Sentence, v: int) -> int | None:
    """The subject of a cue: the pronoun of a relative clause as it stands there, else the deep subject."""
    own = [k for k in kids(sentence, v, "nsubj") if sentence.tokens[k].tag == "WP"]
    return _first(own or subjects(sentence, v))


def _first(numbers: list[int]) -> int | None:
    return numbers[0] if numbers else None
